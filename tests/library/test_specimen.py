"""Each clause by itself, at each of its levels, on the market it names: whole, numbered, ready to paste."""

from __future__ import annotations

import pytest

from drafter.draft.as_plain import as_plain
from drafter.draft.blocks import Heading, Ref
from drafter.draft.numbering import every_inlines
from drafter.library import load_library
from drafter.specimen import specimen
from drafter.vocabulary import Ambition
from drafter.word import render_docx

LIBRARY = load_library()


@pytest.mark.parametrize("clause", LIBRARY.clauses.values(), ids=lambda clause: clause.id)
def test_a_clause_writes_all_its_pieces(clause):
    for level in clause.levels:
        found = specimen(clause, LIBRARY, level)
        assert found.proposal.level is level
        assert set(found.pieces) == set(clause.texts)
        for document in found.pieces.values():
            assert any(isinstance(block, Heading) and block.origin == clause.id for block in document.blocks)
            text = as_plain(document)
            assert "{{" not in text
            assert "[[" not in text
            assert text.startswith("Article 1. ")
        blocks = found.document.blocks
        assert all(item.label for inlines in every_inlines(blocks) for item in inlines if isinstance(item, Ref))
        if clause.penalties:
            captions = {block.caption for block in blocks if hasattr(block, "caption")}
            assert "Pénalités" in captions, "a penalty is nowhere written"


@pytest.mark.parametrize("clause", LIBRARY.clauses.values(), ids=lambda clause: clause.id)
def test_its_word_file_can_be_written(clause):
    document = specimen(clause, LIBRARY).document
    made = render_docx(document, created=LIBRARY.info.date, library_version=LIBRARY.info.version)
    assert made.startswith(b"PK")


def test_a_level_the_clause_is_not_written_for():
    clause = next(item for item in LIBRARY.clauses.values() if Ambition.BASE not in item.levels)
    with pytest.raises(ValueError, match="socle"):
        specimen(clause, LIBRARY, Ambition.BASE)


def test_text_to_paste_keeps_lists_and_blanks():
    found = specimen(LIBRARY.clauses["social.insertion.heures"], LIBRARY)
    text = "\n".join(as_plain(document) for document in found.pieces.values())
    assert "\n- " in text
    assert "\t" in text
    assert "Note au rédacteur" not in text
