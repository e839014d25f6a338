"""How one setting is read: a value, or a ValueError whose words end the sentence « NOM : … »."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

Word = TypeVar("Word", bound=StrEnum)


def yes_no(text: str) -> bool:
    match text.casefold():
        case "1" | "oui" | "true" | "vrai" | "yes" | "on":
            return True
        case "0" | "non" | "false" | "faux" | "no" | "off":
            return False
    raise ValueError("écrivez oui ou non")


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
            raise ValueError(f"écrivez un nombre entier entre {least} et {most}")
        return int(text)

    return read


def choice(kind: type[Word]) -> Callable[[str], Word]:
    def read(text: str) -> Word:
        try:
            return kind(text.casefold())
        except ValueError:
            raise ValueError(f"écrivez {' ou '.join(f'« {value} »' for value in kind)}") from None

    return read


def listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def line(text: str) -> str:
    if len(text) > 500 or any(ord(char) < 32 for char in text):
        raise ValueError("écrivez une seule ligne de 500 caractères au plus")
    return text


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("écrivez une date sous la forme 2026-11-30") from None


def folder(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise ValueError("écrivez un chemin complet, par exemple /var/lib/drafter")
    if path.exists() and not path.is_dir():
        raise ValueError("ce chemin est un fichier : indiquez un dossier")
    return path


def shared_folder(text: str) -> Path:
    """A folder that must be there before the service starts."""
    path = folder(text)
    if not path.is_dir():
        raise ValueError("ce dossier n'existe pas : créez-le avant de démarrer le service")
    return path


def email(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+", line(text)):
        raise ValueError("écrivez une adresse électronique, par exemple marches@exemple.fr")
    return text


def hosts(text: str) -> tuple[str, ...]:
    hosts = listed(text)
    for name in hosts:
        if not re.fullmatch(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?|\[[0-9a-f:]+\](:[0-9]{1,5})?", name):
            raise ValueError(
                f"« {name} » n'est pas un nom d'hôte : écrivez par exemple clauses.exemple.fr, sans https://"
            )
    return hosts


def public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("écrivez une adresse complète, par exemple https://clauses.exemple.fr")
    if parts.path.strip("/"):
        raise ValueError("le service s'installe à la racine d'un nom : ôtez ce qui suit le nom de l'hôte")
    return f"{parts.scheme}://{parts.netloc}"


def database(text: str) -> str:
    """SQLAlchemy's spelling, whichever way the host of the database writes its own."""
    scheme, mark, rest = text.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and mark and rest:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return text
    raise ValueError(
        "écrivez postgresql://utilisateur:motdepasse@serveur/base, sqlite:////chemin/complet/drafter.db, "
        "ou laissez vide pour un fichier SQLite"
    )


def storage(text: str) -> str:
    if not re.fullmatch(r"memory://|(redis|rediss|valkey|valkeys|memcached)://\S+", text):
        raise ValueError("écrivez memory://, ou l'adresse d'un stockage partagé : redis://serveur:6379")
    return text


def token(text: str) -> str:
    if len(text) < 16 or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("écrivez au moins 16 caractères sans espace ni accent, tirés au hasard")
    return text
