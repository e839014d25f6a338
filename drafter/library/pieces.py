"""What is looked for in a piece written years ago: subjects, references that the law has left behind, CCAG articles.

Written in `clause_library/warnings/pieces.yaml`. The figures of other years are not repeated there: they are the
dated values of `parameters/`, and the numbers of the CCAG those of `ccag/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from drafter import yaml_text
from drafter.dated import Line, Record, Source, Status
from drafter.errors import Fault, LibraryError
from drafter.library.shapes import YesNo
from drafter.library.warnings import Words
from drafter.paths import CLAUSE_LIBRARY
from drafter.validation import faults_of

PIECES_FILE = "warnings/pieces.yaml"


class Level(StrEnum):
    """What a finding asks of the person."""

    MEND = "a_corriger"
    COMPLETE = "a_completer"
    VERIFY = "a_verifier"

    @property
    def label(self) -> str:
        return _LEVEL_LABELS[self]


_LEVEL_LABELS = {
    Level.MEND: "À corriger",
    Level.COMPLETE: "À compléter",
    Level.VERIFY: "À vérifier",
}


class Subject(Record):
    """How a piece shows that it deals with a subject: by the title of an article, or in a paragraph."""

    id: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    label: Line = Field(alias="libelle")
    titles: tuple[Words, ...] = Field(alias="titres", min_length=1)
    texts: tuple[Words, ...] = Field((), alias="textes")
    unless: tuple[Words, ...] = Field((), alias="hors")


class Stale(Record):
    """A reference that a new consultation must not carry, and what takes its place."""

    id: Annotated[str, Field(pattern=r"^OBS-[A-Z0-9-]+$")]
    title: Line = Field(alias="titre")
    words: tuple[Words, ...] = Field((), alias="mots")
    articles: tuple[Annotated[str, Field(pattern=r"^[LRD]\d+(-\d+)*$")], ...] = ()
    near: tuple[Words, ...] = Field((), alias="proche")
    unless: tuple[Words, ...] = Field((), alias="sauf")
    explanation: Line = Field(alias="explication")
    replacement: Line = Field(alias="remplacer_par")
    level: Level = Field(alias="niveau")
    status: Status = Field(alias="statut")
    source: Source

    @model_validator(mode="after")
    def _sought(self) -> Stale:
        if not self.words and not self.articles:
            raise ValueError(f"{self.id} : écrivez les mots ou les articles à chercher")
        return self


class CcagSubject(Record):
    """A subject to which the CCAG give an article; `key` is that of `ccag/*.yaml`."""

    key: Line = Field(alias="cle")
    label: Line = Field(alias="libelle")
    words: tuple[Words, ...] = Field(alias="mots", min_length=1)


class ExpectedSubject(Record):
    """The subject that answers a duty, and the pieces it is looked for in; `absent`: the law forbids it there."""

    duty: Line = Field(alias="obligation")
    subject: Line = Field(alias="sujet")
    pieces: tuple[Literal["ccap", "cctp", "ccp", "rc", "ae"], ...] = Field(min_length=1)
    absent: YesNo = False


class PieceFile(Record):
    subjects: tuple[Subject, ...] = Field(alias="sujets", min_length=1)
    stale: tuple[Stale, ...] = Field((), alias="perimes")
    ccag_subjects: tuple[CcagSubject, ...] = Field((), alias="renvois_ccag")
    expected: tuple[ExpectedSubject, ...] = Field((), alias="attendus")

    @model_validator(mode="after")
    def _known(self) -> PieceFile:
        known = {item.id for item in self.subjects}
        for item in self.expected:
            if item.subject not in known:
                raise ValueError(f"attendus {item.duty} : « {item.subject} » n'est pas un sujet de ce fichier")
        return self


@dataclass(frozen=True)
class PieceWords:
    """The file in memory; empty when a library has none."""

    subjects: Mapping[str, Subject] = field(default_factory=dict)
    stale: tuple[Stale, ...] = ()
    ccag_subjects: tuple[CcagSubject, ...] = ()
    expected: tuple[ExpectedSubject, ...] = ()


def read_piece_words(data: Any, where: str = PIECES_FILE) -> PieceWords:
    """Raises LibraryError with every fault."""
    try:
        found = PieceFile.model_validate(data)
    except ValidationError as error:
        raise LibraryError(
            [Fault(f"{where} {fault.where}".strip(), fault.message) for fault in faults_of(error)]
        ) from None
    names = [*(item.id for item in found.subjects), *(item.id for item in found.stale)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise LibraryError(
            [Fault(where, f"l'identifiant « {name} » est déjà employé : donnez-en un autre") for name in twice]
        )
    return PieceWords({item.id: item for item in found.subjects}, found.stale, found.ccag_subjects, found.expected)


def load_piece_words(root: Path = CLAUSE_LIBRARY) -> PieceWords:
    """The words of the library under `root`, none when it has no such file. Raises LibraryError."""
    path = root / PIECES_FILE
    if not path.is_file():
        return PieceWords()
    try:
        data = yaml_text.load(path.read_text(encoding="utf-8"), PIECES_FILE)
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError([Fault(PIECES_FILE, f"ce fichier ne se lit pas : {error}")]) from None
    return read_piece_words(data)
