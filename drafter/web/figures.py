"""The geometry of the figures of a page: places in hundredths of the width, heights in pixels, nothing of HTML.

Widths are shares so that a figure narrows with the screen without its words growing small. Every figure stands
beside a table of the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from drafter import french
from drafter.calibration import LotCalibration, Step
from drafter.calibration.model import Sensitivity, Slice
from drafter.calibration.rates import COST, EFFORT, SHARE
from drafter.values import Hours, Rate

COLUMN_HEIGHT = 120
MOST_COLUMNS = 40
"""Quarters that one figure draws: beyond, the periods are drawn."""
LABELLED = 8
"""Columns that may each bear their number; beyond, one in a few does."""


def share(value: Fraction, whole: Fraction) -> float:
    return round(float(value / whole * 100), 2) if whole else 0.0


@dataclass(frozen=True)
class Bar:
    """Low, advised and high on a scale of 0 to 100."""

    low: float
    advised: float
    high: float


def range_bar(lot: LotCalibration, top: Hours | None = None) -> Bar | None:
    """The hours of a lot on its own scale, or on that of the widest lot; None without hours."""
    scale = (top or lot.hours.high).value
    if not scale or not lot.has_clause:
        return None
    return Bar(*(share(value.value, scale) for value in (lot.hours.low, lot.hours.advised, lot.hours.high)))


@dataclass(frozen=True)
class Link:
    """One line of the chain of the calculation. `share` is the length of its bar, None for what is not hours."""

    sign: str
    name: str
    value: str
    share: float | None


_SIGNS = {SHARE[1]: "×", COST[1]: "÷", EFFORT[1]: "×"}
_UNIT_SIGNS = {"h": "=", "coefficient": "×", "du coût horaire": "+"}


def chain(steps: Iterable[Step]) -> tuple[Link, ...]:
    """The steps from the amount to the hours, each with the sign that joins it to the one before."""
    steps = tuple(steps)
    widest = max((step.value.value for step in steps if isinstance(step.value, Hours)), default=Fraction(0))
    links = []
    for place, step in enumerate(steps):
        hours = isinstance(step.value, Hours) and step.unit == "h"
        sign = "" if place == 0 else _SIGNS.get(step.name, _UNIT_SIGNS.get(step.unit, ""))
        shown = f"{french.number(step.value.value, 1)}{french.NBSP}h" if hours else french.show(step.value)
        links.append(Link(sign, step.name, shown, share(step.value.value, widest) if hours else None))
    return tuple(links)


@dataclass(frozen=True)
class Column:
    """One quarter: its place, and its number when there is room to write it."""

    left: float
    width: float
    top: float
    height: float
    middle: float
    label: str
    hours: str


def columns(slices: tuple[Slice, ...]) -> tuple[Column, ...]:
    if not slices or len(slices) > MOST_COLUMNS:
        return ()
    highest = max(item.hours.value for item in slices) or Fraction(1)
    room = 100 / len(slices)
    every = -(-len(slices) // LABELLED)
    made = []
    for place, item in enumerate(slices):
        height = round(float(item.hours.value / highest) * COLUMN_HEIGHT, 1)
        told = place % every == 0
        made.append(
            Column(
                round(place * room + room * 0.1, 2),
                round(room * 0.8, 2),
                round(COLUMN_HEIGHT - height + 18, 1),
                height,
                round((place + 0.5) * room, 2),
                f"T{item.number}" if told else "",
                french.number(item.hours.value) if told else "",
            )
        )
    return tuple(made)


@dataclass(frozen=True)
class Swing:
    """One rate: from where to where the hours go."""

    name: str
    values: str
    left: float
    width: float
    said: str


def swings(items: Iterable[Sensitivity], exact: Hours) -> tuple[tuple[Swing, ...], float]:
    """The rates that move the hours, the widest first, and where the advised figure stands on their scale."""
    moving = [item for item in items if item.span]
    top = max((max(item.at_low, item.at_high).value for item in moving), default=Fraction(0))
    made = []
    for item in moving:
        low, high = sorted((item.at_low.value, item.at_high.value))
        made.append(
            Swing(
                item.name,
                f"de {_plain(item.low)} à {french.show(item.high)}",
                share(low, top),
                share(high - low, top),
                f"{french.number(low, 0)} à {french.number(high, 0)}{french.NBSP}h",
            )
        )
    return tuple(made), share(exact.value, top)


def _plain(value: object) -> str:
    """The lower bound, its unit left to the upper one."""
    return french.number(value.percent) if isinstance(value, Rate) else french.show(value)
