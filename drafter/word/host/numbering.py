"""Automatic numbers, simulated: the label a reader sees before a paragraph ("Article 4.", "4.2").

Word keeps counters by abstract definition, shared by all the `w:num` that point to it, until one of them says
`startOverride`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from drafter.word.host.xml import VAL, Element, W, value

_PART = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    start: int
    format: str
    text: str
    restart: int | None  # the level (from 1) whose advance restarts this one; 0 means never; None: any above
    legal: bool
    style: str | None
    suffix: str

    @property
    def numbers(self) -> bool:
        """False for bullets and for levels that print nothing."""
        return self.format not in ("bullet", "none") and bool(_PART.search(self.text))


@dataclass(frozen=True, slots=True)
class Number:
    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int]


@dataclass
class Numbering:
    """Every list definition; `of_style` finds the level a paragraph style is linked to."""

    numbers: dict[str, Number] = field(default_factory=dict)

    def level(self, num: str | None, ilvl: int) -> Level | None:
        number = self.numbers.get(num or "")
        return number.levels.get(ilvl) if number else None

    def level_of_style(self, num: str, style: str | None) -> int | None:
        number = self.numbers.get(num)
        if number is None or style is None:
            return None
        return next((ilvl for ilvl, level in number.levels.items() if level.style == style), None)


def read_numbering(root: Element) -> Numbering:
    abstracts: dict[str, dict[int, Level]] = {}
    links: dict[str, str] = {}
    styles: dict[str, str] = {}
    for element in root.iterchildren(W + "abstractNum"):
        key = element.get(W + "abstractNumId", "")
        abstracts[key] = {_int(item.get(W + "ilvl")): _level(item) for item in element.iterchildren(W + "lvl")}
        if link := value(element, "numStyleLink"):
            links[key] = link
        if link := value(element, "styleLink"):
            styles[link] = key
    numbering = Numbering()
    for element in root.iterchildren(W + "num"):
        abstract = value(element, "abstractNumId") or ""
        abstract = styles.get(links.get(abstract, ""), abstract)
        levels, starts = dict(abstracts.get(abstract, {})), {}
        for override in element.iterchildren(W + "lvlOverride"):
            ilvl = _int(override.get(W + "ilvl"))
            if (own := override.find(W + "lvl")) is not None:
                levels[ilvl] = _level(own)
            if (start := value(override, "startOverride")) is not None:
                starts[ilvl] = _int(start)
        numbering.numbers[element.get(W + "numId", "")] = Number(abstract, levels, starts)
    return numbering


def _level(element: Element) -> Level:
    text = element.find(W + "lvlText")
    legal = element.find(W + "isLgl")
    restart = value(element, "lvlRestart")
    return Level(
        _int(value(element, "start") or "1"),
        value(element, "numFmt") or "decimal",
        text.get(VAL, "") if text is not None else "",
        None if restart is None else _int(restart),
        legal is not None and legal.get(VAL, "1") not in ("0", "false", "off"),
        value(element, "pStyle"),
        value(element, "suff") or "tab",
    )


def _int(text: str | None) -> int:
    return int(text) if text and text.lstrip("-").isdecimal() and len(text) < 7 else 0


class Counter:
    """Fed with each numbered paragraph in order, tells its numbers."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._counts: dict[str, dict[int, int]] = {}
        self._met: set[tuple[str, int]] = set()

    def next(self, num: str, ilvl: int) -> tuple[str, tuple[int, ...]]:
        """The label of the next paragraph of this list, and its numbers from the top; ("", ()) for a bullet."""
        number = self._numbering.numbers.get(num)
        level = number.levels.get(ilvl) if number else None
        if number is None or level is None:
            return "", ()
        counts = self._counts.setdefault(number.abstract, {})
        if (num, ilvl) not in self._met:
            self._met.add((num, ilvl))
            if ilvl in number.starts:
                counts[ilvl] = number.starts[ilvl] - 1
        counts[ilvl] = counts.get(ilvl, level.start - 1) + 1
        for deeper in [key for key in counts if key > ilvl]:
            below = number.levels.get(deeper)
            if below is None or below.restart is None or 0 < ilvl + 1 <= below.restart:
                del counts[deeper]
        if not level.numbers:
            return "", ()
        shown = lambda found: _shown(number, counts, int(found[1]) - 1, level.legal)  # noqa: E731
        values = tuple(
            counts.get(int(found) - 1, number.levels[int(found) - 1].start if int(found) - 1 in number.levels else 1)
            for found in _PART.findall(level.text)
        )
        return _PART.sub(shown, level.text).strip(), values


def _shown(number: Number, counts: dict[int, int], ilvl: int, legal: bool) -> str:
    level = number.levels.get(ilvl)
    count = counts.get(ilvl, level.start if level else 1)
    return written(count, "decimal" if legal or level is None else level.format)


def written(count: int, form: str) -> str:
    """A count in one of Word's formats; decimal for those we do not know."""
    match form:
        case "upperRoman":
            return roman(count)
        case "lowerRoman":
            return roman(count).lower()
        case "upperLetter":
            return letters(count)
        case "lowerLetter":
            return letters(count).lower()
        case "decimalZero":
            return f"{count:02d}"
    return str(count)


_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


_NUMERALS: dict[str, int] = {}


def roman(count: int) -> str:
    out = []
    for weight, sign in _ROMAN:
        times, count = divmod(max(count, 0), weight) if count < 4000 else (0, count)
        out.append(sign * times)
    return "".join(out)


def from_roman(text: str) -> int | None:
    """The number, None when the text is not how that number is written."""
    return _NUMERALS.get(text.upper())


def letters(count: int) -> str:
    """A, B… Z, AA, BB: as Word does."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(count - 1) % 26] * ((count - 1) // 26 + 1) if count > 0 else ""


_NUMERALS.update((roman(count), count) for count in range(1, 100))
