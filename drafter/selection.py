"""Which clauses fit this market: kept, set aside, waiting for an answer — each with its reasons.

For each lot: technical specifications, execution conditions and one award criterion, those written
for its segment first, generic ones only where the segment has none; for the market: one social
condition and the environmental article. What the person decided comes afterwards (`decisions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from drafter.calibration import Calibration
from drafter.duties import FoundDuty, ProcedureFacts
from drafter.library import Library
from drafter.library.terms import ClauseType, Family
from drafter.proposal import ARTICLE, SOCIAL, Proposal, Question, Selection
from drafter.situation import situate
from drafter.slots import Work, select_slot
from drafter.social_condition import select_social
from drafter.understanding import Understanding
from drafter.vocabulary import Ambition


@dataclass(frozen=True)
class Quotas:
    """How many clauses of each type one lot gets: a buyer reads 3 to 8, not 80."""

    specifications: int
    executions: int
    progress: int


def select(
    understanding: Understanding,
    duties: tuple[FoundDuty, ...],
    procedure: ProcedureFacts,
    calibration: Calibration,
    library: Library,
    on: date,
) -> Selection:
    """The proposal, before any decision of the person."""
    work = Work(
        understanding,
        library,
        on,
        situate(understanding, duties, procedure, calibration),
        tuple(found.duty for found in duties if found.binds),
    )
    bought = frozenset(lot.segment for lot in understanding.lots)
    active = [clause for clause in library.clauses_for(bought) if clause.in_force(on)]
    select_social([clause for clause in active if clause.family in SOCIAL], duties, work)
    others = [clause for clause in active if clause.family not in SOCIAL]
    quotas = _quotas(understanding, procedure)
    select_slot(others, ClauseType.EXECUTION, quotas.executions, work)
    select_slot(others, ClauseType.SPECIFICATION, quotas.specifications, work)
    select_slot(others, ClauseType.CRITERION, 1, work)
    select_slot(others, ClauseType.PROGRESS, quotas.progress, work)
    questions = [Question(text, tuple(dict.fromkeys(ids))) for text, ids in work.waiting.items()]
    return Selection(tuple(sorted(work.kept, key=_order)), tuple(work.dropped), tuple(questions))


def _quotas(understanding: Understanding, procedure: ProcedureFacts) -> Quotas:
    single = len(understanding.segments) == 1
    small = procedure.dispensed is True
    count = 2 if single and not small else 1
    ambitious = any(lot.scope.ambition is not Ambition.BASE for lot in understanding.lots)
    return Quotas(specifications=count, executions=count, progress=1 if ambitious and single else 0)


_TYPE_ORDER = (ClauseType.EXECUTION, ClauseType.SPECIFICATION, ClauseType.CRITERION, ClauseType.PROGRESS)


def _order(proposal: Proposal) -> tuple[object, ...]:
    clause = proposal.clause
    article = clause.theme == ARTICLE
    return (
        0 if clause.family is Family.INSERTION else 1 if clause.family is Family.SOCIAL else 2 if article else 3,
        _TYPE_ORDER.index(clause.type),
        proposal.lots,
        clause.priority,
        clause.id,
    )
