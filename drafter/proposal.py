"""What a selection is made of: clauses proposed, set aside, waiting, and how one is written for some lots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from drafter.library.clause import Clause
from drafter.library.terms import Family, Scale
from drafter.understanding import Understanding, Understood
from drafter.values import Quantity
from drafter.vocabulary import Ambition, Choice

SOCIAL = frozenset({Family.INSERTION, Family.SOCIAL})
ARTICLE = "article-environnemental"
"""Theme of the clause that founds the environmental article of the CCAP."""
RESERVATION = "reservation"
"""Theme of the clause that reserved lots carry, whatever the social condition of the others."""
LIFE_CYCLE_COST = "cout-cycle-vie"
"""Theme of the criterion that judges the whole cost, in the place of the price."""


@dataclass(frozen=True)
class Proposal:
    """A clause with the level, lots and values it would be written with, and why."""

    clause: Clause
    level: Ambition
    lots: tuple[int, ...]
    """Numbers of the lots it is written for; empty for the whole market."""
    segment: str
    values: Mapping[str, Quantity]
    reasons: tuple[str, ...]
    choice: Choice | None = None
    choice_reason: str = ""
    changed: frozenset[str] = frozenset()
    """Names of the parameters the person changed."""


@dataclass(frozen=True)
class SetAside:
    clause: Clause
    reasons: tuple[str, ...]
    choice_reason: str = ""
    """The person's reason, when the person withdrew it."""
    fits: bool = True
    """Its conditions hold, or may: another choice for this purchase. False for what was written for others."""


@dataclass(frozen=True)
class Question:
    """One fact that is missing, and the clauses or duties that wait for it."""

    question: str
    unlocks: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    kept: tuple[Proposal, ...]
    dropped: tuple[SetAside, ...]
    to_ask: tuple[Question, ...] = ()

    def ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(proposal.clause.id for proposal in self.kept))


def lot_number(lot: Understood) -> int:
    return lot.lot or 0


def propose(clause: Clause, lots: Iterable[int], understanding: Understanding, reasons: tuple[str, ...]) -> Proposal:
    """A clause written for these lots (0 is a market without lots), at the highest level their ambition allows."""
    numbers = sorted(lots)
    concerned = [lot for lot in understanding.lots if lot_number(lot) in numbers] or list(understanding.lots)
    ambition = max((lot.scope.ambition for lot in concerned), key=lambda item: item.rank)
    level = clause.level_for(ambition) or min(clause.levels, key=lambda item: item.rank)
    nature = concerned[0].scope.nature
    whole = whole_market(clause) or len(concerned) == len(understanding.lots)
    values = {name: parameter.value(level, nature) for name, parameter in clause.parameters.items()}
    return Proposal(
        clause,
        level,
        () if whole else tuple(number for number in numbers if number),
        concerned[0].segment,
        values,
        reasons,
    )


def whole_market(clause: Clause) -> bool:
    """Written once for every lot. A general environmental clause is judged lot by lot: it may suit some only."""
    return clause.scale is Scale.MARKET and (clause.family in SOCIAL or clause.theme == ARTICLE)
