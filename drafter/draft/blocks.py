"""The document model: what every piece is made of before it becomes Word or HTML.

A `Document` is a flat tuple of blocks; headings give it its shape. Text inside is plain, already
typeset in French (no-break spaces placed), never escaped: escaping belongs to the writers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from drafter.values import Quantity


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text. `value` marks what came from the market or a parameter, for the preview."""

    text: str
    strong: bool = False
    emph: bool = False
    value: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """Something only the buyer knows: shown as a visible blank, and listed at the end of the piece."""

    label: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A cross-reference to the heading whose `key` is `target`; `label` is its number ("Article 2.3")."""

    target: str
    label: str = ""


Inline = Text | Blank | Ref
Inlines = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered title. Level 1 is "Article 1", level 2 "1.1", level 3 "1.1.1".

    `number` is what Word will compute ("1", "1.2"), kept here for references and for HTML. `notes` tell the buyer
    why the article is there and on what legal basis: Word shows them as one comment, the text never holds them.
    """

    level: Literal[1, 2, 3]
    text: str
    key: str = ""
    number: str = ""
    origin: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`role`: corps (body), note (advice to the buyer, never part of the contract), intro."""

    inlines: Inlines
    role: Literal["corps", "note", "intro"] = "corps"
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ListBlock:
    """Bullets, or a numbered list that restarts at 1. One level; an item is one paragraph."""

    items: tuple[Inlines, ...]
    ordered: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`widths` are relative; `numeric` holds the indexes of right-aligned columns.

    The header row repeats on each page. `caption` names the table and is read by screen readers.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    widths: tuple[int, ...] = ()
    numeric: frozenset[int] = frozenset()
    total_row: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One figure for each category of a chart. `main` is the series the eye must find first."""

    name: str
    values: tuple[Quantity, ...]
    main: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Horizontal bars, a group for each category. A table of the piece always holds the same numbers.

    `alt` says in words what the bars show; `unit` follows each number ("h").
    """

    caption: str
    alt: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    origin: str = ""


Block = Heading | Paragraph | ListBlock | Table | Chart


@dataclass(frozen=True, slots=True)
class Document:
    """One piece. `piece` is its key (ccap, cctp, rc, ae, note, decision); `title` its name in French.

    `articles`: titles of level 1 are numbered "Article 1."; papers that are no contract say "1.".
    """

    piece: str
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    blanks: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    articles: bool = True


def plain_text(inlines: Inlines) -> str:
    """The text a reader sees, blanks in square brackets."""
    return "".join(
        part.text if isinstance(part, Text) else f"[{part.label}]" if isinstance(part, Blank) else part.label
        for part in inlines
    )
