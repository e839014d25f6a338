"""A national batch: the chunks of a programme as jobs on PostgreSQL, done by workers on any number of machines.

The command that holds the file puts its chunks in the base, waits, and takes the results back into its journal; the
outputs are then written as ever, so they are the very same bytes. Nothing here decides anything about a market.

Everything may be done twice: a chunk is named after its content, put once, its result kept once. A worker killed in
mid-job leaves a job that no one ends; every few seconds a live one gives such jobs back to the queue. The queue bears
the name of the program and library it was filled with: a worker of another version never takes its jobs.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from drafter.errors import InputError, RefusedError
from drafter.library import Library, load_library
from drafter.paths import CLAUSE_LIBRARY
from drafter.programme import batch, wire
from drafter.programme.analysis import Analyst
from drafter.programme.batch import Chunk, Lines
from drafter.programme.settings import Settings

try:
    import procrastinate
    import psycopg
    from procrastinate.exceptions import ConnectorException
    from procrastinate.jobs import Job, Status
    from procrastinate.schema import SchemaManager
    from procrastinate.types import JSONDict
    from procrastinate.utils import utcnow
except ImportError:
    raise InputError(
        "la file d'attente demande deux modules de plus : installez « drafter[postgres] », puis recommencez"
    ) from None

ANALYSE, RESCUE = "analyse", "rescue"
URGENT = 100
"""Jobs are taken in the order they came: the rescue must not wait behind a whole country."""
MOST_ATTEMPTS = 5
"""A chunk that brings down whoever takes it is given up after as many workers."""
KEPT_DAYS = 30
"""What a command put and never came back for."""
AT_ONCE = 50
_LOCK = 7212025

SCHEMA = f"drafter_file_{hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()[:8]}"
"""A place of its own in the base, beside the drafts. Another version of procrastinate, other tables, another place:
a queue holds only work under way, so there is nothing to migrate."""
_TABLE = """
CREATE TABLE programme_chunks (
    batch text NOT NULL, chunk text NOT NULL, put timestamptz NOT NULL DEFAULT now(),
    rows text NOT NULL, results text, PRIMARY KEY (batch, chunk)
);
CREATE INDEX programme_chunks_done ON programme_chunks (batch) WHERE results IS NOT NULL;
"""
_PUT = "INSERT INTO programme_chunks (batch, chunk, rows) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING chunk"
_READ = "SELECT rows FROM programme_chunks WHERE batch = %(batch)s AND chunk = %(chunk)s AND results IS NULL"
_KEEP = (
    "UPDATE programme_chunks SET results = %(results)s "
    "WHERE batch = %(batch)s AND chunk = %(chunk)s AND results IS NULL"
)
_DONE = "SELECT chunk, results FROM programme_chunks WHERE batch = %s AND results IS NOT NULL LIMIT %s"
_TAKEN = "DELETE FROM programme_chunks WHERE batch = %s AND chunk = ANY(%s)"
_FORGET = "DELETE FROM programme_chunks WHERE put < now() - make_interval(days => %s)"


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds. A worker says that it lives every `heartbeat`; after `silence`, its job is another's.

    `rescue` divides 60. `told` is how long the command waits for a first result before it says that none comes.
    """

    heartbeat: float = 10
    silence: float = 40
    rescue: int = 10
    poll: float = 0.5
    told: float = 30


PACE = Pace()


# --- the command: chunks out, results in -------------------------------------------------------------------


