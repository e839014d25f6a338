"""Which legal duties bind this market, by which article, since when, and what the law allows instead.

The trigger is always the launch date (R2122-8 and décret 2022-767: consultation begun, or notice sent).
Every figure and date comes from the library; an unknown fact gives `a_preciser`, never `non_due`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from drafter import french
from drafter.conditions import Condition, Facts, FactValue, Verdict
from drafter.dated import Status
from drafter.errors import Fault, RefusedError
from drafter.library import Library
from drafter.library.models import Anticipation, Duty, Exemption
from drafter.market import Decision, Market, Scope
from drafter.understanding import Understanding
from drafter.values import Euros
from drafter.vocabulary import Buyer, ContractKind, Flag, Form, Nature, Term, ThresholdBasis

BUYER_QUESTION = "Quel est le statut de l'acheteur (acheteur) ?"
TABLE_QUESTION = "Les seuils européens ne sont pas connus à cette date : lesquels s'appliquent ?"

Evaluate = Callable[[Condition], Verdict]


class DutyStatus(Term):
    DUE = "due", "Due"
    NOT_DUE = "non_due", "Non due"
    UNSURE = "a_preciser", "À préciser"
    EXEMPTED = "derogee", "Écartée par une dérogation motivée"


@dataclass(frozen=True)
class Readings:
    """Both readings of a threshold: the whole market, and each lot."""

    market: DutyStatus
    lots: Mapping[int, DutyStatus]


@dataclass(frozen=True)
class FoundDuty:
    """A duty of the library, applied to this market."""

    duty: Duty
    status: DutyStatus
    reason: str
    questions: tuple[str, ...] = ()
    certainty: Status = Status.CERTAIN
    open_exemptions: tuple[str, ...] = ()
    acquired_exemptions: tuple[str, ...] = ()
    readings: Readings | None = None
    exemption: str = ""
    exemption_reason: str = ""
    start: date | None = None
    """The day it began for this market: the duty's, or an earlier one that the law gives to its kind."""

    @property
    def since(self) -> date:
        return self.start or self.duty.start

    @property
    def id(self) -> str:
        return self.duty.id

    @property
    def binds(self) -> bool:
        """Due, or not yet known to be: what is uncertain is prepared as if due."""
        return self.status in (DutyStatus.DUE, DutyStatus.UNSURE)


@dataclass(frozen=True)
class ProcedureFacts:
    """The thresholds of the launch date. None where a fact or a table is missing."""

    threshold: Euros | None
    above: bool | None
    dispense_threshold: Euros | None
    dispensed: bool | None
    sources: tuple[str, ...]
    question: str = ""
    limits: frozenset[Euros] = frozenset()
    """Every threshold that may apply: one when the buyer is known, none when no table covers the day."""


def find_procedure(market: Market, library: Library, on: date) -> ProcedureFacts:
    """European and dispense thresholds on that day, and where the market stands (reaching one counts as above)."""
    sources: list[str] = []
    limits: set[Euros] = set()
    known = True
    buyer = Buyer.UTILITY if Flag.DEFENCE in market.flags else market.buyer  # one threshold for the two (annexe 2)
    for row in library.thresholds:
        if row.contract is not market.contract or market.nature not in row.natures:
            continue
        if buyer is not None and buyer not in row.buyers:
            continue
        entry = library.entry(row.parameter, on)
        if entry is None:
            known = False
            continue
        limits.add(entry.value)
        sources.append(
            f"{library.parameters[row.parameter].label} : {french.euros(entry.value)} ({entry.source.title})"
        )
    if not known:
        limits.clear()
    above = reaches(market.total, limits)
    dispense: Euros | None = None
    dispensed: bool | None = None if market.contract is ContractKind.MARKET else False  # R2122-8 is for markets
    if market.contract is ContractKind.MARKET:
        name = "seuils.dispense.travaux" if market.nature is Nature.WORKS else "seuils.dispense.fournitures-services"
        if entry := library.entry(name, on):
            dispense = entry.value
            dispensed = market.total < entry.value
            sources.append(f"{library.parameters[name].label} : {french.euros(entry.value)} ({entry.source.title})")
    return ProcedureFacts(
        threshold=next(iter(limits)) if len(limits) == 1 else None,
        above=above,
        dispense_threshold=dispense,
        dispensed=dispensed,
        sources=tuple(sources),
        question="" if above is not None else BUYER_QUESTION if limits else TABLE_QUESTION,
        limits=frozenset(limits),
    )


