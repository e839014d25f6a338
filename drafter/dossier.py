"""The dossier: market and decisions, with the library version they were read with. The only thing ever saved.

It is a JSON file the person keeps, and travels inside every .docx. Everything else is derived from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from drafter.errors import Fault, InputError
from drafter.library import Library
from drafter.market import Market, load_text, market_data, read_market

FORMAT = "drafter-dossier"
VERSION = 1


def dump(market: Market, library: Library) -> str:
    """The dossier as JSON text; the same market gives the same text."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "bibliotheque": {"version": library.info.version, "date": library.info.date.isoformat()},
        "marche": market_data(market),
    }
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=False) + "\n"


def load(text: str) -> Market:
    """The market of a dossier, or of a bare market file in JSON. Raises InputError."""
    return market_of(load_text(text, "json", "dossier"))


def market_of(data: Any) -> Market:
    """The market in the data of a dossier, or of a market file. Raises InputError."""
    if not isinstance(data, Mapping) or "format" not in data:
        return read_market(data)
    if data["format"] != FORMAT:
        raise InputError(
            "ce fichier n'est pas un dossier de ce service : choisissez le fichier .json que vous avez gardé"
        )
    version = str(data.get("version"))
    if not version.isdecimal() or len(version) > 9 or int(version) > VERSION:
        message = "ce dossier vient d'une version plus récente du service : mettez le service à jour pour l'ouvrir"
        raise InputError([Fault("version", message)])
    return read_market(data.get("marche"))
