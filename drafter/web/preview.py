"""A piece as it will stand in Word: what the person's decisions changed is marked, each blank has its own place.

The piece of the proposal and the piece after decisions are compared block by block, then word by word inside a block
that changed. Numbers of articles are left out of the comparison: one clause less would else change every title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from drafter import french
from drafter.draft.blocks import (
    Blank,
    Block,
    Chart,
    Document,
    Heading,
    Inline,
    Inlines,
    ListBlock,
    Paragraph,
    Ref,
    Table,
    Text,
)
from drafter.pipeline import Result, run

ALIKE = 0.5
"""Two blocks that share less than this are one removed and one added: their words mixed could not be read."""
LABELS = {
    "ccap": "CCAP",
    "cctp": "CCTP",
    "rc": "RC",
    "ae": "Annexe à l'AE",
    "note": "Note de calibrage",
    "decision": "Fiche de décision",
}
"""Short names of the pieces, for buttons."""
_WORDS = re.compile(r"\S+|\s+")

Mark = Literal["ajoute", "retire", "change"]


@dataclass(frozen=True, slots=True)
class Place:
    """A blank, at the place that the list of blanks leads to."""

    label: str
    id: str


@dataclass(frozen=True, slots=True)
class Added:
    parts: Shown


@dataclass(frozen=True, slots=True)
class Removed:
    parts: Shown


Shown = tuple[Inline | Place | Added | Removed, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """Blocks that the person's decisions added, removed or changed; `under` is the title they stand under."""

    mark: Mark
    blocks: tuple[Block, ...]
    id: str
    under: str


@dataclass(frozen=True, slots=True)
class Preview:
    """One piece to show. `fresh`: the proposal did not have this piece, so nothing is marked."""

    document: Document
    blocks: tuple[Block | Marked, ...]
    compared: bool
    fresh: bool = False

    @property
    def changes(self) -> tuple[Marked, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Marked))


def preview(result: Result, piece: str) -> Preview | None:
    """The piece, or None when no clause kept writes into it."""
    after = result.documents.get(piece)
    if after is None:
        return None
    if not result.market.decisions:
        return Preview(after, tuple(_placed(after)), compared=False)
    before = proposal(result).documents.get(piece)
    if before is None:
        return Preview(after, tuple(_placed(after)), compared=True, fresh=True)
    return Preview(after, marked(before, after), compared=True)


def marked(before: Document, after: Document) -> tuple[Block | Marked, ...]:
    """The piece after decisions, with what left it and what came."""
    return tuple(_named(_compared(before.blocks, tuple(_placed(after))), after.piece))


def proposal(result: Result) -> Result:
    """The same market before any decision: its facts and its hours are the same."""
    return run(result.market.model_copy(update={"decisions": ()}), result.library)


# --- blanks --------------------------------------------------------------------------------------


def blank_id(piece: str, number: int) -> str:
    """Where the blank stands in the preview; `number` counts from 0 in the list of the piece."""
    return f"blanc-{piece}-{number + 1}"


def _placed(document: Document) -> Iterator[Block]:
    """Each blank of the list gets its place where it first stands."""
    left = {label: blank_id(document.piece, number) for number, label in enumerate(document.blanks)}

    def place(inlines: Inlines) -> Inlines:
        found = (
            Place(item.label, left.pop(item.label)) if isinstance(item, Blank) and item.label in left else item
            for item in inlines
        )
        return tuple(found)  # type: ignore[arg-type]

    for block in document.blocks:
        match block:
            case Paragraph():
                yield replace(block, inlines=place(block.inlines))
            case ListBlock():
                yield replace(block, items=tuple(place(item) for item in block.items))
            case Table():
                yield replace(block, rows=tuple(tuple(place(cell) for cell in row) for row in block.rows))
            case _:
                yield block


# --- blocks --------------------------------------------------------------------------------------


def _compared(before: Sequence[Block], after: Sequence[Block]) -> Iterator[tuple[Mark | None, Block]]:
    """Every block of both pieces in reading order, with what happened to it (None: nothing)."""
    matcher = SequenceMatcher(None, [_key(block) for block in before], [_key(block) for block in after], autojunk=False)
    for what, old_start, old_end, start, end in matcher.get_opcodes():
        if what == "equal":
            yield from ((None, block) for block in after[start:end])
        else:
            yield from _replaced(before[old_start:old_end], after[start:end])


def _replaced(before: Sequence[Block], after: Sequence[Block]) -> Iterator[tuple[Mark | None, Block]]:
    """Blocks that stand in the place of others: each is paired with the next one it resembles."""
    at = 0
    for block in after:
        pair = next((place for place in range(at, len(before)) if _alike(before[place], block)), None)
        if pair is None:
            yield "ajoute", block
            continue
        yield from (("retire", gone) for gone in before[at:pair])
        yield "change", _mixed(before[pair], block)
        at = pair + 1
    yield from (("retire", gone) for gone in before[at:])


def _alike(old: Block, new: Block) -> bool:
    if type(old) is not type(new) or isinstance(new, Heading | Chart):
        return False
    if isinstance(old, Table) and isinstance(new, Table):
        return (old.caption, old.header) == (new.caption, new.header)
    return SequenceMatcher(None, _key(old)[1].split(), _key(new)[1].split(), autojunk=False).ratio() >= ALIKE


