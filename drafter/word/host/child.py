"""The child process that reads an upload: limits first, then the work, then one answer. See sandbox.py."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any


def main(memory: int, seconds: int) -> None:
    """Reads a request on stdin, answers on stdout. Any fault of the program itself is an exit code."""
    _limit(memory, seconds)
    job, *request = pickle.load(sys.stdin.buffer)
    work: Callable[..., tuple[dict[str, Any], bytes]] = {"controle": _check_up, "tableaux": _tables}.get(job, _answer)
    answer, docx = work(*request)
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + docx)
    sys.stdout.buffer.flush()


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # nothing is kept: no file can even be written


def _answer(data: bytes, documents: Any, options: Any) -> tuple[dict[str, Any], bytes]:
    from drafter.errors import DrafterError, InputError
    from drafter.word.host.insertion import insert
    from drafter.word.host.places import PlacesNeeded
    from drafter.word.host.safety import check_package

    try:
        notes = check_package(data)
        done = insert(data, documents, options)
    except PlacesNeeded as error:
        return {"genre": "question", "fautes": _messages(error), "plan": list(error.outline)}, b""
    except InputError as error:
        return {"genre": "illisible", "fautes": _messages(error)}, b""
    except DrafterError as error:
        return {"genre": "refus", "fautes": _messages(error)}, b""
    report = replace(done.report, a_verifier=(*done.report.a_verifier, *notes))
    return {"genre": "fait", "rapport": report.as_data()}, done.docx


def _check_up(*request: Any) -> tuple[dict[str, Any], bytes]:
    from drafter.errors import InputError
    from drafter.word.host.checkup_upload import answer

    try:
        return answer(*request)
    except InputError as error:
        return {"genre": "illisible", "fautes": _messages(error)}, b""


def _tables(*request: Any) -> tuple[dict[str, Any], bytes]:
    from drafter.errors import InputError
    from drafter.sheets.reading import answer

    try:
        return answer(*request), b""
    except InputError as error:
        return {"genre": "illisible", "fautes": _messages(error)}, b""


def _messages(error: Any) -> list[str]:
    return [fault.message for fault in error.faults]
