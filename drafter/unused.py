"""Entries of the library that nothing reads: a figure that nobody uses ages unseen.

They are notices, not faults: a threshold may wait for the duty that will compare it.
"""

from __future__ import annotations

from collections.abc import Iterator

from drafter.conditions import parameters_used
from drafter.library import Library
from drafter.library.models import Segment, Trade
from drafter.understanding import understand

READ_BY_THE_PROGRAM = frozenset(
    {
        "avertissements.duree-insertion",
        "avertissements.penalite-smic-max",
        "avertissements.penalites-part-max",
        "programme.pnad.environnement",
        "programme.pnad.social",
        "programme.recensement",
        "seuils.dispense.fournitures-services",
        "seuils.dispense.travaux",
        "seuils.spaser",
        "smic.horaire",
    }
)
"""Dated parameters that the code asks for by name; a test fails when the code no longer does."""
SETTINGS = "calibrage."
"""Settings of the calibrage, all read by name in `calibration/`."""
RATES_READ_BY_THE_PROGRAM = frozenset({"npnru-proximite", "npnru-travaux"})


def unused_entries(library: Library) -> tuple[str, ...]:
    """Dated parameters and rates that nothing reads, segments without an example, as French lines."""
    return tuple(_unused(library))


def _unused(library: Library) -> Iterator[str]:
    parameters = READ_BY_THE_PROGRAM | _parameters_named(library)
    for name in library.parameters:
        if name not in parameters and not name.startswith(SETTINGS):
            yield f"paramètre {name} : aucune entrée ne s'en sert"
    owners: list[Segment | Trade] = [*library.segments.values(), *library.trades.values()]
    rates = RATES_READ_BY_THE_PROGRAM | {
        key for owner in owners for key in (owner.rates.labour_share, owner.rates.hourly_cost, owner.rates.effort)
    }
    yield from (f"taux {name} : aucun segment ni métier ne s'en sert" for name in library.rates if name not in rates)
    shown = {lot.segment for market in library.examples.values() for lot in understand(market, library).lots}
    yield from (f"segment {code} : aucun marché d'exemple" for code in library.segments if code not in shown)


def _parameters_named(library: Library) -> set[str]:
    """Dated parameters that an entry of the library compares or shows."""
    conditions = [clause.applies_when for clause in library.clauses.values()]
    conditions += [clause.unless for clause in library.clauses.values() if clause.unless is not None]
    for duty in library.duties.values():
        conditions += [duty.applies_when, *([duty.unless] if duty.unless is not None else [])]
        conditions += [anticipation.applies_when for anticipation in duty.anticipations]
    for exemption in library.exemptions.values():
        conditions += [item for item in (exemption.open_when, exemption.acquired_when) if item is not None]
    for reservation in library.reservations.values():
        asked = (reservation.applies_when, reservation.better_when, reservation.pointless_when)
        conditions += [item for item in asked if item is not None]
    named = {row.parameter for row in library.thresholds}
    for sector in library.sector_duties.values():
        conditions += [condition for condition in sector.conditions if condition is not None]
        named |= {figure.parameter for figure in sector.figures}
    return named.union(*(parameters_used(condition) for condition in conditions))
