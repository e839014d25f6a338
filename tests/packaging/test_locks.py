"""The lock files: complete, hashed, and without the address of anything."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = ("runtime", "test")
MEND = "run `make lock` and commit both locks"


def text_of(lock: str) -> str:
    return (ROOT / ".ci" / f"{lock}.lock").read_text(encoding="utf-8")


def entries(lock: str) -> list[tuple[Requirement, list[str]]]:
    """Each pinned requirement with its hashes."""
    lines = text_of(lock).replace("\\\n", " ").splitlines()
    split = (line.split(" --", 1) for line in lines)
    return [(Requirement(pin), f"--{hashes}".split()) for pin, hashes in split]


def versions(lock: str) -> dict[str, set[str]]:
    """A universal lock may hold two versions of one name, for two kinds of machine."""
    found: dict[str, set[str]] = {}
    for pin, _ in entries(lock):
        (specifier,) = pin.specifier
        assert specifier.operator == "==", f"{pin} is not pinned"
        found.setdefault(canonicalize_name(pin.name), set()).add(specifier.version)
    return found


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("runtime", PROJECT["dependencies"]),
        ("test", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]),
    ],
    ids=LOCKS,
)
def test_the_lock_answers_what_pyproject_asks(lock: str, wanted: list[str]) -> None:
    locked = versions(lock)
    for requirement in map(Requirement, wanted):
        held = locked.get(canonicalize_name(requirement.name))
        assert held, f"{requirement.name} is in pyproject.toml and not in .ci/{lock}.lock: {MEND}"
        for version in held:
            assert requirement.specifier.contains(version), f"{requirement} does not admit {version}: {MEND}"


def test_the_test_lock_holds_the_runtime_at_the_same_versions() -> None:
    runtime, test = versions("runtime"), versions("test")
    assert {name: test.get(name) for name in runtime} == runtime, MEND


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_line_has_an_address(lock: str) -> None:
    for pin, hashes in entries(lock):
        assert hashes
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in hashes), pin
        assert not pin.url
    assert "://" not in text_of(lock)
