"""The gate: every piece of every example market, as Word, a validator, a screen reader and LibreOffice will meet it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import ooxml_integrity
import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from drafter.library import Library, load_library
from drafter.paths import CLAUSE_LIBRARY
from drafter.pipeline import Result, run
from drafter.word.bundle import FILE_NAMES, render_pieces
from drafter.word.package import read_parts

from .accessibility import accessibility_faults
from .checks import W, structural_faults

EXAMPLES = sorted(path.stem for path in (CLAUSE_LIBRARY / "examples").glob("*.yaml"))
# Lots, criteria, blanks, charts, orders: together they use all that the writer knows.
VALIDATED = ("renovation-avancee", "reel-trois-lots", "restauration-scolaire")


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def _result(library: Library, name: str) -> Result:
    return run(library.examples[name], library)


def _pieces(library: Library, name: str) -> Mapping[str, bytes]:
    return render_pieces(_result(library, name))


def _paragraphs(data: bytes) -> list[str]:
    root = etree.fromstring(read_parts(data)["word/document.xml"])
    texts = ("".join(piece.text or "" for piece in item.iter(W + "t")) for item in root.iter(W + "p"))
    return [text for text in texts if text.strip()]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_piece_is_sound_and_can_be_listened_to(name: str, library: Library) -> None:
    result = _result(library, name)
    pieces = render_pieces(result)
    assert pieces.keys() == result.documents.keys()
    for piece, data in pieces.items():
        assert structural_faults(data) == [], piece
        assert accessibility_faults(data) == [], piece
    assert render_pieces(result) == pieces


@pytest.mark.parametrize("name", VALIDATED)
def test_validators_find_nothing_and_python_docx_reopens(name: str, library: Library, tmp_path: Path) -> None:
    for piece, data in _pieces(library, name).items():
        path = tmp_path / FILE_NAMES[piece]
        path.write_bytes(data)
        assert [str(error) for error in OpenXmlValidator().validate(path).errors] == [], piece
        assert [str(finding) for finding in ooxml_integrity.check(str(path))] == [], piece
        opened: Any = docx.Document(BytesIO(data))
        assert opened.core_properties.title
        assert opened.core_properties.keywords


@pytest.mark.office
def test_no_field_is_stale(library: Library, tmp_path: Path, soffice: str) -> None:
    """LibreOffice computes every field again when it saves: the texts we cached must be the ones it finds."""
    pieces = _pieces(library, VALIDATED[0])
    written, saved = tmp_path / "written", tmp_path / "saved"
    written.mkdir()
    for piece, data in pieces.items():
        (written / FILE_NAMES[piece]).write_bytes(data)
    profile = (tmp_path / "profile").as_uri()
    command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "docx"]
    subprocess.run(
        [*command, "--outdir", saved, *sorted(written.iterdir())], check=True, capture_output=True, timeout=240
    )
    for piece, data in pieces.items():
        again = (saved / FILE_NAMES[piece]).read_bytes()
        assert _paragraphs(again) == _paragraphs(data), piece
    fields = etree.fromstring(read_parts(pieces["ccap"])["word/document.xml"]).iter(W + "instrText")
    kinds = {re.match(r"\s*(\w+)", field.text)[1] for field in fields}
    assert kinds == {"REF", "SEQ"}, "the piece has no field: the comparison proves nothing"
