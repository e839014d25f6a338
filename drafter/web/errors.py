"""Every error becomes a page in French, with a way out; the reason stays in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from drafter.errors import DrafterError
from drafter.french import typeset
from drafter.web.api import is_api, problem
from drafter.web.checkup import again as checkup_again
from drafter.web.fields import sentences
from drafter.web.files import dossiers_at_stake
from drafter.web.followup import again as followup_again
from drafter.web.insertion import again as insertion_again
from drafter.web.logs import request_id
from drafter.web.pages import EXPIRED, show_again
from drafter.web.programme import again as programme_again

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
    429: ("Trop de demandes en peu de temps", "Attendez une minute, puis envoyez de nouveau : rien n'est perdu."),
    503: (
        "Le service est très demandé",
        "Il fabrique déjà autant de documents qu'il le peut. Attendez quelques secondes, puis envoyez de nouveau : "
        "rien n'est perdu.",
    ),
    500: ("Le service n'a pas pu répondre", "L'erreur est notée. Essayez de nouveau."),
}
_SENT_AGAIN = {429, 500, 503}

_FILE_FORMS: Mapping[str, Callable[[str], str]] = {
    "checkup": checkup_again,
    "followup": followup_again,
    "insertion": insertion_again,
    "programme": programme_again,
}
"""Pages that take a file: shown again as they are, for no file travels in a page."""

# Under a name that is not ours no address can be made: no page, a line.
_STRANGE_HOST = "Ce service ne répond pas sous ce nom. Ouvrez-le par l'adresse que l'on vous a donnée.\n"


def register_errors(app: Flask) -> None:
    app.jinja_env.globals["dossiers_en_jeu"] = dossiers_at_stake

    @app.errorhandler(DrafterError)
    def refused(error: DrafterError) -> ResponseReturnValue:
        return error_page(422, "Ce dossier ne peut pas être traité", "", sentences(error))

    @app.errorhandler(CSRFError)
    def expired(error: CSRFError) -> ResponseReturnValue:
        log.info("jeton de formulaire refusé")
        again = _FILE_FORMS.get(request.blueprint or "") if "page" not in request.form else None
        try:
            return (again(typeset(EXPIRED)), 400) if again else show_again()
        except DrafterError as fault:
            return refused(fault)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        if isinstance(error, SecurityError):
            return _STRANGE_HOST, 400, {"Content-Type": "text/plain; charset=utf-8"}
        if is_api(request.path):
            return problem(error)
        code = error.code or 500
        title, words = _WORDS.get(code, _WORDS[400 if code < 500 else 500])
        answer = make_response(error_page(code, title, words, again=code in _SENT_AGAIN))
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                answer.headers[name] = value
        return answer

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> ResponseReturnValue:
        log.exception("erreur inattendue", exc_info=error)
        title, words = _WORDS[500]
        reference = f"Si elle revient, donnez cette référence : {request_id()}."
        return error_page(500, title, f"{words} {reference}", again=True)


def error_page(
    code: int, title: str, words: str, messages: list[str] | None = None, *, again: bool = False
) -> ResponseReturnValue:
    """`again`: what was sent stays in the page, behind a button, for a browser keeps nothing of a page of ours."""
    sent = _sent_again() if again else None
    return render_template("erreur.html", titre=title, texte=words, messages=messages or [], renvoi=sent), code


def _sent_again() -> dict[str, Any] | None:
    if request.method != "POST":
        return None
    try:
        fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
        files = [file for file in request.files.values() if file.filename]
    except HTTPException:  # too large, or cut short: there is nothing to send again
        return None
    return {"action": request.path, "champs": fields, "fichiers": bool(files)}