def reaches(amount: Euros, limits: Collection[Euros]) -> bool | None:
    """Whether `amount` reaches the threshold (equal counts), when every threshold that may apply agrees."""
    answers = {limit <= amount for limit in limits}
    return answers.pop() if len(answers) == 1 else None


def market_facts(understanding: Understanding, procedure: ProcedureFacts) -> dict[str, FactValue]:
    """The facts of the whole market that duties may ask about."""
    market = understanding.market
    return {
        "contrat": str(market.contract),
        "nature": str(market.nature),
        "acheteur": str(market.buyer) if market.buyer else None,
        "forme": str(market.form or Form.ORDINARY),
        "procedure": str(market.procedure) if market.procedure else None,
        "ccag": str(understanding.ccag),
        "drapeaux": frozenset(str(flag) for flag in market.flags),
        "segment": frozenset(understanding.segments),
        "metier": frozenset(lot.trade for lot in understanding.lots),
        "departement": frozenset(filter(None, [market.department])) or None,
        "alloti": "oui" if len(market.lots) > 1 else "non",
        "au_dessus_seuil_europeen": _yes_no(procedure.above),
        "dispense": _yes_no(procedure.dispensed),
        "montant_ht": market.total,
        "montant_total_ht": market.total,
        "duree_mois": market.duration,
        "date_lancement": market.launch_date,
        "achats_annuels_ht": market.yearly_purchases,
    }


def _yes_no(answer: bool | None) -> str | None:
    return None if answer is None else "oui" if answer else "non"


def find_duties(
    understanding: Understanding, procedure: ProcedureFacts, library: Library, on: date
) -> tuple[FoundDuty, ...]:
    """Every duty of the library for this kind of contract, in the order of the library."""
    facts = cast(Facts, market_facts(understanding, procedure))
    return tuple(
        _find(duty, understanding.market, facts, procedure, library, on)
        for duty in library.duties.values()
        if duty.contract in (None, understanding.market.contract)
    )


def _find(duty: Duty, market: Market, facts: Facts, procedure: ProcedureFacts, library: Library, on: date) -> FoundDuty:
    def evaluate(condition: Condition) -> Verdict:
        return condition.evaluate(facts, on, library.value)

    if duty.end is not None and on > duty.end:
        return FoundDuty(duty, DutyStatus.NOT_DUE, f"Le texte a cessé de s'appliquer le {french.day(duty.end)}.")
    early = _anticipation(duty, on, evaluate)
    if on < duty.start and early is None:
        return FoundDuty(
            duty,
            DutyStatus.NOT_DUE,
            f"Le texte s'applique aux consultations lancées à compter du {french.day(duty.start)}.",
        )
    found = replace(
        _in_scope(duty, market, procedure, evaluate),
        certainty=early.status if early else duty.status,
        start=early.start if early else duty.start,
    )
    if not found.binds:
        return found
    if duty.exemptions:
        open_, acquired = _exemptions(duty, market, evaluate, library)
        found = replace(found, open_exemptions=open_, acquired_exemptions=acquired)
    if market.form is Form.SUBSEQUENT and duty.contract and (doubt := _framework_doubt(found.since, market)):
        reason, question = doubt
        return replace(
            found,
            status=DutyStatus.UNSURE,
            reason=reason,
            questions=(question, *found.questions),
            certainty=Status.TO_VERIFY,
        )
    if found.status is DutyStatus.DUE and not found.reason:
        since = french.day(found.since)
        text = f"Depuis le {since} pour les consultations lancées à compter de cette date, sans seuil de montant."
        if early and early.note:
            text += f" Entrée en vigueur anticipée : {early.note[:1].lower()}{early.note[1:]}"
        return replace(found, reason=text)
    return found


