"""The plain pages, the stylesheet, and the small tools under the pages."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from drafter.library import Library
from drafter.paths import TEMPLATES
from drafter.settings import read_settings
from drafter.web import create_app, describe, pages
from drafter.web.fields import sentence
from drafter.web.typography import _typeset

STATIC = Path(pages.__file__).parent / "static"


@pytest.mark.parametrize("path", ["/", "/aide", "/donnees-personnelles", "/accessibilite"])
def test_a_plain_page(client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Ce service n’est pas un site de l’État" in answer.page.text
    assert len(answer.data) < 100_000


def test_the_first_page_opens_on_today(client, monkeypatch) -> None:
    monkeypatch.setattr(describe, "today", lambda: date(2027, 3, 9))
    assert dict(client.get("/").page.form("/verifier").fields)["date_lancement"] == "09/03/2027"


def test_accessibility_is_never_claimed(client) -> None:
    assert "non conforme" in client.get("/accessibilite").page.title
    assert "Accessibilité\u00a0: non conforme" in client.get("/").page.text


def test_alive(client, library: Library) -> None:
    answer = client.get("/sante/vivant")
    assert answer.status_code == 200
    assert answer.get_json()["bibliotheque"] == library.info.version


def test_static_files_are_ours_and_small(client) -> None:
    page = client.get("/").page
    files = [address for address in page.addresses if address.startswith("/static/")]
    assert len(files) == 6
    for address in files:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
    css = (STATIC / "drafter.css").read_text(encoding="utf-8")
    assert len(css) < 24_000
    assert not re.search(r"url\(|@import|https?:", css)
    assert len((STATIC / "drafter.js").read_bytes()) < 2_000


def luminance(colour: str) -> float:
    colour = colour.lstrip("#")
    colour = "".join(2 * digit for digit in colour) if len(colour) == 3 else colour
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("encre", "page", 7),
        ("doux", "feuille", 4.5),
        ("doux", "page", 4.5),
        ("accent", "feuille", 4.5),
        ("accent", "page", 4.5),
        ("accent", "accent-pale", 4.5),
        ("erreur", "feuille", 4.5),
        ("erreur", "erreur-pale", 4.5),
        ("attention", "feuille", 4.5),
        ("encre", "attention-pale", 7),
        ("encre", "marque", 7),
        ("bord", "feuille", 4.5),
        ("bord", "page", 4.5),
        ("accent-vif", "page", 4.5),
    ],
)
def test_contrasts(front: str, back: str, least: float) -> None:
    css = (STATIC / "drafter.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", css))
    assert contrast(colours[front], colours[back]) >= least


def test_templates_hold_no_style_no_script_no_other_origin() -> None:
    for path in (TEMPLATES / "html").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\bstyle=|<style|\bon[a-z]+=|https?://|[|]\s*safe(?! if)", text), path.name


def test_static_words_are_typeset_and_tags_left_alone() -> None:
    assert _typeset("Oui ; non : peut-être ?", False, False, False)[0] == "Oui\u00a0; non\u00a0: peut-être\u00a0?"
    assert _typeset('<a title="a : b">l\'eau', False, False, False) == ('<a title="a : b">l’eau', False)
    assert _typeset(' class="x : y"> a : b', True, False, False)[0] == ' class="x : y"> a\u00a0: b'
    assert _typeset(" heures : voir", False, True, False)[0] == "\u00a0heures\u00a0: voir"
    assert _typeset("<p class=", False, False, True) == ("<p class=", True)


def test_sentences() -> None:
    assert sentence("ce champ manque : indiquez un intitulé") == "Indiquez un intitulé."
    assert sentence("montant_ht manque : indiquez le montant") == "Indiquez le montant."
    assert sentence("« x » ne se lit pas : que faire ?") == "«\u00a0x\u00a0» ne se lit pas\u00a0: que faire\u00a0?"


def test_the_secret_comes_from_the_settings(library: Library) -> None:
    given = read_settings({"DRAFTER_SECRET_KEY": "clé"})
    assert create_app(library, settings=given).secret_key == "clé"
    drawn = [create_app(library, settings=read_settings({})).secret_key for _ in range(2)]
    assert drawn[0] != drawn[1]


def test_limits(app: Flask) -> None:
    assert app.config["MAX_CONTENT_LENGTH"] == 2 * 1024 * 1024
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"
