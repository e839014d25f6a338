"""The overlays of a market: the library as each lot sees it, and what each overlay changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from drafter.calibration.model import TerritoryChange, TerritoryUse
from drafter.dated import at
from drafter.library import Library
from drafter.library.territory import Level, Territory, localised
from drafter.understanding import Understanding, Understood
from drafter.values import Quantity


def own_library(understood: Understood, library: Library, on: date) -> Library:
    """The library with the overlays of a lot; the same object when none changes anything."""
    return localised(library, understood.territories, on)


def territory_uses(understanding: Understanding, library: Library, on: date) -> tuple[TerritoryUse, ...]:
    """Overlays that apply or were refused, the widest first."""
    market = understanding.market
    uses = []
    for territory in sorted(library.territories.values(), key=lambda item: (item.level.rank, item.id)):
        having = [lot for lot in understanding.lots if territory in lot.territories]
        refused = territory.id in market.refused_territories
        if not having and not refused:
            continue
        named = territory.id == market.territory
        if refused:
            reason = "Écartée à la demande de la personne."
        elif named:
            reason = "Choisie dans la description du marché (territoire)."
        else:
            reason = f"Choisie par le lieu : département {having[0].scope.department}."
        lots = tuple(lot.lot for lot in having if lot.lot is not None)
        changes = tuple(_changes(territory, having, library, on)) if having else ()
        uses.append(TerritoryUse(territory, bool(having), refused, reason, lots, changes))
    return tuple(uses)


def offered(library: Library, uses: tuple[TerritoryUse, ...]) -> tuple[Territory, ...]:
    """Organisations that a person may still name: they are never chosen by the place."""
    met = {use.territory.id for use in uses}
    return tuple(
        item for item in library.territories.values() if item.level is Level.ORGANISATION and item.id not in met
    )


def _changes(territory: Territory, lots: list[Understood], library: Library, on: date) -> Iterator[TerritoryChange]:
    """Each line in force that differs from what wider overlays and the national tables say."""
    wider = lots[0].territories[: lots[0].territories.index(territory)]
    below = localised(library, wider, on)
    for rate in territory.rates:
        if (entry := at(rate.values, on)) is not None:
            table = below.rates[rate.id]
            former = at(table.values, on) or table.values[0]
            link = entry.source.link or ""
            yield TerritoryChange(
                rate.id, rate.label, former.figures, entry.figures, entry.source.title, entry.status, link
            )
    for item in territory.settings:
        if (value := at(item.values, on)) is not None:
            parameter = below.parameters[item.id]
            was = at(parameter.values, on) or parameter.values[0]
            yield TerritoryChange(
                item.id,
                item.label,
                (was.value,),
                (value.value,),
                value.source.title,
                value.status,
                value.source.link or "",
            )
    floor = territory.effort_floor
    if floor is not None and (value := at(floor.values, on)) is not None:
        before: tuple[Quantity, ...] = ()
        yield TerritoryChange(
            floor.id, floor.label, before, (value.value,), value.source.title, value.status, value.source.link or ""
        )
