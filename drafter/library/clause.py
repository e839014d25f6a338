"""A clause and the penalty grid, typed. French keys are the jurist's; English names are ours.

Every model refuses unknown keys. What ties files together (a segment named by a clause, an example
market) is checked by `reader`, once all files are read.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from drafter import french
from drafter.conditions import ALWAYS, Condition
from drafter.dated import Day, Figure, Line, Record, Source, Status, Unit, typed
from drafter.library.shapes import Id, Prose, When, Whole, YesNo
from drafter.library.terms import (
    ENVIRONMENTAL_IMPACTS,
    SOCIAL_OBJECTIVES,
    Access,
    Basis,
    ClauseType,
    Family,
    Maturity,
    Reader,
    Scale,
    Stake,
)
from drafter.values import Quantity
from drafter.vocabulary import Ambition, Nature, Piece


class ClauseParameter(Record):
    """A figure the buyer may change within bounds. `advanced` and `exemplary` replace `default` at those levels."""

    label: Line = Field(alias="libelle")
    unit: Unit = Field(alias="unite")
    low: Figure = Field(None, alias="min")
    high: Figure = Field(None, alias="max")
    default: Figure = Field(alias="defaut")
    advanced: Figure = Field(None, alias="avance")
    exemplary: Figure = Field(None, alias="exemplaire")
    by_nature: dict[Nature, Figure] = Field(default_factory=dict, alias="par_nature")
    basis: Basis = Field(alias="statut")
    note: Line | None = Field(None, alias="precision")

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        try:
            unit = Unit(data.get("unite", ""))
        except ValueError:
            return data
        read = typed(unit, data, ("min", "max", "defaut", "avance", "exemplaire"))
        if isinstance(read.get("par_nature"), dict):
            read["par_nature"] = typed(unit, read["par_nature"], tuple(Nature))
        return read

    @model_validator(mode="after")
    def _within(self) -> ClauseParameter:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("le minimum (min) dépasse le maximum (max)")
        for value in (self.default, self.advanced, self.exemplary, *self.by_nature.values()):
            if value is not None:
                self.check(value)
        return self

    def check(self, value: Quantity) -> None:
        """Raises ValueError when `value` is out of the bounds."""
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            low = french.show(self.low) if self.low is not None else "sans minimum"
            high = french.show(self.high) if self.high is not None else "sans maximum"
            raise ValueError(f"{self.label} : {french.show(value)} est hors des bornes ({low} à {high})")

    def value(self, level: Ambition, nature: Nature) -> Quantity:
        """The proposed value at a level of ambition, for a nature of market."""
        if level is Ambition.EXEMPLARY and self.exemplary is not None:
            return self.exemplary  # type: ignore[no-any-return]
        if level is not Ambition.BASE and self.advanced is not None:
            return self.advanced  # type: ignore[no-any-return]
        return self.by_nature.get(nature, self.default)  # type: ignore[return-value]


class Proof(Record):
    offer: Line | None = Field(None, alias="offre")
    execution: Line | None = None


class Control(Record):
    text: Line = Field(alias="texte")
    frequency: Line = Field(alias="frequence")


class PenaltyUse(Record):
    """Which penalty of the grid (parameters/penalites.yaml) sanctions which breach."""

    code: Line
    breach: Line = Field(alias="manquement")


class Grade(Record):
    """One step of a scoring scale: the share of the points, and what earns it."""

    share: Annotated[Whole, Field(ge=0, le=100)] = Field(alias="note")
    when: Line = Field(alias="si")


class SubCriterion(Record):
    """Judged on a scale (`bareme`) or by a `formule` that anyone can recompute: one of the two."""

    title: Line = Field(alias="intitule")
    weight: Annotated[Whole, Field(ge=1, le=100)] = Field(alias="poids")
    expected: Line = Field(alias="attendu")
    scale: tuple[Grade, ...] = Field((), alias="bareme")
    formula: Line | None = Field(None, alias="formule")

    @model_validator(mode="after")
    def _judged(self) -> SubCriterion:
        if (self.formula is None) == (len(self.scale) < 2):
            raise ValueError("un sous-critère se note par un barème d'au moins deux lignes ou par une formule")
        return self


class AnswerLine(Record):
    """One line of the answer frame that the bidder fills."""

    question: Line
    scored: YesNo = Field(alias="notee")


class CriterionModel(Record):
    """Weight of the criterion in the whole award (percent), its sub-criteria (they sum to 100), its answer frame."""

    weight: Annotated[Whole, Field(ge=5, le=60)] = Field(alias="poids")
    weight_basis: Basis = Field(alias="poids_statut")
    weight_note: Line = Field(alias="poids_precision")
    """Where the weight comes from, for the buyer."""
    sub_criteria: tuple[SubCriterion, ...] = Field(alias="sous_criteres", min_length=1, max_length=4)
    frame: tuple[AnswerLine, ...] = Field(alias="cadre_reponse", min_length=2)

    @model_validator(mode="after")
    def _sums(self) -> CriterionModel:
        total = sum(sub.weight for sub in self.sub_criteria)
        if total != 100:
            raise ValueError(f"les poids des sous-critères font {total} : ils doivent faire 100")
        if len(self.sub_criteria) == 1 and self.sub_criteria[0].formula is None:
            raise ValueError("un critère noté par barème a au moins deux sous-critères")
        return self


class LabelGroup(Record):
    """Labels that prove the same characteristics. The wording on equivalence is ours, the same everywhere.

    Sources: articles R2111-12 to R2111-17 of the code de la commande publique.
    """

    names: tuple[Line, ...] = Field(alias="noms", min_length=1)
    characteristics: tuple[Line, ...] = Field(alias="caracteristiques", min_length=1)
    """The only characteristics asked for, each tied to the object of the market, as an end of sentence."""
    other_proof: Line = Field(alias="autre_preuve")
    """What proves them without any label: « dossier technique du fabricant, rapport d'essai »."""


