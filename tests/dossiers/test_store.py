"""What the store promises: opened by the link alone, never written over, really deleted."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from drafter.dossiers import (
    Access,
    Conflict,
    LinkRefused,
    Outcome,
    Refusal,
    Store,
    StoreUnavailable,
)
from drafter.dossiers import store as rooms
from drafter.dossiers.rows import MAX_CONTENT
from drafter.dossiers.schema import drafts, links, metadata, opinions, tombstones, versions
from drafter.errors import InputError, RefusedError

from .conftest import DAYS, NOW, start_server

LATER = NOW + timedelta(days=1)
CONTENT = '{"format": "drafter-dossier", "objet": "Réfection du parvis"}'


def rows(store: Store) -> dict[str, int]:
    with store.database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def refusal(store: Store, token: str, now=NOW) -> Refusal:
    with pytest.raises(LinkRefused) as refused:
        store.open(token, now)
    return refused.value.reason


# --- one draft -----------------------------------------------------------------------------------


def test_a_draft_opens_by_its_link_as_it_was_kept(store: Store) -> None:
    kept, token = store.keep(CONTENT, NOW)
    assert store.open(token, LATER) == kept
    assert (kept.content, kept.revision, kept.access) == (CONTENT, 1, Access.EDIT)
    assert kept.expires == NOW + timedelta(days=DAYS)
    assert store.open(f" {token}\n", LATER) == kept  # copied with what surrounds it


def test_each_save_is_a_revision_and_puts_the_expiry_off(store: Store) -> None:
    _, token = store.keep(CONTENT, NOW)
    saved = store.save(token, "{}", 1, LATER)
    assert (saved.revision, saved.saved, saved.expires) == (2, LATER, LATER + timedelta(days=DAYS))
    assert store.open(token, LATER) == saved
    assert [(version.revision, version.access, version.saved) for version in store.history(token, LATER)] == [
        (2, Access.EDIT, LATER),
        (1, Access.EDIT, NOW),
    ]
    assert store.version(token, 1, LATER).content == CONTENT


def test_two_drafts_do_not_know_each_other(store: Store) -> None:
    _, first = store.keep(CONTENT, NOW)
    _, second = store.keep("{}", NOW)
    store.save(first, "[]", 1, NOW)
    store.delete(first, NOW)
    assert store.open(second, NOW).content == "{}"
    assert len(store.history(second, NOW)) == 1


def test_a_stale_save_is_refused_with_what_stands(store: Store) -> None:
    _, token = store.keep(CONTENT, NOW)
    theirs = store.save(token, "[1]", 1, NOW)
    with pytest.raises(Conflict) as conflict:
        store.save(token, "[2]", 1, LATER)
    assert conflict.value.current == theirs
    assert store.open(token, LATER) == theirs


def test_the_same_save_sent_twice_is_one_version(store: Store) -> None:
    _, token = store.keep(CONTENT, NOW)
    store.save(token, "[1]", 1, NOW)
    again = store.save(token, "[1]", 1, LATER)
    assert (again.revision, again.expires) == (2, LATER + timedelta(days=DAYS))
    assert len(store.history(token, LATER)) == 2


def test_old_versions_go_but_those_an_opinion_rests_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MAX_VERSIONS", 3)
    _, token = store.keep("[0]", NOW)
    store.leave_opinion(store.share(token, Access.OPINION, NOW), "[9]", 1, NOW)
    for number in range(1, 6):
        store.save(token, f"[{number}]", number, NOW)
    assert [version.revision for version in store.history(token, NOW)] == [6, 5, 4, 1]
    with pytest.raises(RefusedError, match="n'est plus gardée"):
        store.version(token, 2, NOW)


@pytest.mark.parametrize("content", ["x" * (MAX_CONTENT + 1), '{"objet": "\0"}'])
def test_a_content_no_dossier_has_is_refused_and_nothing_is_kept(store: Store, content: str) -> None:
    _, token = store.keep(CONTENT, NOW)
    with pytest.raises(RefusedError):
        store.save(token, content, 1, NOW)
    with pytest.raises(RefusedError):
        store.keep(content, NOW)
    assert rows(store)["drafts"] == 1
    assert store.open(token, NOW).revision == 1


def test_any_text_comes_back_to_the_letter(store: Store) -> None:
    hostile = "'; DROP TABLE drafts; -- {{ 7*7 }} <b> \u202e \U0001f600 \u00a0 %s :x \\ \r\n\t"
    _, token = store.keep(hostile, NOW)
    assert store.open(token, NOW).content == hostile


# --- links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "token", ["", "a", "a" * 22, "a" * 100_000, "é" * 22, "../" * 8, "' OR 1=1 --          x", "\0" * 22]
)
def test_a_link_that_is_not_one_of_ours(store: Store, token: str) -> None:
    assert refusal(store, token) is Refusal.UNKNOWN  # nothing was ever kept
    store.keep(CONTENT, NOW)
    assert refusal(store, token) is Refusal.UNKNOWN


def test_a_mistyped_link_opens_nothing(store: Store) -> None:
    _, token = store.keep(CONTENT, NOW)
    assert refusal(store, token.swapcase()) is Refusal.UNKNOWN
    assert refusal(store, token[:-1]) is Refusal.UNKNOWN


def test_links_hold_128_bits_and_never_come_twice(store: Store) -> None:
    tokens = {store.keep(CONTENT, NOW)[1] for _ in range(20)}
    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {22}


@pytest.mark.parametrize(
    ("access", "allowed"),
    [
        (
            Access.EDIT,
            {"save", "share", "links", "revoke", "leave_opinion", "opinions", "settle", "history", "version", "delete"},
        ),
        (Access.OPINION, {"leave_opinion", "opinions"}),
        (Access.READ, set()),
    ],
)
def test_what_each_link_allows(store: Store, access: Access, allowed: set[str]) -> None:
    _, owner = store.keep(CONTENT, NOW)
    opinion = store.leave_opinion(owner, "[]", 1, NOW)
    other = store.share(owner, Access.READ, NOW)
    spare = next(link for link in store.links(owner, NOW) if link.access is Access.READ)
    token = store.share(owner, access, NOW)
    assert store.open(token, NOW).access is access
    attempts = {
        "save": lambda: store.save(token, "[1]", 1, NOW),
        "share": lambda: store.share(token, Access.EDIT, NOW),
        "links": lambda: store.links(token, NOW),
        "revoke": lambda: store.revoke(token, spare.id, NOW),
        "leave_opinion": lambda: store.leave_opinion(token, "[2]", 1, NOW),
        "opinions": lambda: store.opinions(token, NOW),
        "settle": lambda: store.settle(token, opinion.id, Outcome.REFUSED, NOW),
        "history": lambda: store.history(token, NOW),
        "version": lambda: store.version(token, 1, NOW),
        "delete": lambda: store.delete(token, NOW),
    }
    done = {name for name, attempt in attempts.items() if is_allowed(attempt)}
    assert done == allowed
    if access is Access.EDIT:
        assert (refusal(store, other), refusal(store, token)) == (Refusal.REVOKED, Refusal.DELETED)


def is_allowed(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except LinkRefused as error:
        if error.reason is Refusal.NOT_ALLOWED:
            return False
        raise
    return True


def test_a_link_is_withdrawn_without_the_others(store: Store) -> None:
    _, owner = store.keep(CONTENT, NOW)
    reader, adviser = (store.share(owner, access, NOW) for access in (Access.READ, Access.OPINION))
    by_access = {link.access: link for link in store.links(owner, NOW)}
    assert [link.in_use for link in by_access.values()].count(True) == 1
    store.revoke(owner, by_access[Access.READ].id, NOW)
    store.revoke(owner, by_access[Access.READ].id, NOW)  # twice is once
    assert refusal(store, reader) is Refusal.REVOKED
    assert store.open(adviser, NOW).access is Access.OPINION
    with pytest.raises(RefusedError, match="vous utilisez ce lien"):
        store.revoke(owner, by_access[Access.EDIT].id, NOW)


def test_a_link_of_another_draft_cannot_be_withdrawn(store: Store) -> None:
    _, mine = store.keep(CONTENT, NOW)
    _, other = store.keep("{}", NOW)
    store.revoke(mine, store.links(other, NOW)[0].id, NOW)
    assert store.open(other, NOW)


def test_links_and_opinions_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MAX_LINKS", 2)
    monkeypatch.setattr(rooms, "MAX_OPINIONS", 1)
    _, owner = store.keep(CONTENT, NOW)
    adviser = store.share(owner, Access.OPINION, NOW)
    store.leave_opinion(adviser, "[1]", 1, NOW)
    with pytest.raises(RefusedError, match="déjà 2 liens"):
        store.share(owner, Access.READ, NOW)
    with pytest.raises(RefusedError, match="déjà reçu 1 avis"):
        store.leave_opinion(adviser, "[2]", 1, NOW)


# --- opinions ------------------------------------------------------------------------------------


def test_an_opinion_stands_beside_the_draft(store: Store) -> None:
    kept, owner = store.keep(CONTENT, NOW)
    first, second = (store.share(owner, Access.OPINION, NOW) for _ in range(2))
    left = store.leave_opinion(first, "[1]", 1, LATER)
    assert left == store.leave_opinion(first, "[1]", 1, LATER)  # sent twice
    assert (left.outcome, left.settled, left.base_revision) == (Outcome.WAITING, None, 1)
    draft = store.open(owner, LATER)
    assert (draft.content, draft.revision, draft.saved) == (kept.content, 1, NOW)
    assert draft.expires == LATER + timedelta(days=DAYS)
    assert store.opinions(owner, LATER) == store.opinions(first, LATER) == (left,)
    assert store.opinions(second, LATER) == ()  # another facilitateur's
    store.save(owner, "[2]", 1, LATER)
    store.settle(owner, left.id, Outcome.PARTLY, LATER)
    (settled,) = store.opinions(first, LATER)
    assert (settled.outcome, settled.settled, settled.base_revision) == (Outcome.PARTLY, LATER, 1)


@pytest.mark.parametrize("revision", [0, 2, -1])
def test_an_opinion_rests_on_a_version_that_exists(store: Store, revision: int) -> None:
    _, owner = store.keep(CONTENT, NOW)
    with pytest.raises(RefusedError, match="n'existe pas"):
        store.leave_opinion(owner, "[1]", revision, NOW)


def test_the_opinion_of_another_draft_is_not_settled(store: Store) -> None:
    _, mine = store.keep(CONTENT, NOW)
    _, other = store.keep("{}", NOW)
    opinion = store.leave_opinion(other, "[1]", 1, NOW)
    with pytest.raises(RefusedError, match="pas de ce brouillon"):
        store.settle(mine, opinion.id, Outcome.REFUSED, NOW)
    assert store.opinions(other, NOW) == (opinion,)


# --- going ---------------------------------------------------------------------------------------


def test_a_deleted_draft_leaves_a_hash_and_a_day(store: Store) -> None:
    _, owner = store.keep(CONTENT, NOW)
    reader = store.share(owner, Access.READ, NOW)
    store.leave_opinion(owner, "[1]", 1, NOW)
    store.delete(owner, LATER)
    assert {refusal(store, owner), refusal(store, reader)} == {Refusal.DELETED}
    assert rows(store) == {"drafts": 0, "versions": 0, "links": 0, "opinions": 0, "tombstones": 2}
    with pytest.raises(LinkRefused):
        store.save(owner, CONTENT, 1, LATER)
    assert store.purge(LATER + timedelta(days=31)) == 0
    assert rows(store)["tombstones"] == 0
    assert refusal(store, owner) is Refusal.UNKNOWN


def test_an_expired_draft_is_closed_before_it_is_purged(store: Store) -> None:
    _, old = store.keep(CONTENT, NOW)
    _, young = store.keep("{}", LATER)
    end = NOW + timedelta(days=DAYS)
    assert store.open(old, end - timedelta(seconds=1))
    assert refusal(store, old, end) is Refusal.EXPIRED
    with pytest.raises(LinkRefused):
        store.save(old, "[1]", 1, end)  # a late save does not wake it
    assert store.purge(end) == 1
    assert store.purge(end) == 0
    assert refusal(store, old, end) is Refusal.EXPIRED
    assert store.open(young, end)
    assert rows(store)["versions"] == 1


def test_keeping_a_draft_sweeps_the_expired_ones(store: Store) -> None:
    store.keep(CONTENT, NOW)
    store.keep("{}", NOW + timedelta(days=DAYS))
    assert rows(store)["drafts"] == 1


def files_of(store: Store) -> bytes:
    assert store.database.file is not None
    return b"".join(path.read_bytes() for path in sorted(store.database.file.parent.iterdir()))


def test_no_file_holds_a_token_nor_what_was_deleted(sqlite_url: str, make_store: Callable[[str], Store]) -> None:
    store = make_store(sqlite_url)
    _, owner = store.keep(CONTENT, NOW)
    reader = store.share(owner, Access.READ, NOW)
    store.save(owner, CONTENT.replace("parvis", "marché couvert"), 1, NOW)
    found = files_of(store)
    assert owner.encode() not in found
    assert reader.encode() not in found
    assert "marché couvert".encode() in found
    store.delete(owner, NOW)
    gone = files_of(store)
    assert "marché couvert".encode() not in gone
    assert b"parvis" not in gone


def test_no_table_of_postgresql_holds_a_token(postgres_url: str, make_store: Callable[[str], Store]) -> None:
    store = make_store(postgres_url)
    store.database.migrate()
    _, owner = store.keep(CONTENT, NOW)
    with store.database.reading() as connection:
        everything = [
            connection.execute(select(table)).all() for table in (drafts, versions, links, tombstones, opinions)
        ]
    assert owner not in repr(everything)


# --- where it lives ------------------------------------------------------------------------------


def test_nothing_is_written_before_the_first_draft(sqlite_url: str, make_store: Callable[[str], Store]) -> None:
    store = make_store(sqlite_url)
    folder = store.database.file.parent if store.database.file else None
    assert folder is not None
    assert refusal(store, "a" * 22) is Refusal.UNKNOWN
    assert store.purge(NOW) == 0
    store.ping()
    assert not folder.exists()
    store.keep(CONTENT, NOW)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"drafter.db": 0o600, "drafter.db-wal": 0o600, "drafter.db-shm": 0o600}
    with store.database.reading() as connection:
        for pragma, value in {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "foreign_keys": 1}.items():
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


@pytest.mark.parametrize("pragma", ["query_only = ON", "max_page_count = 1"], ids=["read-only", "full disk"])
def test_a_base_that_cannot_write_says_so_and_still_reads(
    sqlite_url: str, make_store: Callable[[str], Store], pragma: str
) -> None:
    token = make_store(sqlite_url).keep(CONTENT, NOW)[1]
    store = make_store(sqlite_url)
    event.listen(store.database.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA {pragma}").close())
    with pytest.raises(StoreUnavailable, match="pas confirmé") as trouble:
        store.save(token, "x" * 900_000, 1, NOW)
    assert "SQLITE_" in trouble.value.log
    assert "xxx" not in str(trouble.value) + trouble.value.log
    assert store.open(token, NOW).content == CONTENT


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path, make_store: Callable[[str], Store]) -> None:
    (tmp_path / "fichier").write_text("")
    store = make_store(f"sqlite:///{tmp_path / 'fichier' / 'sous' / 'drafter.db'}")
    with pytest.raises(StoreUnavailable):
        store.keep(CONTENT, NOW)


def test_a_file_that_is_no_database_says_so(tmp_path: Path, make_store: Callable[[str], Store]) -> None:
    (tmp_path / "drafter.db").write_bytes(b"not a database" * 1000)
    store = make_store(f"sqlite:///{tmp_path / 'drafter.db'}")
    for attempt in (lambda: store.keep(CONTENT, NOW), lambda: store.open("a" * 22, NOW), store.ping):
        with pytest.raises(StoreUnavailable):
            attempt()


@pytest.mark.parametrize("address", ["", "n'importe quoi", "sqlite://", "mysql://u:secret@h/b", "oracle+x://secret@h"])
def test_an_address_that_is_no_database_of_ours_is_refused_without_its_secret(address: str) -> None:
    from drafter.dossiers.database import make_engine

    with pytest.raises(InputError) as refused:
        make_engine(address)
    assert "secret" not in str(refused.value)


def test_postgresql_stopped_then_back(tmp_path: Path, make_store: Callable[[str], Store]) -> None:
    server = start_server(tmp_path)
    try:
        store = make_store(server.get_uri())
        store.database.migrate()
        _, token = store.keep(CONTENT, NOW)
        server.stop()
        for attempt in (lambda: store.open(token, NOW), lambda: store.save(token, "[1]", 1, NOW), store.ping):
            with pytest.raises(StoreUnavailable):
                attempt()
        server.start()
        assert store.open(token, NOW).content == CONTENT
        assert store.save(token, "[1]", 1, NOW).revision == 2
    finally:
        server.cleanup()
