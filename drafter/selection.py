"""Which clauses fit this market: kept, set aside, waiting for an answer — each with its reasons.

For each lot: technical specifications, execution conditions and one award criterion, those written
for its segment first, generic ones only where the segment has none; for the market: one social
condition and the environmental article. What the person decided comes afterwards (`decisions`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from drafter import french
from drafter.calibration import Calibration
from drafter.conditions import Facts, Verdict
from drafter.duties import DutyStatus, FoundDuty, ProcedureFacts
from drafter.facts import KINDS
from drafter.library import Library
from drafter.library.clause import Clause
from drafter.library.models import Duty
from drafter.library.terms import ClauseType, Family, Scale, Stake
from drafter.situation import Situation, situate
from drafter.understanding import Understanding, Understood
from drafter.values import Quantity
from drafter.vocabulary import Ambition, Choice, Piece

SOCIAL = frozenset({Family.INSERTION, Family.SOCIAL})
ARTICLE = "article-environnemental"
"""Theme of the clause that founds the environmental article of the CCAP."""
RESERVATION = "reservation"
"""Theme of the clause that reserved lots carry, whatever the social condition of the others."""
PER_STAKE = 2
"""Clauses of one lot on one stake, specifications and execution conditions together."""
_BESIDE_STAKES = frozenset({ClauseType.CRITERION, ClauseType.PROGRESS})
"""One of each at most: a stake already met is no reason to prefer a general one."""
ARTICLE_REASON = "Ancre les obligations environnementales dans le CCAP : preuves, suivi, pénalités."
LIFE_CYCLE_COST = "cout-cycle-vie"
"""Theme of the criterion that judges the whole cost, in the place of the price."""
SOCIAL_DUTIES = frozenset({"CR-04", "CR-12"})


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


@dataclass(frozen=True)
class Quotas:
    """How many clauses of each type one lot gets: a buyer reads 3 to 8, not 80."""

    specifications: int
    executions: int
    progress: int


@dataclass
class _Candidate:
    clause: Clause
    lots: list[int]
    verdict: Verdict


@dataclass
class _Taken:
    """What a lot has already been given."""

    clauses: list[Clause] = field(default_factory=list)
    themes: set[str] = field(default_factory=set)
    stakes: Counter[Stake] = field(default_factory=Counter)
    specific: set[ClauseType] = field(default_factory=set)
    """Types for which a clause of its own segment was kept: general ones have no place any more."""


@dataclass
class _Work:
    understanding: Understanding
    library: Library
    on: date
    situation: Situation
    bound: tuple[Duty, ...]
    """The duties that bind, or may."""
    kept: list[Proposal] = field(default_factory=list)
    dropped: list[SetAside] = field(default_factory=list)
    waiting: dict[str, list[str]] = field(default_factory=dict)
    taken: dict[int, _Taken] = field(default_factory=lambda: defaultdict(_Taken))


def select(
    understanding: Understanding,
    duties: tuple[FoundDuty, ...],
    procedure: ProcedureFacts,
    calibration: Calibration,
    library: Library,
    on: date,
) -> Selection:
    """The proposal, before any decision of the person."""
    work = _Work(
        understanding,
        library,
        on,
        situate(understanding, duties, procedure, calibration),
        tuple(found.duty for found in duties if found.binds),
    )
    bought = {lot.segment for lot in understanding.lots}
    active = [
        clause
        for clause in library.clauses.values()
        if (not clause.segments or bought.intersection(clause.segments)) and clause.in_force(on)
    ]
    _select_social([clause for clause in active if clause.family in SOCIAL], duties, work)
    others = [clause for clause in active if clause.family not in SOCIAL]
    quotas = _quotas(understanding, procedure)
    _select_slot(others, ClauseType.EXECUTION, quotas.executions, work)
    _select_slot(others, ClauseType.SPECIFICATION, quotas.specifications, work)
    _select_slot(others, ClauseType.CRITERION, 1, work)
    _select_slot(others, ClauseType.PROGRESS, quotas.progress, work)
    questions = [Question(text, tuple(dict.fromkeys(ids))) for text, ids in work.waiting.items()]
    return Selection(tuple(sorted(work.kept, key=_order)), tuple(work.dropped), tuple(questions))


def _number(lot: Understood) -> int:
    return lot.lot or 0


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


# --- slots ---------------------------------------------------------------------------------------


def _evaluate(clause: Clause, facts: Facts, work: _Work) -> Verdict:
    """s_applique_si and not sauf_si."""
    verdict = clause.applies_when.evaluate(facts, work.on, work.library.value)
    if clause.unless is None:
        return verdict  # type: ignore[no-any-return]
    excluded = clause.unless.evaluate(facts, work.on, work.library.value)
    if excluded.holds:
        return Verdict(False, excluded.reasons)
    if excluded.holds is None and verdict.holds:
        return Verdict(None, excluded.reasons)
    return verdict  # type: ignore[no-any-return]


def _candidate(clause: Clause, work: _Work) -> _Candidate | None:
    """The lots a clause applies to, or None when it was set aside or waits for an answer."""
    understanding = work.understanding
    fitting = [lot for lot in understanding.lots if not clause.segments or lot.segment in clause.segments]
    if whole_market(clause):
        verdict = _evaluate(clause, work.situation.market, work)
        verdicts = [(lot, verdict) for lot in fitting]
    else:
        verdicts = [(lot, _evaluate(clause, work.situation.lots[_number(lot)], work)) for lot in fitting]
    lots = [_number(lot) for lot, verdict in verdicts if verdict.holds]
    if lots:
        return _Candidate(clause, lots, next(verdict for _, verdict in verdicts if verdict.holds))
    unknown = [verdict for _, verdict in verdicts if verdict.holds is None]
    if unknown:
        for reason in unknown[0].because(None):
            question = KINDS[reason.fact].question if reason.fact in KINDS else ""
            if question:
                work.waiting.setdefault(question, []).append(clause.id)
        work.dropped.append(SetAside(clause, ("En attente : " + _texts(unknown[0], None),)))
    else:
        work.dropped.append(SetAside(clause, (_why_not(verdicts[0][1]),), fits=False))
    return None


_ELSEWHERE = {"segment": "Écrite pour d'autres achats.", "metier": "Écrite pour d'autres métiers."}


def _why_not(verdict: Verdict) -> str:
    """What rules a clause out; a list of segments or trades would say less than one sentence."""
    for reason in verdict.because(False):
        if reason.fact in _ELSEWHERE:
            return _ELSEWHERE[reason.fact]
    return _texts(verdict, False)


def _texts(verdict: Verdict, holds: bool | None) -> str:
    return " ; ".join(reason.text for reason in verdict.because(holds)) or "condition non remplie"


def _ranked(clauses: list[Clause], work: _Work) -> list[_Candidate]:
    """Candidates with a level within the ambition, those of the segment first."""
    ranked = []
    ambition = _ambition(work.situation.lots, work)
    preference = {clause.id: (not clause.segments, _below(clause, ambition)) for clause in clauses}
    for clause in sorted(clauses, key=lambda item: (*preference[item.id], item.priority, item.id)):
        candidate = _candidate(clause, work)
        if candidate is None:
            continue
        if _level(clause, candidate.lots, work) is None:
            work.dropped.append(SetAside(clause, (_above_ambition(clause),)))
            continue
        ranked.append(candidate)
    return ranked


def _below(clause: Clause, ambition: Ambition) -> int:
    """How far under the ambition of the market the clause stays."""
    level = clause.level_for(ambition)
    return ambition.rank - level.rank if level is not None else 0


def _above_ambition(clause: Clause) -> str:
    lowest = min(clause.levels, key=lambda level: level.rank)
    return f"Écrite pour le niveau {lowest.label.lower()}, au-dessus de l'ambition retenue."


def _ambition(lots: Iterable[int], work: _Work) -> Ambition:
    numbers = set(lots)
    return max(
        (lot.scope.ambition for lot in work.understanding.lots if _number(lot) in numbers),
        key=lambda ambition: ambition.rank,
    )


def _level(clause: Clause, lots: Iterable[int], work: _Work) -> Ambition | None:
    return clause.level_for(_ambition(lots, work))


def _select_slot(clauses: list[Clause], kind: ClauseType, quota: int, work: _Work) -> None:
    """Fill the slot of each lot: clauses of its segment before general ones, a stake not yet met before a second
    clause on the same one.

    The environmental article is written besides, once for the market.
    """
    need = dict.fromkeys(work.situation.lots, quota)
    ranked = _ranked([clause for clause in clauses if clause.type is kind], work)
    for candidate in [item for item in ranked if _optional(item.clause)]:
        ranked.remove(candidate)
        work.dropped.append(SetAside(candidate.clause, (_optional(candidate.clause),)))
    given: dict[str, list[int]] = {candidate.clause.id: [] for candidate in ranked}
    rounds = [(own, most) for own in (True, False) for most in (1, PER_STAKE)]
    for own, most in rounds:
        for candidate in ranked:
            clause = candidate.clause
            if bool(clause.segments) is not own or clause.theme == ARTICLE:
                continue
            lots = [number for number in candidate.lots if need[number] and _welcome(clause, number, most, work)]
            given[clause.id] += lots
            for number in lots:
                need[number] -= 1
                _take(clause, work.taken[number])
    for candidate in ranked:
        clause, lots = candidate.clause, sorted(given[candidate.clause.id])
        if clause.theme == ARTICLE:
            _keep(candidate, candidate.lots, work, (ARTICLE_REASON,))
        elif lots:
            _keep(candidate, lots, work, _why(clause, candidate, lots, work))
        else:
            work.dropped.append(SetAside(clause, (_set_aside_reason(candidate, quota, work),)))


def _optional(clause: Clause) -> str:
    """Why a clause is only ever the buyer's choice; empty when the service may propose it."""
    if clause.theme == LIFE_CYCLE_COST:
        return "Critère possible à la place du prix, au choix de l'acheteur."
    if clause.piece is Piece.RC and clause.criterion is None:
        return "Mention du règlement, au choix de l'acheteur."
    return ""


