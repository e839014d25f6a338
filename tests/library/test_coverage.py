"""The coverage of the library: no required cell empty, and the page of docs/ as the library stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from drafter.coverage import GENERIC, REQUIRED, Coverage, coverage, page
from drafter.library import load_library
from drafter.library.terms import ClauseType
from drafter.vocabulary import Nature

LIBRARY = load_library()
FOUND: Coverage = coverage(LIBRARY)
PAGE = Path(__file__).parents[2] / "docs" / "couverture.md"


def test_what_every_segment_must_offer():
    assert REQUIRED[ClauseType.SPECIFICATION] >= 2
    assert REQUIRED[ClauseType.EXECUTION] >= 2
    assert REQUIRED[ClauseType.CRITERION] >= 1


def test_every_segment_and_each_nature_of_the_generic_one_has_its_row():
    codes = {row.code for row in FOUND.rows}
    assert codes == {code for code in LIBRARY.segments if code != GENERIC} | {f"{GENERIC} {item}" for item in Nature}


@pytest.mark.parametrize("row", FOUND.rows, ids=lambda row: row.code)
def test_no_required_cell_is_empty(row):
    assert row.gaps == ()


def test_the_page_has_not_drifted():
    expected = page(FOUND)
    assert PAGE.read_text(encoding="utf-8") == expected, (
        "docs/couverture.md is not what the library gives: run `python -m drafter.coverage > docs/couverture.md`"
    )
