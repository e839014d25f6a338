"""The chart of a note: Word's own, with a workbook behind it that holds the same numbers."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import ooxml_integrity
import openpyxl
import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from drafter.calibration.model import Calibration, HoursRange, LotCalibration
from drafter.draft.blocks import Block, Chart, Document, Heading, Paragraph, Series, Table, Text, plain_text
from drafter.draft.charts import DETAILED_LOTS, LONGEST_LABEL, MOST_LOTS, hours_chart
from drafter.facts import HoursDecision, Method
from drafter.library import load_library
from drafter.pipeline import run
from drafter.values import Hours
from drafter.web import create_app
from drafter.word import render_docx
from drafter.word.package import Parts, read_parts

from .checks import W, structural_faults

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
NB, NARROW = "\u00a0", "\u202f"
NASTY = "=1+1 {{ 7*7 }} {% if x %} <c:v/> A & B </c:v> ]]> \"'\x00\x0b\ud800\nfin"
PAGE = 36_000 * 297

CHART = Chart(
    "Heures par lot",
    "Trois barres par lot.",
    (f"Lot n°{NB}1{NB}: Gros œuvre", f"Lot n°{NB}2{NB}: VRD"),
    (
        Series("Bas", (Hours(600), Hours(0))),
        Series("Retenu", (Hours(1240), Hours(450)), main=True),
        Series("Haut", (Hours(1_250_000), Hours(700))),
    ),
    unit="h",
)


def _render(*blocks: Block) -> bytes:
    document = Document("note", "Titre", "Sous-titre", blocks)
    return render_docx(document, dossier="{}", created=date(2026, 10, 1), library_version="1")


def _chart(parts: Parts, number: int = 1) -> Any:
    return etree.fromstring(parts[f"word/charts/chart{number}.xml"])


def _sheet(parts: Parts, number: int = 1) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(BytesIO(parts[f"word/embeddings/Microsoft_Excel_Worksheet{number}.xlsx"]))
    assert book.sheetnames == ["Chiffres"]
    return list(book["Chiffres"].iter_rows(values_only=True))


def _lots(count: int, hours: Callable[[int], int] = lambda number: number * 10) -> Calibration:
    def lot(number: int) -> LotCalibration:
        value = hours(number)
        span = HoursRange(Hours(value // 2), Hours(value), Hours(value * 2), Hours(value))
        decision = HoursDecision.CLAUSE if value else HoursDecision.NONE
        return LotCalibration(number, f"Menuiseries extérieures {number}", Method.AMOUNT, span, decision, "", ())

    return Calibration(tuple(lot(number) for number in range(1, count + 1)))


def _assert_sound(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []
    assert [str(finding) for finding in ooxml_integrity.check(str(path))] == []
    assert structural_faults(data) == []


# In Word


def test_validators_find_nothing_and_python_docx_reopens_it(tmp_path: Path) -> None:
    data = _render(Heading(1, "A"), CHART, Paragraph((Text("Après"),)), replace(CHART, caption="Autre"))
    _assert_sound(data, tmp_path / "chart.docx")
    assert len(docx.Document(str(tmp_path / "chart.docx")).inline_shapes) == 2
    sheet = tmp_path / "sheet.xlsx"
    sheet.write_bytes(read_parts(data)["word/embeddings/Microsoft_Excel_Worksheet1.xlsx"])
    assert [str(error) for error in OpenXmlValidator().validate(sheet).errors] == []


def test_same_chart_same_bytes() -> None:
    assert _render(CHART) == _render(CHART)


def test_a_document_without_chart_has_none_of_its_parts() -> None:
    parts = read_parts(_render(Heading(1, "A")))
    assert not [name for name in parts if "chart" in name or "embeddings" in name]
    assert b"xlsx" not in parts["[Content_Types].xml"]


def test_it_is_numbered_captioned_and_described() -> None:
    table = Table("T", ("x",), (((Text("1"),),),))
    body = etree.fromstring(read_parts(_render(table, CHART, replace(CHART, alt='A & "B"')))["word/document.xml"])
    captions = ["".join(text.text for text in paragraph.iter(W + "t")) for paragraph in body.iter(W + "p")]
    assert f"Figure{NB}1{NB}– Heures par lot" in captions
    assert f"Figure{NB}2{NB}– Heures par lot" in captions
    assert [text.text.strip() for text in body.iter(W + "instrText") if "Figure" in text.text] == [
        r"SEQ Figure \* ARABIC"
    ] * 2
    described = [(item.get("id"), item.get("descr")) for item in body.iter(WP + "docPr")]
    assert described == [("1", "Trois barres par lot."), ("2", 'A & "B"')]


def test_the_drawing_and_the_workbook_hold_the_same_numbers() -> None:
    parts = read_parts(_render(CHART))
    first, second = CHART.categories
    assert _sheet(parts) == [("h", "Bas", "Retenu", "Haut"), (first, 600, 1240, 1_250_000), (second, 0, 450, 700)]
    drawn = _chart(parts).findall(f".//{C}ser")
    names = [series.find(f"{C}tx//{C}v").text for series in drawn]
    assert names == ["Bas", "Retenu", "Haut"]
    assert [[point.text for point in series.findall(f"{C}val//{C}v")] for series in drawn] == [
        ["600", "0"],
        ["1240", "450"],
        ["1250000", "700"],
    ]
    assert [series.find(f"{C}val//{C}f").text for series in drawn] == [
        f"Chiffres!${column}$2:${column}$3" for column in "BCD"
    ]
    assert all([point.text for point in series.findall(f"{C}cat//{C}v")] == list(CHART.categories) for series in drawn)


def test_each_series_can_be_told_without_colour() -> None:
    drawn = _chart(read_parts(_render(CHART))).findall(f".//{C}ser")
    fills = {etree.tostring(series.find(f"{C}spPr")[0]) for series in drawn}
    assert len(fills) == 3
    assert all(series.find(f"{C}dLbls/{C}showSerName").get("val") == "1" for series in drawn)
    alone = _chart(read_parts(_render(replace(CHART, series=CHART.series[1:2]))))
    assert alone.find(f".//{C}dLbls/{C}showSerName").get("val") == "0"


def test_numbers_that_are_not_whole() -> None:
    values = (Hours(Fraction(1, 3)), Hours(1200))
    parts = read_parts(_render(replace(CHART, series=(Series("Retenu", values),))))
    assert _sheet(parts)[1][1] == pytest.approx(1 / 3)
    assert ".0#" in _chart(parts).find(f".//{C}dLbls/{C}numFmt").get("formatCode")


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    chart = Chart(NASTY, NASTY, (NASTY, "b"), (Series(NASTY, (Hours(1), Hours(2))),), unit=NASTY)
    data = _render(chart)
    path = tmp_path / "nasty.docx"
    path.write_bytes(data)
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []
    expected = "=1+1 {{ 7*7 }} {% if x %} <c:v/> A & B </c:v> ]]> \"' fin"
    parts = read_parts(data)
    assert _sheet(parts)[0][:2] == (expected, expected)
    book = openpyxl.load_workbook(BytesIO(parts["word/embeddings/Microsoft_Excel_Worksheet1.xlsx"]))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} == {"s", "n"}
    assert [value.text for value in _chart(parts).findall(f".//{C}cat//{C}v")] == [expected, "b"]


@pytest.mark.parametrize("changes", [{"categories": ()}, {"categories": ("a",)}, {"series": ()}])
def test_a_chart_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="differ in length"):
        _render(replace(CHART, **changes))


# On the screen


def test_the_preview_is_a_named_picture_without_style() -> None:
    app = create_app()
    page = '{% from "blocs.html" import blocs with context %}{{ blocs(document) }}'
    chart = replace(CHART, categories=("<script>", "b"), alt="A & <b>")
    with app.test_request_context():
        shown = app.jinja_env.from_string(page).render(document=Document("note", "T", "", (chart,)))
    assert "style=" not in shown
    svg = etree.fromstring(shown[shown.index("<svg") : shown.index("</svg>") + 6])
    assert svg.get("role") == "img"
    assert svg.find("title").text == "A & <b>"
    assert svg.find("title").get("id") == svg.get("aria-labelledby")
    texts = [text.text for text in svg.iter("text")]
    assert {"<script>", f"Retenu{NB}1{NARROW}240{NB}h", f"Haut{NB}1{NARROW}250{NARROW}000{NB}h"} <= set(texts)
    assert len(list(svg.iter("pattern"))) == 1


# What the note draws


def test_no_hours_no_chart() -> None:
    assert hours_chart(_lots(3, lambda _: 0)) is None


@pytest.mark.parametrize("count", [1, 2, DETAILED_LOTS, DETAILED_LOTS + 1, MOST_LOTS, MOST_LOTS + 1, 99])
def test_it_stays_on_one_page_with_any_number_of_lots(count: int, tmp_path: Path) -> None:
    chart = hours_chart(_lots(count))
    assert chart is not None
    assert len(chart.categories) == min(count, MOST_LOTS)
    assert [series.name for series in chart.series] == (
        ["Bas", "Retenu", "Haut"] if count <= DETAILED_LOTS else ["Retenu"]
    )
    assert (f"sur{NB}{count}" in chart.caption or f"sur {count}" in chart.caption) is (count > MOST_LOTS)
    data = _render(chart)
    _assert_sound(data, tmp_path / "lots.docx")
    extent = etree.fromstring(read_parts(data)["word/document.xml"]).find(f".//{WP}extent")
    assert int(extent.get("cy")) < 0.8 * PAGE
    assert all(len(label) <= LONGEST_LABEL for label in chart.categories)
    assert len(set(chart.categories)) == len(chart.categories)


def test_more_lots_take_more_height() -> None:
    def height(count: int) -> int:
        chart = hours_chart(_lots(count))
        assert chart is not None
        root = etree.fromstring(read_parts(_render(chart))["word/document.xml"])
        return int(root.find(f".//{WP}extent").get("cy"))

    assert height(1) < height(4) < height(12)
    assert height(13) < height(20) < height(30) <= height(50)


def test_beyond_the_limit_the_heaviest_lots_are_kept_in_their_order() -> None:
    chart = hours_chart(_lots(MOST_LOTS + 3, lambda number: 1000 - number))
    assert chart is not None
    assert [value.value for value in chart.series[0].values] == [1000 - number for number in range(1, MOST_LOTS + 1)]


def test_the_note_shows_the_numbers_of_its_table() -> None:
    library = load_library()
    note = run(library.examples["reel-trois-lots"], library).documents["note"]
    place = next(index for index, block in enumerate(note.blocks) if isinstance(block, Chart))
    chart, table = note.blocks[place], note.blocks[place - 1]
    assert isinstance(chart, Chart)
    assert isinstance(table, Table)
    lots = table.rows[: len(chart.categories)]
    for series in chart.series:
        column = table.header.index(series.name)
        shown = [plain_text(row[column]).replace(NARROW, "") for row in lots]
        assert shown == [str(value.value) for value in series.values]


@pytest.mark.office
def test_libreoffice_draws_it(tmp_path: Path, to_pdf: Callable[[Path], Path]) -> None:
    path = tmp_path / "chart.docx"
    path.write_bytes(_render(CHART))
    pdf = to_pdf(path)
    pdftotext = shutil.which("pdftotext")
    if pdftotext is None:
        pytest.skip("pdftotext is not on this machine: install poppler-utils")
    text = subprocess.run([pdftotext, "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    text = re.sub(r"\s+", " ", text)
    for expected in ("Figure 1 – Heures par lot", "Lot n° 2 : VRD", "Retenu 1 240 h", "Haut 1 250 000 h", "Bas 0 h"):
        assert expected in text
