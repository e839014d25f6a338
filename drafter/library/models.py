"""The entries of the clause library, typed. French keys are the jurist's; English names are ours.

Every model refuses unknown keys. What ties files together (a segment named by a clause, an example
market) is checked by `reader`, once all files are read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema, model_validator
from pydantic_core import CoreSchema, core_schema

from drafter import french, readers
from drafter.conditions import ALWAYS, Condition, ConditionError, parse
from drafter.dated import Day, Figure, Line, Parameter, RangeParameter, Record, Source, Status, Unit, typed
from drafter.facts import KINDS
from drafter.values import Quantity
from drafter.vocabulary import Ambition, Buyer, Ccag, ContractKind, Nature, Piece


@dataclass(frozen=True)
class Shape:
    """A text of a fixed shape: the pattern goes to the JSON Schema, `words` to the person."""

    pattern: str
    words: str

    def check(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value):
            raise ValueError(f"{readers.shown(value)} n'a pas la forme attendue : écrivez {self.words}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": f"^{self.pattern}$"}


Id = Annotated[
    str,
    Shape(
        r"[a-z0-9]+(?:[.-][a-z0-9]+)*",
        "des minuscules sans accent et des chiffres, séparés par des points ou des traits d'union",
    ),
]
"""Never reused, never renamed."""
CpvPrefix = Annotated[str, Shape(r"[0-9]{2,8}", 'de 2 à 8 chiffres entre guillemets, par exemple "9091"')]
SegmentCode = Annotated[str, Shape(r"[A-Z]{2,4}", "de 2 à 4 majuscules, par exemple NET")]
Version = Annotated[str, Shape(r"20[0-9]{2}\.[0-9]{1,2}(?:\.[0-9]+)?", "l'année et le mois, par exemple 2026.11")]
Prose = Annotated[
    str,
    BeforeValidator(lambda value: value.strip() if isinstance(value, str) else value),
    Field(min_length=1),
]
Whole = Annotated[int, BeforeValidator(lambda value: int(value) if str(value).strip().isdigit() else value)]
YesNo = Annotated[bool, BeforeValidator(readers.read_yes_no)]


def _condition(value: object) -> object:
    if not isinstance(value, Mapping):
        raise ValueError(
            "une condition est une suite de lignes « fait: valeur » : écrivez par exemple nature: [services]"
        )
    try:
        return parse(dict(value), KINDS)
    except ConditionError as error:
        raise ValueError(str(error)) from None


When = Annotated[Any, BeforeValidator(_condition), WithJsonSchema({"format": "condition"})]


# --- clauses -------------------------------------------------------------------------------------


class ClauseType(StrEnum):
    SPECIFICATION = "specification"
    EXECUTION = "condition_execution"
    CRITERION = "critere"
    PROGRESS = "progres"


class Family(StrEnum):
    INSERTION = "insertion"
    SOCIAL = "social"
    ENVIRONMENT = "environnement"
    CROSS = "transverse"


SOCIAL_OBJECTIVES = ("acc-all", "et-eq", "gen-eq", "hum-right", "opp", "work-cond", "other")
ENVIRONMENTAL_IMPACTS = (
    "biodiv-eco",
    "circ-econ",
    "clim-adapt",
    "clim-mitig",
    "pollu-prev",
    "water-mar",
    "other",
)
"""Closed lists of the European notices (eForms SDK: social-objective, environmental-impact)."""


class Stake(StrEnum):
    """What a clause is about, in words common to every purchase; each segment ranks its own (`enjeux`)."""

    FOOD = "alimentation"
    MENUS = "menus"
    WASTED_FOOD = "gaspillage"
    CARBON = "carbone"
    ENERGY = "energie"
    WATER = "eau"
    BIODIVERSITY = "biodiversite"
    HEALTH = "sante"
    MATERIALS = "matieres"
    REUSE = "reemploi"
    LIFETIME = "duree-de-vie"
    WASTE = "dechets"
    PACKAGING = "emballages"
    TRAVEL = "deplacements"
    NUISANCES = "nuisances"
    DISCHARGES = "rejets"
    SOBRIETY = "sobriete"
    DIGITAL = "numerique"
    ADAPTATION = "adaptation"
    WHOLE_LIFE_COST = "cout-global"
    CONTINUITY = "continuite"
    STEERING = "pilotage"
    ACCESSIBILITY = "accessibilite"
    DISABILITY = "handicap"
    EQUALITY = "egalite"
    NON_DISCRIMINATION = "non-discrimination"
    JOB_QUALITY = "qualite-emploi"
    TRAINING = "formation"
    SUPPLY_CHAINS = "chaines"
    FAIR_TRADE = "commerce-equitable"
    INTEGRATION = "insertion"


class Maturity(StrEnum):
    """How many suppliers can meet the requirement today: the buyer sounds the market before asking for more."""

    WIDE = "large"
    TO_SOUND = "a_sourcer"
    NARROW = "restreinte"


class Access(StrEnum):
    """How hard the requirement is for a small firm."""

    EASY = "facile"
    MEDIUM = "moyen"
    HARD = "difficile"


class Reader(StrEnum):
    """Who re-read the clause last, against RELECTURE.md: its author, or somebody else."""

    AUTHOR = "auteur"
    OTHER = "tiers"


class Scale(StrEnum):
    """Whether a clause is written once for the market, or once for each lot of its segment."""

    MARKET = "marche"
    LOT = "lot"


class Basis(StrEnum):
    """Where a default value comes from: only `LAW` binds."""

    LAW = "loi"
    GUIDE = "guide"
    TEAM = "equipe"


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


# --- segments and trades -------------------------------------------------------------------------


class RateKeys(Record):
    """Which lines of the calibration tables a segment or trade uses."""

    labour_share: Line = Field(alias="part_main_oeuvre")
    hourly_cost: Line = Field(alias="cout_horaire")
    effort: Line = Field(alias="taux_effort")


class Trade(Record):
    """A trade inside a segment (peinture, gros œuvre…). `also` names other segments it may belong to."""

    id: Id
    label: Line = Field(alias="libelle")
    cpv: tuple[CpvPrefix, ...] = ()
    words: tuple[Line, ...] = Field(alias="mots", min_length=1)
    rates: RateKeys = Field(alias="calibrage")
    also: tuple[Line, ...] = Field((), alias="autres_segments")


class SegmentStake(Record):
    """A stake of a segment, in the words of that purchase; the first ones matter most."""

    stake: Stake = Field(alias="enjeu")
    label: Line = Field(alias="libelle")


class Segment(Record):
    """One of the 34 purchase segments, or GEN. The segment of a CPV is the one with the longest prefix."""

    id: Id
    code: SegmentCode
    label: Line = Field(alias="libelle")
    natures: tuple[Nature, ...] = Field(min_length=1)
    ccag: Ccag
    cpv: tuple[CpvPrefix, ...] = ()
    words: tuple[Line, ...] = Field((), alias="mots")
    excluded_words: tuple[Line, ...] = Field((), alias="mots_exclus")
    rates: RateKeys = Field(alias="calibrage")
    stakes: tuple[SegmentStake, ...] = Field((), alias="enjeux")
    staff_transfer: YesNo = Field(False, alias="reprise_du_personnel")
    """A convention moves the staff in place to the new holder: its hours are asked for."""
    trades: tuple[Trade, ...] = Field((), alias="metiers")


# --- duties --------------------------------------------------------------------------------------


class Duty(Record):
    """A legal duty (CR-…): when it binds, by which article, what satisfies it, which exemptions it allows."""

    id: Line
    title: Line = Field(alias="titre")
    text: Line = Field(alias="texte")
    article: Line
    link: Line | None = Field(None, alias="lien")
    contract: ContractKind | None = Field(None, alias="contrat")
    start: Day = Field(alias="du")
    end: Day | None = Field(None, alias="au")
    piece: Line
    applies_when: When = Field(ALWAYS, alias="s_applique_si")
    unless: When | None = Field(None, alias="sauf_si")
    out_of_scope: Line | None = Field(None, alias="hors_champ")
    european_threshold: YesNo = Field(False, alias="seuil_europeen")
    exemptions: tuple[Line, ...] = Field((), alias="derogations")
    satisfied_by: tuple[Line, ...] = Field((), alias="satisfaite_par")
    same_as: Line | None = Field(None, alias="meme_reponse_que")
    """Another duty that the same clauses satisfy: clauses name one of the two."""
    status: Status = Field(alias="statut")
    source: Source
    anticipations: tuple[Anticipation, ...] = ()
    note: Line | None = Field(None, alias="precision")

    def answered_by(self, satisfied: Collection[str]) -> bool:
        """Whether a clause that satisfies these duties answers this one."""
        return self.id in satisfied or self.same_as in satisfied


class Anticipation(Record):
    """A kind of contract for which the duty began earlier."""

    start: Day = Field(alias="du")
    applies_when: When = Field(alias="s_applique_si")
    status: Status = Field(alias="statut")
    source: Source
    note: Line | None = Field(None, alias="precision")


class Exemption(Record):
    """DER-SOC-…: the reason the law admits, for which contracts, the question that settles it."""

    id: Line
    title: Line = Field(alias="titre")
    article: Line
    article_concession: Line | None = None
    contracts: tuple[ContractKind, ...] = Field(alias="contrats", min_length=1)
    question: Line
    caution: Line = Field(alias="prudence")
    open_when: When = Field(ALWAYS, alias="ouverte_si")
    acquired_when: When | None = Field(None, alias="acquise_si")
    status: Status = Field(alias="statut")
    source: Source


class ThresholdRow(Record):
    """Which parameter gives the European threshold of a buyer and nature."""

    parameter: Line = Field(alias="parametre")
    contract: ContractKind = Field(alias="contrat")
    natures: tuple[Nature, ...] = Field(alias="natures")
    buyers: tuple[Buyer, ...] = Field(alias="acheteurs")


class Reservation(Record):
    """RES-…: who may bid for a reserved contract, on which condition; when it serves better than a clause.

    `flags` are the declarations that choose it, all of them together.
    """

    id: Line
    title: Line = Field(alias="titre")
    article: Line
    beneficiaries: Line = Field(alias="beneficiaires")
    requirement: Line = Field(alias="condition")
    flags: tuple[Line, ...] = Field(alias="drapeaux", min_length=1)
    applies_when: When = Field(ALWAYS, alias="s_applique_si")
    better_when: When | None = Field(None, alias="conseillee_si")
    pointless_when: When | None = Field(None, alias="peu_utile_si")
    removes: Line = Field(alias="ce_qu_elle_retire")
    remains: Line = Field(alias="ce_qui_reste_du")
    supply: Line = Field(alias="verifier_l_offre")
    status: Status = Field(alias="statut")
    source: Source


# --- CCAG ----------------------------------------------------------------------------------------


class CcagArticle(Record):
    """An article number, None when it was not found: the text is then worded without it."""

    number: Line | None = Field(None, alias="numero")
    status: Status = Field(alias="statut")


class CcagModel(Record):
    """The article numbers of one CCAG, by the keys that clauses use ({{ ccag_penalites }})."""

    id: Ccag
    name: Line = Field(alias="nom")
    acronym: Line = Field(alias="sigle")
    decp: Line
    natures: tuple[Nature, ...] = ()
    articles: dict[str, CcagArticle]
    source: Source | None = None


class LibraryInfo(Record):
    """Version (year.month[.n]) and date of the library."""

    version: Version
    date: Day
    reading_age_months: Annotated[Whole, Field(ge=1)] = Field(12, alias="age_de_relecture_mois")


class ParameterFile(Record):
    parameters: tuple[Parameter, ...] = Field((), alias="parametres")


class RangeFile(Record):
    rates: tuple[RangeParameter, ...] = Field(alias="taux")


class PenaltyFile(Record):
    penalties: tuple[Penalty, ...] = Field(alias="penalites")


class DutyFile(Record):
    duties: tuple[Duty, ...] = Field((), alias="obligations")
    exemptions: tuple[Exemption, ...] = Field((), alias="derogations")
    thresholds: tuple[ThresholdRow, ...] = Field((), alias="seuils_europeens")
    reservations: tuple[Reservation, ...] = ()


Duty.model_rebuild()
