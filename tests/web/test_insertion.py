"""The page that writes into the buyer's own piece."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

from werkzeug.test import EnvironBuilder

from drafter import dossier
from drafter.library import Library
from drafter.market import Market
from drafter.web.insertion import ARCHIVE
from tests.hosts.habits import typed_decimal
from tests.hosts.reading import comments, titles
from tests.hosts.test_places import OLD_CLAUSES, numbered


def send(client: Any, library: Library, piece: bytes, **more: str) -> Any:
    market: Market = library.examples["nettoyage-mediatheque"]
    form = client.get("/inserer").page.forms[-1]
    data = dict(form.data(**more).items()) | {
        "piece": (BytesIO(piece), "mon ccap.docx"),
        "marche": (BytesIO(dossier.dump(market, library).encode()), "dossier.json"),
    }
    environ = EnvironBuilder(path=form.action, method="POST", data=data).get_environ()
    try:
        return client.open(environ)
    finally:
        environ["wsgi.input"].close()


def test_the_form_opens(client: Any) -> None:
    assert client.get("/inserer").status_code == 200


def test_the_piece_comes_back_with_its_report(client: Any, library: Library) -> None:
    answer = send(client, library, typed_decimal(), style="imiter")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{ARCHIVE}"'
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert "7 Clause d’insertion sociale" in titles(archive.read("piece-avec-clauses.docx"))
        assert json.loads(archive.read("compte-rendu.json"))["suivi"] is False
        assert "Inséré" in archive.read("compte-rendu.txt").decode()


def test_tracked_when_asked(client: Any, library: Library) -> None:
    answer = send(client, library, typed_decimal(), suivi="oui")
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert json.loads(archive.read("compte-rendu.json"))["suivi"] is True


def test_notes_unless_they_are_not_wanted(client: Any, library: Library) -> None:
    found = []
    for more in ({}, {"sans-commentaires": "oui"}):
        with zipfile.ZipFile(BytesIO(send(client, library, typed_decimal(), **more).data)) as archive:
            found.append(len(comments(archive.read("piece-avec-clauses.docx"))))
    assert found[0] > 0
    assert found[1] == 0


def test_the_documents_lead_to_the_insertion(client: Any, library: Library) -> None:
    """The market comes along: only the piece is left to choose."""
    described = client.get("/exemple/nettoyage-mediatheque").page
    decided = client.post("/verifier", data=described.sent("/verifier")).page
    documents = client.post("/documents", data=decided.sent("/verifier"))
    assert 'formaction="/inserer" name="action" value="ouvrir">Insérer dans ma pièce<' in documents.get_data(
        as_text=True
    )
    form = documents.page.forms[-1]
    page = client.post("/inserer", data=form.data(action="ouvrir"))
    assert page.status_code == 200
    assert library.examples["nettoyage-mediatheque"].object in page.page.text
    form = page.page.forms[-1]
    data = dict(form.data().items()) | {"piece": (BytesIO(typed_decimal()), "mon ccap.docx")}
    environ = EnvironBuilder(path=form.action, method="POST", data=data).get_environ()
    try:
        answer = client.open(environ)
    finally:
        environ["wsgi.input"].close()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{ARCHIVE}"'


def test_a_question_shows_the_outline(client: Any, library: Library) -> None:
    answer = send(client, library, numbered(*OLD_CLAUSES))
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert "déjà un article sur ce sujet" in html
    assert "3 Clause sociale d’insertion" in html


def test_rubbish_is_refused_on_the_page(client: Any, library: Library) -> None:
    for piece in (b"x", b"PK\x03\x04", b""):
        answer = send(client, library, piece)
        assert answer.status_code == 422
        assert "Word" in answer.get_data(as_text=True)


def test_a_piece_over_the_limit_of_forms_is_taken(client: Any, library: Library) -> None:
    """More than 2 Mo, less than 20: not the limit of the other pages."""
    answer = send(client, library, b"PK" + bytes(3 << 20))
    assert answer.status_code == 422