def _welcome(clause: Clause, number: int, most: int, work: _Work) -> bool:
    """Whether a lot has room for the clause: theme not met, fewer than `most` clauses on its stake."""
    taken = work.taken[number]
    if (
        _conflict(clause, taken)
        or clause.theme in taken.themes
        or (not clause.segments and clause.type in taken.specific)
    ):
        return False
    return clause.type in _BESIDE_STAKES or taken.stakes[clause.stake] < most


def _take(clause: Clause, taken: _Taken) -> None:
    taken.clauses.append(clause)
    taken.themes.add(clause.theme)
    if clause.segments:
        taken.specific.add(clause.type)
    if clause.type not in _BESIDE_STAKES:
        taken.stakes[clause.stake] += 1


def _set_aside_reason(candidate: _Candidate, quota: int, work: _Work) -> str:
    clause, taken = candidate.clause, [work.taken[number] for number in candidate.lots]
    if conflict := next(filter(None, (_conflict(clause, lot) for lot in taken)), ""):
        return f"Incompatible avec « {conflict} », déjà proposée."
    if quota == 0:
        return "Se propose à partir du niveau avancé."
    if any(clause.theme in lot.themes for lot in taken):
        return "Une clause du même thème est déjà proposée."
    if not clause.segments and all(clause.type in lot.specific for lot in taken):
        return "Des clauses propres à cet achat sont proposées à la place."
    if all(lot.stakes[clause.stake] >= PER_STAKE for lot in taken):
        return "Autre clause possible : deux clauses portent déjà sur le même enjeu."
    return "Autre clause possible : le nombre de propositions est limité pour rester lisible."


