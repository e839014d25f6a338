"""The segments and trades: prefixes that never clash, words that mean one thing, rates that exist."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from drafter import yaml_text
from drafter.library.models import Segment, Trade
from drafter.paths import CLAUSE_LIBRARY
from drafter.recognition import GENERIC, GENERIC_TRADE, _recogniser
from drafter.vocabulary import Nature

FILES = sorted((CLAUSE_LIBRARY / "segments").glob("*.yaml"))
SEGMENTS = {path.stem: Segment.model_validate(yaml_text.load(path.read_text("utf-8"), path.name)) for path in FILES}
TRADES = [(segment, trade) for segment in SEGMENTS.values() for trade in segment.trades]
PREFIXES = {prefix: segment.code for segment in SEGMENTS.values() for prefix in segment.cpv}

SHARED_WORDS = {
    "cantine",
    "restaurant scolaire",
    "contrôle d'accès",
    "terrains de sport",
    "terrain multisports",
}
SHARED_WORDS |= {"skate-park"}
"""Words that two segments claim on purpose: the nature of the market decides between them."""


def by_prefix(cpv: str) -> str:
    return next((PREFIXES[cpv[:n]] for n in range(len(cpv), 1, -1) if cpv[:n] in PREFIXES), GENERIC)


def test_a_file_is_named_after_its_segment_and_the_34_are_there() -> None:
    assert all(name == segment.code for name, segment in SEGMENTS.items())
    assert len(SEGMENTS) == 35
    assert SEGMENTS[GENERIC].cpv == ()


def test_a_prefix_belongs_to_one_segment() -> None:
    listed = Counter(prefix for segment in SEGMENTS.values() for prefix in segment.cpv)
    assert [prefix for prefix, count in listed.items() if count > 1] == []


def test_ids_are_unique_across_segments_and_trades() -> None:
    ids = Counter([segment.id for segment in SEGMENTS.values()] + [trade.id for _, trade in TRADES])
    assert [name for name, count in ids.items() if count > 1] == []


@pytest.mark.parametrize(("segment", "trade"), TRADES, ids=lambda value: value.id)
def test_the_prefixes_of_a_trade_fall_in_its_segment(segment: Segment, trade: Trade) -> None:
    assert {prefix: by_prefix(prefix) for prefix in trade.cpv} == dict.fromkeys(trade.cpv, segment.code)
    assert segment.code not in trade.also
    assert set(trade.also) <= set(SEGMENTS)


def test_a_trade_prefix_belongs_to_one_trade() -> None:
    listed = Counter(prefix for _, trade in TRADES for prefix in trade.cpv)
    assert [prefix for prefix, count in listed.items() if count > 1] == []


def test_the_longest_prefix_beats_a_shorter_one() -> None:
    assert by_prefix("45112710") == "EV"
    assert by_prefix("45112500") == "VRD"
    assert by_prefix("45111100") == "DEMO"
    assert by_prefix("34928480") == "DEC"
    assert by_prefix("34928400") == "MOB"
    assert by_prefix("18424300") == "MED"
    assert by_prefix("30192113") == "IMP"
    assert by_prefix("85000000") == GENERIC


def test_a_word_belongs_to_one_segment() -> None:
    """Unless a trade that the segments share explains it."""
    clashes = {}
    for phrases in _recogniser(SEGMENTS).phrases.values():
        for phrase in phrases:
            codes = {code for code, _ in phrase.owners}
            shared = [
                {segment.code, *trade.also} for segment, trade in TRADES if trade.id in dict(phrase.owners).values()
            ]
            if len(codes) > 1 and codes != {"BATN", "RENO"} and not any(codes <= family for family in shared):
                clashes[phrase.shown] = codes
    assert {word: codes for word, codes in clashes.items() if word not in SHARED_WORDS} == {}
    assert set(clashes) == SHARED_WORDS


def test_a_segment_does_not_exclude_its_own_words() -> None:
    faults = [
        phrase.shown
        for phrases in _recogniser(SEGMENTS).phrases.values()
        for phrase in phrases
        if {code for code, _ in phrase.owners} & set(phrase.excluded_by)
    ]
    assert faults == []


def test_every_segment_says_what_is_at_stake() -> None:
    for segment in SEGMENTS.values():
        assert 2 <= len(segment.stakes) <= 6, segment.code
        assert segment.words or segment.code == GENERIC


def test_the_generic_segment_has_the_rates_of_each_nature() -> None:
    trades = {trade.id: trade.rates for trade in SEGMENTS[GENERIC].trades}
    assert {GENERIC_TRADE + nature for nature in Nature} <= set(trades)
    assert trades[GENERIC_TRADE + Nature.SUPPLIES].effort == "fournitures"


def test_building_trades_may_be_a_renovation() -> None:
    building = {trade.id: trade for trade in SEGMENTS["BATN"].trades}
    assert all("RENO" in trade.also for trade in building.values() if trade.id != "materiaux-construction")
    assert building["peinture"].cpv[0] == "4544"


@pytest.mark.shared
def test_prefixes_are_those_of_the_nomenclature(shared_data: Path) -> None:
    """Every prefix begins a code; the segments cover the 5 110 codes of the published table, and 18 by exception."""
    with (shared_data / "cpv_fr.csv").open(encoding="utf-8") as file:
        codes = [row["code8"] for row in csv.DictReader(file)]
    starts: dict[int, set[str]] = defaultdict(set)
    for code in codes:
        for length in range(2, 9):
            starts[length].add(code[:length])
    listed = [*PREFIXES, *(prefix for _, trade in TRADES for prefix in trade.cpv)]
    assert [prefix for prefix in listed if prefix not in starts[len(prefix)]] == []
    assert sum(by_prefix(code) != GENERIC for code in codes) == 5110 + 18
