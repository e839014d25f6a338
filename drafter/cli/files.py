"""What every command reads and writes: files, with the system's refusals as French sentences."""

from __future__ import annotations

import errno
from pathlib import Path

import click

from drafter.errors import InputError
from drafter.market import Market, load_text

MAX_FILE = 2_000_000
MAX_PIECE = 20_000_000


def read_market_file(path: Path) -> Market:
    """A market file in YAML or JSON, or a dossier. Raises InputError."""
    from drafter import dossier

    data = read_file(path)
    if data[:4] in (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0"):
        raise InputError(f"{path.name} : c'est un document ou une archive ; indiquez le fichier YAML ou JSON du marché")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path.name} : ce fichier n'est pas du texte UTF-8 : enregistrez-le en UTF-8") from None
    return dossier.market_of(load_text(text, "json" if path.suffix.lower() == ".json" else "yaml", path.name))


def read_file(path: Path, most: int = MAX_FILE, what: str = "pour décrire un marché") -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)  # never more: a device has no end
    except OSError as error:
        raise InputError(f"{path.name or path} : {trouble(error)}") from None
    if len(data) > most:
        raise InputError(f"{path.name} : ce fichier est trop gros ({most // 1_000_000} Mo au plus) {what}")
    return data


def trouble(error: OSError) -> str:
    """What the system refused, in French, and what to do."""
    match error:
        case FileNotFoundError():
            return "ce fichier n'existe pas : vérifiez son nom et son dossier"
        case IsADirectoryError():
            return "c'est un dossier : indiquez un fichier"
        case FileExistsError() | NotADirectoryError():
            return "un fichier porte déjà ce nom : indiquez un dossier"
        case PermissionError():
            return "l'accès est refusé : vérifiez vos droits"
    if error.errno == errno.EADDRINUSE:
        return "un autre programme l'emploie déjà"
    if error.errno == errno.ENOSPC:
        return "le disque est plein"
    return f"le système refuse (erreur {error.errno})"


def write_file(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.UsageError(f"{path} : {trouble(error)}.") from None
