"""A programme from a file to a folder: analysed as it is read, kept as it comes, written at the end in one pass.

A run that was stopped goes on from its journal with `resume` and writes the same bytes: outputs are made from the
journal alone, in the order of the file.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from drafter import dossier, readers
from drafter.errors import InputError
from drafter.library import Library, load_library
from drafter.market import read_market
from drafter.paths import CLAUSE_LIBRARY
from drafter.programme import batch, note
from drafter.programme.entries import Entry, Layout, Skipped, read_entries
from drafter.programme.indicators import census, indicators
from drafter.programme.journal import Journal, replace_file
from drafter.programme.published import is_published, published_tables
from drafter.programme.settings import Settings
from drafter.programme.summary import Outcome, Summary
from drafter.programme.workbook import FILE_NAME as WORKBOOK
from drafter.programme.workbook import ProgrammeBook
from drafter.sheets.book import safe
from drafter.sheets.reading import LARGE, Limits, stream_tables

JOURNAL = ".programme.journal"
CSV, JSON, DOCUMENTS = "programme.csv", "programme.json", "marches"
FIELDS = (
    "numero", "feuille", "ligne", "derniere_ligne", "reference", "objet", "acheteur", "nature", "segment",
    "segment_code", "segment_origine", "montant_ht", "duree_mois", "date_lancement", "lancement_par_defaut",
    "debut_execution", "departement", "territoire", "obligation_sociale", "obligations_dues", "obligations_a_preciser",
    "obligations_propres", "heures_bas", "heures_conseille", "heures_haut", "levier", "levier_lots", "levier_motif",
    "enjeux", "saisir_facilitateur_le", "redaction_le", "priorite", "priorite_motif", "considerations_sociales",
    "considerations_environnementales", "fautes", "remarques",
)  # fmt: skip

Item = Entry | Layout | Skipped
_safe = lru_cache(maxsize=16_384)(safe)


class Progress(Protocol):
    """What a terminal shows of a run; nobody need look."""

    def __call__(self, step: str, done: int, total: int | None) -> None: ...


def silent(step: str, done: int, total: int | None) -> None:
    """No terminal."""


@dataclass
class Report:
    """What a run found. `order` holds the key of each market, in the order of the file."""

    layouts: list[Layout] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    reused: int = 0
    summary: Summary | None = None
    documents: int = 0


def items_of(data: bytes, name: str, limits: Limits = LARGE) -> Iterator[Item]:
    """The markets of a file: a workbook, a CSV, or the official JSON of published contracts. Raises InputError."""
    return read_entries(published_tables(data, name) if is_published(data) else stream_tables(data, name, limits))


def run_programme(
    data: bytes,
    name: str,
    out: Path,
    settings: Settings,
    *,
    resume: bool = False,
    documents: bool = False,
    processes: int = 1,
    library: Path = CLAUSE_LIBRARY,
    progress: Progress = silent,
    elsewhere: batch.Elsewhere | None = None,
) -> Report:
    """Analyse every market of a file and write the outputs in `out`. Raises InputError when none can be read."""
    report = Report()
    seen = None if progress is silent else sum(isinstance(item, Entry) for item in items_of(data, name))
    with Journal(out / JOURNAL, resume=resume) as journal:
        _analyse(items_of(data, name), journal, report, settings, library, processes, progress, seen, elsewhere)
        if not report.order:
            reasons = [f"{item.sheet} : {item.reason}" for item in report.skipped[:5]]
            raise InputError(reasons[0] if reasons else f"{name} : aucun marché n'a été trouvé dans ce fichier")
        loaded = load_library(library)
        report.summary = write_outputs(
            (journal.result(key) for key in report.order), name, out, settings, loaded, report, progress
        )
        if documents:
            _write_documents(journal, report, out, settings, library, processes, progress)
    return report


def _analyse(
    items: Iterable[Item],
    journal: Journal,
    report: Report,
    settings: Settings,
    library: Path,
    processes: int,
    progress: Progress,
    total: int | None,
    elsewhere: batch.Elsewhere | None,
) -> None:
    salt = batch.salt(library, settings)

    def missing() -> Iterator[tuple[str, Entry]]:
        for item in items:
            if isinstance(item, Layout):
                report.layouts.append(item)
            elif isinstance(item, Skipped):
                report.skipped.append(item)
            else:
                key = item.key(salt)
                report.order.append(key)
                if key in journal:
                    report.reused += 1
                else:
                    yield key, item

    chunks = batch.chunks(missing())
    found = (
        elsewhere(chunks)
        if elsewhere
        else batch.run_chunks(chunks, batch.analysis_task, batch.start_analysis, (library, settings), processes)
    )
    done = 0
    for lines in found:
        journal.add(lines)
        done += len(lines)
        progress("Analyse", done + report.reused, total)


# --- outputs -------------------------------------------------------------------------------------


def write_outputs(
    outcomes: Iterable[Outcome],
    name: str,
    out: Path,
    settings: Settings,
    library: Library,
    report: Report,
    progress: Progress = silent,
) -> Summary:
    """The workbook, the note, the rows in CSV and JSON: one pass, a market at a time."""
    from drafter.word import render_docx

    summary = Summary(Decimal(int(census(library).value)))
    book = ProgrammeBook(name, settings, library)
    rows, lines = out / f".{CSV}.tmp", out / f".{JSON}.tmp"
    with rows.open("w", encoding="utf-8-sig", newline="") as table, lines.open("w", encoding="utf-8") as whole:
        writer = csv.writer(table, delimiter=";")
        writer.writerow(FIELDS)
        head = {"format": "drafter-programme", "version": 1, "source": name, "bibliotheque": library.info.version}
        whole.write(batch.as_json(head)[:-1] + f',"reglages":{batch.as_json(settings.as_data())},"marches":[')
        for done, outcome in enumerate(outcomes, 1):
            summary.add(outcome)
            book.add(outcome)
            writer.writerow(_csv_row(outcome))
            whole.write((",\n" if done > 1 else "\n") + batch.as_json(outcome))
            if done % 200 == 0:
                progress("Classeur", done, len(report.order))
        whole.write('\n],"synthese":' + batch.as_json(_summary_data(summary, library)) + "}\n")
    os.replace(rows, out / CSV)
    os.replace(lines, out / JSON)
    book.save(out / WORKBOOK, summary, report.layouts, report.skipped)
    document = note.compose_summary_note(summary, name, settings, library)
    replace_file(out / note.FILE_NAME, render_docx(document, created=settings.on, library_version=library.info.version))
    return summary


def _csv_row(outcome: Outcome) -> list[str]:
    cells = dict(outcome)
    for kind, hours in outcome.get("heures", {}).items():
        cells[f"heures_{kind}"] = hours
    cells["fautes"] = [
        f"ligne {fault['ligne']}, {fault['colonne'] or 'colonne absente'} : {fault['message']}"
        for fault in outcome.get("fautes", ())
    ]
    return [_csv_cell(cells.get(name)) for name in FIELDS]


def _csv_cell(value: Any) -> str:
    """Text that no spreadsheet takes for a formula; figures with a dot, lists on one line."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        value = " | ".join(map(str, value))
    return _safe(value) if isinstance(value, str) else "" if value is None else str(value)


