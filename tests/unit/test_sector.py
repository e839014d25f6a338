"""Which sector duties bind: a table that a lawyer can read and complete, then what must hold for any market.

A line: the purchase (segment, nature, buyer, amount), the launch date, the duty, what the law says. `+` due,
`?` to be specified, `-` not due.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from cases import LIBRARY
from hypothesis import given, settings
from hypothesis import strategies as st

from drafter.dated import Status
from drafter.duties import BUYER_QUESTION, TABLE_QUESTION, DutyStatus, find_procedure
from drafter.library.sector import SectorDuty
from drafter.market import Market, read_market
from drafter.sector import (
    FIGURE_NOT_LOADED,
    FRAMEWORK_QUESTION,
    RATE_NOT_LOADED,
    REGIME_QUESTION,
    SEGMENT_QUESTION,
    FoundSectorDuty,
    find_sector_duties,
    months_later,
    sector_row,
)
from drafter.understanding import understand
from drafter.vocabulary import Buyer

S, F, W = "services", "fournitures", "travaux"
STATE, TOWN, HEALTH = "etat", "collectivite", "etablissement_sante"
OTHER, UTILITY = "autre_pouvoir_adjudicateur", "entite_adjudicatrice"
WORD = {"+": DutyStatus.DUE, "?": DutyStatus.UNSURE, "-": DutyStatus.NOT_DUE}


def market(segment: str, nature: str, buyer: str | None, on: str, amount: int = 100_000, **more: Any) -> Market:
    """A market of a segment, named by its code or by the id of one of its trades. `GEN?`: nothing says which."""
    name = LIBRARY.segments[segment].id if segment in LIBRARY.segments else segment
    facts = {
        "objet": "Achat",
        "segment": None if segment == "GEN?" else name,
        "nature": nature,
        "acheteur": buyer,
        "montant_ht": amount,
        "duree_mois": 48,
        "date_lancement": on,
        **more,
    }
    return read_market({key: value for key, value in facts.items() if value is not None})


def found(of: Market) -> dict[str, FoundSectorDuty]:
    understanding = understand(of, LIBRARY)
    procedure = find_procedure(of, LIBRARY, of.launch_date)
    return {item.id: item for item in find_sector_duties(understanding, procedure, LIBRARY, of.launch_date)}


def one(duty: str, *facts: Any, **more: Any) -> FoundSectorDuty:
    return found(market(*facts, **more))[duty]


CASES: list[tuple[str, str, str | None, int, str, str, str]] = [
    # AGEC 58: who, on what, from when (matrix § 4.13)
    ("TEX", F, STATE, 50_000, "2026-11-22", "AGEC-58", "+"),
    ("TEX", F, TOWN, 50_000, "2026-11-22", "AGEC-58", "+"),
    ("TEX", F, HEALTH, 50_000, "2026-11-22", "AGEC-58", "-"),
    ("TEX", F, OTHER, 50_000, "2026-11-22", "AGEC-58", "-"),
    ("TEX", F, UTILITY, 50_000, "2026-11-22", "AGEC-58", "-"),
    ("TEX", F, None, 50_000, "2026-11-22", "AGEC-58", "?"),
    ("TEX", F, TOWN, 50_000, "2020-12-31", "AGEC-58", "-"),
    ("TEX", F, TOWN, 50_000, "2021-01-01", "AGEC-58", "+"),
    ("TEX", F, TOWN, 50_000, "2024-06-30", "AGEC-58", "+"),
    ("TEX", F, TOWN, 50_000, "2024-07-01", "AGEC-58", "+"),
    ("EV", F, TOWN, 50_000, "2026-11-22", "AGEC-58", "+"),
    ("EV", S, TOWN, 50_000, "2026-11-22", "AGEC-58", "?"),
    ("BLA", S, TOWN, 50_000, "2026-11-22", "AGEC-58", "?"),
    ("NET", S, TOWN, 50_000, "2026-11-22", "AGEC-58", "-"),
    ("REST", F, TOWN, 50_000, "2026-11-22", "AGEC-58", "-"),
    # AGEC 55, 77, plastics
    ("MOB", F, TOWN, 10_000, "2020-12-31", "AGEC-55", "-"),
    ("MOB", F, TOWN, 10_000, "2021-01-01", "AGEC-55", "+"),
    ("LOG", S, STATE, 10_000, "2026-11-22", "AGEC-55", "+"),
    ("LOG", S, HEALTH, 10_000, "2026-11-22", "AGEC-55", "-"),
    ("PI", S, TOWN, 10_000, "2026-11-22", "AGEC-55", "-"),
    ("EVE", S, STATE, 10_000, "2021-12-31", "AGEC-77", "-"),
    ("EVE", S, STATE, 10_000, "2022-01-01", "AGEC-77", "+"),
    ("EVE", S, TOWN, 10_000, "2026-11-22", "AGEC-77", "-"),
    ("EVE", S, None, 10_000, "2026-11-22", "AGEC-77", "?"),
    ("REST", S, TOWN, 10_000, "2019-12-31", "PLAST-1", "-"),
    ("REST", S, TOWN, 10_000, "2020-01-01", "PLAST-1", "?"),
    ("NET", S, TOWN, 10_000, "2026-11-22", "PLAST-1", "-"),
    ("REST", S, TOWN, 10_000, "2024-12-31", "PLAST-2", "-"),
    ("REST", S, TOWN, 10_000, "2025-01-01", "PLAST-2", "?"),
    ("MED", F, HEALTH, 10_000, "2025-01-01", "PLAST-2", "?"),
    # repairability and durability indices, end of life of equipment: whatever the amount
    ("NUM", F, TOWN, 1_000, "2022-12-31", "IND-REPARABILITE", "-"),
    ("NUM", F, TOWN, 1_000, "2023-01-01", "IND-REPARABILITE", "+"),
    ("NUM", F, HEALTH, 1_000, "2026-11-22", "IND-REPARABILITE", "-"),
    ("EV", F, TOWN, 1_000, "2026-11-22", "IND-REPARABILITE", "?"),
    ("ELE", F, TOWN, 1_000, "2025-12-31", "IND-DURABILITE", "-"),
    ("ELE", F, TOWN, 1_000, "2026-01-01", "IND-DURABILITE", "+"),
    ("NUM", F, TOWN, 1_000, "2026-01-01", "IND-DURABILITE", "?"),
    ("NUM", F, TOWN, 1_000, "2023-04-14", "REEN-16", "-"),
    ("NUM", F, TOWN, 1_000, "2023-04-15", "REEN-16", "+"),
    ("NUM", F, TOWN, 1_000, "2024-12-31", "REEN-35", "-"),
    ("NUM", F, TOWN, 1_000, "2025-01-01", "REEN-35", "?"),
    ("LOG", S, TOWN, 1_000, "2026-11-22", "RGAA", "?"),
    ("BATN", W, OTHER, 1_000, "2026-11-22", "ACCES-R2111-6", "+"),
    # energy efficiency: all buyers, from the European threshold (reaching it counts)
    ("NUM", F, TOWN, 215_999, "2026-11-22", "ENERGIE-L234", "-"),
    ("NUM", F, TOWN, 216_000, "2026-11-22", "ENERGIE-L234", "+"),
    ("NUM", F, STATE, 139_999, "2026-11-22", "ENERGIE-L234", "-"),
    ("NUM", F, STATE, 140_000, "2026-11-22", "ENERGIE-L234", "+"),
    ("NUM", F, HEALTH, 216_000, "2026-11-22", "ENERGIE-L234", "+"),
    ("NUM", F, OTHER, 216_000, "2026-11-22", "ENERGIE-L234", "+"),
    ("NUM", F, UTILITY, 431_999, "2026-11-22", "ENERGIE-L234", "-"),
    ("NUM", F, UTILITY, 432_000, "2026-11-22", "ENERGIE-L234", "+"),
    ("NUM", F, None, 200_000, "2026-11-22", "ENERGIE-L234", "?"),
    ("NUM", F, None, 500_000, "2026-11-22", "ENERGIE-L234", "+"),
    ("BATN", W, TOWN, 5_403_999, "2026-11-22", "ENERGIE-L234", "-"),
    ("BATN", W, TOWN, 5_404_000, "2026-11-22", "ENERGIE-L234", "+"),
    ("NUM", F, TOWN, 500_000, "2025-10-15", "ENERGIE-L234", "-"),
    ("NUM", F, TOWN, 500_000, "2025-10-16", "ENERGIE-L234", "+"),
    ("NUM", F, TOWN, 500_000, "2028-01-01", "ENERGIE-L234", "?"),
    ("NET", S, TOWN, 500_000, "2026-11-22", "ENERGIE-L234", "?"),
    ("ASS", S, TOWN, 500_000, "2026-11-22", "ENERGIE-L234", "-"),
    ("CVC", S, TOWN, 216_000, "2026-11-22", "ENERGIE-CPE", "+"),
    ("CVC", S, TOWN, 215_999, "2026-11-22", "ENERGIE-CPE", "-"),
    ("ascenseur-maintenance", S, TOWN, 500_000, "2026-11-22", "ENERGIE-CPE", "-"),
    ("CVC", S, STATE, 1_000, "2025-10-15", "ENERGIE-L235", "-"),
    ("CVC", S, STATE, 1_000, "2025-10-16", "ENERGIE-L235", "+"),
    ("CVC", S, TOWN, 1_000, "2026-12-31", "ENERGIE-L235", "?"),
    ("CVC", S, TOWN, 1_000, "2029-12-31", "ENERGIE-L235", "?"),
    ("CVC", S, TOWN, 1_000, "2030-01-01", "ENERGIE-L235", "+"),
    ("CVC", S, OTHER, 1_000, "2026-11-22", "ENERGIE-L235", "?"),
    ("CVC", S, OTHER, 1_000, "2026-11-22", "TEMPERATURES", "+"),
    # buildings
    ("BATN", W, TOWN, 1_000, "2021-12-31", "RE2020", "-"),
    ("BATN", W, TOWN, 1_000, "2022-01-01", "RE2020", "?"),
    ("BATN", W, TOWN, 1_000, "2026-05-01", "RE2020", "?"),
    ("RENO", W, TOWN, 1_000, "2026-05-01", "RE2020", "-"),
    ("RENO", W, TOWN, 1_000, "2026-11-22", "L228-4", "+"),
    ("photovoltaique", W, TOWN, 1_000, "2026-11-22", "SOLAIRE-L228-4", "+"),
    ("RENO", W, TOWN, 1_000, "2023-06-30", "PEMD", "-"),
    ("RENO", W, TOWN, 1_000, "2023-07-01", "PEMD", "?"),
    ("DEMO", W, TOWN, 1_000, "2023-07-01", "PEMD", "?"),
    ("BATN", W, TOWN, 1_000, "2026-11-22", "PEMD", "-"),
    ("BATN", W, TOWN, 1_000, "2024-04-07", "BACS", "-"),
    ("BATN", W, TOWN, 1_000, "2024-04-08", "BACS", "?"),
    ("CVC", S, TOWN, 1_000, "2024-12-31", "BACS", "-"),
    ("CVC", S, TOWN, 1_000, "2025-01-01", "BACS", "?"),
    ("CVC", S, TOWN, 1_000, "2026-11-22", "TERTIAIRE", "?"),
    ("photovoltaique", W, TOWN, 5_404_000, "2025-12-29", "NZIA", "-"),
    ("photovoltaique", W, TOWN, 5_538_000, "2025-12-30", "NZIA", "+"),
    ("photovoltaique", W, TOWN, 5_537_999, "2025-12-30", "NZIA", "-"),
    ("photovoltaique", W, TOWN, 5_404_000, "2026-07-01", "NZIA", "+"),
    ("ENE", F, TOWN, 216_000, "2026-11-22", "NZIA", "?"),
    # waste
    ("RENO", W, TOWN, 1_000, "2021-06-30", "TRI-BTP", "-"),
    ("RENO", W, TOWN, 1_000, "2021-07-01", "TRI-BTP", "+"),
    ("VRD", W, None, 1_000, "2026-11-22", "TRI-BTP", "+"),
    ("NET", S, TOWN, 1_000, "2026-11-22", "TRI-BTP", "-"),
    ("NET", S, None, 1_000, "2026-11-22", "TRI-5FLUX", "+"),
    ("PI", S, TOWN, 1_000, "2026-11-22", "TRI-5FLUX", "-"),
    ("EV", S, TOWN, 1_000, "2023-12-31", "BIODECHETS", "-"),
    ("EV", S, TOWN, 1_000, "2024-01-01", "BIODECHETS", "+"),
    # roads and paper
    ("voirie", W, TOWN, 1_000, "2019-12-31", "ROUTES-79", "-"),
    ("voirie", W, TOWN, 1_000, "2020-01-01", "ROUTES-79", "+"),
    ("voirie", W, STATE, 1_000, "2026-11-22", "ROUTES-79", "+"),
    ("voirie", W, OTHER, 1_000, "2026-11-22", "ROUTES-79", "-"),
    ("terrassement", W, TOWN, 1_000, "2026-11-22", "ROUTES-79", "?"),
    ("PAP", F, TOWN, 1_000, "2016-12-31", "PAPIER-79", "-"),
    ("PAP", F, TOWN, 1_000, "2017-01-01", "PAPIER-79", "+"),
    ("PAP", F, HEALTH, 1_000, "2026-11-22", "PAPIER-79", "-"),
    ("NET", S, TOWN, 1_000, "2026-11-22", "PAPIER-79", "?"),
    # deforestation, PFAS
    ("MOB", F, STATE, 1_000, "2022-04-24", "DEFOR-272", "-"),
    ("MOB", F, STATE, 1_000, "2022-04-25", "DEFOR-272", "+"),
    ("MOB", F, TOWN, 1_000, "2026-11-22", "DEFOR-272", "-"),
    ("MOB", F, TOWN, 1_000, "2026-12-29", "RDUE", "-"),
    ("MOB", F, TOWN, 1_000, "2026-12-30", "RDUE", "+"),
    ("TEX", F, TOWN, 1_000, "2025-12-31", "PFAS", "-"),
    ("TEX", F, TOWN, 1_000, "2026-01-01", "PFAS", "+"),
    # fleets: every contracting authority, more than twenty vehicles
    ("VEH", F, STATE, 1_000, "2026-11-22", "FLOTTE-VL", "?"),
    ("VEH", F, HEALTH, 1_000, "2026-11-22", "FLOTTE-VL", "?"),
    ("entretien-vehicules", S, TOWN, 1_000, "2026-11-22", "FLOTTE-VL", "-"),
    ("TRA", S, TOWN, 1_000, "2026-11-22", "FLOTTE-VL", "?"),
    ("TVO", S, TOWN, 1_000, "2024-12-31", "FLOTTE-BUS", "-"),
    ("TVO", S, TOWN, 1_000, "2025-01-01", "FLOTTE-BUS", "+"),
    ("DEC", S, TOWN, 1_000, "2026-11-22", "FLOTTE-PL", "?"),
    ("VEH", F, TOWN, 1_000, "2020-02-11", "PNEUS", "-"),
    ("VEH", F, TOWN, 1_000, "2020-02-12", "PNEUS", "?"),
    ("VEH", F, HEALTH, 1_000, "2026-11-22", "PNEUS", "?"),
    ("TRA", S, TOWN, 1_000, "2026-11-22", "GES-TRANSPORT", "?"),
    ("TRA", S, TOWN, 1_000, "2026-11-22", "ZFE", "?"),
    # food
    ("REST", S, TOWN, 1_000, "2021-12-31", "EGALIM", "-"),
    ("REST", S, TOWN, 1_000, "2022-01-01", "EGALIM", "+"),
    ("REST", F, STATE, 1_000, "2026-11-22", "EGALIM", "+"),
    ("REST", S, HEALTH, 1_000, "2026-11-22", "EGALIM", "+"),
    ("REST", S, OTHER, 1_000, "2026-11-22", "EGALIM", "?"),
    ("REST", S, None, 1_000, "2026-11-22", "EGALIM", "?"),
    ("REST", S, None, 1_000, "2026-11-22", "GASPILLAGE", "+"),
    ("REST", S, TOWN, 1_000, "2026-11-22", "VEGETARIEN", "?"),
    # green spaces, light, temporary buildings
    ("EV", S, TOWN, 1_000, "2016-12-31", "PHYTO", "-"),
    ("EV", S, TOWN, 1_000, "2017-01-01", "PHYTO", "+"),
    ("EV", S, OTHER, 1_000, "2026-11-22", "PHYTO", "?"),
    ("EV", S, None, 1_000, "2026-11-22", "PHYTO", "?"),
    ("EP", W, TOWN, 1_000, "2019-12-31", "LUMIERE", "-"),
    ("EP", W, TOWN, 1_000, "2020-01-01", "LUMIERE", "+"),
    ("MODU", F, HEALTH, 1_000, "2020-02-11", "MODU-L2172-5", "-"),
    ("MODU", F, HEALTH, 1_000, "2020-02-12", "MODU-L2172-5", "+"),
]


@pytest.mark.parametrize(("segment", "nature", "buyer", "amount", "on", "duty", "expected"), CASES)
def test_what_the_law_says(
    segment: str, nature: str, buyer: str | None, amount: int, on: str, duty: str, expected: str
) -> None:
    answer = one(duty, segment, nature, buyer, on, amount)
    assert answer.status is WORD[expected], answer.reason
    assert bool(answer.questions) is (expected == "?")
    assert answer.reason


def test_every_duty_of_the_library_has_its_cases() -> None:
    """Each duty is seen binding (or in doubt) and not binding; those that are not datable are named."""
    said: dict[str, set[str]] = {}
    for *_, duty, expected in CASES:
        said.setdefault(duty, set()).add(expected)
    assert set(said) == set(LIBRARY.sector_duties)
    one_sided = {
        "RGAA", "ACCES-R2111-6", "TEMPERATURES", "L228-4", "SOLAIRE-L228-4", "TERTIAIRE",
        "FLOTTE-PL", "GES-TRANSPORT", "ZFE", "GASPILLAGE", "VEGETARIEN",
    }  # fmt: skip
    assert {duty for duty, answers in said.items() if answers <= {"+", "?"}} == one_sided


# --- AGEC 58: the milestone and the figures -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "months", "year", "reuse", "recycled"),
    [
        ("2024-07-01", 12, 2024, "8 %", "20 %"),
        ("2025-12-31", 12, 2024, "8 %", "20 %"),  # the first year ends on 31/12/2026
        ("2026-01-01", 12, 2027, "15 %", "25 %"),  # the first year ends in 2027
        ("2026-01-01", 11, 2024, "8 %", "20 %"),  # a shorter market ends before
        ("2026-11-22", 48, 2027, "15 %", "25 %"),
        ("2026-11-22", 1, 2024, "8 %", "20 %"),
        ("2028-12-31", 48, 2027, "15 %", "25 %"),
        ("2029-01-01", 48, 2030, "15 %", "30 %"),
        ("2035-01-01", 48, 2030, "15 %", "30 %"),
    ],
)
def test_the_agec_milestone_is_that_of_the_end_of_the_first_year(
    on: str, months: int, year: int, reuse: str, recycled: str
) -> None:
    (line,) = one("AGEC-58", "TEX", F, TOWN, on, duree_mois=months).agec
    assert (line.year, line.reuse, line.recycled) == (year, reuse.replace(" ", "\N{NO-BREAK SPACE}"),
                                                      recycled.replace(" ", "\N{NO-BREAK SPACE}"))  # fmt: skip
    assert line.loaded


def test_the_milestones_the_market_goes_through_are_announced() -> None:
    (line,) = one("AGEC-58", "TEX", F, TOWN, "2026-11-22", duree_mois=48).agec
    assert [text[:11] for text in line.later] == ["Palier 2030"]
    assert one("AGEC-58", "TEX", F, TOWN, "2026-11-22", duree_mois=24).agec[0].later == ()


@pytest.mark.parametrize("segment", ["NUM", "TEL", "IMP", "PAP", "VEH", "DEC", "JEU", "EV", "MODU"])
def test_a_rate_that_was_not_read_is_said_to_be_missing(segment: str) -> None:
    lines = one("AGEC-58", segment, F, TOWN, "2026-11-22").agec
    assert lines
    for line in lines:
        assert not line.loaded
        assert RATE_NOT_LOADED in line.text
        assert "20\N{NO-BREAK SPACE}%" in line.text
        assert "cumulés" in line.text
        assert line.reuse == line.recycled == RATE_NOT_LOADED


def test_one_missing_column_keeps_the_other() -> None:
    (line,) = one("AGEC-58", "ELE", F, TOWN, "2024-12-31", duree_mois=6).agec
    assert "20\N{NO-BREAK SPACE}%" in line.reuse
    assert "probable" in line.reuse
    assert line.recycled == RATE_NOT_LOADED
    assert not line.loaded


def test_the_table_before_the_decree_is_not_loaded() -> None:
    (line,) = one("AGEC-58", "TEX", F, TOWN, "2022-01-01").agec
    assert line.year is None
    assert RATE_NOT_LOADED in line.text


def test_both_categories_of_a_segment_are_shown() -> None:
    assert [line.number for line in one("AGEC-58", "MOB", F, TOWN, "2026-11-22").agec] == [9, 10]


# --- figures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("buyer", "on", "expected"),
    [
        (STATE, "2026-12-31", ["50 %", "37,4 %"]),
        (STATE, "2027-01-01", ["70 %", "37,4 %"]),
        (TOWN, "2025-12-31", ["40 %"]),
        (TOWN, "2026-01-01", ["40 %", "37,4 %"]),
        (TOWN, "2029-12-31", ["40 %", "37,4 %"]),
        (TOWN, "2030-01-01", ["70 %", FIGURE_NOT_LOADED]),
        (OTHER, "2026-11-22", ["40 %", "37,4 %"]),
        (OTHER, "2030-01-01", [FIGURE_NOT_LOADED, FIGURE_NOT_LOADED]),
        (OTHER, "2024-12-31", [FIGURE_NOT_LOADED]),
        (TOWN, "2024-12-31", ["30 %"]),
    ],
)
def test_fleet_quotas_by_buyer_and_day(buyer: str, on: str, expected: list[str]) -> None:
    figures = one("FLOTTE-VL", "VEH", F, buyer, on).figures
    assert [figure.text.replace("\N{NO-BREAK SPACE}", " ") for figure in figures] == expected


def test_the_next_value_is_announced() -> None:
    figure = one("FLOTTE-VL", "VEH", F, STATE, "2026-11-22").figures[0]
    assert figure.next_text.replace("\N{NO-BREAK SPACE}", " ") == "70 % à compter du 1er janvier 2027"


@pytest.mark.parametrize(
    ("buyer", "more", "expected"),
    [
        (TOWN, {}, ["50 %", "20 %", "60 %"]),
        (STATE, {}, ["50 %", "20 %", "100 %"]),
        (TOWN, {"departement": "80"}, ["50 %", "20 %", "60 %"]),
        (TOWN, {"departement": "974"}, ["20 %", "5 %", "60 %"]),
        (TOWN, {"departement": "976"}, ["5 %", "2 %", "60 %"]),
        (TOWN, {"departement": "975"}, ["30 %", "10 %", "60 %"]),
    ],
)
def test_egalim_rates_by_buyer_and_territory(buyer: str, more: dict[str, Any], expected: list[str]) -> None:
    answer = one("EGALIM", "REST", S, buyer, "2026-11-22", **more)
    assert [figure.text.replace("\N{NO-BREAK SPACE}", " ") for figure in answer.figures] == expected
    assert answer.questions == ()


def test_overseas_without_a_department_asks_for_it() -> None:
    answer = one("EGALIM", "REST", S, TOWN, "2026-11-22", drapeaux=["outre_mer"])
    assert any("département" in question for question in answer.questions)
    assert len(answer.figures) == 7  # three territories, two rates each, and the share of meat and fish


@pytest.mark.parametrize(
    ("on", "expected"), [("2023-12-31", "25 %"), ("2024-01-01", "35 %"), ("2024-12-31", "35 %"), ("2025-01-01", "50 %")]
)
def test_reuse_of_discarded_computers(on: str, expected: str) -> None:
    (figure,) = one("REEN-16", "NUM", F, TOWN, on).figures
    assert figure.text.replace("\N{NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize(("on", "expected"), [("2019-12-31", "25 %"), ("2020-01-01", "40 %")])
def test_recycled_paper(on: str, expected: str) -> None:
    assert one("PAPIER-79", "PAP", F, TOWN, on).figures[0].text.replace("\N{NO-BREAK SPACE}", " ") == expected


# --- scope, lots, contract ------------------------------------------------------------------------------------


LOTS = [
    {"intitule": "Papier", "segment": LIBRARY.segments["PAP"].id, "nature": F, "montant_ht": 30_000},
    {"intitule": "Nettoyage", "segment": LIBRARY.segments["NET"].id, "nature": S, "montant_ht": 30_000},
    {"intitule": "Assurance", "segment": LIBRARY.segments["ASS"].id, "nature": S, "montant_ht": 30_000},
]


def test_a_duty_says_which_lots_it_concerns() -> None:
    of = market("PAP", F, TOWN, "2026-11-22", lots=LOTS)
    answer = found(of)["PAPIER-79"]
    assert answer.status is DutyStatus.DUE
    assert answer.lots == (1,)
    assert answer.by_lot == {1: DutyStatus.DUE, 2: DutyStatus.UNSURE, 3: DutyStatus.NOT_DUE}
    assert len(answer.questions) == 1  # lot 2 keeps its question
    assert found(of)["PHYTO"].lots == (2,)
    assert found(of)["EGALIM"].lots == ()


def test_a_market_without_lots_has_no_lot_numbers() -> None:
    answer = one("PAPIER-79", "PAP", F, TOWN, "2026-11-22")
    assert (answer.lots, answer.by_lot) == ((), None)


def test_nothing_is_hidden() -> None:
    answers = found(market("ASS", S, TOWN, "2026-11-22"))
    assert set(answers) == set(LIBRARY.sector_duties)
    assert all(answer.reason for answer in answers.values())
    assert {answer.status for answer in answers.values()} == {DutyStatus.NOT_DUE}


def test_an_unknown_segment_is_asked_for_and_never_a_no() -> None:
    answers = found(market("GEN?", F, TOWN, "2026-11-22", objet="Divers"))
    assert answers["AGEC-58"].status is DutyStatus.UNSURE
    assert SEGMENT_QUESTION in answers["AGEC-58"].questions
    assert answers["TRI-BTP"].status is DutyStatus.NOT_DUE  # known not to be works


def test_a_segment_typed_as_general_is_known() -> None:
    assert one("AGEC-58", "GEN", F, TOWN, "2026-11-22").status is DutyStatus.NOT_DUE


@pytest.mark.parametrize(("duty", "segment", "expected"), [
    ("AGEC-58", "MOB", "-"), ("EGALIM", "REST", "+"), ("PNEUS", "VEH", "-"), ("BIODECHETS", "REST", "+"),
])  # fmt: skip
def test_concessions(duty: str, segment: str, expected: str) -> None:
    nature = F if segment in ("MOB", "VEH") else S
    assert one(duty, segment, nature, TOWN, "2026-11-22", contrat="concession").status is WORD[expected]


@pytest.mark.parametrize(("amount", "expected"), [(5_403_999, "-"), (5_404_000, "+")])
def test_a_concession_is_compared_with_its_own_threshold(amount: int, expected: str) -> None:
    answer = one("ENERGIE-L234", "CVC", S, TOWN, "2026-11-22", amount, contrat="concession")
    assert answer.status is WORD[expected]


def test_defence_is_out_of_scope_where_the_text_says_so() -> None:
    flags = {"drapeaux": ["defense_securite"]}
    assert one("AGEC-58", "TEX", F, STATE, "2026-11-22", **flags).status is DutyStatus.NOT_DUE
    energy = one("ENERGIE-L234", "NUM", F, STATE, "2026-11-22", 500_000, **flags)
    assert energy.status is DutyStatus.DUE
    assert "Défense" in " ".join(energy.reserves)


def test_a_renewable_energy_contract_is_under_nzia() -> None:
    facts = ("ENE", F, TOWN, "2026-11-22", 216_000)
    assert one("NZIA", *facts, drapeaux=["energies_renouvelables"]).status is DutyStatus.DUE


def test_a_state_establishment_is_told_apart() -> None:
    assert any(
        "établissement public de l'État" in text for text in one("AGEC-58", "TEX", F, STATE, "2026-11-22").reserves
    )


@pytest.mark.parametrize(
    ("framework", "question"),
    [(None, FRAMEWORK_QUESTION), ("2022-12-31", REGIME_QUESTION), ("2023-01-01", None)],
)
def test_a_subsequent_contract_of_an_older_framework(framework: str | None, question: str | None) -> None:
    more = {"forme": "marche_subsequent", "date_accord_cadre": framework}
    answer = one("IND-REPARABILITE", "NUM", F, TOWN, "2026-11-22", **more)
    assert answer.questions == ((question,) if question else ())
    assert one("AGEC-58", "NUM", F, TOWN, "2026-11-22", **more).status is DutyStatus.DUE  # yearly spending: no doubt


def test_what_comes_during_the_market_is_announced() -> None:
    late = one("RDUE", "MOB", F, TOWN, "2026-11-22", duree_mois=12)
    assert late.status is DutyStatus.NOT_DUE
    assert [item.start for item in late.upcoming] == [date(2026, 12, 30), date(2027, 6, 30)]
    assert one("RDUE", "MOB", F, TOWN, "2026-11-22", duree_mois=1).upcoming == ()


# --- thresholds 2020-2027 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "state", "town", "utility", "works"),
    [
        ("2020-01-01", 139_000, 214_000, 428_000, 5_350_000),
        ("2021-12-31", 139_000, 214_000, 428_000, 5_350_000),
        ("2022-01-01", 140_000, 215_000, 431_000, 5_382_000),
        ("2023-12-31", 140_000, 215_000, 431_000, 5_382_000),
        ("2024-01-01", 143_000, 221_000, 443_000, 5_538_000),
        ("2027-12-31", 140_000, 216_000, 432_000, 5_404_000),
    ],
)
def test_european_thresholds_since_2020(on: str, state: int, town: int, utility: int, works: int) -> None:
    for buyer, nature, limit in ((STATE, S, state), (TOWN, F, town), (UTILITY, S, utility), (TOWN, W, works)):
        for amount, above in ((limit - 1, False), (limit, True), (limit + 1, True)):
            of = market("GEN", nature, buyer, on, amount)
            assert find_procedure(of, LIBRARY, of.launch_date).above is above
    of = market("CVC", S, TOWN, on, works, contrat="concession")
    assert find_procedure(of, LIBRARY, of.launch_date).above is True


@pytest.mark.parametrize("on", ["2019-12-31", "2028-01-01"])
def test_a_date_outside_the_tables_says_so(on: str) -> None:
    of = market("GEN", S, TOWN, on, 500_000)
    procedure = find_procedure(of, LIBRARY, of.launch_date)
    assert (procedure.threshold, procedure.above) == (None, None)
    assert procedure.question == TABLE_QUESTION


@pytest.mark.parametrize(
    ("parameter", "on", "expected"),
    [
        ("seuils.dispense.travaux", "2020-01-01", 40_000),
        ("seuils.dispense.travaux", "2020-07-23", 40_000),
        ("seuils.dispense.travaux", "2020-07-24", 70_000),
        ("seuils.dispense.travaux", "2020-12-08", 70_000),
        ("seuils.dispense.travaux", "2020-12-09", 100_000),
        ("seuils.dispense.fournitures-services", "2020-01-01", 40_000),
        ("seuils.profil-acheteur", "2020-01-01", 40_000),
        ("seuils.publicite", "2020-01-01", 90_000),
        ("seuils.decp", "2020-01-01", 40_000),
        ("seuils.decp", "2024-01-01", 40_000),
        ("seuils.spaser", "2022-12-31", 100_000_000),
        ("seuils.spaser", "2023-01-01", 50_000_000),
        ("seuils.spaser", "2019-12-31", None),
    ],
)
def test_national_thresholds_since_2020(parameter: str, on: str, expected: int | None) -> None:
    value = LIBRARY.value(parameter, date.fromisoformat(on))
    assert (value.value if value else None) == expected


# --- what holds for any market ----------------------------------------------------------------------------------

MANY = settings(deadline=None, max_examples=60)
DAYS = st.dates(date(2016, 1, 1), date(2035, 12, 31))
SEGMENTS = st.sampled_from(sorted(LIBRARY.segments))
NATURES = st.sampled_from([S, F, W])
BUYERS = st.sampled_from([str(buyer) for buyer in Buyer])
AMOUNTS = st.integers(1, 20_000_000)


@MANY
@given(SEGMENTS, NATURES, st.none() | BUYERS, DAYS, AMOUNTS)
def test_no_duty_before_its_date(segment: str, nature: str, buyer: str | None, on: date, amount: int) -> None:
    for answer in found(market(segment, nature, buyer, on.isoformat(), amount)).values():
        if on < answer.duty.milestones[0].start:
            assert answer.status is DutyStatus.NOT_DUE
        if answer.binds:
            assert answer.start is not None
            assert answer.start <= on


@MANY
@given(SEGMENTS, NATURES, DAYS, AMOUNTS)
def test_an_unknown_buyer_never_makes_a_no(segment: str, nature: str, on: date, amount: int) -> None:
    unknown = found(market(segment, nature, None, on.isoformat(), amount))
    for buyer in Buyer:
        for name, answer in found(market(segment, nature, str(buyer), on.isoformat(), amount)).items():
            if answer.binds:
                assert unknown[name].binds, (name, buyer)
    for answer in unknown.values():
        if answer.status is DutyStatus.UNSURE:
            assert answer.questions


@MANY
@given(SEGMENTS, NATURES, st.none() | BUYERS, DAYS, AMOUNTS, st.integers(0, 10_000_000))
def test_a_larger_amount_never_removes_a_duty(
    segment: str, nature: str, buyer: str | None, on: date, amount: int, more: int
) -> None:
    small = found(market(segment, nature, buyer, on.isoformat(), amount))
    large = found(market(segment, nature, buyer, on.isoformat(), amount + more))
    for name, answer in small.items():
        if answer.status is DutyStatus.DUE:
            assert large[name].status is DutyStatus.DUE
        if answer.binds:
            assert large[name].binds


@MANY
@given(SEGMENTS, NATURES, st.none() | BUYERS, DAYS)
def test_what_is_to_verify_is_never_due(segment: str, nature: str, buyer: str | None, on: date) -> None:
    for answer in found(market(segment, nature, buyer, on.isoformat())).values():
        if answer.certainty is Status.TO_VERIFY:
            assert answer.status is not DutyStatus.DUE
        if answer.duty.status is not Status.CERTAIN and answer.binds:
            assert answer.certainty is not Status.CERTAIN


@MANY
@given(SEGMENTS, NATURES, st.none() | BUYERS, DAYS)
def test_rows_are_plain_and_complete(segment: str, nature: str, buyer: str | None, on: date) -> None:
    for answer in found(market(segment, nature, buyer, on.isoformat())).values():
        row = sector_row(answer, kept=answer.duty.answers[:1])
        json.dumps(row)
        assert row["statut"] in {"due", "non_due", "a_preciser"}
        assert row["motif"]
        assert row["satisfaite_par"] == list(answer.duty.answers[:1])
        assert ("suites" in row) is answer.binds


ALONE = {name: replace(LIBRARY, sector_duties={name: duty}) for name, duty in LIBRARY.sector_duties.items()}


def _edges() -> list[tuple[SectorDuty, date]]:
    return [(duty, item.start) for duty in LIBRARY.sector_duties.values() for item in duty.milestones]


@pytest.mark.parametrize(("duty", "start"), _edges(), ids=lambda value: getattr(value, "id", str(value)))
def test_each_milestone_opens_on_its_day_and_not_the_day_before(duty: SectorDuty, start: date) -> None:
    """Some purchase is under the milestone on its first day; none is the day before."""
    seen = False
    for segment in LIBRARY.segments:
        for nature in (S, F, W):
            for buyer in Buyer:
                facts = (segment, nature, str(buyer))
                before = one_of(duty, *facts, start - timedelta(days=1))
                on = one_of(duty, *facts, start)
                assert before is None or before.start < start
                seen = seen or (on is not None and on.start == start)
        if seen:
            return
    trades = [trade.id for segment in LIBRARY.segments.values() for trade in segment.trades]
    for trade in trades:
        on = one_of(duty, trade, W, TOWN, start)
        seen = seen or (on is not None and on.start == start)
    assert seen


def one_of(duty: SectorDuty, segment: str, nature: str, buyer: str, on: date) -> Any:
    """The milestone that leads on that day, for a market above every threshold; None when the duty does not bind."""
    if on < date(2016, 1, 1):
        return None
    of = market(segment, nature, buyer, on.isoformat(), 20_000_000)
    procedure = find_procedure(of, LIBRARY, on)
    (answer,) = find_sector_duties(understand(of, LIBRARY), procedure, ALONE[duty.id], on)
    return answer.milestone


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        ("2026-11-22", 12, "2027-11-22"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-01-01", Fraction(11, 2), "2026-07-01"),
    ],
)
def test_months_later(on: str, months: Fraction | int, expected: str) -> None:
    assert months_later(date.fromisoformat(on), months) == date.fromisoformat(expected)


def test_the_buyer_question_is_the_one_of_the_other_duties() -> None:
    assert BUYER_QUESTION in one("AGEC-58", "TEX", F, None, "2026-11-22").questions
