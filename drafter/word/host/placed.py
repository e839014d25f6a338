"""A section that has its place: its order among the others, its titles as printed, what it refers to and counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from drafter.draft.blocks import Block, Heading, Inlines, ListBlock, Paragraph, Ref, Table
from drafter.word.host.looks import Looks
from drafter.word.host.numbers import Number, printed
from drafter.word.host.outline import Outline
from drafter.word.host.places import Place
from drafter.word.host.sections import Section

Group = tuple[int, int, bool]


@dataclass(frozen=True, slots=True)
class Placed:
    """`numbers`: one for each title of the section. `rank`: where it stands in the plan."""

    section: Section
    place: Place
    looks: Looks
    numbers: tuple[Number, ...]
    rank: int

    @property
    def order(self) -> int:
        """Of two sections at one place: what goes into an article comes before what follows it."""
        return self.rank if self.place.inside is None else self.rank - 1000

    @property
    def captioned(self) -> int:
        """How many of its tables have a caption."""
        return sum(isinstance(block, Table) and bool(block.caption) for block in self.section.blocks)

    def numbered(self) -> Iterator[tuple[Heading, Number]]:
        headings = (block for block in self.section.blocks if isinstance(block, Heading))
        yield from zip(headings, self.numbers, strict=True)

    def titles(self, outline: Outline) -> Iterator[str]:
        """As a reader will see them."""
        for heading, number in self.numbered():
            yield f"{self._label(outline, heading, number)} {heading.text}".strip()

    def _label(self, outline: Outline, heading: Heading, number: Number) -> str:
        if not number.path:
            return ""
        look = self.looks.title(self.place.level + heading.level - 1)
        lead = look.typed.lead if look.typed else ""
        return f"{lead}{printed(outline, look, number)}"


def group_of(place: Place) -> Group:
    """Sections of one group follow each other and share one run of numbers."""
    return place.at, place.level, place.inside is not None


def unnumbered(looks: Looks) -> Looks:
    """An annex is outside the run of articles: its titles wear no number."""
    return replace(looks, titles={level: replace(look, typed=None) for level, look in looks.titles.items()})


def references(block: Block) -> list[Ref]:
    """The references of a block, whatever holds them."""

    def refs(inlines: Inlines) -> list[Ref]:
        return [item for item in inlines if isinstance(item, Ref)]

    match block:
        case Paragraph():
            return refs(block.inlines)
        case ListBlock():
            return [ref for item in block.items for ref in refs(item)]
        case Table():
            return [ref for row in block.rows for cell in row for ref in refs(cell)]
    return []
