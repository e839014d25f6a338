"""The social condition: hours first, another one where the calibrage leaves none, nothing when it is derogated."""

from __future__ import annotations

from drafter import french
from drafter.duties import DutyStatus, FoundDuty
from drafter.library.clause import Clause
from drafter.library.terms import ClauseType, Family
from drafter.proposal import RESERVATION, SetAside
from drafter.slots import Candidate, Work, above_ambition, candidate_of, keep, level_of

SOCIAL_DUTIES = frozenset({"CR-04", "CR-12"})


def select_social(clauses: list[Clause], duties: tuple[FoundDuty, ...], work: Work) -> None:
    """Hours first; another social condition when the calibrage leaves none; nothing when the duty is derogated."""
    duty = next((found for found in duties if found.id in SOCIAL_DUTIES), None)
    exempted = duty is not None and duty.status is DutyStatus.EXEMPTED
    required = duty is not None and duty.binds
    done = False
    for clause in sorted(clauses, key=_social_preference):
        candidate = candidate_of(clause, work)
        if candidate is None:
            continue
        if clause.theme == RESERVATION:
            keep(candidate, candidate.lots, work, ("Lot réservé : la mention et une courte condition d'exécution.",))
            done = len(candidate.lots) == len(work.situation.lots)
        elif level_of(clause, candidate.lots, work) is None:
            work.dropped.append(SetAside(clause, (above_ambition(clause),)))
        elif exempted:
            work.dropped.append(SetAside(clause, ("La condition sociale est écartée par une dérogation motivée.",)))
        elif clause.type is ClauseType.EXECUTION and not done and (clause.family is Family.INSERTION or required):
            done = True
            keep(candidate, _social_lots(clause, candidate, work), work, _why_social(clause, duty, work))
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


def _social_lots(clause: Clause, candidate: Candidate, work: Work) -> list[int]:
    if clause.family is not Family.INSERTION:
        return candidate.lots
    return [
        number for number in candidate.lots if work.situation.lots[number]["decision_calibrage"] != "pas_de_clause"
    ] or candidate.lots


def _why_social(clause: Clause, duty: FoundDuty | None, work: Work) -> tuple[str, ...]:
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
