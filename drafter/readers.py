"""From what people type in French to exact numbers and dates.

Every reader takes anything a form, JSON or YAML may hold, and raises ValueError with a French
sentence: what was found, what to write. Nothing is guessed: an ambiguous text is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

MAX_AMOUNT = 100_000_000_000
"""Above this, an amount is a typing error: all French public procurement is about that much a year."""
MAX_MONTHS = 1188
"""99 years, the longest public contract there can be."""
FIRST_YEAR, LAST_YEAR = 2016, 2099

MAX_NUMBER = 10**9
"""Bound of a bare number: more is a typing error."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Soft hyphens, zero-width marks and changes of direction that Word, Excel and web pages slip into a copy."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_GROUPED = re.compile(r"[+-]?[0-9]+(?:[ '’][0-9]{3})+(?:[.,][0-9]+)?")
_LONGEST = 60
"""Characters of the longest text that may still be a number."""
_SCALES = {"": 1, "k": 1_000, "m": 1_000_000, "md": 1_000_000_000}
_AMOUNT = re.compile(
    r"([+-]?[0-9., '’]+?) ?(k|m|md|millions?|milliards?)? ?(?:d'|d’)?(?:€|eur|euros?)? ?(?:h\.?t\.?)?", re.I
)
_MONTH_NAMES = (
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
)


def clean(text: object) -> str:
    """One line of text: every kind of space becomes one plain space, ends trimmed, invisible marks dropped."""
    found = _text(text)
    return " ".join((found if found.isascii() else _INVISIBLE.sub("", found)).split())


def _text(value: object) -> str:
    """What a person would have typed: yes or no for a boolean, no digits for an endless number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int) and value.bit_length() > 1000:
        return "un nombre démesuré"
    if isinstance(value, Mapping):
        return "une suite de clés"
    if isinstance(value, list | tuple | set | frozenset):
        return "une liste"
    return str(value)


def plain(text: object) -> str:
    """`clean`, lower case, without accents: what words are compared by."""
    found = clean(text).lower()
    if found.isascii():
        return found
    spread = unicodedata.normalize("NFKD", found.replace("œ", "oe").replace("æ", "ae"))
    return "".join(char for char in spread if not unicodedata.combining(char))


def shown(value: object) -> str:
    """What was found, between quotes, on one short line that any screen can print."""
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        return _text(value)
    found = "".join(char for char in clean(value) if char.isprintable())
    return f"« {found[:40]}{'…' if len(found) > 40 else ''} »"


def _as_number(value: object) -> Fraction | None:
    """A number already typed as such (JSON, Excel): a float is taken at the decimals it shows."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        return None
    if isinstance(value, int | Fraction):
        return Fraction(value)
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if not number.is_finite() or number.adjusted() > _LONGEST or number.as_tuple().exponent < -_LONGEST:  # type: ignore[operator]
        return None  # 1e999999999 would fill the memory with its zeros
    return Fraction(number)


def _decimal(text: str) -> Fraction | None:
    """`1 234,5` or `1234.5`. None when it is not one number, or when a comma could be either thing."""
    if len(text) > _LONGEST:
        return None
    body = re.sub("[ '’]", "", text) if _GROUPED.fullmatch(text) else text
    if re.fullmatch(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+", body):  # 1.234.567,89
        body = body.replace(".", "")
    if re.fullmatch(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3}){2,}", body):  # 1.234.567
        body = body.replace(".", "")
    return Fraction(body.replace(",", ".")) if _NUMBER.fullmatch(body) else None


