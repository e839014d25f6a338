"""Civil quarters, and hours spread over them in step with time.

The clause counts by civil quarter. A contract that begins on the first day of one gets the very slices of the
calibrage (calibration/outcome.py); for the others the first and the last quarter are partial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from drafter.calibration.outcome import add_months
from drafter.values import Hours, Months

DAY = timedelta(days=1)
_NAME = re.compile(r"T([1-4])\s*(\d{4})", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Quarter:
    year: int
    number: int

    @property
    def name(self) -> str:
        return f"T{self.number} {self.year}"

    @property
    def words(self) -> str:
        return f"{'1er' if self.number == 1 else f'{self.number}e'} trimestre {self.year}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return add_months(self.first, Months(3)) - DAY

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(text: str) -> Quarter | None:
    """« T4 2026 », as the list of the workbook writes it."""
    found = _NAME.fullmatch(" ".join(text.split()))
    return Quarter(int(found[2]), int(found[1])) if found else None


@dataclass(frozen=True)
class PlannedQuarter:
    """Hours of a civil quarter, from `start` to `end` of execution in it, both included; `due` is their sum so far."""

    quarter: Quarter
    start: date
    end: date
    hours: Hours
    due: Hours


def spread(hours: Hours, start: date, duration: Months) -> tuple[PlannedQuarter, ...]:
    """Whole hours: what is due at each end of quarter is rounded down, the last quarter takes the rest."""
    return tuple(_spread(hours, start, duration))


def _spread(hours: Hours, start: date, duration: Months) -> Iterator[PlannedQuarter]:
    after = add_months(start, duration)
    last = max(start, after - DAY)
    quarter, begin, done = quarter_of(start), start, Fraction(0)
    while begin <= last:
        end = min(quarter.last, last)
        share = min(elapsed(start, end + DAY) / duration.value, Fraction(1))
        due = hours.value if end == last else Fraction(hours.value * share // 1)
        yield PlannedQuarter(quarter, begin, end, Hours(due - done), Hours(due))
        quarter, begin, done = quarter.next, end + DAY, due


def elapsed(start: date, day: date) -> Fraction:
    """Months from `start` to `day`, the part of a month in days of that month: what `add_months` undoes."""
    whole = max((day.year - start.year) * 12 + day.month - start.month, 0)
    if add_months(start, Months(whole)) > day and whole:
        whole -= 1
    first, after = add_months(start, Months(whole)), add_months(start, Months(whole + 1))
    return whole + Fraction(max((day - first).days, 0), max((after - first).days, 1))
