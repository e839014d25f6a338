"""Framework agreements by orders: the ratio of hours by amount ordered, whatever method gave the hours."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from drafter import french
from drafter.calibration import methods
from drafter.calibration.model import OrderRatio, Step
from drafter.calibration.rates import COMPUTED, Rates, setting
from drafter.calibration.rounding import round_down, round_up
from drafter.calibration.work import share_above
from drafter.dated import Status
from drafter.facts import Method
from drafter.library import Library
from drafter.understanding import Understood
from drafter.values import Euros, Hours
from drafter.vocabulary import Form

RATIO = "Ratio à inscrire au CCAP"
PER_TRANCHE = "h par tranche"
TENTH = Fraction(1, 10)


def order_ratio(
    understood: Understood, method: Method, exact: Hours, rates: Rates, library: Library, on: date
) -> OrderRatio | None:
    """r = p x t / c by the amount; else the hours of the method, brought back to the amount they stand for."""
    if understood.scope.form is not Form.ORDERS:
        return None
    size, floor = _tranche(library, on), rates.floor is not None
    if method is Method.RATIO:
        ratio = methods.order_ratio(rates.labour_share, rates.hourly_cost, rates.effort, size)
        return _made(understood, ratio, size, library, on, floor=floor)
    return _by_reference(understood, exact, size, library, on, floor=floor)


def typed_ratio(understood: Understood, hours: Hours, library: Library, on: date) -> OrderRatio | None:
    """The ratio that gives the typed hours at the estimate: never rounded up, even above a floor."""
    if understood.scope.form is not Form.ORDERS:
        return None
    return _by_reference(understood, hours, _tranche(library, on), library, on, floor=False)


def ratio_step(understood: Understood, ratio: OrderRatio, method: Method, exact: Hours, *, floor: bool) -> Step:
    """The ratio as a step, with the division that gives it."""
    size = french.euros(ratio.tranche)
    if method is Method.RATIO:
        how = f"{size} × part de main-d'œuvre × taux ÷ coût"
    else:
        amount = understood.scope.amount or Euros(0)
        how = f"{french.number(exact.value, 1)} h ÷ ({french.euros(amount * share_above(understood))} ÷ {size})"
    way = "supérieur" if floor else "inférieur"
    note = f"Par tranche de {size} HT commandés : {how}. Arrondi : dixième {way}."
    return Step(RATIO, ratio.per_tranche, PER_TRANCHE, COMPUTED, Status.CERTAIN, note=note)


def _by_reference(
    understood: Understood, hours: Hours, size: Euros, library: Library, on: date, *, floor: bool
) -> OrderRatio | None:
    """None when the amount that the hours stand for is unknown."""
    amount = understood.scope.amount
    if not amount or not (share := share_above(understood)):
        return None
    return _made(understood, hours / (amount * share / size), size, library, on, floor=floor)


def _tranche(library: Library, on: date) -> Euros:
    return Euros(setting(library, "tranche-commande", on)[0].value)


def _made(understood: Understood, exact: Hours, size: Euros, library: Library, on: date, *, floor: bool) -> OrderRatio:
    """Hours for each tranche, to a tenth of an hour: rounded down, or up above a floor that a text imposes."""
    scope, share = understood.scope, share_above(understood)
    per_tranche = round_up(exact, TENTH) if floor else round_down(exact, TENTH)
    step = setting(library, "arrondi", on)[0].value

    def at(amount: Euros | None) -> Hours | None:
        if amount is None:
            return None
        hours = Hours(amount * share / size * exact.value)
        return round_up(hours, step) if floor else round_down(hours, step)

    holders = scope.holders if scope.holders is not None and scope.holders > 1 else None
    threshold = scope.overrides.order_threshold
    return OrderRatio(per_tranche, size, at(scope.amount_min), at(scope.amount_max), threshold, holders)
