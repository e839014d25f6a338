"""What the person decides: kept beside the proposal with its reason, within the bounds, lot by lot."""

from __future__ import annotations

from typing import Any

import pytest
from cases import LIBRARY, explained, result

from drafter.errors import RefusedError
from drafter.library.clause import Clause
from drafter.library.terms import Scale
from drafter.vocabulary import Choice

HOURS = "social.insertion.heures"
REASON = "Décidé en commission le 3 septembre."
LOTS = [
    {"intitule": "Voirie du bourg", "cpv": "45233141", "montant_ht": 300_000},
    {"intitule": "Voirie des hameaux", "cpv": "45233141", "montant_ht": 200_000},
    {"intitule": "Plantations", "cpv": "77310000", "montant_ht": 90_000},
]
ROADS = {"objet": "Voirie", "nature": "travaux", "cpv": "45233141", "montant_ht": None, "lots": LOTS}


def decided(*decisions: dict[str, Any], **facts: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = explained(decisions=list(decisions), **facts)["clauses"]
    return rows


def ids(rows: list[dict[str, Any]]) -> set[str]:
    return {row["id"] for row in rows}


def refused(*decisions: dict[str, Any], **facts: Any) -> str:
    with pytest.raises(RefusedError) as error:
        result(decisions=list(decisions), **facts)
    assert error.value.exit_code == 1
    return str(error.value)


def adjustable(lots: bool = False) -> tuple[Clause, str]:
    """A kept clause with a bounded parameter, and that parameter's name."""
    kept = result(**(ROADS if lots else {})).selection.kept
    for item in kept:
        for name, parameter in item.clause.parameters.items():
            bounded = parameter.low is not None and parameter.high is not None
            if bounded and (not lots or (item.clause.scale is Scale.LOT and len(item.lots) > 1)):
                return item.clause, name
    raise AssertionError("no clause to try")


# --- withdraw -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [{}, {"motif": ""}, {"motif": "   "}])
def test_withdrawing_without_reason_is_refused(reason: dict[str, str]) -> None:
    assert "motif" in refused({"clause": HOURS, "choix": "retirer"} | reason)


def test_what_is_withdrawn_is_told_with_its_reason_and_the_duty_it_leaves_open() -> None:
    found = explained(decisions=[{"clause": HOURS, "choix": "retirer", "motif": REASON}])
    assert HOURS not in ids(found["clauses"])
    (row,) = [row for row in found["ecartees"] if row["id"] == HOURS]
    assert row["raisons"] == ["Retirée par l'acheteur.", REASON]
    assert any(alert["id"] == "CR-04" and "dérogation" in alert["texte"] for alert in found["alertes"])


def test_the_proposal_is_kept_beside_the_decision() -> None:
    found = result(decisions=[{"clause": HOURS, "choix": "retirer", "motif": REASON}])
    assert HOURS in found.proposed.ids()
    assert HOURS not in found.selection.ids()


# --- keep -----------------------------------------------------------------------------------------------------


def test_a_clause_set_aside_can_be_chosen() -> None:
    before = result()
    aside = next(item.clause for item in before.proposed.dropped if "NET" in item.clause.segments)
    rows = decided({"clause": aside.id, "choix": "garder", "motif": REASON})
    (row,) = [row for row in rows if row["id"] == aside.id]
    assert (row["choix"], row["motif"], row["raisons"]) == ("garder", REASON, ["Choisie par l'acheteur."])
    assert ids(rows) == set(before.selection.ids()) | {aside.id}


def test_keeping_what_is_proposed_changes_nothing_but_the_choice() -> None:
    rows = decided({"clause": HOURS, "choix": "garder"})
    assert [row["choix"] for row in rows if row["id"] == HOURS] == ["garder"]
    assert ids(rows) == set(result().selection.ids())


def test_two_clauses_that_exclude_each_other_are_told() -> None:
    pairs = [(clause, other) for clause in LIBRARY.clauses.values() for other in clause.conflicts]
    assert pairs
    first, second = pairs[0]
    chosen = [{"clause": name, "choix": "garder"} for name in (first.id, second)]
    found = explained(decisions=chosen)
    assert any(alert["id"] == "CONFLIT" and first.title[:10] in alert["texte"] for alert in found["alertes"])


def test_an_unknown_clause_is_named() -> None:
    assert "env.licorne.doree" in refused({"clause": "env.licorne.doree", "choix": "garder"})


def test_a_clause_not_yet_in_force_cannot_be_chosen() -> None:
    message = refused({"clause": "env.nettoyage.produits", "choix": "garder"}, date_lancement="2026-01-05")
    assert "en vigueur" in message


# --- adapt ----------------------------------------------------------------------------------------------------


def test_a_figure_is_changed_within_its_bounds() -> None:
    clause, name = adjustable()
    parameter = clause.parameters[name]
    for bound in (parameter.low, parameter.high):
        assert bound is not None
        rows = decided({"clause": clause.id, "choix": "adapter", "parametres": {name: typed(bound)}, "motif": REASON})
        row = next(row for row in rows if row["id"] == clause.id)
        assert row["parametres"][name] == pytest.approx(float(bound.value), abs=1e-4)
        assert row["choix"] == "adapter"


def typed(quantity: Any) -> str:
    return str(quantity.plain())


def test_a_figure_out_of_its_bounds_is_refused_and_the_bounds_are_said() -> None:
    from drafter import french

    clause, name = adjustable()
    parameter = clause.parameters[name]
    assert parameter.low is not None
    assert parameter.high is not None
    for wrong in (parameter.high * 2 + parameter.high, parameter.low / 2):
        if parameter.low <= wrong <= parameter.high:
            continue
        try:
            parameter.unit.read(typed(wrong))
        except ValueError:
            continue
        message = refused({"clause": clause.id, "choix": "adapter", "parametres": {name: typed(wrong)}})
        assert message.startswith(f"decisions[1].parametres.{name} : ")
        assert french.show(parameter.low) in message
        assert french.show(parameter.high) in message


def test_a_figure_that_does_not_read_or_does_not_exist_is_refused() -> None:
    clause, name = adjustable()
    assert "parametres" in refused({"clause": clause.id, "choix": "adapter", "parametres": {name: "beaucoup"}})
    message = refused({"clause": clause.id, "choix": "adapter", "parametres": {"inconnu": "1"}})
    assert "inconnu" in message
    assert name in message


def test_the_weight_of_the_criterion_has_bounds_too() -> None:
    criterion = next(item.clause for item in result().selection.kept if item.clause.criterion is not None)

    def weigh(weight: str) -> dict[str, Any]:
        return {"clause": criterion.id, "choix": "adapter", "parametres": {"poids": weight}}

    row = next(row for row in decided(weigh("20 %")) if row["id"] == criterion.id)
    assert row["parametres"]["poids"] == 20
    assert "5 à 60" in refused(weigh("61"))
    assert "5 à 60" in refused(weigh("4"))
    found = explained(decisions=[weigh("5")])
    assert any(alert["id"] == "POIDS" for alert in found["alertes"])


def test_every_fault_is_told_at_once() -> None:
    message = refused(
        {"clause": HOURS, "choix": "retirer"},
        {"clause": "nulle.part", "choix": "garder"},
        {"clause": HOURS, "choix": "adapter", "parametres": {"inconnu": "1"}},
    )
    assert [line.split(" ")[0] for line in message.splitlines()] == [
        "decisions[1]",
        "decisions[2]",
        "decisions[3].parametres.inconnu",
    ]


# --- one lot only -----------------------------------------------------------------------------------------------


def test_a_clause_withdrawn_for_one_lot_stays_for_the_others() -> None:
    clause, _ = adjustable(lots=True)
    before = {row["lot"] for row in decided(**ROADS) if row["id"] == clause.id}
    assert before >= {1, 2}
    rows = decided({"clause": clause.id, "choix": "retirer", "lot": 1, "motif": REASON}, **ROADS)
    assert {row["lot"] for row in rows if row["id"] == clause.id} == before - {1}


def test_a_figure_changed_for_one_lot_stays_for_the_others() -> None:
    clause, name = adjustable(lots=True)
    bound = clause.parameters[name].low
    assert bound is not None
    decision = {"clause": clause.id, "choix": "adapter", "lot": 2, "parametres": {name: typed(bound)}}
    usual = {row["lot"]: row["parametres"][name] for row in decided(**ROADS) if row["id"] == clause.id}
    after = {row["lot"]: row["parametres"][name] for row in decided(decision, **ROADS) if row["id"] == clause.id}
    assert after == usual | {2: pytest.approx(float(bound.value), abs=1e-4)}
    documents = result(decisions=[decision], **ROADS).documents
    assert documents["ccap"].blocks


def test_a_clause_brought_back_for_one_lot_is_written_for_that_lot() -> None:
    aside = next(
        item.clause
        for item in result(**ROADS).proposed.dropped
        if item.clause.segments and item.clause.scale is Scale.LOT
    )
    rows = decided({"clause": aside.id, "choix": "garder", "lot": 3}, **ROADS)
    assert {row["lot"] for row in rows if row["id"] == aside.id} == {3}


@pytest.mark.parametrize(
    ("facts", "lot", "words"), [(ROADS, 9, "de 1 à 3"), ({}, 1, "n'a pas de lots")], ids=["beyond", "without lots"]
)
def test_a_lot_that_does_not_exist_is_refused(facts: dict[str, Any], lot: int, words: str) -> None:
    decision = {"clause": "env.voirie.deblais", "choix": "retirer", "lot": lot, "motif": REASON}
    assert words in refused(decision, **facts)


def test_a_clause_of_the_whole_market_has_no_lot() -> None:
    assert "tout le marché" in refused({"clause": HOURS, "choix": "retirer", "lot": 1, "motif": REASON}, **ROADS)


@pytest.mark.parametrize("choice", Choice)
def test_decisions_follow_each_other(choice: Choice) -> None:
    """The last word counts: withdrawn, then brought back, then decided again."""
    last = {"clause": HOURS, "choix": str(choice), "motif": REASON}
    rows = decided({"clause": HOURS, "choix": "retirer", "motif": "x"}, {"clause": HOURS, "choix": "garder"}, last)
    assert (HOURS in ids(rows)) is (choice is not Choice.WITHDRAW)
