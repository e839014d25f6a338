"""The page that checks an old piece up."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

from werkzeug.test import EnvironBuilder

from drafter import dossier
from drafter.library import Library
from drafter.web.checkup import ARCHIVE
from tests.hosts.builder import COVER, docx, p
from tests.hosts.test_checkup import old_piece


def send(client: Any, piece: bytes, market: str | None = None, **more: str) -> Any:
    form = client.get("/controler").page.forms[-1]
    data: dict[str, Any] = dict(form.data(**more).items()) | {"piece": (BytesIO(piece), "ancien ccap.docx")}
    if market is not None:
        data["marche"] = (BytesIO(market.encode()), "dossier.json")
    environ = EnvironBuilder(path=form.action, method="POST", data=data).get_environ()
    try:
        return client.open(environ)
    finally:
        environ["wsgi.input"].close()


def test_the_form_opens_and_is_in_the_menu(client: Any) -> None:
    assert client.get("/controler").status_code == 200
    assert "/controler" in client.get("/").page.addresses


def test_findings_are_shown_with_place_and_replacement(client: Any) -> None:
    answer = send(client, old_piece(), action="page")
    assert answer.status_code == 200
    shown = answer.page.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "3 Clause d’insertion sociale" in shown
    assert "Pôle emploi" in shown
    assert "France Travail" in shown
    assert "aucun marché n’est décrit" in shown


def test_with_a_market(client: Any, library: Library) -> None:
    market = library.examples["nettoyage-mediatheque"]
    answer = send(client, old_piece(), dossier.dump(market, library), action="page")
    shown = answer.page.text
    assert "Heures hors de la fourchette du calibrage" in shown
    carried = dict(answer.page.form("/controler").fields)["dossier"]
    assert dossier.load(carried) == market


def test_the_archive_holds_the_copy_and_the_data(client: Any) -> None:
    answer = send(client, old_piece(), action="archive")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{ARCHIVE}"'
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert sorted(archive.namelist()) == ["controle.json", "controle.txt", "piece-commentee.docx"]
        data = json.loads(archive.read("controle.json"))
        assert "OBS-POLE-EMPLOI" in {item["id"] for item in data["constats"]}
        assert "Pôle emploi" in archive.read("controle.txt").decode()
        with zipfile.ZipFile(BytesIO(archive.read("piece-commentee.docx"))) as copy:
            assert "word/comments.xml" in copy.namelist()


def test_what_the_piece_says_is_never_markup(client: Any) -> None:
    words = "<script>alert(1)</script> Pôle emploi {{ 7*7 }}"
    answer = send(client, docx(COVER + p(words)), action="page")
    html = answer.get_data(as_text=True)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_rubbish_is_refused_on_the_page(client: Any) -> None:
    for piece in (b"x", b"PK\x03\x04", b""):
        answer = send(client, piece, action="page")
        assert answer.status_code == 422
        assert "Word" in answer.get_data(as_text=True)


def test_no_piece_is_a_sentence(client: Any) -> None:
    form = client.get("/controler").page.forms[-1]
    answer = client.post(form.action, data=form.data())
    assert answer.status_code == 422
    assert "Choisissez votre pièce" in answer.get_data(as_text=True)
