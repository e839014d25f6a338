"""The market as the buyer described it: one frozen, typed model for form, JSON, YAML and command line.

Reading never guesses and never stops at the first fault: `read_market` returns a Market or raises
InputError with every fault, each a French sentence. Lots inherit the facts they do not state
(`Market.scopes`). Nothing here knows the law or the library.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PlainSerializer,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails

from drafter import readers, yaml_text
from drafter.errors import Fault, InputError
from drafter.validation import detail, faults_of, in_french
from drafter.values import Euros, HourlyCost, Hours, Months, Rate
from drafter.vocabulary import (
    Ambition,
    Buyer,
    Ccag,
    Choice,
    ContractKind,
    CriterionKind,
    Factor,
    Flag,
    Form,
    Nature,
    OpinionSense,
    Outcome,
    Piece,
    Procedure,
    ProposedFigure,
    Role,
    Technicity,
    ThresholdBasis,
)

MAX_LOTS = 100
MAX_TEXT = 10_000
MAX_STAFF = 100_000
MAX_ITEMS = 1000
"""Of any list of the file but the lots: tranches, criteria, decisions."""
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufeff\ufffe\uffff]"
)
"""What XML refuses, what a screen cannot show, and the marks that turn the direction of a text."""


def _one_line(value: object) -> object:
    """Text on one line, control characters dropped; numbers are taken as their digits."""
    text = _many_lines(value)
    return readers.clean(text) if isinstance(text, str) else text


def _many_lines(value: object) -> object:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = readers.clean(value)
    return _CONTROL.sub("", value).replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _listed(value: object) -> object:
    """A single word where a list is expected is a list of one (YAML `drapeaux: npnru`)."""
    return [value] if isinstance(value, str) else value


def _at_most(limit: int) -> BeforeValidator:
    """Before the items are read: a list without end must not make as many faults."""

    def check(value: object) -> object:
        if isinstance(value, list | tuple | set | frozenset | dict) and len(value) > limit:
            raise ValueError(f"il y a trop d'éléments : {limit} au plus")
        return value

    return BeforeValidator(check)


Line = Annotated[str, Field(min_length=1, max_length=1000), BeforeValidator(_one_line)]
Prose = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), BeforeValidator(_many_lines)]
Day = Annotated[date, BeforeValidator(readers.read_date)]
YesNo = Annotated[bool, BeforeValidator(readers.read_yes_no)]
Cpv = Annotated[str, BeforeValidator(readers.read_cpv)]
Flags = Annotated[
    frozenset[Flag],
    _at_most(MAX_ITEMS),
    BeforeValidator(_listed),
    PlainSerializer(lambda flags: sorted(str(flag) for flag in flags), return_type=list[str]),
]
"""A set has no order of its own: a file always holds them in alphabetical order."""
Factors = Annotated[
    frozenset[Factor],
    _at_most(MAX_ITEMS),
    BeforeValidator(_listed),
    PlainSerializer(lambda factors: sorted(str(factor) for factor in factors), return_type=list[str]),
]


def _percent(value: object) -> int:
    text = readers.clean(value)
    try:
        number = readers.read_rate(value) * 100 if text.endswith("%") else readers.read_number(value)
    except ValueError:
        number = Fraction(-1)
    if number.denominator != 1 or not 0 <= number <= 100:
        raise ValueError(f"{readers.shown(value)} n'est pas un poids : écrivez un nombre entier de 0 à 100")
    return int(number)


def _staff(value: object) -> Decimal:
    try:
        number = readers.read_number(value)
        if 0 < number <= MAX_STAFF and 10**6 % number.denominator == 0:
            return Decimal(number.numerator) / number.denominator
    except ValueError:
        pass
    raise ValueError(
        f"{readers.shown(value)} n'est pas un effectif : écrivez un nombre de personnes en équivalent temps plein, "
        "par exemple 5 ou 5,5"
    )


def _count(value: object) -> int:
    text = readers.clean(value)
    if re.fullmatch("[0-9]{1,2}", text) and int(text):
        return int(text)
    raise ValueError(f"{readers.shown(value)} ne convient pas : écrivez un nombre entier de 1 à 99")


Count = Annotated[int, BeforeValidator(_count)]


def _lot_number(value: object) -> int:
    text = readers.clean(value)
    if re.fullmatch("[0-9]{1,3}", text) and 1 <= int(text) <= MAX_LOTS:
        return int(text)
    raise ValueError(f"{readers.shown(value)} n'est pas un numéro de lot : écrivez un nombre de 1 à {MAX_LOTS}")


class _Fact(BaseModel):
    """Frozen; unknown keys are faults; an empty value counts as not given.

    Faults between fields are looked for in what was typed, so that they are told together with the faults of
    each field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False, defer_build=True)

    @classmethod
    def relations(cls, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Faults between fields: the key each is told beside (empty: the whole entry), and the sentence."""
        yield from ()

    @model_validator(mode="wrap")
    @classmethod
    def _every_fault(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, Mapping):
            return handler(data)
        given = {_CONTROL.sub("", str(key)): value for key, value in data.items() if not _is_empty(value)}
        errors: list[InitErrorDetails] = []
        made: Self | None = None
        try:
            made = handler(given)
        except ValidationError as error:
            known = [info.alias or name for name, info in cls.model_fields.items()]
            errors = [in_french(item, known) for item in error.errors(include_url=False)]
        errors += [detail((key,) if key else (), sentence) for key, sentence in cls.relations(given)]
        if errors or made is None:
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return made


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not readers.clean(_CONTROL.sub("", value))
    return value is None or value in ([], {}, ())


class ChangeReason(_Fact):
    """Why a figure of the calibrage was changed, and who proposed it."""

    reason: Prose = Field(alias="motif")
    by: Role | None = Field(None, alias="par")


class Overrides(_Fact):
    """Figures of the calibrage that the buyer or the facilitateur knows better than our tables.

    `reasons` holds, by key of this block or by factor, why a figure was changed: kept in the dossier, printed.
    """

    labour_share: Rate | None = Field(None, alias="part_main_oeuvre")
    hourly_cost: HourlyCost | None = Field(None, alias="cout_horaire")
    effort: Rate | None = Field(None, alias="taux_effort")
    staff: Annotated[Decimal, BeforeValidator(_staff)] | None = Field(None, alias="effectif")
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
    reasons: Annotated[dict[str, ChangeReason], _at_most(MAX_ITEMS)] = Field(default_factory=dict, alias="motifs")

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


class Tranche(_Fact):
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
    parameters: Annotated[dict[str, Line], _at_most(MAX_ITEMS)] = Field(default_factory=dict, alias="parametres")
    lot: Annotated[int, BeforeValidator(_lot_number)] | None = None

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


class ClauseRemark(_Fact):
    clause: Line
    text: Prose = Field(alias="texte")


class Proposition(_Fact):
    """A figure that an opinion proposes for a lot (`lot` None: a market without lots), and what became of it.

    `before`, `after` and `replaced` are written as `Overrides` writes the same key. `before` is what the calculation
    used when the opinion was given, factors included; `replaced` the figure typed in the market that an accepted one
    took the place of, None when our tables gave it.
    """

    lot: Annotated[int, BeforeValidator(_lot_number)] | None = None
    figure: ProposedFigure = Field(alias="cle")
    before: Line | None = Field(None, alias="avant")
    after: Line = Field(alias="apres")
    reason: Prose = Field(alias="motif")
    outcome: Outcome = Field(Outcome.PENDING, alias="suite")
    outcome_reason: Prose | None = Field(None, alias="motif_suite")
    replaced: Line | None = Field(None, alias="remplace")

    @classmethod
    def relations(cls, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if given.get("cle") not in list(ProposedFigure):
            return  # said beside the key
        for key in ("avant", "apres", "remplace"):
            try:
                if key in given:
                    Overrides.model_validate({str(given["cle"]): given[key]})
            except ValidationError as error:
                yield key, faults_of(error)[0].message


class Opinion(_Fact):
    """An opinion on the calibrage and the clauses: an input to read, which changes nothing by itself."""

    by: Role = Field(alias="par")
    structure: Line | None = None
    given_on: Day = Field(alias="le")
    sense: OpinionSense = Field(alias="sens")
    reason: Prose | None = Field(None, alias="motif")
    remarks: Annotated[tuple[ClauseRemark, ...], _at_most(MAX_ITEMS)] = Field((), alias="remarques")
    propositions: Annotated[tuple[Proposition, ...], _at_most(MAX_ITEMS)] = ()

    @classmethod
    def relations(cls, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if given.get("sens") in list(OpinionSense)[1:] and "motif" not in given:
            yield "motif", "ce champ manque : écrivez le motif de cet avis, qui n'est pas un simple accord"

    @property
    def pending(self) -> bool:
        """Whether the buyer still owes an answer."""
        return any(item.outcome is Outcome.PENDING for item in self.propositions)


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
    flags: Flags = Field(frozenset(), alias="drapeaux")
    tranches: Annotated[tuple[Tranche, ...], _at_most(MAX_ITEMS)] = ()
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
        if isinstance(figures, Mapping) and not _is_empty(figures.get("taux_operation")):
            yield (
                "calibrage",
                "taux_operation est l'objectif de toute l'opération : écrivez-le dans le calibrage du marché",
            )


def _states_amount(lot: object) -> bool:
    if isinstance(lot, Lot):
        return bool(lot.amount or lot.amount_max)
    return isinstance(lot, Mapping) and any(not _is_empty(lot.get(key)) for key in ("montant_ht", "montant_max_ht"))


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
    lots: Annotated[tuple[Lot, ...], _at_most(MAX_LOTS)] = ()
    threshold_basis: ThresholdBasis = Field(ThresholdBasis.MARKET, alias="base_seuil_social")
    framework_date: Day | None = Field(None, alias="date_accord_cadre")
    yearly_purchases: Euros | None = Field(None, alias="achats_annuels_ht")
    criteria: Annotated[tuple[AwardCriterion, ...], _at_most(MAX_ITEMS)] = Field((), alias="criteres")
    own_clauses: Annotated[tuple[OwnClause, ...], _at_most(MAX_ITEMS)] = Field((), alias="clauses_propres")
    decisions: Annotated[tuple[Decision, ...], _at_most(MAX_ITEMS)] = ()
    territory: Line | None = Field(None, alias="territoire")
    refused_territories: Annotated[tuple[Line, ...], _at_most(MAX_ITEMS), BeforeValidator(_listed)] = Field(
        (), alias="territoires_ecartes"
    )
    opinions: Annotated[tuple[Opinion, ...], _at_most(MAX_ITEMS)] = Field((), alias="avis")

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
        raise _NotANumberError(f"{word} n'est pas un nombre")

    try:
        data = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=Decimal,
            parse_int=lambda digits: int(digits) if len(digits) < 100 else Decimal(digits),
            parse_constant=refuse,
            object_pairs_hook=unique,
        )
    except (ValueError, RecursionError) as error:
        raise InputError([Fault(source, _json_problem(error))]) from None
    if faults:
        raise InputError(faults)
    return data


class _NotANumberError(ValueError):
    """NaN and its like, which JSON does not know."""


def _json_problem(error: ValueError | RecursionError) -> str:
    where = "trop de niveaux imbriqués"
    if isinstance(error, json.JSONDecodeError):
        where = f"ligne {error.lineno}, colonne {error.colno}"
    elif isinstance(error, ValueError):
        where = str(error) if isinstance(error, _NotANumberError) else "un nombre est trop long"
    return f"ce fichier JSON ne se lit pas ({where}) : vérifiez les guillemets, les virgules et les accolades"


def read_market(data: Any) -> Market:
    """A Market from nested dicts of French keys. Raises InputError with every fault."""
    if isinstance(data, Market):
        return data
    if not isinstance(data, Mapping):
        raise InputError(
            [
                Fault(
                    "",
                    "la description du marché est une suite de lignes « clé: valeur » : commencez par objet: …",
                )
            ]
        )
    try:
        return Market.model_validate(data)
    except ValidationError as error:
        raise InputError(faults_of(error)) from None


def market_data(market: Market) -> dict[str, Any]:
    """The market as plain data, contract keys, only what was given: reads back to an equal Market."""
    return dict(market.model_dump(mode="json", by_alias=True, exclude_defaults=True))
