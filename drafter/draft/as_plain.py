"""A piece as text to paste anywhere: numbered titles, dashes, cells parted by tabs. Advice to the buyer is left out."""

from __future__ import annotations

from collections.abc import Iterator

from drafter.draft.blocks import Blank, Block, Document, Heading, Inlines, ListBlock, Paragraph, Table, Text
from drafter.french import NBSP


def as_plain(document: Document) -> str:
    """Blocks parted by an empty line. A blank reads as in Word: « [à compléter : …] »."""
    return "\n\n".join(text for block in document.blocks if (text := "\n".join(_lines(block)))) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, text, _, number):
            yield f"Article {number}. {text}" if level == 1 else f"{number} {text}"
        case Paragraph(inlines, role) if role != "note":
            yield _line(inlines)
        case ListBlock(items, ordered):
            yield from (f"{f'{rank}.' if ordered else '-'} {_line(item)}" for rank, item in enumerate(items, 1))
        case Table():
            if block.caption:
                yield block.caption
            yield "\t".join(block.header)
            for row in block.rows:
                yield "\t".join(_line(cell).replace("\n", f"{NBSP}; ") for cell in row)


def _line(inlines: Inlines) -> str:
    return "".join(_part(part) for part in inlines)


def _part(part: object) -> str:
    if isinstance(part, Blank):
        return f"[à compléter{NBSP}: {part.label}]"
    return part.text if isinstance(part, Text) else str(getattr(part, "label", ""))
