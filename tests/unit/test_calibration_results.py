"""Other methods, factors, the target of an operation, what follows from the hours, and how they are contested."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from cases import LIBRARY, market, result
from hypothesis import given
from hypothesis import strategies as st

from drafter.calibration import Calibration, LotCalibration, calibrate
from drafter.dossier import dump, load
from drafter.draft.blocks import Table, plain_text
from drafter.errors import InputError
from drafter.explain import explain
from drafter.facts import Method
from drafter.market import market_data, read_market
from drafter.pipeline import run
from drafter.understanding import understand

WORKS = {"nature": "travaux", "objet": "Gros œuvre d'une école", "cpv": "45223220", "duree_mois": 12}
FIXED = {"part_main_oeuvre": "45 %", "cout_horaire": 36, "taux_effort": "5 %"}


def found(**facts: Any) -> Calibration:
    read = market(**facts)
    return calibrate(understand(read, LIBRARY), LIBRARY, read.launch_date)


def only(**facts: Any) -> LotCalibration:
    (lot,) = found(**facts).lots
    return lot


def step(lot: LotCalibration, start: str) -> Any:
    return next(item for item in lot.steps if item.name.startswith(start))


# --- methods -------------------------------------------------------------------------------------


def test_the_hours_of_a_previous_contract_follow_the_amounts() -> None:
    given = {"heures_marche_precedent": 9_000, "montant_marche_precedent": 300_000, "taux_effort": "5 %"}
    lot = only(**WORKS, montant_ht=400_000, calibrage=given)
    assert lot.method is Method.PREVIOUS
    assert lot.worked is not None
    assert (lot.worked.value, lot.hours.exact.value, lot.hours.advised.value) == (12_000, 600, 600)
    assert step(lot, "Heures réellement").value.value == 9_000


@pytest.mark.parametrize("key", ["heures_marche_precedent", "montant_marche_precedent"])
def test_half_of_a_previous_contract_is_a_fault(key: str) -> None:
    with pytest.raises(InputError, match="aucun des deux"):
        market(calibrage={key: 1000})


def test_a_previous_contract_is_never_repeated_on_each_lot() -> None:
    given = {"heures_marche_precedent": 9_000, "montant_marche_precedent": 300_000}
    lots = [{"intitule": "A", "montant_ht": 1_000_000}, {"intitule": "B", "montant_ht": 1_000_000}]
    assert {lot.method for lot in found(**WORKS, lots=lots, calibrage=given).lots} == {Method.AMOUNT}


def test_every_other_method_stands_beside_and_a_wide_gap_is_told() -> None:
    given = {**FIXED, "heures_dpgf": 20_000, "effectif": 5, "heures_marche_precedent": 9_000}
    lot = only(**WORKS, montant_ht=720_000, calibrage=given | {"montant_marche_precedent": 720_000})
    assert lot.method is Method.BILL
    beside = {check.method: (check.central.value, check.gap) for check in lot.cross_checks}
    assert beside == {
        Method.PREVIOUS: (450, Fraction(-55, 100)),
        Method.STAFF: (Fraction(5 * 1607, 20), Fraction(5 * 1607, 20_000) - 1),
        Method.AMOUNT: (450, Fraction(-55, 100)),
    }
    assert len([text for text in lot.alerts if "Dites à laquelle" in text]) == 3


def test_typed_hours_have_the_methods_beside_them() -> None:
    lot = only(**WORKS, montant_ht=720_000, calibrage=FIXED | {"heures": 500})
    (check,) = lot.cross_checks
    assert (check.method, check.central.value, check.gap) == (Method.AMOUNT, 450, Fraction(-1, 10))


def test_the_amount_stands_beside_a_takeover_without_being_a_doubt() -> None:
    lot = only(montant_ht=480_000, calibrage={"personnel_transferable_heures_mois": 300, "taux_effort": "10 %"})
    assert [check.method for check in lot.cross_checks] == [Method.AMOUNT]
    assert not [text for text in lot.alerts if "Dites à laquelle" in text]


ORDERS = {**WORKS, "forme": "bons_de_commande", "montant_ht": 1_200_000, "montant_min_ht": 400_000}


def test_small_orders_are_left_out_of_the_ratio() -> None:
    rates = {"part_main_oeuvre": "30 %", "cout_horaire": 35, "taux_effort": "7 %"}
    given = rates | {"seuil_bon_commande_ht": 20_000, "part_commandes_au_dessus_seuil": "75 %"}
    whole, part = only(**ORDERS, calibrage=rates), only(**ORDERS, calibrage=given)
    assert part.ratio is not None
    assert whole.ratio is not None
    assert part.ratio.per_tranche == whole.ratio.per_tranche
    assert (whole.hours.advised.value, part.hours.advised.value) == (720, 540)
    assert part.ratio.at_minimum is not None
    assert part.ratio.at_minimum.value == 180
    assert step(part, "Montant minimal").value.value == 20_000
    answer = explain(result(**ORDERS, calibrage=given))["calibrage"]["lots"][0]
    assert answer["ratio"]["seuil_bon_commande_ht"] == 20_000


def test_a_threshold_without_the_share_of_orders_asks_for_it() -> None:
    lot = only(**ORDERS, calibrage={"seuil_bon_commande_ht": 20_000})
    assert any("part_commandes_au_dessus_seuil" in question for question in lot.questions)
    with pytest.raises(InputError, match="à partir duquel"):
        market(calibrage={"part_commandes_au_dessus_seuil": "50 %"})


def test_the_pieces_say_the_threshold_and_the_note_the_holders() -> None:
    documents = result(**ORDERS, attributaires=3, calibrage={"seuil_bon_commande_ht": 20_000}).documents
    assert "par bons de commande d’au moins 20\u202f000\u00a0€ HT" in words(documents["ccap"])
    assert "chacun des 3 titulaires" in words(documents["note"])


def test_several_holders_have_one_ratio_and_it_is_said() -> None:
    one, three = only(**ORDERS), only(**ORDERS, attributaires=3)
    assert one.ratio is not None
    assert three.ratio is not None
    assert (three.ratio.per_tranche, three.ratio.holders) == (one.ratio.per_tranche, 3)
    assert "ses propres commandes" in step(three, "Attributaires").note


def test_phases_have_their_own_rates_and_add_up() -> None:
    phases = [
        {
            "intitule": "Conception",
            "montant_ht": 600_000,
            "part_main_oeuvre": "70 %",
            "cout_horaire": 60,
            "taux_effort": "2 %",
        },
        {
            "intitule": "Travaux",
            "montant_ht": 1_200_000,
            "part_main_oeuvre": "45 %",
            "cout_horaire": 36,
            "taux_effort": "5 %",
        },
    ]
    lot = only(**WORKS, montant_ht=1_800_000, tranches=phases)
    assert lot.method is Method.PHASES
    assert lot.hours.exact.value == 140 + 750
    assert [item.hours.value for item in lot.tranches] == [140, 750]
    assert step(lot, "Heures d'insertion de la phase 1").value.value == 140
    odd = only(**WORKS, montant_ht=2_000_000, tranches=phases)
    assert any("Les phases font" in text for text in odd.alerts)


def test_tranches_without_rates_share_the_hours_by_amount() -> None:
    tranches = [
        {"intitule": "Ferme", "montant_ht": 300_000},
        {"intitule": "Optionnelle", "montant_ht": 600_000, "ferme": "non"},
    ]
    lot = only(**WORKS, forme="tranches", montant_ht=900_000, tranches=tranches, calibrage=FIXED)
    assert lot.hours.advised.value == 560
    assert [(item.hours.value, item.firm) for item in lot.tranches] == [(180, True), (380, False)]


def test_a_npnru_floor_is_never_lowered_by_the_technicity_and_rounds_up() -> None:
    lot = only(**WORKS, montant_ht=1_234_567, technicite="forte", drapeaux=["npnru"])
    assert lot.worked is not None
    assert lot.hours.exact.value >= lot.worked.value * 5 / 100
    assert lot.hours.advised >= lot.hours.exact
    assert [use.applied for use in lot.factors] == [False]


# --- factors -------------------------------------------------------------------------------------

FACTORS: dict[str, dict[str, Any]] = {
    "technicite": {"technicite": "forte"},
    "site_sensible": {"drapeaux": ["site_sensible"]},
    "ile_de_france": {"departement": "93"},
    "indexation": {"date_lancement": "2028-03-01", "calibrage": {"indexation_annuelle": "2 %"}},
}


@pytest.mark.parametrize("name", FACTORS)
def test_each_factor_is_a_step_and_switched_off_leaves_the_base(name: str) -> None:
    facts = WORKS | {"montant_ht": 2_000_000} | FACTORS[name]
    base = {"date_lancement": facts["date_lancement"]} if "date_lancement" in facts else {}
    plain = only(**WORKS, montant_ht=2_000_000, **base)
    used = only(**facts)
    assert used.hours.exact != plain.hours.exact
    assert [(str(use.factor), use.applied) for use in used.factors] == [(name, True)]
    assert len(used.steps) > len([item for item in plain.steps if not item.name.startswith("Actualisation")])
    off = only(**facts | {"calibrage": facts.get("calibrage", {}) | {"facteurs_ecartes": [name]}})
    assert off.hours == plain.hours
    assert [(str(use.factor), use.applied, use.set_aside) for use in off.factors] == [(name, False, True)]
    assert [(change.key, change.kept) for change in off.changes] == [(name, None)]


def test_the_yearly_indexation_compounds_from_the_year_of_the_table() -> None:
    facts = WORKS | {"montant_ht": 2_000_000, "date_lancement": "2028-03-01"}
    lot = only(**facts, calibrage={"indexation_annuelle": "2 %"})
    assert step(lot, "Actualisation").value.value == Fraction("0.0404")
    silent = only(**facts)
    assert step(silent, "Actualisation").value.value == 0
    assert "ICHTrev-TS" in step(silent, "Actualisation").note
    assert not [item for item in only(**WORKS, montant_ht=2_000_000).steps if item.name.startswith("Actualisation")]


def test_a_typed_rate_is_never_adjusted() -> None:
    facts = WORKS | {"montant_ht": 2_000_000, "technicite": "forte", "departement": "75"}
    lot = only(**facts, calibrage=FIXED)
    assert lot.hours.exact.value == 1250
    assert not [use for use in lot.factors if use.applied]


def test_a_factor_that_does_not_exist_is_a_fault() -> None:
    with pytest.raises(InputError, match="technicite"):
        market(calibrage={"facteurs_ecartes": ["meteo"]})


# --- the target of an operation ------------------------------------------------------------------

OPERATION = [
    {"intitule": "Gros œuvre", "montant_ht": 720_000, "calibrage": {"part_main_oeuvre": "45 %", "cout_horaire": 36}},
    {"intitule": "Ascenseur", "montant_ht": 120_000, "calibrage": {"part_main_oeuvre": "30 %", "cout_horaire": 36}},
]


def operation(target: str | None, *extra: dict[str, Any], **facts: Any) -> Calibration:
    given = {"calibrage": {"taux_operation": target}} if target else {}
    return found(**WORKS | {"montant_ht": None, "lots": [*OPERATION, *extra]} | given | facts)


def test_the_lots_with_a_clause_make_up_for_the_others() -> None:
    """Nine thousand hours with a clause, one thousand without: 5 % of all is 5,56 % of the first."""
    without, with_ = operation(None), operation("5 %")
    assert [lot.has_clause for lot in without.lots] == [True, False]
    assert with_.target is not None
    assert with_.target.rate.value == Fraction("0.05") * 10_000 / 9_000
    assert with_.lots[0].hours.exact.value == 500
    assert with_.lots[1] == without.lots[1]
    assert with_.target.reached
    assert step(with_.lots[0], "Taux d'effort compensé").value == with_.target.rate
    assert with_.changes[0].key == "taux_operation"


def test_the_compensating_rate_is_capped_and_the_shortfall_told() -> None:
    told = operation("20 %")
    assert told.target is not None
    assert told.lots[0].hours.exact.value == 9_000 * Fraction("0.15")
    assert not told.target.reached
    assert "n'est pas atteint" in told.alerts[0]


def test_a_rate_is_raised_and_never_lowered() -> None:
    assert operation("1 %").lots[0].hours == operation(None).lots[0].hours


def test_a_typed_rate_counts_and_stays() -> None:
    extra = {"intitule": "Peinture", "montant_ht": 720_000, "calibrage": FIXED | {"taux_effort": "10 %"}}
    told = operation("8 %", extra)
    assert told.lots[2].hours.exact.value == 900
    assert told.target is not None
    assert told.target.rate.value * 9_000 == Fraction("0.08") * 19_000 - 900


def test_no_lot_to_raise_is_said() -> None:
    told = found(**WORKS, montant_ht=5_000, calibrage={"taux_operation": "5 %"})
    assert told.target is None
    assert "n'est pas calculé" in told.alerts[0]


def test_the_target_is_the_markets() -> None:
    lot = {"intitule": "A", "montant_ht": 1, "calibrage": {"taux_operation": "5 %"}}
    with pytest.raises(InputError, match="calibrage du marché"):
        market(lots=[lot])


# --- what follows from the hours -----------------------------------------------------------------


@given(
    st.integers(20_000, 20_000_000),
    st.decimals("1", "90", places=1),
    st.integers(1, 12) | st.none(),
    st.dates(min_value=date(2026, 10, 1), max_value=date(2090, 12, 31)),
)
def test_quarters_and_periods_add_up_and_follow_each_other(amount: int, months: Any, periods: Any, start: Any) -> None:
    facts = WORKS | {"montant_ht": amount, "duree_mois": str(months), "periodes": periods}
    lot = only(**facts, debut_execution=start.isoformat())
    for slices in (lot.quarters, lot.periods):
        if not slices:
            continue
        assert sum(item.hours.value for item in slices) == lot.hours.advised.value
        assert all(item.hours.value >= 0 for item in slices)
        assert slices[0].start == start
        for before, after in pairwise(slices):
            assert after.start == before.end + timedelta(days=1)
    if lot.has_clause:
        assert len(lot.quarters) == -(-Fraction(months) // 3)
        if periods and periods > 1:
            assert len(lot.periods) == periods


def test_a_contract_of_four_years_is_read_year_by_year_unless_periods_are_typed() -> None:
    facts = WORKS | {"montant_ht": 2_000_000, "duree_mois": 48}
    assert len(only(**facts).periods) == 4
    assert len(only(**facts, periodes=2).periods) == 2
    assert only(**facts | {"duree_mois": 12}).periods == ()


@given(st.lists(st.integers(1, 10_000_000), min_size=1, max_size=8), st.booleans())
def test_tranches_add_up(amounts: list[int], own: bool) -> None:
    rate = {"taux_effort": "4 %"} if own else {}
    tranches = [{"intitule": f"T{n}", "montant_ht": amount, **rate} for n, amount in enumerate(amounts)]
    lot = only(**WORKS, forme="tranches", montant_ht=sum(amounts), tranches=tranches)
    if lot.has_clause:
        assert sum(item.hours.value for item in lot.tranches) == lot.hours.advised.value
        assert all(item.hours.value >= 0 for item in lot.tranches)


@given(st.integers(50_000, 20_000_000), st.sampled_from(["faible", "moyenne", "forte"]))
def test_sensitivity_is_sorted_and_within_the_range(amount: int, technicity: str) -> None:
    lot = only(**WORKS, montant_ht=amount, technicite=technicity)
    spans = [item.span for item in lot.sensitivity]
    assert spans == sorted(spans, reverse=True)
    assert {item.key for item in lot.sensitivity} == {"part_main_oeuvre", "cout_horaire", "taux_effort"}
    for item in lot.sensitivity:
        low, high = sorted((item.at_low, item.at_high))
        assert low <= lot.hours.exact <= high
        assert (item.at_low >= item.at_high) == (item.key == "cout_horaire") or low == high


def test_only_the_effort_moves_measured_hours() -> None:
    lot = only(**WORKS, montant_ht=1_000_000, calibrage={"heures_dpgf": 10_000})
    assert [item.key for item in lot.sensitivity] == ["taux_effort"]
    assert (lot.sensitivity[0].at_low.value, lot.sensitivity[0].at_high.value) == (500, 1000)


def test_hours_for_ten_thousand_euros() -> None:
    lot = only(**WORKS, montant_ht=1_000_000, calibrage=FIXED)
    assert lot.hours.advised.value == 620
    assert lot.per_ten_thousand is not None
    assert lot.per_ten_thousand.value == Fraction("6.2")


@pytest.mark.parametrize(("amount", "hours"), [(100_000, 150), (200_000, 300), (400_000, 450), (400_001, 900)])
def test_the_training_scale_stands_instead_of_hours(amount: int, hours: int) -> None:
    lot = only(objet="Assistance informatique", cpv="72600000", montant_ht=amount, calibrage={"taux_effort": "0,1 %"})
    assert not lot.has_clause
    told = {item.kind: item for item in lot.alternatives}
    assert {"reservation", "formation", "condition_sociale", "critere"} <= set(told)
    assert told["formation"].hours is not None
    assert told["formation"].hours.value == hours
    assert "150, 300, 450 et 900" in told["formation"].text


def test_the_scale_is_that_of_the_clause() -> None:
    clause = LIBRARY.clauses["social.formation.statut-scolaire"]
    for number in range(1, 5):
        known = LIBRARY.parameters[f"calibrage.formation-{number}"].values[0].value
        assert clause.parameters[f"volume_{number}"].default == known


def test_a_clause_needs_no_alternative_and_a_short_course_is_pooled() -> None:
    assert only(**WORKS, montant_ht=1_000_000).alternatives == ()
    short = only(**WORKS, montant_ht=200_000, calibrage=FIXED)
    assert [item.kind for item in short.alternatives] == ["globalisation"]


# --- contest and agree ---------------------------------------------------------------------------

CONTEST = {
    "taux_effort": "8 %",
    "cout_horaire": 33,
    "facteurs_ecartes": ["technicite"],
    "motifs": {
        "taux_effort": {"motif": "Vivier confirmé par la mission locale", "par": "facilitateur"},
        "technicite": {"motif": "Les postes visés sont sans habilitation", "par": "acheteur"},
    },
}


def test_a_change_is_kept_with_its_reason_and_role() -> None:
    facts = WORKS | {"montant_ht": 1_000_000, "technicite": "forte", "calibrage": CONTEST}
    told = {change.key: change for change in only(**facts).changes}
    assert set(told) == {"taux_effort", "cout_horaire", "technicite"}
    assert told["taux_effort"].reason == "Vivier confirmé par la mission locale"
    assert told["taux_effort"].by == "facilitateur"
    assert told["taux_effort"].proposed is not None
    assert told["taux_effort"].proposed.value == Fraction("0.025")
    assert told["cout_horaire"].reason == ""
    row = next(item for item in explain(result(**facts))["calibrage"]["lots"][0]["changements"] if item["motif"])
    assert set(row) == {"cle", "nom", "propose", "retenu", "unite", "motif", "par"}


def test_the_dossier_keeps_reasons_and_factors() -> None:
    read = market(**WORKS, calibrage=CONTEST, territoires_ecartes=["somme"], periodes=4, attributaires=2)
    assert load(dump(read, LIBRARY)) == read
    assert market_data(read)["calibrage"]["motifs"]["technicite"]["par"] == "acheteur"


def test_a_reason_follows_its_figure_from_market_to_lot() -> None:
    lots = [
        {"intitule": "Gros œuvre", "montant_ht": 900_000},
        {"intitule": "Gros œuvre, annexe", "montant_ht": 900_000, "calibrage": {"taux_effort": "6 %"}},
    ]
    one, other = found(**WORKS, montant_ht=None, lots=lots, calibrage=CONTEST).lots
    assert next(change for change in one.changes if change.key == "taux_effort").reason
    assert not next(change for change in other.changes if change.key == "taux_effort").reason


def test_a_reason_for_no_figure_is_a_fault() -> None:
    with pytest.raises(InputError, match="n'est pas un chiffre du calibrage"):
        market(calibrage={"motifs": {"meteo": {"motif": "x"}}})


def words(document: Any) -> str:
    said = []
    for block in document.blocks:
        if isinstance(block, Table):
            said += [block.caption, *(plain_text(cell) for row in block.rows for cell in row)]
        elif hasattr(block, "inlines"):
            said.append(plain_text(block.inlines))
        elif hasattr(block, "items"):
            said += [plain_text(item) for item in block.items]
        elif hasattr(block, "text"):
            said.append(block.text)
    return "\n".join(said)


def test_the_note_prints_the_changes_the_calendar_the_sensitivity_and_the_territory() -> None:
    facts = WORKS | {
        "montant_ht": 1_000_000,
        "departement": "80",
        "duree_mois": 24,
        "calibrage": CONTEST | {"cout_horaire": None},
    }
    note = words(result(**facts).documents["note"])
    for expected in (
        "Chiffres changés",
        "Vivier confirmé par la mission locale",
        "le facilitateur",
        "Heures par trimestre",
        "Heures par période",
        "Ce qui change le plus le résultat",
        "Amiens Métropole",
        "Lille Avenir",
        "Validité de l’estimation",
        "pour 10\u202f000\u00a0€ HT",
        "structure facilitatrice",
    ):
        assert expected in note, expected


def test_a_note_without_change_says_so() -> None:
    assert "Aucun chiffre du service n’a été changé" in words(result(**WORKS, montant_ht=1_000_000).documents["note"])


def test_old_files_give_the_same_answer_and_no_new_key_is_asked() -> None:
    for name, example in LIBRARY.examples.items():
        assert market_data(read_market(market_data(example))) == market_data(example), name
        answer = explain(run(example, LIBRARY))["calibrage"]
        for lot in answer["lots"]:
            assert {"lot", "intitule", "methode", "heures", "decision", "alternative", "etapes"} <= set(lot)
            assert sum(item["heures"] for item in lot["trimestres"]) == lot["heures"]["retenu"]
