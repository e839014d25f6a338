"""What the file is made of: nothing else changed, nothing is broken, the same bytes twice."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import ooxml_integrity
import openxml_audit
import pytest
from lxml import etree

from drafter.word.host import Options, Revision, Style, insert
from drafter.word.host.package import Package
from tests.hosts.habits import HOSTS
from tests.hosts.reading import W, body, text
from tests.hosts.sample import AUTHOR, documents
from tests.word.checks import structural_faults

SHORT = [name for name in HOSTS if name != "trois-cents-pages"]
WITH_FIELDS = ("word-francais", "word-anglais", "styles-maison", "libreoffice", "legendes", "legendes-dessous")
REVISION = Revision(AUTHOR, date(2026, 11, 22))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def findings(data: bytes, path: Path) -> set[str]:
    """What the strict validator says, without the places."""
    path.write_bytes(data)
    result = openxml_audit.OpenXmlValidator().validate(path)
    return {re.sub(r"\d+", "#", str(error.description)) for error in result.errors}


def breaks(data: bytes, path: Path) -> set[str]:
    """What the integrity checker says of relationships, comments, ids and revisions, without the places."""
    path.write_bytes(data)
    return {re.sub(r"\d+", "#", str(finding)) for finding in ooxml_integrity.check(str(path))}


@pytest.mark.parametrize("revision", [None, REVISION], ids=["simple", "suivi"])
@pytest.mark.parametrize("name", SHORT)
def test_the_file_is_sound(name: str, revision: Revision | None, tmp_path: Path) -> None:
    host = HOSTS[name].make()
    for style in Style:
        options = Options(style, revision, comments=REVISION.day)
        done = insert(host, documents(), options).docx
        assert insert(host, documents(), options).docx == done
        assert set(structural_faults(done)) - set(structural_faults(host)) == set()
        assert findings(done, tmp_path / "apres.docx") - findings(host, tmp_path / "avant.docx") == set()
        assert breaks(done, tmp_path / "apres.docx") - breaks(host, tmp_path / "avant.docx") == set()
        assert len(docx.Document(BytesIO(done)).paragraphs) > len(docx.Document(BytesIO(host)).paragraphs) or (
            name == "dans-un-tableau"
        )


@pytest.mark.parametrize("name", SHORT)
def test_untouched_parts_keep_their_bytes(name: str) -> None:
    host = HOSTS[name].make()
    done = insert(host, documents(), Options()).docx
    before, after = Package(host), Package(done)
    for part in parts(host):
        if part not in ("word/document.xml", "word/numbering.xml"):
            assert before.raw(part) == after.raw(part)
    assert set(parts(done)) == set(parts(host))


@pytest.mark.parametrize("name", SHORT)
def test_the_text_of_the_host_is_all_there(name: str) -> None:
    """Every line but the titles and captions whose number moved, in the same order."""
    host = HOSTS[name].make()
    done = iter(text(insert(host, documents(), Options()).docx).splitlines())
    moved = re.compile(r"(?i)dérogations au ccag|^tableau [23] ")
    kept = [line for line in text(host).splitlines() if not moved.search(line)]
    assert [line for line in kept if line not in done] == []


def test_what_a_person_typed_is_never_markup() -> None:
    done = insert(HOSTS["pdf-converti"].make(), documents(), Options()).docx
    assert "la mise à disposition <ou> la sous-traitance." in text(done)
    assert " & plus, selon" in text(done)


def test_our_lists_come_before_the_first_number() -> None:
    """The schema wants definitions first; a list added after a `w:num` makes Word repair the file."""
    done = parts(insert(HOSTS["styles-maison"].make(), documents(), Options()).docx)["word/numbering.xml"]
    tags = [etree.QName(child).localname for child in etree.fromstring(done)]
    assert tags == sorted(tags)
    assert tags.count("num") > 1


@pytest.mark.office
@pytest.mark.parametrize(
    "name", ["word-francais", "tape-capitales", "deja-revise", "paysage", "dans-un-tableau", "notes"]
)
def test_libreoffice_prints_our_text(name: str, to_pdf: Callable[[Path], Path], tmp_path: Path) -> None:
    path = tmp_path / f"{name}.docx"
    path.write_bytes(insert(HOSTS[name].make(), documents(), Options()).docx)
    printed = subprocess.run(
        ["pdftotext", "-layout", to_pdf(path), "-"], capture_output=True, text=True, check=True
    ).stdout
    flat = re.sub(r"\s+", " ", printed)
    number = re.sub(r"\D", "", HOSTS[name].insertion)
    assert re.search(rf"(?i)(?:article )?{number}\W+clause d’insertion sociale", flat)
    assert f"selon l’article {number}.2." in flat
    assert "Tout retard donne lieu" in flat


@pytest.mark.office
@pytest.mark.parametrize("revision", [None, REVISION], ids=["simple", "suivi"])
def test_no_field_is_stale(revision: Revision | None, soffice: str, tmp_path: Path) -> None:
    """LibreOffice computes every field again when it saves: what we cached must be what it finds."""
    written, saved = tmp_path / "written", tmp_path / "saved"
    written.mkdir()
    for name in WITH_FIELDS:
        done = insert(HOSTS[name].make(), documents(), Options(revision=revision, comments=REVISION.day)).docx
        (written / f"{name}.docx").write_bytes(done)
    profile = (tmp_path / "profile").as_uri()
    command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "docx", "--outdir", saved]
    subprocess.run([*command, *sorted(written.iterdir())], check=True, capture_output=True, timeout=240)
    for name in WITH_FIELDS:
        before, after = ((folder / f"{name}.docx").read_bytes() for folder in (written, saved))
        assert lines(after) == lines(before), name
        kinds = {str(field.text).split()[0] for field in body(before).iter(W + "instrText")}
        assert kinds & {"REF", "SEQ"}, f"{name} has no field: the comparison proves nothing"


def lines(data: bytes) -> list[str]:
    return [line for line in text(data).splitlines() if line.strip()]
