"""The workbook behind a chart: one sheet, written by hand for the same reason as the chart.

What does not depend on the figures is made once, and copied. Nothing is compressed here: the document that holds
the workbook compresses it whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from drafter.draft.blocks import Chart
from drafter.word.package import Packed, pack_part, write_parts
from drafter.word.text import attribute, escape, one_line

TAB = "Chiffres"

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_THEME_TYPE = (
    '<Override PartName="/xl/theme/theme1.xml" ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/>'
)


def workbook(chart: Chart, theme: bytes | None) -> bytes:
    """One sheet: categories in the first column, a column for each series. `theme` is that of the document."""
    header = [chart.unit, *(series.name for series in chart.series)]
    words = [escape(one_line(text)) for text in (*header, *chart.categories)]
    shared = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in words)
    count = len(words)
    rows = [_row(1, "".join(_words(column(place), 1, place, style=1) for place in range(len(header))))]
    for index in range(len(chart.categories)):
        line = index + 2
        figures = "".join(
            f'<c r="{column(place)}{line}" s="2"><v>{plain_number(series.values[index].value)}</v></c>'
            for place, series in enumerate(chart.series, 1)
        )
        rows.append(_row(line, _words("A", line, len(header) + index) + figures))
    last = f"{column(len(chart.series))}{len(chart.categories) + 1}"
    sheet = (
        f'{_HEAD}<worksheet xmlns="{_SHEET}"><dimension ref="A1:{last}"/><sheetViews><sheetView workbookViewId="0"/>'
        '</sheetViews><cols><col min="1" max="1" width="42" customWidth="1"/>'
        f'<col min="2" max="{len(chart.series) + 1}" width="14" customWidth="1"/></cols>'
        f"<sheetData>{''.join(rows)}</sheetData></worksheet>"
    )
    return write_parts(
        {
            **_fixed_parts(number_format(chart), theme),
            "xl/worksheets/sheet1.xml": sheet.encode(),
            "xl/sharedStrings.xml": (
                f'{_HEAD}<sst xmlns="{_SHEET}" count="{count}" uniqueCount="{count}">{shared}</sst>'
            ).encode(),
        },
        store=True,
    )


@lru_cache(maxsize=32)
def _fixed_parts(code: str, theme: bytes | None) -> Mapping[str, Packed]:
    """Every part that holds neither a word nor a figure; `code` is the format of the numbers."""
    types = (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}sharedStrings+xml"/>'
        f"{_THEME_TYPE if theme else ''}</Types>"
    )
    book = (
        f'{_HEAD}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f'<sheets><sheet name="{TAB}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    font = '<sz val="11"/><color rgb="FF1E1E1E"/><name val="Calibri"/><family val="2"/>'
    styles = (
        f'{_HEAD}<styleSheet xmlns="{_SHEET}"><numFmts count="1">'
        f'<numFmt numFmtId="164" formatCode="{attribute(code)}"/>'
        f'</numFmts><fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        '</fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
    links = [
        ("rId1", "worksheet", "worksheets/sheet1.xml"),
        ("rId2", "styles", "styles.xml"),
        ("rId3", "sharedStrings", "sharedStrings.xml"),
    ]
    if theme:
        links.append(("rId4", "theme", "theme/theme1.xml"))
    parts = {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": _relationships(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book.encode(),
        "xl/_rels/workbook.xml.rels": _relationships(*links),
        "xl/styles.xml": styles.encode(),
        **({"xl/theme/theme1.xml": theme} if theme else {}),
    }
    return {name: pack_part(name, content, store=True) for name, content in parts.items()}


def _row(number: int, cells: str) -> str:
    return f'<row r="{number}">{cells}</row>'


def _words(column: str, row: int, place: int, style: int = 0) -> str:
    """A cell that shows the text at `place` among the shared ones: never a formula, whatever its first sign."""
    return f'<c r="{column}{row}" s="{style}" t="s"><v>{place}</v></c>'


def column(place: int) -> str:
    """A, B, C…: a chart never has as many series as there are letters."""
    return chr(ord("A") + place)


def number_format(chart: Chart) -> str:
    """French groups of three whatever the language of the program: it is the spaces that are written, not its sign."""
    decimals = any(value.value.denominator != 1 for series in chart.series for value in series.values)
    end = ".0#" if decimals else ""
    unit = one_line(chart.unit).replace('"', "")
    tail = f'{end}"\u00a0{unit}"' if unit else end
    million, thousand = '#"\u202f"###"\u202f"##0', '#"\u202f"##0'
    return f"[>=1000000]{million}{tail};[>=1000]{thousand}{tail};0{tail}"


def plain_number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else repr(float(value))


def _relationships(*links: tuple[str, str, str]) -> bytes:
    inside = "".join(
        f'<Relationship Id="{identifier}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for identifier, kind, target in links
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'.encode()
