"""Done against due, and what the clause would give: exact figures, in the order the clause asks."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafter.followup.balance import balances, warnings
from drafter.followup.outcome import outcome
from drafter.followup.penalties import Ground, Penalties, penalties
from drafter.followup.quarters import Quarter
from drafter.followup.tally import HoursDone, LateDocument, LotFacts, Order, Tally
from drafter.followup.ways import Way
from drafter.values import Euros, Hours

from .filling import ORDERS, WORKS, plan

T1, T2, T3 = (Quarter(2027, number) for number in (1, 2, 3))
WORKS_PLAN, ORDERS_PLAN = plan(WORKS, date(2026, 12, 1)), plan(ORDERS, date(2026, 12, 15))
SHARED_PLAN = plan(ORDERS | {"attributaires": 2}, date(2026, 12, 15))
RUNNING, OVER = date(2027, 7, 15), date(2027, 11, 1)
END = date(2027, 9, 30)
DONE = {0: LotFacts(end=END)}


def done(quarter: Quarter, hours: int | Fraction, way: Way = Way.ETTI, **others: object) -> HoursDone:
    return HoursDone(0, quarter, way, Hours(hours), **others)  # type: ignore[arg-type]


def sums(tally: Tally, which: object = WORKS_PLAN) -> Penalties:
    found = balances(which, tally)  # type: ignore[arg-type]
    return penalties(which, found[0], tally)  # type: ignore[arg-type]


def test_a_contract_under_way_is_compared_with_its_calendar() -> None:
    tally = Tally(RUNNING, (done(T1, 150), done(T2, 90)))
    (item,) = balances(WORKS_PLAN, tally)
    assert (item.due, item.expected, item.counted, item.late) == (Hours(450), Hours(300), Hours(240), Hours(60))
    assert item.missing == Hours(210)
    assert not item.ended
    found = sums(tally)
    assert found.ground is Ground.SIMULATED
    assert (found.whole_hours, found.applied) == (0, Euros(0))


def test_a_contract_that_is_over_owes_what_is_missing() -> None:
    found = sums(Tally(OVER, (done(T1, 150), done(T2, 90), done(T3, Fraction("100.5"))), lots=DONE))
    assert found.ground is Ground.FINAL
    assert found.missing == Hours(Fraction("109.5"))
    assert found.whole_hours == 109
    assert found.applied == Euros(109 * Fraction("24.62"))


def test_an_execution_that_runs_late_is_not_over_on_its_planned_day() -> None:
    """Nobody wrote the real end: no final statement, no attestation, no penalty of the end."""
    rows = (done(T1, 150), done(T2, 90), done(T3, 100))
    (item,) = balances(WORKS_PLAN, Tally(OVER, rows))
    assert (item.ended, item.overdue) == (False, True)
    found = outcome(WORKS_PLAN, Tally(OVER, rows))
    assert [paper.file for paper in found.papers] == ["bilan-trimestriel.docx", "mise-en-demeure.docx"]
    assert found.penalties[0].whole_hours == 0
    assert any("écrivez la fin réelle" in words.replace("\u00a0", " ") for words in found.warnings)
    whole = Tally(OVER, (*rows, done(T3, 110)))
    assert [paper.file for paper in outcome(WORKS_PLAN, whole).papers] == ["bilan-trimestriel.docx"]


def test_the_ceiling_of_the_clause_holds_with_what_was_already_applied() -> None:
    facts = {0: LotFacts(amount=Euros(100_000), paid=Euros(9_000), end=END)}
    found = sums(Tally(OVER, (done(T1, 0), done(T2, 0), done(T3, 0)), lots=facts))
    assert found.ceiling == Euros(10_000)
    assert found.total == Euros(450 * Fraction("24.62"))
    assert found.applied == Euros(1_000)


def test_hours_no_longer_due_are_not_penalised() -> None:
    facts = {0: LotFacts(released=Hours(50), penalised=Hours(20), end=END)}
    found = sums(Tally(OVER, (done(T1, 300),), lots=facts))
    assert found.missing == Hours(80)


def test_training_counts_within_its_share() -> None:
    (item,) = balances(WORKS_PLAN, Tally(OVER, (done(T1, 300), done(T2, 150, Way.TRAINING))))
    assert item.training_most == Hours(90)  # 20 % of 450
    assert item.counted == Hours(390)
    assert any("formation" in words for words in warnings(item, Fraction(0)))


def test_a_modified_volume_and_a_real_end_replace_those_of_the_contract() -> None:
    facts = {0: LotFacts(volume=Hours(300), end=date(2027, 6, 30))}
    (item,) = balances(WORKS_PLAN, Tally(RUNNING, (done(T1, 200),), lots=facts))
    assert item.ended
    assert (item.due, item.missing) == (Hours(300), Hours(100))


@pytest.mark.parametrize(
    ("handed", "days", "amount", "capped"),
    [
        (date(2027, 2, 11), 0, 0, False),  # the tenth day after the reminder
        (date(2027, 2, 12), 1, 50, False),
        (None, 154, 1000, True),
        (date(2027, 3, 3), 20, 1000, False),
    ],
)
def test_a_late_document_costs_its_days_after_the_reminder(
    handed: date | None, days: int, amount: int, capped: bool
) -> None:
    late = LateDocument(0, "Relevé des heures", date(2027, 2, 1), handed)
    (item,) = sums(Tally(RUNNING, (done(T1, 450), done(T2, 0)), documents=(late,))).documents
    assert (item.days, item.amount, item.capped) == (days, Euros(amount), capped)


def test_a_reminder_after_the_day_of_the_statement_is_not_counted() -> None:
    late = LateDocument(0, "Bilan final", date(2027, 9, 1))
    assert sums(Tally(RUNNING, documents=(late,))).documents == ()


def test_orders_bring_their_hours() -> None:
    lot = ORDERS_PLAN.lots[0]
    assert lot.ratio is not None
    orders = (Order(0, date(2027, 2, 1), Euros(85_000)), Order(0, date(2027, 8, 1), Euros(500_000)))
    (item,) = balances(ORDERS_PLAN, Tally(RUNNING, (done(T1, 10),), orders))
    assert item.ordered == Euros(85_000)  # the second order is after the day of the statement
    assert item.due == Hours(int(8 * lot.ratio.per_tranche.value))
    assert sums(Tally(RUNNING, (done(T1, 10),), orders), ORDERS_PLAN).base == Euros(85_000)


def test_the_ceiling_counts_every_order_even_one_too_small_to_carry_hours() -> None:
    which = plan(ORDERS | {"calibrage": {"seuil_bon_commande_ht": 5_000}}, date(2026, 12, 15))
    orders = (Order(0, date(2027, 2, 1), Euros(85_000)), Order(0, date(2027, 3, 1), Euros(4_999)))
    tally = Tally(RUNNING, (done(T1, 10),), orders)
    (item,) = balances(which, tally)
    assert (item.ordered, item.placed) == (Euros(85_000), Euros(89_999))
    found = sums(tally, which)
    assert (found.base, found.ceiling) == (Euros(89_999), Euros(Fraction("8999.90")))


def test_what_a_lot_shared_by_several_holders_cannot_tell_apart_is_said() -> None:
    orders = (Order(0, date(2027, 2, 1), Euros(95_000), "Alpha"),)
    facts = {0: LotFacts(penalised=Hours(20))}
    (item,) = balances(SHARED_PLAN, Tally(RUNNING, (), orders, lots=facts))
    assert any("pour chacun d'eux" in words for words in warnings(item, Fraction(0)))


def test_hours_missing_at_a_yearly_statement_are_carried_over_once() -> None:
    lot = ORDERS_PLAN.lots[0]
    orders = (Order(0, date(2027, 2, 1), Euros(200_000)), Order(0, date(2028, 2, 1), Euros(400_000)))
    first, all_due = lot.due_for(Euros(200_000)), lot.due_for(Euros(600_000))
    early = Tally(date(2028, 6, 1), (done(T1, 10),), orders)
    assert sums(early, ORDERS_PLAN).ground is Ground.SIMULATED  # one statement so far: the gap is carried over
    later = Tally(date(2029, 1, 15), (done(T1, 10),), orders)
    found = sums(later, ORDERS_PLAN)
    assert found.ground is Ground.CARRIED
    assert found.missing == first - Hours(10)
    assert balances(ORDERS_PLAN, later)[0].missing == all_due - Hours(10)


def test_each_holder_answers_for_its_own_orders() -> None:
    orders = (
        Order(0, date(2027, 2, 1), Euros(95_000), "Alpha"),
        Order(0, date(2027, 3, 1), Euros(40_000), "BÊTA"),
    )
    hours = (done(T1, 5, holder="alpha"), done(T1, 7, holder="Bêta"))
    found = balances(SHARED_PLAN, Tally(RUNNING, hours, orders))
    assert [(item.holder, item.ordered, item.counted) for item in found] == [
        ("Alpha", Euros(95_000), Hours(5)),
        ("BÊTA", Euros(40_000), Hours(7)),
    ]


HOURS = st.lists(st.tuples(st.sampled_from([T1, T2, T3]), st.integers(0, 400), st.sampled_from(list(Way))), max_size=12)


@given(HOURS, st.sampled_from([T1, T2, T3]), st.integers(0, 400), st.sampled_from(list(Way)))
def test_an_hour_more_never_hurts(rows: list[tuple[Quarter, int, Way]], quarter: Quarter, hours: int, way: Way) -> None:
    before = tuple(done(*row) for row in rows)
    less, more = Tally(OVER, before, lots=DONE), Tally(OVER, (*before, done(quarter, hours, way)), lots=DONE)
    (one,), (other,) = balances(WORKS_PLAN, less), balances(WORKS_PLAN, more)
    assert other.counted >= one.counted
    assert other.missing <= one.missing
    assert other.surplus >= one.surplus
    assert one.missing == Hours(0) or one.surplus == Hours(0)
    assert sum((value for _, value in other.by_way), Hours(0)) == other.worked + other.training
    assert sums(more).total <= sums(less).total  # type: ignore[operator]
    assert [item.counted for item in one.quarters] == sorted(item.counted for item in one.quarters)
    assert one.quarters[-1].counted == one.counted


# --- which papers ---------------------------------------------------------------------------------


def files(tally: Tally, which: object = WORKS_PLAN) -> list[str]:
    return [paper.file for paper in outcome(which, tally).papers]  # type: ignore[arg-type]


def test_the_papers_follow_the_tally() -> None:
    held, behind = (done(T1, 150), done(T2, 150)), (done(T1, 150), done(T2, 20))
    assert files(Tally(RUNNING, held)) == ["bilan-trimestriel.docx"]
    assert files(Tally(RUNNING, behind)) == ["bilan-trimestriel.docx", "mise-en-demeure.docx"]
    assert files(Tally(OVER, (*held, done(T3, 150)), lots=DONE)) == [
        "bilan-final.docx",
        "attestation-de-bonne-execution.docx",
    ]
    assert files(Tally(OVER, (*held, done(T3, 10)), lots=DONE)) == [
        "bilan-final.docx",
        "mise-en-demeure.docx",
        "penalites-envisagees.docx",
    ]


def test_nobody_is_put_on_notice_for_a_line_that_nobody_wrote() -> None:
    found = outcome(WORKS_PLAN, Tally(RUNNING, (done(T1, 20),)))
    assert [paper.file for paper in found.papers] == ["bilan-trimestriel.docx"]
    assert any("aucune lettre" in words for words in found.warnings)


def test_the_alert_of_the_workbook_holds_the_letter_back() -> None:
    tally = Tally(RUNNING, (done(T1, 150), done(T2, 140)), threshold=Fraction(1, 10))
    assert files(tally) == ["bilan-trimestriel.docx"]


def test_a_late_document_alone_has_its_letter_while_the_contract_runs() -> None:
    late = LateDocument(0, "Relevé des heures", date(2027, 2, 1), date(2027, 3, 1))
    tally = Tally(RUNNING, (done(T1, 150), done(T2, 150)), documents=(late,))
    assert files(tally) == ["bilan-trimestriel.docx", "penalites-envisagees.docx"]
    (found,) = outcome(WORKS_PLAN, tally).penalties
    assert (found.for_hours, found.applied) == (Euros(0), Euros(900))


def test_each_holder_has_its_own_letters() -> None:
    orders = (Order(0, date(2027, 2, 1), Euros(95_000), "Alpha"), Order(0, date(2027, 3, 1), Euros(40_000), "Bêta"))
    quarters = [Quarter(year, number) for year in range(2027, 2031) for number in range(1, 5)]
    hours = tuple(done(quarter, 0, holder=name) for quarter in quarters for name in ("Alpha", "Bêta"))
    found = files(Tally(date(2031, 2, 1), hours, orders), SHARED_PLAN)
    assert "mise-en-demeure-titulaire-1.docx" in found
    assert "mise-en-demeure-titulaire-2.docx" in found


def test_hours_penalised_leave_no_attestation() -> None:
    facts = {0: LotFacts(penalised=Hours(100), end=END)}
    rows = (done(T1, 150), done(T2, 150), done(T3, 50))
    assert files(Tally(OVER, rows, lots=facts)) == ["bilan-final.docx"]
