"""The number that each inserted title will wear, and what a reference to it prints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from zlib import crc32

from drafter.draft.blocks import Heading
from drafter.word.host.looks import Looks, TitleLook
from drafter.word.host.numbering import written
from drafter.word.host.outline import Outline, Title
from drafter.word.host.places import Place
from drafter.word.host.sections import ANNEX, Section
from drafter.word.host.typed import written_number

_SLOT = re.compile(r"%([1-9])")
_WORD = re.compile(r"(?i)^(?:articles?|art\.?|chapitre|titre|section|partie|§)[\s\u00a0]*(?:n[°o][\s\u00a0]*)?")


@dataclass(frozen=True, slots=True)
class Number:
    """`path`: the numbers from the top; `counts`: the same by level of the automatic list; `text`: as printed."""

    path: tuple[int, ...] = ()
    counts: dict[int, int] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference to one of our titles prints; `bookmark` when Word can keep it right by itself."""

    text: str
    bookmark: str = ""


Values = Mapping[int, tuple[int, ...]]
"""The numbers of the host's titles once ours are in, by the place of the title; those that stay are left out."""


def number_section(
    outline: Outline, looks: Looks, section: Section, place: Place, before: int, moved: Values
) -> tuple[Number, ...]:
    """The numbers of a section's titles, in order. `before`: titles that other sections add just before it."""
    headings = [block for block in section.blocks if isinstance(block, Heading)]
    if section.key == ANNEX:
        return tuple(Number() for _ in headings)
    base, first = _beginning(outline, place, moved)
    counts = [before, 0, 0]
    numbers: list[Number] = []
    current: list[Number] = [base, Number(), Number()]
    for heading in headings:
        rank = heading.level - 1
        counts[rank] += 1
        counts[rank + 1 :] = [0] * (2 - rank)
        parent = base if rank == 0 else current[rank - 1]
        count = first + counts[rank] if rank == 0 else counts[rank]
        current[rank] = _number(looks.title(place.level + rank), parent, count, _relative(outline, place.level + rank))
        numbers.append(current[rank])
    return tuple(numbers)


def added_by(section: Section) -> int:
    """How many titles a section adds beside its neighbours."""
    if section.key == ANNEX:
        return 0
    return sum(isinstance(block, Heading) and block.level == 1 for block in section.blocks)


def _beginning(outline: Outline, place: Place, moved: Values) -> tuple[Number, int]:
    """The number of the article above, and the count of the last title before ours."""
    if place.former is not None:
        own = _number_of(outline, place.former, moved)
        return _above(own, place.former), own.path[-1] - 1 if own.path else 0
    sibling = last_sibling(outline, place)
    if sibling is not None and sibling.values:
        own = _number_of(outline, sibling, moved)
        return _above(own, sibling), own.path[-1]
    if place.inside is not None:
        return _number_of(outline, place.inside, moved), 0
    return Number(), 0


def last_sibling(outline: Outline, place: Place) -> Title | None:
    """The title of the same level just before ours, in the same article or chapter."""
    before = [title for title in outline.titles if title.place < place.at]
    if place.inside is not None:
        inside = [title for title in before if title.place > place.inside.place and title.level == place.level]
        return inside[-1] if inside else None
    same = [title for title in before if title.level == place.level]
    return same[-1] if same else None


def _number_of(outline: Outline, title: Title, moved: Values) -> Number:
    counts: dict[int, int] = {}
    values = moved.get(title.place, title.values)
    if title.typed is None and title.para.num is not None:
        level = outline.numbering.level(title.para.num, title.para.ilvl)
        slots = [int(slot) - 1 for slot in _SLOT.findall(level.text)] if level else []
        counts = dict(zip(slots, values, strict=False))
    return Number(values, counts, title.number)


def _above(own: Number, title: Title) -> Number:
    counts = {ilvl: count for ilvl, count in own.counts.items() if ilvl < title.para.ilvl}
    return Number(own.path[:-1], counts)


def _relative(outline: Outline, level: int) -> bool:
    """Whether titles of this level are numbered without the number of the article above ("a", "1" under "5")."""
    own = [title for title in outline.titles if title.level == level and title.values]
    above = [title for title in outline.titles if title.level == level - 1 and title.values]
    return bool(own and above) and len(own[-1].values) <= len(above[-1].values) and len(own[-1].values) == 1


def _number(look: TitleLook, parent: Number, count: int, relative: bool) -> Number:
    path = (count,) if relative else (*parent.path, count)
    if look.auto is not None:
        counts = {**parent.counts, look.auto[1]: count}
        return Number(path, counts, "")
    if look.typed is not None:
        return Number(path, {}, written_number(path, look.typed.formats, look.typed.marks))
    return Number()


def printed(outline: Outline, look: TitleLook, number: Number) -> str:
    """The whole label Word prints ("Article 13.", "13.2"), without what ends it; "" when there is none."""
    if look.auto is None:
        return number.text
    level = outline.numbering.level(*look.auto)
    if level is None:
        return ""

    def shown(found: re.Match[str]) -> str:
        ilvl = int(found[1]) - 1
        above = outline.numbering.level(look.auto[0], ilvl) if look.auto else None
        form = "decimal" if level.legal or above is None else above.format
        return written(number.counts.get(ilvl, above.start if above else 1), form)

    return _SLOT.sub(shown, level.text).strip().rstrip(".):–—- \u00a0")


def target_of(outline: Outline, look: TitleLook, number: Number, heading: Heading, taken: bytes) -> Target:
    """What to print for a reference to this title. A label with a word in it ("Article 4") is not put in a field:
    the text around already says "article"."""
    label = printed(outline, look, number) if number.path else ""
    if not label:
        return Target(f"«\u00a0{heading.text}\u00a0»")
    if look.auto is None or _WORD.match(label):
        return Target(_WORD.sub("", label))
    name = f"_Ref{crc32(heading.key.encode())}"
    while name.encode() in taken:
        name += "0"
    return Target(label, name)


@dataclass(frozen=True, slots=True)
class Shift:
    """A title of the host whose number moves, by itself or because we write it again."""

    title: Title
    values: tuple[int, ...]

    @property
    def before(self) -> str:
        return self.title.number

    @property
    def after(self) -> str:
        if self.title.typed is not None:
            return replace(self.title.typed, values=self.values).number
        return ".".join(map(str, self.values))


def shifted(outline: Outline, level: int, at: int, added: int, sibling: Title | None) -> list[Shift]:
    """Titles that come after the inserted ones in the same run, with their parts: typed or automatic alike."""
    if added == 0 or sibling is None or not sibling.values:
        return []
    spot = len(sibling.values) - 1
    last, moving = sibling.values[-1], False
    found: list[Shift] = []
    for title in outline.titles:
        if title.place < at:
            continue
        if title.level < level:
            break
        if title.level == level:
            if not title.values or len(title.values) != spot + 1 or title.values[-1] <= last:
                break
            last, moving = title.values[-1], True
        if moving and len(title.values) > spot and (title.level == level or title.values[spot] == last):
            values = (*title.values[:spot], title.values[spot] + added, *title.values[spot + 1 :])
            found.append(Shift(title, values))
    return found
