"""One market: its documents, its explanation, its clauses in the buyer's own piece, the check-up of an old one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from drafter.cli.files import MAX_PIECE, read_file, read_market_file, trouble, write_file

PIECES = ("ccap", "cctp", "rc", "ae", "note", "decision")


@click.command(help="Écrit les pièces d'un marché en Word, une par fichier.")
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
@click.option("--sans-dossier", is_flag=True, help="Sans le dossier caché dans chaque document (estimation, motifs).")
def draft(marche: Path, output: Path, pieces: str, sans_commentaires: bool, sans_dossier: bool) -> None:
    from drafter.document_set import set_files
    from drafter.library import load_library
    from drafter.pipeline import run

    wanted = list(dict.fromkeys(name.strip().lower() for name in pieces.split(",") if name.strip()))
    if unknown := [name for name in wanted if name not in PIECES]:
        raise click.UsageError(f"Pièce inconnue : {', '.join(unknown)}. Écrivez {', '.join(PIECES)}.")
    if not wanted:
        raise click.UsageError(f"Aucune pièce n'est demandée : écrivez {', '.join(PIECES)}.")
    result = run(read_market_file(marche), load_library())
    files = set_files(result, wanted, comments=not sans_commentaires, carry=not sans_dossier)
    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (output / name).write_bytes(data)
            click.echo(output / name)
    except OSError as error:
        raise click.UsageError(f"{output} : {trouble(error)}.") from None
    for missing in (name for name in wanted if name not in result.documents):
        click.echo(f"Pièce {missing} : aucune clause retenue n'y écrit, elle n'est pas produite.", err=True)
    for alert in (alert for alert in result.alerts if not alert.advice):
        click.echo(f"Attention ({alert.id}) : {alert.text}", err=True)


@click.command(help="Explique un marché : obligations, heures, clauses et raisons.")
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


@click.command(help="Insère les clauses d'un marché dans votre propre pièce (CCAP, CCTP, RC…), dans ses styles.")
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
    data = read_file(piece, MAX_PIECE, "pour une pièce de marché")
    try:
        done = insert_upload(data, result.documents, options)
    except Question as question:
        if question.outline:
            click.echo("Plan de votre pièce :", err=True)
            for number, level, text in question.outline:
                click.echo(f"{'  ' * level}{number} {text}", err=True)
        raise
    write_file(output, done.docx)
    if report is not None:
        write_file(report, (json.dumps(done.report.as_data(), ensure_ascii=False, indent=2) + "\n").encode())
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


@click.command(help="Contrôle une pièce ancienne : ce qu'elle contient, ce qui manque, ce qui est périmé.")
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
    data = read_file(piece, MAX_PIECE, "pour une pièce de marché")
    library, today = load_library(), date.today()
    criteria = for_market(run(market, library)) if market else for_date(library, today)
    done = checkup_upload(data, criteria, today, kind=kind, copy=copie is not None)
    if copie is not None:
        write_file(copie, done.docx)
        click.echo(f"Copie commentée : {copie}", err=True)
    click.echo(
        json.dumps(done.report.as_data(), ensure_ascii=False, indent=2) if as_json else as_text(done.report), nl=as_json
    )
