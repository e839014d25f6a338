"""`drafter programme`: a year of purchases from a file to a folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drafter.cli.files import read_file, trouble

if TYPE_CHECKING:
    from drafter.programme.batch import Elsewhere
    from drafter.programme.run import Progress, Report
    from drafter.programme.settings import Settings

MAX_PROGRAMME = 300_000_000


def _day(context: click.Context, parameter: click.Parameter, value: str | None) -> date | None:
    from drafter import readers

    try:
        return readers.read_date(value) if value else None
    except ValueError as error:
        raise click.UsageError(f"--{parameter.name} : {error}.") from None


@click.command(
    help="Analyse un programme d'achats : un classeur, une note de synthèse, et au besoin toutes les pièces."
)
@click.argument("achats", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DOSSIER", help="Dossier de sortie.")
@click.option("--modele", type=click.Path(path_type=Path), metavar="MODELE.xlsx", help="Écrit un modèle à remplir.")
@click.option("--resume", is_flag=True, help="Reprend un travail interrompu : rien de fait n'est refait.")
@click.option("--documents", is_flag=True, help="Écrit aussi toutes les pièces, un dossier par marché.")
@click.option("--processus", type=click.IntRange(1, 64), help="Nombre de processus (par défaut, selon la machine).")
@click.option(
    "--file-attente", is_flag=True,
    help="Fait analyser les lignes par les « drafter worker » de la base PostgreSQL (DRAFTER_DATABASE_URL).",
)  # fmt: skip
@click.option("--date", callback=_day, metavar="JOUR", help="Jour de la revue des marchés (par défaut, aujourd'hui).")
@click.option(
    "--lancement", callback=_day, metavar="JOUR", help="Lancement des marchés sans date (par défaut, ce jour)."
)
@click.option(
    "--delai-facilitateur",
    type=click.IntRange(0, 52),
    default=4,
    show_default=True,
    metavar="SEMAINES",
    help="Saisine du facilitateur avant la rédaction.",
)
@click.option(
    "--delai-redaction", type=click.IntRange(0, 24), default=3, show_default=True, metavar="MOIS",
    help="Début de la rédaction avant le lancement.",
)  # fmt: skip
def programme(
    achats: Path | None,
    output: Path | None,
    modele: Path | None,
    resume: bool,
    documents: bool,
    processus: int | None,
    file_attente: bool,
    date: date | None,
    lancement: date | None,
    delai_facilitateur: int,
    delai_redaction: int,
) -> None:
    from drafter.programme.settings import Settings

    settings = Settings(
        date or _today(), lancement, facilitator_weeks=delai_facilitateur, writing_months=delai_redaction
    )
    if modele is not None:
        _write_model(modele, settings.on)
        if achats is None:
            return
    if achats is None:
        raise click.UsageError("Indiquez le fichier du programme, ou --modele pour un modèle à remplir.")
    if output is None:
        raise click.UsageError("Indiquez le dossier de sortie : -o DOSSIER.")
    data = read_file(achats, MAX_PROGRAMME, "pour un programme d'achats")
    try:
        output.mkdir(parents=True, exist_ok=True)
        with _progress() as progress:
            elsewhere = _queue(data, settings) if file_attente else None
            report = _run(data, achats.name, output, settings, resume, documents, processus, progress, elsewhere)
    except OSError as error:
        raise click.UsageError(f"{output} : {trouble(error)}.") from None
    except KeyboardInterrupt:
        raise click.ClickException("Interrompu : ce qui est fait est gardé, relancez avec --resume.") from None
    _tell(report, output)


def _today() -> date:
    return date.today()


def _write_model(path: Path, on: date) -> None:
    from drafter.programme.template import write_template

    try:
        write_template(path, on)
    except OSError as error:
        raise click.UsageError(f"{path} : {trouble(error)}.") from None
    click.echo(path)


def _run(
    data: bytes,
    name: str,
    output: Path,
    settings: Settings,
    resume: bool,
    documents: bool,
    processes: int | None,
    progress: Progress,
    elsewhere: Elsewhere | None,
) -> Report:
    from drafter.programme.batch import WORTH_A_PROCESS
    from drafter.programme.run import run_programme

    if processes is None:
        small = not documents and data.count(b"\n") < WORTH_A_PROCESS and len(data) < 60_000
        processes = 1 if small else os.cpu_count() or 1
    return run_programme(
        data, name, output, settings,
        resume=resume, documents=documents, processes=processes, progress=progress, elsewhere=elsewhere,
    )  # fmt: skip


def _queue(data: bytes, settings: Settings) -> Elsewhere:
    from drafter.programme.jobs import run_on_queue
    from drafter.settings import read_settings

    url = read_settings().sqlalchemy_url
    return lambda work: run_on_queue(work, url, data, settings, tell=lambda words: click.echo(words, err=True))


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar with the time left on a terminal; nothing in a log."""
    if not sys.stderr.isatty():
        from drafter.programme.run import silent

        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("reste"),
        TimeRemainingColumn(), console=Console(stderr=True), transient=True,
    ) as bar:  # fmt: skip
        tasks: dict[str, object] = {}

        def show(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, total=total)  # type: ignore[arg-type]

        yield show


def _tell(report: Report, output: Path) -> None:
    from drafter import french
    from drafter.programme.note import FILE_NAME as NOTE
    from drafter.programme.run import CSV, DOCUMENTS, JSON
    from drafter.programme.workbook import FILE_NAME as WORKBOOK

    for name in (WORKBOOK, NOTE, CSV, JSON):
        click.echo(output / name)
    if report.documents:
        click.echo(output / DOCUMENTS)
    summary = report.summary
    assert summary is not None, "a run that ends has its summary"
    found = f"{french.plural(summary.analysed, 'marché analysé', 'marchés analysés')}"
    click.echo(f"{found}, {french.number(summary.advised)} heures d'insertion conseillées.", err=True)
    if report.reused:
        click.echo(f"Repris du travail précédent : {french.plural(report.reused, 'marché')}.", err=True)
    if summary.faulty:
        lines = french.plural(summary.faulty, "marché")
        click.echo(f"À reprendre : {lines}, voir la feuille « À reprendre » de {WORKBOOK}.", err=True)
    for item in report.skipped[:5]:
        where = f", ligne {item.number}" if item.number else ""
        click.echo(f"Non lu : {item.sheet}{where} : {item.reason}.", err=True)
