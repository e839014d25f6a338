"""What we ship: the wheel holds its data and works where there is no checkout."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / ".ci" / "runtime.lock"


def run(*command: str | Path, cwd: Path) -> str:
    """Its standard output. Nothing of the checkout is in reach: no PYTHONPATH, another current folder."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DRAFTER"))}
    done = subprocess.run(command, cwd=cwd, env=outside, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{command} in {cwd}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def data_files() -> set[str]:
    """Everything in the two data folders, as the wheel names it."""
    files = [file for folder in ("clause_library", "templates") for file in (ROOT / folder).rglob("*.*")]
    seen = {file.relative_to(ROOT) for file in files if file.is_file() and not file.name.startswith("~$")}
    return {f"drafter/_data/{name.as_posix()}" for name in seen}


def home_page(port: int, server: subprocess.Popen[bytes]) -> int:
    """The status of the first page, once the server answers; at most 30 seconds."""
    for _ in range(150):
        assert server.poll() is None, "drafter serve stopped by itself"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.2)
    raise AssertionError("drafter serve does not answer")


def test_the_wheel_works_in_a_clean_environment_away_from_the_checkout(tmp_path: Path) -> None:
    """One long test (half a minute): build, look inside, install with the runtime lock, check, serve."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shipped = set(archive.namelist())
    missing = data_files() - shipped
    assert not missing, f"not in the wheel: {sorted(missing)}"
    for folder in ("clause_library", "templates"):
        assert any(name.startswith(f"drafter/_data/{folder}/") for name in shipped), f"{folder}/ is empty"
    assert not [name for name in shipped if name.startswith(("tests/", "docs/", ".ci/"))]

    venv, away = tmp_path / "venv", tmp_path / "away"
    away.mkdir()
    run(sys.executable, "-m", "venv", venv, cwd=away)
    python = venv / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK, cwd=away)
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=away)

    where = run(python, "-c", "from drafter import paths; print(paths.CLAUSE_LIBRARY)", cwd=away).strip()
    assert Path(where).is_relative_to(venv)
    assert Path(where).is_dir()
    run(venv / "bin" / "drafter", "check", cwd=away)
    assert "serve" in run(python, "-m", "drafter", "--help", cwd=away)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [venv / "bin" / "drafter", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=away, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert home_page(port, server) == 200
    finally:
        server.terminate()
        server.wait(timeout=20)