def _conflict(clause: Clause, taken: _Taken) -> str:
    """Title of a clause of the same lot that this one contradicts, doubles or is replaced by."""
    for other in taken.clauses:
        if other.id in (*clause.conflicts, *clause.replaces) or clause.id in (*other.conflicts, *other.replaces):
            return other.title
    return ""


def _why(clause: Clause, candidate: _Candidate, lots: list[int], work: _Work) -> tuple[str, ...]:
    reasons: list[str] = []
    if clause.segments:
        labels = [work.library.segments[code].label for code in clause.segments]
        reasons.append(f"Écrite pour le segment {french.joined(labels)}.")
    else:
        reasons.append("Clause de tout achat, faute de clause propre à ce segment.")
    if duties := [duty for duty in work.bound if duty.answered_by(clause.satisfies)]:
        names = french.joined([f"{duty.id} ({duty.article})" for duty in duties])
        reasons.append(f"Répond à {names}.")
    reasons += [f"{reason.short}." for reason in candidate.verdict.because(True) if reason.short]
    return tuple(dict.fromkeys(reasons))


def _keep(candidate: _Candidate, lots: list[int], work: _Work, reasons: tuple[str, ...]) -> None:
    work.kept.append(propose(candidate.clause, lots, work.understanding, reasons))
    for number in lots:
        if not any(known is candidate.clause for known in work.taken[number].clauses):
            work.taken[number].clauses.append(candidate.clause)


