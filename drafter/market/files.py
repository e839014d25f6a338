"""A market from text or plain data, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from pydantic import ValidationError

from drafter import yaml_text
from drafter.errors import Fault, InputError
from drafter.market.model import Market
from drafter.validation import faults_of

FileFormat = Literal["yaml", "json"]


def load_text(text: str, fmt: FileFormat = "yaml", source: str = "") -> Any:
    """The raw data of a market file. Numbers stay exact. Raises InputError."""
    if fmt == "yaml":
        return yaml_text.load(text, source)
    faults: list[Fault] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                faults.append(Fault(key, "cette clé est écrite deux fois : gardez-en une seule"))
            seen[key] = value
        return seen

    def refuse(word: str) -> None:
        raise _NotANumberError(f"{word} n'est pas un nombre")

    try:
        data = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=Decimal,
            parse_int=lambda digits: int(digits) if len(digits) < 100 else Decimal(digits),
            parse_constant=refuse,
            object_pairs_hook=unique,
        )
    except (ValueError, RecursionError) as error:
        raise InputError([Fault(source, _json_problem(error))]) from None
    if faults:
        raise InputError(faults)
    return data


class _NotANumberError(ValueError):
    """NaN and its like, which JSON does not know."""


def _json_problem(error: ValueError | RecursionError) -> str:
    where = "trop de niveaux imbriqués"
    if isinstance(error, json.JSONDecodeError):
        where = f"ligne {error.lineno}, colonne {error.colno}"
    elif isinstance(error, ValueError):
        where = str(error) if isinstance(error, _NotANumberError) else "un nombre est trop long"
    return f"ce fichier JSON ne se lit pas ({where}) : vérifiez les guillemets, les virgules et les accolades"


def read_market(data: Any) -> Market:
    """A Market from nested dicts of French keys. Raises InputError with every fault."""
    if isinstance(data, Market):
        return data
    if not isinstance(data, Mapping):
        raise InputError(
            [
                Fault(
                    "",
                    "la description du marché est une suite de lignes « clé: valeur » : commencez par objet: …",
                )
            ]
        )
    try:
        return Market.model_validate(data)
    except ValidationError as error:
        raise InputError(faults_of(error)) from None


def market_data(market: Market) -> dict[str, Any]:
    """The market as plain data, contract keys, only what was given: reads back to an equal Market."""
    return dict(market.model_dump(mode="json", by_alias=True, exclude_defaults=True))
