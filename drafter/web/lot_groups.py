"""A market of many lots, a group at a time: a page shows the first ones, and the others when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

GROUP = 20
"""Up to that many lots, they all stand on the page."""
FOLDED = 10
"""Beyond, lots of one group."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class LotGroup(Generic[Row]):
    """Neighbouring lots, by their numbers."""

    first: int
    last: int
    rows: tuple[Row, ...]

    @property
    def label(self) -> str:
        return f"Lots {self.first} à {self.last}" if self.last > self.first else f"Lot {self.first}"


def groups(rows: Sequence[Row]) -> Iterator[LotGroup[Row]]:
    """The rows of all the lots of a market, in order: one group when they are few, else several of one size."""
    size = GROUP if len(rows) <= GROUP else FOLDED
    for start in range(0, len(rows), size):
        some = tuple(rows[start : start + size])
        yield LotGroup(start + 1, start + len(some), some)


__all__ = ["FOLDED", "GROUP", "LotGroup", "groups"]
