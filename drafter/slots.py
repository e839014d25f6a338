"""Filling the slots of each lot: its own clauses before general ones, a stake not yet met before a second clause."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from drafter import french
from drafter.conditions import Facts, Verdict
from drafter.facts import KINDS
from drafter.library import Library
from drafter.library.clause import Clause
from drafter.library.models import Duty
from drafter.library.terms import ClauseType, Stake
from drafter.proposal import ARTICLE, LIFE_CYCLE_COST, Proposal, SetAside, lot_number, propose, whole_market
from drafter.situation import Situation
from drafter.understanding import Understanding
from drafter.vocabulary import Ambition, Piece

PER_STAKE = 2
"""Clauses of one lot on one stake, specifications and execution conditions together."""
_BESIDE_STAKES = frozenset({ClauseType.CRITERION, ClauseType.PROGRESS})
"""One of each at most: a stake already met is no reason to prefer a general one."""
ARTICLE_REASON = "Ancre les obligations environnementales dans le CCAP : preuves, suivi, pénalités."


@dataclass
class Candidate:
    """A clause whose conditions hold for these lots (0 is a market without lots), and the verdict that says why."""

    clause: Clause
    lots: list[int]
    verdict: Verdict


@dataclass
class Taken:
    """What a lot has already been given."""

    clauses: list[Clause] = field(default_factory=list)
    themes: set[str] = field(default_factory=set)
    stakes: Counter[Stake] = field(default_factory=Counter)
    specific: set[ClauseType] = field(default_factory=set)
    """Types for which a clause of its own segment was kept: general ones have no place any more."""


@dataclass
class Work:
    """One selection being made. `dropped` and `waiting` gather the reasons as they are found."""

    understanding: Understanding
    library: Library
    on: date
    situation: Situation
    bound: tuple[Duty, ...]
    """The duties that bind, or may."""
    kept: list[Proposal] = field(default_factory=list)
    dropped: list[SetAside] = field(default_factory=list)
    waiting: dict[str, list[str]] = field(default_factory=dict)
    taken: dict[int, Taken] = field(default_factory=lambda: defaultdict(Taken))


def _evaluate(clause: Clause, facts: Facts, work: Work) -> Verdict:
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


def candidate_of(clause: Clause, work: Work) -> Candidate | None:
    """The lots a clause applies to, or None when it was set aside or waits for an answer."""
    understanding = work.understanding
    fitting = [lot for lot in understanding.lots if not clause.segments or lot.segment in clause.segments]
    if whole_market(clause):
        verdict = _evaluate(clause, work.situation.market, work)
        verdicts = [(lot, verdict) for lot in fitting]
    else:
        verdicts = [(lot, _evaluate(clause, work.situation.lots[lot_number(lot)], work)) for lot in fitting]
    lots = [lot_number(lot) for lot, verdict in verdicts if verdict.holds]
    if lots:
        return Candidate(clause, lots, next(verdict for _, verdict in verdicts if verdict.holds))
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


def _ranked(clauses: list[Clause], work: Work) -> list[Candidate]:
    """Candidates with a level within the ambition, those of the segment first."""
    ranked = []
    ambition = _ambition(work.situation.lots, work)
    preference = {clause.id: (not clause.segments, _below(clause, ambition)) for clause in clauses}
    for clause in sorted(clauses, key=lambda item: (*preference[item.id], item.priority, item.id)):
        candidate = candidate_of(clause, work)
        if candidate is None:
            continue
        if level_of(clause, candidate.lots, work) is None:
            work.dropped.append(SetAside(clause, (above_ambition(clause),)))
            continue
        ranked.append(candidate)
    return ranked


def _below(clause: Clause, ambition: Ambition) -> int:
    """How far under the ambition of the market the clause stays."""
    level = clause.level_for(ambition)
    return ambition.rank - level.rank if level is not None else 0


def above_ambition(clause: Clause) -> str:
    """Why a clause written for higher levels only is set aside."""
    lowest = min(clause.levels, key=lambda level: level.rank)
    return f"Écrite pour le niveau {lowest.label.lower()}, au-dessus de l'ambition retenue."


def _ambition(lots: Iterable[int], work: Work) -> Ambition:
    numbers = set(lots)
    return max(
        (lot.scope.ambition for lot in work.understanding.lots if lot_number(lot) in numbers),
        key=lambda ambition: ambition.rank,
    )


def level_of(clause: Clause, lots: Iterable[int], work: Work) -> Ambition | None:
    """The highest level of the clause within the ambition of these lots; None when it starts above."""
    return clause.level_for(_ambition(lots, work))


def select_slot(clauses: list[Clause], kind: ClauseType, quota: int, work: Work) -> None:
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
            keep(candidate, candidate.lots, work, (ARTICLE_REASON,))
        elif lots:
            keep(candidate, lots, work, _why(clause, candidate, lots, work))
        else:
            work.dropped.append(SetAside(clause, (_set_aside_reason(candidate, quota, work),)))


def _optional(clause: Clause) -> str:
    """Why a clause is only ever the buyer's choice; empty when the service may propose it."""
    if clause.theme == LIFE_CYCLE_COST:
        return "Critère possible à la place du prix, au choix de l'acheteur."
    if clause.piece is Piece.RC and clause.criterion is None:
        return "Mention du règlement, au choix de l'acheteur."
    return ""


def _welcome(clause: Clause, number: int, most: int, work: Work) -> bool:
    """Whether a lot has room for the clause: theme not met, fewer than `most` clauses on its stake."""
    taken = work.taken[number]
    if (
        _conflict(clause, taken)
        or clause.theme in taken.themes
        or (not clause.segments and clause.type in taken.specific)
    ):
        return False
    return clause.type in _BESIDE_STAKES or taken.stakes[clause.stake] < most


def _take(clause: Clause, taken: Taken) -> None:
    taken.clauses.append(clause)
    taken.themes.add(clause.theme)
    if clause.segments:
        taken.specific.add(clause.type)
    if clause.type not in _BESIDE_STAKES:
        taken.stakes[clause.stake] += 1


def _set_aside_reason(candidate: Candidate, quota: int, work: Work) -> str:
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


def _conflict(clause: Clause, taken: Taken) -> str:
    """Title of a clause of the same lot that this one contradicts, doubles or is replaced by."""
    for other in taken.clauses:
        if other.id in (*clause.conflicts, *clause.replaces) or clause.id in (*other.conflicts, *other.replaces):
            return other.title
    return ""


def _why(clause: Clause, candidate: Candidate, lots: list[int], work: Work) -> tuple[str, ...]:
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


def keep(candidate: Candidate, lots: list[int], work: Work, reasons: tuple[str, ...]) -> None:
    """Propose a clause for these lots; what contradicts it has no place there any more."""
    work.kept.append(propose(candidate.clause, lots, work.understanding, reasons))
    for number in lots:
        if not any(known is candidate.clause for known in work.taken[number].clauses):
            work.taken[number].clauses.append(candidate.clause)
