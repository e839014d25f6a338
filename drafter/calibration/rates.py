"""The three rates of a lot — labour share, hourly cost, effort — from the tables, the buyer, and the factors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from drafter import french
from drafter.calibration.model import Step
from drafter.dated import Status
from drafter.library import Library
from drafter.library.models import RateKeys
from drafter.understanding import Understood
from drafter.values import Quantity
from drafter.vocabulary import Flag, Nature, Technicity

TYPED = "Valeur saisie"
DESIGN = "MOE"
"""The charter of the ANRU counts the hours of works and of the engineering they need."""
ILE_DE_FRANCE = frozenset({"75", "77", "78", "91", "92", "93", "94", "95"})


@dataclass(frozen=True)
class Three:
    """Low, central and high hypotheses of one figure."""

    low: Quantity
    central: Quantity
    high: Quantity


@dataclass(frozen=True)
class Rates:
    """The rates of a lot, with the steps that show them. `floor` is the effort that a text imposes, if any."""

    labour_share: Three
    hourly_cost: Three
    effort: Three
    floor: Quantity | None
    labour_steps: tuple[Step, ...]
    effort_steps: tuple[Step, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.labour_steps + self.effort_steps


def setting(library: Library, name: str, on: date) -> tuple[Quantity, Status, str]:
    """A setting of the calibrage with its status and source; the first known one before its first date."""
    parameter = library.parameters[f"calibrage.{name}"]
    entry = library.entry(parameter.id, on) or parameter.values[0]
    return entry.value, entry.status, entry.source.title


def rates_of(understood: Understood, library: Library, on: date) -> Rates:
    """Rates of the trade (else of the segment), replaced by what was typed, effort adjusted by named factors."""
    scope = understood.scope
    keys = rate_keys(understood, library)
    flags = scope.flags
    effort_key = keys.effort
    if Flag.NPNRU_PROXIMITY in flags:
        effort_key = "npnru-proximite"
    elif Flag.NPNRU in flags and (scope.nature is Nature.WORKS or understood.segment == DESIGN):
        effort_key = "npnru-travaux"
    share_key = keys.labour_share
    if Flag.WORKSHOP_OPEN in flags and f"{share_key}-atelier" in library.rates:
        share_key = f"{share_key}-atelier"
    share, share_step = _figure(
        library, share_key, on, scope.overrides.labour_share, "Part de main-d'œuvre", "part du prix"
    )
    cost, cost_step = _figure(library, keys.hourly_cost, on, scope.overrides.hourly_cost, "Coût horaire chargé", "€/h")
    effort, effort_step = _figure(
        library, effort_key, on, scope.overrides.effort, "Taux d'effort d'insertion", "part des heures"
    )
    labour_steps = [share_step, cost_step]
    if scope.department in ILE_DE_FRANCE and scope.overrides.hourly_cost is None:
        rise, status, source = setting(library, "ile-de-france", on)
        cost = _each(cost, lambda figure: figure * (1 + rise.value))
        labour_steps.append(
            Step("Majoration du coût horaire, Île-de-France", rise, "du coût horaire", source, status, rise, rise)
        )
    floor = _floor(library, effort_key, on)
    effort_steps = [effort_step]
    if scope.overrides.effort is None and floor is None:
        effort, factor_steps = _factors(effort, understood, library, on)
        effort_steps += factor_steps
    return Rates(share, cost, effort, floor, tuple(labour_steps), tuple(effort_steps))


def _floor(library: Library, key: str, on: date) -> Quantity | None:
    """The effort that a text imposes as a minimum: the low value of a line marked `plancher`."""
    table = library.rates[key]
    entry = library.rate(key, on) or table.values[0]
    return entry.low if table.floor else None


def rate_keys(understood: Understood, library: Library) -> RateKeys:
    """Which lines of the tables apply: the trade's, else the segment's.

    Supplies, and works outside the segments of works, have lines of their own (segments/GEN.yaml).
    """
    nature = understood.scope.nature
    if nature is Nature.SUPPLIES:
        return library.trades["divers-fournitures"].rates
    segment = library.segments[understood.segment]
    trade = understood.recognition.trade
    keys = trade.rates if trade is not None else segment.rates
    supplies = keys.effort == library.trades["divers-fournitures"].rates.effort
    if nature is Nature.WORKS and (supplies or nature not in segment.natures):
        return library.trades["divers-travaux"].rates
    return keys


def _figure(library: Library, key: str, on: date, typed: Quantity | None, name: str, unit: str) -> tuple[Three, Step]:
    table = library.rates[key]
    entry = library.rate(key, on) or table.values[0]
    if typed is not None:
        note = f"Notre table propose {french.show(entry.central)} ({table.label})."
        return Three(typed, typed, typed), Step(name, typed, unit, TYPED, Status.CERTAIN, typed, typed, note)
    three = Three(entry.low, entry.central, entry.high)
    note = f"{table.label}. {entry.note}" if entry.note else table.label
    step = Step(
        name,
        entry.central,
        unit,
        entry.source.title,
        entry.status,
        entry.low,
        entry.high,
        note,
        entry.source.link or "",
    )
    return three, step


def _factors(effort: Three, understood: Understood, library: Library, on: date) -> tuple[Three, list[Step]]:
    """Technicity and site multiply the effort, one named step each; the result is capped."""
    scope = understood.scope
    steps: list[Step] = []

    def multiply(name: str, label: str) -> None:
        nonlocal effort
        factor, status, source = setting(library, name, on)
        effort = _each(effort, lambda rate: rate * factor.value)
        steps.append(Step(label, factor, "coefficient", source, status, factor, factor))

    if scope.technicity is Technicity.HIGH:
        multiply("technicite-forte", "Technicité forte")
    elif scope.technicity is Technicity.LOW:
        multiply("technicite-faible", "Technicité faible")
    if Flag.SENSITIVE_SITE in scope.flags:
        multiply("site-sensible", "Site sensible")
    name = "taux-max-travaux" if scope.nature is Nature.WORKS else "taux-max-services"
    ceiling, status, source = setting(library, name, on)
    if steps and effort.high > ceiling:
        effort = _each(effort, lambda rate: min(rate, ceiling))
        steps.append(Step("Plafond du taux d'effort", ceiling, "part des heures", source, status))
    return effort, steps


def _each(three: Three, change: Callable[[Quantity], Quantity]) -> Three:
    return Three(change(three.low), change(three.central), change(three.high))
