"""Formulas that know what they are worth: each carries the text a spreadsheet reads and the exact value.

The value goes into the file beside the formula, so that a viewer that computes nothing shows the figures;
it is also what lets the writer compare every formula with the engine before the file leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from drafter.calibration.outcome import add_months
from drafter.values import Months

Value = Fraction | str | bool | None
"""None is the error of a spreadsheet (a division by zero)."""

_DAY_ZERO = date(1899, 12, 30)
_ATOM, _PRODUCT, _SUM, _TEST = range(4)
_DIGITS = 6


@dataclass(frozen=True)
class Formula:
    """`text` without its leading `=`; `level` says when it needs parentheses inside another."""

    text: str
    value: Value
    level: int = _ATOM

    def _inside(self, highest: int) -> str:
        return self.text if self.level <= highest else f"({self.text})"

    @property
    def number(self) -> Fraction | None:
        return self.value if isinstance(self.value, Fraction) else None

    def __add__(self, other: Formula) -> Formula:
        a, b = self.number, other.number
        value = None if a is None or b is None else a + b
        return Formula(f"{self._inside(_SUM)}+{other._inside(_SUM)}", value, _SUM)

    def __sub__(self, other: Formula) -> Formula:
        a, b = self.number, other.number
        value = None if a is None or b is None else a - b
        return Formula(f"{self._inside(_SUM)}-{other._inside(_PRODUCT)}", value, _SUM)

    def __mul__(self, other: Formula) -> Formula:
        a, b = self.number, other.number
        value = None if a is None or b is None else a * b
        return Formula(f"{self._inside(_PRODUCT)}*{other._inside(_PRODUCT)}", value, _PRODUCT)

    def __truediv__(self, other: Formula) -> Formula:
        a, b = self.number, other.number
        value = None if a is None or not b else a / b
        return Formula(f"{self._inside(_PRODUCT)}/{other._inside(_ATOM)}", value, _PRODUCT)

    def __lt__(self, other: Formula) -> Formula:
        a, b = self.number, other.number
        return self._test("<", other, a is not None and b is not None and a < b)

    def __gt__(self, other: Formula) -> Formula:
        a, b = self.number, other.number
        return self._test(">", other, a is not None and b is not None and a > b)

    def same(self, other: Formula) -> Formula:
        return self._test("=", other, self.value == other.value)

    def _test(self, sign: str, other: Formula, value: bool) -> Formula:
        return Formula(f"{self._inside(_SUM)}{sign}{other._inside(_SUM)}", value, _TEST)


def literal(value: int | str) -> Formula:
    """A whole number, or words of ours: never what a person typed."""
    if isinstance(value, str):
        return Formula('"' + value.replace('"', '""') + '"', value)
    return Formula(str(value), Fraction(value))


def _call(name: str, arguments: tuple[Formula, ...], value: Value) -> Formula:
    return Formula(f"{name}({','.join(each.text for each in arguments)})", value)


def choose(test: Formula, then: Formula, otherwise: Formula) -> Formula:
    return _call("IF", (test, then, otherwise), then.value if test.value else otherwise.value)


def any_of(*tests: Formula) -> Formula:
    return tests[0] if len(tests) == 1 else _call("OR", tests, any(test.value for test in tests))


def is_empty(cell: Formula, empty: bool) -> Formula:
    return Formula(f'{cell.text}=""', empty, _TEST)


def larger(one: Formula, other: Formula) -> Formula:
    a, b = one.number, other.number
    return _call("MAX", (one, other), None if a is None or b is None else max(a, b))


def smaller(one: Formula, other: Formula) -> Formula:
    a, b = one.number, other.number
    return _call("MIN", (one, other), None if a is None or b is None else min(a, b))


def total(first: Formula, last: Formula, values: list[Fraction]) -> Formula:
    return Formula(f"SUM({first.text}:{last.text})", sum(values, Fraction(0)))


def summed(cells: list[Formula]) -> Formula:
    """The sum of cells that do not stand in one column."""
    return _call("SUM", tuple(cells), sum((cell.number or Fraction(0) for cell in cells), Fraction(0)))


def rounded(term: Formula, digits: int) -> Formula:
    """Halves away from zero, as ROUND does and as the engine does."""
    value = None if term.number is None else _half_up(term.number, digits)
    return _call("ROUND", (term, literal(digits)), value)


def _half_up(value: Fraction, digits: int) -> Fraction:
    scaled = abs(value) * 10**digits
    whole = int(scaled + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**digits)


def steady(term: Formula) -> Formula:
    """To the millionth: a spreadsheet holds 450 as 449.99999999999994, and must not make 440 of it."""
    return rounded(term, _DIGITS)


def floor_to(term: Formula, step: Formula) -> Formula:
    return _call("FLOOR", (steady(term), step), _multiple(steady(term), step, up=False))


def ceiling_to(term: Formula, step: Formula) -> Formula:
    return _call("CEILING", (steady(term), step), _multiple(steady(term), step, up=True))


def _multiple(term: Formula, step: Formula, *, up: bool) -> Fraction | None:
    value, size = term.number, step.number
    if value is None or not size:
        return None
    return -(-value // size) * size if up else value // size * size


def whole(term: Formula) -> Formula:
    """Rounded down to a whole number."""
    found = steady(term)
    return _call("INT", (found,), None if found.number is None else Fraction(found.number // 1))


def months_after(day: Formula, months: Formula) -> Formula:
    """A whole number of months after a day, as EDATE counts: a spreadsheet's day is a number."""
    value = None
    if day.number is not None and months.number is not None:
        value = serial(add_months(_DAY_ZERO + timedelta(days=int(day.number)), Months(months.number)))
    return _call("EDATE", (day, months), value)


def serial(day: date) -> Fraction:
    return Fraction((day - _DAY_ZERO).days)


def ceiling_tenth(term: Formula) -> Formula:
    """A tenth, rounded up."""
    return _call("CEILING", (steady(term * literal(10)), literal(1)), _tens(term)) / literal(10)


def _tens(term: Formula) -> Fraction | None:
    found = steady(term * literal(10)).number
    return None if found is None else Fraction(-(-found // 1))


def floor_tenth(term: Formula) -> Formula:
    """A tenth, rounded down."""
    tens = steady(term * literal(10))
    value = None if tens.number is None else Fraction(tens.number // 1, 10)
    return Formula(f"INT({tens.text})/10", value, _PRODUCT)
