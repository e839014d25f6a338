"""Arrows point one way: shells -> pipeline -> draft -> selection -> calibration, duties -> library -> values.

Read from the source of every module, so that an import inside a function counts as well.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import drafter

ROOT = Path(drafter.__file__).parent

# From the ground up: a module may import those of its own floor and of the floors below.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"version", "bootstrap", "errors", "paths", "readers", "vocabulary", "phrases"}),
    frozenset({"values", "yaml_text"}),
    frozenset({"conditions", "dated", "french", "market", "validation"}),
    frozenset({"facts"}),
    frozenset({"library"}),
    frozenset({"recognition", "understanding", "dossier"}),
    frozenset({"calibration", "duties", "exchange", "situation", "reservations"}),
    frozenset({"proposal", "slots", "social_condition", "selection", "sector", "decisions", "decp"}),
    frozenset({"alerts", "cautions", "coverage", "wording", "own_wording", "linting", "unused", "draft"}),
    frozenset({"pipeline"}),
    frozenset({"followup"}),
    frozenset({"checking", "checkup", "difference", "explain", "open_data", "report", "sheets", "specimen", "word"}),
    frozenset({"settings", "document_set"}),
    frozenset({"dossiers", "programme", "kit"}),
    frozenset({"web"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}

# Where each framework may be named; nowhere else, not even inside a function.
ROOMS_OF = {
    "flask": {"web"},
    "flask_wtf": {"web"},
    "werkzeug": {"web"},
    "flask_limiter": {"web"},
    "prometheus_client": {"web"},
    "waitress": {"cli"},
    "click": {"cli"},
    "rich": {"cli", "report"},
    "docx": {"word"},
    "docxtpl": {"word"},
    "lxml": {"word"},
    "sqlalchemy": {"dossiers"},
    "alembic": {"dossiers"},
    "psycopg": {"dossiers", "programme"},
    "procrastinate": {"programme"},
    "openpyxl": {"sheets"},
    "icalendar": {"followup"},
    "python_calamine": {"sheets"},
    "markdown_it": {"draft"},
    "jinja2": {"web", "word"},
    "yaml": {"yaml_text"},
}

# Rooms that are shells: they may ask for today, the disk, the environment.
SHELLS = {
    "cli",
    "web",
    "word",
    "dossiers",
    "programme",
    "settings",
    "sheets",
    "bootstrap",
    "__main__",
    "paths",
}
CLOCKS = {"today", "now", "utcnow", "localtime", "time"}

MODULES = sorted(path for path in ROOT.rglob("*.py") if "_data" not in path.parts)


def room(path: Path) -> str:
    """The room a module is in: `library/reader.py` -> library, `pipeline.py` -> pipeline."""
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Every module named by an import, at any depth of the source."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the whole name of the module"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(path: Path) -> set[str]:
    names = (name.split(".") for name in imported(path))
    return {parts[1] for parts in names if parts[0] == "drafter" and len(parts) > 1}


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_room_has_a_floor() -> None:
    """A new module finds its place here first: below what imports it, above what it imports."""
    rooms = {room(path) for path in MODULES} - {"__init__"}
    assert sorted(rooms - set(FLOOR)) == []


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_no_import_points_up(path: Path) -> None:
    if room(path) == "__init__":
        assert rooms_imported(path) == set()
        return
    floor = FLOOR[room(path)]
    assert {name for name in rooms_imported(path) if FLOOR[name] > floor} == set()


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_frameworks_stay_in_their_room(path: Path) -> None:
    named = {name.split(".")[0] for name in imported(path)}
    assert {name for name in named & set(ROOMS_OF) if room(path) not in ROOMS_OF[name]} == set()


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) not in SHELLS], ids=label)
def test_no_stage_reads_a_clock(path: Path) -> None:
    """The launch date is an argument: the same market gives the same file on any day."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            owner = node.func.value
            assert not (isinstance(owner, ast.Name) and owner.id in {"date", "datetime", "time"})


HEAVY = ("rich", "docx", "docxtpl", "flask", "sqlalchemy", "openpyxl", "python_calamine", "lxml")


def test_explain_loads_nothing_it_does_not_use() -> None:
    """What `drafter explain --json` imports is what a person waits for."""
    code = "import sys, drafter.cli, drafter.explain, drafter.pipeline; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert sorted(set(HEAVY) & set(done.stdout.split())) == []
