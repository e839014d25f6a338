"""What the service understood of a market beyond what was typed: segment, trade, CCAG, and from what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from drafter import readers
from drafter.errors import Fault, InputError
from drafter.library import Library
from drafter.library.territory import Territory
from drafter.market import Market, Scope
from drafter.recognition import Recognition, recognise
from drafter.vocabulary import Ccag, ContractKind, Nature


@dataclass(frozen=True)
class Understood:
    """One lot (or the market without lots) with its segment, trade and CCAG."""

    scope: Scope
    recognition: Recognition
    ccag: Ccag
    ccag_origin: str
    """saisi, segment, nature, or contrat (no CCAG is written for concessions)."""
    territories: tuple[Territory, ...] = ()
    """The overlays that apply, the widest first: the last one has the last word."""

    @property
    def lot(self) -> int | None:
        return self.scope.lot

    @property
    def segment(self) -> str:
        return self.recognition.segment

    @property
    def trade(self) -> str:
        """Id of the trade, `aucun` when none was recognised (so that a condition may name it)."""
        return self.recognition.trade_id or "aucun"


@dataclass(frozen=True)
class Understanding:
    market: Market
    lots: tuple[Understood, ...]

    @cached_property
    def main(self) -> Understood:
        """The lot that gives the market its segment and CCAG: the largest by amount, the first among equals."""
        return max(self.lots, key=lambda lot: lot.scope.amount.value if lot.scope.amount else 0)

    @cached_property
    def ccag(self) -> Ccag:
        """The market has one CCAP: the CCAG typed, else the one most lots call for."""
        if self.market.ccag:
            return self.market.ccag
        counts = Counter(lot.ccag for lot in self.lots)
        best = max(counts.values())
        return self.main.ccag if counts[self.main.ccag] == best else counts.most_common(1)[0][0]

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """Segment codes in the order of the lots, each once."""
        return tuple(dict.fromkeys(lot.segment for lot in self.lots))

    def lots_of(self, segment: str) -> tuple[Understood, ...]:
        return tuple(lot for lot in self.lots if lot.segment == segment)


def understand(market: Market, library: Library) -> Understanding:
    """Segment, CCAG and overlays of each lot. Raises InputError when a typed segment or overlay does not exist."""
    _check_territories(market, library)
    whole = recognise(
        segment=market.segment,
        cpv=market.cpv,
        text=market.object,
        nature=market.nature,
        segments=library.segments,
    )
    lots = []
    for scope in market.scopes:
        if scope.lot is None:
            found = whole
        else:
            found = _recognise_lot(scope, whole, library)
            if found.origin == "defaut" and whole.origin != "defaut":
                found = whole
        ccag, origin = _ccag(scope, found, library)
        lots.append(Understood(scope, found, ccag, origin, _territories(scope, library)))
    return Understanding(market, tuple(lots))


def _check_territories(market: Market, library: Library) -> None:
    named = [("territoire", market.territory)] if market.territory else []
    named += [("territoires_ecartes", name) for name in market.refused_territories]
    known = ", ".join(sorted(library.territories)) or "aucune"
    faults = [
        Fault(key, f"{readers.shown(name)} n'est pas une surcouche de la bibliothèque : écrivez {known}")
        for key, name in named
        if name not in library.territories
    ]
    if market.territory and market.territory in market.refused_territories:
        message = "cette surcouche est aussi écartée (territoires_ecartes) : retirez l'une des deux lignes"
        faults.append(Fault("territoire", message))
    if faults:
        raise InputError(faults)


def _territories(scope: Scope, library: Library) -> tuple[Territory, ...]:
    """Chosen by the place, or by name; never one that was refused."""
    found = (
        territory
        for territory in library.territories.values()
        if territory.id not in scope.market.refused_territories
        and (territory.id == scope.market.territory or scope.department in territory.departments)
    )
    return tuple(sorted(found, key=lambda territory: (territory.level.rank, territory.id)))


def _recognise_lot(scope: Scope, whole: Recognition, library: Library) -> Recognition:
    """By its own words and CPV: the market's CPV says what the whole is, not what this lot is."""
    try:
        return recognise(
            segment=scope.segment,
            cpv=scope.own.cpv,
            text=scope.object,
            nature=scope.nature,
            segments=library.segments,
            context_text=scope.market.object,
            context_segment=whole.segment if whole.origin != "defaut" else None,
        )
    except InputError as error:
        raise InputError(Fault(f"lots[{scope.lot}].{fault.where}", fault.message) for fault in error.faults) from None


def _ccag(scope: Scope, found: Recognition, library: Library) -> tuple[Ccag, str]:
    if scope.ccag is not None:
        return scope.ccag, "saisi"
    if scope.market.contract is ContractKind.CONCESSION:
        return Ccag.NONE, "contrat"
    if scope.nature is Nature.WORKS:
        return Ccag.WORKS, "nature"
    segment = library.segments[found.segment]
    if found.origin != "defaut" and segment.ccag is not Ccag.WORKS and scope.nature in segment.natures:
        return segment.ccag, "segment"
    return Ccag.SUPPLIES_SERVICES, "nature"
