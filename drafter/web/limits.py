"""How much one client may ask, and how many documents are made at once.

Two allowances of the minute. The narrow one is for what costs: a view says so with a decorator; those of the rooms
that know nothing of limits are named in the tables below. The wide one is for whatever computes: every form sent, and
the few addresses that run a market. Reading pages is never counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any, TypeVar, cast

from flask import Flask, Request, Response, current_app, g, request
from flask_limiter import ApplicationLimit, Limiter
from flask_limiter.util import get_remote_address
from limits.errors import ConfigurationError
from werkzeug.exceptions import ServiceUnavailable

from drafter.errors import Fault, InputError
from drafter.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])

PATIENCE = 3.0  # seconds a request waits for its turn before it is told to come back
COME_BACK = 5

DOCUMENTS = {
    "catalogue.clause_docx",
    "checkup.check",
    "followup.make_kit",
    "followup.read_tally",
    "insertion.insertion",
    "pages.download",
    "programme.model",
}
"""Endpoints that make or open documents: processor and memory, so few at once in a process."""

COSTLY = DOCUMENTS | {"pages.reopen"}
"""Endpoints that compute much, or read a file."""

COMPUTED = {"drafts.show", "exchange.by_link", "pages.trial"}
"""Addresses that run a market when they are merely opened."""


def costly(view: View) -> View:
    """This view counts against the client's narrow allowance of the minute; beyond it, 429."""
    view.costly = True  # type: ignore[attr-defined]
    return view


def makes_documents(view: View) -> View:
    """Costly, and one of the few at once: beyond them, 503."""
    view.makes_documents = True  # type: ignore[attr-defined]
    return costly(view)


def register_limits(app: Flask, settings: Settings) -> None:
    """Off in tests, unless they ask (`RATELIMIT_ENABLED`), and for each allowance that is 0."""
    app.config.setdefault("RATELIMIT_ENABLED", not app.testing)
    app.config.setdefault("DOCUMENTS_AT_ONCE", settings.documents_at_once)
    app.config.setdefault("DOCUMENTS_PATIENCE", PATIENCE)
    allowances = [
        ApplicationLimit(f"{most} per minute", scope=name, exempt_when=exempt)
        for name, most, exempt in (
            ("couteuses", settings.costly_per_minute, lambda: not _is_costly(app, request)),
            ("calculees", settings.computed_per_minute, lambda: not _computes(app, request)),
        )
        if most
    ]
    if allowances:
        try:
            Limiter(
                get_remote_address,
                app=app,
                application_limits=[*allowances],
                storage_uri=settings.limits_storage,
                # A shared store that is down must not close the service: each process counts for itself meanwhile.
                in_memory_fallback_enabled=settings.limits_storage != "memory://",
            )
        except ConfigurationError:
            hint = "installez sa bibliothèque (pip install redis, par exemple), ou écrivez memory://"
            fault = Fault("DRAFTER_LIMITES_STOCKAGE", f"ce stockage n'est pas disponible : {hint}")
            raise InputError([fault]) from None
    _bound_documents(app)

    @app.after_request
    def say_when_to_come_back(response: Response) -> Response:
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", str(_until_the_next_minute()))
        return response


def _is_costly(app: Flask, asked: Request) -> bool:
    view = app.view_functions.get(asked.endpoint or "")
    return asked.endpoint in COSTLY or getattr(view, "costly", False)


def _computes(app: Flask, asked: Request) -> bool:
    return asked.method == "POST" or asked.endpoint in COMPUTED or _is_costly(app, asked)


def _bound_documents(app: Flask) -> None:
    turns = BoundedSemaphore(app.config["DOCUMENTS_AT_ONCE"])

    @app.before_request
    def wait_for_a_turn() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if request.endpoint in DOCUMENTS or getattr(view, "makes_documents", False):
            if not turns.acquire(timeout=app.config["DOCUMENTS_PATIENCE"]):
                raise ServiceUnavailable(retry_after=COME_BACK)
            g.turn = turns

    @app.teardown_request
    def give_the_turn_back(_error: BaseException | None) -> None:
        if turn := g.pop("turn", None):
            turn.release()


def _until_the_next_minute() -> int:
    """Seconds before the client's allowance opens again."""
    limiters = cast(set[Limiter], current_app.extensions.get("limiter", set()))
    reset = min((found.reset_at for one in limiters if (found := one.current_limit)), default=0)
    return max(1, int(reset - time.time()) + 1)
