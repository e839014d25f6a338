"""Pages about the service itself: who answers for it, and what changed."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from drafter.draft.markup import Part, compile_text
from drafter.paths import CLAUSE_LIBRARY
from drafter.web.config import settings
from drafter.web.sent import today

blueprint = Blueprint("house", __name__)


@blueprint.app_context_processor
def for_every_page() -> dict[str, Any]:
    """The footer tells the state of accessibility on every page."""
    return {"reglages": settings(), "etat_accessibilite": settings().accessibility_on(today()).value}


@blueprint.get("/mentions-legales")
def legal_notice() -> ResponseReturnValue:
    return render_template("mentions-legales.html")


@blueprint.get("/nouveautes")
def news() -> ResponseReturnValue:
    return render_template("nouveautes.html", journal=library_journal())


@cache
def library_journal() -> tuple[Part, ...]:
    """The journal that the jurists keep, from its first dated version on; its code marks are for them alone."""
    text = (CLAUSE_LIBRARY / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = text[text.index("\n## ") :].replace("`", "")
    return tuple(part for passage in compile_text(versions) for part in passage.parts)
