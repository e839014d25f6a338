"""Drafts, their versions, their links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("saved", moment, nullable=False),
        sa.Column("expires", moment, nullable=False),
    )
    op.create_index("ix_drafts_expires", "drafts", ["expires"])
    op.create_table(
        "versions",
        sa.Column("draft", sa.String(32), sa.ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("access", sa.String(16), nullable=False),
        sa.Column("saved", moment, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("draft", sa.String(32), sa.ForeignKey("drafts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("access", sa.String(16), nullable=False),
        sa.Column("created", moment, nullable=False),
    )
    op.create_index("ix_links_draft", "links", ["draft"])
    op.create_table(
        "tombstones",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("moment", moment, nullable=False),
    )
    op.create_index("ix_tombstones_moment", "tombstones", ["moment"])
