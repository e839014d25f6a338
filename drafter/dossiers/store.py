"""Drafts behind links nobody can guess: kept, opened, saved, shared, deleted.

A link holds 128 random bits and the database only their SHA-256: whoever reads the database opens no draft.
Every method is one transaction; two writers of one draft take turns, and the second is told.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, Row, delete, insert, literal, select, update

from drafter.dossiers.database import Database, make_engine
from drafter.dossiers.records import (
    Access,
    Conflict,
    Draft,
    Link,
    LinkRefused,
    Opinion,
    Outcome,
    Refusal,
    Version,
)
from drafter.dossiers.schema import Moment, drafts, links, opinions, tombstones, versions
from drafter.errors import RefusedError

if TYPE_CHECKING:
    from drafter.settings import Settings

MAX_CONTENT = 1_000_000
"""Characters of a dossier; one of a hundred lots has about 60,000."""
MAX_VERSIONS = 100
MAX_LINKS = 50
MAX_OPINIONS = 50
TOMBSTONE_DAYS = 30
"""How long a dead link still says why it is dead."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def open_store(settings: Settings) -> Store:
    """The store of these settings. Touches neither the disk nor the network yet."""
    return Store(make_engine(settings.sqlalchemy_url), settings.draft_days)


class Store:
    def __init__(self, engine: Engine, draft_days: int) -> None:
        self.database = Database(engine)
        self.days = draft_days

    # --- one draft -------------------------------------------------------------------------------

    def keep(self, content: str, now: datetime) -> tuple[Draft, str]:
        """A new draft and the token of its EDIT link, given this once."""
        _check_content(content)
        draft = uuid4().hex
        expires = now + timedelta(days=self.days)
        with self.database.writing() as connection:
            _bury_expired(connection, now)
            connection.execute(insert(drafts).values(id=draft, revision=1, saved=now, expires=expires))
            _write_version(connection, draft, 1, Access.EDIT, content, now)
            token = _new_link(connection, draft, Access.EDIT, now)
        return Draft(content, 1, Access.EDIT, now, expires), token

    def open(self, token: str, now: datetime) -> Draft:
        """Raises LinkRefused, which says whether the link is unknown, expired, deleted or withdrawn."""
        self._refuse_if_missing()
        with self.database.reading() as connection:
            return _draft(connection, _find(connection, token, now))

    def save(self, token: str, content: str, revision: int, now: datetime) -> Draft:
        """A new revision. Raises Conflict when `revision` is not the current one, unless the content is the same.

        Sending the same content twice (a lost answer, a double click) makes no second version.
        """
        _check_content(content)
        self._refuse_if_missing()
        expires = now + timedelta(days=self.days)
        with self.database.writing() as connection:
            found = _find(connection, token, now, Access.EDIT, lock=True)
            current = _draft(connection, found)
            new = current.revision
            if current.content != content:
                if current.revision != revision:
                    raise Conflict(current)
                new += 1
                _write_version(connection, found.draft, new, Access.EDIT, content, now)
                _trim_versions(connection, found.draft, new)
            connection.execute(
                update(drafts).where(drafts.c.id == found.draft).values(revision=new, saved=now, expires=expires)
            )
        return Draft(content, new, Access.EDIT, now, expires)

    def version(self, token: str, revision: int, now: datetime) -> Draft:
        """The draft as it stood at a revision. Raises RefusedError when that version is no longer kept."""
        self._refuse_if_missing()
        with self.database.reading() as connection:
            found = _find(connection, token, now, Access.EDIT)  # who may read the draft may not read its past
            row = connection.execute(
                select(versions).where(versions.c.draft == found.draft, versions.c.revision == revision)
            ).one_or_none()
            if row is None:
                raise RefusedError("cette version du brouillon n'est plus gardée : choisissez-en une plus récente")
            return Draft(row.content, row.revision, Access(found.access), row.saved, found.expires)

    def history(self, token: str, now: datetime) -> tuple[Version, ...]:
        """Newest first."""
        self._refuse_if_missing()
        with self.database.reading() as connection:
            found = _find(connection, token, now, Access.EDIT)
            rows = connection.execute(
                select(versions.c.revision, versions.c.access, versions.c.saved)
                .where(versions.c.draft == found.draft)
                .order_by(versions.c.revision.desc())
            )
            return tuple(Version(row.revision, Access(row.access), row.saved) for row in rows)

    def delete(self, token: str, now: datetime) -> None:
        """Wipe the draft, its versions and opinions; its links say so for a while."""
        self._refuse_if_missing()
        with self.database.writing() as connection:
            found = _find(connection, token, now, Access.EDIT, lock=True)
            _bury(connection, [found.draft], Refusal.DELETED, now)
        self.database.overwrite_deleted()

    def purge(self, now: datetime) -> int:
        """Wipe every expired draft, and the memory of links dead for long. How many drafts went."""
        if self.database.missing:
            return 0
        with self.database.writing() as connection:
            count = _bury_expired(connection, now)
            oldest = now - timedelta(days=TOMBSTONE_DAYS)
            connection.execute(delete(tombstones).where(tombstones.c.moment < oldest))
        self.database.overwrite_deleted()
        return count

    # --- links -----------------------------------------------------------------------------------

    def share(self, token: str, access: Access, now: datetime) -> str:
        """The token of a new link to the same draft, given this once."""
        self._refuse_if_missing()
        with self.database.writing() as connection:
            found = _find(connection, token, now, Access.EDIT, lock=True)
            if len(_links(connection, found)) >= MAX_LINKS:
                raise RefusedError(f"ce brouillon a déjà {MAX_LINKS} liens : retirez-en un avant d'en créer un autre")
            return _new_link(connection, found.draft, access, now)

    def links(self, token: str, now: datetime) -> tuple[Link, ...]:
        self._refuse_if_missing()
        with self.database.reading() as connection:
            return _links(connection, _find(connection, token, now, Access.EDIT))

    def revoke(self, token: str, link: str, now: datetime) -> None:
        """Withdraw a link; not the one that asks, for the draft would be lost to its owner."""
        self._refuse_if_missing()
        with self.database.writing() as connection:
            found = _find(connection, token, now, Access.EDIT, lock=True)
            if link == found.link:
                raise RefusedError("vous utilisez ce lien : pour qu'il n'ouvre plus rien, supprimez le brouillon")
            mine = (links.c.draft == found.draft, links.c.id == link)
            dead = connection.execute(select(links.c.hash).where(*mine)).scalar()
            if dead is not None:  # else someone withdrew it meanwhile: it is what was asked
                connection.execute(insert(tombstones).values(hash=dead, reason=Refusal.REVOKED, moment=now))
                connection.execute(delete(links).where(*mine))

    # --- opinions --------------------------------------------------------------------------------

    def leave_opinion(self, token: str, content: str, base_revision: int, now: datetime) -> Opinion:
        """A proposed dossier, kept beside the buyer's. It never becomes a revision by itself."""
        _check_content(content)
        self._refuse_if_missing()
        with self.database.writing() as connection:
            found = _find(connection, token, now, Access.EDIT, Access.OPINION, lock=True)
            if not 1 <= base_revision <= found.revision:
                raise RefusedError(
                    "cet avis porte sur une version qui n'existe pas : rouvrez le lien, puis donnez-le de nouveau"
                )
            left = _opinions(connection, found.draft)
            for row in left:
                if (row.link, row.content, row.base_revision) == (found.link, content, base_revision):
                    return _opinion(row)  # sent twice
            if len(left) >= MAX_OPINIONS:
                raise RefusedError(f"ce brouillon a déjà reçu {MAX_OPINIONS} avis : l'acheteur doit en faire un autre")
            opinion = Opinion(uuid4().hex, content, base_revision, now, Outcome.WAITING, None)
            connection.execute(
                insert(opinions).values(
                    id=opinion.id,
                    draft=found.draft,
                    base_revision=base_revision,
                    link=found.link,
                    left=now,
                    outcome=opinion.outcome,
                    content=content,
                )
            )
            expires = max(found.expires, now + timedelta(days=self.days))
            connection.execute(update(drafts).where(drafts.c.id == found.draft).values(expires=expires))
        return opinion

    def opinions(self, token: str, now: datetime) -> tuple[Opinion, ...]:
        """Oldest first: all of them by an EDIT link, one's own by an OPINION link."""
        self._refuse_if_missing()
        with self.database.reading() as connection:
            found = _find(connection, token, now, Access.EDIT, Access.OPINION)
            rows = _opinions(connection, found.draft)
        own = found.access == Access.OPINION
        return tuple(_opinion(row) for row in rows if not own or row.link == found.link)

    def settle(self, token: str, opinion: str, outcome: Outcome, now: datetime) -> None:
        """What the buyer made of an opinion; the last answer stands."""
        self._refuse_if_missing()
        with self.database.writing() as connection:
            found = _find(connection, token, now, Access.EDIT, lock=True)
            done = connection.execute(
                update(opinions)
                .where(opinions.c.id == opinion, opinions.c.draft == found.draft)
                .values(outcome=outcome, settled=now)
            )
            if done.rowcount == 0:
                raise RefusedError("cet avis n'est pas de ce brouillon : rouvrez le brouillon par son lien")

    # --- the store itself ------------------------------------------------------------------------

    def ping(self) -> None:
        """A round trip to the tables; nothing to reach before the first draft. Raises StoreUnavailable."""
        if not self.database.missing:
            with self.database.reading() as connection:
                connection.execute(select(drafts.c.id).limit(1)).all()

    def close(self) -> None:
        self.database.engine.dispose()

    def _refuse_if_missing(self) -> None:
        if self.database.missing:
            raise LinkRefused(Refusal.UNKNOWN)


