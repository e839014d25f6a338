"""What can be referred to: the numbers Word will print, the bookmarks of titles, the names of blanks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from drafter.draft.blocks import Block, Heading

_ARTICLE = "Article "  # what the template's first level prints before the number


@dataclass(frozen=True, slots=True)
class Target:
    bookmark: str
    number: str  # what Word prints for REF \r: "Article 2", "2.1"


def find_targets(blocks: Iterable[Block]) -> dict[str, Target]:
    """The headings that can be referred to, with the numbers Word will give them.

    Raises ValueError for a heading whose number is not its place, and for two headings with one key.
    """
    counters = [0, 0, 0]
    targets: dict[str, Target] = {}
    names: set[str] = set()
    for heading in (block for block in blocks if isinstance(block, Heading)):
        level = heading.level
        counters[level - 1] += 1
        counters[level:] = [0] * (3 - level)
        number = ".".join(map(str, counters[:level]))
        if heading.number and heading.number != number:
            raise ValueError(f"heading {heading.text!r} says {heading.number}, Word will print {number}")
        if not heading.key:
            continue
        if heading.key in targets:
            raise ValueError(f"two headings have the key {heading.key!r}")
        value = crc32(heading.key.encode(errors="replace")) % 900_000_000
        while (name := f"_Ref{100_000_000 + value}") in names:
            value = (value + 1) % 900_000_000
        names.add(name)
        targets[heading.key] = Target(name, (_ARTICLE if level == 1 else "") + number)
    return targets


@lru_cache(maxsize=1_024)
def slug(label: str) -> str:
    """The tag of a blank: stable ASCII that a program can look for."""
    ascii_label = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_label).strip("-")[:64] or "champ"
