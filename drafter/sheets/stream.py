"""A workbook written a row at a time: as many rows as a sheet holds, in the memory of one.

Sheets are open for sorting and filtering, unlike those of a calibrage: nothing is computed in them. Charts are native,
each over a table of the same sheet. What people typed is never a formula; the bytes depend on what was written only.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import textwrap
import zipfile
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from drafter.sheets.book import DAY, HUNDREDTH, PERCENT, PLAIN, WHOLE, Frame, Look, safe, short

Value = str | int | Decimal | date | None
EUROS_WHOLE = '[$-40C]#,##0\\ "€"'
_BLUE, _GREY, _WHITE = "1F3A7A", "595959", "FFFFFF"
_LINE = 14.5
_ROW_HEIGHT = 0.53  # centimetres, of an empty row
_HEAD = Look(bold=True, color=_WHITE, fill=_BLUE, wrap=True)
_TITLE = Look(bold=True, size=15, frame=Frame.NONE)
_SUBTITLE = Look(bold=True, size=12, color=_BLUE, frame=Frame.NONE)
_PROSE = Look(size=10, color=_GREY, frame=Frame.NONE)
_EPOCH = (1980, 1, 1, 0, 0, 0)
FORMATS = {"euros": EUROS_WHOLE, "heures": WHOLE, "nombre": HUNDREDTH, "jour": DAY, "texte": PLAIN, "part": PERCENT}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header, its width in characters, what it holds (a key of FORMATS)."""

    title: str
    width: float
    kind: str = "texte"
    bold: bool = False


_safe = lru_cache(maxsize=16_384)(safe)
"""The same reasons come back on thousands of rows."""


