"""A draft in a real browser, from the first button to the last, with and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from .conftest import BOTH, Visit

pytestmark = pytest.mark.browser


def change(visit: Visit, duration: str) -> None:
    """Describe again with another duration, and come back to the decisions."""
    visit.send("Modifier la description")
    visit.page.locator("#duree_mois").fill(duration)
    visit.send("Calculer et vérifier")


@BOTH
def test_two_people_and_one_draft(visit: Visit, browser: Browser, address: str, request: pytest.FixtureRequest) -> None:
    script = "no-script" not in request.node.name
    page = visit.open("/exemple/nettoyage-mediatheque")
    visit.send("Calculer et vérifier")
    visit.send("Garder un brouillon sur ce serveur")
    link = page.get_by_label("Lien pour modifier").input_value()
    assert link.startswith(f"{address}/brouillon/")
    assert page.locator("button.copier-lien").is_visible() is script
    visit.send("Créer un lien de lecture")
    reading = page.get_by_label("Nouveau lien, montré cette seule fois").input_value()

    context = browser.new_context(java_script_enabled=script)
    other = Visit(context, address)
    other.open(link.removeprefix(address))
    change(other, "30")
    other.send("Enregistrer le brouillon")
    expect(other.page.get_by_text("Enregistré le")).to_be_visible()

    visit.open(link.removeprefix(address).split("?")[0])
    change(other, "24")
    other.send("Enregistrer le brouillon")
    change(visit, "36")
    visit.send("Enregistrer le brouillon")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deux versions de ce brouillon")
    page.get_by_label("Durée").check()
    visit.send("Réunir et enregistrer")
    visit.send("Liens, versions, suppression")
    expect(
        page.get_by_role("table", name="Enregistrements, du plus récent au plus ancien").get_by_role("row")
    ).to_have_count(4)

    other.open(reading.removeprefix(address))
    expect(other.page.get_by_text("Ce lien permet de lire, pas de changer")).to_be_visible()
    expect(other.page.get_by_text("24 mois", exact=False).first).to_be_visible()

    visit.send("Supprimer le brouillon")
    visit.send("Supprimer définitivement")
    expect(page.get_by_role("heading", level=1)).to_have_text("Brouillon supprimé")
    other.open(reading.removeprefix(address))
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Brouillon supprimé")
    context.close()
    assert not other.complaints
