"""What is due after the award: hours by lot and by quarter, with the dates they are counted from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from drafter import french
from drafter.calibration import LotCalibration, OrderRatio
from drafter.calibration.model import TrancheHours
from drafter.calibration.outcome import add_months
from drafter.errors import Fault, InputError, RefusedError
from drafter.followup.quarters import DAY, PlannedQuarter, spread
from drafter.followup.terms import Terms, terms_of
from drafter.market import Market, Scope, market_data, read_market
from drafter.pipeline import Result
from drafter.values import Euros, Hours, Months

MOST_MONTHS = 600
"""Fifty years: beyond, the sheets would no longer be read by anyone."""

TYPED, ESTIMATED = "saisie", "estimée"


@dataclass(frozen=True)
class KnownDate:
    """A date with where it comes from: typed by a person, or estimated, and from what."""

    day: date
    typed: bool
    said: str


@dataclass(frozen=True)
class LotPlan:
    """What one lot owes, or a market without lots (`number` 0). For orders, `hours` is only an estimate."""

    number: int
    title: str
    start: KnownDate
    end: date
    duration: Months
    hours: Hours
    amount: Euros | None
    amount_min: Euros | None
    ratio: OrderRatio | None
    tranches: tuple[TrancheHours, ...]
    quarters: tuple[PlannedQuarter, ...]

    @property
    def name(self) -> str:
        return f"Lot {self.number}" if self.number else "Marché"

    @property
    def label(self) -> str:
        return f"Lot n° {self.number} : {self.title}" if self.number else self.title

    @property
    def firm_hours(self) -> Hours:
        """The volume before any optional tranche is taken up."""
        if not self.tranches:
            return self.hours
        return sum((part.hours for part in self.tranches if part.firm), Hours(0))

    @property
    def several_holders(self) -> bool:
        return self.ratio is not None and self.ratio.holders is not None

    def due_for(self, ordered: Euros, *, minimum: bool = True) -> Hours:
        """Hours due for the orders placed: complete tranches only, whole hours, at least those of the minimum
        amount once it is reached (when it is promised to this holder)."""
        assert self.ratio is not None
        tranches = ordered / self.ratio.tranche // 1
        due = Fraction(tranches * self.ratio.per_tranche.value // 1)
        least = self.ratio.at_minimum
        if minimum and least is not None and self.amount_min and ordered >= self.amount_min:
            due = max(due, least.value)
        return Hours(due)


@dataclass(frozen=True)
class Plan:
    """`terms` None: no hours are due, the kit holds only what applies. `start`, `end`: of the whole market."""

    result: Result
    terms: Terms | None
    lots: tuple[LotPlan, ...]
    notification: KnownDate
    start: KnownDate
    end: date

    def lot(self, number: int) -> LotPlan | None:
        return next((lot for lot in self.lots if lot.number == number), None)

    @property
    def total(self) -> Hours:
        return sum((lot.hours for lot in self.lots), Hours(0))

    @property
    def orders(self) -> bool:
        return any(lot.ratio is not None for lot in self.lots)


def starting(market: Market, start: date | None) -> Market:
    """The market with the real first day of execution, for every lot: the calendar of hours follows from it."""
    if start is None:
        return market
    data = market_data(market)
    for lot in data.get("lots", ()):
        lot.pop("debut_execution", None)
    return read_market(data | {"debut_execution": start.isoformat()})


def plan_of(result: Result, notification: date | None = None) -> Plan:
    """The follow-up of a market, counted from its own dates; `notification` when it is known."""
    scopes = [item.scope for item in result.understanding.lots]
    terms = terms_of(result)
    lots = (
        tuple(_lot(lot, scope) for lot, scope in zip(result.calibration.lots, scopes, strict=True) if lot.has_clause)
        if terms
        else ()
    )
    starts = [_start(scope) for scope in scopes]
    start = min(starts, key=lambda known: known.day)
    end = max(_end(scope) for scope in scopes)
    if notification is None:
        told = KnownDate(start.day, False, f"estimée au premier jour de l'exécution ({french.day(start.day)})")
    else:
        told = KnownDate(notification, True, TYPED)
    return Plan(result, terms, lots, told, start, end)


def check_length(plan: Plan) -> Plan:
    """The plan itself. Raises RefusedError for a duration that no sheet holds."""
    if max(item.scope.duration.value for item in plan.result.understanding.lots) > MOST_MONTHS:
        raise RefusedError(f"le kit de suivi couvre {MOST_MONTHS // 12} ans au plus : corrigez la durée du marché")
    return plan


def check_dates(plan: Plan) -> Plan:
    """The plan itself. Raises InputError for dates that cannot follow each other."""
    launch, notified, start = plan.result.on, plan.notification, plan.start
    faults = []
    if start.typed and start.day < launch:
        told = f"le {french.day(start.day)} précède le lancement de la consultation ({french.day(launch)})"
        faults.append(Fault("premier jour de l'exécution", f"{told} : corrigez l'une de ces dates"))
    if notified.typed and notified.day < launch:
        told = f"le {french.day(notified.day)} précède le lancement de la consultation ({french.day(launch)})"
        faults.append(Fault("notification", f"{told} : corrigez l'une de ces dates"))
    if notified.typed and not faults and start.day < notified.day:
        told = f"le {french.day(notified.day)} suit le premier jour de l'exécution, {start.said}"
        faults.append(Fault("notification", f"{told} : donnez aussi le premier jour réel de l'exécution"))
    if faults:
        raise InputError(faults)
    return plan


def _start(scope: Scope) -> KnownDate:
    day = scope.execution_start
    if scope.own.execution_start or scope.market.execution_start:
        return KnownDate(day, True, TYPED)
    return KnownDate(day, False, f"estimée à la date de lancement ({french.day(day)})")


def _end(scope: Scope) -> date:
    start = scope.execution_start
    return max(start, add_months(start, scope.duration) - DAY)


def _lot(lot: LotCalibration, scope: Scope) -> LotPlan:
    known = _start(scope)
    return LotPlan(
        lot.lot or 0,
        lot.title,
        known,
        _end(scope),
        scope.duration,
        lot.hours.advised,
        scope.amount,
        scope.amount_min,
        lot.ratio,
        lot.tranches,
        spread(_to_spread(lot), known.day, scope.duration),
    )


def _to_spread(lot: LotCalibration) -> Hours:
    """Optional tranches are due once taken up: they are not in the calendar before."""
    if not lot.tranches:
        return lot.hours.advised
    return sum((part.hours for part in lot.tranches if part.firm), Hours(0))
