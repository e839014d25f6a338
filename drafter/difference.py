"""`drafter diff`: what a change of the library moves, clause by clause and on every example market.

Pure: two libraries in, lines out. The markets are those of the newer library, so that a change of an example
is not taken for a change of the law.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from drafter import french
from drafter.draft.as_text import as_text
from drafter.errors import DrafterError
from drafter.library import Library
from drafter.library.clause import Clause
from drafter.market import Market
from drafter.pipeline import Result, run


@dataclass(frozen=True)
class Difference:
    """What moves: `entries` in the library itself, `markets` by the name of the example."""

    entries: tuple[str, ...]
    markets: Mapping[str, tuple[str, ...]]

    @property
    def nothing(self) -> bool:
        return not self.entries and not self.markets


def difference(before: Library, after: Library) -> Difference:
    """What changed from one library to the other, and what it moves on the examples."""
    markets = {}
    for name, market in sorted(after.examples.items()):
        if lines := tuple(_market(market, before, after)):
            markets[name] = lines
    return Difference(tuple(_entries(before, after)), markets)


# --- entries -------------------------------------------------------------------------------------


def _entries(before: Library, after: Library) -> Iterator[str]:
    yield from _clauses(before.clauses, after.clauses)
    kinds: tuple[tuple[str, Mapping[str, object], Mapping[str, object]], ...] = (
        ("paramètre", before.parameters, after.parameters),
        ("taux", before.rates, after.rates),
        ("pénalité", before.penalties, after.penalties),
        ("obligation", before.duties, after.duties),
        ("dérogation", before.exemptions, after.exemptions),
        ("réservation", before.reservations, after.reservations),
        ("obligation sectorielle", before.sector_duties, after.sector_duties),
        ("segment", before.segments, after.segments),
        ("surcouche", before.territories, after.territories),
    )
    for kind, old, new in kinds:
        yield from (f"{kind} {name} : retiré" for name in sorted(set(old) - set(new)))
        yield from (f"{kind} {name} : ajouté" for name in sorted(set(new) - set(old)))
        yield from (f"{kind} {name} : changé" for name in sorted(set(old) & set(new)) if old[name] != new[name])


def _clauses(old: Mapping[str, Clause], new: Mapping[str, Clause]) -> Iterator[str]:
    yield from (f"clause {name} : retirée" for name in sorted(set(old) - set(new)))
    yield from (f"clause {name} : ajoutée (version {new[name].version})" for name in sorted(set(new) - set(old)))
    for name in sorted(set(old) & set(new)):
        one, other = old[name], new[name]
        if one == other:
            continue
        changed = sorted(
            field.alias or key
            for key, field in Clause.model_fields.items()
            if getattr(one, key) != getattr(other, key) and key != "version"
        )
        version = f"version {one.version} puis {other.version}"
        if one.version == other.version and (one.texts != other.texts or one.parameters != other.parameters):
            version = f"version {one.version} inchangée : augmentez-la, le texte ou un chiffre a changé"
        yield f"clause {name} : {version} ({', '.join(changed) or 'version seule'})"


# --- markets -------------------------------------------------------------------------------------


def _market(market: Market, before: Library, after: Library) -> Iterator[str]:
    old, new = _run(market, before), _run(market, after)
    if isinstance(old, str) or isinstance(new, str):
        if old != new:
            yield f"avant : {old if isinstance(old, str) else 'expliqué'}"
            yield f"après : {new if isinstance(new, str) else 'expliqué'}"
        return
    yield from _duties(old, new)
    yield from _hours(old, new)
    yield from _kept(old, new)
    yield from _pieces(old, new)


def _run(market: Market, library: Library) -> Result | str:
    """The result, or the sentence that refuses the market."""
    try:
        return run(market, library)
    except DrafterError as error:
        return str(error)


def _duties(old: Result, new: Result) -> Iterator[str]:
    one = {found.id: found.status.label for found in old.duties}
    other = {found.id: found.status.label for found in new.duties}
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name):
            yield f"obligation {name} : {one.get(name, 'absente')} → {other.get(name, 'absente')}"


def _hours(old: Result, new: Result) -> Iterator[str]:
    for one, other in zip(old.calibration.lots, new.calibration.lots, strict=True):
        if (one.hours, one.decision) != (other.hours, other.decision):
            name = "heures" if one.lot is None else f"heures du lot n° {one.lot}"
            figures = [
                f"{french.number(lot.hours.low.value)} / {french.number(lot.hours.advised.value)} / "
                f"{french.number(lot.hours.high.value)} ({lot.decision.label.lower()})"
                for lot in (one, other)
            ]
            yield f"{name} : {figures[0]} → {figures[1]}"


def _kept(old: Result, new: Result) -> Iterator[str]:
    one, other = old.selection.ids(), new.selection.ids()
    yield from (f"clause retirée de la proposition : {name}" for name in one if name not in other)
    yield from (f"clause entrée dans la proposition : {name}" for name in other if name not in one)


def _pieces(old: Result, new: Result) -> Iterator[str]:
    for piece in dict.fromkeys([*old.documents, *new.documents]):
        one, other = ((as_text(way.documents[piece]) if piece in way.documents else "") for way in (old, new))
        changes = difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0)
        lines = [line for line in changes if line[:3] not in ("---", "+++")]
        added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
        if added or removed:
            yield f"pièce {piece} : {added} lignes ajoutées, {removed} retirées"
