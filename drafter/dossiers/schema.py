"""The tables. What changes here gets a migration (see migrations/), and HEAD moves with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

HEAD = "0002"
"""The newest migration; a test compares it with the scripts. Reading it costs no alembic."""


class Moment(TypeDecorator[datetime]):
    """An aware moment, in UTC on both engines: SQLite keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


metadata = MetaData()

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("saved", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
)

# The content stands here alone: the current one is that of the draft's revision.
versions = Table(
    "versions",
    metadata,
    Column("draft", String(32), ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("access", String(16), nullable=False),
    Column("saved", Moment, nullable=False),
    Column("content", Text, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("draft", String(32), ForeignKey("drafts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    Column("access", String(16), nullable=False),
    Column("created", Moment, nullable=False),
)

# What is left of a link for a while, so that it says why it opens nothing: no content, no draft.
tombstones = Table(
    "tombstones",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("moment", Moment, nullable=False, index=True),
)

opinions = Table(
    "opinions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("draft", String(32), nullable=False),
    # That version stays as long as the opinion does: a three-way comparison needs it.
    Column("base_revision", Integer, nullable=False),
    Column("link", String(32), nullable=False),
    Column("left", Moment, nullable=False),
    Column("outcome", String(24), nullable=False),
    Column("settled", Moment),
    Column("content", Text, nullable=False),
    ForeignKeyConstraint(["draft"], ["drafts.id"], name="opinions_draft", ondelete="CASCADE"),
    Index("ix_opinions_draft", "draft"),
)

ORDER = (drafts, versions, links, tombstones, opinions)
"""Each table after those it refers to."""
