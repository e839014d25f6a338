"""Whole multiples of a step: down by rule, up above a floor that a text imposes."""

from __future__ import annotations

from fractions import Fraction

from drafter.values import Hours


def round_down(hours: Hours, step: Fraction) -> Hours:
    return Hours(hours.value // step * step)


def round_up(hours: Hours, step: Fraction) -> Hours:
    return Hours(-(-hours.value // step) * step)
