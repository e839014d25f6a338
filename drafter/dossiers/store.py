"""Drafts behind links nobody can guess: kept, opened, saved, shared, deleted.

A link holds 128 random bits and the database only their SHA-256: whoever reads the database opens no draft.
Every method is one transaction; two writers of one draft take turns, and the second is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import Engine, delete, insert, select, update

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
from drafter.dossiers.rows import (
    bury,
    bury_expired,
    check_content,
    draft_at,
    find,
    links_of,
    new_link,
    opinion_in,
    opinions_of,
    trim_versions,
    write_version,
)
from drafter.dossiers.schema import drafts, links, opinions, tombstones, versions
from drafter.errors import RefusedError

if TYPE_CHECKING:
    from drafter.settings import Settings

MAX_VERSIONS = 100
MAX_LINKS = 50
MAX_OPINIONS = 50
TOMBSTONE_DAYS = 30
"""How long a dead link still says why it is dead."""


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
        check_content(content)
        draft = uuid4().hex
        expires = now + timedelta(days=self.days)
        with self.database.writing() as connection:
            bury_expired(connection, now)
            connection.execute(insert(drafts).values(id=draft, revision=1, saved=now, expires=expires))
            write_version(connection, draft, 1, Access.EDIT, content, now)
            token = new_link(connection, draft, Access.EDIT, now)
        return Draft(content, 1, Access.EDIT, now, expires), token

    def open(self, token: str, now: datetime) -> Draft:
        """Raises LinkRefused, which says whether the link is unknown, expired, deleted or withdrawn."""
        self._refuse_if_missing()
        with self.database.reading() as connection:
            return draft_at(connection, find(connection, token, now))

    def save(self, token: str, content: str, revision: int, now: datetime) -> Draft:
        """A new revision. Raises Conflict when `revision` is not the current one, unless the content is the same.

        Sending the same content twice (a lost answer, a double click) makes no second version.
        """
        check_content(content)
        self._refuse_if_missing()
        expires = now + timedelta(days=self.days)
        with self.database.writing() as connection:
            found = find(connection, token, now, Access.EDIT, lock=True)
            current = draft_at(connection, found)
            new = current.revision
            if current.content != content:
                if current.revision != revision:
                    raise Conflict(current)
                new += 1
                write_version(connection, found.draft, new, Access.EDIT, content, now)
                trim_versions(connection, found.draft, new - MAX_VERSIONS)
            connection.execute(
                update(drafts).where(drafts.c.id == found.draft).values(revision=new, saved=now, expires=expires)
            )
        return Draft(content, new, Access.EDIT, now, expires)

    def version(self, token: str, revision: int, now: datetime) -> Draft:
        """The draft as it stood at a revision. Raises RefusedError when that version is no longer kept."""
        self._refuse_if_missing()
        with self.database.reading() as connection:
            found = find(connection, token, now, Access.EDIT)  # who may read the draft may not read its past
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
            found = find(connection, token, now, Access.EDIT)
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
            found = find(connection, token, now, Access.EDIT, lock=True)
            bury(connection, [found.draft], Refusal.DELETED, now)
        self.database.overwrite_deleted()

    def purge(self, now: datetime) -> int:
        """Wipe every expired draft, and the memory of links dead for long. How many drafts went."""
        if self.database.missing:
            return 0
        with self.database.writing() as connection:
            count = bury_expired(connection, now)
            oldest = now - timedelta(days=TOMBSTONE_DAYS)
            connection.execute(delete(tombstones).where(tombstones.c.moment < oldest))
        self.database.overwrite_deleted()
        return count

    # --- links -----------------------------------------------------------------------------------

    def share(self, token: str, access: Access, now: datetime) -> str:
        """The token of a new link to the same draft, given this once."""
        self._refuse_if_missing()
        with self.database.writing() as connection:
            found = find(connection, token, now, Access.EDIT, lock=True)
            if len(links_of(connection, found)) >= MAX_LINKS:
                raise RefusedError(f"ce brouillon a déjà {MAX_LINKS} liens : retirez-en un avant d'en créer un autre")
            return new_link(connection, found.draft, access, now)

    def links(self, token: str, now: datetime) -> tuple[Link, ...]:
        self._refuse_if_missing()
        with self.database.reading() as connection:
            return links_of(connection, find(connection, token, now, Access.EDIT))

    def revoke(self, token: str, link: str, now: datetime) -> None:
        """Withdraw a link; not the one that asks, for the draft would be lost to its owner."""
        self._refuse_if_missing()
        with self.database.writing() as connection:
            found = find(connection, token, now, Access.EDIT, lock=True)
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
        check_content(content)
        self._refuse_if_missing()
        with self.database.writing() as connection:
            found = find(connection, token, now, Access.EDIT, Access.OPINION, lock=True)
            if not 1 <= base_revision <= found.revision:
                raise RefusedError(
                    "cet avis porte sur une version qui n'existe pas : rouvrez le lien, puis donnez-le de nouveau"
                )
            left = opinions_of(connection, found.draft)
            for row in left:
                if (row.link, row.content, row.base_revision) == (found.link, content, base_revision):
                    return opinion_in(row)  # sent twice
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
            found = find(connection, token, now, Access.EDIT, Access.OPINION)
            rows = opinions_of(connection, found.draft)
        own = found.access == Access.OPINION
        return tuple(opinion_in(row) for row in rows if not own or row.link == found.link)

    def settle(self, token: str, opinion: str, outcome: Outcome, now: datetime) -> None:
        """What the buyer made of an opinion; the last answer stands."""
        self._refuse_if_missing()
        with self.database.writing() as connection:
            found = find(connection, token, now, Access.EDIT, lock=True)
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