# --- finding -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A live link and its draft, in the order of the query below."""

    link: str
    access: str
    draft: str
    revision: int
    saved: datetime
    expires: datetime


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("ascii")).digest()


def _find(connection: Connection, token: str, now: datetime, *allowed: Access, lock: bool = False) -> _Found:
    """The link and its draft. `lock`: other writers of this draft wait (SQLite already made them)."""
    token = token.strip()
    if not _TOKEN.fullmatch(token):
        raise LinkRefused(Refusal.UNKNOWN)
    query = (
        select(links.c.id, links.c.access, drafts.c.id, drafts.c.revision, drafts.c.saved, drafts.c.expires)
        .join(drafts, links.c.draft == drafts.c.id)
        .where(links.c.hash == _hash(token))
    )
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        reason = connection.execute(select(tombstones.c.reason).where(tombstones.c.hash == _hash(token))).scalar()
        raise LinkRefused(Refusal(reason) if reason else Refusal.UNKNOWN)
    found = _Found(*row)
    if found.expires <= now:
        raise LinkRefused(Refusal.EXPIRED)
    if allowed and found.access not in allowed:
        raise LinkRefused(Refusal.NOT_ALLOWED)
    return found


def _draft(connection: Connection, found: _Found) -> Draft:
    content = connection.execute(
        select(versions.c.content).where(versions.c.draft == found.draft, versions.c.revision == found.revision)
    ).scalar_one()
    return Draft(content, found.revision, Access(found.access), found.saved, found.expires)


