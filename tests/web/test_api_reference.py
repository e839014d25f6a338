"""The reference of the API: nothing undocumented, every link leads somewhere, every command shown really works."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from drafter import vocabulary
from drafter.market import market_data, read_market
from drafter.web.api.operations import EXAMPLE, PREFIX
from drafter.web.api.problems import KINDS, MEDIA_TYPE
from drafter.web.api.views import VIEWS
from drafter.web.api.words import WORDS

GUIDE = Path(__file__).parents[2] / "docs" / "api.md"
LARGEST = 100_000
"""Bytes of a page."""


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    return json.loads(app.test_client().get(f"{PREFIX}/openapi.json").data)


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, found) for path, methods in document["paths"].items() for method, found in methods.items()]


# --- the document --------------------------------------------------------------------------------


def test_every_route_is_documented_and_every_document_routed(app, document) -> None:
    routes = {
        (rule.rule.removeprefix(PREFIX).replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, method, _ in operations(document)}
    assert {found["operationId"] for *_, found in operations(document)} == set(VIEWS)


def test_every_operation_says_what_it_does_and_how_it_fails(document) -> None:
    for path, method, found in operations(document):
        assert found["summary"]
        assert found["description"].endswith(".")
        assert found["responses"]["200"]["content"]
        failures = {code: answer for code, answer in found["responses"].items() if code[0] in "45"}
        assert {"400", "500"} <= set(failures)
        assert "{" not in path or "404" in failures
        assert method == "get" or {"413", "415", "422", "429", "503"} <= set(failures)
        for answer in failures.values():
            assert set(answer["content"]) == {MEDIA_TYPE}
        for item in found.get("parameters", []):
            assert item["description"].endswith(".")
            assert "example" in item


def test_every_key_of_the_market_file_is_explained(document) -> None:
    """In French, and none of our words for a key that is no more."""
    schemas = document["components"]["schemas"]
    for name in WORDS:
        properties = schemas[name]["properties"]
        assert set(WORDS[name]) == set(properties)
        assert all(found["description"] for found in properties.values())
    assert all(found["description"] for found in schemas["Lot"]["properties"].values())


def test_references_lead_to_schemas_and_every_schema_serves(document) -> None:
    text = json.dumps(document)
    named = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert named == set(document["components"]["schemas"])


def test_closed_lists_are_written_where_they_are_used(document) -> None:
    nature = document["components"]["schemas"]["Marche"]["properties"]["nature"]
    assert nature["enum"] == [str(term) for term in vocabulary.Nature]
    assert nature["description"] == "Nature du marché."
    ccag = document["components"]["schemas"]["Marche"]["properties"]["ccag"]["anyOf"][0]
    assert "« fcs » : CCAG Fournitures courantes et services" in ccag["description"]


def test_the_document_shows_no_english_of_ours(document) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert "title" not in {key for key in schema if key != "properties"} or name in ("Marche", "Clause"), name
        assert not re.search(r"\b(the|which|None)\b", json.dumps(schema, ensure_ascii=False)), name


def test_the_document_is_always_the_same(app, library, document) -> None:
    from drafter.web import create_app

    again = create_app(library, {"SECRET_KEY": "x", "TESTING": True}).test_client().get(f"{PREFIX}/openapi.json")
    assert again.data == app.test_client().get(f"{PREFIX}/openapi.json").data
    assert document["info"]["version"].endswith(f"+bibliotheque.{library.info.version}")
    assert document["servers"] == [{"url": PREFIX}]


def test_example_markets_of_the_document_are_those_of_the_library(library, document) -> None:
    shown = document["paths"]["/explain"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    assert EXAMPLE in shown
    for name, item in shown.items():
        assert item["value"] == market_data(library.examples[name])
        assert read_market(item["value"]) == library.examples[name]


# --- the pages -----------------------------------------------------------------------------------


def pages(document: dict[str, Any]) -> list[str]:
    return [
        "/api",
        *(f"/api/operations/{found['operationId']}" for *_, found in operations(document)),
        *(f"/api/schemas/{name}" for name in document["components"]["schemas"]),
    ]


def test_every_page_is_light_sound_and_links_to_what_is_there(client, document) -> None:
    every = set(pages(document))
    linked = set()
    for address in every:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(answer.data) < LARGEST, address
        assert "Set-Cookie" not in answer.headers
        linked |= {link.split("#")[0] for link in answer.page.addresses if link.startswith("/api")}
    assert every <= linked | {"/api"}
    for link in linked - every:
        assert client.get(link).status_code == 200, link


def test_every_sort_of_error_has_its_paragraph(client) -> None:
    ids = client.get("/api").page.ids
    assert {kind.anchor for kind in KINDS} <= set(ids)


def test_an_operation_shows_its_parameters_and_its_values(client, document) -> None:
    text = client.get("/api/operations/clauses").page.text
    for item in document["paths"]["/clauses"]["get"]["parameters"]:
        assert item["name"] in text
    assert "condition_execution" in text
    assert client.get("/api/schemas/Marche").page.text.count("obligatoire") == 4
    assert "toujours présente" in client.get("/api/schemas/Explication").page.text


@pytest.mark.parametrize("path", ["/api/operations/rien", "/api/schemas/rien", "/api/rien"])
def test_pages_that_are_not_there_are_pages(client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.page.title


# --- commands ------------------------------------------------------------------------------------


def run_curl(client: Any, command: str, files: dict[str, bytes]) -> Any:
    """What curl would send, sent to the application: the options that our examples use, and no other."""
    words = shlex.split(command.replace("\\\n", " "))
    assert words.pop(0) == "curl"
    address, headers, body, method = "", {}, None, ""
    while words:
        word = words.pop(0)
        if word == "--header":
            name, _, value = words.pop(0).partition(":")
            headers[name] = value
        elif word == "--data":
            body = files[words.pop(0).removeprefix("@")]
        elif word == "--output":
            words.pop(0)
        elif word not in ("--remote-name", "--remote-header-name", "--silent"):
            assert not word.startswith("-"), word
            address = word
    path = re.sub(r"^https?://[^/]+", "", address)
    method = "POST" if body is not None else "GET"
    return client.open(path, method=method, data=body, headers=headers)


def test_commands_of_the_pages_work(client, library, document) -> None:
    market = json.dumps(market_data(library.examples[EXAMPLE])).encode()
    for *_, found in operations(document):
        html = client.get(f"/api/operations/{found['operationId']}").get_data(as_text=True)
        shown = re.search(r'aria-label="Commande curl"><code>(.*?)</code>', html, re.S)
        assert shown
        command = shown[1].replace("&#39;", "'").replace("&amp;", "&")
        answer = run_curl(client, command, {f"{EXAMPLE}.json": market})
        assert answer.status_code == 200, command
        assert answer.mimetype in found["responses"]["200"]["content"]


def test_commands_of_the_guide_work(client) -> None:
    """In their order: the first one fetches the market that the others send."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    files: dict[str, bytes] = {}
    commands = [command for block in blocks for command in re.split(r"(?<!\\)\n(?=curl)", block.strip())]
    assert len(commands) > 4
    for command in commands:
        answer = run_curl(client, command, files)
        assert answer.status_code == 200, command
        output = re.search(r"--output (\S+)", command)
        if output:
            files[output[1]] = answer.data


def test_the_guide_names_every_operation(document) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for path, method, _ in operations(document):
        assert f"`{method.upper()} {path}`" in guide
