"""Opinions, left beside a draft by those who hold an opinion link."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "opinions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("draft", sa.String(32), nullable=False),
        sa.Column("base_revision", sa.Integer, nullable=False),
        sa.Column("link", sa.String(32), nullable=False),
        sa.Column("left", moment, nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("settled", moment),
        sa.Column("content", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["draft"], ["drafts.id"], name="opinions_draft", ondelete="CASCADE"),
    )
    op.create_index("ix_opinions_draft", "opinions", ["draft"])
