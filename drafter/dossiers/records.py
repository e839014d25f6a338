"""What the store gives back, and how it refuses: no SQL here. Every moment is aware, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from drafter.errors import DrafterError


class Access(StrEnum):
    """What a link opens. Whoever holds it may do so: there are no accounts."""

    EDIT = "edition"
    OPINION = "avis"
    READ = "lecture"


class Outcome(StrEnum):
    """What the buyer made of an opinion."""

    WAITING = "en_attente"
    ACCEPTED = "acceptee"
    PARTLY = "acceptee_en_partie"
    REFUSED = "refusee"
    READ = "lue"
    """It proposed no figure: nothing to accept or to refuse."""


class Refusal(StrEnum):
    """Why a link opens nothing."""

    UNKNOWN = "inconnu"
    EXPIRED = "expire"
    DELETED = "supprime"
    REVOKED = "retire"
    NOT_ALLOWED = "non_permis"


@dataclass(frozen=True, slots=True)
class Draft:
    content: str
    """The text of a dossier (JSON), as it was sent."""
    revision: int
    """From 1; what the next save must name."""
    access: Access
    """What the link that was used allows."""
    saved: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a draft, without its token: only a hash of it is known."""

    id: str
    access: Access
    created: datetime
    in_use: bool
    """Whether it is the link that asks."""


@dataclass(frozen=True, slots=True)
class Version:
    """One revision of a draft: by which kind of link, never by whom."""

    revision: int
    access: Access
    saved: datetime


@dataclass(frozen=True, slots=True)
class Opinion:
    """A dossier proposed beside the buyer's, by someone who holds an opinion link."""

    id: str
    content: str
    base_revision: int
    """The revision that was read when the opinion was written."""
    left: datetime
    outcome: Outcome
    settled: datetime | None


WORDS = {
    Refusal.UNKNOWN: (
        "ce lien n'ouvre aucun brouillon : vérifiez qu'il est entier, ou demandez-le de nouveau à qui vous l'a donné"
    ),
    Refusal.EXPIRED: (
        "ce brouillon a expiré : il n'est plus lisible. "
        "Rouvrez le fichier du dossier si vous l'avez gardé, ou un document Word produit ici, qui le porte aussi"
    ),
    Refusal.DELETED: (
        "ce brouillon a été supprimé par une personne qui en avait le lien. "
        "Rouvrez le fichier du dossier si vous l'avez gardé, ou un document Word produit ici, qui le porte aussi"
    ),
    Refusal.REVOKED: "ce lien a été retiré par l'acheteur : demandez-lui un nouveau lien si vous devez continuer",
    Refusal.NOT_ALLOWED: "ce lien ne permet pas cette action : demandez à l'acheteur un lien qui la permet",
}


class LinkRefused(DrafterError):
    """A link that opens nothing, or not this. `reason` says why; the sentence says what to do."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(WORDS[reason])
        self.reason = reason


class Conflict(DrafterError):
    """Someone saved in between. `current` is what stands; what was sent is written nowhere."""

    def __init__(self, current: Draft) -> None:
        super().__init__(
            "ce brouillon a été enregistré par quelqu'un d'autre depuis que vous l'avez ouvert : "
            "comparez les deux versions avant d'en garder une"
        )
        self.current = current


class StoreUnavailable(DrafterError):
    """The database does not answer, or cannot write. `log` says why to the operator, without any content."""

    def __init__(self, message: str, log: str) -> None:
        super().__init__(message)
        self.log = log
