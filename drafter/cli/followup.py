"""After the award: the follow-up kit of a market, and the papers that its filled workbook calls for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from drafter.cli.files import MAX_PIECE, read_file, read_market_file, trouble, write_file


def _day(context: click.Context, option: click.Parameter, text: str | None) -> date | None:
    from drafter.readers import read_date

    if text is None:
        return None
    try:
        return read_date(text)
    except ValueError:
        raise click.UsageError(
            f"« {text} » n'est pas une date ({option.opts[0]}) : écrivez par exemple 15/01/2027."
        ) from None


@click.command(help="Kit de suivi d'un marché : classeur, réunion de lancement, lettres, bilans, échéances.")
@click.argument("marche", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="DOSSIER", help="Dossier de sortie."
)
@click.option("--debut", callback=_day, metavar="JJ/MM/AAAA", help="Premier jour réel de l'exécution.")
@click.option("--notification", callback=_day, metavar="JJ/MM/AAAA", help="Jour de la notification.")
def followup(marche: Path, output: Path, debut: date | None, notification: date | None) -> None:
    from drafter.kit import kit, plan_for
    from drafter.library import load_library

    plan = plan_for(read_market_file(marche), load_library(), debut, notification)
    _write(output, kit(plan))
    if plan.terms is None:
        click.echo("Aucune clause d'heures : le kit ne contient que les preuves des autres clauses.", err=True)
    for name, option, known in (
        ("Notification", "--notification", plan.notification),
        ("Début de l'exécution", "--debut", plan.start),
    ):
        if not known.typed:
            click.echo(f"{name} : date {known.said}. Donnez la vraie date avec {option}.", err=True)


@click.command(help="Classeur de suivi rempli : écrit le bilan, la lettre ou l'attestation qui en découlent.")
@click.argument("suivi", metavar="SUIVI.xlsx", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="DOSSIER", help="Dossier de sortie."
)
@click.option("--au", callback=_day, metavar="JJ/MM/AAAA", help="Jour du bilan (par défaut, celui du classeur).")
def tally(suivi: Path, output: Path, au: date | None) -> None:
    from drafter.kit import follow
    from drafter.library import load_library
    from drafter.sheets.reading import read_tables

    data = read_file(suivi, MAX_PIECE, "pour un classeur de suivi")
    found = follow(read_tables(data, suivi.name), load_library(), date.today(), au)
    _write(output, found.files)
    for file, why in found.reasons:
        click.echo(f"{file} : {why}", err=True)
    for warning in found.warnings:
        click.echo(f"À vérifier. {warning}", err=True)
    if not found.files:
        click.echo("Aucune clause d'heures dans ce suivi : il n'y a rien à écrire.", err=True)


def _write(output: Path, files: dict[str, bytes]) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"{output} : {trouble(error)}.") from None
    for name, data in files.items():
        write_file(output / name, data)
        click.echo(output / name)