def _thousand_or_decimals(text: str) -> bool:
    """`1.250`, `1,250`: thousands for some, three decimals for others."""
    return bool(re.fullmatch(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}", text))


def read_amount(text: object) -> Fraction:
    """Euros: `250 000`, `250000,00 €`, `1,5 M€`. Strictly positive, at most `MAX_AMOUNT`."""
    number = _as_number(text)
    amount = number if number is not None else _amount_text(clean(text))
    if amount is None:
        raise ValueError(
            f"{shown(text)} n'est pas un montant lisible : écrivez un montant hors taxes en euros, "
            "par exemple 250 000 ou 1,5 M€"
        )
    if amount <= 0:
        raise ValueError(f"{shown(text)} n'est pas possible : écrivez un montant supérieur à zéro, par exemple 250 000")
    if amount > MAX_AMOUNT:
        raise ValueError(
            f"{shown(text)} dépasse 100 milliards d'euros : vérifiez le nombre de zéros et écrivez le montant "
            "en euros, par exemple 250 000"
        )
    return amount


def _amount_text(text: str) -> Fraction | None:
    match = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST else None
    if not match:
        return None
    digits, unit = match[1].strip(), (match[2] or "").lower()
    unit = "md" if unit.startswith("milliard") else "m" if unit.startswith("million") else unit
    if not unit and _thousand_or_decimals(digits):
        if "," in digits:
            return None  # « 250,000 » : English thousands or French decimals, nobody can tell
        digits = digits.replace(".", "")  # « 250.000 » : an amount has no thousandths of a euro
    number = _decimal(digits)
    return None if number is None else number * _SCALES[unit]


def read_hourly_cost(text: object) -> Fraction:
    """Euros per hour, between 5 and 500."""
    body = re.sub(r"/ ?(h|heure)$", "", clean(text), flags=re.I)
    number = _as_number(text)
    cost = number if number is not None else _amount_text(body)
    if cost is None or not 5 <= cost <= 500:
        raise ValueError(
            f"{shown(text)} n'est pas un coût horaire plausible : écrivez des euros par heure, charges comprises, "
            "entre 5 et 500, par exemple 28"
        )
    return cost


def read_hours(text: object) -> Fraction:
    """Hours: `450`, `1 200 h`. Zero or more."""
    body = re.sub(r" ?(h|heures?)$", "", clean(text), flags=re.I)
    number = _as_number(text)
    hours = number if number is not None else None if _thousand_or_decimals(body) else _decimal(body)
    if hours is None or not 0 <= hours <= 100_000_000:
        raise ValueError(
            f"{shown(text)} n'est pas un nombre d'heures : écrivez un nombre positif, par exemple 450 ou 1 200"
        )
    return hours


def read_duration(text: object) -> Fraction:
    """Months: `48`, `5,5`, `48 mois`, `4 ans`, `1 an et 6 mois`. More than zero, at most 99 years."""
    number = _as_number(text)
    months = number if number is not None else _duration_text(clean(text))
    if months is None:
        raise ValueError(
            f"{shown(text)} n'est pas une durée lisible : écrivez un nombre de mois, reconductions comprises, "
            "par exemple 48 ou 4 ans"
        )
    if months <= 0:
        raise ValueError(f"{shown(text)} n'est pas possible : écrivez une durée supérieure à zéro, par exemple 48")
    if months > MAX_MONTHS:
        raise ValueError(f"{shown(text)} dépasse 99 ans : écrivez la durée en mois, par exemple 48 pour quatre ans")
    return months


_FIGURE = r"[0-9]+(?:[.,][0-9]+)?"
_YEARS = rf"(?P<years>{_FIGURE}) ?(?:ans?|annees?)"
_MONTHS = rf"(?P<months>{_FIGURE}) ?mois"
_DURATION = re.compile(rf"{_YEARS}|{_MONTHS}".replace("?P<", "?P<only_") + rf"|{_YEARS}(?: et |, ?| ?){_MONTHS}")


def _duration_text(text: str) -> Fraction | None:
    if (number := _decimal(text)) is not None:
        return number
    match = _DURATION.fullmatch(plain(text)) if len(text) <= _LONGEST else None
    if not match:
        return None
    found = match.groupdict(default="0")
    years, months = (
        (_decimal(found[name]) or Fraction(0)) + (_decimal(found[f"only_{name}"]) or Fraction(0))
        for name in ("years", "months")
    )
    return years * 12 + months


def read_rate(text: object) -> Fraction:
    """A share between 0 and 1: `5 %`, `0,05`. A bare number above 1 is refused (5 or 500 %?)."""
    body = clean(text)
    number = _as_number(text)
    if number is not None:
        rate: Fraction | None = number
    elif body.endswith("%"):
        percent = _decimal(body[:-1].strip())
        rate = None if percent is None else percent / 100
    else:
        rate = _decimal(body)
    if rate is None or not 0 <= rate <= 1:
        raise ValueError(
            f"{shown(text)} n'est pas une part : écrivez un pourcentage entre 0 et 100 %, par exemple 5 % ou 0,05"
        )
    return rate


def read_number(text: object) -> Fraction:
    """A bare number, negative allowed."""
    number = _as_number(text)
    found = number if number is not None else _decimal(clean(text))
    if found is None or abs(found) > MAX_NUMBER:
        raise ValueError(f"{shown(text)} n'est pas un nombre : écrivez des chiffres, par exemple 12 ou 0,5")
    return found


def read_days(text: object) -> Fraction:
    """Calendar days: `15`, `15 jours`. A whole number, zero or more, at most `MAX_MONTHS`."""
    number = _as_number(text)
    body = re.sub(r" ?jours?$", "", clean(text), flags=re.I)
    days = number if number is not None else _decimal(body)
    if days is None or days.denominator != 1 or not 0 <= days <= MAX_MONTHS * 31:
        raise ValueError(f"{shown(text)} n'est pas un nombre de jours : écrivez un nombre entier, par exemple 15")
    return days


def read_date(text: object) -> date:
    """`2026-10-01`, `01/10/2026`, `1er octobre 2026`; a year from 2016 to 2099."""
    found = text.date() if isinstance(text, datetime) else text if isinstance(text, date) else _date_text(text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(
            f"{shown(text)} est hors de portée : écrivez une date entre {FIRST_YEAR} et {LAST_YEAR}, "
            "par exemple 01/10/2026"
        )
    return found


def _date_text(text: object) -> date:
    body = plain(text)
    parts: tuple[int, int, int] | None = None
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[t ][0-9:.+z-]*)?", body):
        parts = int(match[1]), int(match[2]), int(match[3])
    elif match := re.fullmatch(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})", body):
        parts = int(match[4]), int(match[3]), int(match[1])
    elif match := re.fullmatch(r"(?:le )?(1er|[0-9]{1,2}) ([a-z]+)\.? ([0-9]{4})", body):
        months = [number for number, name in enumerate(_MONTH_NAMES, 1) if _is_month(match[2], name)]
        if len(months) == 1:
            parts = int(match[3]), months[0], int(match[1].removesuffix("er"))
    if parts is None:
        raise ValueError(
            f"{shown(text)} n'est pas une date lisible : écrivez le jour, le mois et l'année, "
            "par exemple 01/10/2026 ou 1er octobre 2026"
        )
    try:
        return date(*parts)
    except ValueError:
        raise ValueError(
            f"{shown(text)} n'existe pas dans le calendrier : vérifiez le jour et le mois, par exemple 01/10/2026"
        ) from None


def _is_month(word: str, name: str) -> bool:
    """The name of the month, or its beginning (« oct. », « sept. »)."""
    return word == name or (len(word) >= 3 and name.startswith(word))


def read_yes_no(text: object) -> bool:
    """`oui`, `non`, `true`, `false`, `1`, `0`."""
    if isinstance(text, bool):
        return text
    match plain(text):
        case "oui" | "true" | "vrai" | "1" | "on":
            return True
        case "non" | "false" | "faux" | "0" | "off":
            return False
    raise ValueError(f"{shown(text)} ne se lit pas : écrivez oui ou non")


def read_cpv(text: object) -> str:
    """Eight digits; the check digit (`-4`) and spaces are dropped, a lost leading zero is put back."""
    body = clean(text).replace(" ", "")
    match = re.fullmatch(r"([0-9]{7,8})(?:-[0-9])?", body)
    if not match:
        raise ValueError(
            f"{shown(text)} n'est pas un code CPV : écrivez ses huit chiffres, par exemple 90919200 "
            "(le chiffre de contrôle est facultatif)"
        )
    return match[1].zfill(8)
