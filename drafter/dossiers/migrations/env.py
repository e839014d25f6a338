"""What alembic runs. The connection and its transaction are the caller's: nothing is opened or committed here."""

from __future__ import annotations

from alembic import context

from drafter.dossiers.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite too: we say BEGIN ourselves
)
context.run_migrations()
