"""The market, its lots, and the facts of each lot once inherited. Nothing here knows the law or the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from drafter.market.fields import (
    MAX_ITEMS,
    MAX_LOTS,
    Count,
    Cpv,
    Day,
    Fact,
    Flags,
    Line,
    Prose,
    at_most,
    is_empty,
    listed,
)
from drafter.market.opinions import Opinion
from drafter.market.overrides import Overrides
from drafter.market.parts import AwardCriterion, Decision, OwnClause, Tranche
from drafter.values import Euros, Months
from drafter.vocabulary import (
    Ambition,
    Buyer,
    Ccag,
    ContractKind,
    Flag,
    Form,
    Nature,
    Procedure,
    Technicity,
    ThresholdBasis,
)


class _Shared(Fact):
    """Facts that a market and a lot may both state."""

    nature: Nature | None = None
    segment: Line | None = None
    cpv: Cpv | None = None
    amount: Euros | None = Field(None, alias="montant_ht")
    duration: Months | None = Field(None, alias="duree_mois")
    department: Line | None = Field(None, alias="departement")
    commune: Line | None = None
    form: Form | None = Field(None, alias="forme")
    amount_min: Euros | None = Field(None, alias="montant_min_ht")
    amount_max: Euros | None = Field(None, alias="montant_max_ht")
    ccag: Ccag | None = None
    technicity: Technicity | None = Field(None, alias="technicite")
    ambition: Ambition | None = None
    flags: Flags = Field(frozenset(), alias="drapeaux")
    tranches: Annotated[tuple[Tranche, ...], at_most(MAX_ITEMS)] = ()
    periods: Count | None = Field(None, alias="periodes")
    holders: Count | None = Field(None, alias="attributaires")
    execution_start: Day | None = Field(None, alias="debut_execution")
    overrides: Overrides = Field(default_factory=Overrides, alias="calibrage")

    @classmethod
    def relations(cls, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        low, high = _amount_of(given, "montant_min_ht"), _amount_of(given, "montant_max_ht")
        if low is not None and high is not None and low > high:
            yield (
                "montant_min_ht",
                "le montant minimum dépasse le montant maximum : vérifiez montant_min_ht et montant_max_ht",
            )


def _amount_of(given: Mapping[str, Any], key: str) -> Euros | None:
    """An amount as typed; None when it is absent, or at fault by itself."""
    try:
        return Euros.read(given[key]) if key in given else None
    except ValueError:
        return None


class Lot(_Shared):
    """One lot: its title, and the facts that differ from the market's."""

    title: Line = Field(alias="intitule")
    object: Prose | None = Field(None, alias="objet")

    @classmethod
    def relations(cls, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from super().relations(given)
        figures = given.get("calibrage")
        if isinstance(figures, Mapping) and not is_empty(figures.get("taux_operation")):
            yield (
                "calibrage",
                "taux_operation est l'objectif de toute l'opération : écrivez-le dans le calibrage du marché",
            )


def _states_amount(lot: object) -> bool:
    if isinstance(lot, Lot):
        return bool(lot.amount or lot.amount_max)
    return isinstance(lot, Mapping) and any(not is_empty(lot.get(key)) for key in ("montant_ht", "montant_max_ht"))


class Market(_Shared):
    """What the buyer described. Amounts exclude tax and cover the whole duration, options and renewals included."""

    object: Prose = Field(alias="objet")
    nature: Nature
    duration: Months = Field(alias="duree_mois")
    launch_date: Day = Field(alias="date_lancement")
    buyer: Buyer | None = Field(None, alias="acheteur")
    buyer_name: Line | None = Field(None, alias="acheteur_nom")
    contract: ContractKind = Field(ContractKind.MARKET, alias="contrat")
    procedure: Procedure | None = None
    lots: Annotated[tuple[Lot, ...], at_most(MAX_LOTS)] = ()
    threshold_basis: ThresholdBasis = Field(ThresholdBasis.MARKET, alias="base_seuil_social")
    framework_date: Day | None = Field(None, alias="date_accord_cadre")
    yearly_purchases: Euros | None = Field(None, alias="achats_annuels_ht")
    criteria: Annotated[tuple[AwardCriterion, ...], at_most(MAX_ITEMS)] = Field((), alias="criteres")
    own_clauses: Annotated[tuple[OwnClause, ...], at_most(MAX_ITEMS)] = Field((), alias="clauses_propres")
    decisions: Annotated[tuple[Decision, ...], at_most(MAX_ITEMS)] = ()
    territory: Line | None = Field(None, alias="territoire")
    refused_territories: Annotated[tuple[Line, ...], at_most(MAX_ITEMS), BeforeValidator(listed)] = Field(
        (), alias="territoires_ecartes"
    )
    opinions: Annotated[tuple[Opinion, ...], at_most(MAX_ITEMS)] = Field((), alias="avis")

    @classmethod
    def relations(cls, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from super().relations(given)
        lots = given.get("lots", ())
        lots_say = isinstance(lots, list | tuple) and lots and all(_states_amount(lot) for lot in lots)
        if "montant_ht" not in given and "montant_max_ht" not in given and not lots_say:
            yield (
                "montant_ht",
                "ce champ manque : indiquez le montant hors taxes en euros, sur toute la durée, par exemple 250 000",
            )

    @cached_property
    def total(self) -> Euros:
        """The estimated value that thresholds are compared with (R2121-1, R2121-8).

        For a framework agreement its maximum when stated; else the market's amount, at least the sum of its lots.
        """
        lots = [lot.amount_max or lot.amount for lot in self.lots]
        summed = sum((amount for amount in lots if amount is not None), Euros(0))
        stated = self.amount_max or self.amount or Euros(0)
        return max(stated, summed)

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """One scope a lot, with inherited facts; a market without lots is one scope whose `lot` is None."""
        if not self.lots:
            return (Scope(self, None, self),)
        return tuple(Scope(self, number, lot) for number, lot in enumerate(self.lots, 1))


@dataclass(frozen=True)
class Scope:
    """The facts of one lot (or of a market without lots), what it does not state taken from the market.

    Amounts are never inherited when there are several lots: each lot has its own, or none that is known.
    """

    market: Market
    lot: int | None
    own: _Shared

    def _inherited(self, name: str) -> Any:
        mine = getattr(self.own, name)
        return mine if mine is not None else getattr(self.market, name)

    @property
    def title(self) -> str:
        return self.own.title if isinstance(self.own, Lot) else self.market.object

    @property
    def object(self) -> str:
        """What is bought, in the buyer's words: the lot's title and object, else the market's object."""
        if isinstance(self.own, Lot):
            return f"{self.own.title} {self.own.object or ''}".strip()
        return self.market.object

    @property
    def nature(self) -> Nature:
        return Nature(self._inherited("nature"))

    @property
    def segment(self) -> str | None:
        """The segment typed for this lot; the market's only when the lot states no CPV of its own."""
        if self.own.segment is not None:
            return self.own.segment
        return None if self.own is not self.market and self.own.cpv else self.market.segment

    @property
    def cpv(self) -> str | None:
        if self.own.cpv is not None:
            return self.own.cpv
        return None if self.own is not self.market and self.own.segment else self.market.cpv

    def _amount(self, name: str) -> Euros | None:
        mine: Euros | None = getattr(self.own, name)
        if mine is None and len(self.market.lots) == 1:
            mine = getattr(self.market, name)
        return mine

    @property
    def amount(self) -> Euros | None:
        """The estimate; a framework agreement that states none is taken at its maximum."""
        return self._amount("amount") or self._amount("amount_max")

    @property
    def amount_min(self) -> Euros | None:
        return self._amount("amount_min")

    @property
    def amount_max(self) -> Euros | None:
        return self._amount("amount_max")

    @property
    def duration(self) -> Months:
        return Months(self._inherited("duration").value)

    @property
    def form(self) -> Form:
        return Form(self._inherited("form") or Form.ORDINARY)

    @property
    def ccag(self) -> Ccag | None:
        return self.own.ccag or self.market.ccag

    @property
    def technicity(self) -> Technicity:
        return Technicity(self._inherited("technicity") or Technicity.MEDIUM)

    @property
    def ambition(self) -> Ambition:
        return Ambition(self._inherited("ambition") or Ambition.BASE)

    @property
    def department(self) -> str | None:
        return self.own.department or self.market.department

    @property
    def flags(self) -> frozenset[Flag]:
        return self.own.flags | self.market.flags

    @property
    def tranches(self) -> tuple[Tranche, ...]:
        return self.own.tranches or self.market.tranches

    @property
    def periods(self) -> int | None:
        """How many periods the whole duration is made of (the first one and its renewals)."""
        return self.own.periods or self.market.periods

    @property
    def holders(self) -> int | None:
        return self.own.holders or self.market.holders

    @property
    def execution_start(self) -> date:
        """The day execution begins; the launch date when nothing better is known."""
        return self.own.execution_start or self.market.execution_start or self.market.launch_date

    @cached_property
    def overrides(self) -> Overrides:
        """The lot's figures over the market's. `hours` of the market are not repeated on each of several lots."""
        merged = self.own.overrides.over(self.market.overrides)
        if len(self.market.lots) > 1:
            own = self.own.overrides
            merged = merged.model_copy(
                update={
                    "hours": own.hours,
                    "staff": own.staff,
                    "estimated_hours": own.estimated_hours,
                    "transferable_hours": own.transferable_hours,
                    "previous_hours": own.previous_hours,
                    "previous_amount": own.previous_amount,
                }
            )
        return merged
