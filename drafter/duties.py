"""Which legal duties bind this market, by which article, since when, and what the law allows instead.

The trigger is always the launch date (R2122-8 and décret 2022-767: consultation begun, or notice sent).
Every figure and date comes from the library; an unknown fact gives `a_preciser`, never `non_due`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from drafter import french
from drafter.conditions import Condition, Facts, Reason, Verdict
from drafter.dated import Status
from drafter.errors import Fault, RefusedError
from drafter.library import Library
from drafter.library.models import Anticipation, Duty, Exemption
from drafter.market import Decision, Market
from drafter.understanding import Understanding
from drafter.values import Euros
from drafter.vocabulary import ContractKind, Form, Nature, Term, ThresholdBasis


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


def find_procedure(market: Market, library: Library, on: date) -> ProcedureFacts:
    """European and dispense thresholds on that day, and where the market stands (reaching one counts as above)."""
    sources: list[str] = []
    limits: set[Euros] = set()
    known = True
    for row in library.thresholds:
        if row.contract is not market.contract or market.nature not in row.natures:
            continue
        if market.buyer is not None and market.buyer not in row.buyers:
            continue
        entry = library.entry(row.parameter, on)
        if entry is None:
            known = False
            continue
        limits.add(entry.value)
        sources.append(f"{library.parameters[row.parameter].label} : {french.euros(entry.value)} ({entry.source.title})")
    above, question = _above(market.total, limits, known, market)
    dispense, dispensed = None, None
    if market.contract is ContractKind.MARKET:
        name = "seuils.dispense.travaux" if market.nature is Nature.WORKS else "seuils.dispense.fournitures-services"
        if entry := library.entry(name, on):
            dispense = entry.value
            dispensed = market.total < entry.value
            sources.append(f"{library.parameters[name].label} : {french.euros(entry.value)} ({entry.source.title})")
    return ProcedureFacts(
        threshold=next(iter(limits)) if len(limits) == 1 and known else None,
        above=above,
        dispense_threshold=dispense,
        dispensed=dispensed,
        sources=tuple(sources),
        question=question,
    )


def _above(amount: Euros, limits: set[Euros], known: bool, market: Market) -> tuple[bool | None, str]:
    """Whether `amount` reaches the threshold, when every possible threshold agrees."""
    if not known or not limits:
        return None, "Les seuils européens ne sont pas connus à cette date : lesquels s'appliquent ?"
    answers = {amount >= limit for limit in limits}
    if len(answers) == 1:
        return answers.pop(), ""
    return None, "Quel est le statut de l'acheteur (acheteur) ?"


def market_facts(understanding: Understanding, procedure: ProcedureFacts) -> dict[str, object]:
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


def find_duties(understanding: Understanding, procedure: ProcedureFacts, library: Library, on: date) -> tuple[FoundDuty, ...]:
    """Every duty of the library for this kind of contract, in the order of the library."""
    facts = market_facts(understanding, procedure)
    return tuple(
        _find(duty, understanding.market, facts, procedure, library, on)
        for duty in library.duties.values()
        if duty.contract in (None, understanding.market.contract)
    )


def _find(duty: Duty, market: Market, facts: Facts, procedure: ProcedureFacts, library: Library, on: date) -> FoundDuty:
    def evaluate(condition: Condition) -> Verdict:
        return condition.evaluate(facts, on, library.value)

    started, early = _in_force(duty, on, evaluate)
    if not started:
        return FoundDuty(duty, DutyStatus.NOT_DUE, f"Le texte s'applique aux consultations lancées à compter du {french.day(duty.start)}.")
    certainty = early.status if early else duty.status
    since = french.day(early.start if early else duty.start)
    if market.form is Form.SUBSEQUENT and (doubt := _framework_doubt(duty, market)):
        return FoundDuty(duty, DutyStatus.UNSURE, doubt[0], (doubt[1],), Status.TO_VERIFY)

    if duty.unless is not None:
        excluded = evaluate(duty.unless)
        if excluded.holds:
            return FoundDuty(duty, DutyStatus.NOT_DUE, duty.out_of_scope or _because(excluded.because(True)), certainty=certainty)
        if excluded.holds is None:
            return FoundDuty(
                duty, DutyStatus.UNSURE, f"À confirmer. {duty.out_of_scope or ''}".strip(), _questions(excluded), certainty
            )
    applies = evaluate(duty.applies_when)
    if applies.holds is False:
        return FoundDuty(duty, DutyStatus.NOT_DUE, _because(applies.because(False)), certainty=certainty)
    if applies.holds is None:
        return FoundDuty(duty, DutyStatus.UNSURE, _because(applies.because(None)), _questions(applies), certainty)

    if not duty.european_threshold:
        reason = f"Depuis le {since} pour les consultations lancées à compter de cette date, sans seuil de montant."
        return FoundDuty(duty, DutyStatus.DUE, reason, certainty=certainty)
    found = _against_threshold(duty, market, procedure, certainty)
    open_, acquired = _exemptions(duty, market, evaluate, library)
    return replace(found, open_exemptions=open_, acquired_exemptions=acquired) if found.binds else found


def _in_force(duty: Duty, on: date, evaluate: object) -> tuple[bool, Anticipation | None]:
    if duty.start <= on and (duty.end is None or on <= duty.end):
        return True, None
    for early in duty.anticipations:
        if early.start <= on < duty.start and evaluate(early.applies_when).holds:  # type: ignore[operator]
            return True, early
    return False, None


def _framework_doubt(duty: Duty, market: Market) -> tuple[str, str] | None:
    """A subsequent contract of a framework agreement that was launched before the duty began, or nobody knows when."""
    if market.framework_date is None:
        return (
            "Marché subséquent : le régime dépend de la date de lancement de l'accord-cadre.",
            "À quelle date l'accord-cadre a-t-il été lancé (date_accord_cadre) ?",
        )
    if market.framework_date < duty.start:
        return (
            f"L'accord-cadre a été lancé le {french.day(market.framework_date)}, avant l'entrée en vigueur : "
            "le régime du marché subséquent est discuté.",
            "Appliquez-vous le régime de l'accord-cadre ou celui de la date du marché subséquent ?",
        )
    return None


def _against_threshold(duty: Duty, market: Market, procedure: ProcedureFacts, certainty: Status) -> FoundDuty:
    """Both readings of the threshold; the market's `base_seuil_social` says which one decides."""
    whole = _status(procedure.above)
    lots: dict[int, DutyStatus] = {}
    for scope in market.scopes:
        if scope.lot is None:
            continue
        amount = scope.amount_max or scope.amount
        reached = None if amount is None or procedure.threshold is None else amount >= procedure.threshold
        if reached is None and procedure.above is False:
            reached = False  # a part is not above what the whole is below
        lots[scope.lot] = _status(reached)
    by_lot = (
        DutyStatus.DUE
        if DutyStatus.DUE in lots.values()
        else DutyStatus.UNSURE
        if DutyStatus.UNSURE in lots.values()
        else DutyStatus.NOT_DUE
    )
    status = by_lot if lots and market.threshold_basis is ThresholdBasis.LOT else whole
    questions = (procedure.question,) if status is DutyStatus.UNSURE and procedure.question else ()
    if status is DutyStatus.UNSURE and not questions:
        questions = ("Quel est le montant de chaque lot ?",)
    return FoundDuty(
        duty,
        status,
        _threshold_reason(market, procedure, whole, by_lot if lots else None),
        questions,
        certainty,
        readings=Readings(whole, lots) if lots else None,
    )


