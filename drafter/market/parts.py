"""What a market file lists: tranches, criteria, own clauses, decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from drafter.market.fields import MAX_ITEMS, Fact, Line, Prose, YesNo, at_most, read_lot_number, read_percent
from drafter.values import Euros, HourlyCost, Rate
from drafter.vocabulary import Choice, CriterionKind, Piece


class Tranche(Fact):
    """A tranche, or a phase of a global contract: one with rates of its own is computed apart."""

    title: Line = Field(alias="intitule")
    amount: Euros = Field(alias="montant_ht")
    firm: YesNo = Field(True, alias="ferme")
    labour_share: Rate | None = Field(None, alias="part_main_oeuvre")
    hourly_cost: HourlyCost | None = Field(None, alias="cout_horaire")
    effort: Rate | None = Field(None, alias="taux_effort")

    @property
    def own_rates(self) -> bool:
        return any(figure is not None for figure in (self.labour_share, self.hourly_cost, self.effort))


class AwardCriterion(Fact):
    title: Line = Field(alias="intitule")
    kind: CriterionKind = Field(alias="type")
    weight: Annotated[int, BeforeValidator(read_percent)] | None = Field(None, alias="poids")


class OwnClause(Fact):
    piece: Piece
    text: Prose = Field(alias="texte")


class Decision(Fact):
    """What the person decided against or beside the proposal. Exactly one of `clause` and `duty`."""

    clause: Line | None = None
    choice: Choice | None = Field(None, alias="choix")
    duty: Line | None = Field(None, alias="obligation")
    exemption: Line | None = Field(None, alias="derogation")
    reason: Prose | None = Field(None, alias="motif")
    parameters: Annotated[dict[str, Line], at_most(MAX_ITEMS)] = Field(default_factory=dict, alias="parametres")
    lot: Annotated[int, BeforeValidator(read_lot_number)] | None = None

    @classmethod
    def relations(cls, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if ("clause" in given) == ("obligation" in given):
            yield (
                "",
                "une décision porte soit sur une clause (clause, choix), "
                "soit sur une obligation (obligation, derogation) : écrivez l'une des deux",
            )
        elif "clause" in given and "choix" not in given:
            yield "choix", "indiquez le choix fait pour cette clause : garder, retirer ou adapter"
        elif "obligation" in given and "derogation" not in given:
            yield "derogation", "indiquez la dérogation retenue pour cette obligation, par exemple DER-SOC-3"
