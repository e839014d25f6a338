"""Phrases looked for in paragraphs: compiled once for a whole piece, one look at each word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from drafter.checkup.piece import Article, Passage, Piece
from drafter.library.pieces import Subject
from drafter.phrases import Finder, Phrase, Sentence, sentences


@dataclass(frozen=True, slots=True)
class Hit:
    phrase: str
    start: int
    end: int
    sentence: Sentence


class Seeker:
    def __init__(self, phrases: Iterable[str]) -> None:
        self._finder = Finder(Phrase.read(phrase) for phrase in dict.fromkeys(phrases))

    def hits(self, text: str) -> Iterator[Hit]:
        for sentence in sentences(text):
            yield from self.in_sentence(text, sentence)

    def in_sentence(self, text: str, sentence: Sentence) -> Iterator[Hit]:
        for phrase, span in self._finder.find(text, sentence):
            yield Hit(phrase.shown, sentence.tokens[span.first].start, sentence.tokens[span.last].end, sentence)

    def any(self, text: str) -> bool:
        return next(self.hits(text), None) is not None


@lru_cache(maxsize=256)
def seeker(phrases: tuple[str, ...]) -> Seeker:
    return Seeker(phrases)


def articles_on(piece: Piece, subject: Subject, *, but: Subject | None = None) -> list[Article]:
    """The articles whose title names the subject, the highest only; `but`: not those that name this one too."""
    found: list[Article] = []
    for article in piece.articles:
        if found and article.place < found[-1].end:
            continue
        title = article.title
        if not seeker(subject.titles).any(title) or (subject.unless and seeker(subject.unless).any(title)):
            continue
        if but is not None and seeker(but.titles).any(title):
            continue
        found.append(article)
    return found


def passages_on(piece: Piece, subject: Subject) -> Iterator[tuple[Passage, Hit]]:
    """The paragraphs that speak of the subject, with the first words that do."""
    for passage in piece.passages:
        if (hit := next(seeker(subject.texts).hits(passage.text), None)) is not None:
            yield passage, hit
