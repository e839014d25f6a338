"""Exact quantities: units never mix, nothing is lost, one rounding rule."""

from __future__ import annotations

import operator
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafter.dated import Days, Number
from drafter.values import Euros, HourlyCost, Hours, Months, Quantity, Rate

UNITS: tuple[type[Quantity], ...] = (Euros, HourlyCost, Hours, Months, Rate, Days, Number)
PAIRS = [(one, other) for one in UNITS for other in UNITS if one is not other]
BETWEEN: tuple[Callable[[Any, Any], Any], ...] = (
    operator.add,
    operator.sub,
    operator.truediv,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
)


@pytest.mark.parametrize(("one", "other"), PAIRS)
@pytest.mark.parametrize("operation", BETWEEN)
def test_units_never_mix(one: type[Quantity], other: type[Quantity], operation: Callable[[Any, Any], Any]) -> None:
    with pytest.raises(TypeError):
        operation(one(1), other(1))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_same_number_of_two_units_is_not_the_same_thing(one: type[Quantity], other: type[Quantity]) -> None:
    assert one(1) != other(1)
    assert len({one(1), other(1)}) == 2


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.lt])
def test_a_bare_number_has_no_unit(unit: type[Quantity], operation: Callable[[Any, Any], Any]) -> None:
    with pytest.raises(TypeError):
        operation(unit(1), 1)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("inexact", [1.0, 0.1, float("nan"), True, "1", None])
def test_only_exact_numbers_are_accepted(unit: type[Quantity], inexact: Any) -> None:
    with pytest.raises(TypeError, match="exact number"):
        unit(inexact)
    with pytest.raises(TypeError, match="exact number"):
        unit(1) * inexact
    with pytest.raises(TypeError, match="exact number"):
        unit(1) / inexact


def test_a_quantity_never_changes() -> None:
    amount = Euros(1)
    with pytest.raises(AttributeError):
        amount.value = Fraction(2)
    with pytest.raises(AttributeError):
        del amount.value
    assert pickle.loads(pickle.dumps(amount)) == amount


def test_arithmetic_keeps_the_unit_or_leaves_it_for_good() -> None:
    assert Euros(100) + Euros(Decimal("0.1")) == Euros(Fraction("100.1"))
    assert Euros(100) - Euros(1) == Euros(99)
    assert Euros(100) * Rate(Fraction(1, 20)) == Euros(5) == 5 * Euros(1)
    assert Euros(100) / 3 == Euros(Fraction(100, 3))
    assert Euros(100) / Euros(40) == Fraction(5, 2)
    assert sum([Euros(1), Euros(2)], Euros(0)) == Euros(3)
    assert Rate(Fraction(1, 20)).percent == 5
    assert not Hours(0)


@pytest.mark.parametrize(
    ("value", "cents"),
    [
        ("0.005", "0.01"),
        ("0.0049", "0.00"),
        ("-0.005", "-0.01"),
        ("2.675", "2.68"),
        ("1/3", "0.33"),
        ("250000", "250000.00"),
    ],
)
def test_halves_round_away_from_zero(value: str, cents: str) -> None:
    assert str(Number(Fraction(value)).rounded(2)) == cents


def test_rounding_keeps_every_digit() -> None:
    """More digits than the decimal context holds."""
    assert Number(10**40 + 1).rounded(1) == 10**40 + 1


@pytest.mark.parametrize(("hours", "floor"), [("449.9", 440), ("450", 450), ("0", 0), ("1/3", 0)])
def test_whole_tens_are_below(hours: str, floor: int) -> None:
    assert Hours(Fraction(hours)).floor_ten() == Hours(floor)


@pytest.mark.parametrize(
    ("value", "written"), [("250000", 250000), ("5.5", "5.5"), ("0.05", "0.05"), ("1.125", "1.1250"), ("-2", -2)]
)
def test_plain_writing(value: str, written: int | str) -> None:
    """Three decimals take a fourth: « 1.125 » is eleven hundred in many offices."""
    assert Number(Fraction(value)).plain() == written


def test_a_third_has_no_plain_writing() -> None:
    with pytest.raises(ValueError, match="no finite decimal"):
        Hours(Fraction(1, 3)).plain()


EXACT = st.one_of(
    st.integers(0, 1000).map(Fraction),
    st.decimals(0, 1, places=15).map(Fraction),
    st.decimals(0, 1000, places=3).map(Fraction),
    st.decimals(0, 10**9, places=2).map(Fraction),
)


@pytest.mark.parametrize("unit", UNITS)
@given(value=EXACT)
def test_plain_reads_back(unit: type[Quantity], value: Fraction) -> None:
    quantity = unit(value)
    try:
        unit.read(value)
    except ValueError:
        return  # out of what the unit admits: a share of 200 %, half a day
    assert unit.read(quantity.plain()) == quantity


@given(st.fractions(), st.fractions())
def test_order_is_that_of_the_numbers(one: Fraction, other: Fraction) -> None:
    assert (Euros(one) < Euros(other)) is (one < other)
    assert (Euros(one) >= Euros(other)) is (one >= other)
    assert Euros(one) + Euros(other) == Euros(one + other)
    assert one != other or hash(Euros(one)) == hash(Euros(other))
