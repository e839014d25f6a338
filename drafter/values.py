"""Euros, Hours, Months, Rate, HourlyCost: exact quantities that never mix.

Every amount is a `Fraction`, so nothing is lost between the form and the clause; rounding happens
once, by a named rule, where a figure is shown or written. A float is refused: it has already lost
the cents.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Self, overload

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from drafter import readers

Exact = int | Decimal | Fraction


def _fraction(value: Exact) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise TypeError(f"an exact number is needed, not {type(value).__name__}")
    return value if type(value) is Fraction else Fraction(value)  # immutable: no copy


def _half_up(value: Fraction, digits: int) -> Decimal:
    """`value` rounded to `digits` decimals, halves away from zero."""
    top, bottom = abs(value.numerator) * 10**digits, value.denominator
    whole = (2 * top + bottom) // (2 * bottom)  # in integers: a Fraction would reduce itself at each step
    return Decimal(f"{whole if value >= 0 else -whole}E-{digits}")  # as text: no context rounds it again


class Quantity:
    """A number with a unit. Only quantities of the same unit add, subtract and compare."""

    __slots__ = ("value",)
    value: Fraction
    pattern: ClassVar[str] = "nombre"

    def __init__(self, value: Exact) -> None:
        object.__setattr__(self, "value", _fraction(value))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __reduce__(self) -> tuple[type[Self], tuple[Fraction]]:
        return type(self), (self.value,)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value})"

    def __hash__(self) -> int:
        return hash((type(self), self.value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and type(other) is type(self) and self.value == other.value

    def __lt__(self, other: Self) -> bool:
        return self.value < other.value if type(other) is type(self) else NotImplemented

    def __le__(self, other: Self) -> bool:
        return self.value <= other.value if type(other) is type(self) else NotImplemented

    def __gt__(self, other: Self) -> bool:
        return self.value > other.value if type(other) is type(self) else NotImplemented

    def __ge__(self, other: Self) -> bool:
        return self.value >= other.value if type(other) is type(self) else NotImplemented

    def __bool__(self) -> bool:
        return bool(self.value)

    def __add__(self, other: Self) -> Self:
        if type(other) is not type(self):
            return NotImplemented
        return type(self)(self.value + other.value)

    def __sub__(self, other: Self) -> Self:
        if type(other) is not type(self):
            return NotImplemented
        return type(self)(self.value - other.value)

    def __mul__(self, factor: Exact | Rate) -> Self:
        number = factor.value if isinstance(factor, Rate) else _fraction(factor)
        return type(self)(self.value * number)

    __rmul__ = __mul__

    @overload
    def __truediv__(self, other: Exact) -> Self: ...
    @overload
    def __truediv__(self, other: Self) -> Fraction: ...
    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Quantity):
            return self.value / other.value if type(other) is type(self) else NotImplemented
        return type(self)(self.value / _fraction(other))

    def rounded(self, digits: int = 2) -> Decimal:
        """The value to `digits` decimals, halves away from zero. Unit unchanged."""
        return _half_up(self.value, digits)

    @classmethod
    def read(cls, text: object) -> Self:
        """From what a person typed. Raises ValueError with a French sentence."""
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def validate(value: object) -> Any:
            return value if isinstance(value, cls) else cls.read(value)

        return core_schema.no_info_plain_validator_function(
            validate,
            serialization=core_schema.plain_serializer_function_ser_schema(cls.plain, when_used="always"),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": ["string", "number"], "description": cls.pattern}

    def plain(self) -> int | str:
        """For a file: an integer when it is one, else the exact decimal, which reads back to the same value.

        Never three decimals: « 1.250 » would read as a thousand. Raises ValueError for a value that decimals
        cannot write (a third of an hour): nobody typed it, so no file holds it.
        """
        if self.value.denominator == 1:
            return int(self.value)
        digits = next((n for n in range(1, 64) if 10**n % self.value.denominator == 0), None)
        if digits is None:
            raise ValueError(f"{self.value} has no finite decimal writing")
        return f"{_half_up(self.value, 4 if digits == 3 else digits):f}"


class Euros(Quantity):
    """Euros excluding tax. Shown to the cent, halves up."""

    __slots__ = ()
    pattern = "montant en euros hors taxes : 250000, « 250 000,50 € », « 1,5 M€ »"

    @classmethod
    def read(cls, text: object) -> Self:
        return cls(readers.read_amount(text))


class HourlyCost(Quantity):
    """Euros per hour of work, charges included."""

    __slots__ = ()
    pattern = "coût horaire en euros : 28, « 28,50 €/h »"

    @classmethod
    def read(cls, text: object) -> Self:
        return cls(readers.read_hourly_cost(text))


class Hours(Quantity):
    """Hours of work. A warning tells them in whole tens, below; what the pieces carry follows a setting."""

    __slots__ = ()
    pattern = "nombre d'heures : 450, « 1 200 h »"

    @classmethod
    def read(cls, text: object) -> Self:
        return cls(readers.read_hours(text))

    def floor_ten(self) -> Hours:
        return Hours(self.value // 10 * 10)


class Months(Quantity):
    """Calendar months, decimals allowed (5.5)."""

    __slots__ = ()
    pattern = "durée en mois : 48, 5.5, « 4 ans », « 1 an et 6 mois »"

    @classmethod
    def read(cls, text: object) -> Self:
        return cls(readers.read_duration(text))


class Rate(Quantity):
    """A share, held as a number between 0 and 1 (5 % is 0.05)."""

    __slots__ = ()
    pattern = "part ou taux : « 5 % » ou 0.05"

    @classmethod
    def read(cls, text: object) -> Self:
        return cls(readers.read_rate(text))

    @property
    def percent(self) -> Fraction:
        return self.value * 100
