"""Segments, trades, duties, reservations, CCAG, typed; clauses are in `clause`.

Every model refuses unknown keys. What ties files together is checked by `reader`, once all files are read.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from pydantic import Field

from drafter.conditions import ALWAYS
from drafter.dated import Day, Line, Parameter, RangeParameter, Record, Source, Status
from drafter.library.clause import Penalty
from drafter.library.shapes import CpvPrefix, Id, SegmentCode, Version, When, Whole, YesNo
from drafter.library.terms import Stake
from drafter.vocabulary import Buyer, Ccag, ContractKind, Nature

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
