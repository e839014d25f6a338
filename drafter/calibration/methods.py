"""The formulas. Each takes exact figures and gives exact hours for the three hypotheses.

Sources: MEF Sud 77 and LASER Emploi (amount), Inserpropre (staff takeover), domain practice for the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from drafter.calibration.rates import Three
from drafter.values import Euros, Hours, Months


@dataclass(frozen=True)
class ThreeHours:
    low: Hours
    central: Hours
    high: Hours


def worked_hours(amount: Euros, share: Three, cost: Three) -> ThreeHours:
    """HT_tot = M x p / c. The low hypothesis pairs the low share with the high cost."""
    return ThreeHours(
        Hours(amount.value * share.low.value / cost.high.value),
        Hours(amount.value * share.central.value / cost.central.value),
        Hours(amount.value * share.high.value / cost.low.value),
    )


def staff_hours(staff: Fraction, duration: Months, yearly: Hours) -> ThreeHours:
    """HT_tot = agents x yearly hours of one full-time person x years."""
    hours = Hours(staff * yearly.value * duration.value / 12)
    return ThreeHours(hours, hours, hours)


def previous_hours(worked: Hours, old: Euros, new: Euros) -> ThreeHours:
    """HT_tot = hours really worked x M new / M old."""
    hours = Hours(worked.value * (new / old))
    return ThreeHours(hours, hours, hours)


def insertion_hours(worked: ThreeHours, effort: Three) -> ThreeHours:
    """H = t x HT_tot."""
    return ThreeHours(
        Hours(worked.low.value * effort.low.value),
        Hours(worked.central.value * effort.central.value),
        Hours(worked.high.value * effort.high.value),
    )


def available_share(amount: Euros, duration: Months, transferable: Hours, revenue_per_hour: Fraction) -> Fraction:
    """P = 1 - (S x C) / (A / N): the share of the market that the transferred staff does not already fill.

    Zero or negative when the staff to take over exceeds the new market.
    """
    return 1 - (transferable.value * revenue_per_hour) / (amount.value / duration.value)


def transfer_hours(amount: Euros, available: Fraction, revenue_per_hour: Fraction) -> ThreeHours:
    """P x A / C: the hours that remain to be filled; never below zero."""
    hours = Hours(max(available, Fraction(0)) * amount.value / revenue_per_hour)
    return ThreeHours(hours, hours, hours)


def order_ratio(share: Three, cost: Three, effort: Three, tranche: Euros) -> Hours:
    """r = p x t / c for one tranche of orders, central hypothesis."""
    return Hours(tranche.value * share.central.value * effort.central.value / cost.central.value)
