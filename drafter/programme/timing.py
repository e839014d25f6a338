"""When to ask the facilitateur, what comes first, and in which civil quarters the hours fall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from drafter import french
from drafter.calibration.model import Slice
from drafter.programme.describing import months_before
from drafter.programme.settings import Settings
from drafter.vocabulary import Term


class Priority(Term):
    HIGH = "haute", "1. Haute"
    MEDIUM = "moyenne", "2. Moyenne"
    LOW = "basse", "3. Basse"


RULE = (
    "Priorité : on additionne des points. Obligation sociale due : 2, à préciser : 1. Heures conseillées d'au moins un "
    "équivalent temps plein : 2, d'au moins un parcours utile : 1. Date limite de saisine du facilitateur passée, ou "
    "dans les quatre semaines : 2, dans les trois mois : 1. Quatre points et plus : haute ; deux ou trois : moyenne ; "
    "moins : basse. Un marché sans levier social est toujours de priorité basse. C'est notre règle, pas une norme."
)
NEAR, SOON = timedelta(weeks=4), timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Deadlines:
    writing: date
    ask: date


def deadlines(launch: date, settings: Settings) -> Deadlines:
    """The writing begins before the launch, and the facilitateur is asked before the writing."""
    writing = months_before(launch, settings.writing_months)
    return Deadlines(writing, writing - timedelta(weeks=settings.facilitator_weeks))


def prioritise(
    *, ask: date | None, on: date, social: str, hours: Fraction, course: Fraction, year: Fraction, lever: bool
) -> tuple[Priority, str]:
    """The priority and its points in words. `social` is the status of the social duty; `course` and `year` are the
    hours of one useful path and of one full-time year, from the library. `ask` is None when the launch is not known."""
    parts: list[tuple[int, str]] = []
    if social in ("due", "a_preciser"):
        parts.append((2, "obligation sociale due") if social == "due" else (1, "obligation sociale à préciser"))
    if hours >= course:
        parts.append((2 if hours >= year else 1, f"{french.number(hours)} heures conseillées"))
    if ask is not None and ask - on <= SOON:
        when = "passée" if ask < on else "dans les quatre semaines" if ask - on <= NEAR else "dans les trois mois"
        parts.append((1 if ask - on > NEAR else 2, f"date limite {when}"))
    points = sum(point for point, _ in parts)
    words = " ; ".join(f"{name} ({point})" for point, name in parts) or "aucun point"
    if not lever:
        return Priority.LOW, f"Aucun levier social. {words}."
    level = Priority.HIGH if points >= 4 else Priority.MEDIUM if points >= 2 else Priority.LOW
    return level, f"{points} point{'s' if points > 1 else ''} : {words}."


def civil_quarters(slices: Iterable[Slice]) -> dict[str, int]:
    """Whole hours of each civil quarter (`2027-T1`). A slice that straddles two is shared by days; sums are kept."""
    found: Counter[str] = Counter()
    for item in slices:
        total, start, done = int(item.hours.value), item.start, 0
        days = (item.end - item.start).days + 1
        while start <= item.end:
            end = min(_quarter_end(start), item.end)
            due = total if end == item.end else total * ((end - item.start).days + 1) // days
            found[f"{start.year}-T{(start.month + 2) // 3}"] += due - done
            done, start = due, end + timedelta(days=1)
    return {quarter: hours for quarter, hours in sorted(found.items()) if hours}


def _quarter_end(day: date) -> date:
    last = (day.month + 2) // 3 * 3
    return date(day.year + last // 12, last % 12 + 1, 1) - timedelta(days=1)
