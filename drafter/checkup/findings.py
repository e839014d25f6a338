"""What a check-up says: what the piece holds, and findings with their place, their reason and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drafter.dated import Source, Status
from drafter.library.pieces import Level
from drafter.phrases import Sentence

FORMAT = "drafter-controle"
EXCERPT = 240
OUTSIDE = "avant le premier article"

KINDS: Mapping[str | None, str] = {
    "ccap": "CCAP",
    "cctp": "CCTP",
    "ccp": "CCP (administratif et technique)",
    "rc": "règlement de la consultation",
    "ae": "acte d'engagement",
    None: "pièce non reconnue",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`place` is the rank of the paragraph, None when the whole piece is concerned.

    `source` is a phrase to show beside `status`; `link` may be empty.
    """

    id: str
    level: Level
    place: int | None
    article: str
    excerpt: str
    title: str
    message: str
    replacement: str
    source: str
    status: Status
    link: str = ""

    def as_data(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "niveau": self.level.value,
            "paragraphe": None if self.place is None else self.place + 1,
            "article": self.article,
            "extrait": self.excerpt,
            "constat": self.title,
            "explication": self.message,
            "proposition": self.replacement,
            "source": self.source,
            "lien": self.link,
            "statut": self.status.value,
        }


@dataclass(frozen=True, slots=True)
class Held:
    """A subject and where the piece deals with it; `where` is empty when it does not."""

    subject: str
    label: str
    where: tuple[str, ...] = ()
    details: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        return {
            "sujet": self.subject,
            "libelle": self.label,
            "present": bool(self.where),
            "ou": list(self.where),
            "precisions": list(self.details),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """`basis` says by which duties and at which date the piece was judged."""

    kind: str | None
    basis: str
    library: str
    held: tuple[Held, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        return {level.value: sum(item.level is level for item in self.findings) for level in Level}

    def as_data(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "version": 1,
            "piece": self.kind,
            "bibliotheque": self.library,
            "reference": self.basis,
            "contient": [item.as_data() for item in self.held],
            "constats": [item.as_data() for item in self.findings],
            "totaux": self.counts,
            "a_savoir": list(self.notes),
        }


def report_from(data: Mapping[str, Any]) -> Report:
    """The report that `as_data` wrote, read again from what a child process answered."""
    return Report(
        data["piece"],
        data["reference"],
        data["bibliotheque"],
        tuple(
            Held(item["sujet"], item["libelle"], tuple(item["ou"]), tuple(item["precisions"]))
            for item in data["contient"]
        ),
        tuple(
            Finding(
                item["id"],
                Level(item["niveau"]),
                None if item["paragraphe"] is None else int(item["paragraphe"]) - 1,
                item["article"],
                item["extrait"],
                item["constat"],
                item["explication"],
                item["proposition"],
                item["source"],
                Status(item["statut"]),
                item["lien"],
            )
            for item in data["constats"]
        ),
        tuple(data["a_savoir"]),
    )


def excerpt(text: str, start: int, end: int, sentence: Sentence | None = None) -> str:
    """The words from `start` to `end` with what surrounds them, on one line and cut between words."""
    first, last = (sentence.start, sentence.end) if sentence else (0, len(text))
    room = max(0, EXCERPT - (end - start)) // 2
    low, high = max(first, start - room), min(last, end + room, start + 2 * EXCERPT)
    if low > first and (space := text.find(" ", low, start)) >= 0:
        low = space + 1
    if high < last and (space := text.rfind(" ", end, high)) > end:
        high = space
    shown = " ".join(text[low:high].split())
    return f"{'… ' if low > first else ''}{shown}{' …' if high < last else ''}"


def cited(source: Source) -> tuple[str, str]:
    return source.title, source.link or ""
