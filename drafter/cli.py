"""The command line: a thin shell over the pipeline. Data on stdout, messages in French on stderr.

Exit codes: 0 done, 1 refused by a rule, 2 usage, 3 unreadable or unsafe input.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from drafter.errors import DrafterError, InputError
from drafter.market import Market, load_text, read_market
from drafter.paths import CLAUSE_LIBRARY

PIECES = ("ccap", "cctp", "rc", "ae", "note", "decision")
MAX_FILE = 2_000_000


class _Commands(click.Group):
    """Turns a DrafterError into its sentences and its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DrafterError as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            ctx.exit(error.exit_code)


@click.group(cls=_Commands, help="Clauses sociales et environnementales : obligations, calibrage, rédaction.")
def main() -> None:
    pass


def read_market_file(path: Path) -> Market:
    """A market file in YAML or JSON, or a dossier. Raises InputError."""
    from drafter import dossier

    try:
        if path.stat().st_size > MAX_FILE:
            raise InputError(f"{path.name} : ce fichier est trop gros (2 Mo au plus) pour décrire un marché")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path.name} : ce fichier n'est pas du texte UTF-8 : enregistrez-le en UTF-8") from None
    except OSError as error:
        raise InputError(f"{path.name} : ce fichier ne se lit pas ({error.strerror})") from None
    if path.suffix.lower() == ".json":
        return dossier.load(text)
    return read_market(load_text(text, "yaml", path.name))


@main.command(help="Démarre le service web.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port d'écoute.")
def serve(host: str, port: int) -> None:
    import waitress

    from drafter.web import create_app

    app = create_app()
    click.echo(f"Service ouvert sur http://{host}:{port}/ (Ctrl+C pour arrêter)", err=True)
    try:
        waitress.serve(app, host=host, port=port, threads=8, ident=None)
    except OSError as error:
        click.echo(f"Le port {port} ne peut pas être ouvert ({error.strerror}) : choisissez-en un autre avec --port.", err=True)
        sys.exit(1)


@main.command(help="Écrit les pièces d'un marché en Word, une par fichier.")
@click.argument("marche", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "--output", "output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Dossier de sortie.")
@click.option("--pieces", default=",".join(PIECES), show_default=True, help="Pièces voulues, séparées par des virgules.")
def draft(marche: Path, output: Path, pieces: str) -> None:
    from drafter.library import load_library
    from drafter.pipeline import run
    from drafter.word.bundle import FILE_NAMES, render_pieces

    wanted = [name.strip().lower() for name in pieces.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in PIECES]:
        raise click.UsageError(f"Pièce inconnue : {', '.join(unknown)}. Écrivez {', '.join(PIECES)}.")
    result = run(read_market_file(marche), load_library())
    rendered = render_pieces(result, wanted)
    output.mkdir(parents=True, exist_ok=True)
    for piece, data in rendered.items():
        (output / FILE_NAMES[piece]).write_bytes(data)
        click.echo(output / FILE_NAMES[piece])
    for missing in (name for name in wanted if name not in rendered):
        click.echo(f"Pièce {missing} : aucune clause retenue n'y écrit, elle n'est pas produite.", err=True)
    for alert in result.alerts:
        click.echo(f"Attention ({alert.id}) : {alert.text}", err=True)


@main.command(help="Explique un marché : obligations, heures, clauses et raisons.")
@click.argument("marche", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Réponse complète en JSON.")
def explain(marche: Path, as_json: bool) -> None:
    from drafter.explain import explain as explained
    from drafter.library import load_library
    from drafter.pipeline import run

    result = run(read_market_file(marche), load_library())
    if as_json:
        click.echo(json.dumps(explained(result), ensure_ascii=False, indent=2))
    else:
        from drafter.report import report

        click.echo(report(result))


@main.command(help="Vérifie la bibliothèque de clauses : toutes les fautes à la fois.")
@click.argument("dossier", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
def check(dossier: Path | None) -> None:
    from drafter.checking import check_library, stale_entries
    from drafter.errors import LibraryError
    from drafter.library import load_library

    library = load_library(dossier or CLAUSE_LIBRARY)
    if faults := check_library(library):
        raise LibraryError(faults)
    for line in stale_entries(library, date.today()):
        click.echo(f"Lecture ancienne, à refaire : {line}", err=True)
    click.echo(f"{len(library.clauses)} clauses, {len(library.segments)} segments, {len(library.duties)} obligations : aucune faute.")