def run_on_queue(
    work: Iterable[Chunk],
    url: str,
    data: bytes,
    settings: Settings,
    library: Path = CLAUSE_LIBRARY,
    *,
    tell: Callable[[str], None] = lambda words: None,
    pace: Pace = PACE,
) -> Iterator[Lines]:
    """What the workers answer to each chunk of the file `data`, as it comes. Raises RefusedError, InputError.

    A result leaves the base once the caller has come back for the next one. Stopped, it finds again on the same file
    and options what the workers did meanwhile.
    """
    queue = queue_name(library)
    name = hashlib.sha256(batch.salt(library, settings).encode() + data).hexdigest()[:32]
    with _outages(), _connection(url) as connection, _app(url, queue, library, pace).open() as app:
        _prepare(connection)
        _take_turn(connection, name)
        _try_again(app, queue, name)
        pending: set[str] = set()
        for group in batch.chunks(work, AT_ONCE):
            pending.update(_put(connection, app, queue, name, group, settings))
        idle, silent = 0, True
        while pending:
            taken = []
            for chunk, results in connection.execute(_DONE, (name, AT_ONCE)).fetchall():
                if chunk in pending:  # else: put by a command that was stopped, and cut its chunks otherwise
                    yield wire.unpack_lines(results)
                taken.append(chunk)
            if taken:
                connection.execute(_TAKEN, (name, taken))
                pending.difference_update(taken)
                idle, silent = 0, False
                continue
            idle += 1
            if idle % 10 == 0:
                _refuse_failures(app, queue, name, pending)
            if silent and idle * pace.poll >= pace.told:
                silent = False
                tell(NOBODY)
            time.sleep(pace.poll)


NOBODY = (
    "Aucun résultat pour l'instant : vérifiez qu'au moins un « drafter worker » tourne sur la même base, avec la même "
    "version du programme et de la bibliothèque. L'attente continue ; Ctrl+C l'arrête sans rien perdre."
)


def _take_turn(connection: psycopg.Connection[Any], name: str) -> None:
    """Two commands on one batch would take each other's results. Held as long as the connection."""
    found = connection.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", (_LOCK, name)).fetchone()
    if not (found and found[0]):
        raise RefusedError(
            "ce programme est déjà en cours d'analyse, avec les mêmes réglages, par une autre commande : attendez "
            "qu'elle finisse, ou arrêtez-la"
        )


def _try_again(app: procrastinate.App, queue: str, name: str) -> None:
    """What failed last time has one more chance."""
    for job in _failed(app, queue, name):
        assert job.id is not None, "a job of the base has a number"
        app.job_manager.retry_job_by_id(job.id, retry_at=utcnow())


def _failed(app: procrastinate.App, queue: str, name: str) -> list[Job]:
    found = app.job_manager.list_jobs(queue=queue, task=ANALYSE, status=Status.FAILED.value)
    return [job for job in found if job.task_kwargs["batch"] == name]


def _put(
    connection: psycopg.Connection[Any],
    app: procrastinate.App,
    queue: str,
    name: str,
    group: Iterable[Chunk],
    settings: Settings,
) -> list[str]:
    """The names of the chunks. A chunk that is there has its job: both are written at once, or neither."""
    names: list[str] = []
    new: list[JSONDict] = []
    with connection.transaction():
        for chunk in group:
            content = hashlib.sha256("".join(key for key, _ in chunk).encode()).hexdigest()[:32]
            names.append(content)
            if connection.execute(_PUT, (name, content, wire.pack(chunk, settings))).fetchone():
                new.append({"batch": name, "chunk": content})
        if new:
            app.configure_task(ANALYSE, queue=queue, connection=connection).batch_defer(*new)
    return names


def _refuse_failures(app: procrastinate.App, queue: str, name: str, pending: set[str]) -> None:
    """Only once nothing else is left to wait for."""
    failed = {job.task_kwargs["chunk"] for job in _failed(app, queue, name)}
    if pending <= failed:
        count = f"{len(pending)} paquets de lignes n'ont" if len(pending) > 1 else "un paquet de lignes n'a"
        raise RefusedError(
            f"{count} pas pu être analysé{'s' if len(pending) > 1 else ''}, après {MOST_ATTEMPTS} essais : lisez le "
            "journal des « drafter worker », puis relancez la même commande avec --resume, sans --file-attente au "
            "besoin ; ce qui est fait est gardé"
        )


# --- the worker ----------------------------------------------------------------------------------------------


def work(url: str, library: Path = CLAUSE_LIBRARY, *, until_empty: bool = False, pace: Pace = PACE) -> None:
    """Do the jobs of this version until told to stop (SIGTERM, Ctrl+C): the one in hand is finished first."""
    queue = queue_name(library)
    with _outages():
        with _connection(url) as connection:
            _prepare(connection)
            connection.execute(_FORGET, (KEPT_DAYS,))
        _loaded(library)  # the library is read, and refused, before any job is taken
        _app(url, queue, library, pace).run_worker(
            queues=[queue],
            wait=not until_empty,
            delete_jobs="successful",
            update_heartbeat_interval=pace.heartbeat,
            stalled_worker_timeout=pace.silence,
            fetch_job_polling_interval=5 * pace.poll,
        )