def _links(connection: Connection, found: _Found) -> tuple[Link, ...]:
    rows = connection.execute(select(links).where(links.c.draft == found.draft).order_by(links.c.created, links.c.id))
    return tuple(Link(row.id, Access(row.access), row.created, row.id == found.link) for row in rows)


def _opinions(connection: Connection, draft: str) -> Sequence[Row[Any]]:
    query = select(opinions).where(opinions.c.draft == draft).order_by(opinions.c.left, opinions.c.id)
    return connection.execute(query).all()


def _opinion(row: Row[Any]) -> Opinion:
    return Opinion(row.id, row.content, row.base_revision, row.left, Outcome(row.outcome), row.settled)


# --- writing -------------------------------------------------------------------------------------


def _check_content(content: str) -> None:
    if len(content) > MAX_CONTENT:
        raise RefusedError("ce dossier est trop volumineux pour un brouillon : gardez-le comme fichier")
    if "\0" in content:  # PostgreSQL keeps no such text, and no dossier of ours holds one
        raise RefusedError("ce dossier contient un caractère illisible : rouvrez le fichier que vous avez gardé")


def _write_version(
    connection: Connection, draft: str, revision: int, access: Access, content: str, now: datetime
) -> None:
    connection.execute(
        insert(versions).values(draft=draft, revision=revision, access=access, saved=now, content=content)
    )


def _trim_versions(connection: Connection, draft: str, current: int) -> None:
    """The oldest go, but those an opinion rests on."""
    bases = select(opinions.c.base_revision).where(opinions.c.draft == draft)
    connection.execute(
        delete(versions).where(
            versions.c.draft == draft,
            versions.c.revision <= current - MAX_VERSIONS,
            versions.c.revision.not_in(bases),
        )
    )


def _new_link(connection: Connection, draft: str, access: Access, now: datetime) -> str:
    token = secrets.token_urlsafe(16)
    connection.execute(insert(links).values(id=uuid4().hex, draft=draft, hash=_hash(token), access=access, created=now))
    return token


def _bury_expired(connection: Connection, now: datetime) -> int:
    # A draft that someone is writing is left alone: another purge will find it.
    query = select(drafts.c.id).where(drafts.c.expires <= now).with_for_update(skip_locked=True)
    expired = connection.execute(query).scalars().all()
    _bury(connection, expired, Refusal.EXPIRED, now)
    return len(expired)


def _bury(connection: Connection, gone: Sequence[str], reason: Refusal, now: datetime) -> None:
    """Versions, links and opinions go with the drafts (ON DELETE CASCADE); a hash, a reason and a day stay."""
    for draft in gone:
        hashes = select(links.c.hash, literal(str(reason)), literal(now, Moment)).where(links.c.draft == draft)
        connection.execute(insert(tombstones).from_select(["hash", "reason", "moment"], hashes))
        connection.execute(delete(drafts).where(drafts.c.id == draft))
