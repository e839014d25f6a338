"""Tables of an older version become those of today, with what they held."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from drafter.dossiers import Access, Store, StoreUnavailable
from drafter.dossiers.database import schema_revision
from drafter.dossiers.migrations import configuration, upgrade
from drafter.dossiers.schema import HEAD, metadata

from .conftest import NOW

TOKEN = "A" * 22
OLD = (
    "INSERT INTO drafts (id, revision, saved, expires) VALUES ('d', 2, :now, :end)",
    "INSERT INTO versions (draft, revision, access, saved, content) VALUES ('d', 1, 'edition', :now, '[1]')",
    "INSERT INTO versions (draft, revision, access, saved, content) VALUES ('d', 2, 'edition', :now, '[2]')",
    "INSERT INTO links (id, draft, hash, access, created) VALUES ('l', 'd', :hash, 'edition', :now)",
)
"""A draft as the first version of the tables held it: what such a base holds never changes."""


def make_old(store: Store) -> None:
    if store.database.file is not None:
        store.database.file.parent.mkdir()
        store.database.file.touch(0o600)
    naive = store.database.file is not None
    now = NOW.replace(tzinfo=None) if naive else NOW.astimezone(UTC)
    moments = {"now": now.isoformat(" "), "end": now.replace(year=2027).isoformat(" ")}
    with store.database.engine.begin() as connection:
        upgrade(connection, "0001")
        for line in OLD:
            wanted = {"hash": hashlib.sha256(TOKEN.encode()).digest(), **moments}
            connection.execute(text(line), {key: value for key, value in wanted.items() if f":{key}" in line})


@pytest.fixture
def old_store(url: str, make_store: Callable[[str], Store]) -> Store:
    store = make_store(url)
    make_old(store)
    return store


def test_the_head_named_in_the_code_is_that_of_the_scripts() -> None:
    assert ScriptDirectory.from_config(configuration()).get_heads() == [HEAD]


def test_the_migrations_make_the_tables_the_code_reads(store: Store) -> None:
    store.keep("{}", NOW)
    with store.database.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert found == []


def test_a_draft_of_the_first_tables_still_opens(old_store: Store) -> None:
    if old_store.database.file is None:
        with pytest.raises(StoreUnavailable, match="drafter migrate"):
            old_store.open(TOKEN, NOW)
        assert old_store.database.migrate() == ("0001", HEAD)
    draft = old_store.open(TOKEN, NOW)  # a file follows by itself, even to be read
    assert (draft.content, draft.revision, draft.saved, draft.access) == ("[2]", 2, NOW, Access.EDIT)
    assert old_store.version(TOKEN, 1, NOW).content == "[1]"
    adviser = old_store.share(TOKEN, Access.OPINION, NOW)
    assert old_store.leave_opinion(adviser, "[3]", 2, NOW) in old_store.opinions(TOKEN, NOW)
    assert old_store.database.migrate() == (HEAD, HEAD)


def test_tables_that_were_never_made_name_the_command(postgres_url: str, make_store: Callable[[str], Store]) -> None:
    store = make_store(postgres_url)
    for attempt in (store.ping, lambda: store.keep("{}", NOW), lambda: store.open(TOKEN, NOW)):
        with pytest.raises(StoreUnavailable, match="drafter migrate"):
            attempt()
    assert store.database.migrate() == (None, HEAD)
    store.ping()


def test_tables_of_a_later_version_are_left_alone(store: Store, url: str, make_store: Callable[[str], Store]) -> None:
    store.keep("{}", NOW)
    with store.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer = make_store(url)
    for attempt in (newer.ping, lambda: newer.keep("{}", NOW), newer.database.migrate):
        with pytest.raises(StoreUnavailable, match="mettre le service à jour"):
            attempt()


def test_a_migration_cut_short_leaves_the_tables_as_they_were(
    old_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(connection: object, revision: str) -> None:
        upgrade(connection, revision)  # type: ignore[arg-type]
        raise OSError("power")

    with monkeypatch.context() as patch:
        patch.setattr("drafter.dossiers.migrations.upgrade", cut)
        with pytest.raises(StoreUnavailable):
            old_store.database.migrate()
    with old_store.database.engine.connect() as connection:
        assert schema_revision(connection) == "0001"
    old_store.database.migrate()
    assert old_store.open(TOKEN, NOW).content == "[2]"
