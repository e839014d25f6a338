"""A programme of purchases in a real browser: uploaded, read on the page, kept as an archive."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .conftest import NO_SCRIPT
from .tour import PROGRAMME, upload

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("visit", [NO_SCRIPT], indirect=True, ids=["no-script"])
def test_a_programme_is_read_and_kept(visit, tmp_path: Path) -> None:
    page = visit.open("/programme")
    upload(page, "achats", "achats.csv", PROGRAMME.encode())
    visit.send("Lire le programme")
    expect(page.get_by_role("heading", name="Marchés analysés\u00a0: 2")).to_be_visible()
    faults = page.get_by_role("table", name="Ligne, colonne et correction")
    expect(faults).to_contain_text("«\u00a0beaucoup\u00a0»")
    page.get_by_role("link", name="Construction d’un gymnase").click()
    expect(page.locator("#marche-2")).to_be_in_viewport()
    upload(page, "achats", "achats.csv", PROGRAMME.encode())
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger le classeur et la note").click()
    download.value.save_as(tmp_path / "revue.zip")
    with zipfile.ZipFile(tmp_path / "revue.zip") as archive:
        assert {Path(name).suffix for name in archive.namelist()} >= {".xlsx", ".docx", ".csv", ".json"}