class SmallFirms(Record):
    access: Access = Field(alias="acces")
    note: Line | None = Field(None, alias="precision")


class LegalBasis(Record):
    text: Line = Field(alias="texte")
    article: Line
    link: Line | None = Field(None, alias="lien")


class Derogation(Record):
    """An article of the CCAG that the clause departs from; goes into the list that closes the CCAP.

    `article` is a key of the CCAG file; `heading` the key of our sub-article that derogates.
    """

    article: Line
    heading: Line = Field(alias="titre")
    subject: Line = Field(alias="objet")


class Examples(Record):
    """Ids of example markets (clause_library/examples/) where the clause applies, and where it does not."""

    applies: tuple[Line, ...] = Field(alias="s_applique", min_length=1)
    does_not: tuple[Line, ...] = Field(alias="ne_s_applique_pas", min_length=1)


class Clause(Record):
    """One choice of the buyer, and the texts it writes into each piece.

    `piece` is where the obligation itself stands; `texts` may also hold sections for other pieces
    (the RC mention, the annexe), so that one choice keeps the whole file consistent.
    """

    id: Id
    version: Annotated[Whole, Field(ge=1)]
    status: Literal["active", "projet", "retiree"] = Field(alias="statut")
    start: Day = Field(alias="en_vigueur_le")
    end: Day | None = Field(None, alias="fin_de_validite")
    title: Line = Field(alias="titre")
    piece: Piece
    type: ClauseType
    family: Family = Field(alias="famille")
    theme: Id
    stake: Stake = Field(alias="enjeu")
    notice_codes: tuple[Line, ...] = Field(alias="eforms", min_length=1)
    """What the clause pursues, as the European notice says it (eForms): social or environmental by its family."""
    segments: tuple[Line, ...] = ()
    scale: Scale = Field(alias="portee")
    levels: tuple[Ambition, ...] = Field(alias="niveaux", min_length=1)
    priority: Annotated[Whole, Field(ge=1, le=99)] = Field(50, alias="priorite")
    applies_when: When = Field(ALWAYS, alias="s_applique_si")
    unless: When | None = Field(None, alias="sauf_si")
    satisfies: tuple[Line, ...] = Field((), alias="satisfait")
    parameters: dict[str, ClauseParameter] = Field(default_factory=dict, alias="parametres")
    proof: Proof = Field(alias="preuve")
    control: Control = Field(alias="controle")
    penalties: tuple[PenaltyUse, ...] = Field((), alias="penalites")
    criterion: CriterionModel | None = Field(None, alias="critere")
    labels: tuple[LabelGroup, ...] = ()
    maturity: Maturity = Field(alias="maturite")
    small_firms: SmallFirms = Field(alias="pme")
    legal_basis: tuple[LegalBasis, ...] = Field(alias="base_legale", min_length=1)
    derogations: tuple[Derogation, ...] = Field((), alias="derogations_ccag")
    sources: tuple[Source, ...] = Field(min_length=1)
    why: Prose = Field(alias="pourquoi")
    """For the buyer, never printed in the pieces: what the clause changes, and why it suits this purchase."""
    caution: Prose = Field(alias="attention")
    """For the buyer: what to check or settle before keeping it."""
    replaces: tuple[Line, ...] = Field((), alias="remplace")
    goes_with: tuple[Line, ...] = Field((), alias="va_avec")
    conflicts: tuple[Line, ...] = Field((), alias="conflits")
    examples: Examples = Field(alias="exemples")
    reread_on: Day = Field(alias="relu_le")
    reread_by: Reader = Field(alias="relu_par")
    texts: dict[Piece, str] = Field(default_factory=dict, alias="textes")

    @model_validator(mode="after")
    def _consistent(self) -> Clause:
        if (self.type is ClauseType.CRITERION) != (self.criterion is not None):
            raise ValueError("une clause de type critere porte un bloc « critere », et elle seule")
        social = self.family in (Family.INSERTION, Family.SOCIAL)
        admitted = SOCIAL_OBJECTIVES if social else ENVIRONMENTAL_IMPACTS
        if wrong := [code for code in self.notice_codes if code not in admitted]:
            raise ValueError(f"eforms : « {wrong[0]} » n'est pas admis ici : choisissez parmi {', '.join(admitted)}")
        if self.type is ClauseType.CRITERION and self.penalties:
            raise ValueError(
                "un critère ne porte pas de pénalité : l'article environnemental sanctionne ses engagements"
            )
        if self.type is ClauseType.EXECUTION and not self.penalties:
            raise ValueError("une condition d'exécution nomme sa pénalité (penalites)")
        if (
            self.type in (ClauseType.SPECIFICATION, ClauseType.EXECUTION)
            and self.proof.offer is None
            and self.proof.execution is None
        ):
            raise ValueError("indiquez au moins une preuve, à l'offre ou en exécution (preuve)")
        return self

    @property
    def condition(self) -> Condition:
        return self.applies_when  # type: ignore[no-any-return]

    def in_force(self, on: date) -> bool:
        return self.status == "active" and self.start <= on and (self.end is None or on <= self.end)

    def level_for(self, ambition: Ambition) -> Ambition | None:
        """The highest level this clause is written for, not above the ambition; None when all are above."""
        fitting = [level for level in self.levels if level.rank <= ambition.rank]
        return max(fitting, key=lambda level: level.rank, default=None)


class Penalty(Record):
    """A line of the penalty grid. `wording` holds {{ montant }} and the other parameters."""

    code: Line
    title: Line = Field(alias="titre")
    wording: Line = Field(alias="redaction")
    parameters: dict[str, ClauseParameter] = Field(default_factory=dict, alias="parametres")
    status: Status = Field(alias="statut")
    source: Source
