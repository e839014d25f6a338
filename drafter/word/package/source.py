"""Templates as reviewable text: a directory of indented XML parts <-> the .docx that Word opens."""

from __future__ import annotations

from pathlib import Path

from lxml import etree  # type: ignore[import-untyped]

from drafter.word.package import Parts, read_parts, write_parts

_XML = (".xml", ".rels")
_DECLARATION = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_WORD_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


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


def _parse(content: bytes) -> etree._ElementTree:
    # Blank text between elements means nothing in WordprocessingML; blank text alone in a w:t is kept.
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True, resolve_entities=False, no_network=True)
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
