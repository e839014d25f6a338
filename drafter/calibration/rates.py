"""The three rates of a lot — labour share, hourly cost, effort — from the tables, the buyer, and the factors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from drafter import french
from drafter.calibration.model import FactorUse, Step
from drafter.dated import Status, at
from drafter.library import Library
from drafter.library.models import RateKeys
from drafter.library.territory import Territory
from drafter.market import ChangeReason
from drafter.understanding import Understood
from drafter.values import Quantity, Rate
from drafter.vocabulary import Factor, Flag, Nature, Technicity

TYPED = "Valeur saisie"
COMPUTED = "Calcul"
SHARE = ("part_main_oeuvre", "Part de main-d'œuvre", "part du prix")
COST = ("cout_horaire", "Coût horaire chargé", "€/h")
EFFORT = ("taux_effort", "Taux d'effort d'insertion", "part des heures")
"""Key in the market file, name of the step, unit."""
COMPENSATED = "Taux d'effort compensé pour l'objectif d'opération"
LOCAL_FLOOR = "Taux d'effort minimal du territoire"
NATIONAL_CHARTER = "la charte de l'ANRU"
TYPED_RATE = "Sans effet : le taux est saisi."
FLOORED = "Sans effet : un texte impose un taux plancher."
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
    """The rates of a lot, with the steps that show them.

    `floor` is the effort that a text imposes, if any, and `floor_source` which text.
    """

    labour_share: Three
    hourly_cost: Three
    effort: Three
    floor: Quantity | None
    labour_steps: tuple[Step, ...]
    effort_steps: tuple[Step, ...]
    floor_source: str = ""
    factors: tuple[FactorUse, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.labour_steps + self.effort_steps


def setting(library: Library, name: str, on: date) -> tuple[Quantity, Status, str]:
    """A setting of the calibrage with its status and source; the first known one before its first date."""
    parameter = library.parameters[f"calibrage.{name}"]
    entry = library.entry(parameter.id, on) or parameter.values[0]
    return entry.value, entry.status, entry.source.title


def rates_of(understood: Understood, library: Library, on: date, compensated: Rate | None = None) -> Rates:
    """Rates of the trade (else of the segment), replaced by what was typed, adjusted by named factors.

    `library` is the lot's own: with its overlays. `compensated` is the least effort that the target of the whole
    operation asks of this lot. What was typed is never adjusted.
    """
    scope = understood.scope
    given = scope.overrides
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
    reasons = given.reasons
    share, share_step = _figure(library, share_key, on, given.labour_share, SHARE, reasons)
    cost, cost_step = _figure(library, keys.hourly_cost, on, given.hourly_cost, COST, reasons)
    effort, effort_step = _figure(library, effort_key, on, given.effort, EFFORT, reasons)
    cost, cost_steps, cost_factors = _cost_factors(cost, understood, library, on)
    floor, source = _floor(library, effort_key, on), NATIONAL_CHARTER
    effort_steps = [effort_step]
    blocked = TYPED_RATE if given.effort is not None else FLOORED if floor is not None else ""
    effort, factor_steps, effort_factors = _factors(effort, understood, library, on, blocked)
    effort_steps += factor_steps
    if given.effort is None and compensated is not None:
        least = compensated
        effort = _each(effort, lambda rate: max(rate, least))
        effort_steps.append(
            Step(
                COMPENSATED,
                least,
                "part des heures",
                COMPUTED,
                Status.CERTAIN,
                least,
                least,
                "Ce que l'objectif de l'opération demande aux lots qui portent une clause ; plafonné.",
            )
        )
    for territory in understood.territories if scope.nature is not Nature.SUPPLIES else ():
        least_effort = territory.floor(on)
        if least_effort is None or territory.effort_floor is None:
            continue
        if floor is None or floor < least_effort:
            floor, source = least_effort, territory.label
        if given.effort is None:
            effort = _each(effort, lambda rate, least=least_effort: max(rate, least))  # type: ignore[misc]
            effort_steps.append(_floor_step(territory, least_effort, on))
    return Rates(
        share,
        cost,
        effort,
        floor,
        (share_step, cost_step, *cost_steps),
        tuple(effort_steps),
        source if floor is not None else "",
        (*cost_factors, *effort_factors),
    )


def _floor_step(territory: Territory, floor: Quantity, on: date) -> Step:
    assert territory.effort_floor is not None
    entry = at(territory.effort_floor.values, on)
    assert entry is not None
    return Step(
        LOCAL_FLOOR,
        floor,
        "part des heures",
        entry.source.title,
        entry.status,
        floor,
        floor,
        f"{territory.label}. {entry.note}" if entry.note else territory.label,
        entry.source.link or "",
    )


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


def reason_words(reasons: Mapping[str, ChangeReason], key: str) -> str:
    """Who proposed the change of a figure, and why, as one sentence; nothing when no reason was given."""
    if key not in reasons:
        return ""
    reason = reasons[key]
    said = reason.reason.rstrip(" .")
    return f"Proposé par {reason.by.label} : {said}." if reason.by else f"Motif : {said}."


def _figure(
    library: Library,
    key: str,
    on: date,
    typed: Quantity | None,
    named: tuple[str, str, str],
    reasons: Mapping[str, ChangeReason],
) -> tuple[Three, Step]:
    alias, name, unit = named
    table = library.rates[key]
    entry = library.rate(key, on) or table.values[0]
    if typed is not None:
        note = f"Notre table propose {french.show(entry.central)} ({table.label}). {reason_words(reasons, alias)}"
        return Three(typed, typed, typed), Step(name, typed, unit, TYPED, Status.CERTAIN, typed, typed, note.rstrip())
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


def _cost_factors(
    cost: Three, understood: Understood, library: Library, on: date
) -> tuple[Three, list[Step], list[FactorUse]]:
    """What raises the hourly cost of the table: the place, then the years since the table. Never a typed cost."""
    scope = understood.scope
    given = scope.overrides
    steps: list[Step] = []
    uses: list[FactorUse] = []
    typed = TYPED_RATE if given.hourly_cost is not None else ""

    def raise_by(factor: Factor, name: str, rise: Quantity, status: Status, source: str, note: str = "") -> None:
        nonlocal cost
        aside = factor in given.set_aside
        if not typed and not aside:
            cost = _each(cost, lambda figure: figure * (1 + rise.value))
            steps.append(Step(name, rise, "du coût horaire", source, status, rise, rise, note))
        uses.append(_use(factor, rise, typed, aside=aside))

    if scope.department in ILE_DE_FRANCE:
        rise, status, source = setting(library, "ile-de-france", on)
        raise_by(Factor.ILE_DE_FRANCE, "Majoration du coût horaire, Île-de-France", rise, status, source)
    keys = rate_keys(understood, library)
    entry = library.rate(keys.hourly_cost, on) or library.rates[keys.hourly_cost].values[0]
    years = on.year - entry.start.year
    if years > 0:
        yearly, status, source = setting(library, "indexation", on)
        if given.indexation is not None:
            yearly, status, source = given.indexation, Status.CERTAIN, TYPED
        rise = Rate((1 + yearly.value) ** years - 1)
        note = f"{french.show(yearly)} par an depuis {entry.start.year}."
        if given.indexation is None:
            note += " Saisissez l'évolution annuelle de l'indice ICHTrev-TS du secteur."
        raise_by(Factor.INDEXATION, "Actualisation du coût horaire", rise, status, source, note)
    return cost, steps, uses


def _use(factor: Factor, value: Quantity, blocked: str, *, aside: bool) -> FactorUse:
    if aside:
        return FactorUse(factor, False, True, value, "Écarté à la demande de la personne.")
    return FactorUse(factor, not blocked, False, value, blocked)


def _factors(
    effort: Three, understood: Understood, library: Library, on: date, blocked: str
) -> tuple[Three, list[Step], list[FactorUse]]:
    """Technicity and site multiply the effort, one named step each; the result is capped."""
    scope = understood.scope
    steps: list[Step] = []
    uses: list[FactorUse] = []

    def multiply(of: Factor, name: str, label: str) -> None:
        nonlocal effort
        factor, status, source = setting(library, name, on)
        aside = of in scope.overrides.set_aside
        if not blocked and not aside:
            effort = _each(effort, lambda rate: rate * factor.value)
            steps.append(Step(label, factor, "coefficient", source, status, factor, factor))
        uses.append(_use(of, factor, blocked, aside=aside))

    if scope.technicity is Technicity.HIGH:
        multiply(Factor.TECHNICITY, "technicite-forte", "Technicité forte")
    elif scope.technicity is Technicity.LOW:
        multiply(Factor.TECHNICITY, "technicite-faible", "Technicité faible")
    if Flag.SENSITIVE_SITE in scope.flags:
        multiply(Factor.SITE, "site-sensible", "Site sensible")
    ceiling, status, source = effort_ceiling(understood, library, on)
    if steps and effort.high > ceiling:
        effort = _each(effort, lambda rate: min(rate, ceiling))
        steps.append(Step("Plafond du taux d'effort", ceiling, "part des heures", source, status))
    return effort, steps, uses


def effort_ceiling(understood: Understood, library: Library, on: date) -> tuple[Quantity, Status, str]:
    """The effort beyond which a confirmation is asked."""
    works = understood.scope.nature is Nature.WORKS
    return setting(library, "taux-max-travaux" if works else "taux-max-services", on)


def _each(three: Three, change: Callable[[Quantity], Quantity]) -> Three:
    return Three(change(three.low), change(three.central), change(three.high))
