"""The workbook without an office suite: what may be changed, what is safe, and bytes that never change."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cases import one_of_each_shape
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from drafter.library import Library, load_library
from drafter.market import read_market
from drafter.pipeline import Result, run
from drafter.sheets import FILE_NAME, calibration_workbook
from drafter.sheets.book import LONGEST, safe
from drafter.sheets.calibration import FIXED
from drafter.sheets.formula import (
    Formula,
    ceiling_to,
    choose,
    floor_tenth,
    floor_to,
    literal,
    rounded,
    steady,
)

LIBRARY = load_library()


def result_of(library: Library = LIBRARY, **facts: Any) -> Result:
    base = {"objet": "Travaux", "nature": "travaux", "duree_mois": 10, "date_lancement": "2026-10-01"}
    return run(read_market({**base, "montant_ht": 1_000_000, **facts}), library)


def opened(data: bytes) -> Any:
    return load_workbook(BytesIO(data))


def cells(book: Any) -> Any:
    return (cell for sheet in book for row in sheet.iter_rows() for cell in row)


EXAMPLES = pytest.mark.parametrize("name", one_of_each_shape())


# --- formulas ------------------------------------------------------------------------------------

X = Formula("$C$5", Fraction(7))
Y = Formula("$C$6", Fraction(2))


@pytest.mark.parametrize(
    ("formula", "text", "value"),
    [
        (X * (Y + literal(1)), "$C$5*($C$6+1)", 21),
        (X / (Y * literal(3)), "$C$5/($C$6*3)", Fraction(7, 6)),
        (X - (Y - literal(1)), "$C$5-($C$6-1)", 6),
        (X - Y * literal(2), "$C$5-$C$6*2", 3),
        (literal(1) - X * Y / (X / Y), "1-$C$5*$C$6/($C$5/$C$6)", -3),
        (choose(X < Y, literal(1), X / literal(0)), "IF($C$5<$C$6,1,$C$5/0)", None),
        (choose(X > Y, literal('a "b"'), X), 'IF($C$5>$C$6,"a ""b""",$C$5)', 'a "b"'),
    ],
)
def test_a_formula_says_what_it_is_worth(formula: Formula, text: str, value: object) -> None:
    assert formula.text == text
    assert formula.value == value


def at(value: str | int) -> Formula:
    return Formula("C1", Fraction(value))


@pytest.mark.parametrize(("hours", "low", "high"), [("0", 0, 0), ("450", 450, 450), ("459.99", 450, 460), ("1", 0, 10)])
def test_tens(hours: str, low: int, high: int) -> None:
    assert floor_to(at(hours), literal(10)).value == low
    assert ceiling_to(at(hours), literal(10)).value == high


def test_other_roundings() -> None:
    assert rounded(at("12.345"), 2).value == Fraction("12.35")
    assert steady(at("449.99999999")).value == 450
    assert floor_tenth(at("4.29")).value == Fraction("4.2")
    assert floor_tenth(at("4.3")).value == Fraction("4.3")


# --- safe text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["=1+1", "+33 1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=cmd|' /C calc'!A0"]
)
def test_typed_text_is_never_a_formula(text: str) -> None:
    assert safe(text).startswith("'")


@given(st.text(max_size=200))
def test_any_text_is_safe(text: str) -> None:
    shown = safe(text)
    assert not shown.lstrip(" \u00a0\u202f").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_long_text_is_cut() -> None:
    assert len(safe("a" * 10_000)) == LONGEST


@pytest.mark.parametrize("bad", ['=HYPERLINK("http://x.invalid";"ici")', "+9876", "-9876", "@A1", "=cmd|'/C calc'!A0"])
def test_what_a_buyer_types_stays_text_everywhere(bad: str) -> None:
    result = result_of(
        objet=bad,
        acheteur_nom=bad,
        forme="tranches",
        lots=[
            {
                "intitule": bad,
                "montant_ht": 500_000,
                "tranches": [{"intitule": bad, "montant_ht": 1}, {"intitule": bad, "montant_ht": 2}],
            },
            {"intitule": "'; DROP TABLE", "montant_ht": 500_000},
        ],
    )
    for cell in cells(opened(calibration_workbook(result))):
        if cell.data_type == "f":
            assert bad not in cell.value
        elif isinstance(cell.value, str):
            assert not cell.value.startswith(("=", "+", "-", "@", "\t"))


