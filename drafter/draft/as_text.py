"""A piece as plain text that a reviewer can read in a diff: one line a block, blanks and references visible."""

from __future__ import annotations

from drafter.draft.blocks import Chart, Document, Heading, Inlines, ListBlock, Paragraph, Table, plain_text
from drafter.french import show


def as_text(document: Document) -> str:
    lines = [document.title, document.subtitle, ""]
    for block in document.blocks:
        match block:
            case Heading(level, text, _, number):
                lines += ["", f"{'#' * level} {number} {text}"]
            case Paragraph(inlines, role):
                lines.append(_line(inlines) if role == "corps" else f"({role}) {_line(inlines)}")
            case ListBlock(items, ordered):
                lines += [f"{f'{index}.' if ordered else '-'} {_line(item)}" for index, item in enumerate(items, 1)]
            case Table():
                lines += ["", f"[{block.caption}]", " | ".join(block.header)]
                lines += [" | ".join(_line(cell).replace("\n", " // ") for cell in row) for row in block.rows]
                lines.append("")
            case Chart():
                bars = (f"{series.name} {', '.join(map(show, series.values))}" for series in block.series)
                lines.append(f"[figure : {block.caption}] {', '.join(block.categories)} | {' | '.join(bars)}")
    if document.blanks:
        lines += ["", "À compléter :", *(f"- {label}" for label in document.blanks)]
    return "\n".join(lines) + "\n"


def _line(inlines: Inlines) -> str:
    return plain_text(inlines)
