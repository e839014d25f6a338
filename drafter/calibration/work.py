"""From a method to hours: the hours of work of a lot, its exact hours of insertion, and every step between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from drafter import french
from drafter.calibration import methods
from drafter.calibration.methods import ThreeHours
from drafter.calibration.model import Step
from drafter.calibration.rates import COMPUTED, TYPED, Rates, Three, reason_words, setting
from drafter.dated import Number, Status
from drafter.facts import Method
from drafter.library import Library
from drafter.market import Tranche
from drafter.understanding import Understood
from drafter.values import Euros, Hours, Quantity, Rate
from drafter.vocabulary import Form

WORKED = "Heures de travail du marché"
EXACT = "Heures d'insertion calculées"


@dataclass(frozen=True)
class Work:
    """Hours of work, exact hours of insertion, and the steps of both. `parts`: those of each phase, if any."""

    worked: ThreeHours
    exact: ThreeHours
    steps: tuple[Step, ...]
    parts: tuple[Hours, ...] = ()


NEEDS_AMOUNT = frozenset({Method.AMOUNT, Method.RATIO, Method.TRANSFER, Method.PREVIOUS})


def methods_of(understood: Understood) -> Iterator[Method]:
    """The methods that the facts allow, the best known first.

    Measured hours, then takeover, a former contract, the staff, the phases, the orders, the amount.
    """
    scope = understood.scope
    given = scope.overrides
    if given.estimated_hours is not None:
        yield Method.BILL
    if given.transferable_hours is not None:
        yield Method.TRANSFER
    if given.previous_hours is not None and given.previous_amount:
        yield Method.PREVIOUS
    if given.staff is not None:
        yield Method.STAFF
    if any(tranche.own_rates for tranche in scope.tranches):
        yield Method.PHASES
    yield Method.RATIO if scope.form is Form.ORDERS else Method.AMOUNT


def work(understood: Understood, method: Method, rates: Rates, library: Library, on: date) -> Work:
    """The hours of a lot by one method. The amount is known where the method needs one."""
    if method is Method.PHASES:
        return _phases(understood, rates)
    worked, steps = _worked(understood, method, rates, library, on)
    exact = methods.insertion_hours(worked, rates.effort)
    return Work(worked, exact, (*steps, hours_step(EXACT, exact)))


def _worked(
    understood: Understood, method: Method, rates: Rates, library: Library, on: date
) -> tuple[ThreeHours, tuple[Step, ...]]:
    """Hours of work of the lot by the chosen method, with the steps that lead there."""
    scope, given = understood.scope, understood.scope.overrides
    effort_steps = rates.effort_steps
    duration = fact("Durée d'exécution", scope.duration, "mois")
    if method is Method.BILL:
        hours = given.estimated_hours or Hours(0)
        worked = ThreeHours(hours, hours, hours)
        return worked, (
            fact(
                "Heures d'exécution prévues (DPGF, BPU ou économiste)",
                hours,
                "h",
                reason_words(given.reasons, "heures_dpgf"),
            ),
            *effort_steps,
        )
    if method is Method.STAFF:
        yearly, status, source = setting(library, "etp", on)
        worked = methods.staff_hours(Fraction(given.staff or 0), scope.duration, Hours(yearly.value))
        steps = (
            fact(
                "Effectif prévu (équivalent temps plein)",
                Number(Fraction(given.staff or 0)),
                "personnes",
                reason_words(given.reasons, "effectif"),
            ),
            duration,
            Step("Heures annuelles d'un temps plein", yearly, "h", source, status, yearly, yearly),
            hours_step(WORKED, worked),
        )
        return worked, (*steps, *effort_steps)
    amount = scope.amount or Euros(0)
    base = fact("Montant HT de l'assiette", amount, "€ HT")
    if method is Method.TRANSFER:
        return _transfer(understood, amount, base, duration, rates, library, on)
    if method is Method.PREVIOUS:
        hours, former = given.previous_hours or Hours(0), given.previous_amount or Euros(1)
        worked = methods.previous_hours(hours, former, amount)
        words = reason_words(given.reasons, "heures_marche_precedent")
        return worked, (
            fact("Heures réellement travaillées du marché précédent", hours, "h", words),
            fact("Montant HT du marché précédent", former, "€ HT"),
            base,
            hours_step(WORKED, worked),
            *effort_steps,
        )
    orders = tuple(_order_steps(understood)) if method is Method.RATIO else ()
    worked = methods.worked_hours(amount * share_above(understood), rates.labour_share, rates.hourly_cost)
    return worked, (
        base,
        *orders,
        *rates.labour_steps,
        hours_step(WORKED, worked),
        *effort_steps,
    )


def share_above(understood: Understood) -> Rate:
    """The share of the orders that carry hours: all of them, unless small orders are left out."""
    given, whole = understood.scope.overrides, Rate(1)
    if understood.scope.form is not Form.ORDERS or given.order_threshold is None or given.share_above is None:
        return whole
    return given.share_above


def _order_steps(understood: Understood) -> Iterator[Step]:
    """What a framework agreement adds: the least order, the share of the orders above it, the holders."""
    scope, given = understood.scope, understood.scope.overrides
    if given.order_threshold is not None:
        yield fact(
            "Montant minimal d'un bon de commande qui porte des heures",
            given.order_threshold,
            "€ HT",
            f"Le ratio s'applique aux bons de {french.euros(given.order_threshold)} HT et plus. "
            f"{reason_words(given.reasons, 'seuil_bon_commande_ht')}".rstrip(),
        )
        if given.share_above is not None:
            words = reason_words(given.reasons, "part_commandes_au_dessus_seuil")
            yield fact("Part des commandes au-dessus de ce montant", given.share_above, "part des commandes", words)
    if scope.holders is not None and scope.holders > 1:
        yield fact(
            "Attributaires de l'accord-cadre",
            Number(scope.holders),
            "titulaires",
            "Le même ratio pour chacun, appliqué au montant de ses propres commandes.",
        )


def _transfer(
    understood: Understood,
    amount: Euros,
    base: Step,
    duration: Step,
    rates: Rates,
    library: Library,
    on: date,
) -> tuple[ThreeHours, tuple[Step, ...]]:
    """Staff takeover (cleaning and kindred trades): only the hours beyond the takeover are free."""
    scope = understood.scope
    given = scope.overrides
    cost, status, source = setting(library, "reprise.cout", on)
    revenue = Step("Chiffre d'affaires par heure de travail", cost, "€/h", source, status, cost, cost)
    share = rates.labour_share.central
    if (given.hourly_cost is not None or given.labour_share is not None) and share:
        cost = Number(rates.hourly_cost.central.value / share.value)
        revenue = Step(
            revenue.name,
            cost,
            "€/h",
            TYPED,
            Status.CERTAIN,
            cost,
            cost,
            f"{french.show(rates.hourly_cost.central)} ÷ {french.show(share)} de main-d'œuvre.",
        )
    transferable = given.transferable_hours or Hours(0)
    available = methods.available_share(amount, scope.duration, transferable, cost.value)
    worked = methods.transfer_hours(amount, available, cost.value)
    steps = (
        base,
        duration,
        fact("Heures mensuelles du personnel transférable", transferable, "h/mois"),
        revenue,
        Step("Part du marché disponible après reprise", Number(available), "part", COMPUTED, Status.CERTAIN),
        hours_step("Heures de travail disponibles", worked),
    )
    return worked, (*steps, *rates.effort_steps)


def _phases(understood: Understood, rates: Rates) -> Work:
    """A global or phased contract: each phase at its own rates, else at those of the lot; their sum is the lot."""
    tranches = understood.scope.tranches
    amount = sum((item.amount for item in tranches), Euros(0))
    steps: list[Step] = [
        fact("Montant HT de l'assiette", amount, "€ HT", "Toutes les phases."),
        *rates.labour_steps,
        *rates.effort_steps,
    ]
    worked = exact = ThreeHours(Hours(0), Hours(0), Hours(0))
    parts: list[Hours] = []
    for number, tranche in enumerate(tranches, 1):
        share, cost, effort = (
            _own(tranche.labour_share, rates.labour_share),
            _own(tranche.hourly_cost, rates.hourly_cost),
            _own(tranche.effort, rates.effort),
        )
        hours = methods.worked_hours(tranche.amount, share, cost)
        due = methods.insertion_hours(hours, effort)
        note = (
            f"{french.euros(tranche.amount)} × {french.show(share.central)} ÷ {french.show(cost.central)} "
            f"× {french.show(effort.central)}{_own_words(tranche)}."
        )
        name = f"Heures d'insertion de la phase {number}, {tranche.title}"
        steps.append(Step(name, due.central, "h", COMPUTED, Status.CERTAIN, due.low, due.high, note))
        worked, exact = _sum(worked, hours), _sum(exact, due)
        parts.append(due.central)
    steps += [hours_step(WORKED, worked), hours_step(EXACT, exact)]
    return Work(worked, exact, tuple(steps), tuple(parts))


def _own(typed: Quantity | None, three: Three) -> Three:
    return three if typed is None else Three(typed, typed, typed)


def _own_words(tranche: Tranche) -> str:
    own = [
        name
        for name, figure in (
            ("part", tranche.labour_share),
            ("coût", tranche.hourly_cost),
            ("taux", tranche.effort),
        )
        if figure is not None
    ]
    return f" ({french.joined(own)} de cette phase)" if own else ""


def _sum(one: ThreeHours, other: ThreeHours) -> ThreeHours:
    return ThreeHours(one.low + other.low, one.central + other.central, one.high + other.high)


def fact(name: str, value: Quantity, unit: str, note: str = "") -> Step:
    return Step(name, value, unit, TYPED, Status.CERTAIN, note=note)


def hours_step(name: str, hours: ThreeHours) -> Step:
    return Step(name, hours.central, "h", COMPUTED, Status.CERTAIN, hours.low, hours.high)
