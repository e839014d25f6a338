"""The whole story through files: market, kit, kick-off, three quarters, shortfall, notice, final statement."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from word.accessibility import accessibility_faults
from word.checks import structural_faults

from drafter.cli import main
from drafter.followup.ways import Way
from drafter.kit import archive, kit
from drafter.sheets.followup_layout import documents_area
from drafter.word import read_dossier

from .filling import LIBRARY, ORDERS, WORKS, Book, example, plan

STEPS = ("Étape 3", "Étape 4", "Étapes 5 et 6", "Étape 6", "Étape 7")


def words(data: bytes) -> str:
    document = docx.Document(BytesIO(data))
    parts = [paragraph.text for paragraph in document.paragraphs]
    parts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(parts).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def call(*arguments: str, code: int = 0) -> tuple[str, str]:
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == code, (done.output, done.exception)
    return done.stdout, done.stderr.replace("\u00a0", " ").replace("’", "'")


def tally(book: Book, folder: Path, name: str, day: str) -> tuple[dict[str, str], str]:
    filled, out = folder / f"{name}.xlsx", folder / name
    filled.write_bytes(book.save())
    _, told = call("tally", str(filled), "-o", str(out), "--au", day)
    return {path.name: words(path.read_bytes()) for path in sorted(out.iterdir())}, told


def test_from_the_market_to_the_final_statement(tmp_path: Path) -> None:
    market, kit_folder = tmp_path / "marche.json", tmp_path / "kit"
    market.write_text(json.dumps(WORKS, ensure_ascii=False), encoding="utf-8")
    call("draft", str(market), "-o", str(tmp_path / "pieces"))
    record = json.loads((tmp_path / "pieces" / "obligations.json").read_text(encoding="utf-8"))
    assert record["heures_total"] == 450
    _, told = call(
        "followup", str(market), "-o", str(kit_folder), "--notification", "01/12/2026", "--debut", "04/01/2027"
    )
    assert "estimée" not in told

    agenda = words((kit_folder / "reunion-de-lancement-ordre-du-jour.docx").read_bytes())
    assert "au plus tard le 31 décembre 2026" in agenda  # 30 days after the notification
    assert "450 heures" in agenda

    book = Book(plan(WORKS | {"debut_execution": "2027-01-04"}), (kit_folder / "suivi.xlsx").read_bytes())
    book.lot(titulaire="Bâtisseurs réunis", montant_signe=590_000)
    rows: list[tuple[object, ...]] = [("Marché", "T1 2027", Way.ETTI, 145, "Tremplin intérim", 3)]
    files, told = tally(book.hours(rows), tmp_path, "t1", "12/04/2027")
    assert list(files) == ["bilan-trimestriel.docx"]
    assert "1er trimestre 2027" in files["bilan-trimestriel.docx"]
    assert "T1 2027" not in told

    rows.append(("Marché", "T2 2027", Way.HIRED, 60, "Bâtisseurs réunis", 1))
    files, told = tally(book.hours(rows), tmp_path, "t2", "12/07/2027")
    assert list(files) == ["bilan-trimestriel.docx", "mise-en-demeure.docx"]
    planned = plan(WORKS | {"debut_execution": "2027-01-04"}).lots[0].quarters[1].due
    gap = planned.value - 205
    notice = files["mise-en-demeure.docx"]
    assert f"soit {gap} heures, dans un délai de 30 jours" in notice
    assert "selon la procédure contradictoire que prévoit l'article 19.2.4 du CCAG-Travaux" in notice
    assert "24,62 € par heure due et non réalisée, soit 2 fois le SMIC horaire brut" in notice
    assert "Bâtisseurs réunis" in notice
    assert "Vérifiez que ces heures sont celles que le facilitateur a validées" in notice
    assert "n'envoyez pas cette lettre" in notice  # the calendar is still the one of the calibrage
    assert "mise-en-demeure.docx : Marché" not in told  # a market without lots bears its own name

    rows += [("Marché", "T3 2027", Way.EA, 100, "Atelier adapté", 2), ("Marché", "T4 2027", Way.TRAINING, 0, "", 0)]
    book.lot(fin=date(2027, 10, 3), beneficiaires=5)
    book.put(documents_area(), 1, lot="Marché", document="Bilan final", relance=date(2027, 11, 10))
    files, _ = tally(book.hours(rows), tmp_path, "fin", "15/12/2027")
    assert list(files) == ["bilan-final.docx", "mise-en-demeure.docx", "penalites-envisagees.docx"]
    final_notice = files["mise-en-demeure.docx"]
    assert "Le facilitateur vous a communiqué le décompte final des heures le" in final_notice  # the clause's order
    assert "aider à réunir les pièces" in final_notice
    assert "n'envoyez pas" not in final_notice
    sums = files["penalites-envisagees.docx"]
    assert "145 h × 24,62 €" in sums
    assert "3 569,90 €" in sums  # 145 x 24.62
    assert "25 jours" in sums  # from 20 November, ten days after the reminder, to 15 December
    assert "59 000 €" in sums  # 10 % of the amount signed
    assert "4 569,90 €" in sums  # with the document at its ceiling of 1 000 €
    assert "estimé au dossier" not in sums

    rows[-1] = ("Marché", "T4 2027", Way.ACI, 150, "Chantier école", 4)
    files, _ = tally(book.hours(rows), tmp_path, "solde", "15/12/2027")
    assert list(files) == ["attestation-de-bonne-execution.docx", "bilan-final.docx", "penalites-envisagees.docx"]
    proof = files["attestation-de-bonne-execution.docx"]
    for figure in ("450 heures", "455 heures", "5 heures", "du 4 janvier 2027"):
        assert figure in proof
    assert "Commune de Vauxcourt atteste" in proof


@pytest.mark.parametrize("facts", [WORKS, ORDERS], ids=["travaux", "commandes"])
def test_every_paper_of_the_kit_is_sound(facts: dict[str, object]) -> None:
    files = kit(plan(facts))
    assert kit(plan(facts)) == files
    assert archive(files) == archive(kit(plan(facts)))
    for name, data in files.items():
        if name.endswith(".docx"):
            assert structural_faults(data) == [], name
            assert accessibility_faults(data) == [], name
            assert read_dossier(data)
            assert "{{" not in words(data)
    guide = files["lisez-moi.txt"].decode().replace("\u00a0", " ")
    assert all(step in guide for step in STEPS)
    assert all(name in guide for name in files if name != "lisez-moi.txt")


VARIED = ("construction-ecole-lots", "mobilier-creche", "peinture-bons-commande", "reel-trois-lots", "electricite")


@pytest.mark.parametrize("name", VARIED)
def test_every_example_gives_a_kit(name: str) -> None:
    files = kit(example(name))
    assert {"suivi.xlsx", "echeances.ics", "obligations.json", "indicateurs.csv", "lisez-moi.txt"} <= set(files)
    assert ("mise-en-demeure.docx" in files) == (example(name).terms is not None)


def test_letters_cite_only_the_articles_of_the_library() -> None:
    """Every number of an article in the letters stands in the CCAG file of the market or in the clause."""
    import re

    for name in ("renovation-ecole", "nettoyage-mediatheque", "maitrise-oeuvre"):
        found = example(name)
        ccag = LIBRARY.ccags[found.result.understanding.ccag]
        known = {article.number for article in ccag.articles.values() if article.number}
        for file, data in kit(found).items():
            if file.endswith(".docx") and not file.startswith(("preuves", "reponses")):
                cited = set(re.findall(r"l'article ([\d.]+\d)", words(data)))
                assert cited <= known, (name, file)


def test_usage_is_told_in_french(tmp_path: Path) -> None:
    market = tmp_path / "marche.json"
    market.write_text(json.dumps(WORKS), encoding="utf-8")
    _, told = call("followup", str(market), "-o", str(tmp_path / "kit"), "--debut", "32/13/2027", code=2)
    assert "n'est pas une date (--debut)" in told
    _, told = call("tally", str(market), "-o", str(tmp_path / "x"), code=3)
    assert "classeur" in told or "tableau" in told
    _, told = call("tally", str(tmp_path / "absent.xlsx"), "-o", str(tmp_path / "x"), code=3)
    assert "n'existe pas" in told
