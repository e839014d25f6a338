"""French typography and numbers: amounts, dates, hours, no-break spaces.

Numbers are grouped with U+202F (narrow no-break space), as Babel does for fr_FR; signs and units are
bound with U+00A0.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from babel.numbers import format_decimal

from drafter.dated import Days, Number
from drafter.values import Euros, HourlyCost, Hours, Months, Quantity, Rate

NBSP = "\u00a0"
NARROW = "\u202f"
_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def number(value: Fraction | int, digits: int = 2) -> str:
    """`1 234,5`: up to `digits` decimals, no trailing zero."""
    text = _grouped(Number(value).rounded(digits))
    return text.rstrip("0").rstrip(",") if "," in text else text


def euros(amount: Euros) -> str:
    """`250 000 €`, `12,31 €`: cents only when there are any."""
    cents = amount.rounded(2)
    return f"{_grouped(amount.rounded(0) if cents == int(cents) else cents)}{NBSP}€"


def _grouped(value: Decimal) -> str:
    """Babel's grouping and decimal mark, every digit of `value` kept."""
    return _by_babel(value, max(0, -int(value.as_tuple().exponent)))


@lru_cache(maxsize=4096)
def _by_babel(value: Decimal, digits: int) -> str:
    """`digits` is part of the key: 12.5 and 12.50 are equal, and written differently."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale="fr_FR"))


def hourly_cost(cost: HourlyCost) -> str:
    return f"{number(cost.value)}{NBSP}€/h"


def hours(value: Hours) -> str:
    """`450 heures`, `1 heure`."""
    return f"{number(value.value)}{NBSP}heure{'s' if value.value >= 2 else ''}"


def months(value: Months) -> str:
    return f"{number(value.value)}{NBSP}mois"


def percent(rate: Rate) -> str:
    return f"{number(rate.percent)}{NBSP}%"


def day(value: date) -> str:
    """`1er octobre 2026`."""
    first = "1er" if value.day == 1 else str(value.day)
    return f"{first}{NBSP}{_MONTHS[value.month - 1]}{NBSP}{value.year}"


def show(value: Any) -> str:
    """Any typed value as a person reads it."""
    match value:
        case Euros():
            return euros(value)
        case HourlyCost():
            return hourly_cost(value)
        case Hours():
            return hours(value)
        case Months():
            return months(value)
        case Rate():
            return percent(value)
        case Days():
            return f"{number(value.value)}{NBSP}jour{'s' if value.value >= 2 else ''}"
        case Quantity():
            return number(value.value)
        case date():
            return day(value)
        case bool():
            return "oui" if value else "non"
        case int() | Fraction():
            return number(Fraction(value))
    return str(value)


_S = "[ \u00a0\u202f]"
_MONTH = "|".join(_MONTHS)
_UNIT = r"heures?|jours?|mois|ans?|euros?|kg|km|g|h|m²|°C|lots?"

# Each rule leaves what it has made as it is, and undoes nothing that another has made: typeset is idempotent.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(f"«{_S}*"), f"«{NBSP}"),
    (re.compile(f"{_S}*»"), f"{NBSP}»"),
    (re.compile(rf"(?<=[^\s;!?(\[«]){_S}*([;!?]+)(?=\s|$|[»)\]])"), f"{NBSP}\\1"),
    (re.compile(rf"(?<=[^\s;!?(\[«:/]){_S}*:(?=\s|$)"), f"{NBSP}:"),
    (re.compile(r"(?<=\d) (?=[%€])"), NBSP),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), NARROW),
    (re.compile(rf"\b(\d+) (?=(?:{_UNIT})\b)"), f"\\1{NBSP}"),
    (re.compile(r"\b([Aa]rticles?|n°|lots?|[Aa]nnexe|LU|CPV) (?=[\dLR])"), f"\\1{NBSP}"),
    (re.compile(r"\b([LRD])\. ?(?=\d)"), f"\\1.{NBSP}"),
    (re.compile(rf"\b(\d{{1,2}}|1er) (?=(?:{_MONTH})\b)"), f"\\1{NBSP}"),
    (re.compile(rf"\b({_MONTH}) (?=\d{{4}}\b)"), f"\\1{NBSP}"),
)
_TOUCHED = re.compile(r"[ '«»;!?:.]")
"""No rule changes a text without one of these: a figure in a table, a word. Half the cells of a long note."""
_HELD = "\ue001"
_KEEP = re.compile(rf"https?://[^\s«»]+|[^\s«»]+@[^\s«»]+|{_HELD}")
"""Addresses: each stands as one `_HELD` while the rules run, so that they see a word there and leave it whole."""


def typeset(text: str) -> str:
    """`text` with French no-break spaces and curly apostrophes; addresses are left alone. Idempotent."""
    if not _TOUCHED.search(text):
        return text
    held = iter(_KEEP.findall(text))
    text = _KEEP.sub(_HELD, text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return re.sub(_HELD, lambda _: next(held), text)


def typeset_runs(runs: list[str]) -> list[str]:
    """`typeset` over runs that follow each other in one paragraph: the rules see across the seams.

    The rules touch nothing but spaces and apostrophes, so each run takes back as many signs as it had; the
    spaces at a seam go to the run on its left when that one ended with a space, else to the right.
    """
    done = typeset("".join(runs))
    shared: list[str] = []
    position = 0
    for run in runs[:-1]:
        signs, end = len("".join(run.split())), position
        while signs:
            signs -= not done[end].isspace()
            end += 1
        while run[-1:].isspace() and done[end : end + 1].isspace():
            end += 1
        shared.append(done[position:end])
        position = end
    return [*shared, done[position:]] if runs else []


def joined(items: list[str], last: str = "et") -> str:
    """`a`, `a et b`, `a, b et c`; `last` may be « ou »."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def plural(count: int, one: str, many: str | None = None) -> str:
    """`3 lots`: French counts zero and one as singular."""
    return f"{number(count)}{NBSP}{one if abs(count) < 2 else many or one + 's'}"
