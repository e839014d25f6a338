"""A batch on a real PostgreSQL: two workers, one killed in mid-job, and the very bytes of one machine."""

from __future__ import annotations

import asyncio
import contextlib
import math
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from drafter.cli import main
from drafter.errors import InputError, RefusedError
from drafter.paths import CLAUSE_LIBRARY
from drafter.programme import batch, jobs, wire
from drafter.programme.analysis import Analyst
from drafter.programme.entries import Entry
from drafter.programme.jobs import Pace, run_on_queue
from drafter.programme.run import JOURNAL, Report, items_of, run_programme
from drafter.programme.settings import Settings
from tests.dossiers.conftest import start_server

from .conftest import SETTINGS
from .make import as_csv
from .test_run import contents

PACE = Pace(heartbeat=0.5, silence=2, rescue=1, poll=0.1)
VERSION, release_of = "v" * 64, batch.release
WORKER = f"""
import sys, time
from drafter.programme import batch
from drafter.programme.jobs import Pace, work
batch.release = lambda library: {VERSION!r}
analyse = batch.analyse_chunk
batch.analyse_chunk = lambda *chunk: time.sleep(float(sys.argv[2])) or analyse(*chunk)
work(sys.argv[1], pace={PACE!r})
"""
MARKETS = 320
_numbers = count(1)


@pytest.fixture(autouse=True)
def one_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the program saved while the tests run would send the workers to another queue."""
    monkeypatch.setattr(batch, "release", lambda library: VERSION)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if sys.platform != "linux":
        pytest.skip("the PostgreSQL of the tests is built for Linux")
    started = start_server(tmp_path_factory.mktemp("postgres"))
    yield started
    started.cleanup()


@pytest.fixture
def url(server: Any) -> str:
    """A base of its own."""
    name = f"file_{next(_numbers)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return str(server.get_uri(database=name))


Start = Callable[[float], subprocess.Popen[str]]


@pytest.fixture
def start_worker(url: str) -> Iterator[Start]:
    """A worker that waits so long before each chunk."""
    started: list[subprocess.Popen[str]] = []

    def start(wait: float) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WORKER, url, str(wait)]
        started.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=20)


def query(url: str, text: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, options=f"-c search_path={jobs.SCHEMA}") as connection:
        return connection.execute(text).fetchall()


def run_in(folder: Path, data: bytes, **more: Any) -> Report:
    folder.mkdir(exist_ok=True)
    return run_programme(data, "programme.csv", folder, SETTINGS, **more)


# --- two workers, one killed -------------------------------------------------------------------------


def both_at_work(url: str) -> None:
    for _ in range(300):
        with contextlib.suppress(psycopg.errors.UndefinedTable):
            if query(url, "SELECT count(*) FROM procrastinate_workers") == [(2,)]:
                return
        time.sleep(0.1)
    raise AssertionError("the workers did not start")


def stopped_in_mid_job(url: str, worker: subprocess.Popen[str]) -> int:
    """Freezes the worker; its job is the one that stays `doing` while the other worker goes on."""
    text = "SELECT id FROM procrastinate_jobs WHERE task_name = 'analyse' AND status = 'doing'"
    worker.send_signal(signal.SIGSTOP)
    held = set(query(url, text))
    end = time.monotonic() + 1
    while time.monotonic() < end or len(held) > 1:
        time.sleep(0.1)
        held &= set(query(url, text))
    ((number,),) = held
    return int(number)


def test_one_worker_of_two_dies_in_mid_job_and_the_bytes_are_those_of_one_machine(
    url: str, start_worker: Start, tmp_path: Path
) -> None:
    data = as_csv(MARKETS, seed=7)
    victim, survivor = start_worker(5), start_worker(0)
    both_at_work(url)
    killed: list[int] = []
    told: list[int] = []

    def progress(step: str, done: int, total: int | None) -> None:
        if step != "Analyse":
            return
        told.append(done)
        assert total == MARKETS
        if not killed:
            killed.append(stopped_in_mid_job(url, victim))
            victim.kill()
            assert victim.wait(10) == -signal.SIGKILL
            assert query(url, f"SELECT status FROM procrastinate_jobs WHERE id = {killed[0]}") == [("doing",)]

    elsewhere = partial(run_on_queue, url=url, data=data, settings=SETTINGS, pace=PACE, tell=pytest.fail)
    report = run_in(tmp_path / "queue", data, elsewhere=elsewhere, progress=progress)
    assert told == sorted(told)
    assert told[-1] == MARKETS
    assert 0 < told[0] < MARKETS, "the kill came too late to prove anything"
    assert len(report.order) == MARKETS
    assert query(url, "SELECT count(*) FROM programme_chunks") == [(0,)], "the base keeps nothing of a batch done"
    assert query(url, f"SELECT id FROM procrastinate_jobs WHERE id = {killed[0]}") == [], "recovered, done, gone"

    survivor.terminate()
    _, log = survivor.communicate(timeout=20)
    assert survivor.returncode == 0, log
    assert "Traceback" not in log
    run_in(tmp_path / "here", data)
    assert contents(tmp_path / "queue") == contents(tmp_path / "here")


# --- the command and the worker, in turn -------------------------------------------------------------


def call(*arguments: str) -> Any:
    return CliRunner().invoke(main, list(arguments), prog_name="drafter")


def test_a_command_stopped_finds_again_what_the_workers_did(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody works when it is stopped; a worker empties the queue; the same command then only collects."""
    data = as_csv(40, seed=5) + "x;=1+1 \x1f{{ travaux;travaux;;;;zéro;12\r\n".encode()
    source = tmp_path / "programme.csv"
    source.write_bytes(data)
    monkeypatch.setenv("DRAFTER_DATABASE_URL", url)
    order = ["programme", str(source), "-o", str(tmp_path / "file"), "--date", "01/10/2026", "--file-attente"]
    with monkeypatch.context() as patch:
        patch.setattr(jobs.time, "sleep", interrupt)
        stopped = call(*order)
    assert stopped.exit_code == 1
    assert "--resume" in stopped.stderr
    chunks = math.ceil(len(entries_of(data)) / batch.CHUNK)
    assert query(url, "SELECT count(*), count(results) FROM programme_chunks") == [(chunks, 0)]

    emptied = call("worker", "--vider")
    assert emptied.exit_code == 0, emptied.stderr
    assert query(url, "SELECT count(*), count(results) FROM programme_chunks") == [(chunks, chunks)]

    done = call(*order)
    assert done.exit_code == 0, done.stderr
    assert "À reprendre" in done.stderr
    run_in(tmp_path / "here", data)
    assert contents(tmp_path / "file") == contents(tmp_path / "here")
    assert query(url, "SELECT count(*) FROM programme_chunks") == [(0,)]


