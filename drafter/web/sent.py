"""What every view needs of the request: the library, the day, the dossier that travels with the page."""

from __future__ import annotations

import json
from datetime import date
from typing import cast

from flask import current_app, request
from markupsafe import Markup

from drafter import dossier
from drafter.library import Library
from drafter.market import Market


def library() -> Library:
    return cast(Library, current_app.extensions["library"])


def today() -> date:
    return date.today()


def sent_dossier() -> Market | None:
    text = request.form.get("dossier", "").strip()
    return dossier.load(text) if text else None


def in_single_quotes(text: str) -> Markup:
    """For an attribute between single quotes: a dossier holds hundreds of double ones, each five signs once escaped."""
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;"))


def carried(market: Market) -> str:
    """The dossier as a page carries it: on one line, since each page holds it whole."""
    return json.dumps(json.loads(dossier.dump(market, library())), ensure_ascii=False, separators=(",", ":"))
