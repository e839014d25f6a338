"""How many clauses each segment has, by type and level, and what is missing.

`python -m drafter.coverage > docs/couverture.md` rewrites the page; a test fails when it has drifted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from drafter import french
from drafter.conditions import FactValue, wanted
from drafter.library import Library
from drafter.library.clause import Clause
from drafter.library.terms import ClauseType
from drafter.proposal import ARTICLE, SOCIAL
from drafter.vocabulary import Ambition, Nature

GENERIC = "GEN"
REQUIRED: Mapping[ClauseType, int] = {
    ClauseType.SPECIFICATION: 2,
    ClauseType.EXECUTION: 2,
    ClauseType.CRITERION: 1,
}
"""What every segment must offer. A progress clause only where it makes sense: none on a single delivery."""
TYPE_LABELS: Mapping[ClauseType, str] = {
    ClauseType.SPECIFICATION: "Spécifications techniques",
    ClauseType.EXECUTION: "Conditions d'exécution",
    ClauseType.CRITERION: "Critères",
    ClauseType.PROGRESS: "Clauses de progrès",
}


@dataclass(frozen=True)
class Cell:
    """Clauses of one type, all of them and by level. A clause written for two levels counts in each."""

    clauses: tuple[str, ...]
    by_level: Mapping[Ambition, int]
    required: int

    @property
    def missing(self) -> int:
        return max(0, self.required - len(self.clauses))


@dataclass(frozen=True)
class Row:
    """One segment; the generic one has a row for each nature."""

    code: str
    label: str
    cells: Mapping[ClauseType, Cell]
    trades: tuple[str, ...] = ()
    """Trades for which some clause is written apart."""

    @property
    def total(self) -> int:
        return len({name for cell in self.cells.values() for name in cell.clauses})

    @property
    def gaps(self) -> tuple[str, ...]:
        return tuple(
            f"{TYPE_LABELS[kind].lower()} : il en manque {cell.missing}"
            for kind, cell in self.cells.items()
            if cell.missing
        )


@dataclass(frozen=True)
class Coverage:
    rows: tuple[Row, ...]
    social: Mapping[str, tuple[str, ...]]
    """Ids of the social clauses, by stake."""
    cross: tuple[str, ...]
    """Ids of the clauses of every purchase that protect the environment."""
    total: int


def coverage(library: Library) -> Coverage:
    """The active clauses of the library, whatever the date of launch."""
    clauses = [clause for clause in library.clauses.values() if clause.status == "active"]
    green = [clause for clause in clauses if clause.family not in SOCIAL and clause.theme != ARTICLE]
    rows = [
        _row(code, segment.label, [clause for clause in green if code in clause.segments], library)
        for code, segment in sorted(library.segments.items())
        if code != GENERIC
    ]
    rows += [
        _row(
            f"{GENERIC} {nature}",
            f"Tout autre achat : {nature.label.lower()}",
            _general(green, nature, library),
            library,
        )
        for nature in Nature
    ]
    social: dict[str, list[str]] = {}
    for clause in clauses:
        if clause.family in SOCIAL:
            social.setdefault(str(clause.stake), []).append(clause.id)
    return Coverage(
        tuple(rows),
        {stake: tuple(sorted(ids)) for stake, ids in sorted(social.items())},
        tuple(sorted(clause.id for clause in green if not clause.segments)),
        len(clauses),
    )


def _general(clauses: Iterable[Clause], nature: Nature, library: Library) -> list[Clause]:
    """Clauses of every purchase that nothing rules out for a market of this nature."""
    facts: Mapping[str, FactValue] = {"nature": str(nature), "segment": GENERIC, "metier": "aucun"}
    return [
        clause
        for clause in clauses
        if not clause.segments
        and clause.applies_when.evaluate(facts, library.info.date, library.value).holds is not False
    ]


def _row(code: str, label: str, clauses: list[Clause], library: Library) -> Row:
    cells = {}
    for kind in ClauseType:
        of_kind = [clause for clause in clauses if clause.type is kind]
        by_level = {level: sum(level in clause.levels for clause in of_kind) for level in Ambition}
        cells[kind] = Cell(tuple(sorted(clause.id for clause in of_kind)), by_level, REQUIRED.get(kind, 0))
    trades = {
        library.trades[name].label
        for clause in clauses
        for name in wanted(clause.applies_when, "metier")
        if name in library.trades
    }
    return Row(code, label, cells, tuple(sorted(trades)))


def page(found: Coverage) -> str:
    """The table in Markdown, in French, for docs/."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Coverage) -> Iterator[str]:
    yield "# Couverture de la bibliothèque"
    yield ""
    yield (
        "Page produite par `python -m drafter.coverage`. Chaque case donne le nombre de clauses actives, puis, entre "
        "parenthèses, celles qui sont écrites pour le niveau socle, avancé et exemplaire. Chaque segment offre au "
        "moins deux spécifications techniques, deux conditions d'exécution et un critère ; une clause de progrès "
        "seulement où elle a un sens."
    )
    yield ""
    yield f"{found.total} clauses actives."
    yield ""
    yield f"| Segment | {' | '.join(TYPE_LABELS.values())} | Manque |"
    yield "|---|" + "---|" * (len(TYPE_LABELS) + 1)
    for row in found.rows:
        cells = " | ".join(_shown(row.cells[kind]) for kind in TYPE_LABELS)
        yield f"| {row.code} : {row.label} | {cells} | {' ; '.join(row.gaps) or '–'} |"
    yield ""
    yield "## Exigences propres à un métier"
    yield ""
    for row in found.rows:
        if row.trades:
            yield f"- {row.code} : {french.joined([trade[:1].lower() + trade[1:] for trade in row.trades])}"
    yield ""
    yield "## Considérations sociales, par enjeu"
    yield ""
    for stake, ids in found.social.items():
        yield f"- {stake} : {', '.join(f'`{name}`' for name in ids)}"


def _shown(cell: Cell) -> str:
    levels = " / ".join(str(cell.by_level[level]) for level in Ambition)
    return f"{len(cell.clauses)} ({levels})" if cell.clauses else "0"


if __name__ == "__main__":
    from drafter.library import load_library

    sys.stdout.write(page(coverage(load_library())))
