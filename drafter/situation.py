"""The facts that clauses and reservations may ask about: those of the market, then those of one lot over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from drafter.calibration import Calibration
from drafter.conditions import Facts, FactValue
from drafter.duties import FoundDuty, ProcedureFacts, market_facts
from drafter.understanding import Understanding, Understood
from drafter.vocabulary import RESERVED_FLAGS


def clause_facts(
    understanding: Understanding,
    duties: Iterable[FoundDuty],
    procedure: ProcedureFacts,
    calibration: Calibration,
) -> dict[str, FactValue]:
    """The facts of the whole market, as clauses may ask about them."""
    market = understanding.market
    ambitions = [lot.scope.ambition for lot in understanding.lots]
    return market_facts(understanding, procedure) | {
        "technicite": str(understanding.main.scope.technicity),
        "ambition": str(max(ambitions, key=lambda ambition: ambition.rank)),
        "drapeaux": frozenset(str(flag) for lot in understanding.lots for flag in lot.scope.flags),
        "obligations": frozenset(found.id for found in duties if found.binds),
        "lot_reserve": "oui" if all(lot.scope.flags & RESERVED_FLAGS for lot in understanding.lots) else "non",
        "heures_insertion": calibration.total.advised,
        "decision_calibrage": str(calibration.decision),
        "methode_calibrage": str(calibration.lots[0].method),
        "forme": str(market.form) if market.form else str(understanding.main.scope.form),
    }


def lot_facts(facts: Facts, lot: Understood, calibration: Calibration) -> Facts:
    """The facts of one lot over those of the market."""
    scope = lot.scope
    found = next(item for item in calibration.lots if item.lot == lot.lot)
    own: dict[str, FactValue] = {
        "nature": str(scope.nature),
        "segment": frozenset({lot.segment}),
        "metier": frozenset({lot.trade}),
        "forme": str(scope.form),
        "technicite": str(scope.technicity),
        "ambition": str(scope.ambition),
        "drapeaux": frozenset(str(flag) for flag in scope.flags),
        "departement": frozenset({scope.department}) if scope.department else None,
        "lot_reserve": "oui" if scope.flags & RESERVED_FLAGS else "non",
        "montant_ht": scope.amount,
        "duree_mois": scope.duration,
        "heures_insertion": found.hours.advised,
        "decision_calibrage": str(found.decision),
        "methode_calibrage": str(found.method),
    }
    return {**facts, **own}


@dataclass(frozen=True)
class Situation:
    """The facts of the whole market, and those of each lot (0 is a market without lots)."""

    market: Facts
    lots: Mapping[int, Facts]

    def of(self, lots: tuple[int, ...]) -> Facts:
        """The facts a text written for these lots is conditioned on: the market's when it is for all of them.

        What holds several values (trades, flags) gathers those of every lot, so that a passage written for one of
        the trades is there; the rest is the first lot's.
        """
        if not lots:
            return self.market
        facts = dict(self.lots[lots[0]])
        for number in lots[1:]:
            for name, value in self.lots[number].items():
                held = facts.get(name)
                if isinstance(held, frozenset) and isinstance(value, frozenset):
                    facts[name] = held | value
        return facts


def situate(
    understanding: Understanding, duties: Iterable[FoundDuty], procedure: ProcedureFacts, calibration: Calibration
) -> Situation:
    facts = clause_facts(understanding, duties, procedure, calibration)
    return Situation(facts, {lot.lot or 0: lot_facts(facts, lot, calibration) for lot in understanding.lots})
