"""What the person decides about an insertion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

PIECES = ("ccap", "cctp", "ccp", "rc", "ae")


class Style(StrEnum):
    """How the inserted text looks: bare, like its neighbours, or like our own documents."""

    PLAIN = "neutre"
    HOST = "imiter"
    HOUSE = "maison"


class Existing(StrEnum):
    """What becomes of a clause the document already holds on the same subject."""

    REPLACE = "remplacer"
    COMPLETE = "completer"


@dataclass(frozen=True, slots=True)
class Revision:
    """Who signs the tracked changes, and on which day (Word wants both)."""

    author: str
    day: date


@dataclass(frozen=True, slots=True)
class Options:
    """`places` maps a section ("insertion", "penalites"…) to the article it goes after, or into.

    `revision` makes every change a tracked one. `piece` names the document; None: read from its title. `comments`:
    the day that the notes of our clauses bear, as Word comments on their titles; None: no comment.
    """

    style: Style = Style.HOST
    revision: Revision | None = None
    existing: Existing | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    piece: str | None = None
    comments: date | None = None
