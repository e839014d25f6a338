"""The check-up of a file handed over by anyone: read, judged and commented in a child process (see sandbox.py)."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from drafter.errors import InputError
from drafter.word.host.convert import as_docx
from drafter.word.host.safety import UnsafeFile, check_package
from drafter.word.host.sandbox import ask, faults_of

if TYPE_CHECKING:
    from drafter.checkup.criteria import Criteria
    from drafter.checkup.findings import Report


@dataclass(frozen=True, slots=True)
class CheckedUp:
    """`docx` is the commented copy, empty when it was not asked for."""

    report: Report
    docx: bytes


def checkup_upload(
    data: bytes, criteria: Criteria, on: date, *, kind: str | None = None, copy: bool = False
) -> CheckedUp:
    """Check a piece up; comments are dated `on`. Raises UnsafeFile or InputError, never anything else."""
    from drafter.checkup.findings import report_from

    data, note = as_docx(data)
    answer, docx = ask(pickle.dumps(("controle", data, criteria, on, kind, copy)))
    match answer.get("genre"):
        case "fait":
            report = report_from(answer["rapport"])
            return CheckedUp(replace(report, notes=(note, *report.notes)) if note else report, docx)
        case "illisible":
            raise UnsafeFile(faults_of(answer))
    raise InputError("Ce document n'a pas pu être lu : enregistrez-le de nouveau dans Word, puis recommencez.")


def answer(data: bytes, criteria: Criteria, on: date, kind: str | None, copy: bool) -> tuple[dict[str, Any], bytes]:
    """What the child does. Raises InputError for a file that cannot be read."""
    from drafter.checkup.check import check
    from drafter.word.host.checkup import commented, piece_from
    from drafter.word.host.package import Package
    from drafter.word.host.reading import read_host

    notes = check_package(data)
    package = Package(data)
    outline = read_host(package)
    report = check(piece_from(outline, kind), criteria)
    report = replace(report, notes=(*report.notes, *notes))
    docx = commented(package, outline, report.findings, on) if copy else b""
    return {"genre": "fait", "rapport": report.as_data()}, docx
