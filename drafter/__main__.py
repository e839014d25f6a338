"""`python3 -m drafter …`: the command line, set up first when this is a checkout on a new machine."""

from __future__ import annotations

import os
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution

from drafter import bootstrap

# Set for the second start, so that an install which leaves something missing cannot go round in circles.
REENTERED = "DRAFTER_REENTERED"


def main() -> int:
    try:
        bootstrap.require_python()
        missing = _missing()
        if missing and _is_checkout() and not os.environ.pop(REENTERED, None):
            bootstrap.prepare(bootstrap.RUNTIME_LOCK)
            os.environ[REENTERED] = "1"
            return bootstrap.rerun("-m", "drafter", *sys.argv[1:])
        if missing:
            mend = (
                "Supprimez le dossier .venv, puis relancez la même commande."
                if _is_checkout()
                else "Réinstallez drafter avec ses dépendances : pip install --force-reinstall drafter"
            )
            raise bootstrap.BootstrapError(f"Il manque à ce Python : {', '.join(missing)}. {mend}")
    except bootstrap.BootstrapError as error:
        bootstrap.say(f"{error}")
        return 3
    except KeyboardInterrupt:
        bootstrap.say("Mise en place interrompue ; la même commande la reprendra.")
        return 130
    os.environ.pop(REENTERED, None)

    from drafter.cli import main as command_line  # only now: it needs the dependencies

    command_line(prog_name="drafter")
    return 0


def _is_checkout() -> bool:
    return (bootstrap.ROOT / "pyproject.toml").is_file() and bootstrap.RUNTIME_LOCK.is_file()


def _missing() -> list[str]:
    """The dependencies this interpreter does not have, out of those that the project names."""
    import tomllib  # not at the top: a Python without it must reach the sentence that says so

    if _is_checkout():
        project = tomllib.loads((bootstrap.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        required: list[str] = project["dependencies"]
    elif _has("drafter"):
        required = [line for line in distribution("drafter").requires or [] if "extra ==" not in line]
    else:
        required = []
    return [name for name in (re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in required) if not _has(name)]


def _has(name: str) -> bool:
    try:
        return bool(distribution(name).version)
    except PackageNotFoundError:
        return False


if __name__ == "__main__":
    sys.exit(main())
