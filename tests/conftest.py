"""What every test may ask for from the machine, and the rule that no skip hides in a green run.

Nothing of the application is set up here: each folder has its own conftest for that.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("DRAFTER_SHARED") or ROOT.parent / "shared" / "data")
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",  # root, in CI
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# --- what a test may ask for -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data kept beside the project, or in DRAFTER_SHARED. Mark the test `shared`."""
    if not SHARED.is_dir():
        pytest.skip("no real data: put it in ../shared/data, or its path in DRAFTER_SHARED")
    return SHARED


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """For Playwright's `executable_path`. Mark the test `browser`."""
    return _program("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium_flags() -> list[str]:
    """For Playwright's `args`: no sandbox, and no connection but those of the test."""
    return list(CHROMIUM_FLAGS)


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice. Mark the test `office`. To get a PDF, ask for `to_pdf` instead."""
    return _program("soffice", "libreoffice")


@pytest.fixture
def to_pdf(soffice: str, tmp_path: Path) -> Callable[[Path], Path]:
    """Render a document with LibreOffice, under a profile of its own: two tests run at the same time."""

    def render(document: Path) -> Path:
        profile = (tmp_path / "office-profile").as_uri()
        command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
        done = subprocess.run([*command, "--outdir", tmp_path, document], capture_output=True, text=True, timeout=180)
        rendered = tmp_path / f"{document.stem}.pdf"
        assert rendered.is_file(), f"LibreOffice made no PDF of {document.name}: {done.stdout}{done.stderr}"
        return rendered

    return render


@pytest.fixture
def to_pictures(tmp_path: Path) -> Callable[[Path], list[Path]]:
    """Turn a PDF into one PNG a page."""
    pdftoppm = _program("pdftoppm")

    def picture(pdf: Path, dpi: int = 80) -> list[Path]:
        subprocess.run([pdftoppm, "-png", "-r", str(dpi), pdf, tmp_path / pdf.stem], check=True, timeout=120)
        return sorted(tmp_path.glob(f"{pdf.stem}-*.png"))

    return picture


def _program(*names: str) -> str:
    for name in names:
        if path := shutil.which(name):
            return path
    pytest.skip(f"{names[0]} is not on this machine: `python3 tests` installs it where it can")


# --- no skip hides ------------------------------------------------------------------------------------


class SkipLedger:
    """Counts the skips, prints them at the end, and in CI turns a run red that skipped what it should run."""

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}
        self.forbidden: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self._note(report, allowed="shared" in report.keywords and not SHARED.is_dir())

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._note(report, allowed=False)

    def _note(self, report: pytest.TestReport | pytest.CollectReport, allowed: bool) -> None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        self.reasons[report.nodeid] = reason.removeprefix("Skipped: ")
        if IN_CI and not allowed:
            self.forbidden.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.forbidden and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.reasons:
            terminalreporter.section(f"SAUTÉS / SKIPPED: {len(self.reasons)}", sep="!", red=True, bold=True)
        for name, reason in sorted(self.reasons.items()):
            verdict = "  [forbidden in CI: this run is red]" if name in self.forbidden else ""
            terminalreporter.line(f"{name}: {reason}{verdict}")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the workers of xdist report to the one process that counts
        config.pluginmanager.register(SkipLedger())
