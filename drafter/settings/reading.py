"""Reading the environment, and what may not stand together."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from typing import Any

from drafter.errors import Fault, InputError
from drafter.settings.model import AccessibilityState, Settings, default_data_dir
from drafter.settings.variables import VARIABLES

LEAST_SECRET = 32

# Values that manuals print: a key that anyone can read is no key.
_WELL_KNOWN = ("change", "remplace", "secret", "password", "motdepasse", "azerty", "qwerty", "0123456789", "abcdef0123")


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises InputError with every fault at once, each naming its variable.

    A variable set to nothing counts as not set, as it does in a systemd environment file.
    """
    values: dict[str, Any] = {"data_dir": default_data_dir(environment)}
    given: set[str] = set()
    faults = _misspelt(environment)
    for variable in VARIABLES:
        name = next((name for name in variable.names if environment.get(name, "").strip()), None)
        if name is None:
            continue
        try:
            values[variable.field] = variable.read(environment[name].strip())
            given.add(name)
        except ValueError as error:
            faults.append(Fault(name, str(error)))
    settings = Settings(**values, given=frozenset(given))
    wrong = {fault.where for fault in faults}
    faults += [fault for fault in (*_unsafe(settings), *_unproven(settings)) if fault.where not in wrong]
    if faults:
        raise InputError(faults)
    return settings


def _misspelt(environment: Mapping[str, str]) -> list[Fault]:
    """A setting with a slip in its name would be passed over in silence: production without its limits."""
    known = [name for variable in VARIABLES for name in variable.names]
    strange = sorted(name for name in environment if name.startswith("DRAFTER_") and name not in known)
    close = {name: difflib.get_close_matches(name, known, 1, 0.85) for name in strange}
    return [
        Fault(name, f"ce réglage n'existe pas : vouliez-vous écrire {found[0]} ?")
        for name, found in close.items()
        if found
    ]


def _unsafe(settings: Settings) -> list[Fault]:
    """What production must have: nothing here has a default that would do."""
    if not settings.production:
        return []
    faults = []
    draw = "tirez-en une : python3 -c 'import secrets; print(secrets.token_hex(32))'"
    for name, keys in (
        ("DRAFTER_SECRET_KEY", (settings.secret_key,)),
        ("DRAFTER_SECRET_KEY_ANCIENNES", settings.secret_fallbacks),
    ):
        for key in keys:
            if not key:
                faults.append(Fault(name, f"il faut une clé en production ; {draw}"))
            elif len(key) < LEAST_SECRET:
                faults.append(Fault(name, f"cette clé est trop courte ({LEAST_SECRET} caractères au moins) ; {draw}"))
            elif guessable(key):
                faults.append(Fault(name, f"cette clé se devine ; {draw}"))
    if not settings.trusted_hosts:
        hint = "indiquez les noms sous lesquels le service est joint, par exemple clauses.exemple.fr"
        faults.append(Fault("DRAFTER_HOTES", f"il faut au moins un nom d'hôte en production : {hint}"))
    if settings.public_url.startswith("http://"):
        faults.append(Fault("DRAFTER_URL", "en production, l'adresse publique commence par https://"))
    return faults


def guessable(key: str) -> bool:
    """A value copied from a manual, or typed by hand on one row of the keyboard."""
    plain = re.sub(r"[\s_.-]", "", key.casefold())
    return len(set(plain)) < 10 or any(known in plain for known in _WELL_KNOWN)


def _unproven(settings: Settings) -> list[Fault]:
    """A state of accessibility is the result of an audit: it is not declared without one."""
    state, rate = settings.accessibility_state, settings.accessibility_rate
    if state is AccessibilityState.NONE:
        return []
    faults = []
    if settings.accessibility_audit is None:
        faults.append(
            Fault("DRAFTER_ACCESSIBILITE_AUDIT", f"indiquez la date de l'audit qui permet d'écrire « {state} »")
        )
    if rate is None:
        faults.append(
            Fault("DRAFTER_ACCESSIBILITE_TAUX", f"indiquez le taux mesuré par l'audit pour écrire « {state} »")
        )
    elif state is AccessibilityState.FULL and rate < 100:
        faults.append(Fault("DRAFTER_ACCESSIBILITE_TAUX", "« totalement conforme » demande un taux de 100 %"))
    elif state is AccessibilityState.PARTIAL and rate < 50:
        faults.append(
            Fault("DRAFTER_ACCESSIBILITE_TAUX", "« partiellement conforme » demande un taux de 50 % au moins")
        )
    return faults
