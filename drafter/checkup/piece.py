"""A piece as the check-up reads it: paragraphs with their rank, and the articles they stand in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, a cell of a table included. `place` is its rank in the document."""

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """A title and what belongs to it: the paragraphs from `place` to `end`, that one left out."""

    place: int
    end: int
    level: int
    number: str
    title: str

    @property
    def shown(self) -> str:
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True)
class Piece:
    """`kind`: ccap, cctp, ccp, rc or ae; None when nothing tells."""

    kind: str | None
    passages: tuple[Passage, ...]
    articles: tuple[Article, ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [article.place for article in self.articles]

    def article_of(self, place: int) -> Article | None:
        """The nearest title above a paragraph."""
        rank = bisect_right(self._starts, place)
        return self.articles[rank - 1] if rank else None

    def within(self, article: Article) -> Iterator[Passage]:
        """The title and the paragraphs of an article, its sub-articles included."""
        return (passage for passage in self.passages if article.place <= passage.place < article.end)