def _key(block: Block) -> tuple[str, str]:
    """What makes two blocks the same: their words, whatever the number of the article they name."""
    match block:
        case Heading():
            return f"titre {block.level}", block.text
        case Paragraph():
            return block.role, _words(block.inlines)
        case ListBlock():
            return f"liste {block.ordered}", "\n".join(map(_words, block.items))
        case Table():
            rows = ("\t".join(map(_words, row)) for row in block.rows)
            return "tableau", "\n".join((block.caption, *block.header, *rows))
        case Chart():
            values = (french.number(value.value) for series in block.series for value in series.values)
            return "figure", "\n".join((block.alt, *block.categories, *values))


def _words(inlines: Inlines) -> str:
    return "".join(_token(part) for part in inlines)


def _token(part: Inline | Place) -> str:
    match part:
        case Text():
            return part.text
        case Ref():
            return f"→{part.target}"
    return f"[{part.label}]"


def _named(found: Iterable[tuple[Mark | None, Block]], piece: str) -> Iterator[Block | Marked]:
    """Neighbours with the same mark become one passage, with a name to go to."""
    title, number = "", 0
    group: list[Block] = []
    mark: Mark | None = None

    def passage() -> Iterator[Marked]:
        nonlocal number
        if group and mark:
            number += 1
            own = next((block.text for block in group if isinstance(block, Heading)), "")
            yield Marked(mark, tuple(group), f"changement-{piece}-{number}", own or title)
            group.clear()

    for what, block in found:
        if group and (what != mark or what == "change"):
            yield from passage()
        mark = what
        if what is None:
            if isinstance(block, Heading):
                title = block.text
            yield block
        else:
            group.append(block)
    yield from passage()


# --- words ---------------------------------------------------------------------------------------


def _mixed(old: Block, new: Block) -> Block:
    """The new block, with the words that left and those that came."""
    match old, new:
        case Paragraph(), Paragraph():
            return replace(new, inlines=_told(old.inlines, new.inlines))
        case ListBlock(), ListBlock():
            items = _lines([(item,) for item in old.items], [(item,) for item in new.items])
            return replace(new, items=tuple(item for (item,) in items))
        case Table(), Table():
            return replace(new, rows=tuple(_lines(old.rows, new.rows)))
    return new


def _lines(old: Sequence[tuple[Inlines, ...]], new: Sequence[tuple[Inlines, ...]]) -> Iterator[tuple[Inlines, ...]]:
    """Rows of a table, or items of a list, those that left among those that stay."""
    before, after = ([tuple(map(_words, line)) for line in lines] for lines in (old, new))
    for what, old_start, old_end, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = old[old_start:old_end], new[start:end]
        if what == "equal":
            yield from come
        elif len(gone) == len(come):
            for line, other in zip(gone, come, strict=True):
                yield tuple(_told(one, two) for one, two in zip(line, other, strict=True))
        else:
            yield from (tuple(_whole(Removed, cell) for cell in line) for line in gone)
            yield from (tuple(_whole(Added, cell) for cell in line) for line in come)


def _whole(kind: type[Added] | type[Removed], inlines: Inlines) -> Inlines:
    return (kind(inlines),) if inlines else ()  # type: ignore[return-value]


def _told(old: Inlines, new: Inlines) -> Inlines:
    before, after = list(_tokens(old)), list(_tokens(new))
    matcher = SequenceMatcher(None, [_token(part) for part in before], [_token(part) for part in after], autojunk=False)
    told: list[Inline | Place | Added | Removed] = []
    gone: list[Inline] = []
    come: list[Inline] = []

    def change() -> None:
        shared = gone and come and _token(gone[-1]).isspace() and _token(gone[-1]) == _token(come[-1])
        space = (gone.pop(), come.pop())[1] if shared else None
        told.extend(kind(_joined(words)) for kind, words in ((Removed, gone), (Added, come)) if words)
        if space is not None:
            told.append(space)
        gone.clear()
        come.clear()

    for what, old_start, old_end, start, end in matcher.get_opcodes():
        same = after[start:end]
        if what != "equal":
            gone += before[old_start:old_end]
            come += same
        elif (gone or come) and all(_token(part).isspace() for part in same) and end < len(after):
            gone += same  # two words that changed side by side read as one change
            come += same
        else:
            change()
            told += _joined(same)
    change()
    return tuple(told)  # type: ignore[arg-type]


def _tokens(inlines: Inlines) -> Iterator[Inline]:
    for part in inlines:
        if isinstance(part, Text):
            yield from (replace(part, text=word) for word in _WORDS.findall(part.text))
        else:
            yield part


def _joined(tokens: Iterable[Inline]) -> Shown:
    """Words of one style together again."""
    joined: list[Inline] = []
    for part in tokens:
        last = joined[-1] if joined else None
        if isinstance(part, Text) and isinstance(last, Text) and replace(last, text="") == replace(part, text=""):
            joined[-1] = replace(last, text=last.text + part.text)
        else:
            joined.append(part)
    return tuple(joined)


__all__ = ["LABELS", "Added", "Marked", "Place", "Preview", "Removed", "blank_id", "marked", "preview", "proposal"]
