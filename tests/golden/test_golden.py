"""Golden drafts: what a change of text, data or code does to real pieces is read in a diff before it is accepted.

Regenerate with `python3 tests --maj-golden`, then read `git diff tests/golden`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from drafter.draft.as_text import as_text
from drafter.library import load_library
from drafter.pipeline import run

HERE = Path(__file__).parent
EXAMPLES = (
    "reel-proprete",
    "reel-travaux",
    "reel-fournitures",
    "reel-trois-lots",
    "espaces-verts-quatre-ans",
    "renovation-avancee",
    "restauration-scolaire",
)
UPDATE = os.environ.get("DRAFTER_UPDATE_GOLDEN") == "1"


@pytest.fixture(scope="module")
def library():
    return load_library()


@pytest.mark.parametrize("example", EXAMPLES)
def test_pieces_are_those_that_were_reviewed(example, library, tmp_path):
    documents = run(library.examples[example], library).documents
    folder = HERE / example
    for piece, document in documents.items():
        found, path = as_text(document), folder / f"{piece}.txt"
        if UPDATE:
            folder.mkdir(exist_ok=True)
            path.write_text(found, encoding="utf-8")
            continue
        actual = tmp_path / f"{example}-{piece}.txt"
        actual.write_text(found, encoding="utf-8")
        assert path.exists(), f"{path} is missing: read {actual}, then python3 tests --maj-golden"
        assert found == path.read_text(encoding="utf-8"), f"{example} {piece} changed: compare {path} with {actual}"
    assert {path.stem for path in folder.glob("*.txt")} == set(documents), "a piece appeared or disappeared"


@pytest.mark.parametrize("example", EXAMPLES)
def test_same_market_gives_the_same_pieces(example, library):
    market = library.examples[example]
    assert run(market, library).documents == run(market, library).documents
