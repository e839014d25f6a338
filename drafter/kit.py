"""The follow-up kit as files, and the papers that a filled workbook calls for. Same input, same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from drafter import dossier, french
from drafter.followup import calendar_file, indicators, record
from drafter.followup.exports import record_files
from drafter.followup.outcome import Outcome, Paper, models, outcome
from drafter.followup.plan import Plan, check_dates, check_length, plan_of, starting
from drafter.library import Library
from drafter.market import Market
from drafter.pipeline import run
from drafter.sheets.followup import FILE_NAME, followup_workbook
from drafter.sheets.followup_reading import Reading, read_followup
from drafter.sheets.reading import Table
from drafter.word import render_docx
from drafter.word.package import write_parts

ARCHIVE, TALLY_ARCHIVE = "kit-de-suivi.zip", "suite-du-suivi.zip"
GUIDE = "lisez-moi.txt"
DOSSIER = "dossier.json"


def plan_for(market: Market, library: Library, start: date | None = None, notification: date | None = None) -> Plan:
    """The plan of a market, counted from the real dates when they are known. Raises DrafterError."""
    return check_dates(check_length(plan_of(run(starting(market, start), library), notification)))


def kit(plan: Plan) -> dict[str, bytes]:
    """Every file of the kit, by name, in the order of the steps."""
    papers = models(plan)
    files = {FILE_NAME: followup_workbook(plan)}
    files |= {paper.file: _docx(plan, paper) for paper in papers}
    files[calendar_file.FILE_NAME] = calendar_file.calendar_file(plan)
    files |= record_files(plan)
    files[DOSSIER] = dossier.dump(plan.result.market, plan.result.library).encode()
    files[GUIDE] = _guide(plan, papers).encode()
    return files


def archive(files: dict[str, bytes]) -> bytes:
    return write_parts(files)


def _docx(plan: Plan, paper: Paper) -> bytes:
    market = plan.result.market
    return render_docx(
        paper.document,
        dossier=dossier.dump(market, plan.result.library),
        created=plan.result.on,
        library_version=plan.result.library.info.version,
        buyer=french.typeset(market.buyer_name or ""),
        obj=french.typeset(market.object),
    )


def _guide(plan: Plan, papers: Iterable[Paper]) -> str:
    """What each file is for, in the order of the seven steps."""
    lines = [f"Kit de suivi : {plan.result.market.object}", ""]
    if plan.terms is None:
        lines += [
            "Ce contrat ne comporte pas de clause d'heures d'insertion : le kit ne contient que ce qui s'applique, les "
            "preuves des autres clauses et leurs dates.",
            "",
        ]
    lines.append(f"{FILE_NAME} : à remplir pendant toute l'exécution, sans aucune donnée d'une personne.")
    lines += [f"{paper.file} : {paper.why}." for paper in papers]
    lines += [
        f"{calendar_file.FILE_NAME} : les dates, à ouvrir dans un agenda.",
        f"{record.JSON_NAME}, {record.CSV_NAME} : les obligations pour un logiciel de suivi.",
        f"{indicators.CSV_NAME} : indicateurs des clauses et lignes de la déclaration AGEC, à recopier dans l'onglet "
        "« Développement durable » de votre annexe financière ; ce fichier n'en imite pas la structure.",
        f"{DOSSIER} : le dossier, pour rouvrir le marché ou produire de nouveau ce kit.",
        "",
    ]
    for name, known in (("Notification", plan.notification), ("Début de l'exécution", plan.start)):
        lines.append(f"{name} : {french.day(known.day)}, date {known.said}.")
    if not (plan.notification.typed and plan.start.typed):
        lines.append("Quand les vraies dates sont connues, produisez de nouveau le kit : les dates se recalculent.")
    lines += [
        "",
        "Pour écrire le bilan, la lettre ou l'attestation : remplissez le classeur, puis donnez-le au service.",
    ]
    return french.typeset("\n".join(lines)) + "\n"


# --- from the tally to the papers ----------------------------------------------------------------


@dataclass(frozen=True)
class Followed:
    """What a filled workbook gives: its reading, what follows, the files (written when first asked for)."""

    reading: Reading
    outcome: Outcome

    @cached_property
    def files(self) -> dict[str, bytes]:
        return {paper.file: _docx(self.reading.plan, paper) for paper in self.outcome.papers}

    @property
    def warnings(self) -> tuple[str, ...]:
        return (*self.reading.warnings, *self.outcome.warnings)

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        return tuple((paper.file, french.typeset(paper.why)) for paper in self.outcome.papers)


def follow(tables: tuple[Table, ...], library: Library, today: date, on: date | None = None) -> Followed:
    """The papers that a filled workbook calls for. Raises InputError, every wrong cell named."""
    reading = read_followup(tables, library, today, on)
    return Followed(reading, outcome(reading.plan, reading.tally))
