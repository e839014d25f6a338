"""The rows of one market as one market: what each lot says alike, and what is its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drafter import readers

OF_MARKET = ("date_lancement", "acheteur", "acheteur_nom", "contrat", "procedure")
"""Facts that a lot cannot state: the first row that gives one gives it for all."""
AMOUNTS = ("montant_ht", "montant_min_ht", "montant_max_ht")


def gather(lines: Sequence[Mapping[str, Any]], *, head: bool) -> dict[str, Any]:
    """The market of several rows. `head`: the first, without a lot number, speaks for the whole."""
    lots = lines[1:] if head else lines
    market = dict(lines[0]) if head else _common(lots)
    for key in OF_MARKET:
        if value := next((line[key] for line in lines if key in line), None):
            market[key] = value
    market.setdefault("objet", lots[0].get("objet", ""))
    for key in ("nature", "duree_mois"):
        if key not in market and key in lots[0]:
            market[key] = lots[0][key]
    repeated = len({readers.plain(line.get("objet", "")) for line in lines}) == 1
    facts = {key: value for key, value in market.items() if key != "intitule" and (head or key not in AMOUNTS)}
    return {**facts, "lots": [_lot(lot, market, number, repeated=repeated) for number, lot in enumerate(lots, 1)]}


def _common(lots: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What every lot says alike."""
    return {key: value for key, value in lots[0].items() if all(lot.get(key) == value for lot in lots)}


def _lot(lot: Mapping[str, Any], market: Mapping[str, Any], number: int, *, repeated: bool) -> dict[str, Any]:
    """The facts of a lot that are not those of the market."""
    own = {
        key: value
        for key, value in lot.items()
        if key not in OF_MARKET and key != "objet" and (key in AMOUNTS or market.get(key) != value)
    }
    title = lot.get("intitule") or lot.get("objet") or f"Lot {number}"
    if repeated and readers.plain(title) == readers.plain(lot.get("objet", "")):
        title = f"Lot {number} : {title}"
    return {**own, "intitule": title}
