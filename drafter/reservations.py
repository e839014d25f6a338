"""Whether a lot may be reserved, and to whom: possible, advised (declared, or better than a clause) or excluded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from drafter.conditions import Condition, Facts, Verdict
from drafter.library import Library
from drafter.library.models import Reservation
from drafter.vocabulary import Term


class ReservationStatus(Term):
    POSSIBLE = "possible", "Possible"
    ADVISED = "conseillee", "Conseillée ou déclarée"
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
    def test(condition: Condition | None) -> Verdict:
        return Verdict(False) if condition is None else condition.evaluate(facts, on, library.value)

    def found(status: ReservationStatus, *sentences: str) -> FoundReservation:
        return FoundReservation(reservation, lot, status, " ".join(sentences))

    verdict = test(reservation.applies_when)
    if verdict.holds is False:
        told = [item.text for item in verdict.because(False) if item.fact != "drapeaux"]
        return found(ReservationStatus.EXCLUDED, " ; ".join(told) or f"{reservation.requirement}.")
    flags = facts.get("drapeaux")
    if isinstance(flags, frozenset) and flags.issuperset(reservation.flags):
        mention = f"Déclarée : à mentionner dans l'avis et le règlement de la consultation ({reservation.article})."
        return found(ReservationStatus.ADVISED, mention, reservation.removes, reservation.remains)
    better, pointless = test(reservation.better_when), test(reservation.pointless_when)
    if pointless.holds:
        why = " ; ".join(item.short or item.text for item in pointless.because(True))
        return found(ReservationStatus.POSSIBLE, f"Possible, mais peu utile ici ({why}).", reservation.supply)
    if better.holds:
        why = " ; ".join(item.short or item.text for item in better.because(True))
        return found(ReservationStatus.ADVISED, f"Elle servirait mieux qu'une clause ({why}).", reservation.supply)
    return found(ReservationStatus.POSSIBLE, f"{reservation.requirement}.", reservation.supply)
