"""What the person changed of the proposal, with the reason and the role that proposed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from drafter.calibration.model import Change, FactorUse, Step
from drafter.calibration.rates import COST, EFFORT, SHARE, rates_of
from drafter.dated import Number
from drafter.library import Library
from drafter.market import Market, Overrides
from drafter.understanding import Understood
from drafter.values import Hours, Quantity

FACTS = (
    ("effectif", "staff", "Effectif prévu", "personnes"),
    ("heures_dpgf", "estimated_hours", "Heures d'exécution prévues", "h"),
    ("personnel_transferable_heures_mois", "transferable_hours", "Heures mensuelles du personnel transférable", "h"),
    ("heures_marche_precedent", "previous_hours", "Heures travaillées du marché précédent", "h"),
    ("montant_marche_precedent", "previous_amount", "Montant HT du marché précédent", "€ HT"),
    ("seuil_bon_commande_ht", "order_threshold", "Montant minimal d'un bon de commande", "€ HT"),
    ("part_commandes_au_dessus_seuil", "share_above", "Part des commandes au-dessus", "part des commandes"),
    ("indexation_annuelle", "indexation", "Actualisation annuelle du coût horaire", "par an"),
)
"""Facts of the purchase: they contest nothing, and are told among the changes only with a reason."""


def changes(
    understood: Understood, factors: tuple[FactorUse, ...], computed: Hours | None, library: Library, on: date
) -> tuple[Change, ...]:
    """The figures that differ from the proposal, in the order of the calculation.

    `computed` is what the method found, when the hours themselves were typed.
    """
    return tuple(_changes(understood, factors, computed, library, on))


def _changes(
    understood: Understood, factors: tuple[FactorUse, ...], computed: Hours | None, library: Library, on: date
) -> Iterator[Change]:
    given = understood.scope.overrides
    typed = [
        (named, kept, attribute)
        for named, kept, attribute in (
            (SHARE, given.labour_share, "labour_share"),
            (COST, given.hourly_cost, "hourly_cost"),
            (EFFORT, given.effort, "effort"),
        )
        if kept is not None
    ]
    bare = rates_of(_untouched(understood), library, on) if typed else None
    for (key, name, unit), kept, attribute in typed:
        yield _change(given, key, name, getattr(bare, attribute).central, kept, unit)
    for key, attribute, name, unit in FACTS:
        value = getattr(given, attribute)
        if value is not None and key in given.reasons:
            shown = value if isinstance(value, Quantity) else Number(Fraction(value))
            yield _change(given, key, name, None, shown, unit)
    for use in factors:
        if use.set_aside:
            yield _change(given, str(use.factor), use.factor.label, use.value, None, "")
    if given.hours is not None:
        yield _change(given, "heures", "Heures d'insertion", computed, given.hours, "h")


def proposed_rates(understood: Understood, library: Library, on: date) -> tuple[Step, ...]:
    """The three rates as our tables alone give them, whatever was typed. `library` is the lot's own."""
    names = {name for _, name, _ in (SHARE, COST, EFFORT)}
    return tuple(step for step in rates_of(_untouched(understood), library, on).steps if step.name in names)


def market_changes(market: Market) -> tuple[Change, ...]:
    """What was changed for the whole operation."""
    given = market.overrides
    if given.target is None:
        return ()
    name = "Objectif d'effort de l'opération"
    return (_change(given, "taux_operation", name, None, given.target, "part des heures"),)


def _change(
    given: Overrides, key: str, name: str, proposed: Quantity | None, kept: Quantity | None, unit: str
) -> Change:
    reason = given.reasons.get(key)
    return Change(key, name, proposed, kept, unit, reason.reason if reason else "", reason.by if reason else None)


def _untouched(understood: Understood) -> Understood:
    """The same lot without anything typed in its calibrage: what our tables alone would say."""
    scope = understood.scope
    plain = scope.own.model_copy(update={"overrides": Overrides()})
    market = scope.market.model_copy(update={"overrides": Overrides()})
    return replace(understood, scope=replace(scope, market=market, own=plain))
