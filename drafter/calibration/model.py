"""What a calibrage is: figures one can contest, each with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from drafter.dated import Number, Status
from drafter.facts import HoursDecision, Method
from drafter.library.territory import Territory
from drafter.values import Euros, Hours, Quantity, Rate
from drafter.vocabulary import Factor, Role


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
    """Framework agreement: hours for each tranche of orders, and the hours at the minimum and maximum.

    `threshold`: only orders of that amount and above carry hours. `holders`: each has the same ratio, on its orders.
    """

    per_tranche: Hours
    tranche: Euros
    at_minimum: Hours | None
    at_maximum: Hours | None
    threshold: Euros | None = None
    holders: int | None = None


@dataclass(frozen=True)
class CrossCheck:
    """What another method would give, in exact hours. `gap`: how far from the chosen one (0.3 is 30 % more)."""

    method: Method
    low: Hours
    central: Hours
    high: Hours
    gap: Fraction | None


@dataclass(frozen=True)
class Slice:
    """Hours of a quarter or of a period, from `start` to `end`, both included."""

    number: int
    start: date
    end: date
    hours: Hours


@dataclass(frozen=True)
class TrancheHours:
    title: str
    amount: Euros
    firm: bool
    hours: Hours


@dataclass(frozen=True)
class Sensitivity:
    """Exact hours when one figure is at its low, then at its high value, the others at their central one."""

    key: str
    name: str
    low: Quantity
    high: Quantity
    at_low: Hours
    at_high: Hours

    @property
    def span(self) -> Hours:
        return max(self.at_low, self.at_high) - min(self.at_low, self.at_high)


class ControlLevel(StrEnum):
    """What a consistency check concludes."""

    OK = "conforme"
    LOOK = "attention"
    CONFIRM = "a_confirmer"

    @property
    def label(self) -> str:
        return {"conforme": "Conforme", "attention": "À regarder", "a_confirmer": "À confirmer"}[self.value]


@dataclass(frozen=True)
class Control:
    """One consistency check. `id` is stable; `lot` is None for a market without lots."""

    id: str
    level: ControlLevel
    text: str
    lot: int | None = None


@dataclass(frozen=True)
class FactorUse:
    """A factor that the facts of the lot call for: applied, set aside by the person, or without effect, and why."""

    factor: Factor
    applied: bool
    set_aside: bool
    value: Quantity | None
    note: str


@dataclass(frozen=True)
class Change:
    """A figure that is not the proposed one: `kept` None is a factor set aside. `by` is a role, never a name."""

    key: str
    name: str
    proposed: Quantity | None
    kept: Quantity | None
    unit: str
    reason: str = ""
    by: Role | None = None


@dataclass(frozen=True)
class Alternative:
    """What may stand instead of hours: `hours` of training when a scale gives them."""

    kind: str
    text: str
    hours: Hours | None = None


@dataclass(frozen=True)
class TerritoryChange:
    """One line that an overlay changes, with what it replaces (the three hypotheses of a rate, or one value)."""

    key: str
    label: str
    before: tuple[Quantity, ...]
    after: tuple[Quantity, ...]
    source: str
    status: Status
    link: str = ""


@dataclass(frozen=True)
class TerritoryUse:
    """An overlay of the library as this market meets it. `lots` is empty for a market without lots."""

    territory: Territory
    applied: bool
    refused: bool
    reason: str
    lots: tuple[int, ...] = ()
    changes: tuple[TerritoryChange, ...] = ()


@dataclass(frozen=True)
class Target:
    """The effort aimed at over the whole operation, and the rate that makes up for the lots without clause."""

    wanted: Rate
    worked: Hours
    carried: Hours
    rate: Rate
    obtained: Rate
    note: str

    @property
    def reached(self) -> bool:
        return self.obtained >= self.wanted


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
    controls: tuple[Control, ...] = ()
    questions: tuple[str, ...] = ()
    ratio: OrderRatio | None = None
    readable: tuple[tuple[str, Number], ...] = ()
    """The advised hours said otherwise: weeks, months of one person, full-time equivalents…"""
    worked: Hours | None = None
    """Hours of work of the lot, central hypothesis, exact."""
    per_ten_thousand: Number | None = None
    """Advised hours for 10 000 € of the amount."""
    cross_checks: tuple[CrossCheck, ...] = ()
    sensitivity: tuple[Sensitivity, ...] = ()
    quarters: tuple[Slice, ...] = ()
    periods: tuple[Slice, ...] = ()
    tranches: tuple[TrancheHours, ...] = ()
    factors: tuple[FactorUse, ...] = ()
    changes: tuple[Change, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    rounds_up: bool = False
    """A text imposes a floor to the effort: hours are rounded up, here and when the contract changes."""

    @property
    def has_clause(self) -> bool:
        return self.decision is not HoursDecision.NONE

    @property
    def alerts(self) -> tuple[str, ...]:
        """The checks that found something, as sentences."""
        return tuple(control.text for control in self.controls if control.level is not ControlLevel.OK)


@dataclass(frozen=True)
class Calibration:
    lots: tuple[LotCalibration, ...]
    alerts: tuple[str, ...] = field(default=())
    territories: tuple[TerritoryUse, ...] = ()
    target: Target | None = None
    changes: tuple[Change, ...] = ()
    """Changes that bear on the whole market."""
    valid_until: date | None = None
    """The estimate is to be made again when the consultation starts after that day."""

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

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        return tuple(control for lot in self.lots for control in lot.controls)

    @property
    def with_clause(self) -> tuple[LotCalibration, ...]:
        return tuple(lot for lot in self.lots if lot.has_clause)
