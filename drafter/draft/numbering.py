"""Numbers of articles, labels of references, list of blanks: the last pass over a piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from drafter.draft.blocks import Blank, Block, Heading, Inlines, ListBlock, Paragraph, Ref, Table


def numbered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Headings with their number ("1", "1.2"), references with the number they point to.

    Raises KeyError when a reference has no heading: the library check finds it first.
    """
    counts = [0, 0, 0]
    labels: dict[str, str] = {}
    titled: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (3 - block.level)
            number = ".".join(str(count) for count in counts[: block.level])
            if block.key:
                labels[block.key] = number if block.level > 1 else f"Article {number}"
            block = replace(block, number=number)
        titled.append(block)
    return tuple(_linked(block, labels) for block in titled)


def _linked(block: Block, labels: dict[str, str]) -> Block:
    def link(inlines: Inlines) -> Inlines:
        return tuple(replace(item, label=labels[item.target]) if isinstance(item, Ref) else item for item in inlines)

    match block:
        case Paragraph():
            return replace(block, inlines=link(block.inlines))
        case ListBlock():
            return replace(block, items=tuple(link(item) for item in block.items))
        case Table():
            return replace(block, rows=tuple(tuple(link(cell) for cell in row) for row in block.rows))
    return block


def every_inlines(blocks: Iterable[Block]) -> Iterator[Inlines]:
    """Each run of inlines in a piece, in reading order."""
    for block in blocks:
        match block:
            case Paragraph(inlines):
                yield inlines
            case ListBlock(items):
                yield from items
            case Table():
                for row in block.rows:
                    yield from row


def blanks_of(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Labels of the blanks, each once, in reading order."""
    labels = (item.label for inlines in every_inlines(blocks) for item in inlines if isinstance(item, Blank))
    return tuple(dict.fromkeys(labels))
