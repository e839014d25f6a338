"""A .docx is a zip of parts. Reading one, and writing one that depends on nothing but its parts.

`python -m drafter.word.package pack DIR FILE.docx` builds a template from its reviewable source,
`unpack FILE.docx DIR` refreshes the source after an edit in Word. See templates/docx/README.md.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped]

Parts = dict[str, bytes]

# The earliest date a zip can hold: the file must not tell when, or where, it was made.
_EPOCH = (1980, 1, 1, 0, 0, 0)
# Readers that stream a package want its types and root relationships first; the body comes next.
_FIRST = ("[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels")
_XML = (".xml", ".rels")
_DECLARATION = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_WORD_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def read_parts(data: bytes) -> Parts:
    """Every part of a package of ours, in file order. Not for uploads: nothing is limited here."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def write_parts(parts: Mapping[str, bytes]) -> bytes:
    """The package as bytes: fixed order, fixed dates, no trace of the machine. Same parts, same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(parts, key=_rank):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # else the byte differs between Windows and the others
            archive.writestr(info, parts[name])
    return buffer.getvalue()


def pack(source: Path) -> bytes:
    """The package whose parts are the files under `source`; indentation and XML comments are dropped."""
    parts: Parts = {}
    for path in sorted(source.rglob("*")):
        if path.is_file():
            name = path.relative_to(source).as_posix()
            parts[name] = _compact(path.read_bytes()) if name.endswith(_XML) else path.read_bytes()
    return write_parts(parts)


def unpack(data: bytes, target: Path) -> None:
    """Write the parts under `target`, XML indented, and remove the files that are parts no longer."""
    parts = read_parts(data)
    for name, content in parts.items():
        path = target / name
        if not path.resolve().is_relative_to(target.resolve()):
            raise ValueError(f"part outside the package: {name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_indented(content) if name.endswith(_XML) else content)
    for path in sorted(target.rglob("*")):
        if path.is_file() and path.relative_to(target).as_posix() not in parts:
            path.unlink()


def _rank(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


def _parse(content: bytes) -> etree._ElementTree:
    # Blank text between elements means nothing in WordprocessingML; blank text alone in a w:t is kept.
    parser = etree.XMLParser(
        remove_blank_text=True, remove_comments=True, resolve_entities=False, no_network=True
    )
    return etree.ElementTree(etree.fromstring(content, parser))


def _serialise(tree: etree._ElementTree) -> bytes:
    xml: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return xml.replace(_DECLARATION, _WORD_DECLARATION, 1)


def _compact(content: bytes) -> bytes:
    return _serialise(_parse(content))


def _indented(content: bytes) -> bytes:
    tree = _parse(content)
    etree.indent(tree, space="  ")
    return _serialise(tree) + b"\n"


def main(arguments: list[str]) -> int:
    match arguments:
        case ["pack", source, target]:
            Path(target).write_bytes(pack(Path(source)))
        case ["unpack", source, target]:
            unpack(Path(source).read_bytes(), Path(target))
        case _:
            sys.stderr.write(
                "Usage : python -m drafter.word.package pack DOSSIER FICHIER.docx\n"
                "        python -m drafter.word.package unpack FICHIER.docx DOSSIER\n"
            )
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
