"""Files made to harm: refused with a sentence, before anything is parsed, and never a crash of the parent."""

from __future__ import annotations

import contextlib
import random
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafter.errors import DrafterError
from drafter.word.host import Options, insert, insert_upload
from drafter.word.host.safety import Limits, UnsafeFile, check_package
from tests.hosts.builder import MAIN
from tests.hosts.habits import typed_decimal, word_french
from tests.hosts.reading import text
from tests.hosts.sample import documents

GOOD = typed_decimal()
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def remade(change: Callable[[dict[str, bytes]], None], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    with zipfile.ZipFile(BytesIO(GOOD)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_file(name: str, content: bytes = b"x") -> bytes:
    return remade(lambda files: files.update({name: content}))


def in_document(old: bytes, new: bytes) -> bytes:
    def change(files: dict[str, bytes]) -> None:
        files["word/document.xml"] = files["word/document.xml"].replace(old, new, 1)

    return remade(change)


def related(kind: str, target: str) -> bytes:
    def change(files: dict[str, bytes]) -> None:
        own = f'<Relationship Id="rX" Type="{_RELATIONSHIPS}/{kind}" Target="{target}" TargetMode="External"/>'
        name = "word/_rels/document.xml.rels"
        files[name] = files[name].replace(b"</Relationships>", own.encode() + b"</Relationships>")

    return remade(change)


def twice() -> bytes:
    buffer = BytesIO(GOOD)
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", b"<x/>")
    return buffer.getvalue()


def overlapping() -> bytes:
    """The second entry of the directory points at the bytes of the first."""
    data = bytearray(GOOD)
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(GOOD)
    place = data.index(b"PK\x01\x02")
    data[place + 8 : place + 10] = struct.pack("<H", 1)
    return bytes(data)


PROTECTED = (
    f'<w:settings xmlns:w="{MAIN}"><w:documentProtection w:edit="readOnly" w:enforcement="1"/></w:settings>'.encode()
)
HARMFUL: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "lisible|n'est pas un document"),
    "text": (lambda: b"objet: nettoyage", "n'est pas un document"),
    "pdf": (lambda: b"%PDF-1.7", "PDF"),
    "cut": (lambda: GOOD[:-100], "n'est pas un document"),
    "other zip": (lambda: remade(lambda files: files.pop("word/document.xml") and None), "n'est pas un document"),
    "macros": (lambda: with_file("word/vbaProject.bin"), "macros"),
    "activex": (lambda: with_file("word/activeX/activeX1.xml", b"<x/>"), "macros"),
    "climbing": (lambda: with_file("../evil.xml", b"<x/>"), "nom interdit"),
    "absolute": (lambda: with_file("/etc/x", b"x"), "nom interdit"),
    "backslash": (lambda: with_file("word/a\\b", b"x").replace(b"a/b", b"a\\b"), "nom interdit"),
    "case twice": (lambda: with_file("WORD/DOCUMENT.XML"), "deux fois"),
    "twice": (twice, "deux fois"),
    "overlapping": (overlapping, "mal formé"),
    "encrypted": (encrypted, "mot de passe"),
    "lzma": (lambda: remade(lambda files: None, zipfile.ZIP_LZMA), "compressé"),
    "bomb": (lambda: with_file("word/media/image1.png", bytes(8 << 20)), "démesuré"),
    "entities": (lambda: in_document(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>'), "déclaration interdite"),
    "strict": (
        lambda: in_document(MAIN.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main"),
        "Strict Open XML",
    ),
    "chunk": (lambda: in_document(b"<w:body>", b'<w:body><w:altChunk r:id="rId9"/>'), "plusieurs fichiers"),
    "dde": (
        lambda: in_document(b"<w:body>", b"<w:body><w:p><w:r><w:instrText> DDEAUTO c:\\x </w:instrText></w:r></w:p>"),
        "champ INCLUDE ou DDE",
    ),
    "split dde": (
        lambda: in_document(
            b"<w:body>",
            b"<w:body><w:p><w:r><w:instrText>INCLUDE</w:instrText></w:r>"
            b"<w:r><w:instrText>TEXT x</w:instrText></w:r></w:p>",
        ),
        "champ INCLUDE ou DDE",
    ),
    "far image": (lambda: related("image", "http://example.org/x.png"), "lié à un fichier extérieur"),
    "far template": (lambda: related("attachedTemplate", "https://example.org/x.dotm"), "lié à un fichier extérieur"),
    "protected": (lambda: with_file("word/settings.xml", PROTECTED), "protégé contre les modifications"),
    "broken xml": (lambda: in_document(b"</w:body>", b""), "abîmé"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_harmful_files_are_refused_with_a_sentence(name: str) -> None:
    make, words = HARMFUL[name]
    with pytest.raises(UnsafeFile, match=words) as refused:
        insert_upload(make(), documents(), Options())
    assert refused.value.exit_code == 3
    assert all(fault.message.endswith((".", "ouvert.")) for fault in refused.value.faults)


def test_a_local_template_name_is_only_told() -> None:
    assert check_package(related("attachedTemplate", "file:///C:/x/lia.dot")) != ()


def test_limits_are_limits() -> None:
    for limits in (Limits(upload=10), Limits(entries=2), Limits(total=100), Limits(document=100)):
        with pytest.raises(UnsafeFile):
            check_package(GOOD, limits)


def test_the_child_gives_what_the_function_gives() -> None:
    for host in (GOOD, word_french()):
        done = insert_upload(host, documents(), Options())
        here = insert(host, documents(), Options())
        assert done.docx == here.docx
        assert done.report == here.report


@pytest.mark.parametrize(("limit", "value"), [("MEMORY", 160 << 20), ("CPU_SECONDS", 1), ("WALL_SECONDS", 1)])
def test_a_file_that_costs_too_much_stops_the_child_alone(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    """Under every limit of size, hundreds of thousands of paragraphs still ask for more than the child may have."""
    monkeypatch.setattr(f"drafter.word.host.sandbox.{limit}", value)
    numbers = random.Random(1).sample(range(10**9), 300_000)
    paragraphs = b"".join(b"<w:p><w:r><w:t>%d</w:t></w:r></w:p>" % number for number in numbers)
    heavy = in_document(b"<w:body>", b"<w:body>" + paragraphs)
    with pytest.raises(UnsafeFile, match=r"mémoire|temps|abîmé"):
        insert_upload(heavy, documents(), Options(piece="ccap"))


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_mutilated_files_end_in_a_sentence(data: st.DataObject) -> None:
    """Some bytes changed anywhere: a document or a DrafterError, nothing else."""
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    _settled(bytes(content))


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_mutilated_markup_ends_in_a_sentence(data: st.DataObject) -> None:
    """Pieces of the XML moved, doubled or dropped."""

    def change(files: dict[str, bytes]) -> None:
        name = data.draw(st.sampled_from(["word/document.xml", "word/styles.xml"]))
        content = files[name]
        low = data.draw(st.integers(0, len(content)))
        high = data.draw(st.integers(low, min(len(content), low + 300)))
        where = data.draw(st.integers(0, len(content)))
        moved = content[low:high] if data.draw(st.booleans()) else b""
        files[name] = content[:where] + moved + content[where:] if moved else content[:low] + content[high:]

    _settled(remade(change))


def _settled(content: bytes) -> None:
    with contextlib.suppress(DrafterError):
        check_package(content)
        assert text(insert(content, documents(), Options(piece="ccap")).docx)
