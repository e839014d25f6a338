"""Warnings raised from what was typed or chosen: each says what is wrong and the way out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from drafter import french
from drafter.calibration import Calibration
from drafter.cautions import find_cautions
from drafter.duties import DutyStatus, FoundDuty, ProcedureFacts
from drafter.library import Library
from drafter.market import Market
from drafter.proposal import LIFE_CYCLE_COST, Proposal, Selection
from drafter.understanding import Understanding
from drafter.values import Euros
from drafter.vocabulary import CriterionKind, Flag, Form, Procedure

LEAST_WEIGHT = 10
"""Below this weight (percent) a criterion no longer separates the offers (State guide on responsible IT buying)."""

YOUR_PIECES = ("RC", "Contrat")


@dataclass(frozen=True)
class Alert:
    """`id` is a W… of the domain, or the duty or stage it comes from."""

    id: str
    text: str
    question: str = ""
    advice: bool = False
    """A good idea rather than a danger."""


def satisfied_by(found: FoundDuty, selection: Selection) -> tuple[str, ...]:
    """Ids of the kept clauses that satisfy a duty, or the duty that calls for the same answer."""
    answers = (item.clause.id for item in selection.kept if found.duty.answered_by(item.clause.satisfies))
    return tuple(dict.fromkeys(answers))


def find_alerts(
    understanding: Understanding,
    duties: tuple[FoundDuty, ...],
    calibration: Calibration,
    selection: Selection,
    library: Library,
    procedure: ProcedureFacts,
    on: date,
) -> tuple[Alert, ...]:
    """All warnings, most serious first."""
    market = understanding.market
    alerts = [
        *_unsatisfied(duties, selection),
        *_conflicts(selection),
        *_yours_to_write(duties),
        *_special_services(understanding, duties),
        *_criteria(market, duties),
        *_weights(selection),
        *_whole_cost(market, selection),
        *_without_competition(market, selection),
        *_no_maximum(understanding),
        *_amounts(market),
        *_recognition(understanding),
    ]
    alerts += [Alert("W11", text) for text in calibration.alerts]
    for lot in calibration.lots:
        where = "" if lot.lot is None else f"Lot n° {lot.lot} : "
        alerts += [Alert("W11", where + text) for text in lot.alerts]
    cautions = find_cautions(understanding, duties, procedure, calibration, selection, library, library.warnings, on)
    alerts += [Alert(item.id, item.text, item.question, advice=item.weight == "conseil") for item in cautions]
    return tuple(replace(alert, text=french.typeset(alert.text)) for alert in alerts)


def _unsatisfied(duties: tuple[FoundDuty, ...], selection: Selection) -> list[Alert]:
    alerts = []
    for found in duties:
        if found.status is DutyStatus.DUE and found.duty.satisfied_by and not satisfied_by(found, selection):
            way_out = (
                " Gardez une clause qui y répond, ou motivez une dérogation "
                f"({french.joined(list(found.open_exemptions))})."
                if found.open_exemptions
                else " Gardez ou choisissez une clause qui y répond."
            )
            alerts.append(
                Alert(
                    found.id,
                    f"Aucune clause retenue ne répond à l'obligation « {found.duty.title} » "
                    f"({found.duty.article}).{way_out}",
                )
            )
    return alerts


def _conflicts(selection: Selection) -> list[Alert]:
    """Clauses that the person kept for one lot although one excludes the other; the proposal never holds two."""
    found = [
        Alert(
            "CONFLIT",
            f"« {one.clause.title} » et « {other.clause.title} » se contredisent : retirez l'une des deux.",
        )
        for place, one in enumerate(selection.kept)
        for other in selection.kept[place + 1 :]
        if _share_a_lot(one, other)
        and (other.clause.id in one.clause.conflicts or one.clause.id in other.clause.conflicts)
    ]
    return list(dict.fromkeys(found))


def _share_a_lot(one: Proposal, other: Proposal) -> bool:
    """A proposal without lot numbers is for the whole market."""
    return not one.lots or not other.lots or bool(set(one.lots) & set(other.lots))


def _yours_to_write(duties: tuple[FoundDuty, ...]) -> list[Alert]:
    """Duties that bind a piece of the file and that no clause of ours answers."""
    return [
        Alert(
            found.id,
            f"{found.duty.title} ({found.duty.article}) : {found.duty.text} Aucune clause ne l'écrit pour vous.",
        )
        for found in duties
        if found.status is DutyStatus.DUE and not found.duty.satisfied_by and found.duty.piece in YOUR_PIECES
    ]


def _special_services(understanding: Understanding, duties: tuple[FoundDuty, ...]) -> list[Alert]:
    declared = any(Flag.SOCIAL_SERVICES in lot.scope.flags for lot in understanding.lots)
    bound = any(found.duty.european_threshold and found.status is DutyStatus.DUE for found in duties)
    text = (
        "Services sociaux et autres services spécifiques (R2123-1, 3°) : le seuil à comparer est discuté, celui de "
        "l'acheteur ou celui, plus élevé, de la publicité de ces services. Le service retient le seuil de l'acheteur."
    )
    return [Alert("CR-04", text)] if declared and bound else []


def _criteria(market: Market, duties: tuple[FoundDuty, ...]) -> list[Alert]:
    if not market.criteria:
        return []
    alerts = []
    kinds = {criterion.kind for criterion in market.criteria}
    bound = any(found.id == "CR-06" and found.status is DutyStatus.DUE for found in duties)
    if kinds == {CriterionKind.PRICE} and bound:
        alerts.append(
            Alert(
                "CR-06",
                "Le prix ne peut plus être le seul critère (R2152-7) : ajoutez le critère environnemental "
                "proposé, ou retenez un critère unique de coût global qui intègre l'environnement.",
            )
        )
    weights = [criterion.weight for criterion in market.criteria]
    if all(weight is not None for weight in weights) and sum(weight or 0 for weight in weights) != 100:
        alerts.append(
            Alert(
                "CRITERES",
                f"Les poids de vos critères font {sum(weight or 0 for weight in weights)} % : ils doivent faire 100 %.",
            )
        )
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
        Alert(
            "POIDS",
            f"Le critère « {item.clause.title} » pèse moins de {LEAST_WEIGHT} % : à ce poids, il ne départage "
            "pas les offres.",
        )
        for item in light
    ]


def _whole_cost(market: Market, selection: Selection) -> list[Alert]:
    """The cost over the life cycle is judged in the place of the price, never beside it."""
    kept = any(proposal.clause.theme == LIFE_CYCLE_COST for proposal in selection.kept)
    judged = (CriterionKind.PRICE, CriterionKind.COST)
    typed = [criterion.title for criterion in market.criteria if criterion.kind in judged]
    if not kept or not typed:
        return []
    return [
        Alert(
            "COUT",
            f"Le coût du cycle de vie est jugé à côté de « {typed[0]} » : le prix compterait deux fois. "
            "Gardez l'un des deux critères.",
        )
    ]


def _without_competition(market: Market, selection: Selection) -> list[Alert]:
    """L2152-7 supposes that offers are compared: the criterion is kept for quotations, and one may drop it."""
    if market.procedure is not Procedure.NONE:
        return []
    if not any(proposal.clause.criterion is not None for proposal in selection.kept):
        return []
    text = (
        "Achat sans publicité ni mise en concurrence : le critère ne sert que si vous comparez plusieurs devis. "
        "Retirez-le si vous n'en demandez qu'un."
    )
    return [Alert("SANS-CONCURRENCE", text, advice=True)]


def _no_maximum(understanding: Understanding) -> list[Alert]:
    """R2162-4, as several law firms quote it since the decree of 23 August 2021; a maximum in quantity is not typed."""
    market = understanding.market
    orders = [lot.scope for lot in understanding.lots if lot.scope.form is Form.ORDERS]
    if not orders or market.amount_max is not None or all(scope.amount_max is not None for scope in orders):
        return []
    text = (
        "Aucun maximum n'est indiqué. Un accord-cadre à bons de commande en fixe un, en valeur ou en quantité "
        "(R2162-4, lu dans des commentaires concordants). S'il est en valeur, indiquez-le : les seuils s'y comparent."
    )
    return [Alert("MAXIMUM", text)]


def _amounts(market: Market) -> list[Alert]:
    alerts = []
    amounts = [lot.amount for lot in market.lots if lot.amount is not None]
    total = sum(amounts, Euros(0))
    if market.amount is not None and amounts and len(amounts) == len(market.lots) and total != market.amount:
        alerts.append(
            f"La somme des lots ({french.euros(total)}) diffère du montant du marché ({french.euros(market.amount)}) : "
            "vérifiez-les ; les seuils sont comparés au plus grand des deux."
        )
    for name, facts in (("", market), *((f"Lot n° {number} : ", lot) for number, lot in enumerate(market.lots, 1))):
        if facts.amount is None:
            continue
        if facts.amount_max is not None and facts.amount > facts.amount_max:
            alerts.append(
                f"{name}l'estimation ({french.euros(facts.amount)}) dépasse le maximum de l'accord-cadre "
                f"({french.euros(facts.amount_max)}) : vérifiez-les ; les seuils sont comparés au maximum."
            )
        parts = sum((part.amount for part in facts.tranches), Euros(0))
        if facts.amount < parts:
            alerts.append(
                f"{name}les tranches ({french.euros(parts)}) dépassent le montant indiqué "
                f"({french.euros(facts.amount)}), qui doit les comprendre toutes : vérifiez-les."
            )
    return [Alert("MONTANT", text[:1].upper() + text[1:]) for text in alerts]


def _recognition(understanding: Understanding) -> list[Alert]:
    alerts = []
    for lot in understanding.lots:
        if (code := lot.scope.cpv) and not lot.recognition.cpv_known:
            why = (
                "est trop général pour dire"
                if code.endswith("00000")
                else "n'est dans aucune ligne de notre table, qui dit"
            )
            text = (
                f"Le code CPV {code} {why} de quel segment relève l'achat : il est gardé tel quel, et l'objet décide."
            )
            alerts.append(Alert("CPV", text))
        if lot.recognition.origin == "defaut":
            where = "cet achat" if lot.lot is None else f"le lot n° {lot.lot}"
            alerts.append(
                Alert(
                    "SEGMENT",
                    f"Ni le CPV ni l'objet ne disent de quel segment relève {where} : des clauses générales sont "
                    "proposées. Choisissez un segment pour des clauses propres à l'achat.",
                )
            )
    return list(dict.fromkeys(alerts))
