"""Programmes written by LibreOffice in old formats are read like the original; our workbook opens, page by page."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from drafter.library import load_library
from drafter.programme.analysis import Analyst
from drafter.programme.entries import Entry
from drafter.programme.run import items_of, run_programme
from drafter.programme.settings import Settings
from drafter.programme.workbook import FILE_NAME as WORKBOOK
from tests.programme.conftest import ON
from tests.programme.make import HEADER, as_csv, rows

pytestmark = pytest.mark.office


def original() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["Programme 2027 du service"])
    sheet.append(HEADER)
    for row in rows(6):
        sheet.append([int(cell) if cell.isdecimal() and len(cell) < 8 else cell for cell in row])
    data = BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_old_formats_are_read_like_the_original(suffix: str, soffice: str, tmp_path: Path) -> None:
    source = tmp_path / "achats.xlsx"
    source.write_bytes(original())
    command = [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    convert = ["--convert-to", suffix, "--outdir", tmp_path, source]
    subprocess.run([*command, *convert], check=True, capture_output=True, timeout=180)
    analyst = Analyst(load_library(), Settings(ON))

    def told(path: Path) -> list[dict[str, object]]:
        found = [item for item in items_of(path.read_bytes(), path.name) if isinstance(item, Entry)]
        return [analyst.analyse(entry) for entry in found]

    assert told(tmp_path / f"achats.{suffix}") == told(source)
    assert all("fautes" not in outcome for outcome in told(source))


def test_our_workbook_and_note_open(tmp_path: Path, to_pdf: Callable[[Path], Path]) -> None:
    run_programme(as_csv(8), "programme.csv", tmp_path, Settings(ON))
    for name in (WORKBOOK, "note-de-synthese.docx"):
        pdf = to_pdf(tmp_path / name)
        assert pdf.stat().st_size > 5_000
        said = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
        pages = int(next(line for line in said.splitlines() if line.startswith("Pages")).split()[1])
        assert name == WORKBOOK or pages <= 2
