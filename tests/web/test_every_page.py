"""Every address that shows a page, taken from the application itself: valid HTML, and light."""

from __future__ import annotations

import re
from typing import Any

import html5lib
import pytest
from flask import Flask

from drafter.library import Library

LIGHT = 100_000
ASSETS = 60_000
"""Style sheets and scripts of one page, before compression."""
WITH_A_NAME = {
    "pages.example": "/exemple/{example}",
    "pages.trial": "/essai/{example}",
    "catalogue.clause": "/bibliotheque/clauses/social.insertion.heures",
    "api_reference.operation": "/api/operations/explain",
    "api_reference.schema": "/api/schemas/Dossier",
    "drafts.show": "/brouillon/inconnu",
    "exchange.by_link": "/avis/inconnu",
}
"""Pages whose address holds a name. Each clause has its page tested in test_catalogue.py, the reference in its own."""
PARTS = {"pages.rules": ("?partie=sectorielles", "?regle=CR-04", "?q=a", "?q=introuvablement")}
"""What else a page shows when its address asks for it. Each part of the rules is weighed in test_law.py."""
STEPS = ("/verifier", "/verifier/calibrage", "/loi", "/documents", "/avis", "/avis/recu", "/brouillon", "/decrire")


def check_valid(html: str, place: str) -> None:
    """The parser of the HTML standard reads it without one complaint."""
    parser = html5lib.HTMLParser()
    parser.parse(html)
    told = [f"{place}, line {html.count(chr(10), 0, at[0]) + 1}: {code} {seen}" for at, code, seen in parser.errors]
    assert not told, "\n".join(told[:10])


def addresses(app: Flask, example: str) -> list[str]:
    """Where a page is read without sending anything. A new rule with a name in it must join the table above."""
    found = []
    for rule in app.url_map.iter_rules():
        data = rule.endpoint.startswith(("api.", "health.")) or rule.rule.endswith((".csv", ".json", ".docx"))
        if "GET" in (rule.methods or ()) and not data and rule.endpoint not in ("static", "programme.model"):
            found.append(WITH_A_NAME[rule.endpoint].format(example=example) if rule.arguments else rule.rule)
            found += [rule.rule + asked for asked in PARTS.get(rule.endpoint, ())]
    return found


def test_pages_to_read(app: Flask, client: Any, library: Library) -> None:
    for path in addresses(app, next(iter(library.examples))):
        answer = client.get(path)
        assert hasattr(answer, "page"), f"{path} is no page: it belongs with the data"
        check_valid(answer.text, path)
        assert len(answer.data) < LIGHT, (path, len(answer.data))


@pytest.mark.parametrize("example", ["nettoyage-mediatheque", "renovation-ecole"])
def test_pages_of_a_market(client: Any, example: str) -> None:
    """One market alone, one in lots. The steps of every other example are weighed in test_path.py."""
    described = client.get(f"/exemple/{example}").page.sent("/verifier")
    decided = client.post("/verifier", data=described).page.sent("/verifier")
    for step in STEPS:
        answer = client.post(step, data=decided)
        assert answer.status_code == 200, step
        assert len(answer.data) < LIGHT, (step, len(answer.data))
        check_valid(answer.text, step)


@pytest.mark.parametrize("path", ["/", "/bibliotheque", "/suivi", "/api"])
def test_a_first_visit_is_light(client: Any, path: str) -> None:
    """What a browser loads to show a page it has never seen."""
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get(path).text))
    assert files
    assert sum(len(client.get(file).data) for file in files) < ASSETS
