"""The package layer, and the house template against its source."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from drafter.paths import TEMPLATES
from drafter.word.package import pack_part, read_parts, write_parts
from drafter.word.package.addition import CONTENT_TYPES, RELATIONSHIPS, Addition, add
from drafter.word.package.deflate import COMPRESSOR
from drafter.word.package.source import pack, unpack

from .checks import W

MAISON = TEMPLATES / "docx" / "maison.docx"
SOURCE = TEMPLATES / "docx" / "maison"


def test_parts_come_back_in_a_fixed_order_without_dates() -> None:
    parts = {
        "word/z.xml": b"<z/>",
        "word/document.xml": b"<d/>",
        "[Content_Types].xml": b"<t/>",
        "a.bin": b"\0",
    }
    data = write_parts(parts)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.namelist() == ["[Content_Types].xml", "word/document.xml", "a.bin", "word/z.xml"]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert read_parts(data) == parts
    assert write_parts(dict(reversed(parts.items()))) == data


def test_a_part_packed_once_is_copied() -> None:
    parts = {"[Content_Types].xml": b"<t/>", "word/document.xml": b"<d/>" * 500, "annexe.docx": b"PK" * 200}
    packed = {name: pack_part(name, content) for name, content in parts.items()}
    assert write_parts(packed) == write_parts(parts)
    with zipfile.ZipFile(BytesIO(write_parts(parts))) as archive:
        assert archive.testzip() is None
        kinds = {info.filename: info.compress_type for info in archive.infolist()}
    assert kinds["annexe.docx"] == zipfile.ZIP_STORED, "what is a zip already is not compressed again"
    assert kinds["word/document.xml"] == zipfile.ZIP_DEFLATED


def test_names_of_any_language_are_read_back() -> None:
    parts = {"dossier/pièce à joindre.docx": b"1", "vide": b""}
    assert read_parts(write_parts(parts)) == parts


def test_what_is_added_is_declared() -> None:
    parts = {CONTENT_TYPES: b"<Types></Types>", RELATIONSHIPS: b"<Relationships></Relationships>"}
    added = add(parts, [Addition({"a.xml": b"<a/>"}, "<l/>", "<t/>"), Addition()])
    assert added == {
        CONTENT_TYPES: b"<Types><t/></Types>",
        RELATIONSHIPS: b"<Relationships><l/></Relationships>",
        "a.xml": b"<a/>",
    }
    with pytest.raises(TypeError, match="is packed"):
        add({name: pack_part(name, content) for name, content in parts.items()}, [Addition(types="<t/>")])


_WITHOUT_ISAL = """
import sys
if sys.argv[1] == "zlib":
    sys.modules["isal"] = None
from datetime import date
from drafter.draft.blocks import Chart, Document, Heading, Series
from drafter.values import Hours
from drafter.word import render_docx
from drafter.word.package.deflate import COMPRESSOR
assert COMPRESSOR == sys.argv[1], COMPRESSOR
chart = Chart("C", "D", ("a",), (Series("s", (Hours(1),)),))
document = Document("rc", "T", "", (Heading(1, "é" * 500), chart))
data = render_docx(document, created=date(2026, 1, 1), library_version="1")
sys.stdout.buffer.write(data)
"""


def test_without_isal_the_parts_are_the_same() -> None:
    by_zlib, by_isal = (
        subprocess.run([sys.executable, "-c", _WITHOUT_ISAL, name], check=True, capture_output=True).stdout
        for name in ("zlib", COMPRESSOR)
    )
    assert read_parts(by_zlib) == read_parts(by_isal)


def test_the_template_equals_its_source() -> None:
    # Parts, not bytes: two builds of zlib may pack the same text differently.
    assert read_parts(MAISON.read_bytes()) == read_parts(pack(SOURCE)), (
        "maison.docx and maison/ differ: pack or unpack, see templates/docx/README.md"
    )


def test_unpack_then_pack_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "gone.xml").write_text("<old/>")
    unpack(MAISON.read_bytes(), tmp_path)
    assert not (tmp_path / "gone.xml").exists()
    assert read_parts(pack(tmp_path)) == read_parts(MAISON.read_bytes())
    for path in SOURCE.rglob("*.xml"):
        assert (tmp_path / path.relative_to(SOURCE)).read_bytes() == path.read_bytes()


def test_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "drafter.word.package"]
    subprocess.run([*command, "unpack", MAISON, tmp_path / "source"], check=True)
    subprocess.run([*command, "pack", tmp_path / "source", tmp_path / "out.docx"], check=True)
    assert read_parts((tmp_path / "out.docx").read_bytes()) == read_parts(MAISON.read_bytes())
    assert subprocess.run(command, capture_output=True).returncode == 2


def test_the_template_is_a_small_french_base() -> None:
    parts = read_parts(MAISON.read_bytes())
    assert len(parts["word/styles.xml"]) < 16_000
    styles = etree.fromstring(parts["word/styles.xml"])
    language = styles.find(f"{W}docDefaults//{W}lang")
    assert language is not None
    assert language.get(W + "val") == "fr-FR"
    ids = {style.find(W + "name").get(W + "val"): style.get(W + "styleId") for style in styles.iter(W + "style")}
    expected = {
        "heading 1": "Titre1",
        "heading 2": "Titre2",
        "heading 3": "Titre3",
        "Title": "Titre",
        "Body Text": "Corpsdetexte",
        "List Bullet": "Listepuces",
        "caption": "Lgende",
    }
    assert expected.items() <= ids.items()


def test_headings_are_numbered_by_their_styles() -> None:
    numbering = etree.fromstring(read_parts(MAISON.read_bytes())["word/numbering.xml"])
    levels = {
        level.find(W + "pStyle").get(W + "val"): level.find(W + "lvlText").get(W + "val")
        for level in numbering.iter(W + "lvl")
        if level.find(W + "pStyle") is not None
    }
    assert levels["Titre1"] == "Article %1."
    assert levels["Titre2"] == "%1.%2"
    assert levels["Titre3"] == "%1.%2.%3"
    assert levels["Titre4"] == "%1.%2.%3.%4"
