"""Our clauses written into the buyer's own piece: one form, one archive back, nothing kept.

The piece is read in a child process (see drafter/word/host/sandbox.py); when it needs an answer, the page comes back
with the question and the outline of the piece.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from flask import Blueprint, Flask, Response, render_template, request
from flask.typing import ResponseReturnValue

from drafter.errors import DrafterError, InputError
from drafter.market import Market
from drafter.pipeline import run
from drafter.web.fields import sentences
from drafter.web.files import attached, uploaded_market
from drafter.web.sent import carried, library, sent_dossier, today

blueprint = Blueprint("insertion", __name__)

ARCHIVE = "piece-avec-clauses.zip"
MAX_BODY = 22 * 1024 * 1024  # the piece, 20 Mo at most, and the form around it
STYLES = (
    ("imiter", "Comme les articles voisins"),
    ("neutre", "Sans style : vous mettrez en forme"),
    ("maison", "Celle de ce service"),
)
EXISTING = (("", "Me poser la question"), ("remplacer", "La remplacer"), ("completer", "La garder et ajouter la nôtre"))
KINDS = (
    ("", "Lire dans la pièce"),
    ("ccap", "CCAP"),
    ("cctp", "CCTP"),
    ("ccp", "CCP (administratif et technique)"),
    ("rc", "Règlement de la consultation"),
    ("ae", "Acte d’engagement"),
)
PLACES = (
    ("insertion", "Clause d’insertion : après l’article"),
    ("environnement", "Clause environnementale : après l’article"),
    ("penalites", "Pénalités : dans l’article"),
    ("derogations", "Dérogations au CCAG : dans l’article"),
)


def allow_large_pieces(app: Flask) -> None:
    """The pages that read a piece take more than a form. Before the token is checked, which reads the whole body."""

    @app.before_request
    def widen() -> None:
        if request.path in ("/inserer", "/controler", "/programme"):
            request.max_content_length = MAX_BODY


@blueprint.get("/inserer")
def form() -> ResponseReturnValue:
    return _page()


@blueprint.post("/inserer")
def insertion() -> ResponseReturnValue:
    market: Market | None = None
    try:
        market = _market()
        if request.form.get("action") == "ouvrir":  # from the page of a market: the piece comes next
            return _page(market)
        return _archive(market)
    except DrafterError as error:
        return _page(market, sentences(error), getattr(error, "outline", ())), 422


def _market() -> Market:
    upload = request.files.get("marche")
    if upload is not None and upload.filename:
        return uploaded_market(upload)
    market = sent_dossier()
    if market is None:
        raise InputError(
            "choisissez le fichier du marché : le dossier gardé (.json), ou un document produit ici (.docx)"
        )
    return market


def _archive(market: Market) -> Response:
    from drafter.word.host import Existing, Options, Revision, Style, insert_upload
    from drafter.word.package import write_parts

    upload = request.files.get("piece")
    if upload is None or not upload.filename:
        raise InputError("choisissez votre pièce : le document Word dans lequel écrire")
    tracked = "suivi" in request.form
    existing = _choice("existant", EXISTING)
    result = run(market, library())
    options = Options(
        Style(_choice("style", STYLES)),
        Revision(f"{market.buyer_name or 'Service acheteur'} (outil)", today()) if tracked else None,
        Existing(existing) if existing else None,
        {name: where for name, _ in PLACES if (where := request.form.get(f"place-{name}", "").strip()[:200])},
        _choice("genre", KINDS) or None,
        None if "sans-commentaires" in request.form else result.on,
    )
    done = insert_upload(upload.read(), result.documents, options)
    report = json.dumps(done.report.as_data(), ensure_ascii=False, indent=2) + "\n"
    parts = {
        "piece-avec-clauses.docx": done.docx,
        "compte-rendu.txt": done.report.as_text().encode(),
        "compte-rendu.json": report.encode(),
    }
    return attached(write_parts(parts), ARCHIVE, "application/zip")


def again(message: str) -> str:
    """The form as it was sent, when its token has expired; a file has to be chosen again."""
    return _page(sent_dossier(), [message])


def _choice(name: str, choices: Iterable[tuple[str, str]]) -> str:
    """The value sent, when it is one of the choices; else the first of them."""
    known = [value for value, _ in choices]
    sent = request.form.get(name, "")
    return sent if sent in known else known[0]


def _page(
    market: Market | None = None, messages: list[str] | None = None, outline: Iterable[tuple[str, int, str]] = ()
) -> str:
    return render_template(
        "insertion.html",
        dossier=carried(market) if market else "",
        objet=market.object if market else "",
        messages=messages or [],
        plan=list(outline)[:400],
        styles=STYLES,
        existants=EXISTING,
        genres=KINDS,
        emplacements=PLACES,
        saisi=request.form,
    )
