"""The clause library as it is read: strictly, as text, and complete."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from drafter.library import load_library
from drafter.library.clause import Clause
from drafter.paths import CLAUSE_LIBRARY
from drafter.values import Euros, Rate
from drafter.vocabulary import Ccag, Piece

GOOD = load_library(Path(__file__).parent.parent / "bad_library" / "_bonne")
OURS = load_library()


def test_our_library_has_no_fault() -> None:
    assert len(OURS.clauses) > 50
    assert len(OURS.segments) == 35  # the 34 of the contract, and GEN
    assert set(OURS.ccags) == set(Ccag)
    assert OURS.examples


def test_every_file_is_read() -> None:
    """None is forgotten in a folder that nobody looks at."""
    entries = {
        "clauses": len(OURS.clauses),
        "segments": len(OURS.segments),
        "ccag": len(OURS.ccags),
        "examples": len(OURS.examples),
    }
    files = {
        name: sum(path.suffix in (".md", ".yaml") for path in (CLAUSE_LIBRARY / name).rglob("*")) for name in entries
    }
    assert files == entries


def test_the_leading_zero_of_a_cpv_code_is_kept() -> None:
    assert GOOD.segments["NET"].cpv == ("9091", "0311")


def test_a_clause_is_its_header_and_a_text_for_each_piece() -> None:
    clause = GOOD.clauses["env.nettoyage.produits"]
    assert clause.texts == {
        Piece.CCTP: "### Produits {#produits}\n\nLe titulaire emploie {{ part }} de produits écolabellisés."
    }
    part = clause.parameters["part"]
    assert (str(part.unit), part.low, part.default) == ("taux", Rate.read("10 %"), Rate.read("50 %"))


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2024, 12, 31), None),  # before the first entry: no value is guessed
        (date(2025, 6, 1), Euros(40_000)),
        (date(2025, 12, 31), Euros(40_000)),
        (date(2026, 1, 1), Euros(60_000)),
        (date(2099, 1, 1), Euros(60_000)),
    ],
)
def test_a_parameter_has_the_value_of_the_launch_date(day: date, value: Euros | None) -> None:
    assert GOOD.value("seuils.exemple", day) == value
    entry = GOOD.entry("seuils.exemple", day)
    assert (entry.value if entry else None) == value


def test_a_rate_on_a_day_no_entry_covers_is_unknown() -> None:
    assert GOOD.rate("services", date(2025, 12, 31)) is None
    found = GOOD.rate("services", date(2026, 1, 1))
    assert found is not None
    assert [figure.plain() for figure in found.figures] == ["0.6", "0.7", "0.8"]


def test_trades_by_id() -> None:
    assert set(GOOD.trades) == {"vitrerie"}


@pytest.mark.parametrize("clause", OURS.clauses.values(), ids=lambda clause: clause.id)
def test_a_clause_is_in_force_between_its_dates(clause: Clause) -> None:
    assert clause.in_force(clause.start) is (clause.status == "active")
    assert not clause.in_force(date.fromordinal(clause.start.toordinal() - 1))
    if clause.end:
        assert not clause.in_force(date.fromordinal(clause.end.toordinal() + 1))


@pytest.mark.parametrize("clause", OURS.clauses.values(), ids=lambda clause: clause.id)
def test_figures_of_a_clause_stay_within_their_bounds_at_each_level(clause: Clause) -> None:
    """The reader refuses others; this reads the bounds as a buyer would change the figure."""
    for parameter in clause.parameters.values():
        for bound in (parameter.low, parameter.high):
            if bound is not None:
                parameter.check(bound)


def test_reading_twice_gives_the_same() -> None:
    again = load_library()
    assert (again.clauses, again.segments, again.parameters) == (OURS.clauses, OURS.segments, OURS.parameters)
    assert (again.rates, again.duties, again.examples) == (OURS.rates, OURS.duties, OURS.examples)
    assert list(again.clauses) == list(OURS.clauses)
