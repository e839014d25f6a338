"""LibreOffice recomputes the filled follow-up workbook to the engine's own figures, and saves it so that it reads back.

Values written beside the formulas are dropped first (openpyxl keeps the formulas alone): what is read was computed.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from followup.filling import LIBRARY, ORDERS, TODAY, WORKS, Book, example, plan
from openpyxl import load_workbook

from drafter.followup.balance import LotBalance, balances
from drafter.followup.plan import Plan
from drafter.followup.ways import Way
from drafter.kit import follow
from drafter.sheets import followup_layout as at
from drafter.sheets.reading import read_tables

pytestmark = pytest.mark.office

Convert = Callable[[list[bytes], str], list[bytes]]
FORMATS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods"}
NEAR = 0.005


@pytest.fixture
def convert(soffice: str, tmp_path: Path) -> Convert:
    """Workbooks through LibreOffice, all in one start."""

    def run(books: list[bytes], to: str) -> list[bytes]:
        source, target = tmp_path / f"source-{to}", tmp_path / f"target-{to}"
        source.mkdir()
        paths = [source / f"{number}.xlsx" for number, _ in enumerate(books)]
        for path, data in zip(paths, books, strict=True):
            path.write_bytes(data)
        profile = (tmp_path / "profile").as_uri()
        command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", FORMATS[to]]
        done = subprocess.run([*command, "--outdir", target, *paths], capture_output=True, text=True, timeout=300)
        made = [target / f"{path.stem}.{to}" for path in paths]
        assert all(path.is_file() for path in made), f"{done.stdout}{done.stderr}"
        return [path.read_bytes() for path in made]

    return run


TRANCHES = WORKS | {
    "forme": "tranches",
    "tranches": [
        {"intitule": "Tranche ferme", "montant_ht": 400_000, "ferme": True},
        {"intitule": "Tranche optionnelle", "montant_ht": 200_000, "ferme": False},
    ],
}


def works() -> Book:
    book = Book(plan(WORKS, date(2026, 12, 1)))
    book.hours(
        [
            ("Marché", "T1 2027", Way.ETTI, 120, "Structure A", 2),
            ("Marché", "T1 2027", Way.TRAINING, 60, "", 2),
            ("Marché", "T2 2027", Way.EI, 40.5, "Structure B", 1),
            ("Marché", "T2 2027", Way.TRAINING, 70, "", 1),
        ]
    )
    book.put(at.documents_area(), 1, lot="Marché", document="Bilan d’avancement", relance=date(2027, 5, 1))
    book.put(
        at.documents_area(), 2, lot="Marché", document="Bilan final", relance=date(2027, 5, 1), remis=date(2027, 5, 14)
    )
    return book.lot(degagees=15).on(date(2027, 7, 15))


def orders() -> Book:
    book = Book(plan(ORDERS, date(2026, 12, 15)))
    book.orders(
        [
            ("Marché", date(2027, 2, 1), 44_999.99),
            ("Marché", date(2027, 5, 1), 65_000),
            ("Marché", date(2029, 5, 1), 300_000),
        ]
    )
    return book.hours([("Marché", "T1 2027", Way.HIRED, 20)]).on(date(2027, 7, 15))


def lots() -> Book:
    book = Book(example("reel-trois-lots", date(2027, 1, 1)))
    first, second = (lot.name for lot in book.plan.lots[:2])
    book.hours([(first, "T1 2027", Way.GEIQ, 30), (second, "T1 2027", Way.ACI, 300), (first, "T2 2027", Way.ESAT, 25)])
    return book.lot(2, volume=200).on(date(2027, 8, 2))


def tranches() -> Book:
    book = Book(plan(TRANCHES, date(2026, 12, 1)))
    book.put(at.tranches_area(book.plan), 1, affermie="oui")
    return book.hours([("Marché", "T1 2027", Way.AI, 80)]).on(date(2027, 10, 20))


BOOKS = (works, orders, lots, tranches)


def near(found: object, expected: Any) -> bool:
    return isinstance(found, int | float) and abs(float(found) - float(expected.value)) < NEAR


def check(wb: Any, plan: Plan, found: tuple[LotBalance, ...]) -> None:
    for cell in (cell for sheet in wb for row in sheet.iter_rows() for cell in row):
        if isinstance(cell.value, str):
            assert not cell.value.startswith(("#", "Err:")), f"{cell.parent.title}!{cell.coordinate}"
    board = {row[0]: row for row in wb[at.BOARD].iter_rows(min_row=10, values_only=True) if row[0]}
    for item in found:
        row = board[item.plan.name]
        expected = (
            item.due,
            item.expected,
            item.counted,
            min(item.training, item.training_most),
            item.not_due,
            item.missing,
            item.late,
        )
        for column, (got, figure) in enumerate(zip(row[2:9], expected, strict=True), 3):
            assert near(got, figure), (item.plan.name, column, got, figure)
    area = at.planned_area(plan)
    by_quarter = {
        (row[0], row[1]): row
        for row in wb[at.PLANNED].iter_rows(min_row=area.first, max_row=area.last, values_only=True)
    }
    for item in found:
        for each in item.quarters:
            row = by_quarter[item.plan.name, each.quarter.name]
            assert near(
                row[area.column("Heures de travail") - 1] + row[area.column("Heures de formation") - 1], each.done
            )
            assert near(row[area.column("Cumul compté") - 1], each.counted), (item.plan.name, each.quarter)
            if item.plan.ratio is None:
                assert near(row[area.column("Cumul prévu") - 1], each.due)
            late = row[area.column("Alerte") - 1] == "aucune saisie"
            assert late == (each.quarter in item.silent), (item.plan.name, each.quarter)


def test_the_workbook_recomputed_is_the_engine(convert: Convert) -> None:
    books = [make() for make in BOOKS]
    for book, data in zip(books, convert([book.save() for book in books], "xlsx"), strict=True):
        wb = load_workbook(BytesIO(data), data_only=True)
        found = book.follow()
        check(wb, found.reading.plan, balances(found.reading.plan, found.reading.tally))
        if book.plan.result.market.form is None and not book.plan.result.market.lots:
            documents = wb[at.DOCUMENTS]
            amounts = [documents[f"H{row}"].value for row in (8, 9)]
            expected = [item.amount for item in found.outcome.penalties[0].documents]
            assert all(near(got, figure) for got, figure in zip(amounts, expected, strict=True))


@pytest.mark.parametrize("to", ["xlsx", "ods"])
def test_a_workbook_saved_by_libreoffice_reads_back_the_same(convert: Convert, to: str) -> None:
    books = [make() for make in BOOKS]
    for book, data in zip(books, convert([book.save() for book in books], to), strict=True):
        again = follow(read_tables(data, f"suivi.{to}"), LIBRARY, TODAY)
        first = book.follow()
        assert again.reading.tally == first.reading.tally
        assert again.files == first.files


def test_the_last_action_and_the_next_one(convert: Convert) -> None:
    book = Book(plan(WORKS, date(2026, 12, 1))).on(date(2027, 1, 1))
    dates = book.wb[at.DATES]
    dates["E8"], dates["E9"] = date(2026, 12, 1), date(2026, 12, 3)
    (data,) = convert([book.save()], "xlsx")
    wb = load_workbook(BytesIO(data), data_only=True)
    board, dates = wb[at.BOARD], wb[at.DATES]
    assert board["B4"].value == dates["B10"].value
    assert board["B5"].value == dates["B9"].value
    assert dates["F10"].value == "en retard"
