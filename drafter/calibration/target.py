"""An effort aimed at over the whole operation: what it asks of the lots with a clause (calibrage.md § 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from drafter import french
from drafter.calibration.model import LotCalibration, Target
from drafter.calibration.rates import effort_ceiling
from drafter.calibration.territories import own_library
from drafter.library import Library
from drafter.understanding import Understanding, Understood
from drafter.values import Hours, Rate
from drafter.vocabulary import RESERVED_FLAGS, Nature


@dataclass(frozen=True)
class Aim:
    """The rate that makes up for the others, and what it becomes for each lot that may still be raised."""

    wanted: Rate
    worked: Hours
    carried: Hours
    rate: Rate
    by_lot: Mapping[int | None, Rate]


def aim(
    understanding: Understanding, lots: tuple[LotCalibration, ...], wanted: Rate, library: Library, on: date
) -> Aim | None:
    """t_lot = t_operation x hours of work of all lots / hours of work of the lots with clause, capped lot by lot.

    Supplies and reserved lots are left out on both sides. Hours or rates typed for a lot stay as typed, and count
    for what they bring. None when no lot can carry the target.
    """
    pairs = [
        (understood, lot)
        for understood, lot in zip(understanding.lots, lots, strict=True)
        if counts(understood) and lot.worked is not None
    ]
    worked = sum((lot.worked.value for _, lot in pairs if lot.worked is not None), Fraction(0))
    carriers = [(understood, lot) for understood, lot in pairs if lot.has_clause]
    free = [(understood, lot) for understood, lot in carriers if not _typed(understood)]
    carried = sum((lot.worked.value for _, lot in free if lot.worked is not None), Fraction(0))
    if not carried:
        return None
    fixed = sum((lot.hours.exact.value for understood, lot in carriers if _typed(understood)), Fraction(0))
    needed = max(wanted.value * worked - fixed, Fraction(0)) / carried
    by_lot = {
        lot.lot: Rate(min(needed, effort_ceiling(understood, own_library(understood, library, on), on)[0].value))
        for understood, lot in free
    }
    return Aim(wanted, Hours(worked), Hours(carried), Rate(min(needed, Fraction(1))), by_lot)


def counts(understood: Understood) -> bool:
    scope = understood.scope
    return scope.nature is not Nature.SUPPLIES and not scope.flags & RESERVED_FLAGS


def _typed(understood: Understood) -> bool:
    given = understood.scope.overrides
    return given.hours is not None or given.effort is not None


def outcome(aimed: Aim, understanding: Understanding, lots: tuple[LotCalibration, ...]) -> Target:
    """What the operation comes to once the lots are raised."""
    hours = sum(
        (
            lot.hours.exact.value
            for understood, lot in zip(understanding.lots, lots, strict=True)
            if lot.has_clause and counts(understood)
        ),
        Fraction(0),
    )
    obtained = Rate(hours / aimed.worked.value)
    note = (
        f"{french.show(aimed.wanted)} × {french.number(aimed.worked.value, 0)} h de travail de tous les lots ÷ "
        f"{french.number(aimed.carried.value, 0)} h des lots qui portent la clause. Les fournitures et les lots "
        "réservés ne comptent pas ; un taux n'est jamais baissé ; chaque lot reste sous son plafond."
    )
    return Target(aimed.wanted, aimed.worked, aimed.carried, aimed.rate, obtained, note)
