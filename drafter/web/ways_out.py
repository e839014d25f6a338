"""Each warning with what to do about it, wherever the page can do it or lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from drafter import french
from drafter.alerts import Alert
from drafter.library.clause import Clause
from drafter.pipeline import Result
from drafter.web.law import lots_label

OFFERED = 2
"""Clauses offered to answer a duty: beyond, the list of clauses is the place to choose."""
MOST_WAYS = 5
"""Lots that one warning leads to: the others stand in the tables of the page, each with its buttons."""
_FIELDS = {
    "MONTANT": ("montant_ht", "Corriger les montants"),
    "MAXIMUM": ("montant_max_ht", "Indiquer le maximum"),
    "CPV": ("cpv", "Corriger le code CPV"),
    "SEGMENT": ("segment", "Choisir un segment d'achat"),
    "W06": ("date_lancement", "Revoir la date de lancement"),
}
"""Warnings that a field of the first page settles."""
_LOT = re.compile(r"\blot n°\s?(\d+)", re.IGNORECASE)
_BEGINNING = re.compile(r"Lot n°\s?(\d+)\s?:\s")


class Way(Enum):
    FIELD = auto()
    """A field of the first page."""
    PLACE = auto()
    """A place on this page."""
    CALCULATION = auto()
    """The calculation of a lot, 0 without lots."""
    ADD = auto()
    WITHDRAW = auto()
    """A clause, and the reason that will be written: `id|other id`, or `id`."""
    OPEN = auto()
    """A figure of a clause, in its card."""


@dataclass(frozen=True)
class WayOut:
    label: str
    way: Way
    target: str


@dataclass(frozen=True)
class Notice:
    text: str
    advice: bool
    ways: tuple[WayOut, ...]


def warnings_of(result: Result) -> tuple[Notice, ...]:
    """As the pipeline orders them, the most serious first. What is said of several lots is said once."""
    groups: dict[tuple[str, bool], list[Alert]] = {}
    for alert in result.alerts:
        groups.setdefault((_BEGINNING.sub("", alert.text), alert.advice), []).append(alert)
    return tuple(_warning(said, alerts, result) for (said, _), alerts in groups.items())


def _warning(said: str, alerts: list[Alert], result: Result) -> Notice:
    first = alerts[0]
    lots = [int(lot[1]) for alert in alerts if (lot := _BEGINNING.match(alert.text))]
    text = f"{lots_label(lots).replace('lots', 'Lots n°')} : {said}" if len(lots) > 1 else first.text
    ways = list(dict.fromkeys(way for alert in alerts for way in _ways(alert, result)))
    if len(ways) > MOST_WAYS:
        table = WayOut("Les autres lots, dans le tableau des heures", Way.PLACE, "calibrage")
        ways = [*ways[:MOST_WAYS], *([table] if ways[-1].way is Way.CALCULATION else [])]
    asked = "" if french.typeset(first.question) in text else first.question  # a caution has it in its text
    return Notice(french.typeset(f"{text} {asked}".strip()), first.advice, tuple(ways))


def _ways(alert: Alert, result: Result) -> Iterator[WayOut]:
    named = [item.clause for item in result.selection.kept if f"«\u00a0{item.clause.title}\u00a0»" in alert.text]
    named = list({clause.id: clause for clause in named}.values())
    if alert.id in _FIELDS:
        yield _field(alert, result)
    elif alert.id == "W11":
        lot = _LOT.search(alert.text)
        yield WayOut(
            f"Ouvrir le calcul du lot {lot[1]}" if lot else "Ouvrir le calcul", Way.CALCULATION, lot[1] if lot else "0"
        )
    elif alert.id == "CONFLIT":
        for clause, other in zip(named, reversed(named), strict=True):
            yield WayOut(f"Retirer « {clause.title} »", Way.WITHDRAW, f"{clause.id}|{other.id}")
    elif alert.id == "POIDS":
        for clause in named:
            yield WayOut("Changer le poids", Way.OPEN, clause.id)
    elif any(found.id == alert.id for found in result.duties):
        yield from _duty(alert.id, result)
    else:
        for clause in named:
            yield WayOut(f"Voir « {clause.title} »", Way.PLACE, f"c--{clause.id}")


def _field(alert: Alert, result: Result) -> WayOut:
    field, label = _FIELDS[alert.id]
    lot = _LOT.search(alert.text)
    inside_lot = lot and field in ("montant_ht", "segment", "cpv") and int(lot[1]) <= len(result.market.lots)
    return WayOut(label, Way.FIELD, f"lots-{int(lot[1]) - 1}-{field}" if lot and inside_lot else field)


def _duty(identifier: str, result: Result) -> Iterator[WayOut]:
    """Clauses that would answer it, then its line, where an exemption is chosen."""
    found = next(item for item in result.duties if item.id == identifier)
    kept = set(result.selection.ids())
    answers: list[Clause] = [
        item.clause
        for item in result.selection.dropped
        if item.fits and item.clause.id not in kept and found.duty.answered_by(item.clause.satisfies)
    ]
    for clause in list({answer.id: answer for answer in answers}.values())[:OFFERED]:
        yield WayOut(f"Retenir « {clause.title} »", Way.ADD, clause.id)
    if found.open_exemptions:
        yield WayOut("Motiver une dérogation", Way.PLACE, f"o--{identifier}--derogation")
    else:
        yield WayOut("Lire l'obligation", Way.PLACE, f"o--{identifier}")


__all__ = ["Notice", "Way", "WayOut", "warnings_of"]
