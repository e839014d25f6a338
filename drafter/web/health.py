"""What a supervision asks: alive, ready, and the figures. Never a page, never in the log when all is well."""

from __future__ import annotations

import hmac
import logging
from functools import cache

from flask import Blueprint, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from drafter.version import VERSION
from drafter.web.config import settings
from drafter.web.sent import library
from drafter.word import HOUSE_TEMPLATE

blueprint = Blueprint("health", __name__)
log = logging.getLogger("drafter.web.health")


def versions() -> dict[str, str]:
    return {"programme": VERSION, "bibliotheque": library().info.version}


@blueprint.get("/sante/vivant")
def alive() -> ResponseReturnValue:
    """The process answers; nothing else is looked at, so that a database at rest does not restart it."""
    return jsonify({"etat": "vivant", **versions()})


@blueprint.get("/sante/pret")
def ready() -> ResponseReturnValue:
    """Whether a request sent here now would be served: the library, the Word template, the database of drafts."""
    reasons: list[str] = []
    found = {**versions(), "modele": "", "brouillons": "fermés"}
    try:
        found["modele"] = template_hash()
    except OSError as error:
        log.error("modèle Word illisible", exc_info=error)
        reasons.append("Le modèle Word ne se lit pas : réinstallez le programme.")
    if settings().drafts:
        found["brouillons"] = "ouverts"
        reasons += _trouble_of_the_store()
    state = {"etat": "indisponible" if reasons else "pret", **found}
    if reasons:
        return jsonify({**state, "raisons": reasons}), 503
    return jsonify(state)


def _trouble_of_the_store() -> list[str]:
    """A round trip to the database; nothing when no draft was ever kept, or no store is plugged in."""
    ping = current_app.extensions.get("ping_drafts")
    if ping is None:
        return []
    try:
        ping()
    except Exception as error:
        log.warning("base des brouillons injoignable", exc_info=error)
        return ["La base des brouillons ne répond pas : vérifiez DRAFTER_DATABASE_URL, et que la base est démarrée."]
    return []


@cache
def template_hash() -> str:
    """Of the house template: two machines that show the same one make the same documents."""
    import hashlib

    return hashlib.sha256(HOUSE_TEMPLATE.read_bytes()).hexdigest()[:16]


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Closed unless a token is set; asked with `Authorization: Bearer`."""
    token = settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        abort(404)
    from drafter.web.metrics import MEDIA_TYPE, exposition

    return Response(exposition(), content_type=MEDIA_TYPE)
