"""The first start on a machine that lacks something. The full set-up is what `python3 tests` itself does."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from drafter import __main__ as start
from drafter import bootstrap

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """A checkout in a temporary folder, whose installs are written down instead of carried out."""
    commands: list[tuple[str, ...]] = []

    def run(*command: str | Path) -> None:
        commands.append(tuple(map(str, command)))
        if "venv" in command:
            bootstrap.PYTHON.parent.mkdir(parents=True, exist_ok=True)
            bootstrap.PYTHON.symlink_to(sys.executable)

    lock, test_lock = tmp_path / "runtime.lock", tmp_path / "test.lock"
    lock.write_text("one==1\n", encoding="utf-8")
    test_lock.write_text("one==1\ntwo==2\n", encoding="utf-8")
    venv = tmp_path / ".venv"
    for name, value in {
        "ROOT": tmp_path,
        "VENV": venv,
        "PYTHON": venv / "bin" / "python",
        "UNFINISHED": venv / "drafter-unfinished",
        "RUNTIME_LOCK": lock,
        "TEST_LOCK": test_lock,
        "_run": run,
    }.items():
        monkeypatch.setattr(bootstrap, name, value)
    return commands


def test_a_second_start_installs_nothing(machine: list[tuple[str, ...]]) -> None:
    bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    assert ["venv" in command for command in machine] == [True, False]
    assert "--require-hashes" in machine[1]
    bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    assert len(machine) == 2


def test_the_test_lock_serves_the_runtime_too(machine: list[tuple[str, ...]]) -> None:
    bootstrap.prepare(bootstrap.TEST_LOCK)
    bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    assert len(machine) == 2


def test_a_changed_lock_is_installed_over_the_old_one(
    machine: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    kept = bootstrap.VENV / "kept"
    kept.touch()
    bootstrap.RUNTIME_LOCK.write_text("one==2\n", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "_run", lambda *command: machine.append(tuple(map(str, command))))
    bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    assert len(machine) == 4
    assert kept.exists()


def test_an_install_cut_short_is_done_again_from_nothing(
    machine: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    working = bootstrap._run

    def cut(*command: str | Path) -> None:
        if "pip" in command:
            raise KeyboardInterrupt
        working(*command)

    monkeypatch.setattr(bootstrap, "_run", cut)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    leftover = bootstrap.VENV / "half-a-package"
    leftover.touch()

    monkeypatch.setattr(bootstrap, "_run", working)
    bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    assert not leftover.exists()
    assert not bootstrap.UNFINISHED.exists()


def without_ensurepip(monkeypatch: pytest.MonkeyPatch, user: int, apt: str | None) -> list[list[str]]:
    installed: list[list[str]] = []
    present = {"now": False}

    def install(packages: list[str]) -> bool:
        installed.append(packages)
        present["now"] = True
        return True

    monkeypatch.setattr(bootstrap, "_succeeds", lambda *command: present["now"])
    monkeypatch.setattr(bootstrap, "apt_get_install", install)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: apt)
    return installed


def test_root_on_debian_gets_ensurepip_installed(
    machine: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = without_ensurepip(monkeypatch, user=0, apt="/usr/bin/apt-get")
    bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    assert installed == [[f"python{bootstrap.VERSION}-venv"]]


@pytest.mark.parametrize(("user", "apt"), [(1000, "/usr/bin/apt-get"), (0, None)])
def test_anyone_else_reads_the_command_to_type(
    machine: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, user: int, apt: str | None
) -> None:
    installed = without_ensurepip(monkeypatch, user, apt)
    with pytest.raises(bootstrap.BootstrapError, match=r"sudo apt-get install python3\.\d+-venv"):
        bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    assert installed == []


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("NewConnectionError: Temporary failure in name resolution", "Vérifiez la connexion"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "la cause est écrite ci-dessus"),
    ],
)
def test_a_failed_download_says_what_to_do(output: str, sentence: str) -> None:
    with pytest.raises(bootstrap.BootstrapError, match=sentence):
        bootstrap._run(sys.executable, "-c", f"import sys; sys.exit({output!r})")


def test_a_folder_that_cannot_be_written_is_said_in_french(
    machine: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*command: str | Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(bootstrap, "_run", refuse)
    with pytest.raises(bootstrap.BootstrapError, match="Vérifiez les droits"):
        bootstrap.prepare(bootstrap.RUNTIME_LOCK)


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(bootstrap.BootstrapError, match=r"Python 3\.11 ou plus récent"):
        bootstrap.require_python()


@pytest.mark.parametrize("file", ["drafter/bootstrap.py", "drafter/__main__.py", "tests/__main__.py"])
def test_the_first_files_read_parse_on_an_older_python_and_import_only_the_standard_library(
    file: str,
) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"), feature_version=(3, 9))
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {
        name.split(".")[0]
        for node in top
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    }
    assert names <= sys.stdlib_module_names | {"drafter"}


def test_an_install_that_leaves_something_missing_does_not_go_round_in_circles(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "_missing", lambda: ["flask"])
    monkeypatch.setenv(start.REENTERED, "1")
    assert start.main() == 3
    assert "flask" in capsys.readouterr().err


def test_a_skip_turns_the_run_red_in_ci_only(tmp_path: Path) -> None:
    """The rule of tests/conftest.py, tried on a folder of its own."""
    (tmp_path / "conftest.py").write_bytes((ROOT / "tests" / "conftest.py").read_bytes())
    (tmp_path / "test_some.py").write_text(
        "import pytest\n"
        "def test_runs(): pass\n"
        "def test_skips(): pytest.skip('no reason')\n"
        "@pytest.mark.xfail\n"
        "def test_known(): assert False\n"
    )
    shared = tmp_path / "test_shared.py"
    shared.write_text("import pytest\n@pytest.mark.shared\ndef test_data(shared_data): pass\n")

    def outcome(*arguments: str, ci: str, data: Path) -> tuple[int, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        environment = {**plain, "CI": ci, "DRAFTER_SHARED": str(data)}
        command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", str(tmp_path), *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout

    absent = tmp_path / "absent"
    code, said = outcome("-n", "2", ci="", data=absent)
    assert (code, "SKIPPED: 2" in said) == (0, True)
    code, said = outcome("-n", "2", ci="true", data=absent)
    assert (code, said.count("forbidden in CI")) == (1, 1)
    assert outcome(shared.name, ci="true", data=absent)[0] == 0
    assert "1 passed" in outcome(shared.name, ci="true", data=tmp_path)[1]