def _in_scope(duty: Duty, market: Market, procedure: ProcedureFacts, evaluate: Evaluate) -> FoundDuty:
    """The duty on a day when it is in force: its scope, its own condition, its threshold."""
    if duty.unless is not None:
        excluded = evaluate(duty.unless)
        if excluded.holds:
            return FoundDuty(duty, DutyStatus.NOT_DUE, duty.out_of_scope or _because(excluded, True))
        if excluded.holds is None:
            reason = f"À confirmer : {_because(excluded, None)}. Hors champ : {duty.out_of_scope or 'voir le texte'}"
            return FoundDuty(duty, DutyStatus.UNSURE, reason, _questions(excluded))
    applies = evaluate(duty.applies_when)
    if applies.holds is False:
        return FoundDuty(duty, DutyStatus.NOT_DUE, _because(applies, False))
    if applies.holds is None:
        return FoundDuty(duty, DutyStatus.UNSURE, _because(applies, None), _questions(applies))
    if duty.european_threshold:
        return _against_threshold(duty, market, procedure)
    return FoundDuty(duty, DutyStatus.DUE, _because(applies, True))


def _anticipation(duty: Duty, on: date, evaluate: Evaluate) -> Anticipation | None:
    """The earlier start that the law gives to this kind of contract, when it is the one that binds today."""
    if on >= duty.start:
        return None
    return next(
        (early for early in duty.anticipations if early.start <= on and evaluate(early.applies_when).holds), None
    )


def _framework_doubt(since: date, market: Market) -> tuple[str, str] | None:
    """A subsequent contract of a framework agreement that was launched before the duty began, or nobody knows when."""
    if market.framework_date is None:
        return (
            "Marché subséquent : le régime dépend de la date de lancement de l'accord-cadre.",
            "À quelle date l'accord-cadre a-t-il été lancé (date_accord_cadre) ?",
        )
    if market.framework_date < since:
        return (
            f"L'accord-cadre a été lancé le {french.day(market.framework_date)}, avant l'entrée en vigueur : "
            "le régime du marché subséquent est discuté.",
            "Appliquez-vous le régime de l'accord-cadre ou celui de la date du marché subséquent ?",
        )
    return None


def _against_threshold(duty: Duty, market: Market, procedure: ProcedureFacts) -> FoundDuty:
    """Both readings of the threshold; the market's `base_seuil_social` says which one decides."""
    whole = _status(procedure.above)
    lots = {scope.lot: _status(_lot_reaches(scope, procedure)) for scope in market.scopes if scope.lot is not None}
    found = set(lots.values())
    by_lot = next((status for status in (DutyStatus.DUE, DutyStatus.UNSURE) if status in found), DutyStatus.NOT_DUE)
    status = by_lot if lots and market.threshold_basis is ThresholdBasis.LOT else whole
    question = procedure.question or "Quel est le montant hors taxes de chaque lot ?"
    if status is DutyStatus.UNSURE and len(procedure.limits) > 1:
        question = BUYER_QUESTION
    return FoundDuty(
        duty,
        status,
        _threshold_reason(market, procedure, whole, by_lot if lots else None),
        (question,) if status is DutyStatus.UNSURE else (),
        readings=Readings(whole, lots) if lots else None,
    )


def _lot_reaches(scope: Scope, procedure: ProcedureFacts) -> bool | None:
    if procedure.above is False:
        return False  # a part is not above what the whole is below
    amount = scope.amount_max or scope.amount
    return None if amount is None else reaches(amount, procedure.limits)


def _status(reached: bool | None) -> DutyStatus:
    return DutyStatus.UNSURE if reached is None else DutyStatus.DUE if reached else DutyStatus.NOT_DUE


