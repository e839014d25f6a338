"""A backup gives back every draft, on the same engine or the other; the commands that make it."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from drafter.cli import main
from drafter.dossiers import Access, LinkRefused, Outcome, Refusal, Store
from drafter.dossiers.backup import dump, load
from drafter.dossiers.schema import drafts
from drafter.errors import InputError, RefusedError

from .conftest import DAYS, NOW


@pytest.fixture
def other(request: pytest.FixtureRequest, url: str, tmp_path: Path, make_store: Callable[[str], Store]) -> Store:
    """A store of the other engine."""
    if url.startswith("sqlite"):
        return make_store(request.getfixturevalue("postgres_url"))
    return make_store(f"sqlite:///{tmp_path / 'autre' / 'drafter.db'}")


def fill(store: Store) -> dict[str, str]:
    """A draft with everything, one deleted, one link withdrawn."""
    _, owner = store.keep('{"objet": "Été, « œuvre »\\u2028 \U0001f600"}', NOW)
    adviser, reader = store.share(owner, Access.OPINION, NOW), store.share(owner, Access.READ, NOW)
    store.save(owner, "[2]", 1, NOW + timedelta(microseconds=123_456))
    opinion = store.leave_opinion(adviser, "[3]", 1, NOW)
    store.settle(owner, opinion.id, Outcome.PARTLY, NOW)
    (read,) = (link for link in store.links(owner, NOW) if link.access is Access.READ)
    store.revoke(owner, read.id, NOW)
    _, gone = store.keep("{}", NOW)
    store.delete(gone, NOW)
    return {"owner": owner, "adviser": adviser, "reader": reader, "gone": gone}


def seen(store: Store, token: str) -> tuple[object, ...]:
    return (
        store.open(token, NOW),
        store.version(token, 1, NOW),
        store.history(token, NOW),
        store.links(token, NOW),
        store.opinions(token, NOW),
    )


def why(store: Store, token: str) -> Refusal:
    with pytest.raises(LinkRefused) as refused:
        store.open(token, NOW)
    return refused.value.reason


def test_a_backup_goes_to_the_other_engine_and_back(store: Store, other: Store) -> None:
    tokens = fill(store)
    lines = list(dump(store.database))
    assert load(other.database, lines) == 1
    assert seen(other, tokens["owner"]) == seen(store, tokens["owner"])
    assert other.open(tokens["adviser"], NOW).access is Access.OPINION
    assert (why(other, tokens["reader"]), why(other, tokens["gone"])) == (Refusal.REVOKED, Refusal.DELETED)
    assert list(dump(other.database)) == lines
    assert not any(token in "".join(lines) for token in tokens.values())


def test_an_empty_store_is_saved_and_put_back(store: Store, other: Store) -> None:
    lines = list(dump(store.database))
    assert len(lines) == 2
    assert load(other.database, lines) == 0


def test_drafts_are_not_replaced_unless_asked(store: Store, other: Store) -> None:
    tokens = fill(store)
    other.database.migrate()
    draft, present = other.keep('"present"', NOW)
    lines = list(dump(store.database))
    with pytest.raises(RefusedError, match="--remplacer"):
        load(other.database, lines)
    assert other.open(present, NOW) == draft
    assert load(other.database, lines, replace=True) == 1
    assert why(other, present) is Refusal.UNKNOWN
    assert other.open(tokens["owner"], NOW)


def test_what_was_deleted_or_withdrawn_since_the_backup_stays_so(store: Store) -> None:
    _, deleted = store.keep("[1]", NOW)
    _, kept = store.keep("[2]", NOW)
    reader = store.share(kept, Access.READ, NOW)
    _, expired = store.keep("[3]", NOW - timedelta(days=DAYS - 1))
    lines = list(dump(store.database))
    store.delete(deleted, NOW)
    (read,) = (link for link in store.links(kept, NOW) if link.access is Access.READ)
    store.revoke(kept, read.id, NOW)
    assert store.purge(NOW + timedelta(days=2)) == 1
    assert load(store.database, lines, replace=True) == 2
    assert (why(store, deleted), why(store, reader)) == (Refusal.DELETED, Refusal.REVOKED)
    assert store.open(kept, NOW).content == "[2]"
    assert store.open(expired, NOW).content == "[3]"


def spoilt() -> dict[str, Callable[[list[str]], list[str]]]:
    return {
        "vide": lambda lines: [],
        "autre fichier": lambda lines: ["PK\x03\x04\n"],
        "liste": lambda lines: ["[]\n"],
        "coupé": lambda lines: lines[:-1],
        "ligne perdue": lambda lines: [*lines[:2], *lines[3:]],
        "ligne en trop": lambda lines: [*lines, lines[1]],
        "version suivante": lambda lines: [lines[0].replace('"version": 1', '"version": 2'), *lines[1:]],
        "table suivante": lambda lines: [lines[0].replace('"0002"', '"0003"'), *lines[1:]],
        "table inconnue": lambda lines: [lines[0], lines[1].replace('"drafts"', '"users"'), *lines[2:]],
        "colonne perdue": lambda lines: [lines[0], lines[1].replace('"expires"', '"expire"'), *lines[2:]],
        "date fausse": lambda lines: [lines[0], lines[1].replace("2026-", "2026/"), *lines[2:]],
        "empreinte fausse": lambda lines: [line.replace('"hash": "', '"hash": "zz') for line in lines],
    }


@pytest.mark.parametrize("name", spoilt())
def test_a_spoilt_backup_changes_nothing(store: Store, name: str) -> None:
    tokens = fill(store)
    before = list(dump(store.database))
    with pytest.raises(InputError):
        load(store.database, spoilt()[name](before), replace=True)
    assert list(dump(store.database)) == before
    assert store.open(tokens["owner"], NOW)


# --- commands ------------------------------------------------------------------------------------


@pytest.fixture
def drafter(url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("DRAFTER_DATABASE_URL", url)

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return run


def test_the_whole_way_by_commands(drafter: Callable[..., Result], url: str, make_store, tmp_path: Path) -> None:
    done = drafter("migrate")
    assert (done.exit_code, done.output) == (0, "Tables mises à jour : version 0002.\n")
    assert "déjà à jour" in drafter("migrate").output
    store, now = make_store(url), datetime.now(UTC)
    _, token = store.keep('"actuel"', now)
    store.keep('"ancien"', now - timedelta(days=DAYS - 1))
    file = tmp_path / "brouillons.jsonl"
    assert drafter("backup", file).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [json.loads(line)["table"] for line in file.read_text().splitlines()[1:-1]].count("drafts") == 2
    assert list(tmp_path.glob("*.partiel")) == []
    refused = drafter("restore", file)
    assert (refused.exit_code, "--remplacer" in refused.output) == (1, True)
    store.save(token, '"plus tard"', 1, now)
    assert "2 brouillons" in drafter("restore", file, "--remplacer").output
    assert store.open(token, now).content == '"actuel"'
    assert "Aucun brouillon effacé" in drafter("purge").output


def test_purge_tells_how_many(drafter: Callable[..., Result], url: str, make_store) -> None:
    drafter("migrate")
    store, now = make_store(url), datetime.now(UTC)
    for _ in range(2):
        store.keep("{}", now)
    with store.database.writing() as connection:
        connection.execute(update(drafts).values(expires=now - timedelta(days=1)))
    done = drafter("purge")
    assert (done.exit_code, done.stdout) == (0, "2 brouillons effacés.\n")


def test_commands_refuse_in_french(drafter: Callable[..., Result], tmp_path: Path, monkeypatch) -> None:
    drafter("migrate")
    missing = drafter("restore", tmp_path / "absent.jsonl")
    assert (missing.exit_code, "n'existe pas" in missing.output) == (3, True)
    (tmp_path / "faux.jsonl").write_bytes(b"\xff\xfe\x00")
    wrong = drafter("restore", tmp_path / "faux.jsonl")
    assert (wrong.exit_code, "n'est pas une sauvegarde" in wrong.output) == (3, True)
    nowhere = drafter("backup", tmp_path / "sans" / "dossier.jsonl")
    assert nowhere.exit_code == 2
    monkeypatch.setenv("DRAFTER_DATABASE_URL", "postgresql://127.0.0.1:1/b")
    down = drafter("purge")
    assert (down.exit_code, "ne répond pas" in down.output) == (1, True)
