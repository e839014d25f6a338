"""Overlays: chosen by the place, shown, refusable, and a precedence that never changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cases import LIBRARY, market
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from drafter import yaml_text
from drafter.calibration import Calibration, calibrate
from drafter.errors import InputError
from drafter.explain import explain
from drafter.library import Library
from drafter.library.territory import Territory, territory_faults
from drafter.pipeline import run
from drafter.sheets import calibration_workbook
from drafter.understanding import understand

WORKS = {"nature": "travaux", "objet": "Gros œuvre d'une école", "cpv": "45223220", "duree_mois": 12}
SOURCE = 'source: {titre: "Délibération", lu_le: 2026-11-22}'


def overlay(name: str, level: str, *, places: str = "", **lines: str) -> Territory:
    """An overlay written as a jurist would, with some rates and settings."""
    rates = lines.get("taux", "")
    settings = lines.get("reglages", "")
    floor = lines.get("plancher", "")
    text = f"id: {name}\nlibelle: {name}\ngenre: {level}\nrelu_le: 2026-11-22\n"
    text += f"sources: [{{titre: Délibération, lu_le: 2026-11-22}}]\ndepartements: [{places}]\n"
    for key, body in (("taux", rates), ("reglages", settings)):
        text += f"{key}:\n{body}" if body else ""
    text += floor
    return Territory.model_validate(yaml_text.load(text, name))


def effort(low: str, central: str, high: str, line: str = "travaux-courants") -> str:
    return (
        f"  - id: {line}\n    libelle: Taux du lieu\n    unite: taux\n    valeurs:\n"
        f"      - {{du: 2026-01-01, bas: {low}, central: {central}, haut: {high}, statut: certain, {SOURCE}}}\n"
    )


def setting(name: str, value: str, unit: str = "heures", since: str = "2026-01-01") -> str:
    return (
        f"  - id: calibrage.{name}\n    libelle: Seuil du lieu\n    unite: {unit}\n    valeurs:\n"
        f"      - {{du: {since}, valeur: {value}, statut: certain, {SOURCE}}}\n"
    )


def floor(value: str) -> str:
    return (
        "plancher_effort:\n  id: plancher\n  libelle: Plancher\n  unite: taux\n  valeurs:\n"
        f"    - {{du: 2026-01-01, valeur: {value}, statut: certain, {SOURCE}}}\n"
    )


def library(*territories: Territory) -> Library:
    return replace(LIBRARY, territories={item.id: item for item in territories})


def found(own: Library = LIBRARY, **facts: Any) -> Calibration:
    read = market(**WORKS | facts)
    return calibrate(understand(read, own), own, read.launch_date)


def central(own: Library, **facts: Any) -> Any:
    (lot,) = found(own, **facts).lots
    return next(step.value.value for step in lot.steps if step.name.startswith("Taux d'effort"))


# --- those of the library ------------------------------------------------------------------------


def test_the_somme_is_chosen_by_its_department_and_changes_no_figure() -> None:
    here, there = found(departement="80", montant_ht=900_000), found(departement="45", montant_ht=900_000)
    assert [use.territory.id for use in here.territories] == ["hauts-de-france", "somme"]
    assert here.lots == there.lots
    assert there.territories == ()


def test_bodies_are_named_without_any_person() -> None:
    bodies = [body for item in LIBRARY.territories.values() for body in item.bodies]
    assert any("Amiens Métropole" in body.name for body in bodies)
    assert not any("@" in f"{body.name}{body.perimeter}{body.role}" for body in bodies)


def test_the_canal_sets_five_percent_at_least_and_rounds_up() -> None:
    facts = {"technicite": "forte", "montant_ht": 1_000_000, "departement": "80"}
    (without,) = found(**facts).lots
    (within,) = found(**facts, territoire="canal-seine-nord-europe").lots
    step = next(step for step in within.steps if step.name == "Taux d'effort minimal du territoire")
    assert step.value.value * 100 == 5
    assert "Département de la Somme" in step.source
    assert within.hours.exact.value == without.hours.exact.value * 2  # 5 % halved by the technicity, then 5 % again
    assert within.hours.advised.value - within.hours.exact.value < 10
    assert within.hours.advised >= within.hours.exact
    assert within.hours.low <= within.hours.advised <= within.hours.high


def test_a_rate_typed_under_a_local_floor_is_kept_and_told() -> None:
    (lot,) = found(territoire="canal-seine-nord-europe", montant_ht=3_000_000, calibrage={"taux_effort": "3 %"}).lots
    assert lot.hours.exact.value == lot.worked.value * 3 / 100  # type: ignore[union-attr]
    assert any("plancher" in text and "Canal" in text for text in lot.alerts)


def test_supplies_have_no_floor() -> None:
    read = market(nature="fournitures", territoire="canal-seine-nord-europe", montant_ht=5_000_000)
    (lot,) = calibrate(understand(read, LIBRARY), LIBRARY, read.launch_date).lots
    assert not lot.has_clause
    assert lot.hours.exact.value == 0


def test_an_overlay_can_be_refused_and_it_is_said() -> None:
    answer = explain(run(market(**WORKS, departement="80", territoires_ecartes=["somme"]), LIBRARY))["calibrage"]
    told = {item["id"]: (item["appliquee"], item["ecartee"]) for item in answer["territoires"]}
    assert told == {"hauts-de-france": (True, False), "somme": (False, True)}
    assert [item["id"] for item in answer["territoires_a_choisir"]] == ["canal-seine-nord-europe"]


@pytest.mark.parametrize("key", ["territoire", "territoires_ecartes"])
def test_an_overlay_that_does_not_exist_is_a_fault(key: str) -> None:
    with pytest.raises(InputError, match="somme"):
        run(market(**WORKS, **{key: "atlantide"}), LIBRARY)


def test_an_overlay_named_and_refused_is_a_fault() -> None:
    with pytest.raises(InputError, match="aussi écartée"):
        run(market(**WORKS, territoire="somme", territoires_ecartes="somme"), LIBRARY)


# --- precedence ----------------------------------------------------------------------------------

REGION = overlay("ma-region", "region", places='"80", "02"', taux=effort("6 %", "6 %", "9 %"))
PLACE = overlay("mon-departement", "departement", places='"80"', taux=effort("7 %", "7 %", "9 %"))
BUYER = overlay("mon-organisation", "organisation", taux=effort("8 %", "8 %", "9 %"))
EVERY = library(BUYER, PLACE, REGION)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"departement": "45"}, 5),
        ({"departement": "02"}, 6),
        ({"departement": "80"}, 7),
        ({"departement": "80", "territoire": "mon-organisation"}, 8),
        ({"departement": "80", "territoire": "mon-organisation", "calibrage": {"taux_effort": "9 %"}}, 9),
        ({"departement": "80", "territoires_ecartes": "mon-departement"}, 6),
        ({"departement": "45", "territoire": "ma-region"}, 6),
    ],
)
def test_typed_over_organisation_over_department_over_region_over_national(
    facts: dict[str, Any], expected: int
) -> None:
    assert central(EVERY, **facts) * 100 == expected


def test_what_an_overlay_changes_is_shown_against_the_wider_one() -> None:
    uses = found(EVERY, departement="80").territories
    assert [(use.territory.id, [float(value.value) for value in use.changes[0].before]) for use in uses] == [
        ("ma-region", [0.05, 0.05, 0.1]),
        ("mon-departement", [0.06, 0.06, 0.09]),
    ]
    assert uses[0].changes[0].source == "Délibération"


def test_each_lot_has_the_overlays_of_its_own_place() -> None:
    lots = [
        {"intitule": "Gros œuvre nord", "montant_ht": 800_000, "departement": "80"},
        {"intitule": "Gros œuvre sud", "montant_ht": 800_000, "departement": "02"},
    ]
    both = found(EVERY, montant_ht=1_600_000, lots=lots)
    one, other = both.lots
    assert one.hours.exact.value * 6 == other.hours.exact.value * 7
    assert [use.lots for use in both.territories] == [(1, 2), (1,)]


def test_a_setting_of_the_place_decides_and_rounds() -> None:
    own = library(
        overlay(
            "seuils", "departement", places='"80"', reglages=setting("heures-min", "200") + setting("arrondi", "35")
        )
    )
    (small,) = found(own, departement="80", montant_ht=250_000).lots
    assert not small.has_clause
    assert "200" in small.reason
    (large,) = found(own, departement="80", montant_ht=1_000_000).lots
    assert large.hours.advised.value % 35 == 0
    assert 0 <= large.hours.exact.value - large.hours.advised.value < 35
    assert sum(item.hours.value for item in large.quarters) == large.hours.advised.value


def test_the_workbook_follows_the_setting_of_the_place() -> None:
    own = library(overlay("seuils", "departement", places='"80"', reglages=setting("arrondi", "35")))
    result = run(market(**WORKS, departement="80", montant_ht=1_000_000), own)
    from io import BytesIO

    from openpyxl import load_workbook

    book = load_workbook(BytesIO(calibration_workbook(result)), data_only=True)
    kept = next(row[2] for row in book["Marché"].iter_rows(values_only=True) if row[0] == "Heures retenues")
    assert kept == result.calibration.lots[0].hours.advised.value


def test_a_line_whose_dates_do_not_hold_changes_nothing() -> None:
    own = library(
        overlay("futur", "departement", places='"80"', reglages=setting("heures-min", "200", since="2030-01-01"))
    )
    assert found(own, departement="80", montant_ht=400_000).lots == found(departement="45", montant_ht=400_000).lots


percents = st.integers(0, 30)


@given(
    st.tuples(percents, percents, percents).map(sorted),
    st.integers(0, 20),
    st.integers(1, 40),
    st.sampled_from(
        [{}, {"technicite": "forte"}, {"technicite": "faible", "drapeaux": ["npnru"]}, {"forme": "bons_de_commande"}]
    ),
)
def test_low_advised_high_hold_under_any_overlay(
    rates: list[int], least: int, amount: int, facts: dict[str, Any]
) -> None:
    low, central_, high = (f"{rate} %" for rate in rates)
    own = library(
        overlay("lieu", "departement", places='"80"', taux=effort(low, central_, high), plancher=floor(f"{least} %"))
    )
    (lot,) = found(own, departement="80", montant_ht=amount * 100_000, **facts).lots
    assert lot.hours.low <= lot.hours.advised <= lot.hours.high
    if lot.has_clause and lot.worked is not None:
        assert lot.hours.exact.value >= lot.worked.value * least / 100
        assert lot.hours.advised >= lot.hours.exact


# --- what the reader refuses -----------------------------------------------------------------------


def faults(*territories: Territory) -> Iterator[str]:
    return (str(fault) for fault in territory_faults(library(*territories)))


@pytest.mark.parametrize(
    ("territory", "words"),
    [
        (overlay("a", "departement", places='"80"', taux=effort("1 %", "2 %", "3 %", "inconnu")), "n'existe pas"),
        (overlay("a", "departement", places='"80"', reglages=setting("arrondi", "0")), "diviseur"),
        (overlay("a", "departement", places='"80"', reglages=setting("arrondi", "5", "mois")), "unite"),
        (overlay("a", "departement", places='"80"', taux=effort("1 %", "2 %", "3 %", "npnru-travaux")), "plancher"),
    ],
)
def test_an_overlay_shares_the_lines_of_the_tables(territory: Territory, words: str) -> None:
    (fault,) = faults(territory)
    assert "surcouche a" in fault
    assert words in fault


def test_one_overlay_of_a_kind_for_a_department() -> None:
    (fault,) = faults(overlay("a", "departement", places='"80"'), overlay("b", "departement", places='"80"'))
    assert "déjà dans a" in fault


@pytest.mark.parametrize(
    "change",
    [
        {"contacts": [{"structure": "Mission locale, contact@exemple.fr", "perimetre": "Somme"}]},
        {"contacts": [{"structure": "Mission locale", "perimetre": "Somme, 03 22 00 00 00"}]},
        {"departements": []},
        {"departements": ["quatre-vingts"]},
        {"genre": "organisation"},
        {"sources": []},
        {"inconnu": "x"},
    ],
)
def test_an_overlay_is_read_strictly(change: dict[str, Any]) -> None:
    good = {
        "id": "a",
        "libelle": "a",
        "genre": "departement",
        "departements": ["80"],
        "relu_le": "2026-11-22",
        "sources": [{"titre": "t", "lu_le": "2026-11-22"}],
    }
    assert Territory.model_validate(good)
    with pytest.raises(ValidationError):
        Territory.model_validate(good | change)
