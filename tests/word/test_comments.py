"""Drafting notes: Word comments on the titles, in the pieces that are contracts, and gone when not wanted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import docx
import ooxml_integrity
import pytest
from click.testing import CliRunner
from lxml import etree
from openxml_audit import OpenXmlValidator

from drafter.cli import main
from drafter.draft.blocks import Document, Heading, Paragraph, Ref, Text
from drafter.library import Library, load_library
from drafter.paths import CLAUSE_LIBRARY
from drafter.pipeline import run
from drafter.word import render_docx
from drafter.word.bundle import FILE_NAMES, render_pieces
from drafter.word.package import read_parts

from .checks import W, structural_faults

NOTES = ("Pourquoi\u00a0: un < deux & trois.", "Base légale\u00a0: code, le 1er article.")
DOCUMENT = Document(
    "ccap",
    "Titre",
    "",
    (
        Heading(1, "Premier", key="a", notes=NOTES),
        Paragraph((Text("Voir l’"), Ref("a", "article 1"), Text("."))),
        Heading(2, "Second", notes=NOTES[:1]),
        Heading(1, "Sans note", key="b"),
    ),
)


def _render(*, comments: bool = True) -> bytes:
    return render_docx(DOCUMENT, created=date(2026, 10, 1), library_version="1", comments=comments)


def _comments(data: bytes) -> list[Any]:
    return list(etree.fromstring(read_parts(data)["word/comments.xml"]).iter(W + "comment"))


def _text(element: Any) -> str:
    return "".join(piece.text or "" for piece in element.iter(W + "t"))


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def test_a_comment_hangs_on_its_title() -> None:
    data = _render()
    comments = _comments(data)
    assert [[_text(line) for line in item.iter(W + "p")] for item in comments] == [list(NOTES), [NOTES[0]]]
    assert {item.get(W + "author") for item in comments} == {"Service de rédaction"}
    assert {item.get(W + "date") for item in comments} == {"2026-10-01T00:00:00Z"}
    body = etree.fromstring(read_parts(data)["word/document.xml"])
    for comment, title in zip(comments, ("Premier", "Second"), strict=True):
        key = comment.get(W + "id")
        (start,) = body.xpath(f"//w:commentRangeStart[@w:id='{key}']", namespaces={"w": W[1:-1]})
        assert _text(start.getparent()) == title
        kinds = [etree.QName(item).localname for item in start.itersiblings()]
        assert kinds.index("commentRangeEnd") < len(kinds) - 1, "the reference follows the range"
        assert start.getparent().findall(f".//{W}commentReference")[0].get(W + "id") == key
    marks = [item.get(W + "id") for item in body.iter(W + "bookmarkStart", W + "commentRangeStart")]
    assert len(marks) == len(set(marks)) == 4


def test_the_validators_accept_it_and_python_docx_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "commented.docx"
    path.write_bytes(_render())
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []
    assert [str(finding) for finding in ooxml_integrity.check(str(path))] == []
    assert structural_faults(path.read_bytes()) == []
    assert [comment.author for comment in docx.Document(str(path)).comments] == ["Service de rédaction"] * 2


def test_without_comments_nothing_of_them_is_left() -> None:
    parts = read_parts(_render(comments=False))
    assert "word/comments.xml" not in parts
    assert not [name for name, content in parts.items() if b"omment" in content and name != "word/styles.xml"]


def test_the_text_is_the_same_with_and_without() -> None:
    bodies = [etree.fromstring(read_parts(_render(comments=on))["word/document.xml"]) for on in (True, False)]
    assert len({tuple(map(_text, body.iter(W + "p"))) for body in bodies}) == 1


def test_each_clause_of_a_contract_piece_says_its_legal_basis(library: Library) -> None:
    result = run(library.examples["renovation-avancee"], library)
    pieces = render_pieces(result)
    written = {
        piece: {item.clause.id for item in result.selection.kept if piece in {key.lower() for key in item.clause.texts}}
        for piece in ("ccap", "cctp", "rc", "ae")
    }
    for piece, clauses in written.items():
        texts = [_text(comment) for comment in _comments(pieces[piece])]
        assert all("Base légale" in text for text in texts)
        assert {clause for clause in clauses if any(f"Clause {clause}," in text for text in texts)} == clauses
    for piece in ("note", "decision"):
        assert "word/comments.xml" not in read_parts(pieces[piece])


def test_only_the_articles_of_the_contract_at_hand_are_cited(library: Library) -> None:
    data = render_pieces(run(library.examples["renovation-avancee"], library))["ccap"]
    texts = " ".join(map(_text, _comments(data)))
    assert "L.\u00a02112-2" in texts
    assert "L.\u00a03114" not in texts


def test_the_command_writes_without_comments_when_asked(tmp_path: Path) -> None:
    market = str(CLAUSE_LIBRARY / "examples" / "renovation-avancee.yaml")
    for option, expected in (((), True), (("--sans-commentaires",), False)):
        done = CliRunner().invoke(main, ["draft", market, "-o", str(tmp_path), "--pieces", "cctp", *option])
        assert done.exit_code == 0, done.output
        data = (tmp_path / FILE_NAMES["cctp"]).read_bytes()
        assert ("word/comments.xml" in read_parts(data)) is expected
