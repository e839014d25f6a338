"""Numbers, dates and typography as a French reader expects them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from drafter import french
from drafter.dated import Days, Number
from drafter.french import typeset, typeset_runs
from drafter.values import Euros, HourlyCost, Hours, Months, Rate


def visible(text: str) -> str:
    """No-break spaces as signs that show: `_` wide, `-` narrow."""
    return text.replace("\u00a0", "_").replace("\u202f", "‑")


# --- figures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Euros(250_000), "250‑000_€"),
        (Euros(Fraction("12.31")), "12,31_€"),
        (Euros(Fraction("12.5")), "12,50_€"),
        (Euros(Fraction("0.005")), "0,01_€"),
        (Euros(Fraction("999.999")), "1‑000_€"),
        (HourlyCost(28), "28_€/h"),
        (Hours(450), "450_heures"),
        (Hours(1), "1_heure"),
        (Hours(Fraction(3, 2)), "1,5_heure"),  # French counts as singular what is below two
        (Hours(0), "0_heure"),
        (Months(48), "48_mois"),
        (Months(Fraction("5.5")), "5,5_mois"),
        (Rate(Fraction(1, 20)), "5_%"),
        (Rate(Fraction(1, 3)), "33,33_%"),
        (Days(1), "1_jour"),
        (Days(15), "15_jours"),
        (Number(Fraction("1.35")), "1,35"),
        (date(2026, 10, 1), "1er_octobre_2026"),
        (date(2026, 8, 22), "22_août_2026"),
        (True, "oui"),
        (False, "non"),
        (1234567, "1‑234‑567"),
        ("un mot", "un mot"),
    ],
)
def test_values_are_shown_in_french(value: object, shown: str) -> None:
    assert visible(french.show(value)) == shown


@given(st.decimals(-(10**12), 10**12, places=4), st.integers(0, 9))
def test_numbers_are_those_of_babel(value: Decimal, digits: int) -> None:
    pattern = "#,##0." + "#" * digits if digits else "#,##0"
    rounded = Number(value).rounded(digits)
    assert french.number(Fraction(value), digits) == format_decimal(rounded, format=pattern, locale="fr_FR")


@given(st.decimals(Decimal("0.01"), 10**11, places=2))
def test_an_amount_that_is_shown_reads_back(amount: Decimal) -> None:
    assert Euros.read(french.euros(Euros(amount))) == Euros(amount)


@given(st.dates(date(2016, 1, 1), date(2099, 12, 31)))
def test_a_date_that_is_shown_reads_back(day: date) -> None:
    from drafter.readers import read_date

    assert read_date(french.day(day)) == day


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")]
)
def test_lists_in_a_sentence(items: list[str], text: str) -> None:
    assert french.joined(items) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0_lot"), (1, "1_lot"), (2, "2_lots"), (1000, "1‑000_lots")])
def test_plural(count: int, text: str) -> None:
    assert visible(french.plural(count, "lot")) == text


def test_irregular_plural() -> None:
    assert visible(french.plural(3, "jeu", "jeux")) == "3_jeux"


# --- typography ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("l'acheteur", "l’acheteur"),
        ("« oui »", "«_oui_»"),
        ("«oui»", "«_oui_»"),
        ("«  oui  »", "«_oui_»"),
        ("Pourquoi ?", "Pourquoi_?"),
        ("Pourquoi?", "Pourquoi_?"),
        ("Quoi ?! Non ; si", "Quoi_?! Non_; si"),
        ("(oui !)", "(oui_!)"),
        ("(!)", "(!)"),
        ("voici : deux", "voici_: deux"),
        ("à 10:30", "à 10:30"),
        ("5 % de 250 000 €", "5_% de 250‑000_€"),
        ("1 200 heures et 6 mois", "1‑200_heures et 6_mois"),
        ("article 16.1, lot 3, n° 2", "article_16.1, lot_3, n°_2"),
        ("L. 2112-2 et R.2111-1", "L._2112-2 et R._2111-1"),
        ("le 1er octobre 2026", "le 1er_octobre_2026"),
        ("en mai 2027", "en mai_2027"),
    ],
)
def test_typeset(typed: str, printed: str) -> None:
    assert visible(typeset(typed)) == printed


ADDRESSES = [
    "https://www.legifrance.gouv.fr/codes?x=1;y=2!z",
    "http://exemple.fr/l'article:4?",
    "insertion@commune-d'exemple.fr",
    "a.b@c.fr;d@e.fr",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("around", ["{}", "voir {} !", "« {} »", "({})", "l'adresse : {} ; 5 %"])
def test_addresses_are_left_alone(address: str, around: str) -> None:
    assert address in typeset(around.format(address))


def test_the_rules_see_a_word_where_an_address_stands() -> None:
    assert visible(typeset("voir https://a.fr ; puis « https://b.fr »")) == "voir https://a.fr_; puis «_https://b.fr_»"


WORDS = ["n°", "lot", "lots ", "article ", "L.", "R. ", "450", " heures", "mois", " octobre", "1er", "2026", "200"]
SIGNS = [*"aàL1 2\u00a0\u202f\n\t'’«»;!?:%€()[].,/@²", "\ue000", "\ue001", "  ", " https://a.b", "x@y.fr", "000"]
MIXED = st.lists(st.sampled_from([*WORDS, *SIGNS]), max_size=12).map("".join)


@settings(max_examples=500)
@given(MIXED | st.text())
def test_typeset_is_idempotent(text: str) -> None:
    once = typeset(text)
    assert typeset(once) == once


@given(MIXED | st.text())
def test_typeset_touches_spaces_and_apostrophes_only(text: str) -> None:
    assert "".join(typeset(text).split()).replace("’", "'") == "".join(text.split()).replace("’", "'")


@settings(max_examples=500)
@given(st.lists(MIXED | st.text(), max_size=5))
def test_runs_are_typeset_as_the_paragraph_they_make(runs: list[str]) -> None:
    done = typeset_runs(runs)
    assert len(done) == len(runs)
    assert "".join(done) == typeset("".join(runs))


@pytest.mark.parametrize(
    ("runs", "printed"),
    [
        (["Soit ", "450", " heures"], ["Soit ", "450", "_heures"]),
        (["« ", "mot", " »"], ["«_", "mot", "_»"]),
        (["fin", " ;"], ["fin", "_;"]),
        (["", "a", ""], ["", "a", ""]),
        ([], []),
    ],
)
def test_runs_keep_their_own_words(runs: list[str], printed: list[str]) -> None:
    assert [visible(run) for run in typeset_runs(runs)] == printed
