"""What a paragraph, a title or a table looks like, apart from any document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from drafter.word.host.typed import TypedNumber

_ORDER = """
    pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs
    suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd
    snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment
    textboxTightWrap outlineLvl divId cnfStyle rPr
"""
_RANK = {f"w:{name}": rank for rank, name in enumerate(_ORDER.split())}
_BEFORE = re.compile(r'\s+w:before="(\d+)"')

Properties = tuple[tuple[str, str], ...]


def joined(properties: Iterable[tuple[str, str]]) -> str:
    """Paragraph properties in the order the schema wants."""
    return "".join(xml for _, xml in sorted(properties, key=lambda item: _RANK.get(item[0], 99)))


@dataclass(frozen=True, slots=True)
class Look:
    """`style`: how the report names it. `run` and `mark`: properties of the text and of the paragraph mark."""

    properties: Properties = ()
    run: str = ""
    mark: str = ""
    style: str = "Normal"

    def having(self, *more: tuple[str, str]) -> Look:
        names = {name for name, _ in more}
        return replace(self, properties=(*(item for item in self.properties if item[0] not in names), *more))

    def spaced_before(self, least: int) -> Look:
        """With at least this much space above, in twentieths of a point."""
        own = next((xml for name, xml in self.properties if name == "w:spacing"), "<w:spacing/>")
        found = _BEFORE.search(own)
        if found and int(found[1]) >= least:
            return self
        xml = _BEFORE.sub("", own).replace("<w:spacing", f'<w:spacing w:before="{least}"', 1)
        return self.having(("w:spacing", xml))

    def without(self, *names: str) -> Look:
        return replace(self, properties=tuple(item for item in self.properties if item[0] not in names))


@dataclass(frozen=True, slots=True)
class TitleLook:
    """One level of titles. `typed` when numbers are written by hand; `auto` (numId, ilvl) when Word counts."""

    look: Look
    typed: TypedNumber | None = None
    auto: tuple[str, int] | None = None
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class TableLook:
    properties: str
    header_cell: str
    header: Look
    cell: Look


@dataclass(frozen=True, slots=True)
class Looks:
    """Everything the writer asks for. `titles` by level of the host."""

    titles: dict[int, TitleLook]
    body: Look
    bullet: Look
    bullet_mark: str
    table: TableLook
    spaced: frozenset[int] = field(default=frozenset())

    def title(self, level: int) -> TitleLook:
        return self.titles[level]
