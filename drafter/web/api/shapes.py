"""JSON Schemas for readers: French names, closed lists in place, our English words left out.

Answers are described by pydantic models whose title is the French name of the component; what the library's editors
already have a schema for (market, clause, parameters, duties) is taken from `drafter.library.schemas`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema

from drafter import vocabulary
from drafter.library.schemas import schemas
from drafter.readers import plain
from drafter.web.api.words import LOT_KEYS, NAMES, WORDS

Schema = dict[str, Any]
REFERENCE = "#/components/schemas/"

_FILES = {
    "Marche": "marche",
    "Clause": "clause",
    "FichierDeParametres": "parametres",
    "FichierDeTaux": "taux",
    "FichierDObligations": "obligations",
    "FichierSectoriel": "obligations_sectorielles",
}


class Shape(BaseModel):
    """Base of the models of answers. Fields are named by the keys of the contract.

    A key that no field names is a fault in our tests; readers of the API are told that keys may be added.
    """

    model_config = ConfigDict(extra="forbid", protected_namespaces=())


def components(models: Iterable[type[BaseModel]]) -> dict[str, Schema]:
    """Every schema of the document by its name, in alphabetical order."""
    found: dict[str, Schema] = {}
    _, made = models_json_schema([(model, "validation") for model in models], ref_template=REFERENCE + "{model}")
    answers = made["$defs"]
    titles = {name: schema["title"] for name, schema in answers.items() if "enum" not in schema}
    for name, schema in answers.items():
        if "enum" not in schema:
            found[titles[name]] = _open(_tidy(schema, answers, titles))
    for file in _FILES:
        for name, schema in _file(file).items():
            if found.setdefault(name, schema) != schema:
                raise ValueError(f"two schemas are named {name}")
    return dict(sorted(found.items()))


def _file(name: str) -> dict[str, Schema]:
    """The schema of a file of the library and those it is made of."""
    whole = json.loads(_texts()[f"{_FILES[name]}.schema.json"])
    definitions = whole.pop("$defs", {})
    del whole["$schema"]
    if name == "Clause":
        text = {"type": "string"}
        whole["properties"]["textes"] = {
            "type": "object",
            "description": "le texte écrit dans chaque pièce, champs visibles",
            "properties": {str(piece): text for piece in vocabulary.Piece},
        }
    names = {key: NAMES.get(key, key) for key, schema in definitions.items() if "enum" not in schema}
    parts = {names[key]: schema for key, schema in definitions.items() if key in names}
    tidied = {key: _tidy(schema, definitions, names) for key, schema in {name: whole, **parts}.items()}
    return {key: _in_words(key, schema) for key, schema in tidied.items()}


@cache
def _texts() -> Mapping[str, str]:
    """Made from the models alone: the same for every library."""
    return schemas()


def _tidy(node: Any, definitions: Mapping[str, Schema], names: Mapping[str, str]) -> Any:
    """References by French name, closed lists where they are used, no title nor docstring of ours."""
    if isinstance(node, list):
        return [_tidy(item, definitions, names) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        others = {key: value for key, value in node.items() if key != "$ref"}
        if name not in names:
            return {"type": "string", "enum": definitions[name]["enum"], **_labels(name), **others}
        return {"$ref": REFERENCE + names[name], **others}
    ours = {"title", "default", *(["description"] if "properties" in node else [])}
    done = {key: _tidy(value, definitions, names) for key, value in node.items() if key not in (*ours, "properties")}
    if "properties" in node:
        done["properties"] = {key: _tidy(value, definitions, names) for key, value in node["properties"].items()}
    return done


def _labels(name: str) -> Schema:
    """fcs: CCAG Fournitures courantes et services, where a word does not say by itself what it means."""
    kind = getattr(vocabulary, name, None)
    if kind is None or all(plain(term.label) == term.value.lower() for term in kind):
        return {}
    return {"description": " ; ".join(f"« {term.value} » : {term.label}" for term in kind)}


def _in_words(name: str, schema: Schema) -> Schema:
    """A file's schema with what each key means, where we have words for it."""
    words = WORDS.get(name, {})
    if name == "Lot":
        words = {**WORDS["Marche"], **LOT_KEYS}
    for key, found in schema.get("properties", {}).items():
        if key in words:
            labels = found.get("description", "") if "enum" in json.dumps(found) else ""
            found["description"] = f"{words[key]} {labels}".strip()
    return schema


def _open(schema: Schema) -> Schema:
    """An answer may gain keys: a reader must not refuse those it does not know."""
    return {key: value for key, value in schema.items() if (key, value) != ("additionalProperties", False)}
