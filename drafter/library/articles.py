"""The articles that clauses may cite: number, subject, date of entry into force, how sure we are.

A number that is not in the register is a fault of the library: an article is cited exactly, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from pydantic import Field

from drafter.dated import Day, Line, Record, Source, Status

_NUMBER = r"[LRDA]\.? ?\d+(?:-\d+)*"
_RANGE = re.compile(rf"(?P<first>{_NUMBER}) à (?P<last>{_NUMBER})")
_ONE = re.compile(rf"(?<![\w-]){_NUMBER}(?![\w-])")


class Article(Record):
    number: Line = Field(alias="numero")
    subject: Line = Field(alias="objet")
    start: Day | None = Field(None, alias="du")
    """Day since which the article exists; None when the register does not know it."""
    worded_on: Day | None = Field(None, alias="redaction_du")
    """Day its present wording came into force."""
    status: Status = Field(alias="statut")


class LawText(Record):
    """A code, a law, a decree: `name` is how clauses name it (base_legale.texte)."""

    name: Line = Field(alias="texte")
    link: Line | None = Field(None, alias="lien")
    source: Source
    articles: tuple[Article, ...] = Field(alias="numeros", min_length=1)


class ArticleFile(Record):
    texts: tuple[LawText, ...] = Field(alias="articles")


@dataclass(frozen=True)
class Register:
    texts: Mapping[str, LawText] = field(default_factory=dict)

    def find(self, text: str, number: str) -> Article | None:
        """An article of a text, by any way of writing its number (« L. 228-4 », « L228-4 »)."""
        known = self.texts.get(text) or self.texts.get(text_name(text))
        wanted = plain(number)
        return next((item for item in known.articles if plain(item.number) == wanted), None) if known else None

    def in_force(self, text: str, number: str, on: date) -> bool:
        article = self.find(text, number)
        return article is not None and (article.start is None or article.start <= on)

    def holds(self, number: str) -> bool:
        """Whether any text of the register has an article of this number."""
        return any(self.find(name, number) is not None for name in self.texts)


def numbers_of(article: str) -> tuple[str, ...]:
    """The articles that `base_legale.article` names; a law's article is a bare number."""
    return tuple(cited(article)) or (article,)


def plain(number: str) -> str:
    """`L. 228-4` and `L228-4` are one number."""
    return re.sub(r"[.\s\u00a0\u202f]", "", number).upper()


def text_name(words: str) -> str:
    """« Code de la commande publique (labels) » without what the clause adds between brackets, unless the register
    itself has the brackets."""
    return re.sub(r"\s*\([^)]*\)\s*$", "", words)


def cited(words: str) -> Iterator[str]:
    """Every article number of a French phrase, ranges unrolled: « R2111-12 à R2111-17 » gives six numbers."""
    words = words.replace("\u00a0", " ").replace("\u202f", " ")
    rest = words
    for match in _RANGE.finditer(words):
        yield from _unrolled(plain(match["first"]), plain(match["last"]))
        rest = rest.replace(match[0], " ")
    yield from (plain(match[0]) for match in _ONE.finditer(rest))


def _unrolled(first: str, last: str) -> Iterator[str]:
    """A range counts on its last figure; one that does not is given by its two ends."""
    stem, _, low = first.rpartition("-")
    other, _, high = last.rpartition("-")
    if stem and stem == other and int(low) < int(high):
        yield from (f"{stem}-{number}" for number in range(int(low), int(high) + 1))
    else:
        yield from (first, last)
