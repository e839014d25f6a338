"""What a calibrage is: figures one can contest, each with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from drafter.dated import Number, Status
from drafter.facts import HoursDecision, Method
from drafter.values import Euros, Hours, Quantity


@dataclass(frozen=True)
class Step:
    """One line of the calculation.

    `low`, `value`, `high` are the three hypotheses (equal when the figure is a fact); `unit` is French;
    `source` and `status` say where the figure comes from and how sure it is.
    """

    name: str
    value: Quantity
    unit: str
    source: str
    status: Status
    low: Quantity | None = None
    high: Quantity | None = None
    note: str = ""
    link: str = ""


@dataclass(frozen=True)
class HoursRange:
    """Hours that the pieces carry (whole tens), and the exact central figure."""

    low: Hours
    advised: Hours
    high: Hours
    exact: Hours

    def __add__(self, other: HoursRange) -> HoursRange:
        return HoursRange(
            self.low + other.low,
            self.advised + other.advised,
            self.high + other.high,
            self.exact + other.exact,
        )


NO_HOURS = HoursRange(Hours(0), Hours(0), Hours(0), Hours(0))


@dataclass(frozen=True)
class OrderRatio:
    """Framework agreement: hours for each tranche of orders, and the hours at the minimum and maximum."""

    per_tranche: Hours
    tranche: Euros
    at_minimum: Hours | None
    at_maximum: Hours | None


@dataclass(frozen=True)
class LotCalibration:
    """The calibrage of one lot, or of a market without lots (`lot` None)."""

    lot: int | None
    title: str
    method: Method
    hours: HoursRange
    decision: HoursDecision
    reason: str
    steps: tuple[Step, ...]
    alternative: str = ""
    alerts: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    ratio: OrderRatio | None = None
    readable: tuple[tuple[str, Number], ...] = ()
    """The advised hours said otherwise: weeks, months of one person, full-time equivalents…"""

    @property
    def has_clause(self) -> bool:
        return self.decision is not HoursDecision.NONE


@dataclass(frozen=True)
class Calibration:
    lots: tuple[LotCalibration, ...]
    alerts: tuple[str, ...] = field(default=())

    @cached_property
    def total(self) -> HoursRange:
        """Hours of the lots that carry a clause; the others count for zero and are never redistributed."""
        return sum((lot.hours for lot in self.lots if lot.has_clause), NO_HOURS)

    @cached_property
    def decision(self) -> HoursDecision:
        """The strongest decision among the lots."""
        for decision in (HoursDecision.CLAUSE, HoursDecision.POOLED):
            if any(lot.decision is decision for lot in self.lots):
                return decision
        return HoursDecision.NONE

    @property
    def with_clause(self) -> tuple[LotCalibration, ...]:
        return tuple(lot for lot in self.lots if lot.has_clause)
