"""Consistency checks of a calibrage (calibrage.md § 6.3): what was looked at, what was found, what to do about it.

The five checks of the method are always told, passed or not; the others only when they find something.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from drafter import french
from drafter.calibration.model import Control, ControlLevel, CrossCheck
from drafter.calibration.outcome import tranches_total
from drafter.calibration.rates import Rates, effort_ceiling, setting
from drafter.facts import HoursDecision, Method
from drafter.library import Library
from drafter.understanding import Understood
from drafter.values import Hours, Rate
from drafter.vocabulary import Flag, Form, Nature

OK, LOOK, CONFIRM = ControlLevel.OK, ControlLevel.LOOK, ControlLevel.CONFIRM
MANY_YEARS = 24
"""Months beyond which hours are looked at year by year."""
_MEASURED = frozenset({Method.STAFF, Method.BILL, Method.PREVIOUS})


@dataclass(frozen=True)
class Subject:
    """What is checked: the exact hours of a lot, by which method. `worked` is None when nothing gives it.

    `library` is the lot's own, so that a ceiling is its territory's. `typed`: the hours were agreed elsewhere.
    """

    understood: Understood
    method: Method
    decision: HoursDecision
    hours: Hours
    worked: Hours | None
    checks: tuple[CrossCheck, ...]
    rates: Rates
    library: Library
    on: date
    typed: bool = False

    def setting(self, name: str) -> Fraction:
        return setting(self.library, name, self.on)[0].value


def controls(subject: Subject) -> tuple[Control, ...]:
    """Nothing is checked where there is no clause."""
    if subject.decision is HoursDecision.NONE:
        return ()
    lot = subject.understood.scope.lot
    return tuple(
        Control(name, level, text, lot)
        for look in (_course, _effort, _floor, _years, _duration, _amount, _methods, _facts)
        for name, level, text in look(subject)
    )


Found = Iterator[tuple[str, ControlLevel, str]]


def _course(subject: Subject) -> Found:
    if subject.decision is HoursDecision.POOLED:
        yield (
            "parcours-court",
            LOOK,
            f"Parcours court : le volume est inférieur à un mois de travail d'une personne "
            f"({french.number(subject.setting('heures-parcours'))} h). Prévoyez la globalisation avec d'autres "
            "marchés du titulaire.",
        )


def _effort(subject: Subject) -> Found:
    """Hours beyond what such a contract can bear: the ceiling of the effort, then what a team can train."""
    worked = subject.worked
    if not worked:
        return
    share = Rate(subject.hours / worked)
    ceiling, _, _ = effort_ceiling(subject.understood, subject.library, subject.on)
    said = f"Les heures d'insertion font {french.number(share.percent, 1)} % des heures de travail estimées"
    if share > ceiling:
        yield (
            "plafond-effort",
            CONFIRM,
            f"{said} ({french.hours(worked.floor_ten())}), au-delà de {french.show(ceiling)} : risque d'offres "
            "infructueuses ou de disproportion ; confirmez-le avec le facilitateur.",
        )
    else:
        yield "plafond-effort", OK, f"{said}, sous le plafond de {french.show(ceiling)}."
    team = Rate(subject.setting("part-equipe-max"))
    if share > team:
        text = f"Plus de {french.show(team)} de l'équipe serait en insertion : l'encadrement n'est pas réaliste."
        yield "encadrement", LOOK, text
    else:
        yield "encadrement", OK, f"L'équipe compte moins de {french.show(team)} de personnes en insertion."


def _floor(subject: Subject) -> Found:
    rates = subject.rates
    if rates.floor is not None and rates.effort.central < rates.floor:
        yield (
            "plancher-effort",
            LOOK,
            f"Le taux d'effort de {french.show(rates.effort.central)} est sous le plancher de "
            f"{french.show(rates.floor)} : {rates.floor_source}.",
        )


def _years(subject: Subject) -> Found:
    duration = subject.understood.scope.duration
    if subject.decision is not HoursDecision.CLAUSE or duration.value <= MANY_YEARS:
        return
    yearly, course = subject.hours.value / (duration.value / 12), subject.setting("heures-parcours")
    said = f"Sur {french.months(duration)}, le volume fait {french.number(yearly, 0)} h par an"
    if yearly < course:
        yield (
            "volume-annuel",
            LOOK,
            f"{said}, moins de {french.number(course)} h : ne le répartissez pas année par année.",
        )
    else:
        yield "volume-annuel", OK, f"{said} : chaque année pleine permet un parcours de {french.number(course)} h."


def _duration(subject: Subject) -> Found:
    short = subject.setting("duree-alerte")
    if subject.understood.scope.duration.value < short:
        text = f"L'exécution dure moins de {french.number(short)} mois : vérifiez qu'un parcours est possible."
        yield "duree-courte", LOOK, text


def _amount(subject: Subject) -> Found:
    amount = subject.understood.scope.amount
    if not amount:
        return
    per_tranche = subject.hours.value / (amount.value / 10_000)
    low, high = subject.setting("ratio-min"), subject.setting("ratio-max")
    bounds = f"l'intervalle habituel ({french.number(low, 1)} à {french.number(high, 1)})"
    said = f"{french.number(per_tranche, 1)} heure{'s' if per_tranche >= 2 else ''} par tranche de 10 000 €"
    if low <= per_tranche <= high:
        yield "heures-montant", OK, f"{said} : dans {bounds}."
    else:
        yield "heures-montant", LOOK, f"{said} : hors de {bounds}. Vérifiez le montant et les taux."


def _methods(subject: Subject) -> Found:
    """Another method beside the chosen one: a wide gap is told, not settled."""
    if subject.method not in _MEASURED and not subject.typed:
        return
    limit = Rate(subject.setting("ecart-methodes"))
    beside = [check for check in subject.checks if check.method is not Method.TRANSFER and check.gap is not None]
    far = [check for check in beside if check.gap is not None and abs(check.gap) > limit.value]
    for check in far:
        label = check.method.label
        yield (
            "ecart-methodes",
            CONFIRM,
            f"La méthode {label[:1].lower()}{label[1:]} donnerait {french.hours(check.central.floor_ten())} : l'écart "
            f"dépasse {french.show(limit)}. Dites à laquelle vous croyez.",
        )
    if beside and not far:
        text = f"Les autres méthodes que les faits permettent s'accordent à {french.show(limit)} près."
        yield "ecart-methodes", OK, text


def _facts(subject: Subject) -> Found:
    """Facts that do not fit together, or whose effect the calculation leaves out."""
    scope, method = subject.understood.scope, subject.method
    if method is Method.PHASES and scope.amount is not None and scope.amount != tranches_total(scope):
        yield (
            "montant-phases",
            LOOK,
            f"Les phases font {french.euros(tranches_total(scope))} et le montant annoncé "
            f"{french.euros(scope.amount)} : le calcul suit les phases. Vérifiez leurs montants.",
        )
    if scope.overrides.order_threshold is not None and subject.understood.scope.form is not Form.ORDERS:
        text = "Le montant minimal d'un bon de commande ne sert que pour un accord-cadre à bons de commande."
        yield "seuil-commande", LOOK, text
    takes_over = Flag.STAFF_TRANSFER in scope.flags or (
        subject.library.segments[subject.understood.segment].staff_transfer and scope.nature is Nature.SERVICES
    )
    if takes_over and method is not Method.TRANSFER and not subject.typed:
        yield (
            "reprise-personnel",
            LOOK,
            "Si du personnel en place est à reprendre, il réduit d'autant les heures disponibles, et le calcul "
            "ci-dessus ne le déduit pas : indiquez les heures mensuelles du personnel transférable (zéro s'il n'y en "
            "a pas).",
        )
