"""The service in a browser. The only package that knows Flask; it keeps nothing on the server.

The market and its decisions travel in each page as a hidden dossier, read again and checked each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from drafter import french
from drafter.library import Library, load_library
from drafter.paths import TEMPLATES
from drafter.web import config as settings
from drafter.web.catalogue import register_catalogue
from drafter.web.checkup import blueprint as checkup
from drafter.web.errors import register_errors
from drafter.web.insertion import allow_large_pieces
from drafter.web.insertion import blueprint as insertion
from drafter.web.pages import blueprint
from drafter.web.security import register_headers
from drafter.web.typography import FrenchSpaces

__all__ = ["create_app"]


def create_app(library: Library | None = None, config: Mapping[str, Any] | None = None) -> Flask:
    """The application. `library` is read once, here; raises LibraryError when it has faults."""
    app = Flask("drafter.web", template_folder=str(TEMPLATES / "html"))
    app.config.from_mapping(settings.LIMITS)
    app.config.from_mapping(config or {})
    if not app.config["SECRET_KEY"]:
        app.config["SECRET_KEY"] = settings.secret_key()
    app.extensions["library"] = library or load_library()
    _set_up_templates(app)
    allow_large_pieces(app)
    CSRFProtect(app)
    register_headers(app)
    register_errors(app)
    app.register_blueprint(blueprint)
    register_catalogue(app)
    app.register_blueprint(insertion)
    app.register_blueprint(checkup)
    return app


def _set_up_templates(app: Flask) -> None:
    env = app.jinja_env
    env.add_extension(FrenchSpaces)
    env.undefined = StrictUndefined
    env.autoescape = True
    env.trim_blocks = env.lstrip_blocks = True
    env.filters |= {
        "typeset": french.typeset,
        "euros": french.euros,
        "hours": french.hours,
        "day": french.day,
        "show": french.show,
        "figure": lambda quantity: french.number(quantity.value),
        "plural": french.plural,
        "capital": lambda text: text[:1].upper() + text[1:],
        "territory_option": lambda territory: (territory.id, territory.label),
        "pair": lambda term: (term.value, term.label),
        "kind": lambda block: type(block).__name__,
    }
    env.tests["startingwith"] = lambda text, start: str(text).startswith(start)
    env.globals |= {"static_url": _static_urls(app), "suite": f"{french.NBSP}; "}


def _static_urls(app: Flask) -> Any:
    """Addresses that change with the content, so that a browser may keep the files for a year."""
    folder = Path(app.static_folder or "")
    versions = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:10] for path in sorted(folder.iterdir())}
    return lambda name: url_for("static", filename=name, v=versions[name])
