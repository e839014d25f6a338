"""A programme of purchases on a page: read, understood, summed up, downloaded. Nothing is kept.

The file is read in a child process. As a browser keeps no file from one page to the next, the archive is asked for
with the file, by the second button of the same form.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from drafter import french, readers
from drafter.errors import DrafterError, InputError
from drafter.library.reader import Library
from drafter.programme.analysis import Analyst
from drafter.programme.entries import Entry, Layout, read_entries
from drafter.programme.indicators import census, indicators
from drafter.programme.lever import Lever
from drafter.programme.published import is_published, published_tables
from drafter.programme.run import Report, write_outputs
from drafter.programme.settings import Settings
from drafter.programme.summary import Outcome, Summary
from drafter.programme.template import FILE_NAME as MODEL
from drafter.programme.template import write_template
from drafter.programme.timing import RULE, Priority
from drafter.programme.workbook import LABELS, essentials
from drafter.sheets import MEDIA_TYPE
from drafter.sheets.reading import Limits, read_upload
from drafter.web.fields import sentences
from drafter.web.files import attached
from drafter.web.limits import makes_documents
from drafter.web.sent import library, today

blueprint = Blueprint("programme", __name__)

MOST_MARKETS = 200
"""A page and a request hold that many; the command line has no such limit."""
LIMITS = Limits(size=5 << 20, inflated=60 << 20, rows=5_000, columns=200, cells=400_000)
DETAILED = 30
"""Beyond, a page would weigh too much: what was understood of every market is in the workbook."""
ARCHIVE = "revue-des-marches.zip"


@blueprint.get("/programme")
def form() -> ResponseReturnValue:
    return _page()


@blueprint.get("/programme/modele")
def model() -> ResponseReturnValue:
    with TemporaryDirectory() as folder:
        path = Path(folder) / MODEL
        write_template(path, library().info.date)
        return attached(path.read_bytes(), MODEL, MEDIA_TYPE)


@blueprint.post("/programme")
@makes_documents
def programme() -> ResponseReturnValue:
    try:
        settings = _settings()
        name, report, outcomes = _analyse(settings)
        if request.form.get("action") == "archive":
            return _archive(name, report, outcomes, settings)
        return _page(name, report, outcomes)
    except DrafterError as error:
        return _page(messages=sentences(error)), 422


def _settings() -> Settings:
    text = readers.clean(request.form.get("lancement", ""))[:40]
    try:
        launch = readers.read_date(text) if text else None
        return Settings(today(), launch, _whole("facilitateur", 4, 52), _whole("redaction", 3, 24))
    except ValueError as error:
        raise InputError(str(error)) from None


def _whole(name: str, default: int, most: int) -> int:
    text = readers.clean(request.form.get(name, ""))[:20]
    if not text:
        return default
    if not text.isdecimal() or not text.isascii() or int(text) > most:
        raise InputError(f"{readers.shown(text)} n'est pas un délai : écrivez un nombre entier, {most} au plus")
    return int(text)


def _analyse(settings: Settings) -> tuple[str, Report, list[Outcome]]:
    upload = request.files.get("achats")
    if upload is None or not upload.filename:
        raise InputError("choisissez le fichier de votre programme : .xlsx, .ods, .xls, .csv, ou l'export DECP (.json)")
    name = readers.clean(upload.filename.replace("\\", "/").rsplit("/", 1)[-1])[:80]
    data = upload.read()
    if is_published(data) and len(data) <= LIMITS.size:
        tables: Any = published_tables(data, name)
    else:
        tables = ((table.name, table.rows) for table in read_upload(data, name, LIMITS))
    report, entries = Report(), []
    for item in read_entries(tables):
        if isinstance(item, Entry):
            entries.append(item)
            if len(entries) > MOST_MARKETS:
                raise InputError(
                    f"{name} : plus de {MOST_MARKETS} marchés : partagez le fichier, ou passez par la commande "
                    "« drafter programme », sans limite"
                )
        elif isinstance(item, Layout):
            report.layouts.append(item)
        else:
            report.skipped.append(item)
    if not entries:
        reasons = [f"{item.sheet} : {item.reason}" for item in report.skipped[:3]]
        raise InputError(reasons[0] if reasons else f"{name} : aucun marché n'a été trouvé dans ce fichier")
    return name, report, Analyst(library(), settings).analyse_all(entries)


def _archive(name: str, report: Report, outcomes: list[Outcome], settings: Settings) -> Response:
    from drafter.word.package import write_parts

    with TemporaryDirectory() as folder:
        out = Path(folder)
        write_outputs(outcomes, name, out, settings, library(), report)
        parts = {path.name: path.read_bytes() for path in sorted(out.iterdir())}
    return attached(write_parts(parts), ARCHIVE, "application/zip")


def again(message: str) -> str:
    """The form as it was sent, when its token has expired; a file has to be chosen again."""
    return _page(messages=[message])


def _page(
    name: str = "",
    report: Report | None = None,
    outcomes: list[Outcome] | None = None,
    messages: list[str] | None = None,
) -> str:
    known: Library = library()
    summary = Summary(Decimal(int(census(known).value)))
    for outcome in outcomes or ():
        summary.add(outcome)
    return render_template(
        "programme.html",
        fichier=name,
        lecture=report,
        marches=[outcome for outcome in outcomes or () if "fautes" not in outcome],
        fautes=[(fault, outcome) for outcome in outcomes or () for fault in outcome.get("fautes", ())],
        synthese=summary if outcomes else None,
        reperes=essentials(summary),
        indicateurs=indicators(summary, known) if outcomes else (),
        leviers={str(lever): lever.label for lever in Lever},
        priorites={str(priority): priority.label for priority in Priority},
        regle=RULE,
        faits=LABELS,
        jour=lambda iso: french.day(date.fromisoformat(iso)),
        limite=MOST_MARKETS,
        detailles=DETAILED,
        messages=messages or [],
        saisi=request.form,
    )
