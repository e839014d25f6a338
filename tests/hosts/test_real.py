"""The three real pieces kept beside the project: where we write, that it can be undone, that LibreOffice prints it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from drafter.word.host import Options, insert
from drafter.word.host.safety import check_package
from tests.hosts.reading import text, titles
from tests.hosts.sample import documents
from tests.hosts.test_package import findings
from tests.hosts.test_tracked import assert_reversible

CCAP = "ccap_vallee_sud_grand_paris_2025_reconstruit.docx"
CCP = "ccp_camp_des_milles_2017_reconstruit.docx"
AE = "ae_vallee_sud_grand_paris_2025_natif_word.docx"
pytestmark = pytest.mark.shared


@pytest.fixture
def real(shared_data: Path) -> Callable[[str], bytes]:
    folder = shared_data / "ccap"
    if not folder.is_dir():
        pytest.skip("no real pieces: put them in ../shared/data/ccap")
    return lambda name: (folder / name).read_bytes()


def test_a_ccap_typed_by_hand(real: Callable[[str], bytes]) -> None:
    """Normal everywhere, a typed table of contents, lists of 1., 2. in an article, annexes numbered 7.1 to 9.2."""
    done = insert(real(CCAP), documents(), Options())
    found = titles(done.docx)
    assert [title for title in found if re.match(r"\d+ ", title)][-5:] == [
        "21 Dispositions en cas d’intervenants étrangers",
        "22 Résiliation",
        "23 Clause d’insertion sociale",
        "24 Clause environnementale",
        "25 Dérogations aux documents généraux",
    ]
    assert found.index("18.4 Pénalités\u00a0: clause d’insertion sociale") == found.index("19 Assurances") - 2
    assert [(item.avant, item.apres) for item in done.report.numeros] == [("23", "25")]
    assert "7.1. Instructions" in text(done.docx).splitlines()
    lines = text(done.docx).splitlines()
    ours = next(index for index, line in enumerate(lines) if line.startswith("• L’article\u00a018.4 déroge"))
    assert lines[ours - 1].startswith("• À l'article 14.1.2")
    assert any("CCAG-TIC" in line for line in done.report.a_verifier)


def test_a_ccp_in_chapters(real: Callable[[str], bytes]) -> None:
    """Articles of level 2, penalties without sub-articles, "Néant" for derogations, both pieces in one."""
    done = insert(real(CCP), documents(), Options())
    found = titles(done.docx)
    assert found[-1] == "4.13 Dérogation au CCAG"
    assert "4.11 CLAUSE D’INSERTION SOCIALE" in found or "4.11 Clause d’insertion sociale" in found
    assert found.index("4.5.1 Pénalités\u00a0: clause d’insertion sociale") == found.index("4.5 Pénalités") + 1
    assert found.index("3.13.1 Produits") < found.index("CHAPITRE 4 CLAUSES ADMINISTRATIVES")
    assert "Néant" not in text(done.docx).splitlines()


def test_an_acte_d_engagement_with_the_styles_of_a_tool(real: Callable[[str], bytes]) -> None:
    done = insert(real(AE), documents(), Options())
    assert check_package(real(AE))  # the template it was made with is told
    assert text(done.docx).splitlines()[-2:] == ["Engagement", "Le candidat s’engage."]
    assert done.report.inseres[0].style.startswith("redalia")


@pytest.mark.parametrize("name", [CCAP, CCP, AE])
def test_refusing_gives_the_original_back(real: Callable[[str], bytes], name: str) -> None:
    assert_reversible(real(name), documents())


@pytest.mark.parametrize("name", [CCAP, CCP, AE])
def test_nothing_new_for_the_validator(real: Callable[[str], bytes], name: str, tmp_path: Path) -> None:
    done = insert(real(name), documents(), Options()).docx
    assert findings(done, tmp_path / "apres.docx") - findings(real(name), tmp_path / "avant.docx") == set()


@pytest.mark.office
@pytest.mark.parametrize("name", [CCAP, CCP])
def test_libreoffice_prints_it(
    real: Callable[[str], bytes], name: str, to_pdf: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = tmp_path / "piece.docx"
    path.write_bytes(insert(real(name), documents(), Options()).docx)
    printed = subprocess.run(["pdftotext", to_pdf(path), "-"], capture_output=True, text=True, check=True).stdout
    flat = re.sub(r"\s+", " ", printed)
    assert "Le titulaire réserve 690 heures & plus, selon l’article" in flat
    assert "déroge à l’article 14 du CCAG-FCS" in flat
