"""From the description to the downloads, as a browser goes, without JavaScript."""

from __future__ import annotations

import io
import json
import zipfile

import openpyxl
import pytest
from docx import Document

from drafter import dossier
from drafter.library import Library
from drafter.market import market_data
from drafter.sheets import FILE_NAME, MEDIA_TYPE
from drafter.web.files import DOSSIER
from drafter.web.folded_lots import unfolded
from drafter.web.pages import ARCHIVE

CALIBRATION = "/verifier/calibrage"
SOCIAL = "c--social.insertion.heures"
CLEANING = {
    "objet": "Nettoyage des locaux de la médiathèque",
    "nature": "services",
    "cpv": "90919200-4",
    "montant_ht": "250 000,00 €",
    "duree_mois": "4 ans",
    "date_lancement": "1er octobre 2026",
    "acheteur": "collectivite",
    "departement": "80",
}


def described(client, **changes):
    """The second page, for a cleaning contract."""
    home = client.get("/").page
    answer = client.post("/verifier", data=home.sent("/verifier", **{**CLEANING, **changes}))
    assert answer.status_code == 200
    return answer.page


def test_every_example_goes_all_the_way(client, library: Library) -> None:
    for name in library.examples:
        first = client.get(f"/exemple/{name}")
        second = client.post("/verifier", data=first.page.sent("/verifier"))
        assert second.status_code == 200, name
        third = client.post("/documents", data=second.page.sent("/verifier"))
        assert third.status_code == 200, name
        figures = client.post(CALIBRATION, data=second.page.sent("/verifier"))
        assert figures.status_code == 200, name
        assert all(len(answer.data) < 100_000 for answer in (first, second, third)), name
        assert len(figures.data) < 60_000, name


def test_an_example_is_the_same_market_once_sent(client, library: Library) -> None:
    """The form shows a market and reads it back without changing it."""
    for name, market in library.examples.items():
        first = client.get(f"/exemple/{name}").page
        second = client.post("/verifier", data=first.sent("/verifier")).page
        read = market_data(dossier.load(dict(second.form("/verifier").fields)["dossier"]))
        usual = {"technicite": "moyenne", "ambition": "socle", "contrat": "marche", "forme": "ordinaire"}
        assert {**usual, **read} == {**usual, **market_data(market)}, name


def test_what_was_understood_is_shown(client) -> None:
    page = described(client)
    assert "Nettoyage de locaux et propreté" in page.text
    assert "48\u00a0mois" in page.text
    assert "250\u202f000\u00a0€" in page.text
    assert "L2112-2-1" in page.text
    assert "Étape 2 sur 3" in page.text


def test_lots_come_and_go_without_losing_anything(client) -> None:
    page = client.get("/").page
    for number in range(3):
        data = page.sent("/verifier", objet="Réfection", action="ajouter-lot")
        answer = client.post("/decrire", data=data)
        page = answer.page
        assert answer.get_data(as_text=True).count("autofocus") == 1
        assert f"lots-{number}-intitule" in dict(page.form("/verifier").fields)
    titles = {f"lots-{number}-intitule": f"Lot peinture {number}" for number in range(3)}
    page = client.post("/decrire", data=page.sent("/verifier", **titles, action="retirer-lot-1")).page
    fields = dict(page.form("/verifier").fields)
    assert fields["objet"] == "Réfection"
    assert fields["lots-0-intitule"] == "Lot peinture 0"
    assert fields["lots-2-intitule"] == "Lot peinture 2"
    assert "lots-1-intitule" not in fields


def test_a_market_with_lots(client) -> None:
    page = client.get("/").page
    page = client.post("/decrire", data=page.sent("/verifier", action="ajouter-lot")).page
    page = client.post("/decrire", data=page.sent("/verifier", action="ajouter-lot")).page
    page = client.post("/decrire", data=page.sent("/verifier", action="ajouter-lot")).page
    lots = {
        "lots-0-intitule": "Peinture",
        "lots-0-montant_ht": "96 000",
        "lots-0-segment": "Peinture, revêtements muraux",
        "lots-2-intitule": "Gros œuvre",
        "lots-2-montant_ht": "500000",
        "lots-2-duree_mois": "10",
    }
    changes = {**CLEANING, "nature": "travaux", "cpv": "", "montant_ht": "", "objet": "Rénovation de l'école", **lots}
    answer = client.post("/verifier", data=page.sent("/verifier", **changes))
    assert answer.status_code == 200
    market = dossier.load(dict(answer.page.form("/verifier").fields)["dossier"])
    assert [lot.title for lot in market.lots] == ["Peinture", "Gros œuvre"]  # the empty one is dropped
    assert market.lots[0].segment == "peinture"


