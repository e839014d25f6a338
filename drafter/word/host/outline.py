"""The host as a reader sees it: its paragraphs with the number Word gives them, and its titles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from drafter.word.host.numbering import Counter, Numbering
from drafter.word.host.styles import Styles
from drafter.word.host.typed import TypedNumber
from drafter.word.host.xml import (
    BODY,
    PPR,
    SDT,
    SECTION,
    TC,
    VAL,
    Element,
    P,
    Source,
    T,
    W,
    value,
)

_STYLE, _PPR_NUM, _OUTLINE, _JC = W + "pStyle", W + "numPr", W + "outlineLvl", W + "jc"


@dataclass(slots=True)
class Para:
    """One paragraph of the body, its tables included. `place` is its rank in the document."""

    place: int
    element: Element
    style: str | None
    text: str
    nested: str = ""  # "", "tc", "sdt" or "ins": what it stands in
    outline: int | None = None
    num: str | None = None
    ilvl: int = 0
    label: str = ""
    values: tuple[int, ...] = ()
    section_end: bool = False
    contents: bool = False

    @property
    def empty(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class Title:
    """A title. `values` are its numbers from the top; `label` what is printed ("Article 4.", "4.2").

    `source`: style, auto, typed or bold: how it was told from the rest. `typed` is its number when written by hand.
    """

    para: Para
    level: int
    text: str
    label: str
    values: tuple[int, ...]
    source: str
    typed: TypedNumber | None = None

    @property
    def place(self) -> int:
        return self.para.place

    @property
    def number(self) -> str:
        """The bare number: `4.2` of "Article 4.2 –"."""
        return self.typed.number if self.typed else re.sub(r"(?i)^[^\d\W]{2,}\.?\s*|[\s.):°–—-]+$", "", self.label)

    def __str__(self) -> str:
        return f"{self.label} {self.text}".strip() if not self.typed else self.para.text.strip()


@dataclass
class Outline:
    source: Source
    styles: Styles
    numbering: Numbering
    paras: list[Para]
    titles: list[Title] = field(default_factory=list)
    usual: dict[int, list[Title]] = field(default_factory=dict, compare=False)
    """By level, the titles that look like most of their level: kept by `exemplars`, which asks often."""

    @property
    def automatic(self) -> bool:
        """Whether most numbered titles take their number from Word."""
        numbered = [title for title in self.titles if title.values]
        return sum(title.typed is None for title in numbered) * 2 > len(numbered)

    def end_of(self, title: Title) -> int:
        """The place after the last paragraph that belongs to a title: that of the next as high, or the end."""
        return next(
            (item.place for item in self.titles if item.place > title.place and item.level <= title.level),
            len(self.paras),
        )

    def within(self, title: Title) -> list[Para]:
        return self.paras[title.place + 1 : self.end_of(title)]

    def parent(self, title: Title) -> Title | None:
        above = [item for item in self.titles if item.place < title.place and item.level < title.level]
        return above[-1] if above else None

    def children(self, title: Title) -> list[Title]:
        end = self.end_of(title)
        return [item for item in self.titles if title.place < item.place < end and item.level == title.level + 1]


# --- paragraphs -----------------------------------------------------------------------------------------


def read_paragraphs(source: Source, styles: Styles, numbering: Numbering) -> list[Para]:
    paras: list[Para] = []
    counter = Counter(numbering)
    inherited: dict[str | None, tuple[str | None, int | None]] = {}
    contents: dict[str | None, bool] = {}
    for element in source.root.iter(P):
        nested = _nested(element)
        if nested == "box":
            continue
        properties = element[0] if len(element) and element[0].tag == PPR else None
        style = num = None
        outline: int | None = None
        ilvl: int | None = None
        section = False
        if properties is not None:
            for child in properties:
                tag = child.tag
                if tag == _STYLE:
                    style = child.get(VAL)
                elif tag == _PPR_NUM:
                    num = value(child, "numId")
                    level = value(child, "ilvl")
                    ilvl = int(level) if level and level.isdecimal() and len(level) < 3 else None
                elif tag == _OUTLINE:
                    level = child.get(VAL, "")
                    outline = int(level) if level.isdecimal() and len(level) < 3 else None
                elif tag == SECTION:
                    section = True
        if style not in inherited:
            inherited[style] = styles.numbering(style)
            contents[style] = styles.is_contents(style)
        if num is None:
            num, own = inherited[style]
            if num is not None and ilvl is None:
                linked = numbering.level_of_style(num, style)
                ilvl = own if linked is None else linked
        para = Para(
            len(paras),
            element,
            style,
            "".join(element.itertext(T)),
            nested,
            outline,
            num if num != "0" else None,
            ilvl or 0,
            section_end=section,
            contents=contents[style],
        )
        if para.num is not None:
            para.label, para.values = counter.next(para.num, para.ilvl)
        paras.append(para)
    return paras


def _nested(element: Element) -> str:
    parent = element.getparent()
    if parent.tag == BODY:
        return ""
    for up in element.iterancestors(TC, SDT, W + "txbxContent", W + "ins", BODY):
        if up.tag == TC:
            return "tc"
        if up.tag == W + "txbxContent":
            return "box"
        if up.tag == SDT:
            return "sdt"
        if up.tag == BODY:
            break
    return "ins"
