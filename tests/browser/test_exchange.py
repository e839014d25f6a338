"""An opinion by file, in a real browser, with and without scripts; its pages read by axe-core."""

from __future__ import annotations

from pathlib import Path

import pytest

WINDOWS = [{}, {"java_script_enabled": False}, {"viewport": {"width": 320, "height": 700}}]


def checked(visit):
    page = visit.open("/exemple/nettoyage-mediatheque")
    with page.expect_navigation():
        page.locator("form[action='/verifier'] p.actions button").first.click()
    return page


@pytest.mark.parametrize("visit", WINDOWS, indirect=True, ids=["wide", "no-script", "narrow"])
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


@pytest.mark.parametrize("visit", [WINDOWS[0], WINDOWS[2]], indirect=True, ids=["wide", "narrow"])
def test_the_pages_of_an_opinion_are_accessible(visit, tmp_path: Path, assert_accessible) -> None:
    page = checked(visit)
    visit.send("Donner un avis sur ce dossier")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visit.send("Télécharger le dossier avec l’avis")  # without an answer: the page with its faults
    assert page.title().startswith("Erreur")
    assert_accessible(page)
    page.get_by_label("Pas de clause").check()
    page.get_by_label("Motif", exact=True).fill("Site fermé au public")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Télécharger le dossier avec l’avis").click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    page = checked(visit)
    visit.send("Lire un avis reçu")
    assert_accessible(page)
    page.get_by_label("Dossier renvoyé par le facilitateur (.json ou .docx)").set_input_files(file)
    visit.send("Lire cet avis")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