def _summary_data(summary: Summary, library: Library) -> dict[str, Any]:
    return {
        "marches_lus": summary.read,
        "marches_analyses": summary.analysed,
        "marches_a_reprendre": summary.faulty,
        "montant_ht": str(summary.all.amount),
        "heures": {"bas": summary.low, "conseille": summary.advised, "haut": summary.high},
        "trimestres": dict(sorted(summary.quarters.items())),
        "segments": {name: group.hours for name, group in Summary.ranked(summary.segments)},
        "territoires": {name: group.hours for name, group in Summary.ranked(summary.territories)},
        "leviers": dict(sorted(summary.levers.items())),
        "indicateurs": [
            {
                "nom": item.name, "valeur": item.figure, "definition": item.definition, "source": item.source,
                "certitude": item.status,
            }
            for item in indicators(summary, library)
        ],
    }  # fmt: skip


# --- documents -----------------------------------------------------------------------------------


def folder_name(outcome: Outcome) -> str:
    """A name that any disk takes: the number, then the reference or the object, in plain letters."""
    words = re.sub(r"[^a-z0-9]+", "-", readers.plain(f"{outcome['reference']} {outcome['objet']}")).strip("-")
    return f"{outcome['numero']:05d}-{words[:50].strip('-')}".rstrip("-")


def _write_documents(
    journal: Journal,
    report: Report,
    out: Path,
    settings: Settings,
    library: Path,
    processes: int,
    progress: Progress,
) -> None:
    folder = out / DOCUMENTS
    folder.mkdir(exist_ok=True)

    def wanted() -> Iterator[tuple[str, dict[str, Any], str]]:
        for key in report.order:
            outcome = journal.result(key)
            if "fautes" in outcome:
                continue
            report.documents += 1
            name = folder_name(outcome)
            mark = folder / name / ".fait"
            if not (mark.is_file() and mark.read_text(encoding="utf-8") == key):
                yield key, outcome["marche"], str(folder / name)

    found = batch.run_chunks(batch.chunks(wanted(), 4), _documents_task, _start_documents, (library,), processes)
    done = 0
    for count in found:
        done += count
        progress("Documents", done, len(report.order))


_library: Library | None = None


def _start_documents(library: Path) -> None:
    global _library
    _library = load_library(library)


def _documents_task(chunk: Sequence[tuple[str, dict[str, Any], str]]) -> int:
    assert _library is not None, "_start_documents comes first"
    for key, data, folder in chunk:
        write_set(data, Path(folder), key, _library)
    return len(chunk)


def write_set(data: dict[str, Any], folder: Path, key: str, library: Library) -> None:
    """The whole set of one market. Made aside and put in place at once: a folder is whole, or is not there."""
    from drafter.document_set import DOSSIER, set_files
    from drafter.pipeline import run

    result = run(read_market(data), library)
    aside = folder.with_name(f".{folder.name}")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, content in set_files(result).items():
        (aside / name).write_bytes(content)
    (aside / DOSSIER).write_text(dossier.dump(result.market, library), encoding="utf-8")
    (aside / ".fait").write_text(key, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)
