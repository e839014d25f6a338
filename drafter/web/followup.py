"""After the award: the follow-up kit of a dossier, and what a filled workbook calls for. Nothing is kept.

A workbook is read in a child process (see drafter/sheets/reading.py). As a browser keeps no file from one page to the
next, the papers are asked for with the workbook, by the second button of the same form.
"""

from __future__ import annotations

from datetime import date
from pathlib import PurePath

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from drafter.errors import DrafterError, InputError
from drafter.followup.balance import LotBalance
from drafter.kit import ARCHIVE, TALLY_ARCHIVE, Followed, archive, follow, kit, plan_for
from drafter.market import Market
from drafter.readers import read_date
from drafter.web.fields import Fields, sentence, sentences
from drafter.web.files import attached, uploaded_market
from drafter.web.sent import carried, library, sent_dossier, today

blueprint = Blueprint("followup", __name__)

ZIP = "application/zip"
DATES = ("debut", "notification")


@blueprint.get("/suivi")
def form() -> ResponseReturnValue:
    return _page()


@blueprint.post("/suivi")
def make_kit() -> ResponseReturnValue:
    """The kit of the dossier sent or uploaded; `action=ouvrir` only shows the page with the dossier at hand."""
    market: Market | None = None
    try:
        market = _market()
        if request.form.get("action") == "ouvrir":
            return _page(market)
        if market is None:
            raise InputError("choisissez le dossier du marché : le fichier .json gardé, ou un document produit ici")
        fields, days = _dates()
        if fields.faulty:
            return _page(market, fields=fields), 422
        return attached(archive(kit(plan_for(market, library(), days["debut"], days["notification"]))), ARCHIVE, ZIP)
    except DrafterError as error:
        return _page(market, messages=sentences(error)), 422


@blueprint.post("/suivi/releve")
def read_tally() -> ResponseReturnValue:
    """The filled workbook: what it says, or the papers in one archive."""
    from drafter.sheets.reading import read_upload

    try:
        upload = request.files.get("classeur")
        if upload is None or not upload.filename:
            raise InputError("choisissez le classeur de suivi rempli (.xlsx ou .ods)")
        on, fields = _one_date("au", Fields(_typed()))
        if fields.faulty:
            return _page(fields=fields), 422
        name = PurePath(upload.filename).name
        found = follow(read_upload(upload.read(), name), library(), today(), on)
    except DrafterError as error:
        return _page(messages=sentences(error)), 422
    if request.form.get("action") == "archive" and found.outcome.papers:
        return attached(archive(found.files), TALLY_ARCHIVE, ZIP)
    return _page(found=found)


def _market() -> Market | None:
    upload = request.files.get("fichier")
    if upload is not None and upload.filename:
        return uploaded_market(upload)
    return sent_dossier()


def _typed() -> dict[str, tuple[str, ...]]:
    return {name: (request.form.get(name, ""),) for name in (*DATES, "au")}


def _dates() -> tuple[Fields, dict[str, date | None]]:
    fields, days = Fields(_typed()), dict[str, date | None]()
    for name in DATES:
        days[name], fields = _one_date(name, fields)
    return fields, days


def _one_date(name: str, fields: Fields) -> tuple[date | None, Fields]:
    """A date of the form, None when left empty; what is wrong goes beside its field."""
    text = fields.text(name).strip()
    try:
        return (read_date(text) if text else None), fields
    except ValueError as error:
        return None, Fields(fields.values, {**fields.errors, name: (sentence(str(error)),)})


def again(message: str) -> str:
    """The form as it was sent, when its token has expired; a file has to be chosen again."""
    return _page(sent_dossier(), messages=[message])


def _page(
    market: Market | None = None,
    *,
    found: Followed | None = None,
    messages: list[str] | None = None,
    fields: Fields | None = None,
) -> str:
    balances: tuple[LotBalance, ...] = found.outcome.balances if found else ()
    penalties = found.outcome.penalties if found else ()
    return render_template(
        "suivi.html",
        dossier=carried(market) if market else "",
        objet=market.object if market else "",
        messages=messages or [],
        champs=fields or Fields(_typed()),
        suivi=found,
        etats=list(zip(balances, penalties, strict=True)),
    )
