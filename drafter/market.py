"""The market as the buyer described it: one frozen, typed model for form, JSON, YAML and command line.

Reading never guesses and never stops at the first fault: `read_market` returns a Market or raises
InputError with every fault, each a French sentence. Lots inherit the facts they do not state
(`Market.scopes`). Nothing here knows the law or the library.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from drafter import readers, yaml_text
from drafter.errors import Fault, InputError
from drafter.values import Euros, HourlyCost, Hours, Months, Rate
from drafter.vocabulary import (
    Ambition,
    Buyer,
    Ccag,
    Choice,
    ContractKind,
    CriterionKind,
    Flag,
    Form,
    Nature,
    Piece,
    Procedure,
    Technicity,
    Term,
    ThresholdBasis,
)

MAX_LOTS = 100
MAX_TEXT = 10_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _one_line(value: object) -> object:
    """Text on one line, control characters dropped; numbers are taken as their digits."""
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        return readers.clean(_CONTROL.sub("", str(value)))
    return value


def _many_lines(value: object) -> object:
    return _CONTROL.sub("", value).replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _listed(value: object) -> object:
    """A single word where a list is expected is a list of one (YAML `drapeaux: npnru`)."""
    return [value] if isinstance(value, str) else value


Line = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=1000)]
Prose = Annotated[str, BeforeValidator(_many_lines), Field(min_length=1, max_length=MAX_TEXT)]
Day = Annotated[date, BeforeValidator(readers.read_date)]
YesNo = Annotated[bool, BeforeValidator(readers.read_yes_no)]
Cpv = Annotated[str, BeforeValidator(readers.read_cpv)]


def _percent(value: object) -> int:
    number = readers.read_rate(value) if str(value).strip().endswith("%") else None
    if number is None:
        try:
            number = Decimal(str(value).strip().replace(",", "."))  # type: ignore[assignment]
        except ArithmeticError:
            number = None
    else:
        number = number * 100
    if number is None or number != int(number) or not 0 <= number <= 100:
        raise ValueError(f"« {value} » n'est pas un poids : écrivez un nombre entier de 0 à 100")
    return int(number)


class _Fact(BaseModel):
    """Frozen; unknown keys are faults; an empty value counts as not given."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        return {key: value for key, value in data.items() if value is not None and value not in ("", [], {})}


class Overrides(_Fact):
    """Figures of the calibrage that the buyer or the facilitateur knows better than our tables."""

    labour_share: Rate | None = Field(None, alias="part_main_oeuvre")
    hourly_cost: HourlyCost | None = Field(None, alias="cout_horaire")
    effort: Rate | None = Field(None, alias="taux_effort")
    staff: Annotated[Decimal, Field(gt=0, le=100_000)] | None = Field(None, alias="effectif")
    estimated_hours: Hours | None = Field(None, alias="heures_dpgf")
    transferable_hours: Hours | None = Field(None, alias="personnel_transferable_heures_mois")
    hours: Hours | None = Field(None, alias="heures")

    def over(self, base: Overrides) -> Overrides:
        """These figures where given, else those of `base`."""
        return Overrides.model_construct(
            **{name: mine if (mine := getattr(self, name)) is not None else getattr(base, name) for name in type(self).model_fields}
        )


class Tranche(_Fact):
    title: Line = Field(alias="intitule")
    amount: Euros = Field(alias="montant_ht")
    firm: YesNo = Field(True, alias="ferme")


class AwardCriterion(_Fact):
    title: Line = Field(alias="intitule")
    kind: CriterionKind = Field(alias="type")
    weight: Annotated[int, BeforeValidator(_percent)] | None = Field(None, alias="poids")


class OwnClause(_Fact):
    piece: Piece
    text: Prose = Field(alias="texte")


class Decision(_Fact):
    """What the person decided against or beside the proposal. Exactly one of `clause` and `duty`."""

    clause: Line | None = None
    choice: Choice | None = Field(None, alias="choix")
    duty: Line | None = Field(None, alias="obligation")
    exemption: Line | None = Field(None, alias="derogation")
    reason: Prose | None = Field(None, alias="motif")
    parameters: dict[str, Line] = Field(default_factory=dict, alias="parametres")
    lot: Annotated[int, Field(ge=1, le=MAX_LOTS)] | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> Decision:
        if (self.clause is None) == (self.duty is None):
            raise ValueError("une décision porte soit sur une clause (clause, choix), soit sur une obligation (obligation, derogation)")
        if self.clause is not None and self.choice is None:
            raise ValueError("indiquez le choix fait pour cette clause : garder, retirer ou adapter")
        if self.duty is not None and self.exemption is None:
            raise ValueError("indiquez la dérogation retenue pour cette obligation, par exemple DER-SOC-3")
        return self


class _Shared(_Fact):
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
    flags: Annotated[frozenset[Flag], BeforeValidator(_listed)] = Field(frozenset(), alias="drapeaux")
    tranches: tuple[Tranche, ...] = ()
    overrides: Overrides = Field(default_factory=Overrides, alias="calibrage")

    @model_validator(mode="after")
    def _bounds(self) -> _Shared:
        low, high = self.amount_min, self.amount_max
        if low is not None and high is not None and low > high:
            raise ValueError("le montant minimum dépasse le montant maximum : vérifiez montant_min_ht et montant_max_ht")
        return self


