"""From a market to its calibrage: the method the facts call for, the decision, the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from drafter import french
from drafter.calibration import methods
from drafter.calibration.methods import ThreeHours
from drafter.calibration.model import NO_HOURS, Calibration, HoursRange, LotCalibration, OrderRatio, Step
from drafter.calibration.rates import TYPED, Rates, rate_keys, rates_of, setting
from drafter.dated import Number, Status
from drafter.facts import HoursDecision, Method
from drafter.library import Library
from drafter.understanding import Understanding, Understood
from drafter.values import Euros, Hours, Quantity, Rate
from drafter.vocabulary import RESERVED_FLAGS, Ccag, Flag, Form, Nature, Technicity

COMPUTED = "Calcul"
QUALIFIED = "travaux-techniques"
"""The effort line of the works trades that call for a qualification."""


def calibrate(understanding: Understanding, library: Library, on: date) -> Calibration:
    """Hours of each lot, computed lot by lot: a lot left without clause gives its hours to no one."""
    return Calibration(tuple(_calibrate_lot(lot, library, on) for lot in understanding.lots))


def _calibrate_lot(understood: Understood, library: Library, on: date) -> LotCalibration:
    scope = understood.scope
    rates = rates_of(understood, library, on)
    if scope.overrides.hours is not None:
        return _typed_hours(understood, scope.overrides.hours, rates, library, on)
    method = _method(understood)
    if scope.amount is None and method in (Method.AMOUNT, Method.RATIO, Method.TRANSFER):
        return LotCalibration(
            scope.lot,
            scope.title,
            method,
            NO_HOURS,
            HoursDecision.NONE,
            "Le montant de ce lot n'est pas connu : les heures ne peuvent pas être calculées.",
            rates.steps,
            questions=(f"Quel est le montant hors taxes du lot {scope.lot} ?",),
        )
    worked, steps = _worked(understood, method, rates, library, on)
    exact = methods.insertion_hours(worked, rates.effort)
    steps = (*steps, _hours_step("Heures d'insertion calculées", exact))
    decision, reason = _decide(understood, method, exact, library, on)
    floor = rates.floor is not None
    rounded = _rounded(exact, floor)
    if decision is HoursDecision.NONE:
        hours = HoursRange(Hours(0), Hours(0), Hours(0), exact.central)
    else:
        hours = HoursRange(rounded.low, rounded.central, rounded.high, exact.central)
        rule = "dizaine supérieure (taux plancher)" if floor else "dizaine inférieure"
        _, status, source = setting(library, "arrondi", on)
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
                f"Arrondi : {rule}.",
            ),
        )
    return LotCalibration(
        scope.lot,
        scope.title,
        method,
        hours,
        decision,
        reason,
        steps,
        _alternative(understood, method, decision),
        _alerts(understood, method, exact, worked, decision, rates, library, on),
        _questions(understood, library),
        _ratio(understood, rates, library, on) if method is Method.RATIO else None,
        _readable(hours.advised, understood, library, on),
    )


def _method(understood: Understood) -> Method:
    """What is known best decides: measured hours, then staff, then takeover, then orders, then the amount."""
    given = understood.scope.overrides
    if given.estimated_hours is not None:
        return Method.BILL
    if given.transferable_hours is not None:
        return Method.TRANSFER
    if given.staff is not None:
        return Method.STAFF
    if understood.scope.form is Form.ORDERS:
        return Method.RATIO
    return Method.AMOUNT


def _worked(
    understood: Understood, method: Method, rates: Rates, library: Library, on: date
) -> tuple[ThreeHours, tuple[Step, ...]]:
    """Hours of work of the lot by the chosen method, with the steps that lead there."""
    scope, given = understood.scope, understood.scope.overrides
    effort_steps = rates.effort_steps
    duration = _fact("Durée d'exécution", scope.duration, "mois")
    if method is Method.BILL:
        hours = given.estimated_hours or Hours(0)
        worked = ThreeHours(hours, hours, hours)
        return worked, (
            _fact("Heures d'exécution prévues (DPGF, BPU ou économiste)", hours, "h"),
            *effort_steps,
        )
    if method is Method.STAFF:
        yearly, status, source = setting(library, "etp", on)
        worked = methods.staff_hours(Fraction(given.staff or 0), scope.duration, Hours(yearly.value))
        steps = (
            _fact("Effectif prévu (équivalent temps plein)", Number(Fraction(given.staff or 0)), "personnes"),
            duration,
            Step("Heures annuelles d'un temps plein", yearly, "h", source, status, yearly, yearly),
            _hours_step("Heures de travail du marché", worked),
        )
        return worked, (*steps, *effort_steps)
    amount = scope.amount or Euros(0)
    base = _fact("Montant HT de l'assiette", amount, "€ HT")
    if method is Method.TRANSFER:
        return _transfer(understood, amount, base, duration, rates, library, on)
    worked = methods.worked_hours(amount, rates.labour_share, rates.hourly_cost)
    return worked, (
        base,
        *rates.labour_steps,
        _hours_step("Heures de travail du marché", worked),
        *effort_steps,
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
        _fact("Heures mensuelles du personnel transférable", transferable, "h/mois"),
        revenue,
        Step("Part du marché disponible après reprise", Number(available), "part", COMPUTED, Status.CERTAIN),
        _hours_step("Heures de travail disponibles", worked),
    )
    return worked, (*steps, *rates.effort_steps)


def _fact(name: str, value: Quantity, unit: str) -> Step:
    return Step(name, value, unit, TYPED, Status.CERTAIN)


def _hours_step(name: str, hours: ThreeHours) -> Step:
    return Step(name, hours.central, "h", COMPUTED, Status.CERTAIN, hours.low, hours.high)


def _rounded(exact: ThreeHours, floor: bool) -> ThreeHours:
    if floor:
        return ThreeHours(exact.low.ceil_ten(), exact.central.ceil_ten(), exact.high.ceil_ten())
    return ThreeHours(exact.low.floor_ten(), exact.central.floor_ten(), exact.high.floor_ten())


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
    exact: ThreeHours,
    worked: ThreeHours,
    decision: HoursDecision,
    rates: Rates,
    library: Library,
    on: date,
) -> tuple[str, ...]:
    """Consistency checks: each is a sentence that says what to look at."""
    scope = understood.scope
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
            f"{french.show(rates.floor)} que la charte de l'ANRU impose."
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
        if method in (Method.STAFF, Method.BILL):
            alerts += _cross_check(understood, rates, exact, library, on)
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


def _cross_check(understood: Understood, rates: Rates, exact: ThreeHours, library: Library, on: date) -> list[str]:
    """The amount method beside the chosen one: a wide gap is told, not settled."""
    amount = understood.scope.amount
    if amount is None or not exact.central:
        return []
    other = methods.insertion_hours(methods.worked_hours(amount, rates.labour_share, rates.hourly_cost), rates.effort)
    limit, _, _ = setting(library, "ecart-methodes", on)
    gap = abs(other.central.value - exact.central.value) / exact.central.value
    if gap <= limit.value:
        return []
    return [
        f"La méthode par le montant donnerait {french.hours(other.central.floor_ten())} : l'écart dépasse "
        f"{french.show(limit)}. Dites à laquelle vous croyez."
    ]


def _questions(understood: Understood, library: Library) -> tuple[str, ...]:
    """Facts that would change the hours and were not given."""
    scope = understood.scope
    takes_over = library.segments[understood.segment].staff_transfer and scope.nature is Nature.SERVICES
    if takes_over and scope.overrides.transferable_hours is None and scope.overrides.hours is None:
        return (
            "Y a-t-il du personnel à reprendre, et combien d'heures par mois (personnel_transferable_heures_mois) ?",
        )
    return ()


def _ratio(understood: Understood, rates: Rates, library: Library, on: date) -> OrderRatio:
    size = _tranche(library, on)
    exact = methods.order_ratio(rates.labour_share, rates.hourly_cost, rates.effort, size)
    return _order_ratio(understood, exact, size, rates.floor is not None)


def _typed_ratio(understood: Understood, hours: Hours, library: Library, on: date) -> OrderRatio | None:
    """The ratio that gives the typed hours at the estimate; none when the estimate is unknown."""
    size, amount = _tranche(library, on), understood.scope.amount
    return None if amount is None else _order_ratio(understood, hours / (amount / size), size, floor=False)


def _tranche(library: Library, on: date) -> Euros:
    return Euros(setting(library, "tranche-commande", on)[0].value)


def _order_ratio(understood: Understood, exact: Hours, size: Euros, floor: bool) -> OrderRatio:
    """Hours for each tranche, to a tenth of an hour: rounded down, or up above a floor that a text imposes."""
    per_tranche = Hours((exact * 100).ceil_ten().value / 100 if floor else (exact * 100).floor_ten().value / 100)

    def at(amount: Euros | None) -> Hours | None:
        if amount is None:
            return None
        hours = Hours(amount / size * exact.value)
        return hours.ceil_ten() if floor else hours.floor_ten()

    return OrderRatio(per_tranche, size, at(understood.scope.amount_min), at(understood.scope.amount_max))


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
    if scope.amount is not None and scope.nature is not Nature.SUPPLIES:
        worked = methods.worked_hours(scope.amount, rates.labour_share, rates.hourly_cost)
        computed = methods.insertion_hours(worked, rates.effort)
        steps = (
            _fact("Montant HT de l'assiette", scope.amount, "€ HT"),
            *rates.labour_steps,
            _hours_step("Heures de travail du marché", worked),
            *rates.effort_steps,
            _hours_step("Heures d'insertion calculées, pour comparaison", computed),
        )
        alerts = tuple(_proportion(understood, hours, worked, library, on))
    steps = (
        *steps,
        Step("Heures retenues", hours, "h", TYPED, Status.CERTAIN, hours, hours, "Valeur saisie, sans arrondi."),
    )
    method = Method.RATIO if scope.form is Form.ORDERS else Method.AMOUNT
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
    )
