"""One line of log a request, and never a word of what was typed.

A line holds the name of the route, not its address: links to drafts are secrets. Of any message it keeps the sentence
and its numbers, not the words put into it; of an exception its type and our own frames, not its text.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
import uuid
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import Flask, Response, g, request

from drafter.settings import Settings
from drafter.version import VERSION

HEADER = "X-Request-Id"

QUIET = {"health.alive", "health.ready", "health.metrics", "static"}  # asked every few seconds: told when they fail

METHODS = {"GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"}

_PACKAGE = Path(__file__).resolve().parents[1]
_PLACES = re.compile(r"%(\([^)]*\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?[a-zA-Z%]")
_UP_TO_A_VALUE = re.compile(r"(?<=[=:])")
_KNOWN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")

log = logging.getLogger("drafter.web.requests")


def sentence(record: logging.LogRecord) -> str:
    """What the code wrote, with its numbers; any other value could have been typed by someone."""
    args = record.args if isinstance(record.args, tuple) else ()
    values = iter(args)

    def fill(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%"
        value = next(values, None)
        return str(value) if isinstance(value, (int, float)) else "…"

    if record.args:
        return _PLACES.sub(fill, str(record.msg))
    if record.name.split(".")[0] == "drafter":
        return str(record.msg)  # ours put no value in their sentence
    return _UP_TO_A_VALUE.split(str(record.msg))[0] if isinstance(record.msg, str) else type(record.msg).__name__


def frames(trace: TracebackType | None) -> list[str]:
    """Where it happened, in our own code: file, line, function; no source, no local value."""
    found = []
    for frame in traceback.extract_tb(trace):
        path = Path(frame.filename)
        if path.is_relative_to(_PACKAGE):
            found.append(f"{path.relative_to(_PACKAGE.parent).as_posix()}:{frame.lineno} {frame.name}")
    return found


def described(error: BaseException) -> dict[str, Any]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    chain = {"cause": described(cause)} if cause is not None else {}
    return {"type": type(error).__qualname__, "pile": frames(error.__traceback__), **chain}


class JsonLines(logging.Formatter):
    """For machines: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "heure": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "source": record.name,
            "message": sentence(record),
            "version": VERSION,
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["erreur"] = described(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


class ShortLines(logging.Formatter):
    """For a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        facts: dict[str, Any] = getattr(record, "facts", {})
        words = "{methode} {route} {statut} {duree_ms} ms".format(**facts) if "route" in facts else sentence(record)
        line = f"{datetime.fromtimestamp(record.created):%H:%M:%S} {words}"
        if record.exc_info and record.exc_info[1] is not None:
            error = described(record.exc_info[1])
            line = "\n    ".join((f"{line} ({error['type']})", *error["pile"]))
        return line


def set_up_logs(settings: Settings) -> None:
    """On standard error, for this process; not when someone has already decided where logs go."""
    root = logging.getLogger()
    if root.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.json_logs else ShortLines())
    root.addHandler(handler)
    logging.getLogger("drafter").setLevel(logging.INFO)


def register_logs(app: Flask, settings: Settings) -> None:
    """To be called before anything else that looks at answers: the last word on the status is ours."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()
        given = request.headers.get(HEADER, "") if settings.proxies else ""
        g.request_id = given if _KNOWN_ID.fullmatch(given) else uuid.uuid4().hex

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        status = response.status_code
        if request.endpoint not in QUIET or status >= 500:
            facts = {
                "route": request.endpoint or "inconnue",
                "methode": request.method if request.method in METHODS else "autre",
                "statut": status,
                "duree_ms": round(seconds() * 1000, 1),
                "requete": request_id(),
            }
            log.log(logging.WARNING if status >= 500 else logging.INFO, "requête", extra={"facts": facts})
        return response


def request_id() -> str:
    """The id of this request, the same in the log, in the answer's header and on the page of an error."""
    if "request_id" not in g:
        g.request_id = uuid.uuid4().hex
    return str(g.request_id)


def seconds() -> float:
    """Since the request arrived."""
    return time.perf_counter() - g.started if "started" in g else 0.0
