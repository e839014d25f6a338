"""What docs/installer.md tells an operator to type, and the files it gives, stay true."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from drafter.settings import VARIABLES, read_settings

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "installer.md"
FILES = ROOT / "docs" / "deploiement"
NAMES = {name for variable in VARIABLES for name in variable.names}
UNITS = ("drafter.service", "drafter-purge.service", "drafter-purge.timer")


def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


def commands() -> list[list[str]]:
    """Every `drafter …` command line of the guide and of the units, from the name of the command on."""
    blocks = re.findall(r"```sh\n(.*?)```", guide(), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    for unit in UNITS:
        lines += re.findall(r"^ExecStart=(.*)$", (FILES / unit).read_text(encoding="utf-8"), re.MULTILINE)
    words = (shlex.split(line, comments=True) for line in lines if "gunicorn" not in line)
    found = []
    for line in words:
        if line[:3] == ["python3", "-m", "drafter"]:
            found.append(line[3:])
        elif line and re.search(r"(^|/)drafter$", line[0]):
            found.append(line[1:])
    return found


def test_the_guide_shows_commands() -> None:
    assert {line[0] for line in commands()} == {
        "serve", "check", "config", "migrate", "backup", "restore", "purge"
    }  # fmt: skip


@pytest.mark.parametrize("line", commands(), ids=" ".join)
def test_every_command_shown_exists_with_its_options(line: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "drafter", line[0], "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    for option in (word for word in line[1:] if word.startswith("--")):
        assert option in done.stdout


def test_the_table_of_settings_is_whole() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", guide(), re.MULTILINE)
    assert sorted(rows) == sorted(NAMES - {"DATABASE_URL"})
    assert "`DATABASE_URL`" in guide()


def test_what_the_guide_links_to_is_there() -> None:
    links = [target for target in re.findall(r"\]\(([^)#]+)\)", guide()) if "://" not in target]
    assert links
    assert [target for target in links if not (GUIDE.parent / target).exists()] == []
    titles = {title.strip().lower().replace(" ", "-") for title in re.findall(r"^## (.*)$", guide(), re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", guide())) <= titles


def environment() -> dict[str, str]:
    lines = (FILES / "reglages.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_settings_file_is_read_once_the_key_is_drawn() -> None:
    given = environment()
    assert set(given) <= NAMES
    assert given["DRAFTER_SECRET_KEY"] == ""  # nobody may run with a key that was published
    key = "8f1c2b7a90de4356b1f07c2299aa51d38f1c2b7a90de4356b1f07c2299aa51d3"
    settings = read_settings({**given, "DRAFTER_SECRET_KEY": key, "DRAFTER_DONNEES": "/var/lib/drafter"})
    assert settings.production
    assert settings.proxies == 1


def test_units_and_container_set_what_exists() -> None:
    text = "".join((FILES / name).read_text(encoding="utf-8") for name in (*UNITS, "Containerfile"))
    named = set(re.findall(r"\b(DRAFTER_[A-Z_]+|PROMETHEUS_[A-Z_]+)=", text))
    assert named == {"DRAFTER_DONNEES", "DRAFTER_JOURNAL", "PROMETHEUS_MULTIPROC_DIR"}


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_well_formed(name: str) -> None:
    """Sections and keys; and, where systemd is installed, its own reading."""
    section, keys = "", []
    for line in (FILES / name).read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"\[([A-Z][a-z]+)\]", line):
            section = match[1]
        elif line and not line.startswith("#"):
            assert section, line
            assert re.fullmatch(r"[A-Z][A-Za-z]+=.*", line), line
            keys.append(line.split("=")[0])
    assert "Description" in keys
    if program := shutil.which("systemd-analyze"):
        paths = [str(FILES / unit) for unit in UNITS]
        done = subprocess.run([program, "verify", *paths], capture_output=True, text=True, timeout=60)
        told = [line for line in done.stderr.splitlines() if "drafter" in line]
        # The programs are not installed at their place here; nothing else may be said of our units.
        assert [line for line in told if "is not executable: No such file" not in line] == []


def test_the_unit_is_closed() -> None:
    text = (FILES / "drafter.service").read_text(encoding="utf-8")
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "ProtectHome=yes"):
        assert f"\n{line}\n" in text
    assert not re.search(r"^User=root|^ReadWritePaths=/$", text, re.MULTILINE)
    if program := shutil.which("systemd-analyze"):
        command = [program, "security", "--offline=true", "--threshold=20", str(FILES / "drafter.service")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout[-400:] + done.stderr


def test_the_configuration_of_gunicorn_is_python() -> None:
    tree = ast.parse((FILES / "gunicorn.conf.py").read_text(encoding="utf-8"))
    names = {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets}  # type: ignore[attr-defined]
    assert {"worker_class", "graceful_timeout", "max_requests", "max_requests_jitter"} <= names


def test_the_container_is_that_of_an_ordinary_user() -> None:
    """No engine here to build it: its instructions are looked at, and the files it copies are there."""
    lines = (FILES / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    steps = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert {step[0] for step in steps} <= known
    last = [step[0] for step in steps][len(steps) - [step[0] for step in steps][::-1].index("FROM") - 1 :]
    assert last.index("USER") < last.index("CMD")
    assert [step[1] for step in steps if step[0] == "VOLUME"] == ["/var/lib/drafter"]
    for step in steps:
        if step[0] == "COPY" and not step[1].startswith("--from"):
            assert (ROOT / step[1].split()[0]).exists(), step
    (health,) = [step[1] for step in steps if step[0] == "HEALTHCHECK"]
    ast.parse(ast.literal_eval(health[health.index("CMD") + 3 :].strip())[2])