def _threshold_reason(market: Market, procedure: ProcedureFacts, whole: DutyStatus, by_lot: DutyStatus | None) -> str:
    value = f"La valeur estimée de {french.euros(market.total)}"
    if whole is not DutyStatus.UNSURE:
        relation = "atteint" if whole is DutyStatus.DUE else "n'atteint pas"
        limit = f" de {french.euros(procedure.threshold)}" if procedure.threshold else ", quel que soit l'acheteur"
        text = f"{value} {relation} le seuil européen{limit}."
    elif procedure.limits:
        shown = french.joined([french.euros(limit) for limit in sorted(procedure.limits)])
        text = f"{value} est à comparer au seuil européen, qui dépend du statut de l'acheteur ({shown})."
    else:
        day = french.day(market.launch_date)
        text = f"{value} est à comparer aux seuils européens du {day}, que nos tables n'ont pas."
    if by_lot is not None and by_lot is not whole:
        text += (
            f" Lecture par lot : {by_lot.label.lower()}. Le code vise la valeur du marché ; le kit achats durables "
            "vise celle des lots. Une condition sociale sur les lots riches en main-d'œuvre convient aux deux lectures."
        )
    return text


def _exemptions(
    duty: Duty, market: Market, evaluate: Evaluate, library: Library
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Open: allowed for this contract and not ruled out. Acquired: established by the facts, or declared by a flag."""
    open_, acquired = [], []
    for name in duty.exemptions:
        exemption: Exemption = library.exemptions[name]
        if market.contract not in exemption.contracts:
            continue
        if evaluate(exemption.open_when).holds is False:
            continue
        open_.append(name)
        if exemption.acquired_when is not None and evaluate(exemption.acquired_when).holds:
            acquired.append(name)
    return tuple(open_), tuple(acquired)


def apply_exemptions(duties: tuple[FoundDuty, ...], decisions: tuple[Decision, ...]) -> tuple[FoundDuty, ...]:
    """Duties after the exemptions the buyer chose. Raises RefusedError for one closed or without reason (III)."""
    faults: list[Fault] = []
    chosen: dict[str, tuple[str, str]] = {}
    by_id = {found.id: found for found in duties}
    for index, decision in enumerate(decisions, 1):
        if decision.duty is None:
            continue
        where = f"decisions[{index}]"
        found = by_id.get(decision.duty)
        if found is None:
            faults.append(
                Fault(
                    where,
                    f"l'obligation « {decision.duty} » ne concerne pas ce contrat : retirez cette décision",
                )
            )
        elif decision.exemption not in found.open_exemptions:
            way_out = (
                f"choisissez parmi {french.joined(list(found.open_exemptions))}"
                if found.open_exemptions
                else f"aucune ne l'est (obligation {found.status.label.lower()}), retirez cette décision"
            )
            refusal = f"la dérogation « {decision.exemption} » n'est pas ouverte pour {decision.duty} : {way_out}"
            faults.append(Fault(where, refusal))
        elif not decision.reason:
            faults.append(
                Fault(
                    where,
                    "écrivez le motif de la dérogation : la loi impose d'en garder la trace écrite (L2112-2-1, III)",
                )
            )
        else:
            chosen[decision.duty] = (decision.exemption or "", decision.reason)
    if faults:
        raise RefusedError(faults)
    return tuple(
        replace(
            found,
            status=DutyStatus.EXEMPTED,
            exemption=chosen[found.id][0],
            exemption_reason=chosen[found.id][1],
        )
        if found.id in chosen
        else found
        for found in duties
    )


def _because(verdict: Verdict, holds: bool | None) -> str:
    return " ; ".join(reason.text for reason in verdict.because(holds))


def _questions(verdict: Verdict) -> tuple[str, ...]:
    from drafter.facts import KINDS

    asked = (KINDS[reason.fact].question for reason in verdict.because(None) if reason.fact in KINDS)
    return tuple(dict.fromkeys(question for question in asked if question))
