"""What follows from the hours of a lot: their calendar, their tranches, what moves them, what others would find."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from drafter.calibration.model import CrossCheck, Sensitivity, Slice, TrancheHours
from drafter.calibration.rates import COST, EFFORT, SHARE, Rates, Three
from drafter.calibration.work import NEEDS_AMOUNT, Work, methods_of, work
from drafter.facts import Method
from drafter.library import Library
from drafter.market import Scope
from drafter.understanding import Understood
from drafter.values import Euros, Hours, Months
from drafter.vocabulary import Form, Nature

QUARTER = 3
YEAR = 12
_BY_AMOUNT = frozenset({Method.AMOUNT, Method.RATIO, Method.PHASES})


def cross_checks(
    understood: Understood, method: Method, found: Work | None, rates: Rates, library: Library, on: date
) -> tuple[CrossCheck, ...]:
    """Every other method that the facts allow. `found` None: the hours were typed, all methods stand beside them."""
    scope = understood.scope
    if scope.nature is Nature.SUPPLIES:
        return ()
    central = found.exact.central.value if found is not None else (scope.overrides.hours or Hours(0)).value
    checks = []
    for other in methods_of(understood):
        if (found is not None and other is method) or (other in NEEDS_AMOUNT and not scope.amount):
            continue
        exact = work(understood, other, rates, library, on).exact
        gap = (exact.central.value - central) / central if central else None
        checks.append(CrossCheck(other, exact.low, exact.central, exact.high, gap))
    return tuple(checks)


def sensitivity(
    understood: Understood, method: Method, rates: Rates, library: Library, on: date
) -> tuple[Sensitivity, ...]:
    """Hours when one rate moves from its low to its high value, the others at their centre; the widest span first."""
    moved: list[tuple[tuple[str, str, str], Three, Callable[[Three], Rates]]] = [
        (EFFORT, rates.effort, lambda three: replace(rates, effort=three))
    ]
    if method in _BY_AMOUNT:
        moved += [
            (SHARE, rates.labour_share, lambda three: replace(rates, labour_share=three)),
            (COST, rates.hourly_cost, lambda three: replace(rates, hourly_cost=three)),
        ]
    found = []
    for (key, name, _), three, with_ in moved:
        at_low, at_high = (
            work(understood, method, with_(Three(figure, figure, figure)), library, on).exact.central
            for figure in (three.low, three.high)
        )
        found.append(Sensitivity(key, name, three.low, three.high, at_low, at_high))
    return tuple(sorted(found, key=lambda item: item.span, reverse=True))


# --- calendar ------------------------------------------------------------------------------------


def quarters(hours: Hours, scope: Scope) -> tuple[Slice, ...]:
    """The hours quarter by quarter from the beginning of execution, in step with time; they add up to the hours."""
    return tuple(_slices(hours, scope, Fraction(QUARTER)))


def periods(hours: Hours, scope: Scope) -> tuple[Slice, ...]:
    """The hours of each period: as many as were typed, else year by year; none for a contract of a year or less."""
    if scope.periods is not None and scope.periods > 1:
        return tuple(_slices(hours, scope, scope.duration.value / scope.periods))
    if scope.duration.value > YEAR:
        return tuple(_slices(hours, scope, Fraction(YEAR)))
    return ()


def _slices(hours: Hours, scope: Scope, length: Fraction) -> Iterator[Slice]:
    """Whole hours each: what is due at each end of slice is rounded down, and the last one takes the rest."""
    duration = scope.duration.value
    if not hours or duration <= 0:
        return
    number, done, begin = 1, Fraction(0), Fraction(0)
    while begin < duration:
        end = min(begin + length, duration)
        due = hours.value if end == duration else hours.value * end / duration // 1
        start = _after(scope.execution_start, begin)
        last = max(start, _after(scope.execution_start, end) - timedelta(days=1))
        yield Slice(number, start, last, Hours(due - done))
        number, done, begin = number + 1, Fraction(due), end


def _after(start: date, months: Fraction) -> date:
    """A number of months after a day; the part of a month in days of that month, rounded down."""
    whole = months.numerator // months.denominator
    first, after = _whole_months(start, whole), _whole_months(start, whole + 1)
    return first + timedelta(days=int((months - whole) * (after - first).days))


def _whole_months(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    if start.year + years >= date.max.year:
        return date.max
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def add_months(start: date, months: Months) -> date:
    return _after(start, months.value)


# --- tranches ------------------------------------------------------------------------------------


def tranche_hours(total: Hours, scope: Scope, found: Work | None, step: Fraction) -> tuple[TrancheHours, ...]:
    """Hours of each tranche: in proportion to its own hours when it has rates of its own, else to its amount."""
    tranches = scope.tranches
    if not tranches or not total or not (scope.form is Form.TRANCHES or (found is not None and found.parts)):
        return ()
    weights = [part.value for part in found.parts] if found is not None and found.parts else []
    if not any(weights):
        weights = [item.amount.value for item in tranches]
    shares = split(total, weights, step)
    return tuple(
        TrancheHours(item.title, item.amount, item.firm, hours) for item, hours in zip(tranches, shares, strict=True)
    )


def split(total: Hours, weights: Sequence[Fraction], step: Fraction) -> list[Hours]:
    """Multiples of `step` in proportion to the weights; the last takes the remainder, so that they add up."""
    whole = sum(weights, Fraction(0))
    shares = [Hours(total.value * weight / whole // step * step) if whole else Hours(0) for weight in weights[:-1]]
    return [*shares, total - sum(shares, Hours(0))]


def tranches_total(scope: Scope) -> Euros:
    return sum((item.amount for item in scope.tranches), Euros(0))
