"""The table of the settings: which variable fills which field, and how its value is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from drafter.settings.model import AccessibilityState, Logs, Settings
from drafter.settings.readers import (
    choice,
    database,
    day,
    email,
    folder,
    hosts,
    line,
    listed,
    public_url,
    shared_folder,
    storage,
    token,
    whole,
    yes_no,
)

MASK = "••••••"


class Shown(NamedTuple):
    variable: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting: the field it fills, how it is read, what it is for. `names`: the first one that is set wins."""

    names: tuple[str, ...]
    field: str
    meaning: str
    read: Callable[[str], Any]
    secret: bool = False

    @property
    def name(self) -> str:
        return self.names[0]

    def shown(self, settings: Settings) -> Shown:
        source = next((name for name in self.names if name in settings.given), "")
        value = getattr(settings, self.field)
        return Shown(self.name, _plain(value, self.secret), source or "par défaut")


def _plain(value: object, secret: bool) -> str:
    match value:
        case None | "" | ():
            return "–"
        case bool():
            return "oui" if value else "non"
        case tuple():
            return ", ".join(_plain(part, secret) for part in value)
        case _ if secret:
            return MASK
    return masked_url(str(value))


def masked_url(text: str) -> str:
    """An address without its password, wherever it hides: before the host, or among the parameters.

    Up to the last `@`, for a password may hold any sign: rather too much masked than too little.
    """
    text = re.sub(r"(://[^:/@]*:).*@", rf"\g<1>{MASK}@", text)
    return re.sub(r"([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&]*", rf"\g<1>{MASK}", text, flags=re.I)


VARIABLES: tuple[Variable, ...] = (
    Variable(("DRAFTER_PRODUCTION",), "production", "le service est ouvert à d'autres que vous", yes_no),
    Variable(("DRAFTER_SECRET_KEY",), "secret_key", "clé qui signe les formulaires", str, secret=True),
    Variable(
        ("DRAFTER_SECRET_KEY_ANCIENNES",),
        "secret_fallbacks",
        "anciennes clés encore acceptées, séparées par des virgules",
        listed,
        secret=True,
    ),
    Variable(("DRAFTER_HOTES",), "trusted_hosts", "noms d'hôte acceptés, séparés par des virgules", hosts),
    Variable(("DRAFTER_URL",), "public_url", "adresse publique du service", public_url),
    Variable(("DRAFTER_PROXYS",), "proxies", "nombre de mandataires (nginx…) devant le service", whole(0, 5)),
    Variable(("WEB_CONCURRENCY",), "workers", "nombre de processus de gunicorn", whole(1, 256)),
    Variable(("DRAFTER_JOURNAL",), "logs", "forme du journal", choice(Logs)),
    Variable(("DRAFTER_DONNEES",), "data_dir", "dossier des brouillons", folder),
    Variable(("DRAFTER_DATABASE_URL", "DATABASE_URL"), "database_url", "base de données des brouillons", database),
    Variable(("DRAFTER_BROUILLONS",), "drafts", "une personne peut demander à garder un brouillon", yes_no),
    Variable(("DRAFTER_BROUILLONS_JOURS",), "draft_days", "jours de garde d'un brouillon", whole(1, 3650)),
    Variable(
        ("DRAFTER_LIMITE_PAR_MINUTE",),
        "costly_per_minute",
        "demandes coûteuses par minute et par poste, 0 pour aucune limite",
        whole(0, 100_000),
    ),
    Variable(
        ("DRAFTER_LIMITE_PAGES",),
        "computed_per_minute",
        "pages calculées par minute et par poste, 0 pour aucune limite",
        whole(0, 100_000),
    ),
    Variable(
        ("DRAFTER_LIMITE_DOCUMENTS",),
        "documents_at_once",
        "documents fabriqués en même temps par un processus",
        whole(1, 256),
    ),
    Variable(("DRAFTER_LIMITES_STOCKAGE",), "limits_storage", "où les demandes sont comptées", storage),
    Variable(("DRAFTER_METRIQUES_JETON",), "metrics_token", "jeton qui ouvre /metrics", token, secret=True),
    Variable(
        ("PROMETHEUS_MULTIPROC_DIR",),
        "metrics_folder",
        "dossier où les processus réunissent leurs mesures",
        shared_folder,
    ),
    Variable(("DRAFTER_ORGANISME",), "operator", "organisme qui met le service à disposition", line),
    Variable(("DRAFTER_ORGANISME_ADRESSE",), "operator_address", "son adresse postale", line),
    Variable(("DRAFTER_ORGANISME_COURRIEL",), "operator_email", "son adresse électronique", email),
    Variable(("DRAFTER_DIRECTION_PUBLICATION",), "publication_director", "direction de la publication", line),
    Variable(("DRAFTER_HEBERGEUR",), "host", "hébergeur : nom, adresse, téléphone", line),
    Variable(
        ("DRAFTER_ACCESSIBILITE_CONTACT",),
        "accessibility_contact",
        "adresse électronique pour l'accessibilité",
        email,
    ),
    Variable(
        ("DRAFTER_ACCESSIBILITE_ETAT",),
        "accessibility_state",
        "état de conformité constaté par l'audit",
        choice(AccessibilityState),
    ),
    Variable(("DRAFTER_ACCESSIBILITE_AUDIT",), "accessibility_audit", "date de l'audit de conformité", day),
    Variable(("DRAFTER_ACCESSIBILITE_AUDITEUR",), "accessibility_auditor", "qui a mené l'audit", line),
    Variable(("DRAFTER_ACCESSIBILITE_TAUX",), "accessibility_rate", "taux de conformité, en %", whole(0, 100)),
)


def shown(settings: Settings) -> tuple[Shown, ...]:
    """Every setting as a person may read it; secrets are masked, even inside an address."""
    return tuple(variable.shown(settings) for variable in VARIABLES)