def test_a_page_of_a_hundred_lots(client) -> None:
    page = client.get("/").page
    lots = {f"lots-{number}-intitule": f"Lot {number}" for number in range(100)}
    lots |= {f"lots-{number}-montant_ht": "10 000" for number in range(100)}
    data = page.sent("/verifier", **CLEANING, **lots)
    assert client.post("/verifier", data=data).status_code == 200
    more = client.post("/decrire", data=page.sent("/verifier", **lots, action="ajouter-lot"))
    assert "100 lots au plus" in more.page.text.replace("\u00a0", " ")
    assert "lots-99-intitule" in unfolded(more.page.sent("/verifier"))


def test_coming_back_to_the_description_keeps_everything(client) -> None:
    page = described(client, **{"montant_ht": "1 234 567,89", "acheteur_nom": "Ville d'Albert"})
    back = client.post("/decrire", data=page.sent("/verifier")).page
    fields = dict(back.form("/verifier").fields)
    assert fields["objet"] == CLEANING["objet"]
    assert fields["montant_ht"].replace("\u202f", " ") == "1 234 567,89"
    assert fields["date_lancement"] == "01/10/2026"
    assert fields["acheteur_nom"] == "Ville d'Albert"


def test_a_figure_is_corrected_in_place(client) -> None:
    page = client.post(CALIBRATION, data=described(client).sent("/verifier")).page
    answer = client.post(CALIBRATION, data=page.sent(CALIBRATION, **{"k--0--taux_effort": "7,5"}))
    market = dossier.load(dict(answer.page.form(CALIBRATION).fields)["dossier"])
    assert str(market.overrides.effort.percent) == "15/2"
    assert dict(answer.page.form(CALIBRATION).fields)["k--0--taux_effort"] == "7,5"
    erased = client.post("/verifier", data=answer.page.sent(CALIBRATION, **{"k--0--taux_effort": ""}))
    assert dossier.load(dict(erased.page.form("/verifier").fields)["dossier"]).overrides.effort is None


def test_a_clause_is_withdrawn_with_a_reason_and_comes_back(client) -> None:
    page = described(client)
    changes = {f"{SOCIAL}--garder": None, f"{SOCIAL}--motif": "Locaux classés, accès réservé"}
    page = client.post("/verifier", data=page.sent("/verifier", **changes)).page
    market = dossier.load(dict(page.form("/verifier").fields)["dossier"])
    assert [(item.clause, item.choice, item.reason) for item in market.decisions] == [
        ("social.insertion.heures", "retirer", "Locaux classés, accès réservé")
    ]
    again = client.post("/verifier", data=page.sent("/verifier")).page
    assert dossier.load(dict(again.form("/verifier").fields)["dossier"]) == market
    kept = {f"{SOCIAL}--garder": "1", f"{SOCIAL}--motif": ""}
    back = client.post("/verifier", data=again.sent("/verifier", **kept)).page
    assert dossier.load(dict(back.form("/verifier").fields)["dossier"]).decisions == ()


def test_a_clause_set_aside_is_kept(client) -> None:
    page = described(client)
    page = client.post("/verifier", data=page.sent("/verifier", ouvrir="autres")).page
    kept = {key for key, _ in page.form("/verifier").fields}
    boxes = [found["name"] for found in page.controls if (found.get("name") or "").endswith("--garder")]
    name = next(box for box in boxes if box not in kept).removesuffix("--garder")
    changes = {f"{name}--garder": "1", f"{name}--motif": "Demande des élus"}
    page = client.post("/verifier", data=page.sent("/verifier", **changes)).page
    assert f"{name}--garder" in dict(page.form("/verifier").fields)
    (decision,) = dossier.load(dict(page.form("/verifier").fields)["dossier"]).decisions
    assert (decision.clause, decision.choice) == (name.removeprefix("c--"), "garder")


def test_a_parameter_is_changed_within_its_bounds(client) -> None:
    page = described(client)
    changes = {f"{SOCIAL}--p--delai_reunion": "45 jours", f"{SOCIAL}--p--part_formation": "15"}
    page = client.post("/verifier", data=page.sent("/verifier", **changes)).page
    (decision,) = dossier.load(dict(page.form("/verifier").fields)["dossier"]).decisions
    assert decision.choice == "adapter"
    assert decision.parameters == {"delai_reunion": "45", "part_formation": "15 %"}
    assert client.post("/documents", data=page.sent("/verifier")).status_code == 200
    page = client.post("/verifier", data=page.sent("/verifier", **{f"{SOCIAL}--p--delai_reunion": ""})).page
    assert dict(page.form("/verifier").fields)[f"{SOCIAL}--p--delai_reunion"] == "30"


