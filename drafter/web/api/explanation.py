"""The shape of what `explain` answers (contract 4.3), key by key. Tests read every example market with it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from drafter.calibration.model import ControlLevel
from drafter.dated import Status
from drafter.duties import DutyStatus
from drafter.facts import HoursDecision, Method
from drafter.library.sector import ConsequenceKind, Trigger
from drafter.library.terms import ClauseType, Family
from drafter.library.territory import Level
from drafter.reservations import ReservationStatus
from drafter.vocabulary import Ambition, Ccag, Choice, Factor, Piece, Role
from drafter.web.api.shapes import Shape

LotNumber = Annotated[int | None, Field(description="Numéro du lot, à partir de 1 ; null : tout le marché.")]
Id = Annotated[str, Field(description="Identifiant stable.")]
Sure = Annotated[Status, Field(description="Ce que vaut la source ; tout ce qui n'est pas certain est à vérifier.")]
Reason = Annotated[str, Field(description="Pourquoi, en une ou plusieurs phrases.")]
Euros = Annotated[float | None, Field(description="Euros hors taxes ; null : inconnu.")]
HoursNumber = Annotated[float | None, Field(description="Heures d'insertion ; null : inconnues.")]
Figure = Annotated[float | None, Field(description="Dans l'unité de la ligne ; un taux est une part de 1.")]
Origin = Literal["saisi", "cpv", "objet", "defaut"]


class LibraryStamp(Shape, title="VersionDeLaBibliotheque"):
    version: str = Field(description="Année, mois, numéro.")
    date: date


# --- the market as understood --------------------------------------------------------------------


class _Recognised(Shape):
    segment: str = Field(description="Métier reconnu, sinon segment.")
    segment_code: str = Field(description="Code du segment, GEN quand rien ne le désigne.")
    segment_origine: Origin = Field(description="Ce dont le segment est tiré.")
    segment_explication: str
    ccag: Ccag
    montant_ht: Euros
    duree_mois: float


class UnderstoodLot(_Recognised, title="LotCompris"):
    lot: int
    intitule: str


class UnderstoodMarket(_Recognised, title="MarcheCompris"):
    """The keys of the market file that were given come besides."""

    model_config = ConfigDict(extra="allow")

    ccag_origine: Literal["saisi", "segment", "nature", "contrat"]
    montant_total_ht: float = Field(description="Valeur comparée aux seuils.")
    date_lancement: date
    lots: list[UnderstoodLot]


# --- duties --------------------------------------------------------------------------------------


class BothReadings(Shape, title="LecturesDuSeuil"):
    marche: DutyStatus
    lots: dict[str, DutyStatus] = Field(description="Par numéro de lot.")


class ExemptionUsed(Shape, title="DerogationRetenue"):
    id: Id
    motif: Reason


class DatedText(Shape, title="TexteDate"):
    du: date
    texte: str


class SourceRead(Shape, title="SourceLue"):
    titre: str
    lien: str | None
    lu_le: date


class FollowUp(Shape, title="SuiteSectorielle"):
    genre: ConsequenceKind
    piece: Piece | None
    phrase: str
    clauses: list[str]


class SectorFigure(Shape, title="ChiffreSectoriel"):
    id: Id
    libelle: str
    valeur: str
    charge: bool = Field(description="Faux : la valeur n'est pas connue à cette date, elle est à lire au texte.")
    statut: Sure
    source: str
    precision: str
    ensuite: str = Field(description="La valeur suivante qui est connue ; vide : aucune.")


class AgecLine(Shape, title="LigneAgec"):
    categorie: int
    libelle: str
    palier: int | None
    reemploi: str
    recycle: str
    charge: bool
    texte: str
    ensuite: list[str]


class ToDeclare(Shape, title="DeclarationAFaire"):
    quoi: str
    ou: str
    au_plus_tard: str
    statut: Sure


class DutyRow(Shape, title="Obligation"):
    id: Id
    lot: LotNumber
    statut: DutyStatus
    article: str
    titre: str
    motif: Reason
    depuis: date
    certitude: Sure
    derogations_ouvertes: list[str] = Field(description="Permises par la loi et que rien de saisi n'écarte.")
    derogations_acquises: list[str] = Field(description="Établies par les faits, ou déclarées.")
    satisfaite_par: list[str] = Field(description="Clauses retenues qui y répondent.")
    lectures: BothReadings | None = None
    derogation: ExemptionUsed | None = None
    sectorielle: Literal[True] | None = Field(None, description="Présent pour une obligation sectorielle seulement.")
    texte: str | None = None
    loi: str | None = None
    lien: str | None = None
    source: SourceRead | None = None
    declencheur: Trigger | None = None
    lots: list[int] | None = None
    questions: list[str] | None = None
    precision: str | None = None
    par_lot: dict[str, DutyStatus] | None = None
    jalon: DatedText | None = None
    a_venir: list[DatedText] | None = None
    suites: list[FollowUp] | None = None
    chiffres: list[SectorFigure] | None = None
    agec: list[AgecLine] | None = None
    declaration: ToDeclare | None = None


class ProcedureRow(Shape, title="Procedure"):
    seuil_europeen: Euros
    au_dessus: bool | None
    dispense: bool | None = Field(description="Sous le seuil de dispense de publicité et de mise en concurrence.")
    seuil_dispense: Euros
    sources: list[str]


class ReservationRow(Shape, title="Reservation"):
    id: Id
    lot: LotNumber
    statut: ReservationStatus
    motif: Reason
    titre: str
    article: str


# --- hours ---------------------------------------------------------------------------------------


class HoursRow(Shape, title="Heures"):
    bas: HoursNumber = Field(description="Toutes les hypothèses prudentes.")
    retenu: HoursNumber = Field(description="Le chiffre arrondi que portent les pièces.")
    haut: HoursNumber = Field(description="Toutes les hypothèses exigeantes.")


class ExactHours(HoursRow, title="HeuresDuLot"):
    exact: float = Field(description="Le chiffre avant arrondi.")


class StepRow(Shape, title="EtapeDuCalcul"):
    nom: str
    valeur: Figure
    unite: str
    source: str
    statut: Sure
    bas: Figure
    haut: Figure
    precision: str


class CheckHours(Shape, title="HeuresDuRecoupement"):
    bas: HoursNumber
    central: HoursNumber
    haut: HoursNumber


class CrossCheckRow(Shape, title="Recoupement"):
    methode: Method
    libelle: str
    heures: CheckHours
    ecart: Figure = Field(description="0.3 : 30 % de plus que la méthode retenue.")


class SensitivityRow(Shape, title="Sensibilite"):
    cle: str
    nom: str
    bas: Figure
    haut: Figure
    heures_au_bas: HoursNumber
    heures_au_haut: HoursNumber
    ecart: HoursNumber


class SliceRow(Shape, title="Echeance"):
    numero: int
    du: date
    au: date
    heures: HoursNumber


class TrancheRow(Shape, title="HeuresDeLaTranche"):
    intitule: str
    montant_ht: Euros
    ferme: bool
    heures: HoursNumber


class FactorRow(Shape, title="Facteur"):
    id: Factor
    libelle: str
    applique: bool
    ecarte: bool
    valeur: Figure
    precision: str


class ChangeRow(Shape, title="Changement"):
    cle: str
    nom: str
    propose: Figure
    retenu: Figure
    unite: str
    motif: str | None
    par: Role | None


class AlternativeRow(Shape, title="Alternative"):
    genre: str
    texte: str
    heures: HoursNumber


class RatioRow(Shape, title="RatioDeCommandes"):
    heures_par_tranche: HoursNumber
    tranche_ht: Euros
    au_minimum: HoursNumber
    au_maximum: HoursNumber
    seuil_bon_commande_ht: Euros = None
    attributaires: int | None = None


class LotRow(Shape, title="CalibrageDuLot"):
    lot: LotNumber
    intitule: str
    methode: Method
    heures: ExactHours
    decision: HoursDecision
    motif: Reason
    alternative: str | None
    etapes: list[StepRow] = Field(description="Le calcul, pas à pas.")
    equivalences: dict[str, float] = Field(description="Les mêmes heures, dites autrement.")
    alertes: list[str]
    heures_de_travail: Figure = Field(description="Heures de travail du lot, hypothèse centrale.")
    heures_pour_10000: Figure
    recoupements: list[CrossCheckRow]
    sensibilite: list[SensitivityRow]
    trimestres: list[SliceRow]
    periodes: list[SliceRow]
    tranches: list[TrancheRow]
    facteurs: list[FactorRow]
    changements: list[ChangeRow]
    alternatives: list[AlternativeRow]
    ratio: RatioRow | None = Field(None, description="Accord-cadre à bons de commande : le ratio à inscrire.")


class ControlRow(Shape, title="ControleDeCoherence"):
    id: Id
    niveau: ControlLevel
    texte: str
    lot: LotNumber


class TerritoryChangeRow(Shape, title="ChangementDeSurcouche"):
    cle: str
    libelle: str
    avant: list[Figure]
    apres: list[Figure]
    source: str
    statut: Sure


class ContactRow(Shape, title="Contact"):
    structure: str
    perimetre: str
    role: str | None


class TerritoryRow(Shape, title="Surcouche"):
    id: Id
    libelle: str
    genre: Level
    appliquee: bool
    ecartee: bool
    motif: Reason
    lots: list[int]
    precision: str | None
    changements: list[TerritoryChangeRow]
    contacts: list[ContactRow]
    sources: list[str]


class OfferedTerritory(Shape, title="SurcoucheAChoisir"):
    id: Id
    libelle: str
    genre: Level


class TargetRow(Shape, title="ObjectifDOperation"):
    taux: Figure
    heures_de_travail: Figure
    heures_de_travail_des_lots_clauses: Figure
    taux_compense: Figure
    taux_obtenu: Figure
    atteint: bool
    precision: str


class CalibrationRow(Shape, title="CalibrageDuMarche"):
    lots: list[LotRow] = Field(description="Un par lot, ou un seul de numéro null.")
    total: HoursRow
    alertes: list[str]
    controles: list[ControlRow]
    valable_jusqu_au: date | None = Field(description="Au-delà, l'estimation est à refaire.")
    changements: list[ChangeRow]
    territoires: list[TerritoryRow]
    territoires_a_choisir: list[OfferedTerritory]
    objectif_operation: TargetRow | None = None


# --- clauses and the rest ------------------------------------------------------------------------


class ClauseRow(Shape, title="ClauseRetenue"):
    id: Id
    version: int
    titre: str
    piece: Piece = Field(description="La pièce qui porte l'obligation.")
    pieces: list[Piece] = Field(description="Toutes les pièces où elle s'écrit.")
    type: ClauseType
    famille: Family
    niveau: Ambition
    segments: list[str] = Field(description="Vide : clause commune à plusieurs achats.")
    raisons: list[str]
    parametres: dict[str, float | None] = Field(description="Les chiffres de la clause ; un taux est une part de 1.")
    choix: Choice | None
    motif: str | None
    lot: LotNumber


class DroppedRow(Shape, title="ClauseEcartee"):
    id: Id
    raisons: list[str]


class QuestionRow(Shape, title="Question"):
    question: str
    debloque: list[str] = Field(description="Ce que la réponse décide : obligations, clauses, calibrage.")


class AlertRow(Shape, title="Alerte"):
    id: Id
    texte: str
    genre: Literal["alerte", "conseil"]


class DecpValues(Shape, title="DonneesEssentielles"):
    """In the exact words of the national schema."""

    considerationsSociales: list[str]
    considerationsEnvironnementales: list[str]
    ccag: list[str]


class Explanation(Shape, title="Explication"):
    marche: UnderstoodMarket = Field(description="Le marché tel qu'il est compris, avec ce qui est déduit.")
    obligations: list[DutyRow]
    procedure: ProcedureRow
    reservations: list[ReservationRow]
    calibrage: CalibrationRow
    clauses: list[ClauseRow] = Field(description="Une ligne par clause, ou par lot pour lequel elle est écrite.")
    ecartees: list[DroppedRow]
    a_preciser: list[QuestionRow]
    alertes: list[AlertRow]
    decp: DecpValues
    bibliotheque: LibraryStamp
