"""The JSON Schemas that editors use are those of the models, and say what a jurist may write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from drafter import yaml_text
from drafter.facts import KINDS
from drafter.library import schemas
from drafter.library.clause import Clause
from drafter.paths import CLAUSE_LIBRARY

README = (CLAUSE_LIBRARY / "README.md").read_text(encoding="utf-8")
WRITTEN = schemas.schemas()
READ: dict[str, Any] = {name.removesuffix(".schema.json"): json.loads(text) for name, text in WRITTEN.items()}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_schema_has_not_drifted_from_its_model(name: str) -> None:
    path = schemas.FOLDER / name
    found = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert found == WRITTEN[name], "run: python -m drafter.library.schemas"


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in schemas.FOLDER.iterdir()} == set(WRITTEN)


def test_the_same_models_give_the_same_bytes() -> None:
    assert schemas.schemas() == WRITTEN
    assert all(text.endswith("}\n") for text in WRITTEN.values())


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from nodes(inner)


@pytest.mark.parametrize("name", READ)
def test_every_reference_leads_somewhere(name: str) -> None:
    targets = {f"#/$defs/{key}" for key in READ[name].get("$defs", {})}
    assert {node["$ref"] for node in nodes(READ[name]) if isinstance(node.get("$ref"), str)} <= targets


@pytest.mark.parametrize("name", READ)
def test_unknown_keys_are_refused_everywhere(name: str) -> None:
    for node in nodes(READ[name]):
        if isinstance(node.get("properties"), dict) and node.get("type") == "object":
            assert node["additionalProperties"] is False


@pytest.mark.parametrize("name", READ)
def test_words_are_french(name: str) -> None:
    """Nothing of the programmers' docstrings."""
    english = re.compile(r"\b(the|of|and|which|from|when|with|this)\b", re.IGNORECASE)
    for node in nodes(READ[name]):
        for key in ("title", "description"):
            if isinstance(node.get(key), str):
                assert not english.search(node[key])


# --- conditions ------------------------------------------------------------------------------------------


def test_conditions_offer_every_fact_with_its_values() -> None:
    condition = READ["clause"]["$defs"]["condition"]
    assert set(condition["properties"]) == {"une_de", *KINDS}
    for name, kind in KINDS.items():
        fact = condition["properties"][name]
        assert fact["description"] == kind.label
        if kind.choices is not None:
            assert fact["anyOf"][0]["enum"] == sorted(kind.choices)
        elif not kind.many:
            assert set(fact["properties"]) == {"au_moins", "plus_de", "au_plus", "moins_de"}


# --- the table of clause_library/README.md -----------------------------------------------------------------

ALIASES = {info.alias or name for name, info in Clause.model_fields.items()} - {"textes"}


def test_every_key_of_a_clause_header_is_documented_and_no_other() -> None:
    assert set(schemas.header_words(README)) == ALIASES


def test_editors_show_the_words_of_that_table() -> None:
    properties = READ["clause"]["properties"]
    assert set(properties) == ALIASES
    assert properties["titre"]["description"] == "le nom que l'acheteur lit"


@pytest.mark.parametrize("folder", ["bibliotheque.yaml", *(f"`{name}/`" for name in ("clauses", "duties", "schema"))])
def test_the_table_of_folders_is_there(folder: str) -> None:
    assert folder in README


def test_every_folder_is_documented() -> None:
    folders = {path.name for path in CLAUSE_LIBRARY.iterdir() if path.is_dir()}
    assert [name for name in sorted(folders) if f"`{name}/`" not in README] == []


# --- our own files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((CLAUSE_LIBRARY / "clauses").rglob("*.md")), ids=lambda path: path.stem)
def test_headers_use_keys_of_the_schema(path: Any) -> None:
    header = yaml_text.load(path.read_text(encoding="utf-8").split("\n---\n")[0].removeprefix("---\n"))
    assert set(READ["clause"]["required"]) <= set(header) <= set(READ["clause"]["properties"])
