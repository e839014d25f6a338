"""The data of the sector duties: every rule has a source, a day of reading and a certainty, and none is overstated."""

from __future__ import annotations

import re
from datetime import date

import pytest

from drafter import yaml_text
from drafter.conditions import mentions
from drafter.dated import Status
from drafter.library import load_library
from drafter.library.sector import AgecCategory, ConsequenceKind, SectorDuty
from drafter.paths import CLAUSE_LIBRARY

LIBRARY = load_library()
DUTIES = list(LIBRARY.sector_duties.values())
BY_ID = pytest.mark.parametrize("duty", DUTIES, ids=lambda duty: duty.id)

NOT_CERTAIN = {
    # what the research leaves to be verified, in whole or in part: never shown as certain
    "PLAST-2", "REEN-35", "RGAA", "L228-4", "SOLAIRE-L228-4", "NZIA", "FLOTTE-BUS", "FLOTTE-PL", "GES-TRANSPORT",
    "ZFE", "VEGETARIEN", "LUMIERE",
}  # fmt: skip
NOT_CERTAIN_FIGURES = {
    "sectoriel.flotte.tres-faibles", "sectoriel.flotte.bus", "sectoriel.flotte.bus-tres-faibles",
    "sectoriel.flotte.poids-lourds", "sectoriel.egalim.viandes-poissons", "sectoriel.egalim.viandes-poissons-etat",
    "sectoriel.biosources.part", "sectoriel.nzia.pays-dominant",
}  # fmt: skip

LABELS = """Produits textiles à l'exception des équipements de protection individuels
Matériel informatique et téléphonie
Matériel de reprographie et d'impression
Consommables d'impression
Papier
Fournitures de bureau
Engins de transport et pièces détachées
Véhicules et pièces détachées
Mobilier et aménagement d'intérieur
Mobilier urbain
Equipements de collecte de déchets
Bocaux et flacons
Articles et équipement sportifs
Matériel d'entretien des espaces verts
Bâtiments modulaires ou préfabriqués
Gros électroménager, y compris appareils professionnels
Jeux et jouets""".splitlines()
"""The closed list of the declaration schema, letter for letter."""

READ = {
    # category: {year: (reuse, recycled)}, the only figures read in a text
    1: {2024: (8, 20), 2027: (15, 25), 2030: (15, 30)},
    9: {2024: (20, 15)},
    10: {2024: (5, 20), 2030: (None, 40)},
    16: {2024: (20, None), 2030: (30, None)},
}


def agec() -> tuple[AgecCategory, ...]:
    assert LIBRARY.agec is not None
    return LIBRARY.agec.categories


@BY_ID
def test_every_duty_has_a_source_a_day_and_a_certainty(duty: SectorDuty) -> None:
    assert duty.source.title
    assert date(2026, 1, 1) <= duty.source.read_on <= date(2026, 12, 31)
    assert duty.status in (Status.CERTAIN, Status.PROBABLE, Status.TO_VERIFY)
    assert duty.source.link or duty.status is Status.TO_VERIFY  # a rule without an address is never sure
    for item in duty.milestones:
        assert item.status in (Status.CERTAIN, Status.PROBABLE, Status.TO_VERIFY)


@BY_ID
def test_every_answering_clause_exists(duty: SectorDuty) -> None:
    for name in duty.answers:
        assert name in LIBRARY.clauses


@BY_ID
def test_what_follows_is_a_sentence_to_act_on(duty: SectorDuty) -> None:
    for item in duty.consequences:
        assert item.kind in ConsequenceKind
        assert item.sentence.endswith(".")
    for question in [item.question for item in duty.possible]:
        assert question.endswith("?")
    assert duty.text.endswith(".")


@BY_ID
def test_a_buyer_who_is_not_bound_is_told_why(duty: SectorDuty) -> None:
    assert duty.not_bound is None or duty.not_bound.text.endswith(".")


def test_what_is_to_verify_is_not_certain() -> None:
    assert {duty.id for duty in DUTIES if duty.status is not Status.CERTAIN} == NOT_CERTAIN
    for name in NOT_CERTAIN_FIGURES:
        assert all(entry.status is not Status.CERTAIN for entry in LIBRARY.parameters[name].values)


def test_a_general_knowledge_rule_says_so() -> None:
    for duty in DUTIES:
        if "Connaissance générale" in duty.source.title:
            assert duty.status is Status.TO_VERIFY
            assert all(item.status is Status.TO_VERIFY for item in duty.milestones)


def test_every_figure_of_the_sector_file_serves_a_duty() -> None:
    used = {figure.parameter for duty in DUTIES for figure in duty.figures}
    written = {name for name in LIBRARY.parameters if name.startswith("sectoriel.")}
    assert used == written


def test_percentages_of_the_milestones_are_those_of_the_parameters() -> None:
    """A percentage written in the text of a milestone is the value of one of the duty's figures that day."""
    for duty in DUTIES:
        if not duty.figures or duty.id == "FLOTTE-PL":
            continue
        for item in duty.milestones:
            entries = [LIBRARY.entry(figure.parameter, item.start) for figure in duty.figures]
            values = {entry.value.value * 100 for entry in entries if entry and hasattr(entry.value, "percent")}
            for found in re.findall(r"(\d+(?:,\d+)?) %", item.text):
                assert float(found.replace(",", ".")) in {float(value) for value in values}, (duty.id, item.text)


def test_the_seventeen_categories_are_those_of_the_declaration() -> None:
    assert [category.label for category in agec()] == LABELS
    assert [category.number for category in agec()] == list(range(1, 18))


@pytest.mark.parametrize("category", agec(), ids=lambda category: str(category.number))
def test_only_the_rates_that_were_read_are_loaded(category: AgecCategory) -> None:
    expected = READ.get(category.number, {})
    for milestone in category.milestones:
        reuse, recycled = expected.get(milestone.year, (None, None))
        assert (milestone.reuse.value.percent if milestone.reuse else None) == reuse
        assert (milestone.recycled.value.percent if milestone.recycled else None) == recycled


def test_a_missing_rate_is_written_as_such() -> None:
    """A cell is never left empty: `non_charge` is a decision of the jurist."""
    path = CLAUSE_LIBRARY / "parameters" / "agec.yaml"
    data = yaml_text.load(path.read_text(encoding="utf-8"), path.name)
    for category in data["agec"]["categories"]:
        for milestone in category["paliers"]:
            for key in ("reemploi", "recycle"):
                assert milestone[key] == "non_charge" or isinstance(milestone[key], dict)


def test_categories_name_known_segments() -> None:
    for category in agec():
        assert set(category.segments) <= set(LIBRARY.segments)
    covered = {segment for category in agec() for segment in category.segments}
    conditions = LIBRARY.sector_duties["AGEC-58"].conditions
    assert covered == {code for condition in conditions for code in mentions(condition, "segment")}


def test_the_rule_of_the_milestone_is_our_decision() -> None:
    assert LIBRARY.agec is not None
    assert LIBRARY.agec.rule.status is Status.DECISION
    assert LIBRARY.agec.floor.value.percent == 20
