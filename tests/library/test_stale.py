"""Data that ages complains: `drafter check` names what was read too long ago."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from drafter.checking import stale_entries, unread_clauses
from drafter.library import load_library
from drafter.library.terms import Reader

LIBRARY = load_library()


def test_nothing_is_stale_the_day_it_was_read() -> None:
    assert stale_entries(LIBRARY, date(2026, 11, 22)) == ()


def test_everything_is_stale_two_years_later() -> None:
    lines = stale_entries(LIBRARY, date(2028, 12, 1))
    for kind in ("clause ", "paramètre ", "taux ", "pénalité ", "obligation CR-04", "obligation AGEC-58", "DER-SOC-1"):
        assert any(kind in line for line in lines), kind
    assert all("lu le 22/11/2026" in line for line in lines)


def test_every_active_clause_was_read_by_somebody_else_than_its_author() -> None:
    assert unread_clauses(LIBRARY) == ()


def test_a_clause_that_only_its_author_read_is_told() -> None:
    name, clause = next(iter(LIBRARY.clauses.items()))
    spoilt = replace(LIBRARY, clauses={name: clause.model_copy(update={"reread_by": Reader.AUTHOR})})
    assert unread_clauses(spoilt) == (name,)
