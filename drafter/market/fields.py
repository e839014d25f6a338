"""What the fields of a market file are made of: short texts, days, lists with a limit; faults all told at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PlainSerializer,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails

from drafter import readers
from drafter.validation import detail, in_french
from drafter.vocabulary import Factor, Flag

MAX_LOTS = 100
MAX_TEXT = 10_000
MAX_STAFF = 100_000
MAX_ITEMS = 1000
"""Of any list of the file but the lots: tranches, criteria, decisions."""
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufeff\ufffe\uffff]"
)
"""What XML refuses, what a screen cannot show, and the marks that turn the direction of a text."""


def _one_line(value: object) -> object:
    """Text on one line, control characters dropped; numbers are taken as their digits."""
    text = _many_lines(value)
    return readers.clean(text) if isinstance(text, str) else text


def _many_lines(value: object) -> object:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = readers.clean(value)
    return CONTROL.sub("", value).replace("\r\n", "\n").strip() if isinstance(value, str) else value


def listed(value: object) -> object:
    """A single word where a list is expected is a list of one (YAML `drapeaux: npnru`)."""
    return [value] if isinstance(value, str) else value


def at_most(limit: int) -> BeforeValidator:
    """Before the items are read: a list without end must not make as many faults."""

    def check(value: object) -> object:
        if isinstance(value, list | tuple | set | frozenset | dict) and len(value) > limit:
            raise ValueError(f"il y a trop d'éléments : {limit} au plus")
        return value

    return BeforeValidator(check)


Line = Annotated[str, Field(min_length=1, max_length=1000), BeforeValidator(_one_line)]
Prose = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), BeforeValidator(_many_lines)]
Day = Annotated[date, BeforeValidator(readers.read_date)]
YesNo = Annotated[bool, BeforeValidator(readers.read_yes_no)]
Cpv = Annotated[str, BeforeValidator(readers.read_cpv)]
Flags = Annotated[
    frozenset[Flag],
    at_most(MAX_ITEMS),
    BeforeValidator(listed),
    PlainSerializer(lambda flags: sorted(str(flag) for flag in flags), return_type=list[str]),
]
"""A set has no order of its own: a file always holds them in alphabetical order."""
Factors = Annotated[
    frozenset[Factor],
    at_most(MAX_ITEMS),
    BeforeValidator(listed),
    PlainSerializer(lambda factors: sorted(str(factor) for factor in factors), return_type=list[str]),
]


def read_percent(value: object) -> int:
    text = readers.clean(value)
    try:
        number = readers.read_rate(value) * 100 if text.endswith("%") else readers.read_number(value)
    except ValueError:
        number = Fraction(-1)
    if number.denominator != 1 or not 0 <= number <= 100:
        raise ValueError(f"{readers.shown(value)} n'est pas un poids : écrivez un nombre entier de 0 à 100")
    return int(number)


def read_staff(value: object) -> Decimal:
    try:
        number = readers.read_number(value)
        if 0 < number <= MAX_STAFF and 10**6 % number.denominator == 0:
            return Decimal(number.numerator) / number.denominator
    except ValueError:
        pass
    raise ValueError(
        f"{readers.shown(value)} n'est pas un effectif : écrivez un nombre de personnes en équivalent temps plein, "
        "par exemple 5 ou 5,5"
    )


def read_count(value: object) -> int:
    text = readers.clean(value)
    if re.fullmatch("[0-9]{1,2}", text) and int(text):
        return int(text)
    raise ValueError(f"{readers.shown(value)} ne convient pas : écrivez un nombre entier de 1 à 99")


Count = Annotated[int, BeforeValidator(read_count)]


def read_lot_number(value: object) -> int:
    text = readers.clean(value)
    if re.fullmatch("[0-9]{1,3}", text) and 1 <= int(text) <= MAX_LOTS:
        return int(text)
    raise ValueError(f"{readers.shown(value)} n'est pas un numéro de lot : écrivez un nombre de 1 à {MAX_LOTS}")


class Fact(BaseModel):
    """Frozen; unknown keys are faults; an empty value counts as not given.

    Faults between fields are looked for in what was typed, so that they are told together with the faults of
    each field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False, defer_build=True)

    @classmethod
    def relations(cls, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Faults between fields: the key each is told beside (empty: the whole entry), and the sentence."""
        yield from ()

    @model_validator(mode="wrap")
    @classmethod
    def _every_fault(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, Mapping):
            return handler(data)
        given = {CONTROL.sub("", str(key)): value for key, value in data.items() if not is_empty(value)}
        errors: list[InitErrorDetails] = []
        made: Self | None = None
        try:
            made = handler(given)
        except ValidationError as error:
            known = [info.alias or name for name, info in cls.model_fields.items()]
            errors = [in_french(item, known) for item in error.errors(include_url=False)]
        errors += [detail((key,) if key else (), sentence) for key, sentence in cls.relations(given)]
        if errors or made is None:
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return made


def is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not readers.clean(CONTROL.sub("", value))
    return value is None or value in ([], {}, ())
