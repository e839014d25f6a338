"""Real programmes: the 500 contracts of the sample, the official example, the 30 notices, as they stand."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from drafter.errors import InputError
from drafter.library import Library, load_library
from drafter.market import read_market
from drafter.pipeline import run
from drafter.programme.analysis import Analyst
from drafter.programme.entries import Entry
from drafter.programme.run import items_of
from drafter.programme.settings import Settings
from tests.programme.conftest import ON

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def analysed(data: bytes, name: str, library: Library) -> list[dict[str, Any]]:
    analyst = Analyst(library, Settings(ON))
    return [analyst.analyse(item) for item in items_of(data, name) if isinstance(item, Entry)]


def test_the_sample_is_read_as_it_stands(shared_data: Path, library: Library) -> None:
    data = (shared_data / "decp_sample.csv").read_bytes()
    found = analysed(data, "decp_sample.csv", library)
    assert len(found) == 500
    refused = [outcome for outcome in found if "fautes" in outcome]
    assert len(refused) <= 15
    for outcome in refused:  # only what no buyer could type, or says nothing of what is bought
        (fault,) = outcome["fautes"]
        assert fault["colonne"] in ("montant", "duree_mois", "nature"), fault
    good = [outcome for outcome in found if "fautes" not in outcome]
    levers = Counter(outcome["levier"] for outcome in good)
    assert levers["clause"] > 100
    notified = [row for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"))) if row["date_notification"]]
    told = [outcome for outcome in found if "Contrat déjà notifié" in " ".join(outcome["remarques"])]
    assert len(told) == len(notified)
    for outcome in good[::25]:
        whole = run(read_market(outcome["marche"]), library)
        assert outcome["heures"]["conseille"] == int(whole.calibration.total.advised.value)


def test_the_official_example(shared_data: Path, library: Library) -> None:
    data = (shared_data / "decp_exemple_officiel.json").read_bytes()
    found = analysed(data, "decp_exemple_officiel.json", library)
    raw = json.loads(data)["marches"]
    assert len(found) == len(raw["marche"]) + len(raw["contrat-concession"])
    works = next(outcome for outcome in found if outcome["reference"] == "TEST2022")
    assert works["nature"] == "travaux"
    assert works["departement"] == "75"
    assert "fautes" not in works


@pytest.mark.parametrize("amount", ["", "300000"])
def test_the_notices_as_a_programme(shared_data: Path, library: Library, amount: str) -> None:
    """A head row, then one row a lot. Few notices publish an estimate: the others say so, or are given one here."""
    lines = (shared_data / "avis_exemples.jsonl").read_text(encoding="utf-8").splitlines()
    notices = [json.loads(line) for line in lines]
    found = analysed(_programme(notices, amount), "avis.csv", library)
    assert len(found) == len(notices) == 30
    faults = [fault for outcome in found for fault in outcome.get("fautes", ())]
    published = sum(bool(notice["montant_estime"]) for notice in notices)
    if amount:
        assert all(fault["colonne"] == "Type" for fault in faults), faults  # four notices hold no more than a title
        assert len(faults) <= 4
    else:
        assert {fault["colonne"] for fault in faults} <= {"Montant HT", "Type"}
        assert sum("fautes" not in outcome for outcome in found) == published
    assert any(outcome["lots"] for outcome in found if "fautes" not in outcome)


def _programme(notices: list[dict[str, Any]], default: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(
        ("Référence", "Objet", "Type", "CPV", "N° lot", "Intitulé du lot", "Montant HT", "Durée (mois)", "Acheteur")
    )
    kinds = {"Works": "travaux", "Supplies": "fournitures"}
    for number, notice in enumerate(notices, 1):
        amount = (notice["montant_estime"] or default).removesuffix(".00")
        kind = kinds.get(notice["type"], notice["type"])
        head = (f"A{number}", notice["intitule"], kind, notice["cpv_principal"], "", "", amount, "", notice["acheteur"])
        writer.writerow(head)
        for lot in notice["lots"] if len(notice["lots"]) > 1 else ():
            cpv = (lot.get("cpv") or [""])[0]
            writer.writerow((f"A{number}", "", "", cpv, lot["numero"], lot["intitule"], "", lot.get("duree_mois"), ""))
    return text.getvalue().encode()


def test_a_cut_file_is_refused_or_read(shared_data: Path, library: Library) -> None:
    data = (shared_data / "decp_exemple_officiel.json").read_bytes()
    with pytest.raises(InputError):
        analysed(data[: len(data) // 2], "decp.json", library)
