"""Files that come in with a form and go out with an answer: the dossier of a market, and whatever is downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, abort, g, request
from werkzeug.datastructures import FileStorage

from drafter import dossier
from drafter.errors import DrafterError, InputError
from drafter.market import Market, load_text, read_market
from drafter.word import read_dossier

blueprint = Blueprint("files", __name__)

DOSSIER = "dossier-clauses.json"
DOSSIER_TYPE = "application/json"


def uploaded_market(upload: FileStorage | None) -> Market:
    """The market of a dossier, of a market file in YAML, or of a document of ours, which carries it."""
    name = (upload.filename or "").lower() if upload else ""
    if upload is None or not name:
        raise InputError("choisissez d'abord un fichier : un dossier (.json) ou un document Word produit ici (.docx)")
    data = upload.read()
    if name.endswith(".docx"):
        text = read_dossier(data)
        if text is None:
            raise InputError("ce document Word ne porte pas de dossier : choisissez un document produit par ce service")
        return dossier.load(text)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("ce fichier n'est pas un dossier : choisissez le fichier .json que vous avez gardé") from None
    return read_market(load_text(text, "yaml")) if name.endswith((".yaml", ".yml")) else dossier.load(text)


def attached(data: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype=media_type, headers=headers)


# --- a dossier that is refused, and must not be lost for it ---------------------------------------


@contextmanager
def handing_over(text: str) -> Iterator[None]:
    """What refuses this dossier, today's format or today's library: the page that says so hands its text over."""
    try:
        yield
    except DrafterError:
        g.refused_dossier = text
        raise


def dossiers_at_stake() -> list[tuple[str, str]]:
    """Each text that the page of an error must give back, with the words of its button."""
    found = [
        ("Garder le brouillon tel quel (.json)", g.get("refused_dossier", "")),
        ("Garder le dossier de cette page (.json)", request.form.get("dossier", "")),
    ]
    return [(words, text) for words, text in found if text.strip()]


@blueprint.post("/dossier-tel-quel")
def raw() -> Response:
    """The text of a dossier that nothing here reads any more, as a file. It is not read: it may be refused."""
    text = request.form.get("texte", "")
    if not text:
        abort(400)
    return attached(text.encode(), DOSSIER, DOSSIER_TYPE)
