"""Values to declare: essential data (DECP 2.0.3) and European notice (eForms), in the exact words of their lists."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from drafter.library import load_library
from drafter.library.terms import ENVIRONMENTAL_IMPACTS, SOCIAL_OBJECTIVES
from drafter.market import market_data, read_market
from drafter.pipeline import run

LIBRARY = load_library()
AFTER = [name for name, market in LIBRARY.examples.items() if market.launch_date.isoformat() >= "2026-08-22"]


@pytest.mark.parametrize("example", AFTER)
def test_after_august_2026_something_environmental_is_always_declared(example: str) -> None:
    found = run(LIBRARY.examples[example], LIBRARY)
    assert found.decp["considerationsEnvironnementales"] == ["Clause environnementale", "Critère environnemental"]
    assert "env-imp" in found.notice["strategic-procurement"]
    assert found.notice["environmental-impact"]


@pytest.mark.parametrize(
    ("example", "changes", "social", "objectives", "reserved"),
    [
        ("nettoyage-mediatheque", {}, ["Clause sociale"], ["opp"], ["none"]),
        ("ordinateurs", {}, ["Clause sociale"], ["hum-right"], ["none"]),
        ("fournitures-bureau", {}, ["Pas de considération sociale"], [], ["none"]),
        ("lot-reserve", {}, ["Clause sociale", "Marché réservé"], ["opp"], ["res-ws"]),
        (
            "nettoyage-mediatheque",
            {"criteres": [{"intitule": "Insertion", "type": "social", "poids": 10}]},
            ["Clause sociale", "Critère social"],
            ["opp"],
            ["none"],
        ),
    ],
)
def test_what_is_declared(
    example: str, changes: dict[str, Any], social: list[str], objectives: list[str], reserved: list[str]
) -> None:
    found = run(read_market({**market_data(LIBRARY.examples[example]), **changes}), LIBRARY)
    assert found.decp["considerationsSociales"] == social
    assert found.notice["social-objective"] == objectives
    assert found.notice["reserved-procurement"] == reserved
    assert ("soc-obj" in found.notice["strategic-procurement"]) is bool(objectives)


@pytest.mark.shared
def test_every_value_is_a_word_of_the_official_lists(shared_data: Path) -> None:
    schema = json.loads((shared_data / "decp_schema_v2.0.3.json").read_text(encoding="utf-8"))
    words = json.dumps(schema, ensure_ascii=False)
    lists: dict[str, set[str]] = {}
    with (shared_data / "eforms_listes_fr.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lists.setdefault(row["liste"], set()).add(row["code"])
    assert set(SOCIAL_OBJECTIVES) == lists["social-objective"]
    assert set(ENVIRONMENTAL_IMPACTS) == lists["environmental-impact"]
    for market in LIBRARY.examples.values():
        found = run(market, LIBRARY)
        for values in found.decp.values():
            for value in values:
                assert f'"{value}"' in words, value
        assert set(found.notice["reserved-procurement"]) <= lists["reserved-procurement"]
