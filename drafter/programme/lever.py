"""The lever proposed for a market: reserve it, reserve a lot, a clause of hours, another condition, a criterion."""

from __future__ import annotations

from dataclasses import dataclass

from drafter import french
from drafter.calibration import Calibration
from drafter.facts import HoursDecision
from drafter.library.terms import ClauseType, Family
from drafter.proposal import RESERVATION, SOCIAL, Selection
from drafter.reservations import FoundReservation, ReservationStatus
from drafter.vocabulary import Term


class Lever(Term):
    RESERVED = "reserver", "Réservation du marché"
    RESERVED_LOT = "reserver_lot", "Lot à réserver"
    CLAUSE = "clause", "Clause d'insertion"
    CONDITION = "condition", "Autre condition sociale"
    CRITERION = "critere", "Critère social"
    NONE = "aucun", "Aucun"


@dataclass(frozen=True, slots=True)
class Proposed:
    """`lots`: those to reserve, when only some are."""

    lever: Lever
    reason: str
    lots: tuple[int, ...] = ()


def propose_lever(
    reservations: tuple[FoundReservation, ...], calibration: Calibration, selection: Selection
) -> Proposed:
    """The strongest first. A reservation is proposed where the library says it serves better than a clause, or when
    it was declared; how many structures can answer is always left to be asked."""
    advised = [found for found in reservations if found.status is ReservationStatus.ADVISED]
    if advised:
        return _reservation(advised, calibration)
    if calibration.decision is not HoursDecision.NONE:
        return Proposed(Lever.CLAUSE, " ".join(dict.fromkeys(lot.reason for lot in calibration.with_clause[:3])))
    why = calibration.lots[0].reason
    for item in selection.kept:
        clause = item.clause
        if clause.family in SOCIAL and clause.type is ClauseType.EXECUTION and clause.theme != RESERVATION:
            return Proposed(Lever.CONDITION, f"{why} À la place : « {clause.title} ». {' '.join(item.reasons[:2])}")
    for aside in selection.dropped:
        if aside.fits and aside.clause.family is Family.SOCIAL and aside.clause.type is ClauseType.CRITERION:
            title = aside.clause.title
            return Proposed(Lever.CRITERION, f"{why} Un critère reste possible, au choix de l'acheteur : « {title} ».")
    return Proposed(Lever.NONE, why)


def _reservation(advised: list[FoundReservation], calibration: Calibration) -> Proposed:
    lots = tuple(sorted({found.lot for found in advised if found.lot is not None}))
    whole = not lots or len(lots) == len(calibration.lots)
    first = advised[0]
    same = [found for found in advised if found.lot == first.lot]
    titles = french.joined([found.reservation.title for found in same], "ou")
    if any(found.reason.startswith("Déclarée") for found in same):
        reason = f"{titles}. {first.reason}"
    else:
        lot = next(item for item in calibration.lots if item.lot == first.lot)
        reason = f"{titles}, plutôt qu'une clause ({lot.decision.label}). {first.reservation.supply}"
    if whole:
        return Proposed(Lever.RESERVED, reason)
    named = french.joined([str(number) for number in lots])
    rest = " Clause d'insertion sur les autres lots qui portent des heures." if _others(calibration, lots) else ""
    return Proposed(Lever.RESERVED_LOT, f"Lot{'s' if len(lots) > 1 else ''} {named} : {reason}{rest}", lots)


def _others(calibration: Calibration, lots: tuple[int, ...]) -> bool:
    return any(lot.lot not in lots for lot in calibration.with_clause)
