"""The notes of our clauses as Word comments of the host: its comments part extended, or made.

Comments are never tracked. What refuses the insertion removes the reference to a comment, and the comment with it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from datetime import date

from lxml import etree  # type: ignore[import-untyped]

from drafter.word.comments import RELATION, TYPE, Comment, comment_elements, comment_range, reference, whole_part
from drafter.word.host.package import Package
from drafter.word.host.styles import Styles
from drafter.word.host.xml import NAMESPACE, parse

RELATIONSHIPS = "word/_rels/document.xml.rels"
CONTENT_TYPES = "[Content_Types].xml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ID = re.compile(rb'<\w+:comment\b[^>]*?\w+:id="(\d+)"')
_SMALL = '<w:sz w:val="16"/><w:szCs w:val="16"/>'  # what Word gives to the mark, when the host has no style for it


class HostComments:
    """`on` dates the comments; None: none are written."""

    def __init__(self, package: Package, styles: Styles, on: date | None) -> None:
        self._package, self._on = package, on
        self._part = _part_of(package) if on is not None else None
        self._content = package.read(self._part) if self._part else b""
        self._next = 1
        self._added: list[Comment] = []
        text, mark = styles.named("annotation text"), styles.signs.get("annotation reference")
        self._head = f'<w:pStyle w:val="{text}"/>' if text else ""
        self._mark = f'<w:rStyle w:val="{mark}"/>' if mark else _SMALL

    def __bool__(self) -> bool:
        return bool(self._added)

    @property
    def wanted(self) -> bool:
        return self._on is not None

    @property
    def highest(self) -> int:
        """The highest identifier the host uses."""
        return max((int(found) for found in _ID.findall(self._content)), default=0)

    def begin(self, first: int) -> None:
        """Ours are numbered from `first`, the same with tracked changes and without."""
        self._next = first

    def add(self, lines: Sequence[str]) -> tuple[str, str, str]:
        """What goes before the commented passage, after it, and the run that hangs the comment."""
        identifier = self._next + len(self._added)
        self._added.append(Comment(identifier, tuple(lines)))
        return *comment_range(identifier), reference(identifier, self._mark)

    def written(self) -> dict[str, bytes]:
        """The parts that change; none without a comment."""
        if not self._added or self._on is None:
            return {}
        elements = comment_elements(self._added, self._on, self._head, self._mark)
        if self._part is not None:
            return {self._part: _extended(self._content, self._part, elements, "w", NAMESPACE)}
        name = _free("word/comments{}.xml", self._package)
        links = self._package.read(RELATIONSHIPS) if RELATIONSHIPS in self._package else _NO_LINKS
        key = next(found for rank in range(1000) if (found := f"rIdNotes{rank or ''}").encode() not in links)
        link = f'<Relationship Id="{key}" Type="{RELATION}" Target="{name.removeprefix("word/")}"/>'
        kind = f'<Override PartName="/{name}" ContentType="{TYPE}"/>'
        types = self._package.read(CONTENT_TYPES)
        return {
            name: whole_part(elements),
            RELATIONSHIPS: _extended(links, RELATIONSHIPS, link, None, f"{_PACKAGE}/relationships"),
            CONTENT_TYPES: _extended(types, CONTENT_TYPES, kind, None, f"{_PACKAGE}/content-types"),
        }


_NO_LINKS = f'<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>'.encode()


def _part_of(package: Package) -> str | None:
    """The comments part that the document declares, under whatever name."""
    if RELATIONSHIPS not in package:
        return None
    for link in parse(package.read(RELATIONSHIPS), RELATIONSHIPS).iterchildren(f"{{{_PACKAGE}/relationships}}*"):
        if link.get("Type") == RELATION and link.get("TargetMode") != "External":
            name = posixpath.normpath(posixpath.join("/word", link.get("Target", ""))).removeprefix("/")
            if name in package:
                return name
    return None


def _free(pattern: str, package: Package) -> str:
    """A part name that nothing bears."""
    return next(name for rank in range(1000) if (name := pattern.format(rank or "")) not in package)


def _extended(content: bytes, name: str, elements: str, prefix: str | None, namespace: str) -> bytes:
    """A part with elements added at its end; its own bytes are kept when they are written as ours."""
    root = parse(content, name)
    end = f"</{prefix + ':' if prefix else ''}{etree.QName(root).localname}>".encode()
    kept = content.rstrip()
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    if root.prefix == prefix and root.nsmap.get(prefix) == namespace and kept.endswith(end) and encoding == "UTF-8":
        return kept.removesuffix(end) + elements.encode() + end
    declared = f'xmlns:{prefix}="{namespace}"' if prefix else f'xmlns="{namespace}"'
    root.extend(list(etree.fromstring(f"<x {declared}>{elements}</x>")))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written
