"""The library in a browser: search, one page a clause, coverage, open data. Stable addresses, nothing kept."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from drafter import open_data
from drafter.coverage import TYPE_LABELS
from drafter.library import Library
from drafter.library.clause import Clause
from drafter.specimen import specimen
from drafter.vocabulary import Ambition
from drafter.web import clause_words
from drafter.web.clause_search import SOCIAL_ROW, Catalogue, row_name, short_why
from drafter.web.clause_view import clause_page, close_clauses
from drafter.web.condition_words import lower_first
from drafter.web.sent import library, today

blueprint = Blueprint("catalogue", __name__, url_prefix="/bibliotheque")

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class OpenData:
    """The files to download, made once: the library does not change while the service runs."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @cached_property
    def json(self) -> bytes:
        return _json(open_data.library_data(self._library))

    @cached_property
    def csv(self) -> bytes:
        return open_data.library_csv(self._library)


def register_catalogue(app: Flask) -> None:
    """The pages, and `catalogue_url(clause_id)` for every template."""
    app.extensions["catalogue"] = Catalogue(app.extensions["library"])
    app.extensions["open_data"] = OpenData(app.extensions["library"])
    app.jinja_env.globals["catalogue_url"] = catalogue_url
    app.jinja_env.filters["minuscule"] = lower_first
    app.register_blueprint(blueprint)


def catalogue_url(clause_id: str) -> str:
    """The address of a clause's page, for as long as its id lives."""
    return url_for("catalogue.clause", name=clause_id)


def _catalogue() -> Catalogue:
    return cast(Catalogue, current_app.extensions["catalogue"])


# --- pages ---------------------------------------------------------------------------------------


@blueprint.get("")
def search() -> ResponseReturnValue:
    if "" in request.args.values():  # what a form leaves empty is no part of a stable address
        asked = urlencode({name: value for name, value in request.args.items() if value})
        return redirect(f"{url_for('.search')}{'?' if asked else ''}{asked}")
    catalogue = _catalogue()
    return render_template(
        "bibliotheque.html",
        trouve=catalogue.search(catalogue.read(request.args)),
        total=len(catalogue.active),
        bibliotheque=library(),
        mots=clause_words,
        resume=short_why,
    )


@blueprint.get("/clauses/<name>")
def clause(name: str) -> ResponseReturnValue:
    """`?niveau=` writes the text at another of its levels."""
    found = library().clauses.get(name)
    if found is None:
        return unknown_clause(name)
    page = clause_page(found, library(), today(), _level(found))
    return render_template("bibliotheque_clause.html", page=page, c=found, mots=clause_words, bibliotheque=library())


def unknown_clause(name: str) -> tuple[str, int]:
    close = close_clauses(name, library())
    page = render_template(
        "bibliotheque_inconnue.html", nom=name[:80], proches=close, mots=clause_words, bibliotheque=library()
    )
    return page, 404


def _level(clause: Clause) -> Ambition | None:
    """The level asked for, when the clause is written for it."""
    asked = request.args.get("niveau", "")
    return next((level for level in clause.levels if level.value == asked), None)


@blueprint.get("/couverture")
def coverage() -> ResponseReturnValue:
    return render_template(
        "bibliotheque_couverture.html",
        couverture=_catalogue().coverage,
        types=TYPE_LABELS,
        niveaux=tuple(Ambition),
        ligne=row_name,
        sociale=SOCIAL_ROW,
        mots=clause_words,
        enjeux={str(stake): label for stake, label in clause_words.STAKES.items()},
    )


@blueprint.get("/donnees")
def data() -> ResponseReturnValue:
    example = next(iter(_catalogue().active), None)
    return render_template(
        "bibliotheque_donnees.html", colonnes=open_data.COLUMNS, bibliotheque=library(), exemple=example
    )


# --- files ---------------------------------------------------------------------------------------


@blueprint.get("/clauses/<name>.docx")
def clause_docx(name: str) -> ResponseReturnValue:
    from drafter.word import render_docx

    found = library().clauses.get(name)
    if found is None:
        return unknown_clause(name)
    info = library().info
    document = specimen(found, library(), _level(found)).document
    made = render_docx(document, created=info.date, library_version=info.version)
    headers = {"Content-Disposition": f'attachment; filename="{found.id}.docx"'}
    return Response(made, mimetype=DOCX, headers=headers)


@blueprint.get("/clauses.json")
def all_json() -> ResponseReturnValue:
    return public(_open_data().json, "application/json")


@blueprint.get("/clauses.csv")
def all_csv() -> ResponseReturnValue:
    answer = public(_open_data().csv, "text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="clauses-{library().info.version}.csv"'
    return answer


@blueprint.get("/clauses/<name>.json")
def clause_json(name: str) -> ResponseReturnValue:
    found = library().clauses.get(name)
    if found is None:
        abort(404)
    return public(_json(open_data.clause_data(found, library())), "application/json")


def _open_data() -> OpenData:
    return cast(OpenData, current_app.extensions["open_data"])


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def public(body: bytes, mimetype: str) -> Response:
    """Public data: may be kept by whoever asks each time whether it has changed.

    The tag names the version of the library, then the content: a file mended within a version changes it too.
    """
    answer = Response(body, mimetype=mimetype)
    answer.headers["Cache-Control"] = "no-cache"
    answer.set_etag(f"{library().info.version}-{hashlib.sha256(body).hexdigest()[:12]}")
    return cast(Response, answer.make_conditional(request))