def queue_name(library: Path) -> str:
    return f"programme-{batch.release(library)[:16]}"


def _app(url: str, queue: str, library: Path, pace: Pace) -> procrastinate.App:
    connector = procrastinate.PsycopgConnector(
        conninfo=_address(url), kwargs={"options": _OPTIONS, "connect_timeout": 5}, min_size=1, max_size=4
    )
    app = procrastinate.App(connector=connector)

    @app.task(name=ANALYSE, queue=queue, retry=procrastinate.RetryStrategy(max_attempts=MOST_ATTEMPTS, wait=2))
    async def analyse(batch: str, chunk: str) -> None:
        found = await connector.execute_query_all_async(_READ, batch=batch, chunk=chunk)
        if found:  # else another worker was faster, or nobody waits for it any more
            results = await asyncio.to_thread(_analysed, found[0]["rows"], library)
            await connector.execute_query_async(_KEEP, batch=batch, chunk=chunk, results=results)

    # No `lock` besides: procrastinate has an open fault when a job bears both (issue 1543).
    @app.periodic(cron=f"* * * * * */{pace.rescue}", periodic_id=queue)  # seconds are the sixth field
    @app.task(name=RESCUE, queue=queue, priority=URGENT, queueing_lock=f"{RESCUE} {queue}")
    async def rescue(timestamp: int) -> None:
        await _rescue(app, queue, pace)

    return app


async def _rescue(app: procrastinate.App, queue: str, pace: Pace) -> None:
    """Jobs of workers that are no more: back in the queue, or given up; a rescue itself is done again anyway."""
    for job in await app.job_manager.get_stalled_jobs(queue=queue, seconds_since_heartbeat=pace.silence):
        if job.task_name == RESCUE:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        elif job.attempts + 1 >= MOST_ATTEMPTS:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(job)


def _analysed(rows: str, library: Path) -> str:
    chunk, settings = wire.unpack(rows)
    return wire.pack_lines(batch.analyse_chunk(chunk, _analyst(library, settings)))


@lru_cache(maxsize=1)
def _loaded(library: Path) -> Library:
    return load_library(library)


@lru_cache(maxsize=4)
def _analyst(library: Path, settings: Settings) -> Analyst:
    return Analyst(_loaded(library), settings)


# --- the base ------------------------------------------------------------------------------------------------

_OPTIONS = f"-c search_path={SCHEMA}"


def _address(url: str) -> str:
    """Without the name of the module that SQLAlchemy wants in it."""
    scheme, _, rest = url.partition("://")
    if not scheme.startswith("postgres"):
        raise InputError(
            "la file d'attente demande une base PostgreSQL : indiquez son adresse dans DRAFTER_DATABASE_URL "
            "(postgresql://utilisateur:motdepasse@serveur/base)"
        )
    return f"postgresql://{rest}"


def _connection(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(_address(url), autocommit=True, options=_OPTIONS, connect_timeout=5)


def _prepare(connection: psycopg.Connection[Any]) -> None:
    """The tables, at the first use; several may try at once."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        found = connection.execute("SELECT to_regclass(%s)", (f"{SCHEMA}.programme_chunks",)).fetchone()
        if found and found[0] is None:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            connection.execute(SchemaManager.get_schema())
            connection.execute(_TABLE)


@contextmanager
def _outages() -> Iterator[None]:
    """A base that does not answer is a sentence; a fault of our own queries is not."""
    try:
        yield
    except psycopg.errors.InsufficientPrivilege:
        raise RefusedError(
            "le compte de la base PostgreSQL n'a pas le droit d'y créer la file d'attente : donnez-lui le droit CREATE "
            "sur cette base"
        ) from None
    except (psycopg.OperationalError, ConnectorException) as error:
        cause = error.__cause__ if isinstance(error, ConnectorException) else error
        if not isinstance(cause, psycopg.OperationalError):
            raise
        raise RefusedError(
            "la base PostgreSQL de la file d'attente ne répond pas : vérifiez DRAFTER_DATABASE_URL et le serveur, puis "
            "relancez ; ce qui est fait est gardé"
        ) from None