class Lot(_Shared):
    """One lot: its title, and the facts that differ from the market's."""

    title: Line = Field(alias="intitule")
    object: Prose | None = Field(None, alias="objet")


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
    lots: Annotated[tuple[Lot, ...], Field(max_length=MAX_LOTS)] = ()
    threshold_basis: ThresholdBasis = Field(ThresholdBasis.MARKET, alias="base_seuil_social")
    framework_date: Day | None = Field(None, alias="date_accord_cadre")
    yearly_purchases: Euros | None = Field(None, alias="achats_annuels_ht")
    criteria: tuple[AwardCriterion, ...] = Field((), alias="criteres")
    own_clauses: tuple[OwnClause, ...] = Field((), alias="clauses_propres")
    decisions: tuple[Decision, ...] = ()

    @model_validator(mode="after")
    def _has_amount(self) -> Market:
        lots_say = bool(self.lots) and all(lot.amount or lot.amount_max for lot in self.lots)
        if self.amount is None and self.amount_max is None and not lots_say:
            raise ValueError(
                "montant_ht manque : indiquez le montant hors taxes en euros, sur toute la durée, par exemple 250 000"
            )
        return self

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
    def overrides(self) -> Overrides:
        """The lot's figures over the market's. `hours` of the market are not repeated on each of several lots."""
        merged = self.own.overrides.over(self.market.overrides)
        if len(self.market.lots) > 1:
            own = self.own.overrides
            merged = merged.model_copy(
                update={"hours": own.hours, "staff": own.staff, "estimated_hours": own.estimated_hours, "transferable_hours": own.transferable_hours}
            )
        return merged


# --- reading -------------------------------------------------------------------------------------

FileFormat = Literal["yaml", "json"]


def load_text(text: str, fmt: FileFormat = "yaml", source: str = "") -> Any:
    """The raw data of a market file. Numbers stay exact. Raises InputError."""
    if fmt == "yaml":
        return yaml_text.load(text, source)
    faults: list[Fault] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                faults.append(Fault(key, "cette clé est écrite deux fois : gardez-en une seule"))
            seen[key] = value
        return seen

    def refuse(word: str) -> None:
        raise ValueError(f"{word} n'est pas un nombre")

    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=refuse, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise InputError([Fault(source, f"ce fichier JSON ne se lit pas : {error}")]) from None
    if faults:
        raise InputError(faults)
    return data


def read_market(data: Any) -> Market:
    """A Market from nested dicts of French keys. Raises InputError with every fault."""
    if isinstance(data, Market):
        return data
    if not isinstance(data, Mapping):
        raise InputError(
            [Fault("", "la description du marché est une suite de lignes « clé: valeur » : commencez par objet: …")]
        )
    try:
        return Market.model_validate(data)
    except ValidationError as error:
        raise InputError(faults_of(error)) from None


def market_data(market: Market) -> dict[str, Any]:
    """The market as plain data, contract keys, only what was given: reads back to an equal Market."""
    return dict(market.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def faults_of(error: ValidationError) -> list[Fault]:
    """Each pydantic error as a French sentence that names the field, what was found and what to write."""
    return [Fault(_path(item["loc"]), _sentence(item)) for item in error.errors(include_url=False)]


def _path(location: tuple[int | str, ...]) -> str:
    """`('lots', 1, 'montant_ht')` -> `lots[2].montant_ht`: people count from one."""
    path = ""
    for step in location:
        path += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if path else step
    return path


_TERMS: dict[str, type[Term]] = {
    "nature": Nature,
    "acheteur": Buyer,
    "contrat": ContractKind,
    "forme": Form,
    "procedure": Procedure,
    "ccag": Ccag,
    "technicite": Technicity,
    "ambition": Ambition,
    "drapeaux": Flag,
    "base_seuil_social": ThresholdBasis,
    "type": CriterionKind,
    "piece": Piece,
    "choix": Choice,
}

_MISSING = {
    "objet": "indiquez ce que vous achetez, par exemple « Nettoyage des locaux de la médiathèque »",
    "nature": "indiquez la nature du marché : travaux, fournitures ou services",
    "duree_mois": "indiquez la durée en mois, reconductions comprises, par exemple 48",
    "date_lancement": "indiquez la date d'envoi de l'avis ou du lancement de la consultation, par exemple 01/10/2026",
    "intitule": "indiquez un intitulé",
    "montant_ht": "indiquez le montant hors taxes en euros, par exemple 250 000",
}


def _sentence(item: ErrorDetails) -> str:
    kind, found = item["type"], item.get("input")
    key = next((str(step) for step in reversed(item["loc"]) if isinstance(step, str)), "")
    if kind == "value_error":
        return str(item["ctx"]["error"]) if "ctx" in item else item["msg"]
    if kind == "missing":
        return f"ce champ manque : {_MISSING.get(key, 'indiquez sa valeur')}"
    if kind == "extra_forbidden":
        return f"la clé « {key} » n'existe pas : vérifiez son orthographe ou retirez-la"
    shown = readers.clean(found)[:40] if isinstance(found, str | int | Decimal) else type(found).__name__
    if kind == "enum" and key in _TERMS:
        return f"« {shown} » n'est pas admis : écrivez {', '.join(_TERMS[key])}"
    if kind in {"tuple_type", "list_type", "frozen_set_type", "set_type"}:
        return "une liste est attendue : écrivez un élément par ligne, chacun précédé d'un tiret"
    if kind in {"model_type", "dict_type", "model_attributes_type"}:
        return f"« {shown} » ne suffit pas : écrivez une suite de lignes « clé: valeur »"
    if kind == "string_too_short":
        return f"ce champ est vide : {_MISSING.get(key, 'indiquez sa valeur')}"
    if kind == "string_too_long":
        return "ce texte est trop long : raccourcissez-le"
    if kind == "string_type":
        return "un texte est attendu ici"
    if kind == "too_long":
        return f"il y a trop d'éléments : {item['ctx'].get('max_length', MAX_LOTS)} au plus"
    return f"« {shown} » ne se lit pas : vérifiez cette valeur"
