"""Drafts kept on the server, for the person who runs it: tables, purge, backup, restore."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drafter.cli.files import trouble
from drafter.errors import InputError
from drafter.settings import read_settings

if TYPE_CHECKING:
    from drafter.dossiers import Store

_FRESH = os.O_CREAT | os.O_WRONLY | os.O_TRUNC


@click.command(help="Met à jour les tables des brouillons (PostgreSQL ; un fichier SQLite se met à jour seul).")
def migrate() -> None:
    with _store() as store:
        before, after = store.database.migrate()
    if before == after:
        click.echo(f"Tables déjà à jour (version {after}).", err=True)
    else:
        click.echo(f"Tables mises à jour : version {after}.", err=True)


@click.command(help="Efface les brouillons expirés. À lancer chaque jour.")
def purge() -> None:
    with _store() as store:
        count = store.purge(datetime.now(UTC))
    words = "Aucun brouillon effacé." if count == 0 else f"{count} brouillon{'s effacés' if count > 1 else ' effacé'}."
    click.echo(words)


@click.command(help="Sauvegarde tous les brouillons dans un fichier, service ouvert ou non.")
@click.argument("fichier", type=click.Path(path_type=Path, dir_okay=False))
def backup(fichier: Path) -> None:
    from drafter.dossiers.backup import dump

    aside = fichier.with_name(f"{fichier.name}.partiel")
    count = -2  # the first line and the last
    try:
        # Nobody else may read it, and the former backup stays until this one is whole.
        with _store() as store, open(os.open(aside, _FRESH, 0o600), "w", encoding="utf-8") as file:
            for line in dump(store.database):
                file.write(line)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        aside.replace(fichier)
    except OSError as error:
        raise click.UsageError(f"{fichier} : {trouble(error)}.") from None
    finally:
        aside.unlink(missing_ok=True)
    click.echo(f"Sauvegarde écrite : {fichier} ({count} ligne{'s' if count > 1 else ''}).", err=True)


@click.command(help="Remet une sauvegarde en place. Refuse d'écraser des brouillons, sauf avec --remplacer.")
@click.argument("fichier", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--remplacer", is_flag=True, help="Efface d'abord les brouillons présents.")
def restore(fichier: Path, remplacer: bool) -> None:
    from drafter.dossiers.backup import load

    try:
        with _store() as store, fichier.open(encoding="utf-8", newline="\n") as file:
            count = load(store.database, file, replace=remplacer)
    except UnicodeDecodeError:
        raise InputError(f"{fichier.name} : ce fichier n'est pas une sauvegarde de ce service") from None
    except OSError as error:
        raise InputError(f"{fichier.name} : {trouble(error)}") from None
    click.echo(f"Sauvegarde remise : {count} brouillon{'s' if count > 1 else ''}.", err=True)


@contextmanager
def _store() -> Iterator[Store]:
    """Even when drafts are closed: those that were kept before are still to be purged."""
    from drafter.dossiers import open_store

    store = open_store(read_settings())
    try:
        yield store
    finally:
        store.close()
