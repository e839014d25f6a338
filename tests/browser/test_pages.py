"""The service in a real browser: with and without JavaScript, on a narrow screen, from the keyboard."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .conftest import BOTH, NO_SCRIPT, by_id

pytestmark = pytest.mark.browser

SOCIAL = "c--social.insertion.heures"


def read_piece(visit, name: str):
    """The piece, beside the choices or on a page of its own without a script."""
    visit.page.get_by_role("button", name=name, exact=True).first.click()
    return visit.page.locator(".document")


def back_to_choices(visit) -> None:
    if "/apercu/" in visit.page.url:
        visit.send("Revenir aux décisions")


def describe(visit) -> None:
    page = visit.open()
    page.get_by_label("Objet").fill("Travaux de rénovation de l'école")
    page.get_by_label("Travaux", exact=True).check()
    by_id(page, "duree_mois").fill("12")
    by_id(page, "date_lancement").fill("01/10/2026")
    by_id(page, "acheteur").select_option("collectivite")
    for number, (title, amount) in enumerate([("Peinture", "96 000"), ("Gros œuvre", "480 000")]):
        visit.send("Ajouter un lot")
        expect(by_id(page, f"lots-{number}-intitule")).to_be_focused()
        by_id(page, f"lots-{number}-intitule").fill(title)
        by_id(page, f"lots-{number}-montant_ht").fill(amount)
    visit.send("Calculer et vérifier")


@BOTH
def test_the_whole_way(visit, tmp_path: Path) -> None:
    describe(visit)
    page = visit.page
    expect(page).to_have_title("Vérifier et décider – drafter")
    by_id(page, f"{SOCIAL}--garder").uncheck()
    visit.send("Continuer vers les documents")
    expect(page).to_have_title("Erreur\u00a0: Vérifier et décider – drafter")
    reason = by_id(page, f"{SOCIAL}--motif")
    expect(reason).to_be_visible()
    expect(by_id(page, f"{SOCIAL}--garder")).not_to_be_checked()
    reason.fill("Aucune structure à moins de 80 km")
    piece = read_piece(visit, "CCAP")
    expect(piece.locator("#titre-apercu")).to_have_text("Clauses sociales et environnementales du CCAP")
    back_to_choices(visit)
    visit.send("Continuer vers les documents")
    expect(page.locator("h1")).to_have_text("Documents")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tout télécharger (ZIP)").click()
    download.value.save_as(tmp_path / "tout.zip")
    with zipfile.ZipFile(tmp_path / "tout.zip") as archive:
        assert any(name.endswith(".docx") for name in archive.namelist())
    with page.expect_download() as download:
        page.get_by_role("button", name="Garder le dossier").click()
    download.value.save_as(tmp_path / "dossier.json")
    assert json.loads((tmp_path / "dossier.json").read_text())["marche"]["decisions"]
    page = visit.open()
    page.locator("#fichier").set_input_files(tmp_path / "dossier.json")
    visit.send("Rouvrir")
    expect(by_id(page, f"{SOCIAL}--garder")).not_to_be_checked()
    expect(by_id(page, f"{SOCIAL}--motif")).to_have_value("Aucune structure à moins de 80 km")


def open_calculation(visit):
    page = visit.page
    with page.expect_navigation():
        page.get_by_role("button", name="Ouvrir le calcul").first.click()
    return page


@BOTH
def test_a_rate_is_changed_in_place_with_its_reason(visit) -> None:
    """By a button everywhere; with a script the same figures come by themselves."""
    visit.open("/exemple/nettoyage-mediatheque")
    visit.send("Calculer et vérifier")
    page = open_calculation(visit)
    expect(page.locator("h1")).to_have_text("Calibrage des heures d’insertion")
    row = page.locator("details.pas", has_text="Taux d’effort d’insertion").first
    row.locator("summary").click()
    by_id(page, "k--0--taux_effort").fill("4")
    by_id(page, "k--0--taux_effort--motif").fill("Vivier local étroit")
    by_id(page, "k--0--taux_effort--par").select_option("facilitateur")
    visit.send("Recalculer")
    expect(page.locator("#lot-titre")).to_be_visible()
    expect(by_id(page, "k--0--taux_effort")).to_have_value("4")
    expect(by_id(page, "k--0--taux_effort--motif")).to_have_value("Vivier local étroit")
    visit.send("Revenir aux décisions")
    expect(read_piece(visit, "Note de calibrage")).to_contain_text("Vivier local étroit")


def test_the_hours_follow_what_is_typed(visit) -> None:
    """No page is loaded, the cursor stays, a fault is said beside its field and goes with it."""
    visit.open("/exemple/nettoyage-mediatheque")
    visit.send("Calculer et vérifier")
    page = open_calculation(visit)
    hours = page.locator(".heures strong")
    before = hours.inner_text()
    row = page.locator("details.pas", has_text="Taux d’effort d’insertion").first
    row.locator("summary").click()
    page.evaluate("window.same = true")
    rate = by_id(page, "k--0--taux_effort")
    rate.press_sequentially("4", delay=30)
    expect(page.locator("#annonce")).to_contain_text("Recalculé")
    expect(hours).not_to_have_text(before)
    expect(rate).to_be_focused()
    expect(rate).to_be_visible()
    rate.press_sequentially("00", delay=30)
    expect(by_id(page, "k--0--taux_effort-erreur")).to_be_visible()
    expect(page.locator("#annonce")).to_contain_text("À corriger")
    rate.press("Backspace")
    rate.press("Backspace")
    expect(by_id(page, "k--0--taux_effort-erreur")).to_have_count(0)
    assert page.evaluate("window.same")
    assert page.evaluate("document.activeElement.id") == "k--0--taux_effort"


def test_the_keyboard_reaches_the_main_button(visit) -> None:
    page = visit.open()
    page.keyboard.press("Tab")
    expect(page.locator(".evitement")).to_be_focused()
    page.keyboard.press("Enter")
    reached = []
    for _ in range(100):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
        if reached[-1] == "Calculer et vérifier":
            break
    assert reached[-1] == "Calculer et vérifier"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_enter_in_a_field_means_the_main_button(visit) -> None:
    page = visit.open("/exemple/renovation-ecole")
    with page.expect_navigation():
        by_id(page, "lots-0-montant_ht").press("Enter")
    expect(page.locator("h1")).to_have_text("Vérifier et décider")


def test_faults_take_the_focus_and_lead_to_their_field(visit) -> None:
    page = visit.open()
    visit.send("Calculer et vérifier")
    expect(page.locator("#resume-erreurs")).to_be_focused()
    page.get_by_role("link", name="Indiquez ce que vous achetez").click()
    expect(by_id(page, "objet")).to_be_focused()


def test_change_leads_back_to_the_field(visit) -> None:
    page = visit.open("/exemple/nettoyage-mediatheque")
    visit.send("Calculer et vérifier")
    visit.send("Modifier\u00a0: Durée")
    expect(by_id(page, "duree_mois")).to_be_focused()
    expect(by_id(page, "duree_mois")).to_have_value("48")


@BOTH
def test_what_the_law_imposes(visit) -> None:
    """A duty opens on its article, the page to print opens on everything, and both lead back."""
    describe(visit)
    page = visit.page
    line = page.locator("details.loi", has_text="Condition d’exécution environnementale").first
    expect(line.get_by_role("link", name="L2112-2", exact=True)).to_be_hidden()
    line.locator("summary").click()
    expect(line.get_by_role("link", name="L2112-2", exact=True)).to_be_visible()
    visit.send("Version à imprimer, lot par lot")
    expect(page.locator("h1")).to_have_text("Ce que la loi impose à ce marché")
    expect(page.get_by_role("link", name="L2112-2", exact=True)).to_be_visible()
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Revenir aux décisions").is_visible()
    page.emulate_media(media="screen")
    visit.send("Revenir aux décisions")
    expect(page.locator("h1")).to_have_text("Vérifier et décider")


@BOTH
def test_the_rules_are_filtered_by_words(visit) -> None:
    page = visit.open("/regles#CR-04")
    expect(by_id(page, "CR-04")).to_be_in_viewport()
    by_id(page, "q").fill("papier recycle")
    visit.send("Chercher")
    expect(page.get_by_role("status")).to_contain_text("pour «\u00a0papier recycle\u00a0»")
    expect(by_id(page, "PAPIER-79")).to_be_visible()
    expect(by_id(page, "CR-04")).to_have_count(0)
    page.get_by_role("link", name="Voir toutes les règles").click()
    expect(by_id(page, "CR-04")).to_be_visible()


def test_printing(visit) -> None:
    page = visit.open("/exemple/nettoyage-mediatheque")
    visit.send("Calculer et vérifier")
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Recalculer", exact=True).first.is_visible()
    assert page.locator("h1").is_visible()


@BOTH
def test_a_clause_is_found_read_and_downloaded(visit, tmp_path: Path) -> None:
    page = visit.open("/bibliotheque")
    by_id(page, "q").fill("produits de nettoyage")
    by_id(page, "segment").select_option("NET")
    visit.send("Chercher")
    page.locator(".fiches a").first.click()
    expect(page.locator(".document").first).to_contain_text("Article 1")
    page.get_by_role("link", name="Niveau exemplaire").click()
    expect(page.get_by_role("link", name="Niveau exemplaire")).to_have_attribute("aria-current", "page")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger en Word").click()
    download.value.save_as(tmp_path / "clause.docx")
    assert zipfile.is_zipfile(tmp_path / "clause.docx")


@pytest.mark.parametrize("visit", [{"permissions": ["clipboard-read", "clipboard-write"]}], indirect=True)
def test_a_clause_is_copied_with_its_titles(visit) -> None:
    page = visit.open("/bibliotheque/clauses/social.insertion.heures")
    page.get_by_role("button", name="Copier le texte de la pièce CCAP").click()
    expect(page.locator(".extrait [role=status]").first).to_have_text("Texte copié.")
    rich, plain = page.evaluate(
        "async () => { const [item] = await navigator.clipboard.read();"
        " return Promise.all(['text/html', 'text/plain'].map(async kind => (await item.getType(kind)).text())); }"
    )
    assert "<h4>" in rich
    assert "<table>" in rich
    assert "<mark>" not in rich
    assert plain.startswith("Article 1. ")


@pytest.mark.parametrize("visit", [NO_SCRIPT], indirect=True, ids=["no-script"])
def test_without_a_script_the_text_is_there_to_select(visit) -> None:
    page = visit.open("/bibliotheque/clauses/env.nettoyage.produits")
    expect(page.locator("button.copier")).to_be_hidden()
    page.locator(".extrait summary").click()
    expect(page.locator("pre.brut")).to_contain_text("Article 1. ")
