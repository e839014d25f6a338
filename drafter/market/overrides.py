"""Figures of the calibrage that a person knows better than our tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from drafter import readers
from drafter.market.fields import MAX_ITEMS, Fact, Factors, Prose, at_most, read_staff
from drafter.values import Euros, HourlyCost, Hours, Rate
from drafter.vocabulary import Factor, Role


class ChangeReason(Fact):
    """Why a figure of the calibrage was changed, and who proposed it."""

    reason: Prose = Field(alias="motif")
    by: Role | None = Field(None, alias="par")


class Overrides(Fact):
    """Figures of the calibrage that the buyer or the facilitateur knows better than our tables.

    `reasons` holds, by key of this block or by factor, why a figure was changed: kept in the dossier, printed.
    """

    labour_share: Rate | None = Field(None, alias="part_main_oeuvre")
    hourly_cost: HourlyCost | None = Field(None, alias="cout_horaire")
    effort: Rate | None = Field(None, alias="taux_effort")
    staff: Annotated[Decimal, BeforeValidator(read_staff)] | None = Field(None, alias="effectif")
    estimated_hours: Hours | None = Field(None, alias="heures_dpgf")
    transferable_hours: Hours | None = Field(None, alias="personnel_transferable_heures_mois")
    hours: Hours | None = Field(None, alias="heures")
    previous_hours: Hours | None = Field(None, alias="heures_marche_precedent")
    previous_amount: Euros | None = Field(None, alias="montant_marche_precedent")
    order_threshold: Euros | None = Field(None, alias="seuil_bon_commande_ht")
    share_above: Rate | None = Field(None, alias="part_commandes_au_dessus_seuil")
    indexation: Rate | None = Field(None, alias="indexation_annuelle")
    target: Rate | None = Field(None, alias="taux_operation")
    set_aside: Factors = Field(frozenset(), alias="facteurs_ecartes")
    reasons: Annotated[dict[str, ChangeReason], at_most(MAX_ITEMS)] = Field(default_factory=dict, alias="motifs")

    @classmethod
    def relations(cls, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        hours, amount = "heures_marche_precedent", "montant_marche_precedent"
        if (hours in given) != (amount in given):
            missing = amount if hours in given else hours
            yield (
                missing,
                "les heures d'un marché précédent se comparent par son montant : "
                f"indiquez {hours} et {amount}, ou aucun des deux",
            )
        if "part_commandes_au_dessus_seuil" in given and "seuil_bon_commande_ht" not in given:
            yield (
                "seuil_bon_commande_ht",
                "ce champ manque : indiquez le montant à partir duquel un bon de commande porte des heures",
            )
        reasons = given.get("motifs")
        known = [*_figures(cls), *Factor]
        for key in reasons if isinstance(reasons, Mapping) else ():
            if key not in known:
                yield "motifs", f"{readers.shown(key)} n'est pas un chiffre du calibrage : écrivez {', '.join(known)}"

    def over(self, base: Overrides) -> Overrides:
        """These figures where given, else those of `base`. A reason follows the figure it was given for."""
        merged = {
            name: mine if (mine := getattr(self, name)) is not None else getattr(base, name)
            for name in type(self).model_fields
        }
        mine = {alias for alias, name in _figures(type(self)).items() if getattr(self, name) is not None}
        inherited = {key: reason for key, reason in base.reasons.items() if key not in mine}
        return Overrides.model_construct(
            **{**merged, "set_aside": self.set_aside | base.set_aside, "reasons": inherited | self.reasons}
        )


def _figures(model: type[Overrides]) -> dict[str, str]:
    """Keys of the calibrage that hold a figure, with their field."""
    return {
        info.alias or name: name for name, info in model.model_fields.items() if name not in ("set_aside", "reasons")
    }
