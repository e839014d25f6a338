"""Hours spread over civil quarters: nothing is lost, nothing goes back, and the calibrage is found again."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafter.calibration.outcome import add_months
from drafter.followup.quarters import DAY, Quarter, elapsed, quarter_of, read_quarter, spread
from drafter.values import Hours, Months

from .filling import LIBRARY, example

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
DURATIONS = st.integers(1, 240).map(lambda halves: Months(Fraction(halves, 2)))


@given(st.integers(0, 300_000), DAYS, DURATIONS)
def test_the_quarters_add_up_and_never_go_back(hours: int, start: date, duration: Months) -> None:
    found = spread(Hours(hours), start, duration)
    assert sum((item.hours for item in found), Hours(0)) == Hours(hours)
    assert found[-1].due == Hours(hours)
    assert all(item.hours >= Hours(0) and item.hours.value.denominator == 1 for item in found)
    assert found[0].start == start
    assert found[-1].end == max(start, add_months(start, duration) - DAY)
    for before, after in itertools.pairwise(found):
        assert after.start == before.end + DAY
        assert after.quarter == before.quarter.next
        assert after.due >= before.due


@given(DAYS, st.integers(0, 400))
def test_elapsed_months_undo_add_months(start: date, months: int) -> None:
    if start.day <= 28:  # later days are clamped by short months: no inverse exists
        assert elapsed(start, add_months(start, Months(months))) == months


@given(DAYS, st.integers(0, 3000), st.integers(0, 3000))
def test_elapsed_months_follow_time(start: date, one: int, more: int) -> None:
    early, late = start + timedelta(days=one), start + timedelta(days=one + more)
    assert elapsed(start, early) <= elapsed(start, late)


@given(DAYS)
def test_a_quarter_is_read_as_it_is_written(day: date) -> None:
    quarter = quarter_of(day)
    assert quarter.first <= day <= quarter.last
    assert read_quarter(quarter.name) == quarter
    assert read_quarter(quarter.name.replace(" ", "\u00a0").lower()) == quarter


@pytest.mark.parametrize("text", ["", "T5 2026", "2026", "T4", "T4 26", "=T4 2026"])
def test_what_is_no_quarter_is_none(text: str) -> None:
    assert read_quarter(text) is None


def test_words_of_quarters() -> None:
    assert [Quarter(2027, number).words for number in (1, 2)] == ["1er trimestre 2027", "2e trimestre 2027"]


@pytest.mark.parametrize("name", sorted(LIBRARY.examples))
def test_a_start_on_a_civil_quarter_gives_the_slices_of_the_calibrage(name: str) -> None:
    plan = example(name, date(2027, 1, 1))
    lots = {lot.lot or 0: lot for lot in plan.result.calibration.lots}
    for lot in plan.lots:
        if lot.tranches:
            continue  # the calibrage spreads every tranche, the follow-up the firm ones
        assert [(item.start, item.end, item.hours) for item in lot.quarters] == [
            (item.start, item.end, item.hours) for item in lots[lot.number].quarters
        ]
