"""`python3 tests`: set up what the tests need, then run every check. All other arguments go to pytest.

--vite         pytest only, without format, lint, types and library
--maj-golden   rewrite the golden files instead of comparing with them (read the diff before you commit)
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # instead of tests/, whose folders must not hide libraries

from drafter import bootstrap  # noqa: E402

PREPARED = "DRAFTER_TESTS_PREPARED"
FONTS = Path("/usr/share/fonts")
# Debian package -> programs, or font files, of which one is enough
SYSTEM = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "libreoffice-writer-nogui": ("soffice", "libreoffice"),
    "libreoffice-calc-nogui": ("/usr/lib/libreoffice/program/libsclo.so",),
    "poppler-utils": ("pdftoppm",),
    "fonts-dejavu-core": ("DejaVuSans.ttf",),
    "fonts-liberation": ("LiberationSans-Regular.ttf",),
    "fonts-crosextra-carlito": ("Carlito-Regular.ttf",),
}
STAGES = (
    ("mise en forme (ruff format)", "ruff", "format", "--check", "."),
    ("relecture du code (ruff check)", "ruff", "check", "."),
    ("types (mypy)", "mypy"),
    ("bibliothèque de clauses (drafter check)", "drafter", "check"),
)


def main(arguments: list[str]) -> int:
    if not os.environ.pop(PREPARED, None):
        try:
            bootstrap.prepare(bootstrap.TEST_LOCK)
        except bootstrap.BootstrapError as error:
            bootstrap.say(str(error))
            return 3
        except KeyboardInterrupt:
            bootstrap.say("Mise en place interrompue ; la même commande la reprendra.")
            return 130
        os.environ[PREPARED] = "1"
        return bootstrap.rerun(str(ROOT / "tests"), *arguments)

    install_system_packages()
    fast = "--vite" in arguments
    if "--maj-golden" in arguments:
        os.environ["DRAFTER_UPDATE_GOLDEN"] = "1"
    chosen = [each for each in arguments if each not in ("--vite", "--maj-golden")]
    failed = [] if fast else [name for name, *command in STAGES if not passes(name, command)]
    if not passes("tests (pytest)", ["pytest", "-n", "2", *chosen]):
        failed.append("tests (pytest)")
    bootstrap.say(f"\nÀ corriger / failed: {', '.join(failed)}" if failed else "\nTout est vert / all green")
    return 1 if failed else 0


def passes(name: str, command: list[str]) -> bool:
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT)
    verdict = "ÉCHEC / failed" if done.returncode else "conforme / ok"
    bootstrap.say(f"== {name} : {verdict} ({time.monotonic() - start:.1f} s)")
    return done.returncode == 0


def install_system_packages() -> None:
    """The browser, the word processor and the fonts: installed where that needs no password."""
    missing = missing_packages()
    if not missing:
        return
    if shutil.which("apt-get"):
        sudo = ("sudo", "-n") if os.geteuid() and shutil.which("sudo") else ()
        if subprocess.run([*sudo, "test", "-w", "/var/lib/dpkg"], capture_output=True).returncode == 0:
            bootstrap.apt_get_install(missing, sudo)
    missing = missing_packages()
    if missing:
        line = "!" * 78
        bootstrap.say(
            f"{line}\nIl manque : {' '.join(missing)}\nLes tests qui en ont besoin vont être SAUTÉS "
            "(some tests will be skipped). Pour les avoir, tapez :\n"
            f"    sudo apt-get install --no-install-recommends {' '.join(missing)}\n{line}"
        )


def missing_packages() -> list[str]:
    fonts = {file.name for file in FONTS.rglob("*.ttf")}

    def here(name: str) -> bool:
        return name in fonts or bool(shutil.which(name)) or (name.startswith("/") and Path(name).is_file())

    return [package for package, names in SYSTEM.items() if not any(here(name) for name in names)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