# --- the workbook --------------------------------------------------------------------------------


@EXAMPLES
def test_no_figure_of_an_example_is_fixed_and_bytes_are_the_same(name: str) -> None:
    market = LIBRARY.examples[name]
    data = calibration_workbook(run(market, LIBRARY))
    assert data == calibration_workbook(run(market, LIBRARY))
    assert not [
        cell.coordinate
        for cell in cells(opened(data))
        if isinstance(cell.value, str) and FIXED.split(":")[0].strip() in cell.value
    ]


@EXAMPLES
def test_every_formula_carries_its_value(name: str) -> None:
    data = calibration_workbook(run(LIBRARY.examples[name], LIBRARY))
    values = load_workbook(BytesIO(data), data_only=True)
    formulas = [cell for cell in cells(opened(data)) if cell.data_type == "f"]
    assert formulas
    missing = [f"{cell.parent.title}!{cell.coordinate}" for cell in formulas]
    assert [
        where
        for where, cell in zip(missing, formulas, strict=True)
        if values[cell.parent.title][cell.coordinate].value is None
    ] == []


def test_inputs_are_open_and_the_rest_is_locked_without_password() -> None:
    book = opened(calibration_workbook(result_of()))
    for sheet in book:
        assert sheet.protection.sheet
        assert not sheet.protection.password
    for cell in cells(book):
        assert cell.protection.locked or cell.data_type != "f"
    steps = {row[0].value: row[2] for row in book["Marché"].iter_rows(min_row=5)}
    for name in (
        "Montant HT de l’assiette",
        "Part de main-d’œuvre",
        "Coût horaire chargé",
        "Taux d’effort d’insertion",
    ):
        assert not steps[name].protection.locked
        assert steps[name].fill.fgColor.rgb == "00FFF4C7"
    assert steps["Heures retenues"].protection.locked


def test_layout_that_prints_and_reads_aloud() -> None:
    book = opened(calibration_workbook(result_of(lots=[{"intitule": "A", "montant_ht": 1_000_000}])))
    assert book.sheetnames == ["Synthèse", "Lot 1", "Hypothèses", "Calendrier", "Sensibilité"]
    for sheet in book:
        assert sheet.freeze_panes
        assert sheet.print_title_rows
        assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
        assert not sheet.merged_cells.ranges
        assert sheet["A1"].value


def test_a_hundred_lots() -> None:
    lots = [{"intitule": f"Lot : {'/[]*?' * 20} {number}", "montant_ht": 100_000 + number} for number in range(100)]
    book = opened(calibration_workbook(result_of(montant_ht=20_000_000, lots=lots)))
    assert len(book.sheetnames) == len(set(book.sheetnames)) == 104
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_the_file_does_not_tell_when_it_was_made() -> None:
    with zipfile.ZipFile(BytesIO(calibration_workbook(result_of()))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-10-01T00:00:00Z") == 2


def test_links_are_those_of_the_library_or_of_the_workbook() -> None:
    result = result_of(cpv="45421000")
    known = {step.link for lot in result.calibration.lots for step in lot.steps} | {
        entry.source.link for parameter in LIBRARY.parameters.values() for entry in parameter.values
    }
    known |= {penalty.source.link for penalty in LIBRARY.penalties.values()}
    for cell in cells(opened(calibration_workbook(result))):
        if cell.hyperlink and cell.hyperlink.target:
            assert cell.hyperlink.target in known


def test_the_package_follows_the_standard(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(calibration_workbook(result_of(acheteur_nom="Ville d'exemple & Cie <x>")))
    command = [sys.executable, "-c", "from openxml_audit.cli import main; main()", path]
    audit = subprocess.run(command, capture_output=True, text=True)
    assert "Errors: 0" in audit.stdout, audit.stdout[:2000] + audit.stderr
