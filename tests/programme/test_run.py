"""From a file to a folder: outputs, formula injection, resume after a kill, a changed row done again."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time
import zipfile
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from drafter.cli import main
from drafter.errors import InputError
from drafter.programme.journal import Journal
from drafter.programme.run import CSV, JOURNAL, JSON, run_programme
from drafter.programme.settings import Settings
from drafter.programme.timing import civil_quarters
from drafter.programme.workbook import FILE_NAME as WORKBOOK
from drafter.sheets.reading import read_tables

from .conftest import SETTINGS
from .make import as_csv

OUTPUTS = (WORKBOOK, "note-de-synthese.docx", CSV, JSON)
INJECTION = ('=cmd|" /C calc"!A0', "+33 1 22", "-2+3", "@SUM(A1)", "\t=1+1")


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in OUTPUTS}


def run_in(folder: Path, data: bytes, **more: Any) -> Any:
    folder.mkdir(exist_ok=True)
    return run_programme(data, "programme.csv", folder, SETTINGS, **more)


def call(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["programme", *arguments], prog_name="drafter")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programme")
    run_in(folder, as_csv(40))
    return folder


def test_the_same_file_gives_the_same_bytes_on_one_process_or_two(done: Path, tmp_path: Path) -> None:
    run_in(tmp_path / "two", as_csv(40), processes=2)
    assert contents(tmp_path / "two") == contents(done)


def test_the_workbook_says_what_the_rows_say(done: Path) -> None:
    sheets = {table.name: table.rows for table in read_tables((done / WORKBOOK).read_bytes(), WORKBOOK)}
    told = json.loads((done / JSON).read_text(encoding="utf-8"))
    header, *rows = sheets["Marchés"]
    assert len(rows) == len(told["marches"]) == 40
    hours = header.index("Heures conseillées")
    assert [row[hours] for row in rows] == [market["heures"]["conseille"] for market in told["marches"]]
    assert sum(int(str(row[hours])) for row in rows) == told["synthese"]["heures"]["conseille"]
    assert sum(told["synthese"]["trimestres"].values()) == told["synthese"]["heures"]["conseille"]
    assert sum(told["synthese"]["segments"].values()) == told["synthese"]["heures"]["conseille"]
    flat = " ".join(str(cell) for row in sheets["Synthèse"] for cell in row if cell is not None)
    assert "SPASER" in flat
    assert "Certitude" in flat


def test_the_workbook_has_native_charts_and_filters(done: Path) -> None:
    with zipfile.ZipFile(done / WORKBOOK) as package:
        charts = [name for name in package.namelist() if name.startswith("xl/charts/chart")]
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(charts) == 3
    assert sum(b"<autoFilter" in sheet for sheet in sheets) >= 3


def test_nothing_typed_is_a_formula(tmp_path: Path) -> None:
    text = StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(("Référence", "Objet", "Acheteur", "Montant HT", "Durée"))
    for number, words in enumerate(INJECTION):
        writer.writerow((f"{words}{number}", f"{words} travaux de peinture", words, "90000", "12"))
        writer.writerow((f"f{number}", f"{words} travaux", words, words, "12"))
    run_in(tmp_path, text.getvalue().encode())
    with zipfile.ZipFile(tmp_path / WORKBOOK) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in package.read(name), name
    for row in csv.reader(StringIO((tmp_path / CSV).read_text(encoding="utf-8-sig")), delimiter=";"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row), row


def test_a_bad_row_is_told_and_the_others_stand(tmp_path: Path) -> None:
    path = tmp_path / "achats.csv"
    path.write_bytes(
        "Objet;Montant;Durée\nTravaux de peinture;zéro;6\nNettoyage des locaux;90000;12\n".encode("cp1252")
    )
    found = call(str(path), "-o", str(tmp_path / "out"), "--date", "01/10/2026")
    assert found.exit_code == 0, found.stderr
    assert "1 marché analysé" in found.stderr.replace("\u00a0", " ")
    assert "À reprendre" in found.stderr
    assert [Path(line).name for line in found.stdout.split()] == [*OUTPUTS[:1], OUTPUTS[1], OUTPUTS[2], OUTPUTS[3]]
    sheets = {table.name: table.rows for table in read_tables((tmp_path / "out" / WORKBOOK).read_bytes(), WORKBOOK)}
    assert sheets["À reprendre"][1][1:3] == (2, "Montant")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "Indiquez le fichier"),
        (("absent.csv", "-o", "out"), 3, "n'existe pas"),
        (("absent.csv",), 2, "dossier de sortie"),
        (("x.csv", "-o", "out", "--date", "hier"), 2, "n'est pas une date"),
    ],
)
def test_usage_is_told_in_french(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found = call(*arguments)
    assert found.exit_code == code
    assert said in found.stderr.replace("’", "'")
    assert found.stdout == ""


def test_a_file_without_a_market_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="titres"):
        run_in(tmp_path, b"Nom;Couleur\nA;B\n")


def test_the_model_is_the_same_each_time_and_holds_lists(tmp_path: Path) -> None:
    for name in ("un.xlsx", "deux.xlsx"):
        assert call("--modele", str(tmp_path / name), "--date", "01/10/2026").exit_code == 0
    assert (tmp_path / "un.xlsx").read_bytes() == (tmp_path / "deux.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "un.xlsx") as package:
        assert b"<dataValidation " in package.read("xl/worksheets/sheet1.xml")


# --- resume ----------------------------------------------------------------------------------------


def test_a_killed_run_goes_on_and_gives_the_same_bytes(tmp_path: Path) -> None:
    """kill -9 in the middle of the analysis, at three different moments; the last run is compared with a whole one."""
    data = as_csv(160, seed=3)
    source, cut, whole = tmp_path / "programme.csv", tmp_path / "cut", tmp_path / "whole"
    source.write_bytes(data)
    cut.mkdir()
    reached = 0
    for _ in range(3):
        reached = _kill_after(source, cut, reached + 30)
    assert 0 < reached < 160, "the kill came too late to prove anything"
    with (cut / JOURNAL).open("ab") as journal:
        journal.write(b'0123456789abcdef0123456789abcdef\t{"objet": "cut')  # as a full disk would leave it
    again = run_in(cut, data, resume=True)
    assert again.reused == reached
    run_in(whole, data)
    assert contents(cut) == contents(whole)


def _kill_after(source: Path, out: Path, lines: int) -> int:
    """Starts the command, kills it once that many markets are in the journal; says how many are."""
    arguments = [str(source), "-o", str(out), "--date", "2026-10-01", "--processus", "1", "--resume"]
    process = subprocess.Popen(
        [sys.executable, "-m", "drafter", "programme", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    limit = time.monotonic() + 120
    while time.monotonic() < limit and process.poll() is None and _lines(out / JOURNAL) < lines:
        time.sleep(0.02)
    process.kill()
    assert process.wait() in (-signal.SIGKILL, 0, 1)
    return _lines(out / JOURNAL)


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_a_changed_row_or_option_is_done_again(tmp_path: Path) -> None:
    data = as_csv(12)
    run_in(tmp_path, data)
    assert run_in(tmp_path, data, resume=True).reused == 12
    lines = data.split(b"\r\n")
    changed = b"\r\n".join([*lines[:-2], lines[-2].replace(b"site ", b"lieu "), b""])
    assert changed != data
    assert run_in(tmp_path, changed, resume=True).reused == 11
    assert run_programme(data, "programme.csv", tmp_path, Settings(date(2026, 11, 1)), resume=True).reused == 0


def test_without_resume_everything_is_done_again(tmp_path: Path) -> None:
    run_in(tmp_path, as_csv(5))
    assert run_in(tmp_path, as_csv(5)).reused == 0


def test_a_journal_drops_what_was_cut(tmp_path: Path) -> None:
    path, first, second = tmp_path / "j", "a" * 32, "b" * 32
    with Journal(path, resume=False) as journal:
        journal.add([(first, '{"x":1}'), (second, '{"y":"é"}')])
    whole = path.read_bytes()
    for cut in range(1, 20):
        path.write_bytes(whole[:-cut])
        with Journal(path, resume=True) as journal:
            assert first in journal
            assert journal.result(first) == {"x": 1}
            assert second not in journal
            journal.add([(second, '{"y":"é"}')])
            assert journal.result(second) == {"y": "é"}
        assert path.read_bytes() == whole


# --- documents -------------------------------------------------------------------------------------


def test_documents_are_the_whole_set_of_each_market(tmp_path: Path) -> None:
    data = "Réf;Objet;Montant;Durée\n../../x;Nettoyage des locaux;216000;48\nA/B:*?;zéro;;\n".encode()
    report = run_in(tmp_path, data, documents=True)
    assert report.documents == 1
    (folder,) = (tmp_path / "marches").iterdir()
    assert folder.name == "00001-x-nettoyage-des-locaux"
    names = {path.name for path in folder.iterdir()}
    assert {"ccap-section.docx", "note-de-calibrage.docx", "fiche-de-decision.docx", "dossier.json"} <= names
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    run_in(tmp_path, data, documents=True, resume=True)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


# --- pieces ----------------------------------------------------------------------------------------


def test_hours_of_a_slice_are_shared_between_civil_quarters() -> None:
    from drafter.calibration.model import Slice
    from drafter.values import Hours

    found = civil_quarters([Slice(1, date(2027, 2, 15), date(2027, 5, 14), Hours(89))])
    assert found == {"2027-T1": 45, "2027-T2": 44}
    assert sum(found.values()) == 89
