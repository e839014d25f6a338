"""The service in a browser: the only package that knows Flask. It keeps nothing but the drafts a person asks for.

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
from drafter.settings import Settings, read_settings
from drafter.web.api import register_api
from drafter.web.catalogue import register_catalogue
from drafter.web.checkup import blueprint as checkup
from drafter.web.config import configure
from drafter.web.drafts import register_drafts
from drafter.web.errors import register_errors
from drafter.web.exchange import blueprint as exchange
from drafter.web.files import blueprint as files
from drafter.web.followup import blueprint as followup
from drafter.web.health import blueprint as health
from drafter.web.house import blueprint as house
from drafter.web.insertion import allow_large_pieces
from drafter.web.insertion import blueprint as insertion
from drafter.web.limits import register_limits
from drafter.web.logs import register_logs, set_up_logs
from drafter.web.metrics import register_metrics
from drafter.web.pages import blueprint
from drafter.web.programme import blueprint as programme
from drafter.web.security import register_headers
from drafter.web.sent import in_single_quotes
from drafter.web.typography import FrenchSpaces

__all__ = ["create_app"]


def create_app(
    library: Library | None = None, config: Mapping[str, Any] | None = None, settings: Settings | None = None
) -> Flask:
    """The application. `library` is read once, here; raises LibraryError when it has faults.

    `settings` are those of the environment unless given: raises InputError when one is wrong, or when production
    lacks what makes it safe. `config` is Flask's, and is over them.
    """
    settings = settings or read_settings()
    app = Flask("drafter.web", template_folder=str(TEMPLATES / "html"))
    set_up_logs(settings)
    configure(app, settings, config or {})
    app.extensions["library"] = library or load_library()
    _set_up_templates(app)
    register_logs(app, settings)
    register_metrics(app)
    register_limits(app, settings)
    allow_large_pieces(app)
    CSRFProtect(app)
    register_headers(app, production=settings.production)
    register_errors(app)
    app.register_blueprint(blueprint)
    app.register_blueprint(files)
    register_catalogue(app)
    register_api(app)
    app.register_blueprint(insertion)
    app.register_blueprint(checkup)
    app.register_blueprint(followup)
    app.register_blueprint(programme)
    register_drafts(app, settings)
    app.register_blueprint(exchange)
    app.register_blueprint(house)
    app.register_blueprint(health)
    return app


def _set_up_templates(app: Flask) -> None:
    env = app.jinja_env
    env.add_extension(FrenchSpaces)
    env.undefined = StrictUndefined
    env.autoescape = True
    env.trim_blocks = env.lstrip_blocks = True
    env.filters |= {
        "typeset": french.typeset,
        "attribut": in_single_quotes,
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
    env.globals |= {"static_url": _static_urls(app), "suite": f"{french.NBSP}; "}


def _static_urls(app: Flask) -> Any:
    """Addresses that change with the content, so that a browser may keep the files for a year."""
    folder = Path(app.static_folder or "")
    versions = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:10] for path in sorted(folder.iterdir())}
    return lambda name: url_for("static", filename=name, v=versions[name])