class StreamSheet:
    """One sheet, written from top to bottom. `columns` give the widths; a table names its own headers."""

    def __init__(self, book: StreamBook, ws: Any, columns: Sequence[Column], freeze: str) -> None:
        self._book, self.ws, self.columns, self.row = book, ws, tuple(columns), 0
        self.printed = 0
        """How many columns go on paper, when not all of them would be read there."""
        for number, column in enumerate(columns, 1):
            ws.column_dimensions[get_column_letter(number)].width = column.width
        if freeze:
            ws.freeze_panes = freeze
        ws.sheet_view.showGridLines = False
        ws.page_setup.orientation = "landscape"
        ws.page_setup.paperSize = 8 if sum(column.width for column in columns) > 200 else 9  # A3, A4
        ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
        ws.sheet_properties.pageSetUpPr.fitToPage = True
        ws.page_margins.left = ws.page_margins.right = 0.4
        ws.page_margins.top = ws.page_margins.bottom = 0.6
        ws.oddFooter.left.text, ws.oddFooter.right.text = "&A", "Page &P / &N"
        self._looks = [
            Look(bold=column.bold, wrap=column.kind == "texte", right=column.kind != "texte", fmt=FORMATS[column.kind])
            for column in columns
        ]
        self._cells = [book.cell(ws, look) for look in self._looks]

    def title(self, text: str) -> None:
        self._single(text, _TITLE)

    def section(self, text: str) -> None:
        self._append([], None)
        self._single(text, _SUBTITLE)

    def prose(self, text: str, width: int = 150) -> None:
        """A sentence over the columns to the right, a row a line: no cell is merged."""
        for line in textwrap.wrap(safe(text), width, break_on_hyphens=False):
            self._single(line, _PROSE)

    def header(self, *, filtered_to: int = 0) -> None:
        """The names of the columns; `filtered_to` is the number of columns that may be filtered and sorted."""
        self.names([column.title for column in self.columns])
        self.ws.print_title_rows = f"{self.row}:{self.row}"
        self._filter = (self.row, filtered_to)

    def names(self, names: Sequence[str]) -> None:
        cells = [self._filled(self._book.cell(self.ws, _HEAD), name) for name in names]
        self._append(cells, self._height(names, _HEAD))

    def write(self, values: Sequence[Value], *, bold: bool = False, kinds: Sequence[str] = ()) -> None:
        """One row of a table. `kinds`: those of another table than the columns of the sheet."""
        if bold or kinds:
            looks = [
                replace(look, bold=bold, fmt=FORMATS[kind], wrap=kind == "texte", right=kind != "texte")
                for look, kind in zip(self._looks, kinds or [column.kind for column in self.columns], strict=False)
            ]
            cells = [self._book.cell(self.ws, look) for look in looks]
        else:
            cells = self._cells
        filled = [self._filled(cell, value) for cell, value in zip(cells, values, strict=False)]
        self._append(filled, self._height(values, None))

    def end_filter(self) -> None:
        row, columns = self._filter
        if self.printed:
            self.ws.print_area = f"A1:{get_column_letter(self.printed)}{self.row}"
        if columns and self.row > row:
            self.ws.auto_filter.ref = f"A{row}:{get_column_letter(columns)}{self.row}"

    def choices(self, column: int, first: int, last: int, words: Sequence[str]) -> None:
        """Cells that take these words only, from a list."""
        rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
        rule.errorTitle, rule.error = "Valeur non admise", f"Choisissez dans la liste : {', '.join(words)}."[:250]
        letter = get_column_letter(column)
        rule.add(f"{letter}{first}:{letter}{last}")
        self.ws.data_validations.append(rule)

    def bars(self, title: str, header: int, last: int, column: int, anchor: str, *, sideways: bool = False) -> None:
        """Bars over a table of this sheet: names in its first column, figures in `column`. Rows go on below a chart
        that stands beside its table."""
        if last <= header:
            return
        chart = BarChart()
        chart.type = "bar" if sideways else "col"
        chart.title, chart.legend, chart.style = title, None, 10
        chart.add_data(Reference(self.ws, min_col=column, min_row=header, max_row=last), titles_from_data=True)
        chart.set_categories(Reference(self.ws, min_col=1, min_row=header + 1, max_row=last))
        chart.series[0].graphicalProperties = GraphicalProperties(solidFill=_BLUE)
        chart.gapWidth = 60
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.y_axis.numFmt = chart.y_axis.number_format = WHOLE
        chart.y_axis.majorGridlines = None if sideways else chart.y_axis.majorGridlines
        if sideways:
            chart.x_axis.scaling.orientation = "maxMin"
        chart.width, chart.height = 18, min(max(7.5, 0.6 * (last - header) + 2), 14) if sideways else 8
        self.ws.add_chart(chart, anchor)
        bottom = int(anchor.lstrip("ABCDEFGH")) + int(chart.height / _ROW_HEIGHT) + 1
        while sideways and self.row < bottom:
            self._append([], None)

    def _single(self, text: str, look: Look) -> None:
        self._append([self._filled(self._book.cell(self.ws, replace(look, wrap=False)), text)], look.size * 1.5)

    def _filled(self, cell: Any, value: Value) -> Any:
        if isinstance(value, str):
            cell.value = _safe(value) or None
            if cell.value is not None:
                cell.data_type = "s"  # openpyxl makes a formula of a leading "="
        else:
            cell.value = value
        return cell

    def _height(self, values: Sequence[Value], look: Look | None) -> float | None:
        """Tall enough for the longest text: LibreOffice does not fit rows when the file comes from elsewhere."""
        lines = 1
        for column, value in zip(self.columns, values, strict=False):
            room = max(int((column.width - 2) * 1.1), 4)
            if isinstance(value, str) and len(value) > room:
                lines = max(lines, -(-len(value) // (room - room // 8)))  # words do not fill their last line
        return min(lines, 27) * _LINE + 3

    def _append(self, cells: list[Any], height: float | None) -> None:
        self.row += 1
        if height:
            self.ws.row_dimensions[self.row].height = height
        self.ws.append(cells)
        self.ws.row_dimensions.pop(self.row, None)  # written: a row takes no more memory


class StreamBook:
    """A workbook under way. Sheets are written in any order, and stand in the order they were made."""

    def __init__(self, title: str, created: date) -> None:
        self.wb = Workbook(write_only=True)
        self.wb.properties.title = short(title, 200)
        self.wb.properties.creator = "drafter"
        self.wb.properties.language = "fr-FR"
        self._created = f"{created:%Y-%m-%d}T00:00:00Z"
        self._styles: dict[Look, Any] = {}
        self._sheets: list[StreamSheet] = []

    def sheet(self, title: str, columns: Sequence[Column], *, freeze: str = "") -> StreamSheet:
        self._sheets.append(StreamSheet(self, self.wb.create_sheet(title), columns, freeze))
        return self._sheets[-1]

    def cell(self, ws: Any, look: Look) -> Any:
        """A new cell; two cells that look alike share one style of the file."""
        cell = WriteOnlyCell(ws)
        if look not in self._styles:
            look.dress(cell)
            self._styles[look] = copy(cell._style)
        cell._style = self._styles[look]
        return cell

    def save(self, path: Path) -> None:
        """Written aside, settled (dates and order of the package never change), then put in place."""
        for sheet in self._sheets:
            if hasattr(sheet, "_filter"):
                sheet.end_filter()
        with tempfile.TemporaryDirectory() as folder:
            raw = Path(folder) / "raw.xlsx"
            self.wb.save(raw)
            aside = path.with_name(f".{path.name}.tmp")
            with zipfile.ZipFile(raw) as source, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as target:
                for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
                    self._copy(source, target, name)
            aside.replace(path)

    def _copy(self, source: zipfile.ZipFile, target: zipfile.ZipFile, name: str) -> None:
        info = zipfile.ZipInfo(name, _EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED
        with source.open(name) as part, target.open(info, "w") as copied:
            if name == "docProps/core.xml":
                dates = rf"\g<1>{self._created}"
                text = re.sub(r"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*", dates, part.read().decode())
                copied.write(text.encode())
            else:
                shutil.copyfileobj(part, copied, 1 << 20)
