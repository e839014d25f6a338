"""The package layer, and the house template against its source."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

from lxml import etree

from drafter.paths import TEMPLATES
from drafter.word.package import read_parts, write_parts
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
