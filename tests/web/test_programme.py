"""The page that reads a programme of purchases: what was understood, what to mend, the archive. Nothing is kept."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from drafter.sheets.reading import read_tables
from drafter.web.programme import ARCHIVE, DETAILED, MOST_MARKETS
from tests.programme.make import as_csv

GOOD = "Objet;Montant HT;Durée (mois);Date de lancement;Département\n"


def send(client: Any, data: bytes, name: str = "achats.csv", **more: str) -> Any:
    form = client.get("/programme").page.forms[-1]
    sent: dict[str, Any] = dict(form.data(**more).items()) | {"achats": (BytesIO(data), name)}
    environ = EnvironBuilder(path=form.action, method="POST", data=sent).get_environ()
    try:
        return client.open(environ)
    finally:
        environ["wsgi.input"].close()


def shown(answer: Any) -> str:
    return str(answer.page.text).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_form_opens_and_is_in_the_menu(client: Any) -> None:
    assert client.get("/programme").status_code == 200
    assert "/programme" in client.get("/").page.addresses


def test_each_market_is_told_and_a_bad_row_stops_nobody(client: Any) -> None:
    rows = "Nettoyage des locaux;216000;48;01/03/2027;Somme\nTravaux de peinture;zéro;6;T2 2027;80\n"
    answer = send(client, (GOOD + rows).encode("cp1252"), action="page")
    assert answer.status_code == 200
    text = shown(answer)
    assert "Marchés analysés : 1" in text
    assert "À reprendre dans votre fichier : 1" in text
    assert "achats.csv, 3" in text
    assert "« zéro » n’est pas un montant lisible" in text
    assert "Clause d’insertion" in text


def test_what_people_type_is_shown_as_text(client: Any) -> None:
    rows = '=HYPERLINK("http://x");1;2;;\n<script>alert(1)</script> {{ 7*7 }};90000;12;mars 2027;\n'
    answer = send(client, (GOOD + rows).encode(), action="page")
    page = answer.get_data(as_text=True)
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in shown(answer)


def test_the_archive_holds_the_workbook_the_note_and_the_rows(client: Any) -> None:
    answer = send(client, as_csv(5), "programme.csv", action="archive")
    assert answer.mimetype == "application/zip"
    assert ARCHIVE in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert sorted(archive.namelist()) == [
            "note-de-synthese.docx", "programme.csv", "programme.json", "programme.xlsx",
        ]  # fmt: skip
        assert len(json.loads(archive.read("programme.json"))["marches"]) == 5
        sheets = {table.name for table in read_tables(archive.read("programme.xlsx"), "programme.xlsx")}
    assert {"Synthèse", "Marchés", "À reprendre", "Lignes comprises"} <= sheets


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "vide.csv", "vide"),
        (b"\x00\x01\x02", "x.csv", "lisible"),
        (b"PK\x03\x04 broken", "x.xlsx", "abîmé"),
        (b"%PDF-1.4", "x.pdf", "tableau"),
        (b"{}", "decp.json", "aucun contrat"),
        (b"Nom;Couleur\nA;B\n", "x.csv", "aucune ligne de titres"),
        (b"Objet;Montant\n", "x.csv", "aucun marché"),
    ],
)
def test_a_file_that_is_no_programme_is_refused_in_words(client: Any, data: bytes, name: str, said: str) -> None:
    answer = send(client, data, name, action="page")
    assert answer.status_code == 422
    assert said in shown(answer)


def test_no_file_and_a_bad_lead_time_are_told(client: Any) -> None:
    form = client.get("/programme").page.forms[-1]
    answer = client.post("/programme", data=form.data(action="page"))
    assert answer.status_code == 422
    assert "choisissez le fichier" in shown(answer).lower()
    refused = send(client, as_csv(1), facilitateur="-3", action="page")
    assert refused.status_code == 422
    assert "n’est pas un délai" in shown(refused)


def test_a_page_has_a_limit_and_says_it(client: Any) -> None:
    answer = send(client, as_csv(MOST_MARKETS + 1), action="page")
    assert answer.status_code == 422
    assert f"plus de {MOST_MARKETS} marchés" in shown(answer)


def test_a_full_page_stays_light(client: Any) -> None:
    answer = send(client, as_csv(MOST_MARKETS), action="page")
    assert answer.status_code == 200
    assert f"Marchés analysés : {MOST_MARKETS}" in shown(answer)
    assert f"Les {DETAILED} premiers marchés" in shown(answer)
    assert len(answer.data) < 250_000


def test_the_model_reads_back_as_examples_only(client: Any) -> None:
    answer = client.get("/programme/modele")
    assert answer.status_code == 200
    refused = send(client, answer.data, "modele.xlsx", action="page")
    assert refused.status_code == 422
    assert "ligne d’exemple" in shown(refused)
