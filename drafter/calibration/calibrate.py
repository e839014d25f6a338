"""From a market to its calibrage: the method the facts call for, the decision, the reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from drafter import french
from drafter.calibration.alternatives import alternatives
from drafter.calibration.contest import changes, market_changes
from drafter.calibration.controls import Subject, controls
from drafter.calibration.deciding import alternative, decide
from drafter.calibration.methods import ThreeHours
from drafter.calibration.model import (
    NO_HOURS,
    Calibration,
    HoursRange,
    LotCalibration,
    Step,
    Target,
)
from drafter.calibration.orders import order_ratio, ratio_step, typed_ratio
from drafter.calibration.outcome import (
    add_months,
    cross_checks,
    periods,
    quarters,
    sensitivity,
    tranche_hours,
)
from drafter.calibration.rates import TYPED, Rates, rates_of, reason_words, setting
from drafter.calibration.rounding import round_down, round_up
from drafter.calibration.target import aim, outcome
from drafter.calibration.territories import own_library, territory_uses
from drafter.calibration.work import NEEDS_AMOUNT, methods_of, work
from drafter.dated import Number, Status
from drafter.facts import HoursDecision, Method
from drafter.library import Library
from drafter.understanding import Understanding, Understood
from drafter.values import Hours, Months, Rate
from drafter.vocabulary import Form, Nature

COMPARED = "Heures d'insertion calculées, pour comparaison"


def calibrate(understanding: Understanding, library: Library, on: date) -> Calibration:
    """Hours of each lot, computed lot by lot: a lot left without clause gives its hours to no one.

    Only a target typed for the whole operation raises the lots that carry a clause, and the steps say so.
    """
    market = understanding.market
    lots = tuple(_calibrate_lot(lot, library, on) for lot in understanding.lots)
    alerts: list[str] = []
    reached: Target | None = None
    wanted = market.overrides.target
    if wanted is not None:
        aimed = aim(understanding, lots, wanted, library, on)
        if aimed is None:
            alerts.append(
                f"L'objectif de {french.show(wanted)} pour toute l'opération n'est pas calculé : aucun lot dont le "
                "taux peut changer ne porte de clause."
            )
        else:
            lots = tuple(
                _calibrate_lot(understood, library, on, aimed.by_lot[lot.lot]) if lot.lot in aimed.by_lot else lot
                for understood, lot in zip(understanding.lots, lots, strict=True)
            )
            reached = outcome(aimed, understanding, lots)
            if not reached.reached:
                alerts.append(
                    f"L'objectif de {french.show(wanted)} pour toute l'opération n'est pas atteint : les plafonds et "
                    f"les taux saisis donnent {french.show(reached.obtained)}."
                )
    return Calibration(
        lots,
        tuple(alerts),
        territory_uses(understanding, library, on),
        reached,
        market_changes(market),
        add_months(on, Months(setting(library, "validite", on)[0].value)),
    )


def _calibrate_lot(
    understood: Understood, national: Library, on: date, compensated: Rate | None = None
) -> LotCalibration:
    scope = understood.scope
    library = own_library(understood, national, on)
    rates = rates_of(understood, library, on, compensated)
    if scope.overrides.hours is not None:
        return _typed_hours(understood, scope.overrides.hours, rates, library, on)
    method = next(methods_of(understood))
    if not scope.amount and method in NEEDS_AMOUNT:
        return LotCalibration(
            scope.lot,
            scope.title,
            method,
            NO_HOURS,
            HoursDecision.NONE,
            "Le montant de ce lot n'est pas connu : les heures ne peuvent pas être calculées.",
            rates.steps,
            questions=(f"Quel est le montant hors taxes du lot {scope.lot} ?",),
            factors=rates.factors,
            changes=changes(understood, rates.factors, None, library, on),
        )
    found = work(understood, method, rates, library, on)
    exact, steps = found.exact, found.steps
    decision, reason = decide(understood, method, exact, library, on)
    floor = rates.floor is not None
    step, status, source = setting(library, "arrondi", on)
    rounded = _rounded(exact, floor, step.value)
    if decision is HoursDecision.NONE:
        hours = HoursRange(Hours(0), Hours(0), Hours(0), exact.central)
    else:
        hours = HoursRange(rounded.low, rounded.central, rounded.high, exact.central)
        way = "supérieur" if floor else "inférieur"
        rule = f"dizaine {way}e" if step.value == 10 else f"multiple de {french.number(step.value)} {way}"
        steps = (
            *steps,
            Step(
                "Heures retenues",
                hours.advised,
                "h",
                source,
                status,
                hours.low,
                hours.high,
                f"Arrondi : {rule}{' (taux plancher)' if floor else ''}.",
            ),
        )
    ratio = order_ratio(understood, method, exact.central, rates, library, on)
    if ratio is not None and decision is not HoursDecision.NONE:
        steps = (*steps, ratio_step(understood, ratio, method, exact.central, floor=floor))
    checks = cross_checks(understood, method, found, rates, library, on)
    kept = hours.advised or exact.central  # the figure the clause writes, so that the note tells one ratio
    subject = Subject(understood, method, decision, kept, found.worked.central, checks, rates, library, on)
    return LotCalibration(
        scope.lot,
        scope.title,
        method,
        hours,
        decision,
        reason,
        steps,
        alternative(understood, method, decision),
        controls(subject),
        _questions(understood, method, library),
        ratio,
        _readable(hours.advised, understood, library, on),
        found.worked.central,
        _per_ten_thousand(hours.advised, understood),
        checks,
        sensitivity(understood, method, rates, library, on),
        quarters(hours.advised, scope),
        periods(hours.advised, scope),
        tranche_hours(hours.advised, scope, found, step.value),
        rates.factors,
        changes(understood, rates.factors, None, library, on),
        alternatives(understood, method, decision, library, on),
        floor,
    )


def _per_ten_thousand(hours: Hours, understood: Understood) -> Number | None:
    amount = understood.scope.amount
    return Number(hours.value / (amount.value / 10_000)) if amount else None


def _rounded(exact: ThreeHours, floor: bool, step: Fraction) -> ThreeHours:
    """Multiples of the rounding step, below; above when a text imposes a floor."""

    def whole(hours: Hours) -> Hours:
        return round_up(hours, step) if floor else round_down(hours, step)

    return ThreeHours(whole(exact.low), whole(exact.central), whole(exact.high))


def _questions(understood: Understood, method: Method, library: Library) -> tuple[str, ...]:
    """Facts that would change the hours and were not given."""
    scope = understood.scope
    asked: tuple[str, ...] = ()
    threshold, share = scope.overrides.order_threshold, scope.overrides.share_above
    if scope.form is Form.ORDERS and threshold is not None and share is None:
        asked = (
            f"Quelle part des commandes atteint {french.euros(threshold)} HT par bon "
            "(part_commandes_au_dessus_seuil) ? Sans elle, les heures supposent que toutes l'atteignent.",
        )
    if scope.form is Form.ORDERS and method not in NEEDS_AMOUNT and not scope.amount:
        whose = "de l'accord-cadre" if scope.lot is None else f"du lot {scope.lot}"
        asked += (f"Quel est le montant hors taxes {whose} ? Sans lui, les heures n'ont pas de ratio par commande.",)
    takes_over = library.segments[understood.segment].staff_transfer and scope.nature is Nature.SERVICES
    if takes_over and scope.overrides.transferable_hours is None and scope.overrides.hours is None:
        asked = (
            "Y a-t-il du personnel à reprendre, et combien d'heures par mois (personnel_transferable_heures_mois) ?",
            *asked,
        )
    return asked


def _readable(hours: Hours, understood: Understood, library: Library, on: date) -> tuple[tuple[str, Number], ...]:
    if not hours:
        return ()
    week, month, year, paid = (
        setting(library, name, on)[0].value for name in ("heures-semaine", "heures-mois", "etp", "etp-payes")
    )
    duration = understood.scope.duration.value
    return (
        ("semaines de travail d'une personne", Number(hours.value / week)),
        ("mois de travail d'une personne", Number(hours.value / month)),
        (f"ETP sur un an ({french.number(year)} h travaillées)", Number(hours.value / year)),
        (f"ETP sur un an ({french.number(paid)} h payées)", Number(hours.value / paid)),
        ("personne présente en moyenne sur la durée", Number(hours.value / (month * duration))),
    )


def _typed_hours(understood: Understood, hours: Hours, rates: Rates, library: Library, on: date) -> LotCalibration:
    """Hours agreed elsewhere (with the facilitateur, say) are taken as typed, never rounded."""
    scope = understood.scope
    course, _, _ = setting(library, "heures-parcours", on)
    if not hours:
        decision, reason = HoursDecision.NONE, "Aucune heure n'est retenue : valeur saisie."
    elif hours < Hours(course.value):
        decision, reason = (
            HoursDecision.POOLED,
            "Volume saisi, inférieur à un mois de travail d'une personne : globalisation conseillée.",
        )
    else:
        decision, reason = HoursDecision.CLAUSE, "Volume saisi par l'acheteur ou le facilitateur."
    steps: tuple[Step, ...] = ()
    method = Method.RATIO if scope.form is Form.ORDERS else Method.AMOUNT
    worked: Hours | None = None
    computed: Hours | None = None
    if scope.amount is not None and scope.nature is not Nature.SUPPLIES:
        found = work(understood, method, rates, library, on)
        *before, last = found.steps
        steps = (*before, replace(last, name=COMPARED))
        worked, computed = found.worked.central, found.exact.central
    words = f"Valeur saisie, sans arrondi. {reason_words(scope.overrides.reasons, 'heures')}".rstrip()
    steps = (
        *steps,
        Step("Heures retenues", hours, "h", TYPED, Status.CERTAIN, hours, hours, words),
    )
    step = setting(library, "arrondi", on)[0].value
    ratio = typed_ratio(understood, hours, library, on)
    if ratio is not None and hours:
        steps = (*steps, ratio_step(understood, ratio, Method.AMOUNT, hours, floor=False))
    checks = cross_checks(understood, method, None, rates, library, on)
    subject = Subject(understood, method, decision, hours, worked, checks, rates, library, on, typed=True)
    return LotCalibration(
        scope.lot,
        scope.title,
        method,
        HoursRange(hours, hours, hours, hours),
        decision,
        reason,
        steps,
        alternative(understood, method, decision),
        controls(subject),
        (),
        ratio,
        _readable(hours, understood, library, on),
        worked,
        _per_ten_thousand(hours, understood),
        checks,
        (),
        quarters(hours, scope),
        periods(hours, scope),
        tranche_hours(hours, scope, None, step),
        rates.factors,
        changes(understood, rates.factors, computed, library, on),
        alternatives(understood, method, decision, library, on),
        rates.floor is not None,
    )
