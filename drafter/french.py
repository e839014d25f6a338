"""French typography and numbers: amounts, dates, hours, no-break spaces.

Numbers are grouped with U+202F (narrow no-break space), as Babel does for fr_FR; signs and units are
bound with U+00A0.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

from babel.numbers import format_decimal

from drafter.dated import Days, Number
from drafter.values import Euros, HourlyCost, Hours, Months, Quantity, Rate

NBSP = "\u00a0"
_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


def number(value: Fraction | int, digits: int = 2) -> str:
    """`1 234,5`: up to `digits` decimals, no trailing zero."""
    rounded = Number(value).rounded(digits)
    return str(format_decimal(rounded, format="#,##0." + "#" * digits if digits else "#,##0", locale="fr_FR"))


def euros(amount: Euros) -> str:
    """`250 000 €`, `12,31 €`: cents only when there are any."""
    cents = amount.rounded(2)
    pattern = "#,##0" if cents == int(cents) else "#,##0.00"
    return f"{format_decimal(cents, format=pattern, locale='fr_FR')}{NBSP}€"


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


_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"«[ \u00a0\u202f]?"), f"«{NBSP}"),
    (re.compile(r"[ \u00a0\u202f]?»"), f"{NBSP}»"),
    (re.compile(r"(?<=\S) ?([;!?])(?=\s|$|[»)\]])"), f"{NBSP}\\1"),
    (re.compile(r"(?<=[^\s:/]) ?:(?=\s|$)"), f"{NBSP}:"),
    (re.compile(r"(?<=\d) (?=[%€])"), NBSP),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), "\u202f"),
    (re.compile(r"\b(\d+) (?=(?:heures?|jours?|mois|ans?|euros?|kg|km|g|h|m²|°C|lots?)\b)"), f"\\1{NBSP}"),
    (re.compile(r"\b([Aa]rticles?|n°|lots?|[Aa]nnexe|LU|CPV) (?=[\dLR])"), f"\\1{NBSP}"),
    (re.compile(r"\b([LRD])\. ?(?=\d)"), f"\\1.{NBSP}"),
    (re.compile(r"\b(\d{1,2}|1er) (?=(?:" + "|".join(_MONTHS) + r")\b)"), f"\\1{NBSP}"),
    (re.compile(r"\b(" + "|".join(_MONTHS) + r") (?=\d{4}\b)"), f"\\1{NBSP}"),
)
_KEEP = re.compile(r"https?://\S+|\S+@\S+")


def typeset_runs(runs: list[str]) -> list[str]:
    """`typeset` over runs that follow each other in one paragraph: the rules see across the seams."""
    return typeset(_SEAM.join(runs)).split(_SEAM)


_SEAM = "\ue000"


def typeset(text: str) -> str:
    """`text` with French no-break spaces and curly apostrophes; addresses are left alone. Idempotent."""
    parts: list[str] = []
    position = 0
    for match in _KEEP.finditer(text):
        parts += [_typeset(text[position : match.start()]), match[0]]
        position = match.end()
    parts.append(_typeset(text[position:]))
    return "".join(parts)


def _typeset(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def joined(items: list[str]) -> str:
    """`a`, `a et b`, `a, b et c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} et {items[-1]}" if items else ""


def plural(count: int, one: str, many: str | None = None) -> str:
    """`3 lots`: French counts zero and one as singular."""
    return f"{number(count)}{NBSP}{one if abs(count) < 2 else many or one + 's'}"
