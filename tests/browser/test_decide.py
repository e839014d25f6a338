"""Deciding in a real browser: parts that come when opened, the piece beside the choices, swaps, the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import BOTH, NO_SCRIPT, by_id

pytestmark = pytest.mark.browser

EXAMPLE = "nettoyage-mediatheque"
CARD = "c--social.insertion.heures"


def decide(visit, example: str = EXAMPLE):
    visit.open(f"/exemple/{example}")
    return visit.send("Calculer et vérifier")


def open_card(page) -> None:
    by_id(page, CARD).get_by_role("button", name="à ajuster").click()
    expect(by_id(page, f"{CARD}--p--delai_reunion")).to_be_visible()


@BOTH
def test_a_figure_is_changed_and_seen_in_its_piece(visit) -> None:
    page = decide(visit)
    open_card(page)
    by_id(page, f"{CARD}--p--delai_reunion").fill("45")
    page.get_by_role("button", name="CCAP", exact=True).click()
    change = page.locator(".passage.change")
    expect(change).to_have_count(1)
    expect(change.locator("ins")).to_contain_text("45")
    expect(change.locator("del")).to_contain_text("30")
    expect(change).to_contain_text("Modifié par vos décisions")
    page.locator(".bilan a").click()
    expect(change).to_be_in_viewport()


@BOTH
def test_a_clause_is_swapped_in_one_click(visit) -> None:
    page = decide(visit)
    button = by_id(page, CARD).locator(".echanges button").first
    name = (button.text_content() or "").removeprefix("Remplacer par\u00a0: ")
    with page.expect_navigation():
        button.click()
    expect(page.get_by_role("heading", name="1 clause retirée par vous")).to_be_visible()
    expect(by_id(page, f"{CARD}--motif")).to_have_value(f"Remplacée par « {name} ».")
    expect(by_id(page, f"{CARD}--garder")).not_to_be_checked()


def test_the_piece_follows_the_choices(visit) -> None:
    """No page is loaded; the place read is kept, the change is announced, closing gives the focus back."""
    page = decide(visit)
    page.evaluate("window.same = true")
    open_card(page)
    page.get_by_role("button", name="CCAP", exact=True).click()
    expect(page.locator("#volet .document")).to_be_focused()
    expect(page.locator(".passage")).to_have_count(0)
    by_id(page, f"{CARD}--p--part_formation").fill("15")
    by_id(page, f"{CARD}--p--part_formation").press("Tab")
    expect(page.locator("#annonce-apercu")).to_have_text("Aperçu recomposé, passages changés\u00a0: 1.")
    expect(page.locator(".passage ins")).to_contain_text("15")
    page.get_by_role("button", name="Fermer l’aperçu").click()
    expect(page.locator("#volet")).to_be_hidden()
    expect(page.get_by_role("button", name="CCAP", exact=True)).to_be_focused()
    assert page.evaluate("window.same")


@BOTH
def test_a_blank_of_the_list_leads_to_its_place(visit) -> None:
    page = decide(visit)
    page.locator(".pieces-a-lire summary").first.click()
    page.get_by_role("button", name="nom de la structure facilitatrice").click()
    place = by_id(page, "blanc-ccap-1")
    expect(place).to_be_in_viewport()
    expect(place).to_contain_text("nom de la structure facilitatrice")


def test_a_duty_of_this_purchase_comes_when_it_is_opened(visit) -> None:
    page = decide(visit)
    line = by_id(page, page.locator("details.loi:has(button[data-partie])").first.get_attribute("id"))
    line.locator("summary").click()
    expect(line.locator("dl.fiche")).to_be_visible()
    expect(line.get_by_role("button", name="Lire le texte")).to_have_count(0)


@pytest.mark.parametrize("visit", [NO_SCRIPT], indirect=True, ids=["no-script"])
def test_without_a_script_a_duty_leads_to_the_page_of_the_law(visit) -> None:
    page = decide(visit)
    line = page.locator("details.loi:has(button[data-partie])").first
    name = line.get_attribute("id")
    line.locator("summary").click()
    with page.expect_navigation():
        line.get_by_role("button", name="Lire le texte").click()
    expect(by_id(page, str(name))).to_be_in_viewport()


def test_the_decision_step_by_keyboard_alone(visit) -> None:
    """From the top of the page: open a card, change a figure, read the piece, go on to the documents."""
    page = decide(visit)

    def reach(name: str) -> None:
        for _ in range(250):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()").startswith(name):
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline == "solid"
                return
        raise AssertionError(f"the keyboard does not reach {name}")

    reach("20\u00a0chiffres à ajuster")
    page.keyboard.press("Enter")
    expect(by_id(page, f"{CARD}--fiche")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id").startswith(f"{CARD}--p--")
    reach("CCAP")
    page.keyboard.press("Enter")
    expect(page.locator("#volet .document")).to_be_focused()
    reach("Continuer vers les documents")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Documents")
