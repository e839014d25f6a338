"""Consistency checks as a list, ratios of framework agreements by every method, and the rounding the CCAP writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from drafter.calibration import LotCalibration, calibrate
from drafter.calibration.model import ControlLevel
from drafter.calibration.orders import RATIO
from drafter.dated import Source, Status
from drafter.draft.fields import rounding_words
from drafter.explain import explain
from drafter.facts import Method
from drafter.library import load_library
from drafter.market import read_market
from drafter.pipeline import Result, run
from drafter.understanding import understand
from drafter.values import Hours, Rate

LIBRARY = load_library()
OK, LOOK, CONFIRM = ControlLevel.OK, ControlLevel.LOOK, ControlLevel.CONFIRM
BASE = {"objet": "Travaux", "nature": "travaux", "duree_mois": 10, "date_lancement": "2026-10-01"}


def result(**facts: Any) -> Result:
    return run(read_market({**BASE, **facts}), LIBRARY)


def only(**facts: Any) -> LotCalibration:
    market = read_market({**BASE, **facts})
    (lot,) = calibrate(understand(market, LIBRARY), LIBRARY, market.launch_date).lots
    return lot


def levels(lot: LotCalibration) -> dict[str, ControlLevel]:
    return {control.id: control.level for control in lot.controls}


def test_what_passes_is_told_as_well() -> None:
    lot = only(montant_ht=1_000_000, duree_mois=36)
    assert levels(lot) == {"plafond-effort": OK, "encadrement": OK, "heures-montant": OK, "volume-annuel": OK}
    assert lot.alerts == ()


@pytest.mark.parametrize(
    ("facts", "name", "level"),
    [
        ({"montant_ht": 500_000, "calibrage": {"taux_effort": "16 %"}}, "plafond-effort", CONFIRM),
        ({"montant_ht": 500_000, "calibrage": {"taux_effort": "15 %"}}, "plafond-effort", OK),
        ({"montant_ht": 500_000, "calibrage": {"taux_effort": "31 %"}}, "encadrement", LOOK),
        ({"montant_ht": 500_000, "calibrage": {"heures": 4000}}, "heures-montant", LOOK),
        ({"montant_ht": 500_000, "calibrage": {"heures": 20}}, "heures-montant", LOOK),
        ({"montant_ht": 600_000, "duree_mois": 48}, "volume-annuel", LOOK),
        ({"montant_ht": 500_000, "calibrage": {"effectif": 12}}, "ecart-methodes", CONFIRM),
        ({"montant_ht": 500_000, "calibrage": {"heures": 300}}, "ecart-methodes", OK),
        ({"montant_ht": 120_000}, "parcours-court", LOOK),
        ({"montant_ht": 500_000, "duree_mois": "1.5"}, "duree-courte", LOOK),
        ({"montant_ht": 500_000, "drapeaux": ["npnru"], "calibrage": {"taux_effort": "3 %"}}, "plancher-effort", LOOK),
        ({"montant_ht": 500_000, "calibrage": {"seuil_bon_commande_ht": 1000}}, "seuil-commande", LOOK),
    ],
)
def test_each_check(facts: dict[str, Any], name: str, level: ControlLevel) -> None:
    lot = only(**facts)
    assert levels(lot)[name] is level
    found = [control.text for control in lot.controls if control.level is not OK]
    assert list(lot.alerts) == found


def test_nothing_is_checked_where_there_is_no_clause() -> None:
    assert only(montant_ht=500_000, drapeaux=["reserve_siae"]).controls == ()


def test_each_control_names_its_lot_and_is_in_the_answer() -> None:
    lots = [{"intitule": "Peinture", "montant_ht": 90_000}, {"intitule": "Gros œuvre", "montant_ht": 900_000}]
    data = explain(result(lots=lots))["calibrage"]["controles"]
    assert {row["lot"] for row in data} == {1, 2}
    assert all(set(row) == {"id", "niveau", "texte", "lot"} for row in data)
    assert {row["niveau"] for row in data} <= {"conforme", "attention", "a_confirmer"}


def with_setting(name: str, figure: Any):
    """The library whose overlay of the programme changes one setting."""
    base = LIBRARY.parameters[f"calibrage.{name}"]
    source = Source(titre="Essai", lu_le="2026-11-22")
    entry = base.values[0].model_copy(
        update={"value": figure, "start": date(2020, 1, 1), "source": source, "status": Status.DECISION}
    )
    territory = LIBRARY.territories["canal-seine-nord-europe"]
    changed = territory.model_copy(update={"settings": (base.model_copy(update={"values": (entry,)}),)})
    return replace(LIBRARY, territories={**LIBRARY.territories, territory.id: changed})


def test_the_ceiling_is_that_of_the_territory() -> None:
    """In the check of the calibrage, and in the warning on typed hours."""
    facts = {**BASE, "montant_ht": 500_000, "territoire": "canal-seine-nord-europe", "calibrage": {"heures": 800}}
    market, lower = read_market(facts), with_setting("taux-max-travaux", Rate(Fraction(8, 100)))
    national, local = run(market, LIBRARY), run(market, lower)
    assert levels(national.calibration.lots[0])["plafond-effort"] is OK
    assert levels(local.calibration.lots[0])["plafond-effort"] is CONFIRM
    told, said = ([alert.text for alert in found.alerts if "saisies font" in alert.text] for found in (local, national))
    assert len(told) == 1
    assert "plus que 8\u00a0%" in told[0]
    assert said == []


ORDERS = {"forme": "bons_de_commande", "montant_ht": 1_200_000, "montant_min_ht": 400_000, "duree_mois": 48}


@pytest.mark.parametrize(
    ("given", "method", "hours"),
    [
        ({"heures_dpgf": 14_400}, Method.BILL, 720),
        ({"heures_marche_precedent": 7_200, "montant_marche_precedent": 600_000}, Method.PREVIOUS, 720),
        ({"effectif": "2.5"}, Method.STAFF, Fraction(803_5, 10)),
    ],
)
def test_a_framework_agreement_has_a_ratio_whatever_the_method(given: Any, method: Method, hours: Any) -> None:
    lot = only(**ORDERS, calibrage={"taux_effort": "5 %", **given})
    assert lot.method is method
    assert lot.hours.exact.value == hours
    assert lot.ratio is not None
    assert lot.ratio.per_tranche.value == Fraction(Fraction(hours) / 120 * 10 // 1, 10)
    assert lot.ratio.at_minimum == Hours(Fraction(hours) / 3 // 10 * 10)
    step = lot.steps[-1]
    assert (step.name, step.value, step.unit) == (RATIO, lot.ratio.per_tranche, "h par tranche")
    assert "÷" in step.note


def test_small_orders_concentrate_the_ratio() -> None:
    part = {"seuil_bon_commande_ht": 20_000, "part_commandes_au_dessus_seuil": "75 %"}
    lot = only(**ORDERS, calibrage={"taux_effort": "5 %", "heures_dpgf": 14_400, **part})
    assert lot.ratio is not None
    assert lot.ratio.per_tranche.value == 8  # 720 h over 900 000 € of orders


def test_no_ratio_without_an_amount_and_the_question_is_asked() -> None:
    facts = {**BASE, "forme": "bons_de_commande", "montant_ht": 900_000}
    lots = [{"intitule": "A", "montant_ht": 500_000}, {"intitule": "B", "calibrage": {"heures_dpgf": 9_000}}]
    found = run(read_market({**facts, "lots": lots}), LIBRARY)
    second = found.calibration.lots[1]
    assert second.ratio is None
    assert any("ratio par commande" in question for question in second.questions)
    assert found.documents["ccap"]


def text_of(found: Result) -> str:
    return " ".join(str(block) for block in found.documents["ccap"].blocks).replace("\\xa0", "\u00a0")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "à la dizaine inférieure"),
        ({"drapeaux": ["npnru"]}, "à la dizaine supérieure"),
        ({"territoire": "canal-seine-nord-europe"}, "à la dizaine supérieure"),
    ],
)
def test_the_revision_clause_rounds_as_the_calculation_did(facts: Any, words: str) -> None:
    found = result(montant_ht=800_000, **facts)
    assert found.calibration.lots[0].rounds_up is words.endswith("supérieure")
    assert words in text_of(found)


def test_the_revision_clause_tells_lots_apart() -> None:
    lots = [
        {"intitule": "A", "montant_ht": 500_000},
        {"intitule": "B", "montant_ht": 500_000, "drapeaux": ["npnru"]},
    ]
    text = text_of(result(lots=lots))
    assert "à la dizaine inférieure pour le lot n°\u00a01 et à la dizaine supérieure pour le lot n°\u00a02" in text


def test_rounding_in_words() -> None:
    assert rounding_words(Fraction(10), up=False) == "à la dizaine inférieure"
    assert rounding_words(Fraction(1), up=True) == "à l'heure supérieure"
    assert rounding_words(Fraction(5), up=False) == "au multiple de 5 heures inférieur"
