"""What people type in French, and what is read: amounts, durations, hours, shares, dates, CPV codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafter import readers

NBSP, NARROW, THIN, FIGURE = "\u00a0", "\u202f", "\u2009", "\u2007"


@pytest.mark.parametrize(
    ("typed", "euros"),
    [
        ("250000", 250_000),
        ("250 000", 250_000),
        (f"250{NBSP}000", 250_000),
        (f"250{NARROW}000{NBSP}€", 250_000),
        (f"1{THIN}250{FIGURE}000", 1_250_000),
        ("250000,00 €", 250_000),
        ("250 000,50 €", Fraction("250000.5")),
        ("250000.50", Fraction("250000.5")),
        ("250.000", 250_000),
        ("1.234.567,89", Fraction("1234567.89")),
        ("1'250'000", 1_250_000),
        ("1,5 M€", 1_500_000),
        ("1.5m", 1_500_000),
        ("2 millions d'euros", 2_000_000),
        ("1 milliard", 10**9),
        ("250 k€ HT", 250_000),
        ("250 000 euros H.T.", 250_000),
        ("0,50", Fraction("0.5")),
        ("\u200b250\u2060000\ufeff", 250_000),
        (250_000, 250_000),
        (5.5, Fraction("5.5")),
        (0.1, Fraction("0.1")),
        (Decimal("1234.56"), Fraction("1234.56")),
    ],
)
def test_amounts(typed: object, euros: Fraction) -> None:
    assert readers.read_amount(typed) == euros


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "n'est pas un montant lisible"),
        ("beaucoup", "« beaucoup » n'est pas un montant lisible"),
        ("250,000", "n'est pas un montant lisible"),  # English thousands or French decimals
        ("2 5 0", "n'est pas un montant lisible"),  # spaces that group nothing
        ("250 000 TTC", "hors taxes"),
        ("250 000 $", "n'est pas un montant lisible"),
        ("1e5", "n'est pas un montant lisible"),
        (True, "« oui » n'est pas un montant lisible"),
        (None, "n'est pas un montant lisible"),
        ([250], "une liste n'est pas un montant lisible"),
        (float("nan"), "n'est pas un montant lisible"),
        (Decimal("Infinity"), "n'est pas un montant lisible"),
        (Decimal("1e999999999"), "n'est pas un montant lisible"),  # a billion zeros: never written out
        (Decimal("1e-999999999"), "n'est pas un montant lisible"),
        ("0", "supérieur à zéro"),
        ("-250 000", "supérieur à zéro"),
        ("250 000 000 000", "dépasse 100 milliards"),
        pytest.param(10**5000, "un nombre démesuré » dépasse", id="5000 digits"),
    ],
)
def test_amounts_refused(typed: object, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)) as refused:
        readers.read_amount(typed)
    assert "écrivez" in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "months"),
    [
        ("48", 48),
        ("48 mois", 48),
        (f"48{NBSP}mois", 48),
        ("4 ans", 48),
        ("1 an", 12),
        ("2 années", 24),
        ("1 an et 6 mois", 18),
        ("1 an, 6 mois", 18),
        ("1 an 6 mois", 18),
        ("1,5 an", 18),
        ("5,5", Fraction("5.5")),
        ("5.5 mois", Fraction("5.5")),
        (5.5, Fraction("5.5")),
        (48, 48),
    ],
)
def test_durations(typed: object, months: Fraction) -> None:
    assert readers.read_duration(typed) == months


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("longtemps", "n'est pas une durée lisible"),
        ("1 an et", "n'est pas une durée lisible"),
        ("et 6 mois", "n'est pas une durée lisible"),
        ("6 semaines", "n'est pas une durée lisible"),
        ("0", "supérieure à zéro"),
        ("-3", "supérieure à zéro"),
        ("1189", "dépasse 99 ans"),
        ("100 ans", "dépasse 99 ans"),
    ],
)
def test_durations_refused(typed: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        readers.read_duration(typed)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-10-01", date(2026, 10, 1)),
        ("2026-10-01T09:30:00Z", date(2026, 10, 1)),
        ("01/10/2026", date(2026, 10, 1)),
        ("1/2/2026", date(2026, 2, 1)),
        ("01.10.2026", date(2026, 10, 1)),
        ("1er octobre 2026", date(2026, 10, 1)),
        (f"1er{NBSP}octobre{NARROW}2026", date(2026, 10, 1)),
        ("le 15 AOÛT 2026", date(2026, 8, 15)),
        ("3 févr. 2028", date(2028, 2, 3)),
        ("29 février 2028", date(2028, 2, 29)),
        (date(2026, 10, 1), date(2026, 10, 1)),
        (datetime(2026, 10, 1, 9, 30), date(2026, 10, 1)),
    ],
)
def test_dates(typed: object, day: date) -> None:
    found = readers.read_date(typed)
    assert found == day
    assert type(found) is date


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("demain", "n'est pas une date lisible"),
        ("01/10/26", "n'est pas une date lisible"),
        ("3 jui 2026", "n'est pas une date lisible"),  # juin or juillet
        ("01-10/2026", "n'est pas une date lisible"),
        (20261001, "n'est pas une date lisible"),
        ("31/02/2026", "n'existe pas dans le calendrier"),
        ("13/13/2026", "n'existe pas dans le calendrier"),
        ("29 février 2027", "n'existe pas dans le calendrier"),
        ("01/10/2015", "entre 2016 et 2099"),
        ("01/10/2100", "entre 2016 et 2099"),
        (date(1990, 1, 1), "entre 2016 et 2099"),
    ],
)
def test_dates_refused(typed: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        readers.read_date(typed)


@pytest.mark.parametrize(
    ("typed", "share"),
    [("5 %", "0.05"), ("5%", "0.05"), ("12,5 %", "0.125"), ("0,05", "0.05"), ("1", "1"), (0.05, "0.05"), (0, "0")],
)
def test_rates(typed: object, share: str) -> None:
    assert readers.read_rate(typed) == Fraction(share)


@pytest.mark.parametrize("typed", ["5", "101 %", "-1 %", "%", "cinq", 1.5])
def test_rates_refused(typed: object) -> None:
    """A bare 5 may be 5 % or five times: nobody can tell."""
    with pytest.raises(ValueError, match="écrivez un pourcentage entre 0 et 100"):
        readers.read_rate(typed)


@pytest.mark.parametrize(
    ("typed", "hours"), [("450", 450), ("1 200 h", 1200), ("450,5 heures", "450.5"), ("1 heure", 1), (0, 0)]
)
def test_hours(typed: object, hours: object) -> None:
    assert readers.read_hours(typed) == Fraction(str(hours))


@pytest.mark.parametrize("typed", ["1.200", "1,200 h", "-1", "10^9", "cent", "100 000 001"])
def test_hours_refused(typed: object) -> None:
    """1.200 is twelve hundred for some, one and two tenths for others."""
    with pytest.raises(ValueError, match="n'est pas un nombre d'heures : écrivez un nombre positif"):
        readers.read_hours(typed)


@pytest.mark.parametrize(("typed", "cost"), [("28", "28"), ("28,50 €/h", "28.5"), ("28 € / heure", "28"), (30, "30")])
def test_hourly_costs(typed: object, cost: str) -> None:
    assert readers.read_hourly_cost(typed) == Fraction(cost)


@pytest.mark.parametrize("typed", ["4", "501", "28 k€", "", "vingt"])
def test_hourly_costs_refused(typed: object) -> None:
    with pytest.raises(ValueError, match="n'est pas un coût horaire plausible"):
        readers.read_hourly_cost(typed)


@pytest.mark.parametrize(("typed", "days"), [("15", 15), ("15 jours", 15), ("1 jour", 1), (0, 0)])
def test_days(typed: object, days: int) -> None:
    assert readers.read_days(typed) == days


@pytest.mark.parametrize("typed", ["1,5", "-1", "1 semaine", "99999"])
def test_days_refused(typed: object) -> None:
    with pytest.raises(ValueError, match="n'est pas un nombre de jours"):
        readers.read_days(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("90919200", "90919200"),
        ("90919200-4", "90919200"),
        (" 9091 9200 ", "90919200"),
        ("03110000", "03110000"),
        (3110000, "03110000"),  # the zero that a number has lost
    ],
)
def test_cpv(typed: object, code: str) -> None:
    assert readers.read_cpv(typed) == code


@pytest.mark.parametrize("typed", ["9091", "909192000", "nettoyage", "٩٠٩١٩٢٠٠", 1.5])
def test_cpv_refused(typed: object) -> None:
    with pytest.raises(ValueError, match="écrivez ses huit chiffres"):
        readers.read_cpv(typed)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("oui", True), ("Oui ", True), ("true", True), (True, True), ("non", False), ("0", False), (False, False)],
)
def test_yes_no(typed: object, answer: bool) -> None:
    assert readers.read_yes_no(typed) is answer


def test_yes_no_refused() -> None:
    with pytest.raises(ValueError, match="« peut-être » ne se lit pas : écrivez oui ou non"):
        readers.read_yes_no("peut-être")


# --- whatever is typed -----------------------------------------------------------------------------

READERS: dict[str, Callable[[object], object]] = {
    name: getattr(readers, name)
    for name in (
        "read_amount",
        "read_hourly_cost",
        "read_hours",
        "read_duration",
        "read_rate",
        "read_number",
        "read_days",
        "read_date",
        "read_yes_no",
        "read_cpv",
    )
}
PIECES = [
    "1",
    "250",
    "000",
    " ",
    ".",
    ",",
    "-",
    "/",
    "'",
    "€",
    "M",
    "k",
    "%",
    "h",
    "ans",
    "mois",
    "et",
    "1er",
    "octobre",
]
TYPED = st.one_of(
    st.text(),
    st.lists(st.sampled_from([*PIECES, NBSP, NARROW, "2026", "T", "e", "+"]), max_size=12).map("".join),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.booleans(),
    st.none(),
    st.binary(max_size=4),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
ENGLISH = re.compile(r"\b(input|should|invalid|expected|error|must|exceeds|cannot|none of)\b", re.IGNORECASE)


@pytest.mark.parametrize("name", READERS)
@given(typed=TYPED)
def test_a_reader_answers_or_says_why_in_french(name: str, typed: object) -> None:
    sentence = refusal(READERS[name], typed)
    shown, _, advice = sentence.partition(" : ")
    assert not sentence or re.search(r"écrivez|vérifiez", advice)
    assert not ENGLISH.search(advice)
    assert len(shown) < 120, "what was found is shortened"


def refusal(read: Callable[[object], object], typed: object) -> str:
    """The sentence of a reader that refuses, empty when it reads. Any other error goes through."""
    try:
        read(typed)
    except ValueError as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "typed", ["1" * 1_000_000, " 1" * 500_000, "1." * 500_000, "e" * 1_000_000], ids=lambda text: text[:2]
)
def test_a_huge_text_is_refused_at_once(name: str, typed: str) -> None:
    with pytest.raises(ValueError, match="…"):
        READERS[name](typed)


@given(st.decimals(min_value="0.01", max_value=10**11, places=2))
def test_an_amount_is_read_the_same_however_it_is_grouped(amount: Decimal) -> None:
    plain = f"{amount:f}"
    for space in (" ", NBSP, NARROW):
        assert readers.read_amount(f"{amount:,f}".replace(",", space).replace(".", ",") + " €") == Fraction(plain)


@given(st.dates(date(2016, 1, 1), date(2099, 12, 31)))
def test_every_day_reads_back_from_each_writing(day: date) -> None:
    assert readers.read_date(day.isoformat()) == day
    assert readers.read_date(f"{day:%d/%m/%Y}") == day
    assert readers.read_date(f"{day.day} {readers._MONTH_NAMES[day.month - 1]} {day.year}") == day


@given(st.text())
def test_clean_is_one_trimmed_line(text: str) -> None:
    cleaned = readers.clean(text)
    assert readers.clean(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    assert "\n" not in cleaned
