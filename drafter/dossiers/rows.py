"""What the store does inside a transaction: a link found, rows read as records, rows written and wiped."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, insert, literal, select

from drafter.dossiers.records import Access, Draft, Link, LinkRefused, Opinion, Outcome, Refusal
from drafter.dossiers.schema import Moment, drafts, links, opinions, tombstones, versions
from drafter.errors import RefusedError

MAX_CONTENT = 1_000_000
"""Characters of a dossier; one of a hundred lots has about 60,000."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")

# --- finding -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A live link and its draft, in the order of the query below."""

    link: str
    access: str
    draft: str
    revision: int
    saved: datetime
    expires: datetime


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode("ascii")).digest()


def find(connection: Connection, token: str, now: datetime, *allowed: Access, lock: bool = False) -> Found:
    """The link and its draft. `lock`: other writers of this draft wait (SQLite already made them)."""
    token = token.strip()
    if not _TOKEN.fullmatch(token):
        raise LinkRefused(Refusal.UNKNOWN)
    query = (
        select(links.c.id, links.c.access, drafts.c.id, drafts.c.revision, drafts.c.saved, drafts.c.expires)
        .join(drafts, links.c.draft == drafts.c.id)
        .where(links.c.hash == hashed(token))
    )
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        reason = connection.execute(select(tombstones.c.reason).where(tombstones.c.hash == hashed(token))).scalar()
        raise LinkRefused(Refusal(reason) if reason else Refusal.UNKNOWN)
    found = Found(*row)
    if found.expires <= now:
        raise LinkRefused(Refusal.EXPIRED)
    if allowed and found.access not in allowed:
        raise LinkRefused(Refusal.NOT_ALLOWED)
    return found


def draft_at(connection: Connection, found: Found) -> Draft:
    content = connection.execute(
        select(versions.c.content).where(versions.c.draft == found.draft, versions.c.revision == found.revision)
    ).scalar_one()
    return Draft(content, found.revision, Access(found.access), found.saved, found.expires)


def links_of(connection: Connection, found: Found) -> tuple[Link, ...]:
    rows = connection.execute(select(links).where(links.c.draft == found.draft).order_by(links.c.created, links.c.id))
    return tuple(Link(row.id, Access(row.access), row.created, row.id == found.link) for row in rows)


def opinions_of(connection: Connection, draft: str) -> Sequence[Row[Any]]:
    query = select(opinions).where(opinions.c.draft == draft).order_by(opinions.c.left, opinions.c.id)
    return connection.execute(query).all()


def opinion_in(row: Row[Any]) -> Opinion:
    return Opinion(row.id, row.content, row.base_revision, row.left, Outcome(row.outcome), row.settled)


# --- writing -------------------------------------------------------------------------------------


def check_content(content: str) -> None:
    if len(content) > MAX_CONTENT:
        raise RefusedError("ce dossier est trop volumineux pour un brouillon : gardez-le comme fichier")
    if "\0" in content:  # PostgreSQL keeps no such text, and no dossier of ours holds one
        raise RefusedError("ce dossier contient un caractère illisible : rouvrez le fichier que vous avez gardé")


def write_version(
    connection: Connection, draft: str, revision: int, access: Access, content: str, now: datetime
) -> None:
    connection.execute(
        insert(versions).values(draft=draft, revision=revision, access=access, saved=now, content=content)
    )


def trim_versions(connection: Connection, draft: str, last: int) -> None:
    """Those up to the last one go, but those an opinion rests on."""
    bases = select(opinions.c.base_revision).where(opinions.c.draft == draft)
    connection.execute(
        delete(versions).where(
            versions.c.draft == draft,
            versions.c.revision <= last,
            versions.c.revision.not_in(bases),
        )
    )


def new_link(connection: Connection, draft: str, access: Access, now: datetime) -> str:
    token = secrets.token_urlsafe(16)
    connection.execute(
        insert(links).values(id=uuid4().hex, draft=draft, hash=hashed(token), access=access, created=now)
    )
    return token


def bury_expired(connection: Connection, now: datetime) -> int:
    # A draft that someone is writing is left alone: another purge will find it.
    query = select(drafts.c.id).where(drafts.c.expires <= now).with_for_update(skip_locked=True)
    expired = connection.execute(query).scalars().all()
    bury(connection, expired, Refusal.EXPIRED, now)
    return len(expired)


def bury(connection: Connection, gone: Sequence[str], reason: Refusal, now: datetime) -> None:
    """Versions, links and opinions go with the drafts (ON DELETE CASCADE); a hash, a reason and a day stay."""
    for draft in gone:
        hashes = select(links.c.hash, literal(str(reason)), literal(now, Moment)).where(links.c.draft == draft)
        connection.execute(insert(tombstones).from_select(["hash", "reason", "moment"], hashes))
        connection.execute(delete(drafts).where(drafts.c.id == draft))
