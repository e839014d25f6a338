"""What the users of the workbook wrote, typed: hours, orders, documents, facts of each lot. No person anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from drafter.followup.quarters import Quarter
from drafter.followup.ways import Way
from drafter.values import Euros, Hours

NO_HOURS, NO_MONEY = Hours(0), Euros(0)


@dataclass(frozen=True)
class HoursDone:
    """One row: hours of a lot, in a quarter, by one way, at one company. `people` is a count, never a name."""

    lot: int
    quarter: Quarter
    way: Way
    hours: Hours
    company: str = ""
    holder: str = ""
    people: int | None = None


@dataclass(frozen=True)
class Order:
    lot: int
    day: date
    amount: Euros
    holder: str = ""
    reference: str = ""


@dataclass(frozen=True)
class LateDocument:
    """A document of follow-up that was asked for again in writing, and when it came (None: not yet)."""

    lot: int
    name: str
    reminded: date
    handed: date | None = None
    holder: str = ""


@dataclass(frozen=True)
class LotFacts:
    """What happened to a lot since it was calibrated. What is not said is what was planned."""

    holder: str = ""
    volume: Hours | None = None
    """The volume after a modification of the contract."""
    amount: Euros | None = None
    """The amount before tax that the ceiling of penalties is counted on."""
    released: Hours = NO_HOURS
    """Hours that a difficulty, told and answered in writing, has made no longer due."""
    penalised: Hours = NO_HOURS
    """Hours already penalised: they are no longer due."""
    paid: Euros = NO_MONEY
    """Insertion penalties already applied: they count in the ceiling."""
    people: int | None = None
    """Each person counted once over the whole contract."""
    end: date | None = None
    """The real end of execution."""
    taken_up: frozenset[int] = frozenset()
    """Ranks of the optional tranches that were taken up, from 0."""
    planned: Mapping[Quarter, Hours] | None = None
    """The calendar that the holder handed over; None keeps the one of the calibrage."""


@dataclass(frozen=True)
class Tally:
    """Everything counted up to `on`, that day included."""

    on: date
    hours: tuple[HoursDone, ...] = ()
    orders: tuple[Order, ...] = ()
    documents: tuple[LateDocument, ...] = ()
    lots: Mapping[int, LotFacts] = field(default_factory=dict)
    threshold: Fraction = Fraction(0)
    """The workbook's own alert: how far behind before it speaks. No value in the contract."""

    def facts(self, lot: int) -> LotFacts:
        return self.lots.get(lot, LotFacts())
