"""What the page of one clause shows, worked out of its header and of its specimen: templates only print it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from drafter import french
from drafter.dated import Number, Status
from drafter.decisions import WEIGHT
from drafter.draft.as_plain import as_plain
from drafter.draft.blocks import Document, Table
from drafter.library import Library
from drafter.library.articles import numbers_of
from drafter.library.clause import Clause, ClauseParameter, LegalBasis
from drafter.readers import clean, plain
from drafter.specimen import Specimen, specimen
from drafter.values import Quantity
from drafter.vocabulary import Ambition, Nature, Piece
from drafter.web.clause_words import BASES, NOTICE
from drafter.web.condition_words import when_lines

CLOSE = 5
"""As many ids as a wrong one is answered with."""


@dataclass(frozen=True)
class PieceText:
    piece: Piece
    document: Document
    plain: str
    """The same words, to paste."""


@dataclass(frozen=True)
class ParameterLine:
    label: str
    bounds: str
    values: tuple[str, ...]
    """At each level of the clause, in their order."""
    basis: str
    note: str


@dataclass(frozen=True)
class Basis:
    """A text of law with those of its articles that are in force."""

    words: str
    link: str
    doubt: str
    """How sure we are, when we are not."""


@dataclass(frozen=True)
class ClausePage:
    clause: Clause
    specimen: Specimen
    texts: tuple[PieceText, ...]
    tables: tuple[Document, ...]
    segments: tuple[tuple[str, str], ...]
    """Code and label."""
    when: tuple[str, ...]
    parameters: tuple[ParameterLine, ...]
    legal_basis: tuple[Basis, ...]
    notice: tuple[str, ...]
    duties: tuple[tuple[str, str], ...]
    """Id and title of those it answers."""
    links: tuple[tuple[str, tuple[Clause, ...]], ...]
    """Other clauses, by what ties them to this one."""


def clause_page(clause: Clause, library: Library, today: date, level: Ambition | None) -> ClausePage:
    """`level` None: the one the example market asks for. Articles not yet in force `today` are left out."""
    found = specimen(clause, library, level)
    return ClausePage(
        clause=clause,
        specimen=found,
        texts=tuple(PieceText(piece, document, as_plain(document)) for piece, document in found.pieces.items()),
        tables=tuple(_alone(table) for table in found.tables),
        segments=tuple((code, library.segments[code].label) for code in clause.segments if code in library.segments),
        when=when_lines(clause, library),
        parameters=tuple(_parameters(clause, found.market.nature)),
        legal_basis=tuple(_in_force(clause.legal_basis, library, today)),
        notice=tuple(f"{NOTICE.get(code, code)} ({code})" for code in clause.notice_codes),
        duties=tuple((name, library.duties[name].title) for name in clause.satisfies if name in library.duties),
        links=tuple((words, clauses) for words, clauses in _links(clause, library) if clauses),
    )


def close_clauses(typed: str, library: Library) -> tuple[Clause, ...]:
    """Clauses whose id resembles what was typed, the closest first."""
    wanted = plain(clean(typed)[:120])
    names = get_close_matches(wanted, library.clauses, n=CLOSE, cutoff=0.6)
    parts = set(wanted.replace("-", ".").split(".")) - {"env", "social", ""}
    named = [name for name in library.clauses if parts & set(name.replace("-", ".").split("."))]
    named.sort(key=lambda name: -len(parts & set(name.replace("-", ".").split("."))))
    return tuple(library.clauses[name] for name in list(dict.fromkeys([*names, *named]))[:CLOSE])


def _alone(table: Table) -> Document:
    return Document("suivi", table.caption, "", (table,))


# --- figures -------------------------------------------------------------------------------------


def _parameters(clause: Clause, nature: Nature) -> Iterator[ParameterLine]:
    for item in clause.parameters.values():
        values = tuple(french.show(item.value(level, nature)) for level in clause.levels)
        yield ParameterLine(item.label, _bounds(item.low, item.high), values, BASES[item.basis], _note(item))
    if (criterion := clause.criterion) is not None and WEIGHT not in clause.parameters:
        shown = f"{french.show(Number(criterion.weight))}{french.NBSP}%"
        values = (shown,) * len(clause.levels)
        basis, note = BASES[criterion.weight_basis], criterion.weight_note or ""
        yield ParameterLine("Poids du critère dans la note finale", f"5 à 60{french.NBSP}%", values, basis, note)


def _note(item: ClauseParameter) -> str:
    natures = [f"{nature.label.lower()} : {french.show(value)}" for nature, value in item.by_nature.items()]
    return " ; ".join([*([item.note] if item.note else []), *natures])


def _bounds(low: Quantity | None, high: Quantity | None) -> str:
    if low is not None and high is not None:
        return f"{french.show(low)} à {french.show(high)}"
    if low is not None:
        return f"{french.show(low)} au moins"
    return f"{french.show(high)} au plus" if high is not None else "sans borne"


# --- law -----------------------------------------------------------------------------------------


def _in_force(bases: Iterable[LegalBasis], library: Library, today: date) -> Iterator[Basis]:
    """An article that the register does not know, or that is still to come, is not shown."""
    for basis in bases:
        numbers = numbers_of(basis.article)
        kept = [number for number in numbers if library.articles.in_force(basis.text, number, today)]
        if not kept:
            continue
        words = basis.article if len(kept) == len(numbers) else french.joined(kept)
        articles = [library.articles.find(basis.text, number) for number in kept]
        doubts = {item.status for item in articles if item is not None and item.status is not Status.CERTAIN}
        doubt = next((status.label for status in Status if status in doubts), "")
        several = "articles" if len(kept) > 1 else "article"
        yield Basis(f"{basis.text}, {several} {words}", basis.link or "", doubt)


# --- other clauses -------------------------------------------------------------------------------


def _links(clause: Clause, library: Library) -> Iterator[tuple[str, tuple[Clause, ...]]]:
    """Ties hold both ways, whichever of the two clauses says it."""

    def of(names: Iterable[str]) -> tuple[Clause, ...]:
        return tuple(library.clauses[name] for name in dict.fromkeys(names) if name in library.clauses)

    others = [other for other in library.clauses.values() if other.id != clause.id]
    yield "Va bien avec", of([*clause.goes_with, *(item.id for item in others if clause.id in item.goes_with)])
    yield "Remplace", of(clause.replaces)
    yield "Est remplacée par", of(item.id for item in others if clause.id in item.replaces)
    yield (
        "Ne se choisit pas avec",
        of([*clause.conflicts, *(item.id for item in others if clause.id in item.conflicts)]),
    )
