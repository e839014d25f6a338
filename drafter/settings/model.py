"""The settings themselves, and what follows from them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drafter.settings.variables import Shown

AUDIT_YEARS = 3  # a declaration of accessibility is made again at the latest every three years


class Logs(StrEnum):
    AUTO = "auto"
    JSON = "json"
    TEXT = "texte"


class AccessibilityState(StrEnum):
    NONE = "non conforme"
    PARTIAL = "partiellement conforme"
    FULL = "totalement conforme"


@dataclass(frozen=True, slots=True)
class Settings:
    """`given` names the variables that were set; the other values are those of a workstation."""

    production: bool = False
    secret_key: str = ""
    secret_fallbacks: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    public_url: str = ""
    proxies: int = 0
    workers: int = 1
    logs: Logs = Logs.AUTO

    data_dir: Path = field(default_factory=lambda: default_data_dir(os.environ))
    database_url: str = ""
    drafts: bool = True
    draft_days: int = 90

    costly_per_minute: int = 60
    computed_per_minute: int = 300
    documents_at_once: int = 4
    limits_storage: str = "memory://"
    metrics_token: str = ""
    metrics_folder: Path | None = None

    operator: str = ""
    operator_address: str = ""
    operator_email: str = ""
    publication_director: str = ""
    host: str = ""

    accessibility_contact: str = ""
    accessibility_state: AccessibilityState = AccessibilityState.NONE
    accessibility_audit: date | None = None
    accessibility_auditor: str = ""
    accessibility_rate: int | None = None

    given: frozenset[str] = frozenset()

    @property
    def sqlalchemy_url(self) -> str:
        """Where drafts live: the URL given, else a SQLite file in the data folder (created at the first save)."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'drafter.db').as_posix()}"

    @property
    def json_logs(self) -> bool:
        return self.logs is Logs.JSON or (self.logs is Logs.AUTO and self.production)

    def accessibility_on(self, day: date) -> AccessibilityState:
        """The state that may be declared on a day: an audit past its term declares nothing any more."""
        audit = self.accessibility_audit
        if audit is None or (day.year - AUDIT_YEARS, day.month, day.day) > (audit.year, audit.month, audit.day):
            return AccessibilityState.NONE
        return self.accessibility_state

    def warnings(self) -> tuple[str, ...]:
        """What works, but not as one may believe."""
        found = []
        if self.workers > 1 and self.limits_storage == "memory://":
            found.append(
                f"DRAFTER_LIMITES_STOCKAGE vaut memory:// et le service a {self.workers} processus : chacun compte de "
                f"son côté, un même poste peut donc aller jusqu'à {self.workers} fois la limite. Indiquez un "
                "stockage partagé (redis://…), ou tenez-en compte"
            )
        if self.workers > 1 and not self.production and not self.secret_key:
            found.append(
                "DRAFTER_SECRET_KEY est vide et le service a plusieurs processus : chacun tire sa propre clé et "
                "refuse les formulaires des autres. Indiquez une clé"
            )
        if self.production and self.drafts and not self.database_url and "DRAFTER_DONNEES" not in self.given:
            found.append(
                f"DRAFTER_DONNEES est vide : les brouillons iront dans {self.data_dir}. Indiquez un "
                "dossier sauvegardé, ou une base PostgreSQL (DRAFTER_DATABASE_URL)"
            )
        return tuple(found)

    def shown(self) -> tuple[Shown, ...]:
        """Every setting as a person may read it; secrets are masked, even inside an address."""
        from drafter.settings.variables import shown  # the table names the fields of this class

        return shown(self)


def default_data_dir(environment: Mapping[str, str]) -> Path:
    """Where the system keeps the data of a person's programs. The folder may not exist yet."""
    if os.name == "nt" and (local := environment.get("LOCALAPPDATA")):
        return Path(local) / "drafter"
    if (xdg := environment.get("XDG_DATA_HOME", "")) and Path(xdg).is_absolute():
        return Path(xdg) / "drafter"
    home = environment.get("HOME") or environment.get("USERPROFILE")
    return (Path(home) if home else Path.cwd()) / ".local" / "share" / "drafter"
