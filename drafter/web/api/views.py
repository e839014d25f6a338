"""The routes: each reads the request, calls the pipeline or the library, and prints. No cookie, nothing kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Response, current_app

from drafter import open_data
from drafter.document_set import set_archive
from drafter.draft.as_plain import as_plain
from drafter.explain import explain
from drafter.market import market_data
from drafter.pipeline import Result, run
from drafter.web.api import data
from drafter.web.api.operations import DOCX, JSON, PIECE_NAMES, TEXT, ZIP
from drafter.web.api.problems import ApiError
from drafter.web.api.reading import read_sent_market
from drafter.web.catalogue import public
from drafter.web.clause_search import Catalogue
from drafter.web.limits import costly, makes_documents
from drafter.web.sent import library
from drafter.word.bundle import FILE_NAMES, render_pieces

Query = Mapping[str, str]
View = Callable[..., Response]

ARCHIVE = "dossier-clauses.zip"


# --- a market ------------------------------------------------------------------------------------


def explanation(query: Query) -> Response:
    return Response(written(explain(_sent_result())), mimetype=JSON)


def draft(query: Query) -> Response:
    wanted = tuple(name for name in PIECE_NAMES if name in query["pieces"].split(",")) or PIECE_NAMES
    result = _sent_result()
    if query["format"] == "json":
        return Response(written(data.piece_texts(result, wanted)), mimetype=JSON)
    return _attached(set_archive(result, wanted, **_choices(query)), ARCHIVE, ZIP)


def _choices(query: Query) -> dict[str, bool]:
    return {"comments": query["commentaires"] == "oui", "carry": query["dossier"] == "oui"}


def draft_piece(query: Query, piece: str) -> Response:
    if piece not in PIECE_NAMES:
        raise ApiError("introuvable", f"Il n'y a pas de pièce de ce nom : écrivez {', '.join(PIECE_NAMES)}.")
    result = _sent_result()
    if piece not in result.documents:
        raise ApiError("piece-absente")
    if query["format"] == "texte":
        return Response(as_plain(result.documents[piece]), mimetype=TEXT)
    made = render_pieces(result, [piece], **_choices(query))[piece]
    return _attached(made, FILE_NAMES[piece], DOCX)


def _sent_result() -> Result:
    return run(read_sent_market(), library())


def _attached(made: bytes, name: str, media_type: str) -> Response:
    return Response(made, mimetype=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


# --- the library ---------------------------------------------------------------------------------


def segments(query: Query) -> Response:
    return shared(data.segments_data(query["q"], library()))


def segment(query: Query, id: str) -> Response:
    found = data.segment_named(id, library())
    if found is None:
        raise ApiError("introuvable", "Aucun segment ne porte cet identifiant : cherchez-le par /segments?q=.")
    return shared(data.segment_data(found, library()))


def clauses(query: Query) -> Response:
    catalogue = cast(Catalogue, current_app.extensions["catalogue"])
    found = catalogue.search(catalogue.read(query))
    if found.query.page != int(query["page"]):
        raise ApiError("introuvable", f"Cette recherche a {found.pages} page(s) : demandez l'une d'elles.")
    return shared(data.clauses_data(found, library()))


def clause(query: Query, id: str) -> Response:
    found = library().clauses.get(id)
    if found is None:
        raise ApiError("introuvable", "Aucune clause ne porte cet identifiant : cherchez-la par /clauses?q=.")
    return shared(open_data.clause_data(found, library()))


def the_library(query: Query) -> Response:
    return shared(data.library_data(library()))


def parameters(query: Query) -> Response:
    return shared(data.parameters_data(library()))


def rates(query: Query) -> Response:
    return shared(data.rates_data(library()))


def duties(query: Query) -> Response:
    return shared(data.duties_data(library()))


def examples(query: Query) -> Response:
    return shared(data.examples_data(library()))


def example(query: Query, nom: str) -> Response:
    market = library().examples.get(nom)
    if market is None:
        raise ApiError("introuvable", "Aucun exemple ne porte ce nom : la liste est à l'adresse /exemples.")
    return shared(market_data(market))


def openapi(query: Query) -> Response:
    return shared(current_app.extensions["api"].document)


VIEWS: Mapping[str, View] = {
    "explain": costly(explanation),
    "draft": makes_documents(draft),
    "draft_piece": makes_documents(draft_piece),
    "segments": segments,
    "segment": segment,
    "clauses": clauses,
    "clause": clause,
    "library": the_library,
    "parameters": parameters,
    "rates": rates,
    "duties": duties,
    "examples": examples,
    "example": example,
    "openapi": openapi,
}


def written(answer: Any) -> bytes:
    """As the command line prints it, to the byte."""
    return (json.dumps(answer, ensure_ascii=False, indent=2) + "\n").encode()


def shared(answer: Any) -> Response:
    """Data of the library: kept by whoever asks each time whether it has changed."""
    return public(written(answer), JSON)
