"""Clause, pooled clause or none: the decision on a lot, its reason, and what to do instead."""

from __future__ import annotations

from datetime import date

from drafter import french
from drafter.calibration.methods import ThreeHours
from drafter.calibration.rates import rate_keys, setting
from drafter.facts import HoursDecision, Method
from drafter.library import Library
from drafter.understanding import Understood
from drafter.values import Hours
from drafter.vocabulary import RESERVED_FLAGS, Ccag, Nature, Technicity

QUALIFIED = "travaux-techniques"
"""The effort line of the works trades that call for a qualification."""


def decide(
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


def alternative(understood: Understood, method: Method, decision: HoursDecision) -> str:
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
    first = "Réserver le marché" if understood.lot is None else "Réserver le lot, le regrouper avec un autre"
    return (
        f"{first}, ou prévoir une condition sociale d'une autre nature (sous-traitance à une entreprise adaptée, "
        "accueil en formation ou en stage)."
    )