def _status(reached: bool | None) -> DutyStatus:
    return DutyStatus.UNSURE if reached is None else DutyStatus.DUE if reached else DutyStatus.NOT_DUE


def _threshold_reason(market: Market, procedure: ProcedureFacts, whole: DutyStatus, by_lot: DutyStatus | None) -> str:
    if procedure.threshold is None:
        text = (
            f"Valeur estimée de {french.euros(market.total)} : le seuil européen dépend du statut de l'acheteur."
            if procedure.above is None and not procedure.question.startswith("Les seuils")
            else procedure.question or f"Valeur estimée de {french.euros(market.total)}, quel que soit le statut de l'acheteur."
        )
    else:
        relation = "atteint" if whole is DutyStatus.DUE else "n'atteint pas"
        text = (
            f"La valeur estimée de {french.euros(market.total)} {relation} le seuil européen de "
            f"{french.euros(procedure.threshold)}."
        )
    if by_lot is not None and by_lot is not whole:
        text += (
            f" Lecture par lot : {by_lot.label.lower()}. Le code vise la valeur du marché ; le kit achats durables "
            "vise celle des lots. Une condition sociale sur les lots riches en main-d'œuvre convient aux deux lectures."
        )
    return text


def _exemptions(duty: Duty, market: Market, evaluate: object, library: Library) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Open: allowed for this contract and not ruled out. Acquired: established by the facts, or declared by a flag."""
    open_, acquired = [], []
    for name in duty.exemptions:
        exemption: Exemption = library.exemptions[name]
        if market.contract not in exemption.contracts:
            continue
        if evaluate(exemption.open_when).holds is False:  # type: ignore[operator]
            continue
        open_.append(name)
        if exemption.acquired_when is not None and evaluate(exemption.acquired_when).holds:  # type: ignore[operator]
            acquired.append(name)
    return tuple(open_), tuple(acquired)


def apply_exemptions(duties: tuple[FoundDuty, ...], decisions: tuple[Decision, ...]) -> tuple[FoundDuty, ...]:
    """Duties after the exemptions the buyer chose. Raises RefusedError for one that is closed or has no reason (III)."""
    faults: list[Fault] = []
    chosen: dict[str, tuple[str, str]] = {}
    by_id = {found.id: found for found in duties}
    for index, decision in enumerate(decisions, 1):
        if decision.duty is None:
            continue
        where = f"decisions[{index}]"
        found = by_id.get(decision.duty)
        if found is None:
            faults.append(Fault(where, f"l'obligation « {decision.duty} » ne concerne pas ce contrat : retirez cette décision"))
        elif decision.exemption not in found.open_exemptions:
            allowed = french.joined(list(found.open_exemptions)) or "aucune"
            faults.append(
                Fault(where, f"la dérogation « {decision.exemption} » n'est pas ouverte pour {decision.duty} : dérogations ouvertes : {allowed}")
            )
        elif not decision.reason:
            faults.append(
                Fault(where, "écrivez le motif de la dérogation : la loi impose d'en garder la trace écrite (L2112-2-1, III)")
            )
        else:
            chosen[decision.duty] = (decision.exemption or "", decision.reason)
    if faults:
        raise RefusedError(faults)
    return tuple(
        replace(found, status=DutyStatus.EXEMPTED, exemption=chosen[found.id][0], exemption_reason=chosen[found.id][1])
        if found.id in chosen
        else found
        for found in duties
    )


def _because(reasons: tuple[Reason, ...]) -> str:
    return " ; ".join(reason.text for reason in reasons)


def _questions(verdict: Verdict) -> tuple[str, ...]:
    from drafter.facts import KINDS

    asked = (KINDS[reason.fact].question for reason in verdict.because(None) if reason.fact in KINDS)
    return tuple(dict.fromkeys(question for question in asked if question))
