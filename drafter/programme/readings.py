"""How a programme writes what a market file would not: a quarter for a date, thousands of euros, renewals in words.

Each reader returns the value and, when it is not what the cell says, the words that tell what was deduced.
Whatever it cannot read comes back untouched: the market says what is wrong with it, in its own sentence.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from drafter import french, readers

_MONTHS = ("janv", "fev", "mars", "avr", "mai", "juin", "juil", "aou", "sept", "oct", "nov", "dec")
_QUARTER = re.compile(
    r"(?:t|q|trim\w*) ?([1-4])[ /.-]*([0-9]{4})|([1-4])(?:er|e|eme)? trim\w*[ /.-]*(?:de )?([0-9]{4})"
)
_QUARTER_LAST = re.compile(r"([0-9]{4})[ /.-]*(?:t|q|trim\w*) ?([1-4])")
_HALF = re.compile(r"s(?:em\w*)? ?([12])[ /.-]*([0-9]{4})|([12])(?:er|e|eme|d|nd)? semestre[ /.-]*(?:de )?([0-9]{4})")
_HALF_LAST = re.compile(r"([0-9]{4})[ /.-]*s(?:em\w*)? ?([12])")
_MONTH = re.compile(r"([a-z]{3,9})\.?[ /.-]*((?:20)?[0-9]{2})")
_MONTH_FIGURES = re.compile(r"(0?[1-9]|1[0-2])[/.-](20[0-9]{2})")
_MONTH_FIGURES_LAST = re.compile(r"(20[0-9]{2})[/.-](0?[1-9]|1[0-2])")
_RENEWED = re.compile(
    r"(.+?)[, (]*(?:renouvelables?|reconductibles?|renouvele\w*|reconduit\w*)\D*?([1-9])(?: ?(?:fois|x)\b.*|\W*)$"
)
_EPOCH = date(1899, 12, 30)
_SERIALS = range(42_370, 73_051)
"""Days of a spreadsheet from 2016 to 2099: a date whose cell lost its format."""


def read_day(value: Any) -> tuple[Any, str]:
    """A day; a month, a quarter, a half-year, a year or the serial number of a spreadsheet is its first day."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value in _SERIALS:
        return _EPOCH + timedelta(days=value), "numéro de jour du tableur lu comme une date"
    try:
        return readers.read_date(value), ""
    except ValueError:
        pass
    text = readers.plain(value)
    found = _period(text) if len(text) <= 40 else None
    return (found, f"{readers.shown(value)} : le premier jour est retenu") if found else (value, "")


def _period(text: str) -> date | None:
    if re.fullmatch("20[0-9]{2}", text):
        return date(int(text), 1, 1)
    for pattern, months, last in (
        (_QUARTER, 3, False),
        (_QUARTER_LAST, 3, True),
        (_HALF, 6, False),
        (_HALF_LAST, 6, True),
        (_MONTH_FIGURES, 1, False),
        (_MONTH_FIGURES_LAST, 1, True),
    ):
        if match := pattern.fullmatch(text):
            first, second = (int(group) for group in match.groups() if group)
            year, rank = (first, second) if last else (second, first)
            return date(year, months * (rank - 1) + 1, 1)
    if match := _MONTH.fullmatch(text):
        named = [number for number, name in enumerate(_MONTHS, 1) if match[1].startswith(name)]
        if len(named) == 1:
            return date(int(match[2]) % 100 + 2000, named[0], 1)
    return None


def read_amount(value: Any, scale: Fraction) -> tuple[Any, str]:
    """Euros. `scale` is that of the header (k€), for a figure that says no unit of its own."""
    if scale == 1:
        return value, ""
    text = readers.plain(value)
    try:
        amount = Fraction(str(value)) if isinstance(value, int | float) else readers.read_number(value)
    except ValueError:
        return value, ""
    if abs(amount) > readers.MAX_NUMBER:
        return value, ""  # no amount in thousands is that long: the market says so
    unit = "milliers" if scale == 1_000 else "millions"
    return _decimal(amount * scale), f"colonne en {unit} d'euros : {text} lu {french.number(amount * scale)} €"


def yearly_amount(value: Any, months: Any) -> tuple[Any, str]:
    """What an amount for a year makes over the whole duration."""
    try:
        amount, duration = readers.read_amount(value), readers.read_duration(months)
    except ValueError:
        return value, ""
    total = amount * duration / 12
    return _decimal(total), (
        f"montant annuel de {french.number(amount)} € sur {french.number(duration)} mois : {french.number(total)} €"
    )


def read_duration(value: Any, scale: Fraction, renewals: Any) -> tuple[Any, str]:
    """Months, renewals included: from years when the header says so, from « renouvelable 3 fois »."""
    text = readers.plain(value)
    times, told = 0, []
    if match := _RENEWED.fullmatch(text):
        text, times = match[1].strip(), int(match[2])
    text = re.sub(r" ?\bfermes?\b", "", text)
    try:
        bare = isinstance(value, int | float) or re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", text) is not None
        months = readers.read_duration(text) * (scale if bare else 1)
    except ValueError:
        return value, ""
    if bare and scale != 1:
        months = Fraction(round(months * 10), 10)
        told.append(f"{readers.shown(value)} dans l'unité de la colonne : {french.number(months)} mois")
    if not times and renewals is not None and re.fullmatch("[1-9]", readers.clean(renewals)):
        times = int(readers.clean(renewals))
    if times:
        told.append(f"{french.number(months)} mois, {times} reconduction{'s' if times > 1 else ''} comprises")
        months *= times + 1
    return _decimal(months), " ; ".join(told)


def _decimal(value: Fraction) -> Decimal | int:
    """What the market reads without a doubt: `1.250` as a text would be refused."""
    rounded = round(value * 100)
    return rounded // 100 if rounded % 100 == 0 else Decimal(rounded) / 100
