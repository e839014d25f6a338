"""Warnings raised from what was typed or chosen: each says what is wrong and the way out."""

from __future__ import annotations

from dataclasses import dataclass

from drafter import french
from drafter.calibration import Calibration
from drafter.duties import DutyStatus, FoundDuty
from drafter.library import Library
from drafter.market import Market
from drafter.selection import Proposal, Selection
from drafter.understanding import Understanding
from drafter.values import Euros
from drafter.vocabulary import CriterionKind

LEAST_WEIGHT = 10
"""Below this weight (percent) a criterion no longer separates the offers (State guide on responsible IT buying)."""


@dataclass(frozen=True)
class Alert:
    """`id` is a W… of the domain, or the duty or stage it comes from."""

    id: str
    text: str


def satisfied_by(found: FoundDuty, selection: Selection) -> tuple[str, ...]:
    """Ids of the kept clauses that satisfy a duty, or the duty that calls for the same answer."""
    names = {found.id, found.duty.same_as}
    return tuple(dict.fromkeys(item.clause.id for item in selection.kept if names & set(item.clause.satisfies)))


def find_alerts(
    understanding: Understanding,
    duties: tuple[FoundDuty, ...],
    calibration: Calibration,
    selection: Selection,
    library: Library,
) -> tuple[Alert, ...]:
    """All warnings, most serious first."""
    market = understanding.market
    alerts = [
        *_unsatisfied(duties, selection),
        *_criteria(market, duties),
        *_weights(selection),
        *_amounts(market),
        *_recognition(understanding),
    ]
    for lot in calibration.lots:
        where = "" if lot.lot is None else f"Lot n° {lot.lot} : "
        alerts += [Alert("W11", where + text) for text in lot.alerts]
    return tuple(Alert(alert.id, french.typeset(alert.text)) for alert in alerts)


def _unsatisfied(duties: tuple[FoundDuty, ...], selection: Selection) -> list[Alert]:
    alerts = []
    for found in duties:
        if found.status is DutyStatus.DUE and found.duty.satisfied_by and not satisfied_by(found, selection):
            way_out = (
                f" Gardez une clause qui y répond, ou motivez une dérogation ({french.joined(list(found.open_exemptions))})."
                if found.open_exemptions
                else " Gardez ou choisissez une clause qui y répond."
            )
            alerts.append(Alert(found.id, f"Aucune clause retenue ne répond à l'obligation « {found.duty.title} » ({found.duty.article}).{way_out}"))
    return alerts


def _criteria(market: Market, duties: tuple[FoundDuty, ...]) -> list[Alert]:
    if not market.criteria:
        return []
    alerts = []
    kinds = {criterion.kind for criterion in market.criteria}
    bound = any(found.id == "CR-06" and found.status is DutyStatus.DUE for found in duties)
    if kinds == {CriterionKind.PRICE} and bound:
        alerts.append(
            Alert("CR-06", "Le prix ne peut plus être le seul critère (R2152-7) : ajoutez le critère environnemental proposé, ou retenez un critère unique de coût global qui intègre l'environnement.")
        )
    weights = [criterion.weight for criterion in market.criteria]
    if all(weight is not None for weight in weights) and sum(weight or 0 for weight in weights) != 100:
        alerts.append(Alert("CRITERES", f"Les poids de vos critères font {sum(weight or 0 for weight in weights)} % : ils doivent faire 100 %."))
    return alerts


def _weights(selection: Selection) -> list[Alert]:
    light: list[Proposal] = []
    for proposal in selection.kept:
        if proposal.clause.criterion is not None:
            chosen = proposal.values.get("poids")
            weight = chosen.value if chosen is not None else proposal.clause.criterion.weight
            if weight < LEAST_WEIGHT:
                light.append(proposal)
    return [
        Alert("POIDS", f"Le critère « {item.clause.title} » pèse moins de {LEAST_WEIGHT} % : à ce poids, il ne départage pas les offres.")
        for item in light
    ]


def _amounts(market: Market) -> list[Alert]:
    amounts = [lot.amount for lot in market.lots]
    if market.amount is None or not amounts or any(amount is None for amount in amounts):
        return []
    total = sum((amount for amount in amounts if amount is not None), Euros(0))
    if total == market.amount:
        return []
    return [
        Alert(
            "MONTANT",
            f"La somme des lots ({french.euros(total)}) diffère du montant du marché ({french.euros(market.amount)}) : vérifiez-les ; "
            "les seuils sont comparés au plus grand des deux.",
        )
    ]


def _recognition(understanding: Understanding) -> list[Alert]:
    alerts = []
    for lot in understanding.lots:
        if lot.scope.cpv and not lot.recognition.cpv_known:
            alerts.append(Alert("CPV", f"Le code CPV {lot.scope.cpv} n'est rattaché à aucun segment de notre table : il est gardé tel quel."))
        if lot.recognition.origin == "defaut":
            where = "cet achat" if lot.lot is None else f"le lot n° {lot.lot}"
            alerts.append(Alert("SEGMENT", f"Ni le CPV ni l'objet ne disent de quel segment relève {where} : des clauses générales sont proposées. Choisissez un segment pour des clauses propres à l'achat."))
    return list(dict.fromkeys(alerts))