def propose(clause: Clause, lots: Iterable[int], understanding: Understanding, reasons: tuple[str, ...]) -> Proposal:
    """A clause written for these lots (0 is a market without lots), at the highest level their ambition allows."""
    numbers = sorted(lots)
    concerned = [lot for lot in understanding.lots if _number(lot) in numbers] or list(understanding.lots)
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


# --- the social condition ------------------------------------------------------------------------


def _select_social(clauses: list[Clause], duties: tuple[FoundDuty, ...], work: _Work) -> None:
    """Hours first; another social condition when the calibrage leaves none; nothing when the duty is derogated."""
    duty = next((found for found in duties if found.id in SOCIAL_DUTIES), None)
    exempted = duty is not None and duty.status is DutyStatus.EXEMPTED
    required = duty is not None and duty.binds
    done = False
    for clause in sorted(clauses, key=_social_preference):
        candidate = _candidate(clause, work)
        if candidate is None:
            continue
        if clause.theme == RESERVATION:
            _keep(candidate, candidate.lots, work, ("Lot réservé : la mention et une courte condition d'exécution.",))
            done = len(candidate.lots) == len(work.situation.lots)
        elif _level(clause, candidate.lots, work) is None:
            work.dropped.append(SetAside(clause, (_above_ambition(clause),)))
        elif exempted:
            work.dropped.append(SetAside(clause, ("La condition sociale est écartée par une dérogation motivée.",)))
        elif clause.type is ClauseType.EXECUTION and not done and (clause.family is Family.INSERTION or required):
            done = True
            _keep(candidate, _social_lots(clause, candidate, work), work, _why_social(clause, duty, work))
        else:
            work.dropped.append(SetAside(clause, (_why_not_social(clause, done=done),)))


def _why_not_social(clause: Clause, *, done: bool) -> str:
    if clause.type is ClauseType.CRITERION:
        return "Critère social possible, au choix de l'acheteur."
    if clause.type is not ClauseType.EXECUTION:
        return "Exigence sociale possible, au choix de l'acheteur."
    if done:
        return "Autre condition sociale possible : une seule est proposée."
    return "Possible, mais aucune obligation sociale ne l'impose ici."


def _social_preference(clause: Clause) -> tuple[object, ...]:
    order = 0 if clause.theme == RESERVATION else 1 if clause.family is Family.INSERTION else 2
    return order, not clause.segments, clause.priority, clause.id


def _social_lots(clause: Clause, candidate: _Candidate, work: _Work) -> list[int]:
    if clause.family is not Family.INSERTION:
        return candidate.lots
    return [
        number for number in candidate.lots if work.situation.lots[number]["decision_calibrage"] != "pas_de_clause"
    ] or candidate.lots


def _why_social(clause: Clause, duty: FoundDuty | None, work: _Work) -> tuple[str, ...]:
    reasons = []
    if clause.family is Family.INSERTION:
        reasons.append(f"Le calibrage donne {french.show(work.situation.market['heures_insertion'])}.")
    elif work.situation.market["decision_calibrage"] == "pas_de_clause":
        reasons.append("Le calibrage ne donne pas d'heures d'insertion : une autre condition sociale est proposée.")
    else:
        reasons.append("Condition sociale d'une autre nature que les heures d'insertion.")
    if duty is not None and duty.binds:
        reasons.append(f"Répond à {duty.id} ({duty.duty.article}).")
    else:
        reasons.append("Aucune obligation à ce montant : proposée parce que le marché s'y prête.")
    return tuple(reasons)