def test_an_exemption_is_chosen_with_its_reason(client) -> None:
    page = described(client)
    changes = {"o--CR-04--derogation": "DER-SOC-3", "o--CR-04--motif": "Un seul opérateur, sourcing du 3 mars"}
    page = client.post("/verifier", data=page.sent("/verifier", **changes)).page
    assert "Dérogation motivée" in page.text
    (decision,) = dossier.load(dict(page.form("/verifier").fields)["dossier"]).decisions
    assert decision.exemption == "DER-SOC-3"


@pytest.mark.parametrize("piece", ["ccap", "cctp", "rc", "ae", "note", "decision"])
def test_each_piece_can_be_read_before_it_is_downloaded(client, piece: str) -> None:
    page = described(client)
    answer = client.post(f"/apercu/{piece}", data=page.sent("/verifier"))
    assert '<article class="document"' in answer.get_data(as_text=True)
    if piece == "ccap":
        assert "<mark>" in answer.get_data(as_text=True)


def test_downloads_open_in_word(client) -> None:
    page = client.post("/documents", data=described(client).sent("/verifier")).page
    form = page.form(f"/telecharger/{ARCHIVE}")
    names = [address.rsplit("/", 1)[1] for address in page.addresses if address.endswith(".docx")]
    assert names
    for name in names:
        answer = client.post(f"/telecharger/{name}", data=form.data())
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert Document(io.BytesIO(answer.data)).paragraphs
        assert name.isascii()
    assert client.post("/telecharger/autre.docx", data=form.data()).status_code == 404


def test_the_hours_come_as_a_workbook(client) -> None:
    page = client.post("/documents", data=described(client).sent("/verifier")).page
    assert "Calcul des heures (.xlsx)" in page.text
    assert f"/telecharger/{FILE_NAME}" in page.addresses
    answer = client.post(f"/telecharger/{FILE_NAME}", data=page.sent(f"/telecharger/{ARCHIVE}"))
    assert answer.mimetype == MEDIA_TYPE
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{FILE_NAME}"'
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames[0] == "Synthèse"


def test_the_archive_has_the_same_bytes_twice(client) -> None:
    page = client.post("/documents", data=described(client).sent("/verifier")).page
    data = page.sent(f"/telecharger/{ARCHIVE}")
    once, twice = (client.post(f"/telecharger/{ARCHIVE}", data=data).data for _ in range(2))
    assert once == twice
    with zipfile.ZipFile(io.BytesIO(once)) as archive:
        assert archive.testzip() is None
        assert {"ccap-section.docx", "dossier.json"} <= set(archive.namelist())


@pytest.mark.parametrize("kind", ["json", "docx"])
def test_a_dossier_kept_is_reopened(client, kind: str) -> None:
    changes = {f"{SOCIAL}--garder": None, f"{SOCIAL}--motif": "Motif gardé"}
    page = client.post("/documents", data=described(client).sent("/verifier", **changes)).page
    name = DOSSIER if kind == "json" else "ccap-section.docx"
    kept = client.post(f"/telecharger/{name}", data=page.sent(f"/telecharger/{ARCHIVE}")).data
    home = client.get("/").page
    data = {**home.sent("/rouvrir"), **{"fichier": (io.BytesIO(kept), name)}}
    answer = client.post("/rouvrir", data=data, content_type="multipart/form-data")
    assert answer.status_code == 200
    fields = dict(answer.page.form("/verifier").fields)
    assert f"{SOCIAL}--garder" not in fields
    assert fields[f"{SOCIAL}--motif"] == "Motif gardé"
    if kind == "json":
        assert json.loads(fields["dossier"]) == json.loads(kept)


def test_what_the_page_does_not_show_is_left_as_it_was(client) -> None:
    """Criteria, tranches, figures of a lot: they travel with the dossier through both pages."""
    market = {
        **{key: value for key, value in CLEANING.items() if key != "date_lancement"},
        "date_lancement": "2026-10-01",
        "criteres": [{"intitule": "Prix", "type": "prix", "poids": 60}],
        "lots": [
            {"intitule": "Un", "montant_ht": 1000, "calibrage": {"effectif": 3}},
            {"intitule": "Deux", "montant_ht": 2},
        ],
    }
    home = client.get("/").page
    upload = {"fichier": (io.BytesIO(json.dumps(market).encode()), "marche.json")}
    page = client.post("/rouvrir", data={**home.sent("/rouvrir"), **upload}, content_type="multipart/form-data").page
    page = client.post("/decrire", data=page.sent("/verifier")).page
    page = client.post("/verifier", data=page.sent("/verifier", objet="Autre objet")).page
    read = dossier.load(dict(page.form("/verifier").fields)["dossier"])
    assert read.object == "Autre objet"
    assert read.criteria[0].weight == 60
    assert read.lots[0].overrides.staff == 3
