"""The whole way: pure, deterministic, and read at the launch date only."""

from __future__ import annotations

import ast
import sys
from datetime import date
from pathlib import Path

import pytest
from cases import LIBRARY, market, result

import drafter
from drafter.errors import InputError
from drafter.explain import explain
from drafter.pipeline import run
from drafter.word.bundle import render_pieces

ROOMS = Path(drafter.__file__).parent
PURE = [
    "alerts",
    "calibration",
    "conditions",
    "dated",
    "decisions",
    "decp",
    "draft",
    "duties",
    "explain",
    "facts",
    "market",
    "pipeline",
    "readers",
    "recognition",
    "report",
    "reservations",
    "selection",
    "situation",
    "understanding",
    "values",
    "vocabulary",
]
SHELLS = {"drafter.web", "drafter.cli", "drafter.word", "drafter.dossiers", "drafter.programme", "drafter.sheets"}


def modules(room: str) -> list[Path]:
    path = ROOMS / room
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("room", PURE)
def test_a_stage_knows_no_framework_no_disk_and_no_clock(room: str) -> None:
    for path in modules(room):
        if not path.exists():
            pytest.fail(f"{room} is gone: correct this list")
        forbidden = imported(path) & (
            {"flask", "docx", "docxtpl", "os", "pathlib", "time", "sqlite3", "click"} | SHELLS
        )
        assert not forbidden, path.name
        code = path.read_text("utf-8")
        assert ".today(" not in code, path.name
        assert ".now(" not in code, path.name


ORDER = [
    "values",
    "dated",
    "conditions",
    "market",
    "understanding",
    "duties",
    "calibration",
    "selection",
    "decisions",
    "draft",
    "pipeline",
    "explain",
]


def test_arrows_point_one_way() -> None:
    place = {f"drafter.{name}": index for index, name in enumerate(ORDER)}
    for name in ORDER:
        for path in modules(name):
            for found in imported(path):
                room = ".".join(found.split(".")[:2])
                assert place.get(room, -1) <= place[f"drafter.{name}"], f"{path.name} imports {found}"


def test_only_word_knows_word_and_only_web_knows_flask() -> None:
    for path in ROOMS.rglob("*.py"):
        room = path.relative_to(ROOMS).parts[0]
        roots = {name.split(".")[0] for name in imported(path)}
        assert room == "web" or "flask" not in roots, path
        assert room == "word" or not roots & {"docx", "docxtpl"}, path


def test_nothing_is_read_at_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same market answered in another year."""
    before = explain(result())

    class Later(date):
        @classmethod
        def today(cls) -> date:  # pragma: no cover - a failure in itself
            raise AssertionError("a stage asked for today")

    for name, module in list(sys.modules.items()):
        if name.startswith("drafter.") and getattr(module, "date", None) is date:
            monkeypatch.setattr(module, "date", Later)
    assert explain(result()) == before


def test_the_same_market_gives_the_same_bytes() -> None:
    first, second = render_pieces(result()), render_pieces(result())
    assert list(first) == ["ccap", "cctp", "rc", "ae", "note", "decision"]
    assert first == second


@pytest.mark.parametrize("name", sorted(LIBRARY.examples))
def test_every_example_is_drafted(name: str) -> None:
    found = run(LIBRARY.examples[name], LIBRARY)
    assert {"note", "decision"} <= set(found.documents)
    for piece, document in found.documents.items():
        assert document.piece == piece
        assert document.blocks


def test_documents_are_composed_only_when_asked_for() -> None:
    found = result()
    assert "documents" not in vars(found)
    assert found.documents is found.documents


def test_a_segment_that_does_not_exist_is_an_input_error() -> None:
    with pytest.raises(InputError, match="licornes"):
        run(market(segment="licornes"), LIBRARY)


def test_a_hundred_lots_stay_quick() -> None:
    lots = [{"intitule": f"Nettoyage, site {number}", "montant_ht": 10_000 + number} for number in range(1, 101)]
    found = run(market(montant_ht=None, lots=lots), LIBRARY)
    assert len(found.calibration.lots) == 100
    assert explain(found)["calibrage"]["total"]["retenu"] >= 0
