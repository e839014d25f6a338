"""The essential data of public contracts (DECP) in their official JSON, as rows like those of a sheet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from drafter.errors import InputError

COLUMNS = (
    "id", "nature", "objet", "codeCPV", "procedure", "dureeMois", "montant", "valeurGlobale", "dateNotification",
    "dateDebutExecution", "lieuExecution.code", "lieuExecution.typeCode", "ccag", "techniques", "modalitesExecution",
    "acheteur.nom",
)  # fmt: skip
"""Their own names: the reader of columns knows them."""

_KINDS = ("marche", "contrat-concession")


def is_published(data: bytes) -> bool:
    return data[:3].lstrip(b"\xef\xbb\xbf")[:1] in (b"{", b"[") or data.lstrip()[:1] in (b"{", b"[")


def published_tables(data: bytes, name: str) -> Iterator[tuple[str, Iterator[tuple[Any, ...]]]]:
    """One table: a header, then one row for each contract. Raises InputError."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InputError(f"{name} : ce fichier JSON ne se lit pas : exportez-le de nouveau, puis recommencez") from None
    contracts = list(_contracts(content))
    if not contracts:
        raise InputError(
            f"{name} : aucun contrat n'a été trouvé : le format attendu est celui des données essentielles (DECP), "
            "marches > marche"
        )
    yield name, iter([COLUMNS, *(tuple(_cell(contract, path) for path in COLUMNS) for contract in contracts)])


def _contracts(content: Any) -> Iterator[Mapping[str, Any]]:
    """Those of schema 2.0.3 (`marches.marche`), of the older one (`marches: […]`), or a bare list."""
    if isinstance(content, Mapping):
        content = content.get("marches", content)
    if isinstance(content, Mapping):
        content = [item for kind in _KINDS for item in _list(content.get(kind))]
    yield from (item for item in _list(content) if isinstance(item, Mapping))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _cell(contract: Mapping[str, Any], path: str) -> Any:
    value: Any = contract
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):  # {"techniques": {"technique": ["Accord-cadre"]}}
        value = next(iter(value.values()), None)
    if isinstance(value, list):
        value = " | ".join(str(item) for item in value if isinstance(item, str))
    return value if isinstance(value, str | int | float | bool) and value != "" else None
