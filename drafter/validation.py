"""What pydantic refuses, as French sentences: which field, what was found, what to write."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from drafter import readers
from drafter.errors import Fault


def faults_of(error: ValidationError, entries: Any = None) -> list[Fault]:
    """Each pydantic error as a French sentence that names the field, what was found and what to write.

    `entries` is the data that was read: entries of a list are then named by their identifier.
    """
    items = error.errors(include_url=False)
    inside = {item["loc"][:end] for item in items for end in range(len(item["loc"]))}
    # a list that seems too short because its entries are at fault is not one more fault
    told = [item for item in items if item["type"] != "too_short" or item["loc"] not in inside]
    return [Fault(_path(item["loc"], entries), _sentence(item)) for item in told]


def _path(location: tuple[int | str, ...], entries: Any = None) -> str:
    """`('lots', 1, 'montant_ht')` -> `lots[2].montant_ht`: people count from one."""
    path = ""
    for step in location:
        try:
            entries = entries[step]
        except (TypeError, LookupError):
            entries = None
        if isinstance(step, int):
            name = entries.get("id") or entries.get("code") if isinstance(entries, Mapping) else None
            path += f"[{name or step + 1}]"
        elif step != "[key]":
            path += f".{step}" if path else step
    return path


def in_french(item: ErrorDetails, known: list[str]) -> InitErrorDetails:
    """An error of a market file, with the words that only such a file calls for."""
    location, kind = item["loc"], item["type"]
    key = location[-1] if location else ""
    if kind in ("missing", "string_too_short") and key in _MISSING:
        start = "ce champ manque" if kind == "missing" else "ce champ est vide"
        sentence = f"{start} : {_MISSING[str(key)]}"
    elif kind == "extra_forbidden" and len(location) == 1:
        close = difflib.get_close_matches(str(key), known, 1)
        hint = f"vouliez-vous écrire « {close[0]} » ?" if close else f"les clés admises sont {', '.join(known)}"
        sentence = f"la clé {readers.shown(key)} n'existe pas : {hint}"
    else:
        sentence = _sentence(item)
    return detail(location, sentence)


def detail(location: tuple[int | str, ...], sentence: str) -> InitErrorDetails:
    """A fault of ours, in the form pydantic gathers them in."""
    said = PydanticCustomError(_SAID, "{sentence}", {"sentence": sentence})
    return InitErrorDetails(type=said, loc=location, input=None)


_SAID: Final = "phrase"
"""Type of the errors that are already a French sentence."""

_MISSING = {
    "objet": "indiquez ce que vous achetez, par exemple « Nettoyage des locaux de la médiathèque »",
    "nature": "indiquez la nature du marché : travaux, fournitures ou services",
    "duree_mois": "indiquez la durée en mois, reconductions comprises, par exemple 48",
    "date_lancement": "indiquez la date d'envoi de l'avis ou du lancement de la consultation, par exemple 01/10/2026",
    "intitule": "indiquez un intitulé",
    "montant_ht": "indiquez le montant hors taxes en euros, par exemple 250 000",
}

_LIST = "une liste est attendue : écrivez un élément par ligne, chacun précédé d'un tiret"
_LINES = "écrivez une suite de lignes « clé: valeur »"
_SENTENCES = {
    "missing": "ce champ manque : ajoutez une ligne « {key}: … »",
    "extra_forbidden": "la clé « {key} » n'existe pas : vérifiez son orthographe ou retirez-la",
    "enum": "{found} n'est pas admis : écrivez {expected}",
    "literal_error": "{found} n'est pas admis : écrivez {expected}",
    "tuple_type": _LIST,
    "list_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "model_type": "{found} ne suffit pas : " + _LINES,
    "model_attributes_type": "{found} ne suffit pas : " + _LINES,
    "dict_type": "{found} ne suffit pas : " + _LINES,
    "string_type": "{found} ne convient pas : écrivez un texte",
    "string_unicode": "{found} ne convient pas : écrivez un texte",
    "string_pattern_mismatch": "{found} n'a pas la forme attendue : suivez le modèle des autres entrées",
    "string_too_short": "ce champ est vide : indiquez sa valeur",
    "string_too_long": "ce texte est trop long : {max_length} caractères au plus",
    "too_long": "il y a trop d'éléments : {max_length} au plus",
    "too_short": "il n'y a pas assez d'éléments : {min_length} au moins",
    "int_parsing": "{found} n'est pas un nombre entier : écrivez par exemple 12",
    "int_type": "{found} n'est pas un nombre entier : écrivez par exemple 12",
    "greater_than_equal": "{found} est trop petit : écrivez {ge} ou plus",
    "less_than_equal": "{found} est trop grand : écrivez {le} ou moins",
}


def _sentence(item: ErrorDetails) -> str:
    kind, context = item["type"], item.get("ctx", {})
    if kind == _SAID:
        return item["msg"]
    if kind == "value_error":
        return str(context["error"])
    key = next((step for step in reversed(item["loc"]) if isinstance(step, str)), "")
    expected = " ou ".join(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
    words = {**context, "key": key, "found": readers.shown(item.get("input")), "expected": expected}
    return _SENTENCES.get(kind, "{found} ne se lit pas : vérifiez cette valeur").format(**words)
