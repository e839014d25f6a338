"""Whether a lot may be reserved, and to whom: possible, advised (declared by the buyer) or excluded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from drafter.conditions import Facts
from drafter.library import Library
from drafter.library.models import Reservation
from drafter.vocabulary import Term


class ReservationStatus(Term):
    POSSIBLE = "possible", "Possible"
    ADVISED = "conseillee", "Retenue par l'acheteur"
    EXCLUDED = "exclue", "Exclue"


@dataclass(frozen=True)
class FoundReservation:
    reservation: Reservation
    lot: int | None
    status: ReservationStatus
    reason: str


def find_reservations(lots: Mapping[int, Facts], library: Library, on: date) -> tuple[FoundReservation, ...]:
    """Each kind of reservation for each lot (0 is a market without lots)."""
    return tuple(
        _find(reservation, number or None, facts, library, on)
        for number, facts in lots.items()
        for reservation in library.reservations.values()
    )


def _find(reservation: Reservation, lot: int | None, facts: Facts, library: Library, on: date) -> FoundReservation:
    verdict = reservation.applies_when.evaluate(facts, on, library.value)
    if verdict.holds is False:
        reason = " ; ".join(item.text for item in verdict.because(False))
        return FoundReservation(reservation, lot, ReservationStatus.EXCLUDED, reason)
    flags = facts.get("drapeaux") or frozenset()
    if reservation.flag in flags:  # type: ignore[operator]
        reason = (
            "Réservation déclarée : elle se mentionne dans l'avis et le règlement de la consultation "
            f"({reservation.article})."
        )
        return FoundReservation(reservation, lot, ReservationStatus.ADVISED, reason)
    reason = f"{reservation.requirement}. Vérifiez l'offre locale avec le facilitateur ou le Marché de l'inclusion."
    return FoundReservation(reservation, lot, ReservationStatus.POSSIBLE, reason)
