"""The warnings W01 to W13: what a rule says, by which decision or article, the words that raise it, the way out.

Written in `clause_library/warnings/avertissements.yaml`; read here, as strictly as the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError, model_validator

from drafter import yaml_text
from drafter.dated import Line, Record, Source, Status
from drafter.errors import Fault, LibraryError
from drafter.paths import CLAUSE_LIBRARY
from drafter.phrases import Phrase, PhraseError
from drafter.validation import faults_of

WARNINGS_FILE = "warnings/avertissements.yaml"


class TextScope(StrEnum):
    """What a text is, hence which rules look at it. `CHOICE` is for what no text tells."""

    CRITERION = "critere"
    OWN_CLAUSE = "clause_propre"
    LIBRARY = "clause_maison"
    CHOICE = "choix"


class Weight(StrEnum):
    """An alert says that something is wrong or risky; advice offers what the law allows."""

    ALERT = "alerte"
    ADVICE = "conseil"


def _phrase(text: str) -> str:
    try:
        Phrase.read(text)
    except PhraseError as error:
        raise ValueError(str(error)) from None
    return text


Words = Annotated[Line, AfterValidator(_phrase)]


class Authority(Record):
    """An article or a decision. Anything but a text that was read is shown with its doubt."""

    text: Line = Field(alias="texte")
    article: Line | None = None
    link: Line | None = Field(None, alias="lien")
    status: Status = Field(alias="statut")

    @property
    def shown(self) -> str:
        name = f"{self.text}, {self.article}" if self.article else self.text
        return f"{name}, référence à vérifier" if self.status in (Status.TO_VERIFY, Status.GENERAL) else name


class Pattern(Record):
    """Phrases that raise a warning (the language of `drafter.phrases`), and what lifts it.

    `unless` lifts it from the same sentence, `unless_near` from the same paragraph, `unless_anywhere` from the whole
    text; `within` are longer phrases that mean something else (« réseau local »): words inside one count for nothing.
    """

    words: tuple[Words, ...] = Field(alias="mots", min_length=1)
    unless: tuple[Words, ...] = Field((), alias="sauf")
    unless_near: tuple[Words, ...] = Field((), alias="sauf_paragraphe")
    unless_anywhere: tuple[Words, ...] = Field((), alias="sauf_texte")
    within: tuple[Words, ...] = Field((), alias="hors")
    scopes: tuple[TextScope, ...] = Field((), alias="portee")
    note: Line | None = Field(None, alias="precision")
    """Said in place of the rule when these words are found."""
    way_out: Line | None = Field(None, alias="que_faire")


class WarningRule(Record):
    id: Annotated[str, Field(pattern=r"^(W\d\d|[A-Z]+-\d)$")]
    title: Line = Field(alias="titre")
    rule: Line = Field(alias="regle")
    authorities: tuple[Authority, ...] = Field((), alias="references")
    status: Status = Field(alias="statut")
    source: Source
    way_out: Line = Field(alias="que_faire")
    scopes: tuple[TextScope, ...] = Field(alias="portee", min_length=1)
    weight: Weight = Field(Weight.ALERT, alias="genre")
    patterns: tuple[Pattern, ...] = Field((), alias="motifs")

    @model_validator(mode="after")
    def _scoped(self) -> WarningRule:
        for pattern in self.patterns:
            if set(pattern.scopes) - set(self.scopes):
                raise ValueError(f"{self.id} : la portée d'un motif reste dans celle de l'avertissement")
        return self

    @property
    def cited(self) -> str:
        return " ; ".join(authority.shown for authority in self.authorities)


class Negations(Record):
    """Phrases that turn the words found into their contrary, when they stand near, before or after."""

    before: tuple[Words, ...] = Field((), alias="avant")
    after: tuple[Words, ...] = Field((), alias="apres")


class WarningFile(Record):
    negations: Negations = Field(default_factory=Negations)
    common_names: tuple[Line, ...] = Field((), alias="noms_communs")
    """Words that take a capital without naming anyone: ETTI, Adaptée, Titulaire…"""
    common_words: tuple[Line, ...] = Field((), alias="mots_communs")
    """Words that any criterion or clause may hold: two texts that share only these are not about one thing."""
    surpassing: tuple[Words, ...] = Field((), alias="depassement")
    """Phrases by which a criterion says that it marks what goes beyond the clause."""
    social_method: tuple[Words, ...] = Field((), alias="methode_sociale")
    """Phrases by which a social criterion says what it measures."""
    rules: tuple[WarningRule, ...] = Field(alias="avertissements")


@dataclass(frozen=True, eq=False)
class Warnings:
    """The warnings in memory. Compared by identity, so that what is compiled from it is compiled once."""

    rules: Mapping[str, WarningRule] = field(default_factory=dict)
    negations: Negations = field(default_factory=Negations)
    common_names: tuple[str, ...] = ()
    common_words: tuple[str, ...] = ()
    surpassing: tuple[str, ...] = ()
    social_method: tuple[str, ...] = ()

    def rule(self, name: str) -> WarningRule | None:
        return self.rules.get(name)


def read_warnings(data: Any, where: str = WARNINGS_FILE) -> Warnings:
    """Raises LibraryError with every fault."""
    try:
        found = WarningFile.model_validate(data)
    except ValidationError as error:
        raise LibraryError(
            [Fault(f"{where} {fault.where}".strip(), fault.message) for fault in faults_of(error)]
        ) from None
    rules: dict[str, WarningRule] = {}
    twice = [rule.id for rule in found.rules if rules.setdefault(rule.id, rule) is not rule]
    if twice:
        raise LibraryError(
            [Fault(where, f"l'identifiant « {name} » est déjà employé : donnez-en un autre") for name in twice]
        )
    return Warnings(
        rules, found.negations, found.common_names, found.common_words, found.surpassing, found.social_method
    )


def load_warnings(root: Path = CLAUSE_LIBRARY) -> Warnings:
    """The warnings of the library under `root`, none when it has no such file. Raises LibraryError."""
    path = root / WARNINGS_FILE
    if not path.is_file():
        return Warnings()
    try:
        data = yaml_text.load(path.read_text(encoding="utf-8"), WARNINGS_FILE)
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError([Fault(WARNINGS_FILE, f"ce fichier ne se lit pas : {error}")]) from None
    return read_warnings(data)
