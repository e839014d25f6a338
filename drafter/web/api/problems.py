"""Errors of the API: `application/problem+json` (RFC 9457), in French, every fault at once, nothing internal.

`type` leads to the part of the reference page that says what to do.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, url_for
from werkzeug.exceptions import HTTPException

from drafter.errors import DrafterError, Fault, RefusedError
from drafter.french import typeset
from drafter.web.fields import sentence
from drafter.web.logs import request_id

MEDIA_TYPE = "application/problem+json"
MAX_BODY = 256 * 1024
"""Bytes of a market; the largest of our examples has a hundredth of it."""
MOST_FAULTS = 100
"""Of one answer: a market of a hundred lots may hold thousands."""

log = logging.getLogger("drafter.web")


@dataclass(frozen=True)
class Kind:
    """One sort of error. `advice` is its paragraph on the reference page, and its detail when nothing else is known."""

    name: str
    status: int
    title: str
    advice: str

    @property
    def anchor(self) -> str:
        return f"erreur-{self.name}"


KINDS = (
    Kind(
        "lecture",
        400,
        "Corps illisible",
        "Le corps de la demande n'est pas du JSON lisible : vérifiez l'encodage (UTF-8), les guillemets, les virgules "
        "et les accolades ; une clé ne s'écrit qu'une fois, NaN et Infinity ne sont pas des nombres.",
    ),
    Kind(
        "parametre",
        400,
        "Paramètre inconnu ou mal écrit",
        "Un paramètre de l'adresse n'existe pas, est écrit deux fois, ou n'a pas une valeur admise : "
        "« erreurs » nomme chacun d'eux.",
    ),
    Kind(
        "demande",
        400,
        "Demande mal formée",
        "La demande ne suit pas le protocole HTTP : vérifiez l'adresse et les en-têtes envoyés.",
    ),
    Kind(
        "introuvable",
        404,
        "Introuvable",
        "Cette adresse ne mène à rien : vérifiez l'identifiant ou le chemin sur la page de référence.",
    ),
    Kind(
        "methode",
        405,
        "Méthode non admise",
        "Cette adresse existe, mais pas pour cette méthode : l'en-tête Allow donne celles qu'elle admet.",
    ),
    Kind(
        "taille",
        413,
        "Demande trop volumineuse",
        f"Un marché tient dans {MAX_BODY // 1024} Ko : envoyez un seul marché par demande, sans pièce jointe.",
    ),
    Kind(
        "type-de-contenu",
        415,
        "Type de contenu non admis",
        "Le corps s'envoie en JSON, sans compression, et l'en-tête Content-Type vaut application/json.",
    ),
    Kind(
        "marche",
        422,
        "Marché à corriger",
        "Le JSON se lit, mais des faits du marché manquent ou n'ont pas de sens : « erreurs » les donne tous, chacun "
        "avec son champ. Les lots, comme toute liste, se comptent à partir de 1.",
    ),
    Kind(
        "regle",
        422,
        "Décision refusée par une règle",
        "Le marché se lit, mais une décision ne peut pas tenir (clause retirée sans motif, par exemple) : "
        "complétez ou retirez cette décision.",
    ),
    Kind(
        "piece-absente",
        422,
        "Pièce sans objet pour ce marché",
        "Aucune clause retenue n'écrit dans la pièce demandée : elle n'est pas produite. "
        "La demande explain dit quelles pièces chaque clause écrit.",
    ),
    Kind(
        "trop-de-demandes",
        429,
        "Trop de demandes",
        "Attendez le délai de l'en-tête Retry-After, en secondes, puis recommencez.",
    ),
    Kind(
        "interne",
        500,
        "Le service n'a pas pu répondre",
        "L'erreur est notée de notre côté, sans le contenu envoyé. Recommencez ; si elle revient, signalez-la.",
    ),
    Kind(
        "indisponible",
        503,
        "Service momentanément indisponible",
        "Le service écrit déjà autant de documents qu'il le peut : attendez le délai de l'en-tête Retry-After, "
        "en secondes, puis recommencez.",
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}
_BY_STATUS = {404: "introuvable", 405: "methode", 413: "taille", 415: "type-de-contenu", 429: "trop-de-demandes"}


class ApiError(Exception):
    """A refusal of the API itself, with the sentence that says why."""

    def __init__(self, name: str, detail: str = "", faults: Iterable[Fault] = ()) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.faults = BY_NAME[name], detail, tuple(faults)


def problem(error: Exception) -> Response:
    """Any exception as an answer; what is not meant for a person goes to the log and nowhere else."""
    match error:
        case ApiError():
            return _answer(error.kind, error.detail, error.faults)
        case DrafterError():
            kind = BY_NAME["regle" if isinstance(error, RefusedError) else "marche"]
            return _answer(kind, "", error.faults)
        case HTTPException():
            return _of_http(error)
    log.exception("erreur inattendue", exc_info=error)
    kind = BY_NAME["interne"]
    return _answer(kind, f"{kind.advice} Référence : {request_id()}.")


def problem_data(kind: Kind, detail: str = "", faults: Iterable[Fault] = ()) -> dict[str, Any]:
    """The members of the answer, in their order."""
    found = tuple(faults)
    rows = [{"champ": fault.where or None, "message": sentence(fault.message)} for fault in found[:MOST_FAULTS]]
    if len(found) > MOST_FAULTS:
        said = f"et {len(found) - MOST_FAULTS} autres : corrigez d'abord celles-ci."
        rows.append({"champ": None, "message": sentence(said)})
    return {
        "type": url_for("api_reference.index", _anchor=kind.anchor),
        "title": typeset(kind.title),
        "status": kind.status,
        "detail": typeset(detail or kind.advice),
        "erreurs": rows,
    }


def _of_http(error: HTTPException) -> Response:
    """An answer to what Flask or its guards refuse, with the headers they give (Allow, Retry-After)."""
    status = error.code or 500
    default = "demande" if status < 500 else "indisponible" if status == 503 else "interne"
    kind = BY_NAME[_BY_STATUS.get(status, default)]
    answer = _answer(kind)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _answer(kind: Kind, detail: str = "", faults: Iterable[Fault] = ()) -> Response:
    text = json.dumps(problem_data(kind, detail, faults), ensure_ascii=False, indent=2) + "\n"
    # half a surrogate pair may have been typed: it must not break the answer that speaks of it
    return Response(text.encode("utf-8", "replace"), kind.status, mimetype=MEDIA_TYPE)
