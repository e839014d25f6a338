"""The check-up of last year's piece: a page of findings, or an archive with the commented copy. Nothing is kept.

The piece is read in a child process (see drafter/word/host/sandbox.py). As a browser keeps no file from one page to
the next, the archive is asked for with the piece, by the second button of the same form.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from drafter.checkup.as_text import as_text, where
from drafter.checkup.criteria import for_date, for_market
from drafter.checkup.findings import KINDS, Report
from drafter.errors import DrafterError, InputError
from drafter.market import Market
from drafter.pipeline import run
from drafter.web.fields import sentences
from drafter.web.files import attached, uploaded_market
from drafter.web.insertion import KINDS as CHOICES
from drafter.web.sent import carried, library, sent_dossier, today
from drafter.word.host.checkup_upload import CheckedUp

blueprint = Blueprint("checkup", __name__)

ARCHIVE = "controle-de-la-piece.zip"


@blueprint.get("/controler")
def form() -> ResponseReturnValue:
    return _page()


@blueprint.post("/controler")
def check() -> ResponseReturnValue:
    market: Market | None = None
    try:
        market = _market()
        copy = request.form.get("action") == "archive"
        done = _check_up(market, copy)
        return _archive(done) if copy else _page(market, done.report)
    except DrafterError as error:
        return _page(market, None, sentences(error)), 422


def _market() -> Market | None:
    """The market sent with the piece, when there is one: the check-up is told of general duties otherwise."""
    upload = request.files.get("marche")
    if upload is not None and upload.filename:
        return uploaded_market(upload)
    return sent_dossier()


def _check_up(market: Market | None, copy: bool) -> CheckedUp:
    from drafter.word.host.checkup_upload import checkup_upload

    upload = request.files.get("piece")
    if upload is None or not upload.filename:
        raise InputError("choisissez votre pièce : le document Word à contrôler")
    criteria = for_market(run(market, library())) if market else for_date(library(), today())
    kind = request.form.get("genre", "")
    known = kind if kind in dict(CHOICES) else ""
    return checkup_upload(upload.read(), criteria, today(), kind=known or None, copy=copy)


def _archive(done: CheckedUp) -> Response:
    from drafter.word.package import write_parts

    data = json.dumps(done.report.as_data(), ensure_ascii=False, indent=2) + "\n"
    parts = {
        "piece-commentee.docx": done.docx,
        "controle.txt": as_text(done.report).encode(),
        "controle.json": data.encode(),
    }
    return attached(write_parts(parts), ARCHIVE, "application/zip")


def again(message: str) -> str:
    """The form as it was sent, when its token has expired; a file has to be chosen again."""
    return _page(sent_dossier(), None, [message])


def _page(market: Market | None = None, report: Report | None = None, messages: list[str] | None = None) -> str:
    return render_template(
        "controle.html",
        dossier=carried(market) if market else "",
        objet=market.object if market else "",
        messages=messages or [],
        rapport=report,
        nature=KINDS[report.kind] if report else "",
        ou=where,
        genres=CHOICES,
        saisi=request.form,
    )
