"""What the writer remembers of texts: the right runs, and never without end."""

from __future__ import annotations

from drafter.draft.blocks import Text
from drafter.word.runs import _LONG, _LOOKS, _OTHER_TEXTS, forget_texts, runs, runs_of


def test_a_text_seen_again_has_the_same_runs() -> None:
    part = Text("le 1er & le 2e\nlot", strong=True)
    forget_texts()
    assert runs_of(part) == runs_of(part)
    assert "&amp;" in runs_of(part)
    assert runs_of(part) != runs(part.text), "each look keeps its own"


def test_neither_many_texts_nor_long_ones_are_kept() -> None:
    forget_texts()
    bold = _LOOKS[True, False]
    for number in range(_OTHER_TEXTS + 10):
        runs_of(Text(f"texte {number}", strong=True))
        assert len(bold) <= _OTHER_TEXTS
    forget_texts()
    assert "x" * _LONG in runs_of(Text("x" * _LONG, strong=True))
    assert not bold


def test_blanks_at_the_ends_are_kept_by_word() -> None:
    assert runs("a b") == "<w:r><w:t>a b</w:t></w:r>"
    for text in (" a", "a ", "\u00a0a"):
        assert 'xml:space="preserve"' in runs(text)
