"""The calibration tables: ordered ranges, honest sources, and a line for every trade."""

from __future__ import annotations

from datetime import date

import pytest

from drafter import yaml_text
from drafter.dated import Parameter, RangeParameter, Status, Unit, at
from drafter.library.models import ParameterFile, RangeFile, Segment
from drafter.paths import CLAUSE_LIBRARY

FOLDER = CLAUSE_LIBRARY / "calibration"
ON = date(2026, 11, 22)
OWN = ("Ordre de grandeur usuel", "Réglage du service")
NAMES = ("parts_main_oeuvre", "couts_horaires", "taux_effort")


def _load(name: str) -> tuple[RangeParameter, ...]:
    return RangeFile.model_validate(yaml_text.load((FOLDER / f"{name}.yaml").read_text("utf-8"), name)).rates


TABLES = {name: {rate.id: rate for rate in _load(name)} for name in NAMES}
SHARES, COSTS, EFFORTS = (TABLES[name] for name in NAMES)
EVERY = [rate for table in TABLES.values() for rate in table.values()]
SETTINGS: dict[str, Parameter] = {
    parameter.id: parameter
    for parameter in ParameterFile.model_validate(
        yaml_text.load((FOLDER / "reglages.yaml").read_text("utf-8"), "reglages")
    ).parameters
}


def figures(rate: RangeParameter) -> tuple[object, ...]:
    entry = at(rate.values, ON)
    assert entry is not None
    return tuple(figure.plain() for figure in entry.figures)


def test_an_id_is_used_once_in_the_three_tables() -> None:
    assert len({rate.id for rate in EVERY}) == len(EVERY) == sum(map(len, TABLES.values()))


@pytest.mark.parametrize("rate", EVERY, ids=lambda rate: rate.id)
def test_a_range_is_ordered_and_says_where_it_comes_from(rate: RangeParameter) -> None:
    entry = at(rate.values, ON)
    assert entry is not None
    assert entry.low <= entry.central <= entry.high
    assert rate.unit is (Unit.HOURLY if rate.id in COSTS else Unit.RATE)
    ours = entry.source.title.startswith(OWN)
    assert ours == (entry.source.link is None)
    if entry.status in (Status.CERTAIN, Status.PROBABLE):
        assert not ours, "a figure that was read names the text and its address"


@pytest.mark.parametrize("parameter", SETTINGS.values(), ids=lambda parameter: parameter.id)
def test_a_setting_holds_today_and_says_where_it_comes_from(parameter: Parameter) -> None:
    entry = at(parameter.values, ON)
    assert entry is not None
    assert parameter.id.startswith("calibrage.")
    if entry.status in (Status.CERTAIN, Status.PROBABLE):
        assert entry.source.link


def test_every_segment_and_trade_finds_its_three_lines() -> None:
    used: set[str] = set()
    for path in sorted((CLAUSE_LIBRARY / "segments").glob("*.yaml")):
        segment = Segment.model_validate(yaml_text.load(path.read_text("utf-8"), path.name))
        for owner in (segment, *segment.trades):
            rates = owner.rates
            assert rates.labour_share in SHARES, owner.id
            assert rates.hourly_cost in COSTS, owner.id
            assert rates.effort in EFFORTS, owner.id
            used |= {rates.labour_share, rates.hourly_cost, rates.effort}
    by_flag = {"charpente-metallique-atelier", "npnru-travaux", "npnru-proximite"}
    assert {rate.id for rate in EVERY} - used == by_flag, "a line that nothing uses"


def test_only_the_national_charter_sets_a_floor() -> None:
    assert {rate.id for rate in EVERY if rate.floor} == {"npnru-travaux", "npnru-proximite"}


@pytest.mark.parametrize(
    ("rate", "low", "central", "high"),
    [
        ("peinture", "0.6", "0.68", "0.75"),
        ("enrobes", "0.12", "0.1650", "0.22"),
        ("tous-corps-etat", "0.4", "0.45", "0.5"),
        ("charpente-metallique", "0.15", "0.2", "0.47"),
        ("nettoyage-locaux", "0.65", "0.8", "0.85"),
        ("fournitures-sans-service", 0, "0.03", "0.1"),
    ],
)
def test_known_shares(rate: str, low: object, central: object, high: object) -> None:
    assert figures(SHARES[rate]) == (low, central, high)


def test_known_costs_and_efforts() -> None:
    assert figures(COSTS["cout-proprete"]) == (22, 25, 28)
    assert figures(COSTS["cout-intellectuel"]) == (45, 58, 70)
    assert figures(EFFORTS["travaux-courants"]) == ("0.05", "0.05", "0.1")
    assert figures(EFFORTS["npnru-proximite"]) == ("0.1", "0.12", "0.2")
    assert figures(EFFORTS["fournitures"]) == (0, 0, 0)


def test_the_published_rule_of_cleaning_is_certain() -> None:
    for name, value in (("calibrage.reprise.cout", 25), ("calibrage.reprise.heures-min", 150)):
        entry = at(SETTINGS[name].values, ON)
        assert entry is not None
        assert (entry.value.plain(), entry.status) == (value, Status.CERTAIN)
