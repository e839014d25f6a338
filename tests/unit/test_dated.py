"""Values that hold between two dates: the day decides, a day that nothing covers has no value."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from drafter import dated
from drafter.dated import Days, Number, Parameter, RangeParameter, Status, Unit, at
from drafter.validation import faults_of
from drafter.values import Euros, HourlyCost, Hours, Months, Rate

SOURCE = {"titre": "Code de la commande publique", "lu_le": "2026-11-22"}


def entry(start: str, end: str | None = None, **figures: object) -> dict[str, Any]:
    dates = {"du": start, **({"au": end} if end else {})}
    return {**dates, "statut": "certain", "source": SOURCE, **figures}


def parameter(*values: dict[str, Any], unit: str = "euros") -> Parameter:
    return Parameter.model_validate({"id": "seuils.x", "libelle": "Un seuil", "unite": unit, "valeurs": list(values)})


def rate(*values: dict[str, Any]) -> RangeParameter:
    return RangeParameter.model_validate(
        {"id": "part", "libelle": "Une part", "unite": "taux", "valeurs": list(values)}
    )


def faults(read: Any, *values: dict[str, Any]) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        read(*values)
    return [str(fault) for fault in faults_of(refused.value)]


TWO = parameter(
    entry("2024-01-01", "2025-12-31", valeur="221 000"),
    entry("2026-01-01", "2027-12-31", valeur="216 000"),
)


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2023-12-31", None),  # before the first entry
        ("2024-01-01", 221_000),
        ("2025-12-31", 221_000),  # the last day is included
        ("2026-01-01", 216_000),
        ("2027-12-31", 216_000),
        ("2028-01-01", None),  # after the last: nothing is guessed
    ],
)
def test_the_day_decides(day: str, value: int | None) -> None:
    found = at(TWO.values, date.fromisoformat(day))
    assert (found.value if found else None) == (Euros(value) if value else None)


def test_without_an_end_a_value_holds_until_further_notice() -> None:
    found = at(parameter(entry("2026-01-01", valeur=5)).values, date(2099, 12, 31))
    assert found is not None
    assert found.value == Euros(5)


def test_a_gap_between_two_entries_has_no_value() -> None:
    gap = parameter(entry("2024-01-01", "2024-06-30", valeur=1), entry("2025-01-01", valeur=2))
    assert at(gap.values, date(2024, 9, 1)) is None


@given(day=st.dates(date(2016, 1, 1), date(2099, 12, 31)))
def test_at_most_one_entry_covers_a_day(day: date) -> None:
    covering = [entry for entry in TWO.values if entry.covers(day)]
    assert len(covering) <= 1
    assert at(TWO.values, day) is (covering[0] if covering else None)
    assert TWO.values[0].covers(TWO.values[0].start)
    assert not TWO.values[0].covers(TWO.values[0].start - timedelta(days=1))


@pytest.mark.parametrize(
    ("unit", "typed", "value"),
    [
        ("euros", "90 000", Euros(90_000)),
        ("euros_par_heure", "12,31", HourlyCost(Fraction("12.31"))),
        ("heures", "1 607", Hours(1607)),
        ("mois", "6", Months(6)),
        ("jours", "15", Days(15)),
        ("taux", "5 %", Rate(Fraction(1, 20))),
        ("nombre", "1,35", Number(Fraction("1.35"))),
        ("nombre", "-2", Number(-2)),
    ],
)
def test_each_unit_reads_its_values(unit: str, typed: str, value: object) -> None:
    read = Unit(unit).read(typed)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("unit", Unit)
@given(typed=st.text() | st.sampled_from(["1e999999999", "1/0", "nan", "²", "9" * 5000]))
def test_a_unit_reads_or_refuses(unit: Unit, typed: str) -> None:
    try:
        value = unit.read(typed)
    except ValueError:
        value = None
    assert value is None or value == unit.read(value.plain())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            (entry("2026-01-01", valeur=1), entry("2027-01-01", valeur=2)),
            "la valeur du 01/01/2026 chevauche celle du 01/01/2027 : donnez-lui une date de fin (au)",
        ),
        (
            (entry("2026-01-01", "2026-12-31", valeur=1), entry("2026-12-31", valeur=2)),
            "la valeur du 01/01/2026 chevauche celle du 31/12/2026",
        ),
        (
            (entry("2027-01-01", "2027-12-31", valeur=1), entry("2026-01-01", "2026-12-31", valeur=2)),
            "la valeur du 01/01/2027 chevauche celle du 01/01/2026",
        ),
        (
            (entry("2026-01-01", "2025-01-01", valeur=1),),
            "valeurs[1] : la date de fin (au) précède la date de début (du)",
        ),
        ((), "valeurs : il n'y a pas assez d'éléments : 1 au moins"),
    ],
)
def test_a_calendar_is_in_order_and_never_overlaps(values: tuple[dict[str, Any], ...], words: str) -> None:
    (fault,) = faults(parameter, *values)
    assert words in fault


def test_every_figure_that_does_not_read_is_named() -> None:
    found = faults(
        parameter,
        entry("2026-01-01", "2026-12-31", valeur="beaucoup"),
        entry("hier", "2027-12-31", valeur="250,000"),
    )
    assert [fault.split(" : ")[0] for fault in found] == ["valeurs[1].valeur", "valeurs[2].du", "valeurs[2].valeur"]


def test_a_range_grows_from_low_to_high() -> None:
    good = rate(entry("2026-01-01", bas="10 %", central="20 %", haut="20 %"))
    assert good.values[0].figures == (Rate(Fraction(1, 10)), Rate(Fraction(1, 5)), Rate(Fraction(1, 5)))
    (fault,) = faults(rate, entry("2026-01-01", bas="20 %", central="10 %", haut="30 %"))
    assert fault == "les trois valeurs du 01/01/2026 doivent croître : bas, central, haut"


@pytest.mark.parametrize("missing", ["valeur", "statut", "source", "du"])
def test_an_entry_holds_its_value_status_source_and_date(missing: str) -> None:
    whole = entry("2026-01-01", valeur=1)
    del whole[missing]
    (fault,) = faults(parameter, whole)
    assert fault == f"valeurs[1].{missing} : ce champ manque : ajoutez une ligne « {missing}: … »"


def test_a_source_has_a_whole_address() -> None:
    bad = entry("2026-01-01", valeur=1, source={**SOURCE, "lien": "legifrance.gouv.fr"})
    assert faults(parameter, bad) == [
        "valeurs[1].source.lien : écrivez une adresse complète, qui commence par https://"
    ]


@pytest.mark.parametrize("status", Status)
def test_every_status_is_said_in_words(status: Status) -> None:
    assert status.label
    assert dated.Status(status.value) is status
