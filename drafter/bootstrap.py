"""First start of a checkout: make `.venv` at its root and install a hashed lock file in it.

Standard library only, since it runs before any dependency is there. A start that was cut short leaves
its mark behind and is done again from nothing; the stamp of a lock is written last.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
RUNTIME_LOCK = ROOT / ".ci" / "runtime.lock"
TEST_LOCK = ROOT / ".ci" / "test.lock"  # the runtime at the same versions, and more
UNFINISHED = VENV / "drafter-unfinished"
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
BASE = getattr(sys, "_base_executable", None) or sys.executable  # not the .venv that is being made
SAME_VERSION = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
NO_NETWORK = ("NewConnectionError", "ConnectTimeout", "ProxyError", "Failed to establish", "name resolution")


class BootstrapError(Exception):
    """A French sentence that says what to do."""


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def require_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python may well be what starts this file
        raise BootstrapError(
            f"Python 3.11 ou plus récent est nécessaire ; celui-ci est Python {VERSION}. "
            "Relancez la commande avec un Python plus récent, par exemple python3.11."
        )


def prepare(lock: Path) -> None:
    """Make sure that `.venv` holds everything `lock` names."""
    require_python()
    try:
        with _alone():
            if UNFINISHED.exists() or not _stamp(lock).is_file():
                say("Mise en place de l’environnement Python (une à deux minutes la première fois)…")
                _build(lock)
                say("Mise en place terminée.")
    except OSError as error:
        raise BootstrapError(
            f"Impossible de préparer {VENV} ({error.strerror}). Vérifiez les droits sur ce dossier et la "
            "place sur le disque, puis relancez la même commande."
        ) from error


def rerun(*arguments: str) -> int:
    """`python arguments` with the interpreter of `.venv`, in place of this process where that exists."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    command, environment = [str(PYTHON), *arguments], {**os.environ, "PYTHONPATH": path}
    if os.name == "nt":  # no exec there: the shell would not wait
        return subprocess.run(command, env=environment).returncode
    os.execve(PYTHON, command, environment)


def apt_get_install(packages: list[str], prefix: tuple[str, ...] = ()) -> bool:
    """True when apt-get says it installed them; its own words go to stderr."""
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*apt, "update"], stdout=sys.stderr)
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    return subprocess.run(install, stdout=sys.stderr).returncode == 0


def _stamp(lock: Path) -> Path:
    """The file that says: `lock`, as it reads now, is installed for this version of Python."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return VENV / f"drafter-{lock.stem}-{VERSION}-{digest[:16]}.stamp"


def _build(lock: Path) -> None:
    _require_ensurepip()
    whole = not UNFINISHED.exists() and PYTHON.exists()
    if VENV.exists() and not (whole and _succeeds(PYTHON, "-c", SAME_VERSION)):
        shutil.rmtree(VENV)  # cut short, or made by another Python
    VENV.mkdir(exist_ok=True)
    UNFINISHED.touch()
    for stamp in VENV.glob("drafter-*.stamp"):
        stamp.unlink()
    _run(BASE, "-m", "venv", VENV)
    _run(PYTHON, "-m", "pip", "install", "--require-hashes", "-r", lock)
    for installed in (RUNTIME_LOCK, TEST_LOCK) if lock == TEST_LOCK else (lock,):
        _stamp(installed).touch()
    UNFINISHED.unlink()


def _run(*command: str | Path) -> None:
    quiet = {"PIP_QUIET": "1", "PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(command, env={**os.environ, **quiet}, capture_output=True, text=True)
    if done.returncode == 0:
        return
    output = done.stdout + done.stderr
    say(output[-3000:].strip())
    if any(sign in output for sign in NO_NETWORK):
        raise BootstrapError(
            "Les composants n’ont pas pu être téléchargés : cette machine n’atteint pas le dépôt de paquets "
            "Python. Vérifiez la connexion (ou le serveur mandataire, variable HTTPS_PROXY), puis relancez "
            "la même commande."
        )
    raise BootstrapError("La mise en place a échoué ; la cause est écrite ci-dessus. Relancez une fois levée.")


def _succeeds(*command: str | Path) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def _require_ensurepip() -> None:
    """Debian keeps ensurepip, without which venv makes nothing, in a package of its own."""
    package = f"python{VERSION}-venv"
    if _succeeds(BASE, "-c", "import venv, ensurepip"):
        return
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installation du paquet {package}…")
        apt_get_install([package])
    if not _succeeds(BASE, "-c", "import venv, ensurepip"):
        raise BootstrapError(
            "Ce Python ne sait pas créer d’environnement : il lui manque le module ensurepip. Sous Debian ou "
            f"Ubuntu, tapez :\n\n    sudo apt-get install {package}\n\npuis relancez la même commande."
        )


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Of two starts at once, the second waits for the first; where folders cannot be locked, it does not."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            folder = os.open(ROOT, os.O_RDONLY)
            stack.callback(os.close, folder)
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
