"""Describing a purchase in a real browser: four facts to a ZIP, the estimate, the search, the paste."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .conftest import BOTH, NO_SCRIPT, by_id

pytestmark = pytest.mark.browser

OBJECT = "Nettoyage des locaux de la médiathèque"
PHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True}
ZIP = "Tout télécharger (ZIP)"
SHEET = "Intitulé\tMontant HT\tDurée (mois)\nPeinture\t96 000\t10\nGros œuvre\tbeaucoup\t12"


def holds_documents(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return archive.testzip() is None and any(name.endswith(".docx") for name in archive.namelist())


@pytest.mark.parametrize("visit", [{}, NO_SCRIPT, PHONE], indirect=True, ids=["script", "no-script", "phone"])
def test_four_facts_give_a_set_of_documents(visit, tmp_path: Path) -> None:
    """Seven gestures: four answers, two pages, one download."""
    page, gestures = visit.open(), 0
    for gesture in (
        lambda: by_id(page, "objet").fill(OBJECT),
        lambda: page.get_by_label("Services", exact=True).check(),
        lambda: by_id(page, "montant_ht").fill("250 000"),
        lambda: by_id(page, "duree_mois").fill("48"),
        lambda: visit.send("Calculer et vérifier"),
        lambda: visit.send("Continuer vers les documents"),
    ):
        gesture()
        gestures += 1
    with page.expect_download() as download:
        page.get_by_role("button", name=ZIP).click()
    gestures += 1
    download.value.save_as(tmp_path / "tout.zip")
    assert holds_documents(tmp_path / "tout.zip")
    assert gestures == 7


@BOTH
def test_four_facts_by_keyboard_alone(visit, tmp_path: Path) -> None:
    page = visit.open()

    def tab_to(test: str, most: int = 150) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate(f"(() => {{ const e = document.activeElement; return {test}; }})()"):
                return
        pytest.fail(f"the keyboard does not reach {test}")

    tab_to("e.id === 'objet'")
    page.keyboard.type(OBJECT)
    tab_to("e.name === 'nature'")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Services", exact=True)).to_be_checked()
    tab_to("e.id === 'montant_ht'")
    page.keyboard.type("250 000")
    tab_to("e.id === 'duree_mois'")
    page.keyboard.type("48")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # the main button, from any field
    expect(page.locator("h1")).to_have_text("Vérifier et décider")
    tab_to("e.textContent.trim() === 'Documents'")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(f"e.textContent.trim() === '{ZIP}'")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "tout.zip")
    assert holds_documents(tmp_path / "tout.zip")


def test_the_estimate_follows_what_is_typed(visit) -> None:
    page = visit.open()
    box = page.locator(".estimation")
    expect(box.get_by_role("link", name="la durée")).to_be_visible()
    by_id(page, "objet").fill(OBJECT)
    page.get_by_label("Services", exact=True).check()
    by_id(page, "montant_ht").fill("250 000")
    by_id(page, "duree_mois").press_sequentially("48", delay=30)
    expect(box).to_contain_text("d’insertion conseillées")
    expect(page.locator("#annonce")).to_contain_text("Estimation")
    expect(by_id(page, "duree_mois")).to_be_focused()
    box.get_by_role("link", name="préciser").first.click()
    by_id(page, "acheteur").select_option("collectivite")
    expect(box).to_contain_text(
        "250 000 € pour un seuil de 216 000 €".replace(" 000", "\u202f000").replace(" €", "\u00a0€")
    )
    by_id(page, "montant_ht").fill("beaucoup")
    expect(box).to_contain_text("Pas encore lu")
    expect(page.locator("[aria-invalid]")).to_have_count(0)
    expect(page.locator("#estimer")).to_be_hidden()


def test_a_broken_estimate_is_silent(visit) -> None:
    """The network fails: nothing is said, the button comes back, what was typed stays."""
    page = visit.open()
    page.route("**/estimation", lambda route: route.fulfill(status=429, body=""))
    by_id(page, "objet").fill(OBJECT)
    expect(page.locator("#estimer")).to_be_visible()
    expect(by_id(page, "objet")).to_have_value(OBJECT)


@pytest.mark.parametrize("visit", [NO_SCRIPT], indirect=True, ids=["no-script"])
def test_the_estimate_by_its_button(visit) -> None:
    page = visit.open()
    expect(page.locator("#chercher")).to_be_hidden()
    by_id(page, "objet").fill(OBJECT)
    page.get_by_label("Services", exact=True).check()
    by_id(page, "montant_ht").fill("250 000")
    by_id(page, "duree_mois").fill("48")
    visit.send("Estimer")
    expect(page.locator(".estimation")).to_contain_text("d’insertion conseillées")
    expect(by_id(page, "objet")).to_have_value(OBJECT)


def test_a_segment_is_found_from_the_keyboard(visit, assert_accessible) -> None:
    page = visit.open()
    field = page.get_by_role("combobox", name=re.compile("Chercher un segment"))
    field.press_sequentially("netoy", delay=30)
    first = page.locator("#segments-trouves [role=option]").first
    expect(first).to_contain_text("Nettoyage")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    assert_accessible(page)
    field.press("Escape")
    expect(by_id(page, "segments-trouves")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    field.fill("90911200")
    expect(first).to_contain_text("CPV")
    field.press("Enter")
    expect(by_id(page, "segment")).to_have_value("nettoyage-locaux")
    expect(page.locator("h1")).to_have_text("Décrire l’achat")
    field.fill("cantine")
    page.locator("#segments-trouves [role=option]", has_text="Restauration").first.click()
    expect(by_id(page, "segment")).to_have_value("restauration-collective")


@BOTH
def test_lots_are_pasted_from_a_sheet(visit) -> None:
    page = visit.open()
    page.get_by_text("Coller des lots depuis un tableur").click()
    by_id(page, "lots_colles").fill(SHEET)
    visit.send("Lire ces lots")
    expect(by_id(page, "lots-0-intitule")).to_have_value("Peinture")
    expect(by_id(page, "lots-1-montant_ht")).to_have_value("beaucoup")
    expect(by_id(page, "lots-1-montant_ht-erreur")).to_contain_text("n’est pas un montant lisible")
    page.get_by_role("link", name=re.compile("Lot 2")).first.click()
    expect(page).to_have_url(re.compile("decrire"))
