"""Texts of a fixed shape, whole numbers, conditions: what the entries of the library are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from drafter import readers
from drafter.conditions import ConditionError, parse
from drafter.facts import KINDS


@dataclass(frozen=True)
class Shape:
    """A text of a fixed shape: the pattern goes to the JSON Schema, `words` to the person."""

    pattern: str
    words: str

    def check(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value):
            raise ValueError(f"{readers.shown(value)} n'a pas la forme attendue : écrivez {self.words}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": f"^{self.pattern}$"}


Id = Annotated[
    str,
    Shape(
        r"[a-z0-9]+(?:[.-][a-z0-9]+)*",
        "des minuscules sans accent et des chiffres, séparés par des points ou des traits d'union",
    ),
]
"""Never reused, never renamed."""
CpvPrefix = Annotated[str, Shape(r"[0-9]{2,8}", 'de 2 à 8 chiffres entre guillemets, par exemple "9091"')]
SegmentCode = Annotated[str, Shape(r"[A-Z]{2,4}", "de 2 à 4 majuscules, par exemple NET")]
Version = Annotated[str, Shape(r"20[0-9]{2}\.[0-9]{1,2}(?:\.[0-9]+)?", "l'année et le mois, par exemple 2026.11")]
Prose = Annotated[
    str,
    BeforeValidator(lambda value: value.strip() if isinstance(value, str) else value),
    Field(min_length=1),
]
Whole = Annotated[int, BeforeValidator(lambda value: int(value) if str(value).strip().isdigit() else value)]
YesNo = Annotated[bool, BeforeValidator(readers.read_yes_no)]


def _condition(value: object) -> object:
    if not isinstance(value, Mapping):
        raise ValueError(
            "une condition est une suite de lignes « fait: valeur » : écrivez par exemple nature: [services]"
        )
    try:
        return parse(dict(value), KINDS)
    except ConditionError as error:
        raise ValueError(str(error)) from None


When = Annotated[Any, BeforeValidator(_condition), WithJsonSchema({"format": "condition"})]
