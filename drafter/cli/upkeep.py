"""The clause library: its faults, and what a change of it moves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from drafter.errors import InputError
from drafter.paths import CLAUSE_LIBRARY


@click.command(help="Vérifie la bibliothèque de clauses : toutes les fautes à la fois.")
@click.argument("dossier", required=False, type=click.Path(path_type=Path))
def check(dossier: Path | None) -> None:
    from drafter.checking import check_library, stale_entries, unread_clauses
    from drafter.errors import LibraryError
    from drafter.library import load_library
    from drafter.unused import unused_entries
    from drafter.word import HOUSE_TEMPLATE
    from drafter.word.lint import lint_file

    if dossier is not None and not dossier.is_dir():
        raise InputError(f"{dossier} : ce dossier n'existe pas : indiquez celui d'une bibliothèque de clauses")
    library = load_library(dossier or CLAUSE_LIBRARY)
    if faults := (*check_library(library), *lint_file(HOUSE_TEMPLATE)):
        raise LibraryError(faults)
    for line in stale_entries(library, date.today()):
        click.echo(f"Lecture ancienne, à refaire : {line}", err=True)
    for line in unread_clauses(library):
        click.echo(f"Pas encore relue par un tiers : {line}", err=True)
    for line in unused_entries(library):
        click.echo(f"Sans emploi : {line}", err=True)
    counts = f"{len(library.clauses)} clauses, {len(library.segments)} segments, {len(library.duties)} obligations"
    click.echo(f"{counts} : aucune faute.")


@click.command(help="Dit ce qu'un changement de la bibliothèque déplace, par clause et sur les marchés d'exemple.")
@click.argument("avant", type=click.Path(path_type=Path))
@click.argument("apres", required=False, type=click.Path(path_type=Path))
def diff(avant: Path, apres: Path | None) -> None:
    from drafter.difference import difference
    from drafter.library import load_library

    for folder in filter(None, (avant, apres)):
        if not folder.is_dir():
            raise InputError(f"{folder} : ce dossier n'existe pas : indiquez celui d'une bibliothèque de clauses")
    found = difference(load_library(avant), load_library(apres or CLAUSE_LIBRARY))
    for line in found.entries:
        click.echo(line)
    for name, lines in found.markets.items():
        click.echo(f"\nexemple {name}")
        for line in lines:
            click.echo(f"  {line}")
    if found.nothing:
        click.echo("Rien ne change.")
