"""The follow-up page: a kit in one button, a filled workbook read, nothing lost when something is wrong."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from followup.filling import WORKS, Book, plan

from drafter import dossier
from drafter.followup.ways import Way

PLAN = plan(WORKS, date(2026, 12, 1))


def token(client: Any) -> str:
    return str(client.get("/suivi").page.sent("/suivi")["csrf_token"])


def send(client: Any, path: str, **data: object) -> Any:
    return client.post(path, data={"csrf_token": token(client), **data}, content_type="multipart/form-data")


def carried(library: Any) -> str:
    return dossier.dump(PLAN.result.market, library)


def workbook(rows: list[tuple[object, ...]]) -> tuple[BytesIO, str]:
    return BytesIO(Book(PLAN).hours(rows).save()), "suivi.xlsx"


def test_the_page_has_its_two_forms(client: Any) -> None:
    page = client.get("/suivi").page
    assert {"/suivi", "/suivi/releve"} <= {form.action for form in page.forms}


def test_a_dossier_opens_the_page_then_gives_the_kit(client: Any, library: Any) -> None:
    opened = send(client, "/suivi", dossier=carried(library), action="ouvrir")
    assert opened.status_code == 200
    assert "groupe scolaire" in opened.get_data(as_text=True)
    answer = client.post(
        "/suivi", data=opened.page.sent("/suivi") | {"notification": "01/12/2026", "debut": "04/01/2027"}
    )
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kit-de-suivi.zip"'
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert {"suivi.xlsx", "mise-en-demeure.docx", "echeances.ics"} <= set(archive.namelist())
        assert "date saisie" in archive.read("lisez-moi.txt").decode()


def test_an_uploaded_dossier_gives_the_kit(client: Any, library: Any) -> None:
    upload = (BytesIO(carried(library).encode()), "dossier.json")
    assert send(client, "/suivi", fichier=upload, action="kit").mimetype == "application/zip"


@pytest.mark.parametrize("typed", ["32/01/2027", "demain", "{{ 7*7 }}", "<b>"])
def test_a_wrong_date_stands_beside_its_field(client: Any, library: Any, typed: str) -> None:
    answer = send(client, "/suivi", dossier=carried(library), debut=typed, notification="01/12/2026", action="kit")
    assert answer.status_code == 422
    sent = answer.page.sent("/suivi")
    assert (sent["debut"], sent["notification"]) == (typed, "01/12/2026")
    assert 'id="debut-erreur"' in answer.get_data(as_text=True)
    assert sent["dossier"]


def test_nothing_sent_is_told(client: Any) -> None:
    assert "choisissez le dossier" in send(client, "/suivi", action="kit").get_data(as_text=True).lower()
    assert "classeur de suivi rempli" in send(client, "/suivi/releve").get_data(as_text=True)
    junk = (BytesIO(b"%PDF-1.7"), "x.pdf")
    assert send(client, "/suivi/releve", classeur=junk).status_code == 422


def test_a_filled_workbook_is_read_then_written(client: Any) -> None:
    rows: list[tuple[object, ...]] = [
        ("Marché", "T1 2027", Way.ETTI, 150, "Structure", 2),
        ("Marché", "T2 2027", Way.ETTI, 40, "Structure", 1),
    ]
    answer = send(client, "/suivi/releve", classeur=workbook(rows), au="15/07/2027", action="page")
    text = answer.get_data(as_text=True).replace("\u00a0", " ")
    assert answer.status_code == 200
    assert "mise-en-demeure.docx" in text
    assert "aucune à ce jour" in text
    answer = send(client, "/suivi/releve", classeur=workbook(rows), au="15/07/2027", action="archive")
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["bilan-trimestriel.docx", "mise-en-demeure.docx"]


def test_wrong_cells_are_named_on_the_page(client: Any) -> None:
    answer = send(client, "/suivi/releve", classeur=workbook([("Lot <b>9</b>", "T1 2027", Way.ETTI, -3)]))
    assert answer.status_code == 422
    text = answer.get_data(as_text=True).replace("\u00a0", " ")
    assert "Feuille « Heures », cellule A8" in text
    assert "cellule F8" in text
    assert "<b>9</b>" not in text


def test_the_documents_page_leads_here(client: Any, library: Any) -> None:
    market = library.examples["renovation-ecole"]
    page = client.post(
        "/documents", data={"csrf_token": token(client), "page": "verifier", "dossier": dossier.dump(market, library)}
    ).page
    assert "/suivi" in page.addresses
