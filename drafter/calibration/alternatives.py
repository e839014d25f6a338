"""What may stand instead of hours, or beside a short course: each written out, the most fitting first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from drafter import french
from drafter.calibration.model import Alternative
from drafter.calibration.rates import setting
from drafter.facts import HoursDecision, Method
from drafter.library import Library
from drafter.understanding import Understood
from drafter.values import Hours
from drafter.vocabulary import RESERVED_FLAGS, Ccag, Nature

SCHOOL_MONTHS = 6
"""The clause of training under school status asks for an execution of six months at least."""


def alternatives(
    understood: Understood, method: Method, decision: HoursDecision, library: Library, on: date
) -> tuple[Alternative, ...]:
    """Nothing when the lot carries a clause that needs no help."""
    if decision is HoursDecision.CLAUSE:
        return ()
    if decision is HoursDecision.POOLED:
        return tuple(_pooled(understood))
    return tuple(_instead(understood, method, library, on))


def _pooled(understood: Understood) -> Iterator[Alternative]:
    yield Alternative(
        "globalisation",
        "Laisser le titulaire réunir ces heures avec celles d'autres marchés du même bassin d'emploi, sur sa demande "
        "et avec l'accord du facilitateur.",
    )
    if understood.ccag in (Ccag.INTELLECTUAL, Ccag.DESIGN, Ccag.IT):
        yield Alternative("alternance", "Fixer un objectif en alternance, ou en fonctions support.")


def _instead(understood: Understood, method: Method, library: Library, on: date) -> Iterator[Alternative]:
    scope = understood.scope
    if scope.flags & RESERVED_FLAGS:
        yield Alternative(
            "condition_sociale", "Ajouter une courte condition d'exécution sociale d'une autre nature, sans heures."
        )
        return
    if method is Method.TRANSFER:
        yield Alternative(
            "plan_de_progres",
            "Prévoir un plan de progrès pour le personnel repris, par exemple 35 heures de formation par salarié "
            "(pratique du Pays de l'Or).",
        )
    whole = "le marché" if understood.lot is None else "le lot"
    yield Alternative(
        "reservation",
        f"Réserver {whole} aux structures d'insertion par l'activité économique, aux entreprises adaptées ou aux ESAT, "
        "si l'offre locale le permet.",
    )
    if scope.nature is Nature.SUPPLIES:
        yield Alternative("condition_sociale", "Prévoir une condition sociale sur la chaîne d'approvisionnement.")
        return
    if scope.amount is not None and scope.duration.value >= SCHOOL_MONTHS:
        hours = _training(understood, library, on)
        scale = french.joined([french.number(hours.value) for hours in _scale(library, on)])
        yield Alternative(
            "formation",
            f"Accueillir en formation des jeunes sous statut scolaire : {french.hours(hours)} pour ce montant "
            f"(barème de {scale} heures selon le montant facturé), après accord d'un établissement.",
            hours,
        )
    yield Alternative(
        "condition_sociale",
        "Prévoir une condition sociale d'une autre nature : sous-traitance à une entreprise adaptée ou à un ESAT, "
        "accueil de stagiaires, égalité professionnelle, travail en journée.",
    )
    yield Alternative(
        "critere",
        "Apprécier la démarche d'insertion dans un critère d'attribution lié à l'objet du marché (accompagnement, "
        "tutorat, formation), avec un barème publié, sans noter un nombre d'heures.",
    )


def _scale(library: Library, on: date) -> tuple[Hours, ...]:
    names = ("formation-1", "formation-2", "formation-3", "formation-4")
    return tuple(Hours(setting(library, name, on)[0].value) for name in names)


def _training(understood: Understood, library: Library, on: date) -> Hours:
    amount = understood.scope.amount
    assert amount is not None
    bounds = ("formation-plafond-1", "formation-plafond-2", "formation-plafond-3")
    above = sum(1 for name in bounds if amount.value > setting(library, name, on)[0].value)
    return _scale(library, on)[above]
