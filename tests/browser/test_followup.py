"""After the award, in a real browser: from the documents to the kit, and its workbook read back."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .conftest import NO_SCRIPT
from .tour import decide

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("visit", [NO_SCRIPT], indirect=True, ids=["no-script"])
def test_a_kit_is_downloaded_and_its_workbook_read(visit, tmp_path: Path) -> None:
    page = decide(visit)
    visit.send("Continuer vers les documents")
    visit.send("Préparer le suivi")
    page.get_by_label("Premier jour de l’exécution").fill("31/02/2027")
    visit.send("Télécharger le kit de suivi (ZIP)")
    expect(page.locator("#debut-erreur")).to_be_visible()
    page.get_by_label("Premier jour de l’exécution").fill("01/01/2027")
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger le kit de suivi (ZIP)").click()
    download.value.save_as(kit := tmp_path / "kit.zip")
    with zipfile.ZipFile(kit) as archive:
        [workbook] = [name for name in archive.namelist() if name.endswith(".xlsx")]
        archive.extract(workbook, tmp_path)
    page.locator("#classeur").set_input_files(tmp_path / workbook)
    page.get_by_label("Jour du bilan").fill("15/07/2027")
    visit.send("Lire le classeur")
    expect(page.get_by_role("heading", name="Situation au 15\u00a0juillet 2027")).to_be_visible()
    expect(page.get_by_role("table", name="Heures dues et réalisées")).to_be_visible()
