"""The OpenAPI 3.1 document, made of the table of operations and of the models: nothing in it is written twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drafter import dossier
from drafter.errors import InputError
from drafter.library import Library
from drafter.market import market_data, read_market
from drafter.version import VERSION
from drafter.web.api.data import MODELS
from drafter.web.api.explanation import Explanation
from drafter.web.api.operations import EXAMPLE, JSON, PREFIX, Answer, Operation, Parameter
from drafter.web.api.problems import BY_NAME, MEDIA_TYPE, problem_data
from drafter.web.api.shapes import REFERENCE, Schema, components

MARKETS = (EXAMPLE, "renovation-ecole", "voirie-programme")
"""Examples shown in the document: a service, works, a framework agreement; those a smaller library has not are left."""
FAULTY = {"objet": "Nettoyage des écoles", "nature": "ménage", "montant_ht": "beaucoup", "duree_mois": 12}
"""A market with several faults, to show that all are told at once."""


def document(operations: Iterable[Operation], library: Library) -> dict[str, Any]:
    """Needs a request, or an application at hand: the errors name the address of their page."""
    paths: dict[str, Any] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation, library)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "drafter",
            "version": f"{VERSION}+bibliotheque.{library.info.version}",
            "summary": "Clauses sociales et environnementales des marchés publics",
            "description": "Décrire un marché, lire les obligations, les heures d'insertion et les clauses, obtenir "
            "les pièces. Sans compte ni cookie, appelée par un serveur : aucun en-tête CORS n'est envoyé. Le service "
            "propose et explique ; l'acheteur décide.",
        },
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {"schemas": _schemas()},
    }


def _operation(operation: Operation, library: Library) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
    }
    if operation.parameters:
        made["parameters"] = [_parameter(item) for item in operation.parameters]
    if operation.reads_market:
        made["requestBody"] = _body(library)
    made["responses"] = _responses(operation)
    return made


def _parameter(item: Parameter) -> dict[str, Any]:
    schema: Schema = {"type": "integer", "minimum": 1, "maximum": 9999} if item.number else {"type": "string"}
    if item.values:
        schema["enum"] = list(item.values)
    elif item.pattern and not item.number:
        schema["pattern"] = f"^{item.pattern}$"
    if item.longest:
        schema["maxLength"] = item.longest
    if item.default:
        schema["default"] = int(item.default) if item.number else item.default
    return {
        "name": item.name,
        "in": "path" if item.in_path else "query",
        "required": item.in_path,
        "description": item.meaning,
        "schema": schema,
        "example": int(item.example) if item.number else item.example,
    }


def _body(library: Library) -> dict[str, Any]:
    markets = {name: library.examples[name] for name in MARKETS if name in library.examples}
    examples = {
        name: {"summary": market.object.splitlines()[0], "value": market_data(market)}
        for name, market in markets.items()
    }
    content: dict[str, Any] = {"schema": {"anyOf": [_ref("Marche"), _ref("Dossier")]}}
    if examples:
        content["examples"] = examples
    return {"required": True, "description": "Un fichier de marché, ou un dossier.", "content": {JSON: content}}


def _responses(operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "200": {
            "description": " ".join(answer.meaning for answer in operation.answers),
            "content": {answer.media_type: _content(answer) for answer in operation.answers},
        }
    }
    if not operation.reads_market:
        made["304"] = {"description": "Rien n'a changé depuis la réponse qui portait cet ETag."}
    by_status: dict[int, list[str]] = {}
    for name in operation.kinds:
        by_status.setdefault(BY_NAME[name].status, []).append(name)
    for status, names in sorted(by_status.items()):
        content: dict[str, Any] = {"schema": _ref("Probleme")}
        if "marche" in names:
            content["examples"] = {"plusieurs-erreurs": {"value": _faulty()}}
        made[str(status)] = {
            "description": " ; ".join(BY_NAME[name].title for name in names),
            "content": {MEDIA_TYPE: content},
        }
    return made


def _content(answer: Answer) -> dict[str, Any]:
    if answer.schema:
        return {"schema": _ref(answer.schema)}
    return {"schema": {"type": "string"}} if answer.media_type.startswith("text/") else {}


def _faulty() -> dict[str, Any]:
    """What the API really answers to `FAULTY`."""
    try:
        read_market(FAULTY)
    except InputError as error:
        return problem_data(BY_NAME["marche"], faults=error.faults)
    raise AssertionError("the faulty example has no fault")


def _ref(name: str) -> Schema:
    return {"$ref": REFERENCE + name}


def _schemas() -> dict[str, Schema]:
    made = components((Explanation, *MODELS))
    stamp = _ref("VersionDeLaBibliotheque")
    made["Dossier"] = {
        "type": "object",
        "description": "Le fichier que le service donne à garder : un marché et ses décisions.",
        "required": ["format", "version", "marche"],
        "properties": {
            "format": {"const": dossier.FORMAT},
            "version": {"type": "integer", "minimum": 1, "maximum": dossier.VERSION},
            "bibliotheque": {"type": "object", "description": "La version qui a servi, pour mémoire."},
            "marche": _ref("Marche"),
        },
    }
    made["UneClause"] = _object(bibliotheque=stamp, clause=_ref("Clause"))
    files = (made.pop("FichierDeParametres"), made.pop("FichierDeTaux"), made.pop("FichierDObligations"))
    parameters, rates, duties = (item["properties"] for item in files)
    sector = made.pop("FichierSectoriel")["properties"]["obligations_sectorielles"]
    made["Parametres"] = _object(bibliotheque=stamp, parametres=parameters["parametres"])
    made["Taux"] = _object(bibliotheque=stamp, taux=rates["taux"])
    named = {key: duties[key] for key in ("obligations", "derogations", "reservations", "seuils_europeens")}
    made["Obligations"] = _object(bibliotheque=stamp, **named, obligations_sectorielles=sector)
    made["DescriptionOpenApi"] = _object(openapi={"type": "string"}, info={"type": "object"}, paths={"type": "object"})
    return dict(sorted(made.items()))


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties}
