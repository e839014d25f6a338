"""Search of the clause library: words, closed filters, one row of the coverage table; counts, pages.

Everything comes from the address and nothing is trusted: an unknown filter is told and left aside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from drafter import french
from drafter.coverage import Coverage, coverage
from drafter.library import Library
from drafter.library.clause import Clause
from drafter.library.terms import ClauseType, Family, Stake
from drafter.readers import clean, plain
from drafter.vocabulary import Ambition, Piece
from drafter.web.clause_words import FAMILIES, STAKES, TYPES

PAGE_SIZE = 25
MAX_WORDS = 200
"""Characters read of what is typed."""
ANY_PURCHASE = "GEN"
"""As a segment: the clauses that no segment owns."""
SOCIAL_ROW = "social"
"""The row of the coverage table that counts the social clauses."""
_SHORT = 180
"""Characters of the one line that says why."""


@dataclass(frozen=True)
class Filter:
    """One closed list of the search. `of` gives the values a clause has."""

    name: str
    label: str
    every: str
    options: Mapping[str, str]
    of: Callable[[Clause], Iterable[str]]


@dataclass(frozen=True)
class Query:
    """What is asked. `chosen` holds known values only; `row` is a row of the coverage table, empty for none."""

    words: str = ""
    chosen: Mapping[str, str] | None = None
    row: str = ""
    page: int = 1
    unknown: tuple[str, ...] = ()
    """Sentences about what was asked and is not known."""

    @property
    def filters(self) -> Mapping[str, str]:
        return self.chosen or {}

    def address(self, **changes: str | int) -> dict[str, str | int]:
        """The arguments of a link to this search with some changes; an empty value takes a filter away."""
        known: dict[str, str | int] = {"q": self.words, **self.filters, "couverture": self.row}
        return {name: value for name, value in {**known, **changes}.items() if value}


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Facet:
    filter: Filter
    options: tuple[Option, ...]
    """With how many clauses each would leave, the other filters kept."""


@dataclass(frozen=True)
class Easing:
    """A way out of an empty list: the search without one of its conditions."""

    label: str
    arguments: Mapping[str, str | int]
    count: int


@dataclass(frozen=True)
class Found:
    query: Query
    clauses: tuple[Clause, ...]
    """Those of this page."""
    count: int
    pages: int
    facets: tuple[Facet, ...]
    row_label: str
    easings: tuple[Easing, ...]


class Catalogue:
    """The active clauses of one library, indexed at the first search."""

    def __init__(self, library: Library) -> None:
        self.library = library

    @cached_property
    def coverage(self) -> Coverage:
        return coverage(self.library)

    @cached_property
    def active(self) -> tuple[Clause, ...]:
        clauses = (clause for clause in self.library.clauses.values() if clause.status == "active")
        kinds = list(ClauseType)
        return tuple(sorted(clauses, key=lambda item: (item.segments[:1], kinds.index(item.type), plain(item.title))))

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        segments = sorted(self.library.segments.values(), key=lambda segment: plain(segment.label))
        own = {segment.code: segment.label for segment in segments if segment.code != ANY_PURCHASE}
        return (
            Filter(
                "segment",
                "Achat",
                "Tous",
                {ANY_PURCHASE: "Clauses communes à plusieurs achats", **own},
                lambda clause: clause.segments or (ANY_PURCHASE,),
            ),
            Filter(
                "type",
                "Type",
                "Tous",
                {str(kind): TYPES[kind] for kind in ClauseType},
                lambda clause: (clause.type,),
            ),
            Filter(
                "piece",
                "Pièce",
                "Toutes",
                {str(piece): french.typeset(f"{piece} : {piece.label.lower()}") for piece in Piece},
                lambda clause: clause.texts,
            ),
            Filter(
                "famille",
                "Famille",
                "Toutes",
                {str(family): FAMILIES[family] for family in Family},
                lambda clause: (clause.family,),
            ),
            Filter(
                "niveau",
                "Niveau",
                "Tous",
                {str(level): level.label for level in Ambition},
                lambda clause: clause.levels,
            ),
            Filter(
                "enjeu",
                "Enjeu",
                "Tous",
                {str(stake): STAKES[stake] for stake in sorted(Stake, key=lambda item: plain(STAKES[item]))},
                lambda clause: (clause.stake,) if clause.stake else (),
            ),
        )

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return {clause.id: _indexed(clause.title) for clause in self.active}

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return {clause.id: _indexed(" ".join(self._words_of(clause))) for clause in self.active}

    def _words_of(self, clause: Clause) -> Iterable[str]:
        yield from (clause.title, clause.id, clause.theme, clause.why, clause.caution)
        yield from (self.library.segments[code].label for code in clause.segments if code in self.library.segments)
        yield STAKES[clause.stake] if clause.stake else ""
        yield from (name for group in clause.labels for name in group.names)
        yield from (re.sub(r"{{[^}]*}}|{#[^}]*}|^:::.*$", " ", text, flags=re.M) for text in clause.texts.values())

    # What is asked

    def read(self, arguments: Mapping[str, str]) -> Query:
        chosen: dict[str, str] = {}
        unknown: list[str] = []
        for item in self.filters:
            value = clean(arguments.get(item.name, ""))[:80]
            if value in item.options:
                chosen[item.name] = value
            elif value:
                unknown.append(f"« {value} » n'est pas connu dans la liste « {item.label} » : ce filtre est ignoré.")
        row = clean(arguments.get("couverture", ""))[:80]
        if row and row not in self.rows:
            unknown.append(f"« {row} » n'est pas une ligne du tableau de couverture : ce filtre est ignoré.")
            row = ""
        page = arguments.get("page", "")
        return Query(
            words=clean(arguments.get("q", ""))[:MAX_WORDS],
            chosen=chosen,
            row=row,
            page=int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 1,
            unknown=tuple(french.typeset(text) for text in unknown),
        )

    @cached_property
    def rows(self) -> Mapping[str, tuple[str, frozenset[str]]]:
        """Each row of the coverage table by its name in an address: its label, the ids it counts."""
        rows = {
            row_name(row.code): (row.label, frozenset(name for cell in row.cells.values() for name in cell.clauses))
            for row in self.coverage.rows
        }
        social = frozenset(name for ids in self.coverage.social.values() for name in ids)
        return {**rows, SOCIAL_ROW: ("Considérations sociales", social)}

    # What is found

    def search(self, query: Query) -> Found:
        matching = self._matching(query)
        pages = max(1, -(-len(matching) // PAGE_SIZE))
        page = min(max(1, query.page), pages)
        first = (page - 1) * PAGE_SIZE
        return Found(
            replace(query, page=page),
            tuple(matching[first : first + PAGE_SIZE]),
            len(matching),
            pages,
            tuple(self._facet(item, query) for item in self.filters),
            self.rows[query.row][0] if query.row else "",
            () if matching else tuple(self._easings(query)),
        )

    def _matching(self, query: Query) -> list[Clause]:
        """The clauses that hold all the words and all the filters; those with more of the words in the title first."""
        wanted = _wanted(query.words)
        ids = self.rows[query.row][1] if query.row else None
        filters = [(item.of, query.filters[item.name]) for item in self.filters if item.name in query.filters]
        kept = [
            clause
            for clause in self.active
            if (ids is None or clause.id in ids)
            and all(value in of(clause) for of, value in filters)
            and all(_holds(self._texts[clause.id], word) for word in wanted)
        ]
        if not wanted:
            return kept
        return sorted(kept, key=lambda item: -sum(_holds(self._titles[item.id], word) for word in wanted))

    def _facet(self, item: Filter, query: Query) -> Facet:
        others = {name: value for name, value in query.filters.items() if name != item.name}
        counts: dict[str, int] = {}
        for clause in self._matching(replace(query, chosen=others)):
            for value in item.of(clause):
                counts[str(value)] = counts.get(str(value), 0) + 1
        return Facet(item, tuple(Option(value, label, counts.get(value, 0)) for value, label in item.options.items()))

    def _easings(self, query: Query) -> Iterable[Easing]:
        changes = [
            (f"sans le filtre {item.label.lower()} « {item.options[value]} »", item.name)
            for item in self.filters
            if (value := query.filters.get(item.name))
        ]
        if query.words:
            changes.append(("sans les mots cherchés", "q"))
        if query.row:
            changes.append(("hors du tableau de couverture", "couverture"))
        for label, name in changes:
            eased = replace(
                query,
                words="" if name == "q" else query.words,
                row="" if name == "couverture" else query.row,
                chosen={key: value for key, value in query.filters.items() if key != name},
            )
            if count := len(self._matching(eased)):
                yield Easing(french.typeset(label), eased.address(), count)


def row_name(code: str) -> str:
    """« GEN travaux » as an address holds it."""
    return code.replace(" ", "-")


def short_why(clause: Clause) -> str:
    """The first sentence of what the clause changes, cut between two words when it is long."""
    text = " ".join(clause.why.split())
    first = re.split(r"(?<=[.!?])\s+(?=[A-ZÉÈÀÂÊÎÔÇ«])", text, maxsplit=1)[0]
    if len(first) <= _SHORT:
        return first
    return first[:_SHORT].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


# --- words ---------------------------------------------------------------------------------------


def _indexed(text: str) -> str:
    """The words of a text, each between two spaces."""
    return f" {re.sub('[^a-z0-9]+', ' ', plain(text))} "


def _wanted(words: str) -> list[str]:
    return _indexed(words).split()


def _holds(text: str, word: str) -> bool:
    """Whether a word of the text begins so; a plural asked for finds the singular."""
    if f" {word}" in text:
        return True
    return len(word) > 3 and word[-1] in "sx" and f" {word[:-1]} " in text
