"""An opinion asked and given in a real browser: by file, by link, with and without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from .conftest import BOTH
from .tour import decide

WINDOWS = [{"java_script_enabled": False}, {"viewport": {"width": 375, "height": 667}}]


def checked(visit):
    page = visit.open("/exemple/nettoyage-mediatheque")
    with page.expect_navigation():
        page.locator("form[action='/verifier'] p.actions button").first.click()
    return page


@pytest.mark.parametrize("visit", WINDOWS, indirect=True, ids=["no-script", "phone"])
def test_an_opinion_goes_and_comes_back_by_file(visit, tmp_path: Path) -> None:
    page = checked(visit)
    visit.send("Donner un avis sur ce dossier")
    page.get_by_label("Votre chiffre : Taux d’effort").fill("7,5")
    page.get_by_label("Motif : Taux d’effort").fill("Deux structures disponibles")
    visit.send("Recalculer")
    assert page.get_by_text("Avec vos chiffres").count() == 2
    assert page.get_by_label("Votre chiffre : Taux d’effort").input_value() == "7,5"
    page.get_by_label("Accord avec modifications").check()
    page.get_by_label("Motif", exact=True).fill("Le vivier le permet")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Télécharger le dossier avec l’avis").click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)

    page = checked(visit)
    visit.send("Lire un avis reçu")
    page.get_by_label("Dossier renvoyé par le facilitateur (.json ou .docx)").set_input_files(file)
    visit.send("Lire cet avis")
    page.get_by_label("Accepter").check()
    visit.send("Enregistrer mes réponses")
    assert page.get_by_text("Vos réponses sont notées").count() == 1
    assert page.get_by_text("Acceptée").count() == 1
    visit.send("Revenir à la vérification")
    assert page.title().startswith("Vérifier et décider")
    assert page.get_by_text("1 avis dans ce dossier").count() == 1


@BOTH
def test_an_opinion_goes_and_comes_back_by_a_link(visit) -> None:
    """Two figures proposed; one accepted, one refused; the note holds both, with who and why."""
    page = decide(visit)
    visit.send("Créer un lien pour le facilitateur")
    link = page.get_by_label("Nouveau lien, montré cette seule fois").input_value()

    other = visit.second()
    theirs = other.open(link.removeprefix(visit.address))
    for label, figure, reason in (
        ("Taux d’effort", "7,5", "Deux structures disponibles"),
        ("Part de main-d’œuvre", "70", "Vitrerie mécanisée"),
    ):
        theirs.get_by_label(f"Votre chiffre\u00a0: {label}").fill(figure)
        theirs.get_by_label(f"Motif\u00a0: {label}").fill(reason)
    theirs.get_by_label("Accord avec modifications").check()
    theirs.get_by_label("Motif", exact=True).fill("Le vivier le permet")
    other.send("Transmettre l’avis")
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Avis transmis")

    visit.send("Reprendre les décisions")
    visit.send("Lire les avis")
    effort = page.get_by_role("group", name="Taux d’effort")
    share = page.get_by_role("group", name="Part de main-d’œuvre")
    effort.get_by_label("Accepter").check()
    share.get_by_label("Refuser").check()
    share.get_by_label("Motif de votre réponse").fill("Lavage à la main sur place")
    visit.send("Enregistrer mes réponses")
    visit.send("Revenir à la vérification")
    page.get_by_role("button", name="Note de calibrage", exact=True).click()
    note = page.locator(".document")
    for words in ("Deux structures disponibles", "Vitrerie mécanisée", "Lavage à la main sur place"):
        expect(note).to_contain_text(words)
