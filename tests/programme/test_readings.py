"""What a programme writes that a market file would not: quarters, thousands, renewals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafter.programme.places import department_of, department_of_code
from drafter.programme.readings import read_amount, read_day, read_duration, yearly_amount


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2027, 3, 2), date(2027, 3, 2)),
        ("02/03/2027", date(2027, 3, 2)),
        ("T2 2027", date(2027, 4, 1)),
        ("2e trimestre 2027", date(2027, 4, 1)),
        ("2027-T4", date(2027, 10, 1)),
        ("S2 2027", date(2027, 7, 1)),
        ("1er semestre 2027", date(2027, 1, 1)),
        ("mars 2027", date(2027, 3, 1)),
        ("Févr-27", date(2027, 2, 1)),
        ("juil. 2027", date(2027, 7, 1)),
        ("09/2027", date(2027, 9, 1)),
        ("2027-09", date(2027, 9, 1)),
        (2027, date(2027, 1, 1)),
        (46447, date(2027, 3, 1)),
        (46447.0, date(2027, 3, 1)),
    ],
)
def test_a_day_or_the_first_of_a_period(cell: Any, day: date) -> None:
    assert read_day(cell)[0] == day


@pytest.mark.parametrize("cell", ["bientôt", "T5 2027", "13/2027", "32/01/2027", "ju 2027", 12, "2027-13"])
def test_what_is_no_day_is_left_for_the_market_to_refuse(cell: Any) -> None:
    assert read_day(cell) == (cell, "")


@settings(deadline=None)
@given(st.one_of(st.text(max_size=60), st.integers(), st.floats(), st.dates(), st.booleans()))
def test_no_cell_breaks_a_reader(cell: Any) -> None:
    read_day(cell)
    read_amount(cell, Fraction(1000))
    read_duration(cell, Fraction(12), cell)
    yearly_amount(cell, cell)


@pytest.mark.parametrize(
    ("cell", "scale", "renewals", "months"),
    [
        (48, 1, None, 48),
        ("4", 12, None, 48),
        ("4 ans", 12, None, 48),
        ("1 an renouvelable 3 fois", 1, None, 48),
        ("12 mois, reconductible 3 fois", 1, None, 48),
        (12, 1, 3, 48),
        ("24 mois fermes", 1, None, 24),
        ("1,5", 12, None, 18),
    ],
)
def test_renewals_and_years_are_counted_in_months(cell: Any, scale: int, renewals: Any, months: int) -> None:
    assert read_duration(cell, Fraction(scale), renewals)[0] == months


def test_a_column_in_thousands_multiplies_bare_figures_only() -> None:
    assert read_amount(250, Fraction(1000)) == (250_000, "colonne en milliers d'euros : 250 lu 250\u202f000 €")
    assert read_amount("1,5", Fraction(1000))[0] == 1_500
    assert read_amount("250 000 €", Fraction(1000)) == ("250 000 €", "")
    assert read_amount(250, Fraction(1)) == (250, "")


def test_a_yearly_amount_is_brought_to_the_whole_duration() -> None:
    assert yearly_amount(10_000, 48)[0] == 40_000
    assert yearly_amount("10 000", "18 mois")[0] == 15_000
    assert yearly_amount(1, 1)[0] == Decimal("0.08")


@pytest.mark.parametrize(
    ("text", "code"),
    [("80", "80"), ("1", "01"), ("Somme", "80"), ("80 - Somme", "80"), ("la Réunion", "974"), ("2a", "2A"),
     ("Val d'Oise", "95"), ("Département de la Somme", "80"), ("Narnia", None), ("", None), ("999", None)],
)  # fmt: skip
def test_a_department_by_its_code_or_its_name(text: str, code: str | None) -> None:
    assert department_of(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("80000 Amiens", "80"), ("1000", "01"), ("20200", "2B"), ("20000", "2A"), ("97460", "974"), ("2A004", "2A"),
     ("Amiens", None)],
)  # fmt: skip
def test_a_department_by_a_postal_code(text: str, code: str | None) -> None:
    assert department_of_code(text) == code
