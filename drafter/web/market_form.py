"""The first page: from what was typed to the data of a market file, and back.

The page knows fewer things than a market file. What it does not show (tranches, criteria, decisions…)
comes from the dossier that travels with the page and is left as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from drafter import french, readers
from drafter.errors import Fault, InputError
from drafter.library import Library
from drafter.market import Market, market_data, read_market
from drafter.values import Quantity, Rate
from drafter.web.fields import Fields, gathered, lot_numbers, one

MAX_LOTS = 100
"""As many as a market holds, typed or pasted."""

MARKET_FIELDS = (
    "objet",
    "nature",
    "segment",
    "cpv",
    "montant_ht",
    "duree_mois",
    "forme",
    "montant_min_ht",
    "montant_max_ht",
    "date_accord_cadre",
    "technicite",
    "ambition",
    "date_lancement",
    "departement",
    "acheteur",
    "acheteur_nom",
    "procedure",
    "contrat",
    "ccag",
    "achats_annuels_ht",
    "base_seuil_social",
)
LOT_FIELDS = ("intitule", "montant_ht", "duree_mois", "nature", "segment", "cpv", "montant_min_ht", "montant_max_ht")
OVERRIDES = (
    "part_main_oeuvre",
    "cout_horaire",
    "taux_effort",
    "effectif",
    "heures_dpgf",
    "personnel_transferable_heures_mois",
    "heures",
)
RATES = frozenset({"part_main_oeuvre", "taux_effort", "taux_operation", "part_commandes_au_dessus_seuil"})
YEARLY = "indexation_annuelle"
"""A rate too small to be anything but a percentage: 0,5 is half a percent."""
FLAGS = "drapeaux"
ORIGIN = "origine"
"""Hidden in each lot: its place in the dossier, so that what the page does not show stays with its lot."""

_LABELS = {
    "montant_ht": "Montant HT",
    "montant_min_ht": "Montant minimum HT",
    "montant_max_ht": "Montant maximum HT",
}
_ORDER = (*MARKET_FIELDS, FLAGS, "calibrage-", "lots-")


@dataclass(frozen=True)
class Typed:
    """The data of a market as typed on the page, and which number on the page each lot has."""

    data: dict[str, Any]
    numbers: tuple[int, ...]


def as_fields(form: MultiDict[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(form.getlist(name)) for name in form}


# --- from the page to a market -------------------------------------------------------------------


def read_page(form: MultiDict[str, str], base: Market | None, library: Library) -> tuple[Market | None, Fields]:
    """The market, or None with every fault beside its field. What was typed is in the fields either way."""
    typed = page_data(form, market_data(base) if base else {}, library)
    try:
        return read_market(typed.data), Fields(as_fields(form))
    except InputError as error:
        faults = [*error.faults, *_missing_amount(typed.data, error.faults)]
        errors, general = gathered(((field_of(fault, typed.numbers), _plain_words(fault)) for fault in faults), _ORDER)
        return None, Fields(as_fields(form), errors, general)


def page_data(form: MultiDict[str, str], base: Mapping[str, Any], library: Library) -> Typed:
    """What was typed over what the dossier already holds, not yet checked."""
    data = dict(base)
    for name in MARKET_FIELDS:
        if name in form:
            data[name] = _value(name, form[name], library)
    data[FLAGS] = form.getlist(FLAGS)
    data["calibrage"] = {**base.get("calibrage", {}), **_overrides(form, "calibrage-")}
    former = list(base.get("lots", ()))
    lots: list[dict[str, Any]] = []
    numbers: list[int] = []
    for number in lot_numbers(as_fields(form)):
        prefix = f"lots-{number}-"
        typed = {name: _value(name, form[prefix + name], library) for name in LOT_FIELDS if prefix + name in form}
        if not any(str(value).strip() for value in typed.values()):
            continue  # added and left empty
        place = form.get(prefix + ORIGIN, "")
        kept = former[int(place)] if re.fullmatch(r"\d{1,3}", place) and int(place) < len(former) else {}
        lots.append({**kept, **typed})
        numbers.append(number)
    data["lots"] = lots
    return Typed(data, tuple(numbers))


def _value(name: str, text: str, library: Library) -> str:
    text = text if len(text) <= 20_000 else text[:20_000]  # the model refuses it anyway, and says so
    return segment_id(text, library) if name == "segment" else text.strip()


def _overrides(form: MultiDict[str, str], prefix: str) -> dict[str, str]:
    return {name: percent(name, form[prefix + name]) for name in OVERRIDES if prefix + name in form}


def percent(name: str, text: str) -> str:
    """In a field whose label says « % », 5 means 5 %; 0,05 stays the share it already is."""
    body = readers.clean(text)
    if name == YEARLY and re.fullmatch(r"\d+(?:[.,]\d+)?", body):
        return f"{body} %"
    if name in RATES and re.fullmatch(r"[1-9]\d*(?:[.,]\d+)?", body):
        return f"{body} %"
    return body


def segment_id(text: str, library: Library) -> str:
    """The id of the segment or trade whose label was picked in the list; any other text as it is."""
    return segment_choices(library).get(_compared(text), text.strip())


def segment_choices(library: Library) -> dict[str, str]:
    """Plain label -> id, segments and trades."""
    choices: dict[str, str] = {}
    for segment in library.segments.values():
        choices |= {_compared(trade.label): trade.id for trade in segment.trades}
        choices[_compared(segment.label)] = segment.id
    return choices


def _compared(label: str) -> str:
    return readers.plain(label.replace("’", "'"))


def segment_label(identifier: str, library: Library) -> str:
    """The label of a segment or trade, by id or code; the text itself when it names none."""
    for segment in library.segments.values():
        if identifier in (segment.id, segment.code):
            return segment.label
        for trade in segment.trades:
            if identifier == trade.id:
                return trade.label
    return identifier


def _missing_amount(data: Mapping[str, Any], faults: Iterable[Fault]) -> list[Fault]:
    """The rule on the amount only runs once each field reads: said here with the others, at the first try."""
    lots = data.get("lots", [])
    said = any("montant" in fault.where or "montant" in fault.message for fault in faults)
    stated = data.get("montant_ht") or data.get("montant_max_ht")
    if said or stated or (lots and all(lot.get("montant_ht") or lot.get("montant_max_ht") for lot in lots)):
        return []
    return [Fault("montant_ht", "indiquez le montant hors taxes en euros, sur toute la durée, par exemple 250 000")]


def field_of(fault: Fault, numbers: Sequence[int]) -> str:
    """`lots[2].montant_ht` -> `lots-1-montant_ht`, whatever lots were left empty; empty when not on the page."""
    where = fault.where
    prefix = ""
    if match := re.match(r"lots\[(\d+)\]\.?", where):
        place = int(match[1]) - 1
        if place >= len(numbers):
            return ""
        prefix, where = f"lots-{numbers[place]}-", where[match.end() :]
    name = re.sub(r"\[\d+\]$", "", where).replace(".", "-")
    if not name:  # a rule over several fields: beside the first one it names
        name = next(iter(re.findall(r"\b(montant_min_ht|montant_max_ht|montant_ht)\b", fault.message)), "")
    overrides = {f"calibrage-{item}" for item in OVERRIDES}
    known = set(LOT_FIELDS) if prefix else {*MARKET_FIELDS, FLAGS} | overrides
    return prefix + name if name in known else ""


def _plain_words(fault: Fault) -> Fault:
    """Keys of the market file become the labels of the page."""
    pattern = re.compile(rf"\b({'|'.join(sorted(_LABELS, key=len, reverse=True))})\b(?! manque)")
    return Fault(fault.where, pattern.sub(lambda match: f"« {_LABELS[match[1]]} »", fault.message))


# --- from a market to the page -------------------------------------------------------------------


def page_values(market: Market, library: Library) -> dict[str, tuple[str, ...]]:
    """What the page shows of a market, as a person would have typed it."""
    shown = {**DEFAULTS, **_shown(market)}
    values = {name: one(shown[name]) for name in MARKET_FIELDS if name in shown}
    values[FLAGS] = tuple(sorted(market.flags))
    if market.segment:
        values["segment"] = one(segment_id(segment_label(market.segment, library), library))
    for name, text in _shown(market.overrides).items():
        values[f"calibrage-{name}"] = one(text)
    for number, lot in enumerate(market.lots):
        prefix = f"lots-{number}-"
        values[prefix + ORIGIN] = one(str(number))
        shown = _shown(lot)
        for name in LOT_FIELDS:
            values[prefix + name] = one(shown.get(name, ""))
        if lot.segment:
            values[f"{prefix}segment"] = one(segment_label(lot.segment, library))
    return values


def _shown(model: BaseModel) -> dict[str, str]:
    """Each plain fact that was given, in French."""
    facts: dict[str, str] = {}
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, str | Enum | date | Decimal | Quantity):
            facts[info.alias or name] = typed_text(value)
    return facts


def typed_text(value: str | Enum | date | Decimal | Quantity) -> str:
    """A value as a person types it, unit left to the label: 250 000, 5, 01/10/2026."""
    match value:
        case Rate():
            shown = french.number(value.percent, 9)
            return shown if not 0 < value.percent < 1 else f"{shown}{french.NBSP}%"  # read back as it is, sign and all
        case Quantity():
            return french.number(value.value, 9)
        case Decimal():
            return french.number(Fraction(value), 9)
        case date():
            return f"{value:%d/%m/%Y}"
        case Enum():
            return str(value.value)
    return value


DEFAULTS = {"technicite": "moyenne", "ambition": "socle", "contrat": "marche", "forme": "ordinaire"}
"""What the market model takes when nothing is said, shown as the answer already made."""


def blank_values(today: date) -> dict[str, tuple[str, ...]]:
    """A new page: today as the launch date, the usual answers already made."""
    return {"date_lancement": one(f"{today:%d/%m/%Y}"), **{name: one(text) for name, text in DEFAULTS.items()}}


# --- the list of lots ----------------------------------------------------------------------------


def with_lot_added(fields: Fields) -> tuple[Fields, str]:
    """One more empty lot, and the name of its first field."""
    numbers = lot_numbers(fields.values)
    if len(numbers) >= MAX_LOTS:
        general = (french.typeset(f"Un dossier compte {MAX_LOTS} lots au plus sur cette page."),)
        return Fields(fields.values, fields.errors, general), ""
    number = numbers[-1] + 1 if numbers else 0
    first = f"lots-{number}-intitule"
    empty = {f"lots-{number}-{name}": one("") for name in LOT_FIELDS}
    return Fields({**fields.values, **empty}, fields.errors, fields.general), first


def with_lot_removed(fields: Fields, number: int) -> Fields:
    prefix = f"lots-{number}-"
    kept = {name: found for name, found in fields.values.items() if not name.startswith(prefix)}
    return Fields(kept, fields.errors, fields.general)
