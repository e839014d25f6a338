"""The reference page, `/api`: the OpenAPI document as one reads it, an operation or a schema a page, no script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from drafter.web.api.operations import EXAMPLE, PREFIX, Operation
from drafter.web.api.problems import BY_NAME, KINDS, MAX_BODY
from drafter.web.api.shapes import REFERENCE

blueprint = Blueprint("api_reference", __name__, url_prefix="/api")

_TYPES = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "boolean": "vrai ou faux",
    "object": "objet",
    "null": "null",
}
_FORMATS = {"date": "date AAAA-MM-JJ"}
_MOST_VALUES = 40
"""Of a closed list shown in a table: the others are in the OpenAPI document."""


@dataclass(frozen=True)
class Property:
    """One row of a table. `links` are the schemas its type names."""

    name: str
    required: bool
    type: str
    links: tuple[str, ...]
    meaning: str


@blueprint.get("")
def index() -> ResponseReturnValue:
    return render_template(
        "api.html",
        operations=_operations(),
        prefixe=PREFIX,
        erreurs=KINDS,
        schemas=sorted(_schemas()),
        version=_document()["info"]["version"],
        taille=MAX_BODY // 1024,
    )


@blueprint.get("/operations/<name>")
def operation(name: str) -> ResponseReturnValue:
    found = next((item for item in _operations() if item.name == name), None)
    if found is None:
        abort(404)
    described = _document()["paths"][found.path][found.method]
    return render_template(
        "api_operation.html",
        operation=found,
        prefixe=PREFIX,
        exemple=_curl(found),
        reponses=[(answer, answer.schema) for answer in found.answers],
        erreurs=sorted((BY_NAME[kind] for kind in found.kinds), key=lambda kind: kind.status),
        corps=_bodies(described),
        refus=_refusal(described),
        plus=_MOST_VALUES,
    )


@blueprint.get("/schemas/<name>")
def schema(name: str) -> ResponseReturnValue:
    found = _schemas().get(name)
    if found is None:
        abort(404)
    users = [item for item in sorted(_schemas()) if f'"{REFERENCE}{name}"' in json.dumps(_schemas()[item])]
    return render_template(
        "api_schema.html",
        nom=name,
        schema=found,
        proprietes=tuple(properties(found)),
        emplois=users,
        libre=found.get("additionalProperties") is not False,
    )


def properties(schema: Mapping[str, Any]) -> Iterator[Property]:
    """The keys of a schema as rows, in their order."""
    required = set(schema.get("required", ()))
    for name, found in schema.get("properties", {}).items():
        links = tuple(dict.fromkeys(_links(found)))
        yield Property(name, name in required, _type(found), links, _meaning(found))


def _type(schema: Mapping[str, Any]) -> str:
    """« liste de texte », « nombre ou null »: the words of a type, schemas by their name."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REFERENCE)
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    if "enum" in schema:
        values = [value if isinstance(value, str) else json.dumps(value) for value in schema["enum"]]
        more = f" et {len(values) - _MOST_VALUES} autres" if len(values) > _MOST_VALUES else ""
        return " | ".join(values[:_MOST_VALUES]) + more
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return " ou ".join(dict.fromkeys(_type(item) for item in schema[key]))
    kind = schema.get("type", "")
    if isinstance(kind, list):
        return " ou ".join(_TYPES[item] for item in kind)
    if kind == "array":
        return f"liste de {_type(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"objet de {_type(schema['additionalProperties'])}"
    return _FORMATS.get(schema.get("format", ""), _TYPES.get(kind, "toute valeur"))


def _links(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield str(schema["$ref"]).removeprefix(REFERENCE)
        for value in schema.values():
            yield from _links(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _links(item)


def _meaning(schema: Mapping[str, Any]) -> str:
    """Its description, then what is said of the values it may have."""
    inside = [*schema.get("anyOf", ()), schema.get("items", {})]
    said = [str(item["description"]) for item in (schema, *inside) if "description" in item]
    return " ".join(f"{text[:1].upper()}{text[1:].rstrip('.')}." for text in dict.fromkeys(said))


def _curl(operation: Operation) -> str:
    """A command to copy, and that tests run: the address of this service, the parameters of the table."""
    address = request.url_root.rstrip("/") + PREFIX + operation.path
    for item in operation.parameters:
        if item.in_path:
            address = address.replace(f"{{{item.name}}}", item.example)
    shown = (
        ""
        if operation.reads_market
        else "&".join(f"{item.name}={item.example}" for item in operation.query.values() if item.name == "q")
    )
    address = f"{address}?{shown}" if shown else address
    if not operation.reads_market:
        return f"curl '{address}'"
    output = "" if operation.name == "explain" else " --remote-name --remote-header-name"
    return f"curl{output} '{address}' \\\n  --header 'Content-Type:application/json' \\\n  --data @{EXAMPLE}.json"


def _bodies(described: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The example markets of the request, as JSON to read."""
    content = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    return [(name, _json(item["value"])) for name, item in content.get("examples", {}).items()]


def _refusal(described: Mapping[str, Any]) -> str:
    """A faulty market's answer, where the document holds one."""
    for answer in described["responses"].values():
        for content in answer.get("content", {}).values():
            for item in content.get("examples", {}).values():
                return _json(item["value"])
    return ""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _operations() -> tuple[Operation, ...]:
    return cast(tuple[Operation, ...], current_app.extensions["api"].operations)


def _document() -> dict[str, Any]:
    return cast(dict[str, Any], current_app.extensions["api"].document)


def _schemas() -> dict[str, Any]:
    return cast(dict[str, Any], _document()["components"]["schemas"])
