"""From a market to its calibrage: the method the facts call for, the decision, the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from drafter import french
from drafter.calibration import methods
from drafter.calibration.alternatives import alternatives
from drafter.calibration.contest import changes, market_changes
from drafter.calibration.methods import ThreeHours
from drafter.calibration.model import (
    NO_HOURS,
    Calibration,
    CrossCheck,
    HoursRange,
    LotCalibration,
    OrderRatio,
    Step,
    Target,
)
from drafter.calibration.outcome import (
    add_months,
    cross_checks,
    periods,
    quarters,
    sensitivity,
    tranche_hours,
    tranches_total,
)
from drafter.calibration.rates import COMPUTED as COMPUTED
from drafter.calibration.rates import TYPED, Rates, rate_keys, rates_of, reason_words, setting
from drafter.calibration.target import aim, outcome
from drafter.calibration.territories import own_library, territory_uses
from drafter.calibration.work import NEEDS_AMOUNT, Work, methods_of, share_above, work
from drafter.dated import Number, Status
from drafter.facts import HoursDecision, Method
from drafter.library import Library
from drafter.understanding import Understanding, Understood
from drafter.values import Euros, Hours, Months, Rate
from drafter.vocabulary import RESERVED_FLAGS, Ccag, Flag, Form, Nature, Technicity

QUALIFIED = "travaux-techniques"
"""The effort line of the works trades that call for a qualification."""
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
    decision, reason = _decide(understood, method, exact, library, on)
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
    checks = cross_checks(understood, method, found, rates, library, on)
    return LotCalibration(
        scope.lot,
        scope.title,
        method,
        hours,
        decision,
        reason,
        steps,
        _alternative(understood, method, decision),
        _alerts(understood, method, found, checks, decision, rates, library, on),
        _questions(understood, library),
        _ratio(understood, rates, library, on) if method is Method.RATIO else None,
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
    )


def _per_ten_thousand(hours: Hours, understood: Understood) -> Number | None:
    amount = understood.scope.amount
    return Number(hours.value / (amount.value / 10_000)) if amount else None


def _rounded(exact: ThreeHours, floor: bool, step: Fraction) -> ThreeHours:
    """Multiples of the rounding step, below; above when a text imposes a floor."""

    def whole(hours: Hours) -> Hours:
        return round_up(hours, step) if floor else round_down(hours, step)

    return ThreeHours(whole(exact.low), whole(exact.central), whole(exact.high))


def _decide(
    understood: Understood, method: Method, exact: ThreeHours, library: Library, on: date
) -> tuple[HoursDecision, str]:
    """Clause, pooled clause or none, with the reason that a buyer can read."""
    scope, hours = understood.scope, exact.central
    if scope.flags & RESERVED_FLAGS:
        return (
            HoursDecision.NONE,
            "Le lot est réservé : la réservation porte déjà l'insertion, aucune heure ne s'y ajoute.",
        )
    if scope.nature is Nature.SUPPLIES:
        return (
            HoursDecision.NONE,
            "Des fournitures ne mobilisent pas de main-d'œuvre d'exécution : pas de clause d'heures.",
        )
    shortest, _, _ = setting(library, "duree-min", on)
    if scope.duration.value < shortest.value:
        return (
            HoursDecision.NONE,
            f"L'exécution dure moins de {french.number(shortest.value)} mois : aucun parcours n'est possible.",
        )
    qualified = scope.nature is Nature.WORKS and (
        scope.technicity is Technicity.HIGH or rate_keys(understood, library).effort == QUALIFIED
    )
    least, _, _ = setting(library, "heures-min-technique" if qualified else "heures-min", on)
    course, _, _ = setting(library, "heures-parcours", on)
    if method is Method.TRANSFER:
        taken, _, _ = setting(library, "reprise.heures-min", on)
        if not hours:
            return (
                HoursDecision.NONE,
                "Le personnel à reprendre suffit au nouveau marché : aucune heure n'est disponible.",
            )
        if hours < Hours(taken.value):
            return HoursDecision.NONE, (
                f"{french.hours(Hours(hours.value // 1))} restent après la reprise du personnel, sous le seuil de "
                f"{french.number(taken.value)} h de la branche : pas de clause d'heures."
            )
    if hours < Hours(least.value):
        because = "lot très qualifié" if qualified else "une semaine de travail d'une personne"
        return HoursDecision.NONE, (
            f"Le calcul donne {french.number(hours.value, 1)} h, moins de {french.number(least.value)} h "
            f"({because}) : pas de clause d'heures."
        )
    if hours < Hours(course.value):
        return HoursDecision.POOLED, (
            f"Parcours court : moins de {french.number(course.value)} h, soit moins d'un mois de travail d'une "
            "personne. La globalisation avec d'autres marchés du titulaire est conseillée."
        )
    return HoursDecision.CLAUSE, "Le volume permet au moins un mois de travail continu d'une personne."


def _alternative(understood: Understood, method: Method, decision: HoursDecision) -> str:
    """What to do instead of hours, or to make a short course useful; most fitting first."""
    scope = understood.scope
    if decision is HoursDecision.POOLED and understood.ccag in (Ccag.INTELLECTUAL, Ccag.DESIGN, Ccag.IT):
        return (
            "Un objectif en alternance, ou en fonctions support (accueil, dessin, secrétariat), convient mieux à ces "
            "métiers que des heures de production."
        )
    if decision is not HoursDecision.NONE:
        return ""
    if scope.flags & RESERVED_FLAGS:
        return "Ajouter une courte condition d'exécution sociale d'une autre nature, sans heures."
    if scope.nature is Nature.SUPPLIES:
        return (
            "Réserver un lot aux entreprises adaptées ou aux structures d'insertion, ou prévoir une condition "
            "sociale sur la chaîne d'approvisionnement."
        )
    if method is Method.TRANSFER:
        return (
            "Prévoir un plan de progrès pour le personnel repris, par exemple 35 heures de formation par salarié "
            "(pratique du Pays de l'Or), ou une sous-traitance à une entreprise adaptée."
        )
    return (
        "Réserver le lot, le regrouper avec un autre, ou prévoir une condition sociale d'une autre nature "
        "(sous-traitance à une entreprise adaptée, accueil en formation ou en stage)."
    )


def _alerts(
    understood: Understood,
    method: Method,
    found: Work,
    checks: tuple[CrossCheck, ...],
    decision: HoursDecision,
    rates: Rates,
    library: Library,
    on: date,
) -> tuple[str, ...]:
    """Consistency checks: each is a sentence that says what to look at."""
    scope = understood.scope
    exact, worked = found.exact, found.worked
    alerts: list[str] = []
    if decision is HoursDecision.NONE:
        return ()
    course, _, _ = setting(library, "heures-parcours", on)
    if decision is HoursDecision.POOLED:
        alerts.append(
            f"Parcours court : le volume est inférieur à un mois de travail d'une personne "
            f"({french.number(course.value)} h). Prévoyez la globalisation avec d'autres marchés du titulaire."
        )
    alerts += _proportion(understood, exact.central, worked, library, on)
    if rates.floor is not None and rates.effort.central < rates.floor:
        alerts.append(
            f"Le taux d'effort de {french.show(rates.effort.central)} est sous le plancher de "
            f"{french.show(rates.floor)} : {rates.floor_source}."
        )
    years = scope.duration.value / 12
    if decision is HoursDecision.CLAUSE and years > 2 and exact.central.value / years < course.value:
        alerts.append(
            f"Sur {french.months(scope.duration)}, le volume fait {french.number(exact.central.value / years, 0)} h "
            f"par an, moins de {french.number(course.value)} h : ne le répartissez pas année par année."
        )
    short, _, _ = setting(library, "duree-alerte", on)
    if scope.duration.value < short.value:
        alerts.append(
            f"L'exécution dure moins de {french.number(short.value)} mois : vérifiez qu'un parcours est possible."
        )
    if scope.amount is not None:
        per_tranche = exact.central.value / (scope.amount.value / 10_000)
        low, high = (setting(library, name, on)[0].value for name in ("ratio-min", "ratio-max"))
        if not low <= per_tranche <= high:
            alerts.append(
                f"{french.number(per_tranche, 1)} heures par tranche de 10 000 € : hors de l'intervalle habituel "
                f"({french.number(low, 1)} à {french.number(high, 1)}). Vérifiez le montant et les taux."
            )
    if method in (Method.STAFF, Method.BILL, Method.PREVIOUS):
        alerts += _doubts(understood, checks, library, on)
    if method is Method.PHASES and scope.amount is not None and scope.amount != tranches_total(scope):
        alerts.append(
            f"Les phases font {french.euros(tranches_total(scope))} et le montant annoncé "
            f"{french.euros(scope.amount)} : le calcul suit les phases. Vérifiez leurs montants."
        )
    if scope.overrides.order_threshold is not None and method is not Method.RATIO:
        alerts.append("Le montant minimal d'un bon de commande ne sert que pour un accord-cadre calculé par un ratio.")
    takes_over = Flag.STAFF_TRANSFER in scope.flags or (
        library.segments[understood.segment].staff_transfer and scope.nature is Nature.SERVICES
    )
    if takes_over and method is not Method.TRANSFER:
        alerts.append(
            "Si du personnel en place est à reprendre, il réduit d'autant les heures disponibles, et le calcul "
            "ci-dessus "
            "ne le déduit pas : indiquez les heures mensuelles du personnel transférable (zéro s'il n'y en a pas)."
        )
    return tuple(alerts)


def _proportion(understood: Understood, hours: Hours, worked: ThreeHours, library: Library, on: date) -> Iterator[str]:
    """Hours beyond what such a contract can bear: the ceiling of the effort, then what a team can train."""
    if not worked.central:
        return
    share = Rate(hours / worked.central)
    works = understood.scope.nature is Nature.WORKS
    ceiling, _, _ = setting(library, "taux-max-travaux" if works else "taux-max-services", on)
    team, _, _ = setting(library, "part-equipe-max", on)
    if share > ceiling:
        yield (
            f"Les heures d'insertion font {french.number(share.percent, 1)} % des heures de travail estimées "
            f"({french.hours(worked.central.floor_ten())}), au-delà de {french.show(ceiling)} : risque d'offres "
            "infructueuses ou de disproportion ; confirmez-le avec le facilitateur."
        )
    if share > team:
        yield f"Plus de {french.show(team)} de l'équipe serait en insertion : l'encadrement n'est pas réaliste."


def _doubts(understood: Understood, checks: tuple[CrossCheck, ...], library: Library, on: date) -> Iterator[str]:
    """Another method beside the chosen one: a wide gap is told, not settled."""
    limit, _, _ = setting(library, "ecart-methodes", on)
    for check in checks:
        if check.method is not Method.TRANSFER and check.gap is not None and abs(check.gap) > limit.value:
            yield (
                f"La méthode {_inside(check.method)} donnerait {french.hours(check.central.floor_ten())} : l'écart "
                f"dépasse {french.show(limit)}. Dites à laquelle vous croyez."
            )


def _inside(method: Method) -> str:
    """« Par le montant » -> « par le montant »."""
    return method.label[:1].lower() + method.label[1:]


def _questions(understood: Understood, library: Library) -> tuple[str, ...]:
    """Facts that would change the hours and were not given."""
    scope = understood.scope
    asked: tuple[str, ...] = ()
    threshold, share = scope.overrides.order_threshold, scope.overrides.share_above
    if scope.form is Form.ORDERS and threshold is not None and share is None:
        asked = (
            f"Quelle part des commandes atteint {french.euros(threshold)} HT par bon "
            "(part_commandes_au_dessus_seuil) ? Sans elle, les heures supposent que toutes l'atteignent.",
        )
    takes_over = library.segments[understood.segment].staff_transfer and scope.nature is Nature.SERVICES
    if takes_over and scope.overrides.transferable_hours is None and scope.overrides.hours is None:
        asked = (
            "Y a-t-il du personnel à reprendre, et combien d'heures par mois (personnel_transferable_heures_mois) ?",
            *asked,
        )
    return asked


def _ratio(understood: Understood, rates: Rates, library: Library, on: date) -> OrderRatio:
    size = _tranche(library, on)
    exact = methods.order_ratio(rates.labour_share, rates.hourly_cost, rates.effort, size)
    return _order_ratio(understood, exact, size, library, on, floor=rates.floor is not None)


def _typed_ratio(understood: Understood, hours: Hours, library: Library, on: date) -> OrderRatio | None:
    """The ratio that gives the typed hours at the estimate; none when the estimate is unknown."""
    size, amount = _tranche(library, on), understood.scope.amount
    if not amount or not (share := share_above(understood)):
        return None
    return _order_ratio(understood, hours / (amount * share / size), size, library, on, floor=False)


def _tranche(library: Library, on: date) -> Euros:
    return Euros(setting(library, "tranche-commande", on)[0].value)


def _order_ratio(
    understood: Understood, exact: Hours, size: Euros, library: Library, on: date, *, floor: bool
) -> OrderRatio:
    """Hours for each tranche, to a tenth of an hour: rounded down, or up above a floor that a text imposes."""
    scope, share = understood.scope, share_above(understood)
    per_tranche = round_up(exact, Fraction(1, 10)) if floor else round_down(exact, Fraction(1, 10))
    step = setting(library, "arrondi", on)[0].value

    def at(amount: Euros | None) -> Hours | None:
        if amount is None:
            return None
        hours = Hours(amount * share / size * exact.value)
        return round_up(hours, step) if floor else round_down(hours, step)

    holders = scope.holders if scope.holders is not None and scope.holders > 1 else None
    threshold = scope.overrides.order_threshold
    return OrderRatio(per_tranche, size, at(scope.amount_min), at(scope.amount_max), threshold, holders)


def round_down(hours: Hours, step: Fraction) -> Hours:
    return Hours(hours.value // step * step)


def round_up(hours: Hours, step: Fraction) -> Hours:
    return Hours(-(-hours.value // step) * step)


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
    alerts: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    method = Method.RATIO if scope.form is Form.ORDERS else Method.AMOUNT
    worked: Hours | None = None
    computed: Hours | None = None
    if scope.amount is not None and scope.nature is not Nature.SUPPLIES:
        found = work(understood, method, rates, library, on)
        *before, last = found.steps
        steps = (*before, replace(last, name=COMPARED))
        worked, computed = found.worked.central, found.exact.central
        alerts = tuple(_proportion(understood, hours, found.worked, library, on))
    words = f"Valeur saisie, sans arrondi. {reason_words(scope.overrides.reasons, 'heures')}".rstrip()
    steps = (
        *steps,
        Step("Heures retenues", hours, "h", TYPED, Status.CERTAIN, hours, hours, words),
    )
    step = setting(library, "arrondi", on)[0].value
    ratio = _typed_ratio(understood, hours, library, on) if method is Method.RATIO else None
    return LotCalibration(
        scope.lot,
        scope.title,
        method,
        HoursRange(hours, hours, hours, hours),
        decision,
        reason,
        steps,
        _alternative(understood, method, decision),
        alerts,
        (),
        ratio,
        _readable(hours, understood, library, on),
        worked,
        _per_ten_thousand(hours, understood),
        cross_checks(understood, method, None, rates, library, on),
        (),
        quarters(hours, scope),
        periods(hours, scope),
        tranche_hours(hours, scope, None, step),
        rates.factors,
        changes(understood, rates.factors, computed, library, on),
        alternatives(understood, method, decision, library, on),
    )
