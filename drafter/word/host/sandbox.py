"""An upload is read in a child process, with little memory and little time; the parent only ever sees its answer.

The parent sends what it trusts (our blocks, the options) with the file; the child answers with one line of JSON and
the bytes of the document. Nothing the child writes is ever unpickled.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from drafter.draft.blocks import Document
from drafter.errors import Fault, InputError, RefusedError
from drafter.word.host.convert import as_docx
from drafter.word.host.options import Options
from drafter.word.host.report import Report, report_from
from drafter.word.host.safety import UnsafeFile

MEMORY = 1 << 30
CPU_SECONDS = 20
WALL_SECONDS = 45
_ROOT = str(Path(__file__).resolve().parents[3])
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from drafter.word.host.child import main; "
    "main(*map(int, sys.argv[2:]))"
)


@dataclass(frozen=True, slots=True)
class Done:
    docx: bytes
    report: Report


class Question(RefusedError):
    """The person must answer before anything is written. `outline`: number, level and text of each title."""

    exit_code = 2

    def __init__(self, faults: list[Fault], outline: list[tuple[str, int, str]]) -> None:
        super().__init__(faults)
        self.outline = outline


def insert_upload(data: bytes, documents: Mapping[str, Document], options: Options) -> Done:
    """Insert into a file handed over by anyone; .odt, .doc and .rtf are converted first.

    Raises UnsafeFile, InputError, Question or RefusedError; never anything else, whatever the file.
    """
    data, note = as_docx(data)
    answer, docx = ask(pickle.dumps(("insertion", data, dict(documents), options)))
    match answer.get("genre"):
        case "fait":
            report = report_from(answer["rapport"])
            if note:
                report = replace(report, a_verifier=(note, *report.a_verifier))
            return Done(docx, report)
        case "question":
            raise Question(faults_of(answer), [(str(a), int(b), str(c)) for a, b, c in answer["plan"]])
        case "refus":
            raise RefusedError(faults_of(answer))
        case "illisible":
            raise UnsafeFile(faults_of(answer))
    raise InputError("Ce document n'a pas pu être traité : enregistrez-le de nouveau dans Word, puis recommencez.")


def faults_of(answer: Mapping[str, Any]) -> list[Fault]:
    """The sentences of a child that refused."""
    return [Fault("", str(message)) for message in answer.get("fautes", ())]


def ask(request: bytes) -> tuple[dict[str, Any], bytes]:
    """What the child answers to a pickled request. Raises UnsafeFile when it is stopped or fails."""
    command = [sys.executable, "-I", "-c", _START, _ROOT, str(MEMORY), str(CPU_SECONDS)]
    pipe = subprocess.PIPE  # unbuffered: what a killed child did not read is dropped, not flushed to nobody
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, bufsize=0) as process:
        try:
            output, _ = process.communicate(request, timeout=WALL_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise UnsafeFile(
                "Ce document demande trop de temps à lire : enregistrez-le de nouveau dans Word, puis recommencez."
            ) from None
    head, _, docx = output.partition(b"\n")
    try:
        answer = json.loads(head)
    except ValueError:
        answer = None
    if process.returncode != 0 or not isinstance(answer, dict):
        raise UnsafeFile(
            "Ce document demande trop de mémoire ou de temps à lire : enregistrez-le de nouveau dans Word, retirez les "
            "images, puis recommencez."
        )
    return answer, docx
