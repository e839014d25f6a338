"""Several at once, and killed in the middle: what was acknowledged is there, and nothing is written over."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from drafter.dossiers import Conflict, Store
from drafter.dossiers.database import make_engine

from .conftest import DAYS, NOW, run_script

SAVES = """
import sys
from datetime import UTC, datetime
from drafter.dossiers import Store
from drafter.dossiers.database import make_engine

url, token = sys.argv[1:]
store = Store(make_engine(url), 90)
draft = store.open(token, datetime(2026, 11, 22, 12, tzinfo=UTC))
while True:
    content = f'{{"revision": {draft.revision + 1}, "texte": "{"x" * 20_000}"}}'
    draft = store.save(token, content, draft.revision, datetime(2026, 11, 22, 12, tzinfo=UTC))
    print(draft.revision, flush=True)
"""

ADDS = """
import json, sys
from datetime import UTC, datetime
from drafter.dossiers import Conflict, Store
from drafter.dossiers.database import make_engine

url, token, name, wanted = sys.argv[1:]
store, now = Store(make_engine(url), 90), datetime(2026, 11, 22, 12, tzinfo=UTC)
for number in range(int(wanted)):
    draft = store.open(token, now)
    while True:
        lines = [*json.loads(draft.content), f"{name}{number}"]
        try:
            store.save(token, json.dumps(lines), draft.revision, now)
            break
        except Conflict as conflict:
            draft = conflict.current
"""


def test_kill_9_during_saves_loses_no_acknowledged_draft(url: str, store: Store) -> None:
    """Killed at a moment that moves, a few times over the same draft."""
    _, token = store.keep('{"revision": 1}', NOW)
    most = 1
    for attempt in range(5):
        writer = run_script(SAVES, url, token)
        assert writer.stdout is not None
        heard = [int(writer.stdout.readline())]
        time.sleep(0.03 + 0.021 * attempt)
        writer.kill()
        heard += [int(line) for line in writer.communicate()[0].split()]
        assert heard[0] > most or attempt == 0
        most = heard[-1]
        draft = store.open(token, NOW)
        # At most one save was written and not yet told; what stands is whole.
        assert most <= draft.revision <= most + 1
        assert json.loads(draft.content)["revision"] == draft.revision
        most = draft.revision
    assert most > 20
    if store.database.file is not None:
        with store.database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_threads_of_one_process_lose_nothing(store: Store) -> None:
    _, token = store.keep("[]", NOW)

    def add(name: str) -> None:
        for number in range(10):
            draft = store.open(token, NOW)
            while True:
                lines = [*json.loads(draft.content), f"{name}{number}"]
                try:
                    store.save(token, json.dumps(lines), draft.revision, NOW)
                    break
                except Conflict as conflict:
                    draft = conflict.current

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, "abcd"))
    assert sorted(json.loads(store.open(token, NOW).content)) == sorted(f"{n}{i}" for n in "abcd" for i in range(10))
    assert store.open(token, NOW).revision == 41


def test_two_processes_lose_nothing(url: str, store: Store) -> None:
    _, token = store.keep("[]", NOW)
    writers = [run_script(ADDS, url, token, name, "25") for name in "ab"]
    for writer in writers:
        _, trouble = writer.communicate(timeout=60)
        assert writer.returncode == 0, trouble
    assert sorted(json.loads(store.open(token, NOW).content)) == sorted(f"{n}{i}" for n in "ab" for i in range(25))


def test_one_of_two_saves_of_the_same_revision_wins(store: Store) -> None:
    for turn in range(5):
        _, token = store.keep("[]", NOW)

        def save(content: str, token: str = token) -> str:
            try:
                return store.save(token, content, 1, NOW).content
            except Conflict as conflict:
                return f"not {conflict.current.content}"

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(save, (f"[{turn}, 1]", f"[{turn}, 2]"))
        winner = store.open(token, NOW).content
        assert sorted((first, second)) == sorted((winner, f"not {winner}"))


def test_first_drafts_of_several_processes_at_once(url: str, make_store: Callable[[str], Store]) -> None:
    """The tables are made once, whoever comes first; on PostgreSQL each runs the command."""
    first = """
import sys
from datetime import UTC, datetime
from drafter.dossiers import Store
from drafter.dossiers.database import make_engine
store = Store(make_engine(sys.argv[1]), 90)
if store.database.file is None:
    store.database.migrate()
print(store.keep("{}", datetime(2026, 11, 22, 12, tzinfo=UTC))[1])
"""
    writers = [run_script(first, url) for _ in range(3)]
    tokens = []
    for writer in writers:
        out, trouble = writer.communicate(timeout=60)
        assert writer.returncode == 0, trouble
        tokens.append(out.strip())
    store = make_store(url)
    assert [store.open(token, NOW).content for token in tokens] == ["{}"] * 3


def test_purges_and_writers_do_not_disturb_each_other(store: Store) -> None:
    end = NOW + timedelta(days=DAYS)
    for _ in range(10):
        store.keep("{}", NOW)

    def work(number: int) -> int:
        return store.purge(end) if number % 2 else len(store.keep("[]", end)) * 0

    with ThreadPoolExecutor(4) as pool:
        purged = sum(pool.map(work, range(12)))
    assert purged <= 10
    assert store.purge(end) == 0


@pytest.mark.parametrize("address", ["postgresql://u:secret@127.0.0.1:1/b"])
def test_a_server_that_does_not_answer_is_told_quickly(address: str) -> None:
    from drafter.dossiers import StoreUnavailable

    store, start = Store(make_engine(address), DAYS), time.monotonic()
    with pytest.raises(StoreUnavailable) as trouble:
        store.open("a" * 22, NOW)
    assert time.monotonic() - start < 6
    assert "secret" not in str(trouble.value) + trouble.value.log
