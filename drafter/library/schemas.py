"""JSON Schemas of the library's files, for the editors that jurists use: written from the models, never by hand.

`python -m drafter.library.schemas` rewrites `clause_library/schema/`; a test fails when a file there has drifted.
A schema says what an editor can say while one types. The checks across lines and files stay with the reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from drafter.facts import KINDS
from drafter.library.clause import Clause
from drafter.library.models import CcagModel, DutyFile, LibraryInfo, ParameterFile, PenaltyFile, RangeFile, Segment
from drafter.library.pieces import PieceFile
from drafter.library.sector import SectorFile
from drafter.library.territory import Territory
from drafter.market import Market
from drafter.paths import CLAUSE_LIBRARY

FOLDER = CLAUSE_LIBRARY / "schema"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
CONDITION = "condition"

# file, model, what it describes
FILES: tuple[tuple[str, type[BaseModel], str], ...] = (
    ("bibliotheque", LibraryInfo, "Version et date de la bibliothèque (bibliotheque.yaml)"),
    ("ccag", CcagModel, "Articles d'un CCAG (ccag/*.yaml)"),
    ("clause", Clause, "En-tête d'une clause (clauses/**/*.md)"),
    ("marche", Market, "Fichier de marché, et marchés d'exemple (examples/*.yaml)"),
    ("obligations", DutyFile, "Obligations, dérogations, réservations et seuils européens (duties/*.yaml)"),
    ("obligations_sectorielles", SectorFile, "Obligations sectorielles (duties/sectorielles/*.yaml)"),
    ("parametres", ParameterFile, "Valeurs datées (parameters/*.yaml, calibration/reglages.yaml)"),
    ("penalites", PenaltyFile, "Grille des pénalités (parameters/penalites.yaml)"),
    ("pieces", PieceFile, "Contrôle d'une pièce ancienne (warnings/pieces.yaml)"),
    ("segment", Segment, "Segment d'achat et ses métiers (segments/*.yaml)"),
    ("surcouche", Territory, "Surcouche territoriale du calibrage (territories/*.yaml)"),
    ("taux", RangeFile, "Taux du calibrage (calibration/*.yaml)"),
)


def schemas() -> dict[str, str]:
    """The text of each schema, by file name. The same models give the same bytes."""
    return {f"{name}.schema.json": _text(name, model, title) for name, model, title in FILES}


def write(folder: Path = FOLDER) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


def header_words(readme: str) -> dict[str, str]:
    """What each key of a clause header means, from its table in clause_library/README.md."""
    table = readme.partition("### L'en-tête")[2].partition("\n### ")[0]
    words: dict[str, str] = {}
    for keys, meaning in re.findall(r"^\| (.+?) \| (.+) \|$", table, re.MULTILINE):
        words |= dict.fromkeys(re.findall(r"`(\w+)`", keys), meaning.replace("`", ""))
    return words


def _text(name: str, model: type[BaseModel], title: str) -> str:
    schema = _own_words(model.model_json_schema(by_alias=True, schema_generator=_Generator))
    if name == "clause":
        del schema["properties"]["textes"]  # the pieces stand under the header
        readme = CLAUSE_LIBRARY / "README.md"
        for key, meaning in header_words(readme.read_text(encoding="utf-8")).items():
            schema["properties"][key]["description"] = meaning
    definitions = schema.pop("$defs", {})
    if _mentions_condition(schema) or _mentions_condition(definitions):
        definitions[CONDITION] = condition_schema()
    whole = {"$schema": DIALECT, "title": title, **schema}
    if definitions:
        whole["$defs"] = dict(sorted(definitions.items()))
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


class _Generator(GenerateJsonSchema):
    """Scalars of a YAML file are typed by our readers: an editor must accept `version: 2` and `version: "2"`."""

    def str_schema(self, schema: Any) -> dict[str, Any]:
        return {**super().str_schema(schema), "type": ["string", "number"]}

    def int_schema(self, schema: Any) -> dict[str, Any]:
        return {**super().int_schema(schema), "type": ["integer", "string"]}

    def decimal_schema(self, schema: Any) -> dict[str, Any]:
        return {"type": ["number", "string"]}

    def bool_schema(self, schema: Any) -> dict[str, Any]:
        return {"enum": ["oui", "non", True, False]}

    def date_schema(self, schema: Any) -> dict[str, Any]:
        return {"type": "string", "description": "Une date : 2026-10-01, 01/10/2026 ou 1er octobre 2026"}

    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])  # a default of ours is not what the jurist would type

    def any_schema(self, schema: Any) -> dict[str, Any]:
        return {"type": ["string", "number"]}  # a figure, read by the unit beside it


def _own_words(node: Any) -> Any:
    """Without the English of the models: their titles and docstrings are for programmers."""
    if isinstance(node, list):
        return [_own_words(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("format") == CONDITION:
        return {"$ref": f"#/$defs/{CONDITION}"}
    properties = node.get("properties")
    english = {"title", "properties", *(["description"] if node.get("type") == "object" or "enum" in node else [])}
    done = {_BOUNDS.get(key, key): _own_words(value) for key, value in node.items() if key not in english}
    if properties:
        done["properties"] = {key: _own_words(value) for key, value in properties.items()}
    return done


def _mentions_condition(node: Any) -> bool:
    return f"#/$defs/{CONDITION}" in json.dumps(node)


def condition_schema() -> Mapping[str, Any]:
    """`s_applique_si`: each fact with the values or comparisons it takes."""
    own = {"$ref": f"#/$defs/{CONDITION}"}
    facts = {name: {"description": kind.label, **_fact_schema(name)} for name, kind in sorted(KINDS.items())}
    return {
        "type": "object",
        "description": "Toutes les lignes doivent être vraies ; une liste de valeurs veut dire « l'une d'elles ».",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {
            "une_de": {
                "type": "array",
                "minItems": 2,
                "items": own,
                "description": "L'une de ces possibilités.",
            },
            **facts,
        },
    }


def _fact_schema(name: str) -> dict[str, Any]:
    kind = KINDS[name]
    if kind.choices is None and not kind.many:
        bound = {"anyOf": [{"type": ["string", "number"]}, _PARAMETER]}
        return {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": dict.fromkeys(("au_moins", "plus_de", "au_plus", "moins_de"), bound),
        }
    word: dict[str, Any] = {"enum": sorted(kind.choices)} if kind.choices else {"type": ["string", "number"]}
    words = {"anyOf": [word, {"type": "array", "minItems": 1, "items": word}]}
    none_of = {
        "type": "object",
        "required": ["aucun"],
        "additionalProperties": False,
        "properties": {"aucun": words},
    }
    return {"anyOf": [*words["anyOf"], none_of]}


_BOUNDS = {"ge": "minimum", "le": "maximum"}
_PARAMETER = {
    "type": "object",
    "required": ["parametre"],
    "additionalProperties": False,
    "properties": {"parametre": {"type": "string", "description": "Identifiant d'une valeur datée"}},
}


if __name__ == "__main__":
    write()
