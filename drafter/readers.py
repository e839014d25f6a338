"""From what people type in French to exact numbers and dates.

Every reader takes anything a form, JSON or YAML may hold, and raises ValueError with a French
sentence: what was found, what to write. Nothing is guessed: an ambiguous text is refused.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

MAX_AMOUNT = 100_000_000_000
"""Above this, an amount is a typing error: all French public procurement is about that much a year."""
MAX_MONTHS = 1188
"""99 years, the longest public contract there can be."""
FIRST_YEAR, LAST_YEAR = 2016, 2099

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_SCALES = {"": 1, "k": 1_000, "m": 1_000_000, "md": 1_000_000_000}
_AMOUNT = re.compile(r"([+-]?[\d., ']+?) ?(k|m|md|millions?|milliards?)? ?(?:€|eur|euros?)? ?(?:h\.?t\.?)?", re.I)
_MONTH_NAMES = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
).split()


def clean(text: object) -> str:
    """One line of text: every kind of space becomes one plain space, ends trimmed."""
    return _SPACES.sub(" ", str(text)).strip()


def plain(text: object) -> str:
    """`clean`, lower case, without accents: what words are compared by."""
    spread = unicodedata.normalize("NFKD", clean(text).lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(char for char in spread if not unicodedata.combining(char))


def _shown(text: object) -> str:
    found = clean(text)
    return f"« {found[:40]}{'…' if len(found) > 40 else ''} »"


def _as_number(text: object) -> Decimal | None:
    """A number already typed as such (JSON, Excel); floats only when they are whole or short decimals."""
    if isinstance(text, bool):
        return None
    if isinstance(text, int | Decimal):
        return Decimal(text)
    if isinstance(text, float):
        return Decimal(repr(text))
    return None


def _decimal(text: str) -> Fraction | None:
    """`1 234,5` or `1234.5`. None when it is not one number, or when a comma could be either thing."""
    body = text.replace(" ", "").replace("'", "").replace("’", "")
    if re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+", body):  # 1.234.567,89
        body = body.replace(".", "")
    if re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{3}){2,}", body):  # 1.234.567
        body = body.replace(".", "")
    if not _NUMBER.fullmatch(body):
        return None
    try:
        return Fraction(Decimal(body.replace(",", ".")))
    except InvalidOperation:  # pragma: no cover - the pattern above admits nothing Decimal refuses
        return None


def read_amount(text: object) -> Fraction:
    """Euros: `250 000`, `250000,00 €`, `1,5 M€`. Strictly positive, at most `MAX_AMOUNT`."""
    number = _as_number(text)
    amount = Fraction(number) if number is not None and number.is_finite() else _amount_text(clean(text))
    if amount is None:
        raise ValueError(
            f"{_shown(text)} n'est pas un montant lisible : écrivez un montant hors taxes en euros, "
            "par exemple 250 000 ou 1,5 M€"
        )
    if amount <= 0:
        raise ValueError(f"{_shown(text)} n'est pas possible : le montant doit être supérieur à zéro")
    if amount > MAX_AMOUNT:
        raise ValueError(
            f"{_shown(text)} dépasse 100 milliards d'euros : vérifiez le nombre de zéros et écrivez le montant "
            "en euros, par exemple 250 000"
        )
    return amount


def _amount_text(text: str) -> Fraction | None:
    match = _AMOUNT.fullmatch(text)
    if not match:
        return None
    digits, unit = match[1], (match[2] or "").lower()
    unit = {"million": "m", "millions": "m", "milliard": "md", "milliards": "md"}.get(unit, unit)
    compact = digits.replace(" ", "").replace("'", "")
    if not unit and re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", compact):
        compact = compact.replace(".", "")  # « 250.000 » : an amount has no thousandths of a euro
    if not unit and re.fullmatch(r"[+-]?\d{1,3},\d{3}", compact):
        return None  # « 250,000 » : English thousands or French decimals, nobody can tell
    number = _decimal(compact)
    return None if number is None else number * _SCALES[unit]


def read_hourly_cost(text: object) -> Fraction:
    """Euros per hour, between 5 and 500."""
    body = re.sub(r"/ ?(h|heure)$", "", clean(text), flags=re.I)
    number = _as_number(text)
    cost = Fraction(number) if number is not None and number.is_finite() else _amount_text(body)
    if cost is None or not 5 <= cost <= 500:
        raise ValueError(
            f"{_shown(text)} n'est pas un coût horaire plausible : écrivez des euros par heure, charges comprises, "
            "entre 5 et 500, par exemple 28"
        )
    return cost


def read_hours(text: object) -> Fraction:
    """Hours: `450`, `1 200 h`. Zero or more."""
    body = re.sub(r" ?(h|heures?)$", "", clean(text), flags=re.I)
    number = _as_number(text)
    hours = Fraction(number) if number is not None and number.is_finite() else _decimal(body)
    if hours is None or not 0 <= hours <= 100_000_000:
        raise ValueError(
            f"{_shown(text)} n'est pas un nombre d'heures : écrivez un nombre positif, par exemple 450"
        )
    return hours


def read_duration(text: object) -> Fraction:
    """Months: `48`, `5,5`, `48 mois`, `4 ans`, `1 an et 6 mois`. More than zero, at most 99 years."""
    number = _as_number(text)
    months = Fraction(number) if number is not None and number.is_finite() else _duration_text(clean(text))
    if months is None:
        raise ValueError(
            f"{_shown(text)} n'est pas une durée lisible : écrivez un nombre de mois, reconductions comprises, "
            "par exemple 48 ou 4 ans"
        )
    if months <= 0:
        raise ValueError(f"{_shown(text)} n'est pas possible : la durée doit être supérieure à zéro")
    if months > MAX_MONTHS:
        raise ValueError(
            f"{_shown(text)} dépasse 99 ans : écrivez la durée en mois, par exemple 48 pour quatre ans"
        )
    return months


def _duration_text(text: str) -> Fraction | None:
    if (number := _decimal(text)) is not None:
        return number
    match = re.fullmatch(
        r"(?:(?P<years>\d+(?:[.,]\d+)?) ?(?:ans?|annees?))?(?: ?(?:et|,)? ?)?(?:(?P<months>\d+(?:[.,]\d+)?) ?mois)?",
        plain(text),
    )
    if not match or not (match["years"] or match["months"]):
        return None
    years, months = (_decimal(match[name] or "0") or Fraction(0) for name in ("years", "months"))
    return years * 12 + months


def read_rate(text: object) -> Fraction:
    """A share between 0 and 1: `5 %`, `0,05`. A bare number above 1 is refused (5 or 500 %?)."""
    body = clean(text)
    number = _as_number(text)
    if number is not None and number.is_finite():
        rate: Fraction | None = Fraction(number)
    elif body.endswith("%"):
        percent = _decimal(body[:-1].strip())
        rate = None if percent is None else percent / 100
    else:
        rate = _decimal(body)
    if rate is None or not 0 <= rate <= 1:
        raise ValueError(
            f"{_shown(text)} n'est pas une part : écrivez un pourcentage entre 0 et 100 %, par exemple 5 % ou 0,05"
        )
    return rate


def read_date(text: object) -> date:
    """`2026-10-01`, `01/10/2026`, `1er octobre 2026`; a year from 2016 to 2099."""
    if isinstance(text, date):
        return text
    body = plain(text)
    parts: tuple[int, int, int] | None = None
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ][\d:.+z-]*)?", body):
        parts = int(match[1]), int(match[2]), int(match[3])
    elif match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", body):
        parts = int(match[3]), int(match[2]), int(match[1])
    elif (match := re.fullmatch(r"(?:le )?(\d{1,2})(?:er)? ([a-z]+)\.? (\d{4})", body)) and match[
        2
    ] in _MONTH_NAMES:
        parts = int(match[3]), _MONTH_NAMES.index(match[2]) + 1, int(match[1])
    if parts is None:
        raise ValueError(
            f"{_shown(text)} n'est pas une date lisible : écrivez le jour, le mois et l'année, "
            "par exemple 01/10/2026 ou 1er octobre 2026"
        )
    try:
        found = date(*parts)
    except ValueError:
        raise ValueError(
            f"{_shown(text)} n'existe pas dans le calendrier : vérifiez le jour et le mois, par exemple 01/10/2026"
        ) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(
            f"{_shown(text)} est hors de portée : écrivez une date entre {FIRST_YEAR} et {LAST_YEAR}, "
            "par exemple 01/10/2026"
        )
    return found


def read_yes_no(text: object) -> bool:
    """`oui`, `non`, `true`, `false`, `1`, `0`."""
    if isinstance(text, bool):
        return text
    match plain(text):
        case "oui" | "true" | "vrai" | "1" | "on":
            return True
        case "non" | "false" | "faux" | "0" | "off":
            return False
    raise ValueError(f"{_shown(text)} ne se lit pas : écrivez oui ou non")


def read_cpv(text: object) -> str:
    """Eight digits; the check digit (`-4`) and spaces are dropped, a lost leading zero is put back."""
    body = clean(text).replace(" ", "")
    match = re.fullmatch(r"(\d{7,8})(?:-\d)?", body)
    if not match:
        raise ValueError(
            f"{_shown(text)} n'est pas un code CPV : écrivez ses huit chiffres, par exemple 90919200 "
            "(le chiffre de contrôle est facultatif)"
        )
    return match[1].zfill(8)
