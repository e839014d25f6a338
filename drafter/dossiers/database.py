"""A database that says in French when it cannot serve, and is set up at the first write, never at a reading."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, make_url, text

from drafter.dossiers.records import StoreUnavailable
from drafter.dossiers.schema import HEAD
from drafter.errors import InputError

UNAVAILABLE = (
    "le dépôt des brouillons ne répond pas, ou ne peut rien écrire : l'enregistrement n'est pas confirmé. "
    "Ce que vous avez saisi est encore dans la page d'avant : gardez le fichier du dossier, ou réessayez dans un moment"
)
OLD_SCHEMA = (
    "la base des brouillons est d'une version plus ancienne que le service : "
    "la personne qui l'exploite doit lancer « drafter migrate »"
)
NEW_SCHEMA = (
    "la base des brouillons est d'une version plus récente que le service : "
    "la personne qui l'exploite doit mettre le service à jour"
)
WRITING = {"writing": True}

_PRAGMAS = (
    "busy_timeout = 5000",  # first: the next one may have to wait
    "journal_mode = WAL",
    "synchronous = FULL",  # an acknowledged draft survives the machine, not only the process
    "foreign_keys = ON",
    "secure_delete = ON",  # what is deleted is overwritten
)
_OURS = (exc.IntegrityError, exc.ProgrammingError, exc.DataError)  # faults of our own code: never said as an outage


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///file` or a PostgreSQL URL. Connects to nothing yet. Raises InputError."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise InputError("l'adresse de la base de données ne se lit pas : corrigez DRAFTER_DATABASE_URL") from None
    kind = parsed.get_backend_name()
    # No value of a query in an error: it may be what a person typed.
    if kind == "sqlite" and parsed.database:
        engine = create_engine(parsed, hide_parameters=True)
        _prepare_sqlite(engine)
        return engine
    if kind in ("postgresql", "postgres"):
        try:
            return create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                hide_parameters=True,
                pool_pre_ping=True,  # a server that restarted is found again
                connect_args={"connect_timeout": 5},
            )
        except ModuleNotFoundError:
            raise InputError("PostgreSQL demande un module de plus : installez « drafter[postgres] »") from None
    raise InputError("la base de données des brouillons est un fichier SQLite ou un serveur PostgreSQL")


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A writer takes its turn before it reads: what it compares cannot change under it.
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class Database:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.file = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
        self._checked = False

    @property
    def missing(self) -> bool:
        """Whether nothing was ever written here: SQLite only, and only until the first write."""
        return self.file is not None and not self.file.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with _said():
            self._check()
            with self.engine.connect() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, kept whole when the block ends, dropped whole when it raises."""
        with _said():
            if self.missing:
                self._create()
            self._check()
            with self.engine.connect().execution_options(**WRITING) as connection, connection.begin():
                yield connection

    def migrate(self) -> tuple[str | None, str]:
        """Bring the tables to those of this version: from which migration, to which. Several may try at once."""
        from drafter.dossiers.migrations import upgrade

        with _said():
            if self.missing:
                self._create()
            with self.engine.connect().execution_options(**WRITING) as connection, connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(7212024)"))
                found = schema_revision(connection)
                _refuse_newer(found)
                if found != HEAD:
                    upgrade(connection, HEAD)
                return found, HEAD

    def overwrite_deleted(self) -> None:
        """SQLite keeps past pages in its journal: empty it, so that what was deleted is in no file."""
        if self.file is None:
            return
        with _said():
            raw = self.engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            finally:
                raw.close()

    def _check(self) -> None:
        """Once a process. A file has one owner, the service: its tables follow it without being asked."""
        if self._checked:
            return
        with self.engine.connect() as connection:
            found = schema_revision(connection)
        _refuse_newer(found)
        if found != HEAD and self.file is None:
            raise StoreUnavailable(OLD_SCHEMA, f"schema {found}, expected {HEAD}")
        if found != HEAD:
            self.migrate()
        self._checked = True

    def _create(self) -> None:
        """The folder and an empty file that nobody else may read; the journals beside it take the same rights."""
        assert self.file is not None
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))


def schema_revision(connection: Connection) -> str | None:
    """The migration the tables are at; None when there are no tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_newer(found: str | None) -> None:
    if found is not None and found > HEAD:
        raise StoreUnavailable(NEW_SCHEMA, f"schema {found}, expected {HEAD}")


@contextmanager
def _said() -> Iterator[None]:
    """What the database or the disk refuses becomes a sentence; the log gets a kind of error, never a value."""
    try:
        yield
    except _OURS:
        raise
    except exc.DBAPIError as error:
        kind = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or ""
        raise StoreUnavailable(UNAVAILABLE, f"{type(error.orig).__name__} {kind}".strip()) from None
    except exc.TimeoutError:
        raise StoreUnavailable(UNAVAILABLE, "no free connection") from None
    except OSError as error:
        raise StoreUnavailable(UNAVAILABLE, f"{type(error).__name__} {error.errno}") from None
