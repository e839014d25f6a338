"""A piece too long for one page, in parts: each holds whole articles as far as it can, and weighs what a page may.

Weights are estimates, of what `blocs.html` writes for each block, a little over: rendering a piece of a hundred lots
to know which tenth of it to show would cost more than showing it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

from drafter.draft.blocks import Block, Chart, Heading, Inlines, ListBlock, Paragraph, Table, Text
from drafter.web.preview import Added, Marked, Place, Preview, Removed

LIGHT = 92_000
"""What a page may weigh, its dossier included, with some room under 100 KB."""
SHELL = 9_000
"""The page around the piece."""
LINK = 300
"""One line of the list of the parts, or of the list of the changes."""
LEAST = 12_000
"""A part holds at least this much, however heavy the dossier: the page then weighs more than it may."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Part:
    """Neighbouring articles. `places`: the blanks and the changes that stand in it."""

    number: int
    blocks: tuple[Block | Marked, ...]
    places: frozenset[str]
    title: str
    """Of its first article."""
    until: str
    """The number of its last article; empty when it is the first too."""


def parts_of(shown: Preview, carried: int) -> tuple[Part, ...]:
    """`carried`: the weight of the dossier that the page holds too."""
    room = LIGHT - SHELL - carried - LINK * len(shown.changes)
    total = sum(map(weight, shown.blocks))
    room = max(LEAST, room if total <= room else room - LINK * (2 + total // max(room, LEAST)))
    return tuple(_part(number, blocks, shown) for number, blocks in enumerate(_packed(shown.blocks, room), 1))


def part_at(parts: Sequence[Part], place: str, number: int) -> Part:
    """The part where a blank or a change stands, else the one asked for, else the first."""
    holding = (part for part in parts if place in part.places)
    asked = (part for part in parts if part.number == number)
    return next(chain(holding, asked, parts))


def _part(number: int, blocks: tuple[Block | Marked, ...], shown: Preview) -> Part:
    titles = [block for block in _flat(blocks) if isinstance(block, Heading)]
    first = f"{titles[0].number} {titles[0].text}".strip() if titles else shown.document.title
    until = titles[-1].number if len(titles) > 1 else ""
    return Part(number, blocks, frozenset(_places(blocks)), first, until)


# --- packing -------------------------------------------------------------------------------------


def _packed(blocks: Iterable[Block | Marked], room: int) -> Iterator[tuple[Block | Marked, ...]]:
    """Articles together while they fit; one that does not fit alone is cut between two blocks."""
    part: list[Block | Marked] = []
    used = 0
    for article in _articles(blocks):
        heavy = sum(map(weight, article)) > room
        for unit in [[block] for whole in article for block in _cut(whole, room)] if heavy else [article]:
            added = sum(map(weight, unit))
            if part and used + added > room:
                yield tuple(part)
                part, used = [], 0
            part += unit
            used += added
    yield tuple(part)


def _articles(blocks: Iterable[Block | Marked]) -> Iterator[list[Block | Marked]]:
    """A title with all that follows it; titles that follow each other stay together."""
    article: list[Block | Marked] = []
    for block in blocks:
        if _begins(block) and article and not isinstance(article[-1], Heading):
            yield article
            article = []
        article.append(block)
    yield article


def _begins(block: Block | Marked) -> bool:
    return isinstance(block.blocks[0] if isinstance(block, Marked) else block, Heading)


def _cut(block: Block | Marked, room: int) -> Iterator[Block | Marked]:
    """A marked passage too heavy alone, in several; another block too."""
    if not isinstance(block, Marked):
        yield from _shared_out(block, room)
    elif weight(block) <= room:
        yield block
    else:
        inner = chain.from_iterable(_shared_out(each, room) for each in block.blocks)
        for number, each in enumerate(inner):
            yield replace(block, blocks=(each,), id=f"{block.id}-{number}" if number else block.id)


def _shared_out(block: Block, room: int) -> Iterator[Block]:
    """Rows of a table or bullets of a list in several; a paragraph stays whole."""
    times = -(-weight(block) // room)
    if isinstance(block, Table) and times > 1:
        for number, rows in enumerate(_shares(block.rows, times)):
            caption = f"{block.caption} (suite)" if number else block.caption
            yield replace(block, rows=rows, caption=caption, total_row=block.total_row and rows[-1] is block.rows[-1])
    elif isinstance(block, ListBlock) and not block.ordered and times > 1:
        for items in _shares(block.items, times):
            yield replace(block, items=items)
    else:
        yield block


def _shares(items: tuple[Item, ...], count: int) -> Iterator[tuple[Item, ...]]:
    size = -(-len(items) // count)
    for start in range(0, len(items), size):
        yield items[start : start + size]


# --- what a block holds --------------------------------------------------------------------------


def _flat(blocks: Iterable[Block | Marked]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Marked):
            yield from block.blocks
        else:
            yield block


def _places(blocks: Iterable[Block | Marked]) -> Iterator[str]:
    yield from (block.id for block in blocks if isinstance(block, Marked))
    for block in _flat(blocks):
        for inlines in _lines(block):
            yield from _named(inlines)


def _named(inlines: Inlines) -> Iterator[str]:
    for item in inlines:
        if isinstance(item, Place):
            yield item.id
        elif isinstance(item, Added | Removed):
            yield from _named(item.parts)


def _lines(block: Block) -> Iterator[Inlines]:
    match block:
        case Paragraph():
            yield block.inlines
        case ListBlock():
            yield from block.items
        case Table():
            yield from chain.from_iterable(block.rows)


def weight(block: Block | Marked) -> int:
    """Bytes of the block once written, about."""
    match block:
        case Marked():
            return 200 + sum(map(weight, block.blocks))
        case Heading():
            return 80 + _size(block.text)
        case Chart():
            bars = sum(len(series.values) for series in block.series)
            return 1_000 + 200 * bars + sum(110 + _size(name) for name in block.categories) + _size(block.alt)
        case Table():
            head = 260 + _size(block.caption) + sum(40 + _size(title) for title in block.header)
            return head + 12 * len(block.rows) + sum(27 + _weight(cell) for cell in _lines(block))
    return 40 + sum(12 + _weight(line) for line in _lines(block))


def _weight(inlines: Inlines) -> int:
    total = 0
    for item in inlines:
        if isinstance(item, Text):
            total += _size(item.text) + 17 * item.strong + 9 * item.emph + 13 * item.value
        elif isinstance(item, Added | Removed):
            total += 60 + _weight(item.parts)
        else:
            total += 80 + _size(item.label)
    return total


def _size(text: str) -> int:
    escaped = sum(text.count(sign) for sign in "<>&'\"")
    return len(text.encode()) + 4 * escaped


__all__ = ["LIGHT", "Part", "part_at", "parts_of", "weight"]
