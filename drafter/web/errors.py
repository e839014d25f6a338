"""Every error becomes a page in French, with a way out; the reason stays in the log."""

from __future__ import annotations

import logging

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from drafter.errors import DrafterError
from drafter.web.fields import sentence

log = logging.getLogger("drafter.web")

_BACK = "Revenez à la page précédente : ce que vous avez saisi y est encore."
_WORDS = {
    400: ("Demande incomplète", f"Ce que votre navigateur a envoyé ne se lit pas. {_BACK}"),
    404: ("Page introuvable", "Cette adresse ne mène nulle part. Vérifiez-la, ou repartez de l'accueil."),
    405: (
        "Adresse qui ne s'ouvre pas seule",
        "Cette page s'ouvre par un bouton du service, pas par son adresse. Repartez de l'accueil.",
    ),
    413: ("Envoi trop volumineux", f"Le fichier ou le formulaire dépasse 2\u00a0Mo. {_BACK}"),
    500: ("Le service n'a pas pu répondre", f"L'erreur est notée. {_BACK} Essayez de nouveau."),
}


def register_errors(app: Flask) -> None:
    @app.errorhandler(DrafterError)
    def refused(error: DrafterError) -> ResponseReturnValue:
        messages = [sentence(str(fault)) for fault in error.faults]
        return error_page(422, "Ce dossier ne peut pas être traité", "", messages)

    @app.errorhandler(CSRFError)
    def expired(error: CSRFError) -> ResponseReturnValue:
        from drafter.web.pages import show_again

        log.info("jeton refusé : %s", error.description)
        try:
            return show_again()
        except DrafterError as fault:
            return refused(fault)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        title, words = _WORDS.get(code, _WORDS[400 if code < 500 else 500])
        return error_page(code, title, words)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> ResponseReturnValue:
        log.exception("erreur inattendue", exc_info=error)
        return error_page(500, *_WORDS[500])


def error_page(code: int, title: str, words: str, messages: list[str] | None = None) -> ResponseReturnValue:
    return render_template("erreur.html", titre=title, texte=words, messages=messages or []), code
