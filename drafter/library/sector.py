"""Sector duties (AGEC-58, EGALIM, FLOTTE-VL…) and the AGEC article 58 table, typed as strictly as the rest.

A sector duty says who is bound, by which text, since when, on what, what follows for the pieces and what is to
be declared. What no fact of the market can tell (a surface, a fleet, a population) is a question, never a guess.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from drafter.conditions import ALWAYS, Condition
from drafter.dated import Day, Line, Record, Source, Status
from drafter.library.shapes import When, Whole, YesNo
from drafter.values import Rate
from drafter.vocabulary import ContractKind, Piece

NOT_LOADED = "non_charge"
"""Written in the data where the figure was not read in a text: the screen says so, nothing is guessed."""

SectorId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*$")]


class Trigger(StrEnum):
    """What the duty's dates are compared with. Anything but `LAUNCH` is said on the screen."""

    LAUNCH = "lancement"
    YEARLY = "achats_annuels"
    OTHER = "autre"


class Milestone(Record):
    """A day from which the duty binds, or binds more. `question`: the fact that no key of the market file tells."""

    start: Day = Field(alias="du")
    end: Day | None = Field(None, alias="au")
    text: Line = Field(alias="texte")
    buyers: When = Field(ALWAYS, alias="qui")
    applies_when: When = Field(ALWAYS, alias="sur_quoi")
    question: Line | None = None
    status: Status = Field(alias="statut")
    date_status: Status = Field(Status.CERTAIN, alias="date_statut")
    """How sure the day is, when the rule itself is surer than its first day."""
    source: Source | None = None
    """The duty's own source when missing."""

    @model_validator(mode="after")
    def _ordered(self) -> Milestone:
        if self.end is not None and self.end < self.start:
            raise ValueError("la date de fin (au) précède la date de début (du)")
        return self

    def covers(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on <= self.end)


class Question(Record):
    """A fact to ask for when the condition holds: the duty is `a_preciser` until it is answered."""

    when: When = Field(alias="si")
    question: Line


class Reserve(Record):
    """A doubt to say when the condition holds: it never changes the status."""

    when: When = Field(alias="si")
    text: Line = Field(alias="texte")
    status: Status = Field(alias="statut")


class Exclusion(Record):
    """Who is not bound, in words, and how sure we are of it."""

    text: Line = Field(alias="texte")
    status: Status = Field(alias="statut")


class Figure(Record):
    """A dated parameter that the duty imposes. `fallback`: shown when no other figure of the duty surely applies."""

    parameter: Line = Field(alias="parametre")
    when: When = Field(ALWAYS, alias="si")
    fallback: YesNo = Field(False, alias="par_defaut")


class ConsequenceKind(StrEnum):
    CLAUSE = "clause"
    FIGURE = "chiffre"
    CHECK = "controle"


class Consequence(Record):
    """What to do in the pieces, and the clauses of the library that do it."""

    kind: ConsequenceKind = Field(alias="genre")
    piece: Piece | None = None
    sentence: Line = Field(alias="phrase")
    clauses: tuple[Line, ...] = ()


class Declaration(Record):
    what: Line = Field(alias="quoi")
    where: Line = Field(alias="ou")
    deadline: Line = Field(alias="au_plus_tard")
    status: Status = Field(alias="statut")