def entries_of(data: bytes) -> list[Entry]:
    return [item for item in items_of(data, "programme.csv") if isinstance(item, Entry)]


def interrupt(seconds: float) -> None:
    raise KeyboardInterrupt


def started(url: str, data: bytes, **more: Any) -> Iterator[batch.Lines]:
    return run_on_queue(batch.chunks(chunk_of(data)), url, data, SETTINGS, pace=PACE, **more)


def chunk_of(data: bytes) -> list[tuple[str, Entry]]:
    salt = batch.salt(CLAUSE_LIBRARY, SETTINGS)
    return [(entry.key(salt), entry) for entry in entries_of(data)]


def stop_at_first_wait(url: str, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(jobs.time, "sleep", interrupt)
        with pytest.raises(KeyboardInterrupt):
            list(started(url, data))


def test_a_batch_put_twice_has_its_jobs_once(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = as_csv(100)
    for _ in range(2):
        stop_at_first_wait(url, data, monkeypatch)
    expected = math.ceil(len(entries_of(data)) / batch.CHUNK)
    assert query(url, "SELECT count(*) FROM programme_chunks") == [(expected,)]
    assert query(url, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'analyse'") == [(expected,)]


def test_two_commands_on_one_batch_do_not_share_its_results(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = as_csv(3)

    def second(seconds: float) -> None:
        with pytest.raises(RefusedError, match="déjà en cours"):
            list(started(url, data))
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs.time, "sleep", second)
    with pytest.raises(KeyboardInterrupt):
        list(started(url, data))


async def rescued(url: str) -> None:
    queue = jobs.queue_name(CLAUSE_LIBRARY)
    async with jobs._app(url, queue, CLAUSE_LIBRARY, PACE).open_async() as app:
        await jobs._rescue(app, queue, PACE)


def test_a_chunk_that_brings_every_worker_down_is_given_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held by a worker that is no more, for the last time it may be: failed, and the command says so."""
    data = as_csv(3)
    stop_at_first_wait(url, data, monkeypatch)
    last = jobs.MOST_ATTEMPTS - 1
    with psycopg.connect(url, options=f"-c search_path={jobs.SCHEMA}") as connection:
        connection.execute(f"UPDATE procrastinate_jobs SET status = 'doing', attempts = {last}")
    asyncio.run(rescued(url))
    assert query(url, "SELECT status FROM procrastinate_jobs") == [("failed",)]

    monkeypatch.setattr(jobs, "_try_again", lambda *_: None)  # the person has not asked for it again
    with pytest.raises(RefusedError, match="un paquet de lignes n'a pas pu être analysé"):
        list(started(url, data))


def test_nobody_at_work_is_told_once(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    waits = iter(range(40))

    def wait(seconds: float) -> None:
        if next(waits, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr(jobs.time, "sleep", wait)
    pace = Pace(poll=0.1, told=2)
    data = as_csv(3)
    with pytest.raises(KeyboardInterrupt):
        list(run_on_queue(batch.chunks(chunk_of(data)), url, data, SETTINGS, pace=pace, tell=told.append))
    assert told == [jobs.NOBODY]


def test_another_version_has_another_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "release", release_of)
    (tmp_path / "clauses.yaml").write_text("a", encoding="utf-8")
    first = jobs.queue_name(tmp_path)
    assert first == jobs.queue_name(tmp_path)
    (tmp_path / "clauses.yaml").write_text("b", encoding="utf-8")
    assert jobs.queue_name(tmp_path) != first


# --- what goes through the base ----------------------------------------------------------------------


@pytest.mark.parametrize("launch", [None, date(2027, 1, 5)])
def test_rows_come_out_as_they_went_in(library: Any, launch: date | None) -> None:
    settings = Settings(date(2026, 10, 1), launch, facilitator_weeks=6)
    chunk = chunk_of(as_csv(40, seed=2))
    odd = {"objet": "\x00 \ud83d =1+1 ; \u2028 é", "montant_ht": 1e-7, "cpv": 2**70, "lot": True, "lieu": 0.1 + 0.2}
    first, entry = chunk[0]
    line = type(entry.lines[0])("Feuille", 2, {**odd, "date_lancement": date(2027, 2, 28)})
    chunk[0] = (first, Entry(entry.number, entry.layout, (line,)))
    text = wire.pack(chunk, settings)
    assert text.isascii()
    assert "\x00" not in text
    assert wire.unpack(text) == (chunk, settings)
    lines = batch.analyse_chunk(chunk, Analyst(library, settings))
    assert wire.unpack_lines(wire.pack_lines(lines)) == lines


# --- what a person is told ---------------------------------------------------------------------------


def test_a_file_is_not_a_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRAFTER_DATABASE_URL", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    found = call("worker")
    assert found.exit_code == 3
    assert "PostgreSQL" in found.stderr
    assert "DRAFTER_DATABASE_URL" in found.stderr


def test_a_base_that_does_not_answer_is_told_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAFTER_DATABASE_URL", "postgresql://moi:secret@127.0.0.1:1/base")
    source = tmp_path / "achats.csv"
    source.write_bytes(as_csv(2))
    for arguments in (["worker"], ["programme", str(source), "-o", str(tmp_path / "out"), "--file-attente"]):
        found = call(*arguments)
        assert found.exit_code == 1, found.output
        assert "ne répond pas" in found.stderr
        assert "secret" not in found.output


def test_a_worker_without_the_modules_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['procrastinate'] = None\n"
        "from drafter.cli import main; main(['worker'], prog_name='drafter')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == InputError.exit_code
    assert "installez « drafter[postgres] »" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_journal_is_kept_when_the_base_falls(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut after the first results: a resumed run on one machine ends the batch without them being done again."""
    data = as_csv(70, seed=5)
    stop_at_first_wait(url, data, monkeypatch)
    jobs.work(url, until_empty=True, pace=PACE)

    def cut(work: Any) -> Iterator[batch.Lines]:
        yield next(run_on_queue(work, url, data, SETTINGS, pace=PACE, tell=pytest.fail))
        raise RefusedError("la base ne répond plus")

    with pytest.raises(RefusedError):
        run_in(tmp_path / "cut", data, elsewhere=cut)
    assert (tmp_path / "cut" / JOURNAL).read_bytes().count(b"\n") == batch.CHUNK
    assert run_in(tmp_path / "cut", data, resume=True).reused == batch.CHUNK
    run_in(tmp_path / "whole", data)
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")
