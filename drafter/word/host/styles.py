"""The styles of the host: found by name and by what they are based on, never by id (ids are localised)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from drafter.word.host.xml import VAL, Element, W, on, value

_LEVELLED = re.compile(r"(?:heading|titre|title|article|chapitre|niveau)\D{0,12}([1-9])$")
_PLAIN_TITLE = re.compile(r"(?:^|[\s_-])(?:titre[\s_-]*(?:d.|de[\s_-])?article|article|titre[\s_-]*chapitre)s?$")


@dataclass(frozen=True)
class HostStyle:
    id: str
    name: str
    based_on: str | None
    outline: int | None  # 0 to 8; 9 means body text
    num: str | None
    ilvl: int | None
    bold: bool | None


@dataclass
class Styles:
    """Every paragraph style of the document; what is not said is inherited."""

    by_id: dict[str, HostStyle] = field(default_factory=dict)
    default: str = ""
    signs: dict[str, str] = field(default_factory=dict)  # character styles: the id of each name
    _chains: dict[str, tuple[HostStyle, ...]] = field(default_factory=dict)

    def chain(self, style: str | None) -> tuple[HostStyle, ...]:
        """The style and those it is based on, nearest first. A loop ends the chain."""
        first = style or self.default
        if first not in self._chains:
            found: list[HostStyle] = []
            current: str | None = first
            while current and (entry := self.by_id.get(current)) and entry not in found:
                found.append(entry)
                current = entry.based_on
            self._chains[first] = tuple(found)
        return self._chains[first]

    def name(self, style: str | None) -> str:
        entry = self.by_id.get(style or self.default)
        return entry.name if entry else ""

    def is_contents(self, style: str | None) -> bool:
        return any(item.name.startswith(("toc ", "tm ", "table of figures", "table des")) for item in self.chain(style))

    def is_bold(self, style: str | None) -> bool:
        return next((item.bold for item in self.chain(style) if item.bold is not None), False)

    def level(self, style: str | None) -> int | None:
        """The level of a title (from 1), from its outline level, else from its name."""
        chain = self.chain(style)
        if self.is_contents(style):
            return None
        outline = next((item.outline for item in chain if item.outline is not None), None)
        if outline is not None:
            return outline + 1 if outline < 9 else None
        for item in chain:
            if found := _LEVELLED.search(item.name):
                return int(found[1])
            if _PLAIN_TITLE.search(item.name):
                return (self.numbering(style)[1] or 0) + 1
        return None

    def numbering(self, style: str | None) -> tuple[str | None, int | None]:
        """The numId and level that a style gives to its paragraphs; numId 0 switches the number off."""
        chain = self.chain(style)
        num = next((item.num for item in chain if item.num is not None), None)
        return num, next((item.ilvl for item in chain if item.ilvl is not None), None)

    def named(self, *names: str) -> str | None:
        """The id of the first style so named, in lower case."""
        return next((item.id for name in names for item in self.by_id.values() if item.name == name), None)


def read_styles(root: Element) -> Styles:
    styles = Styles()
    for element in root.iterchildren(W + "style"):
        if element.get(W + "type") == "character":
            styles.signs[(value(element, "name") or "").strip().lower()] = element.get(W + "styleId", "")
        if element.get(W + "type", "paragraph") != "paragraph":
            continue
        key = element.get(W + "styleId", "")
        if element.get(W + "default") in ("1", "true", "on"):
            styles.default = key
        styles.by_id[key] = _style(key, element)
    return styles


def _style(key: str, element: Element) -> HostStyle:
    outline, num, ilvl = None, None, None
    if (properties := element.find(W + "pPr")) is not None:
        outline = _number(value(properties, "outlineLvl"))
        if (numbering := properties.find(W + "numPr")) is not None:
            num, ilvl = value(numbering, "numId"), _number(value(numbering, "ilvl"))
    run = element.find(W + "rPr")
    name = element.find(W + "name")
    return HostStyle(
        key,
        (name.get(VAL, "") if name is not None else key).strip().lower(),
        value(element, "basedOn"),
        outline,
        num,
        ilvl,
        on(run, "b") if run is not None else None,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 4 else None
