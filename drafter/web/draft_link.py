"""The draft a page works on: its link and revision travel in each form, beside the dossier."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from drafter.dossiers import LinkRefused, Refusal, Store, StoreUnavailable
from drafter.errors import RefusedError
from drafter.french import day, typeset
from drafter.web.config import settings
from drafter.web.fields import sentences, whole

log = logging.getLogger("drafter.web.drafts")

CLOSED = "ce serveur ne garde pas de brouillon : gardez le dossier (.json), depuis la page des documents"
CODES = {Refusal.UNKNOWN: 404, Refusal.NOT_ALLOWED: 403}
TITLES = {
    Refusal.UNKNOWN: "Lien inconnu",
    Refusal.EXPIRED: "Brouillon expiré",
    Refusal.DELETED: "Brouillon supprimé",
    Refusal.REVOKED: "Lien retiré",
    Refusal.NOT_ALLOWED: "Action que ce lien ne permet pas",
}


class DraftsClosed(RefusedError):
    """The operator keeps no draft on this server."""


@dataclass(frozen=True)
class Carried:
    token: str
    revision: int


def now() -> datetime:
    return datetime.now(UTC)


def store() -> Store:
    """Raises DraftsClosed when the operator wants none."""
    if not settings().drafts:
        raise DraftsClosed(CLOSED)
    return cast(Store, current_app.extensions["store"])


def carried_draft() -> Carried | None:
    """What the page that was sent worked on, or what the view that answers has just opened."""
    if "draft" not in g:
        token, revision = request.form.get("brouillon", ""), asked_revision("revision")
        g.draft = Carried(token, revision) if token and revision else None
    return cast(Carried | None, g.draft)


def carry(token: str, revision: int, note: str = "") -> None:
    """From now on the forms of this answer belong to that draft. `note`: what has just been done, said in its box."""
    g.draft = Carried(token, revision)
    note_draft(typeset(note))


def let_go() -> None:
    g.draft = None


def note_draft(words: str) -> None:
    g.draft_note = words


def draft_note() -> str:
    return str(g.get("draft_note", ""))


def asked_revision(name: str) -> int:
    """A revision named by a button; 0, which is none, when it means nothing."""
    return whole(request.form.get(name, ""))


def address(endpoint: str, token: str) -> str:
    """A whole address, to be sent to someone."""
    base = settings().public_url or request.url_root
    return base.rstrip("/") + url_for(endpoint, token=token)


def moment(value: datetime) -> str:
    """`22 novembre 2026 à 14 h 05`, at the hour of Paris."""
    local, place = _in_paris(value)
    return typeset(f"{day(local.date())} à {local:%H} h {local:%M}{place}")


def _in_paris(value: datetime) -> tuple[datetime, str]:
    try:
        return value.astimezone(ZoneInfo("Europe/Paris")), ""
    except ZoneInfoNotFoundError:  # a system without the table of time zones
        return value.astimezone(UTC), " (temps universel)"


def said(error: LinkRefused | StoreUnavailable | RefusedError) -> str:
    return typeset(" ".join(sentences(error)))


def refused_page(error: LinkRefused) -> ResponseReturnValue:
    """404 when the link was never one of ours, 410 when it was: which, and what to do."""
    html = render_template("brouillon_refuse.html", titre=TITLES[error.reason], texte=said(error))
    return html, CODES.get(error.reason, 410)


def closed_page(error: DraftsClosed) -> ResponseReturnValue:
    return render_template("brouillon_refuse.html", titre="Pas de brouillon sur ce serveur", texte=said(error)), 404


def unavailable_page(error: StoreUnavailable) -> ResponseReturnValue:
    tell(error)
    html = render_template("brouillon_refuse.html", titre="Les brouillons ne répondent pas", texte=said(error))
    return html, 503, {"Retry-After": "30"}


def tell(error: StoreUnavailable) -> None:
    """For the operator: a kind of error of the database, never a value, so not an argument that the log masks."""
    log.error(f"dépôt des brouillons : {error.log}")
