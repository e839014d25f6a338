"""The command line: a thin shell over the pipeline. Data on stdout, messages in French on stderr.

Exit codes: 0 done, 1 refused by a rule, 2 usage, 3 unreadable or unsafe input.
"""

from __future__ import annotations

import errno
import gc
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from drafter.cli_french import speak_french
from drafter.errors import DrafterError, InputError
from drafter.market import Market, load_text
from drafter.paths import CLAUSE_LIBRARY

PIECES = ("ccap", "cctp", "rc", "ae", "note", "decision")
MAX_FILE = 2_000_000
MAX_PIECE = 20_000_000

speak_french()


class _Commands(click.Group):
    """Turns a DrafterError into its sentences and its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Windows, redirections
        try:
            return super().invoke(ctx)
        except DrafterError as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            ctx.exit(error.exit_code)


@click.group(
    cls=_Commands,
    help="Clauses sociales et environnementales : obligations, calibrage, rédaction.",
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
)
@click.pass_context
def main(context: click.Context) -> None:
    if context.invoked_subcommand != "serve":
        gc.disable()  # a command lives less than a second: collecting its cycles costs 5 % of that


def read_market_file(path: Path) -> Market:
    """A market file in YAML or JSON, or a dossier. Raises InputError."""
    from drafter import dossier

    data = _read(path)
    if data[:4] in (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0"):
        raise InputError(f"{path.name} : c'est un document ou une archive ; indiquez le fichier YAML ou JSON du marché")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path.name} : ce fichier n'est pas du texte UTF-8 : enregistrez-le en UTF-8") from None
    return dossier.market_of(load_text(text, "json" if path.suffix.lower() == ".json" else "yaml", path.name))


def _read(path: Path, most: int = MAX_FILE, what: str = "pour décrire un marché") -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)  # never more: a device has no end
    except OSError as error:
        raise InputError(f"{path.name or path} : {_trouble(error)}") from None
    if len(data) > most:
        raise InputError(f"{path.name} : ce fichier est trop gros ({most // 1_000_000} Mo au plus) {what}")
    return data


def _trouble(error: OSError) -> str:
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


@main.command(help="Démarre le service web.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADRESSE", help="Adresse d'écoute.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    metavar="NOMBRE",
    help="Port d'écoute, 0 pour un port libre.",
)
def serve(host: str, port: int) -> None:
    import waitress

    from drafter.web import create_app

    app = create_app()
    try:
        server = waitress.create_server(app, host=host, port=port, threads=8, ident=None)
    except OSError as error:
        raise click.UsageError(
            f"Le port {port} ne s'ouvre pas : {_trouble(error)}. Choisissez-en un autre (--port)."
        ) from None
    except ValueError:
        raise click.UsageError(
            f"L'adresse « {host} » n'existe pas sur cette machine : écrivez par exemple 127.0.0.1."
        ) from None
    opened = getattr(server, "effective_port", port)
    click.echo(f"Service ouvert sur http://{host}:{opened}/ (Ctrl+C pour arrêter)", err=True)
    server.run()


@main.command(help="Écrit les pièces d'un marché en Word, une par fichier.")
@click.argument("marche", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="DOSSIER", help="Dossier de sortie."
)
@click.option(
    "--pieces",
    default=",".join(PIECES),
    show_default=True,
    metavar="LISTE",
    help="Pièces voulues, séparées par des virgules.",
)
@click.option("--sans-commentaires", is_flag=True, help="Sans les commentaires Word (base légale, points à vérifier).")
def draft(marche: Path, output: Path, pieces: str, sans_commentaires: bool) -> None:
    from drafter.library import load_library
    from drafter.pipeline import run
    from drafter.word.bundle import FILE_NAMES, render_pieces

    wanted = list(dict.fromkeys(name.strip().lower() for name in pieces.split(",") if name.strip()))
    if unknown := [name for name in wanted if name not in PIECES]:
        raise click.UsageError(f"Pièce inconnue : {', '.join(unknown)}. Écrivez {', '.join(PIECES)}.")
    if not wanted:
        raise click.UsageError(f"Aucune pièce n'est demandée : écrivez {', '.join(PIECES)}.")
    result = run(read_market_file(marche), load_library())
    rendered = render_pieces(result, wanted, comments=not sans_commentaires)
    try:
        output.mkdir(parents=True, exist_ok=True)
        for piece, data in rendered.items():
            (output / FILE_NAMES[piece]).write_bytes(data)
            click.echo(output / FILE_NAMES[piece])
    except OSError as error:
        raise click.UsageError(f"{output} : {_trouble(error)}.") from None
    if "note" in wanted:
        from drafter.sheets import FILE_NAME, calibration_workbook

        (output / FILE_NAME).write_bytes(calibration_workbook(result))
        click.echo(output / FILE_NAME)
    for missing in (name for name in wanted if name not in rendered):
        click.echo(f"Pièce {missing} : aucune clause retenue n'y écrit, elle n'est pas produite.", err=True)
    for alert in (alert for alert in result.alerts if not alert.advice):
        click.echo(f"Attention ({alert.id}) : {alert.text}", err=True)


@main.command(help="Explique un marché : obligations, heures, clauses et raisons.")
@click.argument("marche", type=click.Path(path_type=Path))
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


@main.command(help="Insère les clauses d'un marché dans votre propre pièce (CCAP, CCTP, RC…), dans ses styles.")
@click.argument("piece", metavar="MA_PIECE.docx", type=click.Path(path_type=Path))
@click.argument("marche", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FICHIER.docx", help="Document à écrire."
)
@click.option("--tracked", is_flag=True, help="En modifications suivies, que chacun peut refuser.")
@click.option(
    "--style",
    type=click.Choice(["neutre", "imiter", "maison"]),
    default="imiter",
    show_default=True,
    help="Mise en forme : sans style, comme les articles voisins, ou celle du service.",
)
@click.option("--report", type=click.Path(path_type=Path), metavar="FICHIER.json", help="Compte rendu à écrire.")
@click.option(
    "--place",
    "places",
    multiple=True,
    metavar="PARTIE=ARTICLE",
    help="Où écrire une partie : insertion=12 (après l'article 12), penalites=9.3 (dans l'article 9.3).",
)
@click.option(
    "--existant",
    type=click.Choice(["remplacer", "completer"]),
    help="Que faire d'une clause que la pièce contient déjà.",
)
@click.option("--piece", "kind", type=click.Choice(["ccap", "cctp", "ccp", "rc", "ae"]), help="Ce qu'est la pièce.")
@click.option("--auteur", metavar="NOM", help="Auteur des modifications suivies (par défaut, l'acheteur du marché).")
@click.option("--sans-commentaires", is_flag=True, help="Sans les commentaires Word (base légale, points à vérifier).")
def insert(
    piece: Path,
    marche: Path,
    output: Path,
    tracked: bool,
    style: str,
    report: Path | None,
    places: tuple[str, ...],
    existant: str | None,
    kind: str | None,
    auteur: str | None,
    sans_commentaires: bool,
) -> None:
    from drafter.library import load_library
    from drafter.pipeline import run
    from drafter.word.host import Existing, Options, Question, Revision, Style, insert_upload

    if output.resolve() in (piece.resolve(), marche.resolve()):
        raise click.UsageError("Le document à écrire porterait le nom d'un fichier lu : choisissez un autre nom (-o).")
    market = read_market_file(marche)
    result = run(market, load_library())
    author = auteur or f"{market.buyer_name or 'Service acheteur'} (outil)"
    options = Options(
        Style(style),
        Revision(author, date.today()) if tracked else None,
        Existing(existant) if existant else None,
        _places(places),
        kind,
        None if sans_commentaires else result.on,
    )
    data = _read(piece, MAX_PIECE, "pour une pièce de marché")
    try:
        done = insert_upload(data, result.documents, options)
    except Question as question:
        if question.outline:
            click.echo("Plan de votre pièce :", err=True)
            for number, level, text in question.outline:
                click.echo(f"{'  ' * level}{number} {text}", err=True)
        raise
    _write(output, done.docx)
    if report is not None:
        _write(report, (json.dumps(done.report.as_data(), ensure_ascii=False, indent=2) + "\n").encode())
    click.echo(output)
    click.echo(done.report.as_text(), err=True, nl=False)


def _places(places: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place in places:
        name, sign, where = place.partition("=")
        if not sign or not name.strip() or not where.strip():
            raise click.UsageError(f"« {place} » ne dit pas où écrire : --place insertion=12, par exemple.")
        found[name.strip()] = where.strip()
    return found


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.UsageError(f"{path} : {_trouble(error)}.") from None


@main.command(help="Contrôle une pièce ancienne : ce qu'elle contient, ce qui manque, ce qui est périmé.")
@click.argument("piece", metavar="MA_PIECE.docx", type=click.Path(path_type=Path))
@click.argument("marche", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Réponse complète en JSON.")
@click.option(
    "--copie",
    type=click.Path(path_type=Path),
    metavar="FICHIER.docx",
    help="Copie de la pièce à écrire, un commentaire Word par constat.",
)
@click.option("--piece", "kind", type=click.Choice(["ccap", "cctp", "ccp", "rc", "ae"]), help="Ce qu'est la pièce.")
def checkup(piece: Path, marche: Path | None, as_json: bool, copie: Path | None, kind: str | None) -> None:
    from drafter.checkup.as_text import as_text
    from drafter.checkup.criteria import for_date, for_market
    from drafter.library import load_library
    from drafter.pipeline import run
    from drafter.word.host.checkup_upload import checkup_upload

    if copie is not None and copie.resolve() in (piece.resolve(), marche.resolve() if marche else None):
        raise click.UsageError("La copie porterait le nom d'un fichier lu : choisissez un autre nom (--copie).")
    market = read_market_file(marche) if marche else None
    data = _read(piece, MAX_PIECE, "pour une pièce de marché")
    library, today = load_library(), date.today()
    criteria = for_market(run(market, library)) if market else for_date(library, today)
    done = checkup_upload(data, criteria, today, kind=kind, copy=copie is not None)
    if copie is not None:
        _write(copie, done.docx)
        click.echo(f"Copie commentée : {copie}", err=True)
    click.echo(
        json.dumps(done.report.as_data(), ensure_ascii=False, indent=2) if as_json else as_text(done.report), nl=as_json
    )


@main.command(help="Vérifie la bibliothèque de clauses : toutes les fautes à la fois.")
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


@main.command(help="Dit ce qu'un changement de la bibliothèque déplace, par clause et sur les marchés d'exemple.")
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