class SectorDuty(Record):
    """One sector duty. `scope` says in words what `applies_when` says in conditions."""

    id: SectorId
    title: Line = Field(alias="titre")
    text: Line = Field(alias="texte")
    law: Line = Field(alias="loi")
    article: Line
    link: Line | None = Field(None, alias="lien")
    contracts: tuple[ContractKind, ...] = Field((ContractKind.MARKET,), alias="contrats")
    trigger: Trigger = Field(Trigger.LAUNCH, alias="declencheur")
    buyers: When = Field(ALWAYS, alias="qui")
    not_bound: Exclusion | None = Field(None, alias="non_vises")
    doubtful_buyers: Question | None = Field(None, alias="qui_incertain")
    scope: Line = Field(alias="champ")
    applies_when: When | None = Field(None, alias="sur_quoi")
    """None: the duty never binds by itself, only the questions of `possible` open it."""
    possible: tuple[Question, ...] = Field((), alias="a_preciser_si")
    unless: When | None = Field(None, alias="sauf_si")
    out_of_scope: Line | None = Field(None, alias="hors_champ")
    european_threshold: YesNo = Field(False, alias="seuil_europeen")
    milestones: tuple[Milestone, ...] = Field(alias="jalons", min_length=1)
    figures: tuple[Figure, ...] = Field((), alias="chiffres")
    agec_table: YesNo = Field(False, alias="table_agec")
    consequences: tuple[Consequence, ...] = Field(alias="suites", min_length=1)
    declaration: Declaration | None = None
    reserves: tuple[Reserve, ...] = ()
    status: Status = Field(alias="statut")
    source: Source
    note: Line | None = Field(None, alias="precision")

    @model_validator(mode="after")
    def _consistent(self) -> SectorDuty:
        if self.applies_when is None and not self.possible:
            raise ValueError("dites sur quoi porte l'obligation : sur_quoi, ou au moins une ligne de a_preciser_si")
        if self.unless is not None and self.out_of_scope is None:
            raise ValueError("sauf_si demande une phrase qui l'explique (hors_champ)")
        if list(self.milestones) != sorted(self.milestones, key=lambda item: item.start):
            raise ValueError("écrivez les jalons dans l'ordre des dates (du)")
        return self

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition of the duty, for the checks that tie files together."""
        found = [self.buyers, self.applies_when, self.unless]
        found += [item.when for item in self.possible]
        found += [item.when for item in self.reserves]
        found += [item.when for item in self.figures]
        found += [self.doubtful_buyers.when] if self.doubtful_buyers else []
        found += [part for item in self.milestones for part in (item.buyers, item.applies_when)]
        return tuple(part for part in found if part is not None)

    @property
    def answers(self) -> tuple[str, ...]:
        """Ids of the clauses that answer the duty, each once."""
        return tuple(dict.fromkeys(name for item in self.consequences for name in item.clauses))


class SectorFile(Record):
    sector_duties: tuple[SectorDuty, ...] = Field(alias="obligations_sectorielles")


# --- AGEC, article 58 ----------------------------------------------------------------------------


class AgecRate(Record):
    """A share of the yearly spending of a category, that was read in a text."""

    value: Annotated[Rate, BeforeValidator(Rate.read)] = Field(alias="valeur")
    status: Status = Field(alias="statut")
    source: Source
    note: Line | None = Field(None, alias="precision")


def _cell(value: Any) -> Any:
    """None for a figure that is expressly not loaded; a missing or empty cell stays a fault."""
    return None if value == NOT_LOADED else value if value is not None else {}


Cell = Annotated[AgecRate | None, BeforeValidator(_cell)]


class AgecMilestone(Record):
    year: Whole = Field(alias="annee")
    reuse: Cell = Field(alias="reemploi")
    recycled: Cell = Field(alias="recycle")
    together: AgecRate | None = Field(None, alias="total")
    """The two columns together, where a source only gives the total."""

    @property
    def loaded(self) -> bool:
        return self.reuse is not None and self.recycled is not None


class AgecCategory(Record):
    """One of the 17 categories; `label` is the exact word of the declaration schema."""

    number: Whole = Field(alias="numero")
    label: Line = Field(alias="libelle")
    segments: tuple[Line, ...] = ()
    milestones: tuple[AgecMilestone, ...] = Field(alias="paliers")
    note: Line | None = Field(None, alias="precision")

    @model_validator(mode="after")
    def _every_year(self) -> AgecCategory:
        years = [item.year for item in self.milestones]
        if years != [2024, 2027, 2030]:
            raise ValueError(f"les paliers sont 2024, 2027 et 2030, dans cet ordre (lu : {years})")
        return self


class AgecRule(Record):
    """Our reading of which milestone a market must aim at."""

    text: Line = Field(alias="texte")
    horizon_months: Annotated[Whole, Field(ge=0)] = Field(alias="horizon_mois")
    status: Literal[Status.DECISION] = Field(alias="statut")
    source: Source


class AgecTable(Record):
    start: Day = Field(alias="du")
    """The day the decree came into force; the earlier table is not loaded."""
    floor: AgecRate = Field(alias="plancher")
    rule: AgecRule = Field(alias="regle")
    categories: tuple[AgecCategory, ...] = Field(alias="categories", min_length=17, max_length=17)
    source: Source

    def of(self, segment: str) -> tuple[AgecCategory, ...]:
        return tuple(category for category in self.categories if segment in category.segments)


class AgecFile(Record):
    agec: AgecTable
