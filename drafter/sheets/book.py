"""What every workbook of the house shares: styles, locked cells, safe text, and bytes that never change."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from drafter import french
from drafter.sheets.formula import Formula
from drafter.word.package import read_parts, write_parts
from drafter.word.text import clean

LONGEST = 2_000
"""Characters of typed text in one cell: beyond, a row would not fit on a page."""

# In French where the program lets a file choose (LibreOffice); Excel takes the signs of its own settings.
_FRENCH = "[$-40C]"
EUROS = f'{_FRENCH}#,##0.00\\ "€"'
HOURLY = f'{_FRENCH}#,##0.00\\ "€/h"'
PERCENT = f"{_FRENCH}0.0#\\ %"
HUNDREDTH = f"{_FRENCH}#,##0.00"
TENTH = f"{_FRENCH}#,##0.0"
WHOLE = f"{_FRENCH}#,##0"
PLAIN = "General"

_INK, _BLUE, _GREY = "1E1E1E", "1F3A7A", "595959"
_THIN = Side(style="thin", color="BFBFBF")
_FRAME = Border(_THIN, _THIN, _THIN, _THIN)
_INPUT_SIDE = Side(style="medium", color="8A6D00")
_INPUT_FILL = PatternFill("solid", fgColor="FFF4C7")
_LINE = 14.5
_INPUT_FRAME = Border(_INPUT_SIDE, _INPUT_SIDE, _INPUT_SIDE, _INPUT_SIDE)

_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n")


def _font(**wanted: Any) -> Font:
    return Font(**{"name": "Calibri", "size": 11, **wanted})


def safe(text: str) -> str:
    """Text typed by people, that no spreadsheet takes for a formula, nor one made later from a CSV export."""
    text = french.typeset(clean(text))
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    return f"'{text}" if text.lstrip(" \u00a0\u202f").startswith(_FORMULA_START) else text


def short(text: str, longest: int) -> str:
    text = " ".join(clean(text).split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


class Sheet:
    """One sheet: locked but for its inputs, A4, header row frozen and repeated on each page."""

    def __init__(self, ws: Any, widths: Sequence[float], cached: dict[str, Fraction | str]) -> None:
        self.ws, self.row, self._cached, self._widths = ws, 1, cached, list(widths)
        self._validations: dict[tuple[str, ...], DataValidation] = {}
        for number, width in enumerate(widths, 1):
            ws.column_dimensions[get_column_letter(number)].width = width
        ws.protection.sheet = True
        for allowed in ("formatColumns", "formatRows"):
            setattr(ws.protection, allowed, False)  # in this format, False allows
        ws.sheet_view.showGridLines = False
        ws.page_setup.orientation = "landscape"
        ws.page_setup.paperSize = ws.PAPERSIZE_A4
        ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
        ws.sheet_properties.pageSetUpPr.fitToPage = True
        ws.page_margins.left = ws.page_margins.right = 0.4
        ws.page_margins.top = ws.page_margins.bottom = 0.6
        ws.oddFooter.left.text, ws.oddFooter.right.text = "&A", "Page &P / &N"

    @property
    def title(self) -> str:
        return str(self.ws.title)

    def there(self, cell: Formula) -> Formula:
        """A cell of this sheet as another sheet names it."""
        return Formula(f"'{self.title}'!{cell.text}", cell.value)

    def heading(self, *lines: str) -> None:
        """The title of the sheet, then lines of context."""
        for number, line in enumerate(lines):
            cell = self.ws.cell(self.row, 1)
            self._write(cell, safe(line))
            cell.font = _font(bold=number == 0, size=15 if number == 0 else 10, color=_INK if number == 0 else _GREY)
            self.row += 1

    def legend(self) -> None:
        """Says how to know a cell that may be changed, by an example and in words."""
        self.text(1, "À modifier si besoin")
        example = self.ws.cell(self.row, 1)
        example.fill, example.border, example.font = _INPUT_FILL, _INPUT_FRAME, _font(color=_BLUE)
        self.prose(
            2,
            "Cellules à fond jaune et cadre épais : changez-les, tout se recalcule. Les autres sont verrouillées, "
            "sans mot de passe.",
            200,
        )

    def prose(self, column: int, words: str, width: int) -> None:
        """A sentence over the columns to the right: a row a line, since no cell is merged."""
        for line in textwrap.wrap(safe(words), width, break_on_hyphens=False):
            cell = self.ws.cell(self.row, column)
            self._write(cell, safe(line))
            cell.font = _font(color=_INK)
            self.row += 1

    def header(self, names: Sequence[str], *, start: int = 1, freeze: bool = False) -> None:
        for column, name in enumerate(names, start):
            cell = self.ws.cell(self.row, column)
            self._write(cell, safe(name))
            self._fit(column, name)
            cell.font = _font(bold=True, color="FFFFFF")
            cell.fill = PatternFill("solid", fgColor=_BLUE)
            cell.alignment = Alignment(wrap_text=True, vertical="center", indent=1)
            cell.border = _FRAME
        if freeze:
            self.ws.freeze_panes = f"B{self.row + 1}"
            self.ws.print_title_rows = f"{self.row}:{self.row}"
        self.row += 1

    def section(self, name: str, columns: int) -> None:
        for column in range(1, columns + 1):
            cell = self.ws.cell(self.row, column)
            cell.fill = PatternFill("solid", fgColor="E3E8F4")
            cell.font = _font(bold=True, color=_BLUE)
        self._write(self.ws.cell(self.row, 1), safe(name))
        self.row += 1

    def text(self, column: int, words: str, *, bold: bool = False, link: str = "", frame: bool = True) -> None:
        cell = self.ws.cell(self.row, column)
        self._write(cell, safe(words))
        self._fit(column, words)
        cell.alignment = Alignment(wrap_text=True, vertical="center", indent=1)
        cell.font = _font(bold=bold, color=_INK)
        if frame:
            cell.border = _FRAME
        if link:
            inside = link.startswith("#")
            place = {"location": link[1:]} if inside else {"target": link}
            cell.hyperlink = Hyperlink(ref=cell.coordinate, **place)
            cell.font = _font(bold=bold, underline="single", color="0B3D91")

    def input(
        self,
        column: int,
        value: Fraction | str | None,
        fmt: str,
        *,
        bold: bool = False,
        words: Sequence[str] = (),
        over: str = "",
        most: str = "",
    ) -> Formula:
        """An unlocked cell. `words` are the only ones it takes; a number is at least `over`, at most `most`."""
        cell = self.ws.cell(self.row, column)
        if isinstance(value, Fraction):
            cell.value = _plain(value)
        elif value is not None:
            self._write(cell, value)
        cell.number_format = fmt
        cell.protection = Protection(locked=False)
        cell.fill = _INPUT_FILL
        cell.border = _INPUT_FRAME
        cell.font = _font(bold=bold, color=_BLUE)
        cell.alignment = Alignment(horizontal="right", vertical="center", indent=1)
        self._allow(cell.coordinate, tuple(words), over, most)
        return Formula(f"${get_column_letter(column)}${self.row}", Fraction(0) if value is None else value)

    def _allow(self, coordinate: str, words: tuple[str, ...], over: str, most: str) -> None:
        if not words and not over:
            return
        key = (*words, "|", over, most)
        if key not in self._validations:
            if words:
                rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=False)
                rule.error = f"Choisissez : {french.joined(list(words))}."
            else:
                strict = over.startswith(">")
                least = over.removeprefix(">")
                sign = "between" if most else "greaterThan" if strict else "greaterThanOrEqual"
                rule = DataValidation(
                    type="decimal", operator=sign, formula1=least, formula2=most or None, allow_blank=True
                )
                rule.error = (
                    "Écrivez un taux entre 0 % et 100 %."
                    if most
                    else f"Écrivez un nombre {'plus grand que' if strict else 'au moins égal à'} {least}."
                )
            rule.errorTitle = "Valeur non admise"
            self.ws.add_data_validation(rule)
            self._validations[key] = rule
        self._validations[key].add(coordinate)

    def formula(self, column: int, what: Formula, fmt: str = PLAIN, *, bold: bool = False) -> Formula:
        """A locked cell computed from others; its value travels with it."""
        cell = self.ws.cell(self.row, column, f"={what.text}")
        words = isinstance(what.value, str)
        cell.number_format = fmt
        cell.border = _FRAME
        cell.font = _font(bold=bold, color=_INK)
        cell.alignment = Alignment(
            horizontal="left" if words else "right", vertical="center", indent=1, wrap_text=words
        )
        if isinstance(what.value, str):
            self._fit(column, what.value)
        if isinstance(what.value, Fraction | str):
            self._cached[cell.coordinate] = what.value
        return Formula(f"${get_column_letter(column)}${self.row}", what.value)

    def constant(self, column: int, value: Fraction | str, fmt: str = PLAIN, *, bold: bool = False) -> Formula:
        """A locked figure that nothing computes."""
        cell = self.ws.cell(self.row, column)
        if isinstance(value, Fraction):
            cell.value = _plain(value)
        else:
            self._write(cell, safe(value))
            self._fit(column, value)
        cell.number_format = fmt
        cell.border = _FRAME
        cell.font = _font(bold=bold, color=_INK)
        words = isinstance(value, str)
        cell.alignment = Alignment(
            horizontal="left" if words else "right", vertical="center", indent=1, wrap_text=words
        )
        return Formula(f"${get_column_letter(column)}${self.row}", value)

    def _fit(self, column: int, words: str) -> None:
        """Make the row tall enough: LibreOffice and Excel do not when the file comes from elsewhere."""
        lines = len(textwrap.wrap(words, max(int(self._widths[column - 1] * 1.1), 4))) or 1
        height = max(self.ws.row_dimensions[self.row].height or 0, lines * _LINE + 2)
        self.ws.row_dimensions[self.row].height = height

    def frame(self, columns: Iterable[int]) -> None:
        """Borders for the empty cells of a row."""
        for column in columns:
            self.ws.cell(self.row, column).border = _FRAME

    @staticmethod
    def _write(cell: Any, text: str) -> None:
        cell.value = text
        cell.data_type = "s"  # openpyxl makes a formula of a leading "="


class Book:
    """A workbook under way. `save` gives bytes that depend on nothing but what was written."""

    def __init__(self, title: str, created: date) -> None:
        self.wb = Workbook()
        self.wb.remove(self.wb.active)
        self.wb.properties.title = short(title, 200)
        self.wb.properties.creator = "drafter"
        self.wb.properties.language = "fr-FR"
        self.wb.calculation = CalcProperties(fullCalcOnLoad=True)
        self._created = f"{created:%Y-%m-%d}T00:00:00Z"
        self._cached: list[dict[str, Fraction | str]] = []

    def sheet(self, title: str, widths: Sequence[float]) -> Sheet:
        self._cached.append({})
        return Sheet(self.wb.create_sheet(title), widths, self._cached[-1])

    def name(self, name: str, cell: Formula, sheet: Sheet) -> Formula:
        """A name for a cell, that any formula may use."""
        self.wb.defined_names[name] = DefinedName(name, attr_text=f"'{sheet.title}'!{cell.text}")
        return Formula(name, cell.value)

    def save(self) -> bytes:
        buffer = BytesIO()
        self.wb.save(buffer)
        parts = read_parts(buffer.getvalue())
        core = parts["docProps/core.xml"].decode()
        parts["docProps/core.xml"] = re.sub(
            r"(<dcterms:(created|modified)\b[^>]*>)[^<]*", rf"\g<1>{self._created}", core
        ).encode()
        for number, cached in enumerate(self._cached, 1):
            name = f"xl/worksheets/sheet{number}.xml"
            parts[name] = _with_values(parts[name].decode(), cached).encode()
        return write_parts(parts)


_COMPUTED = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)><f>(.*?)</f><v ?/?>(?:</v>)?</c>', re.DOTALL)


def _with_values(xml: str, cached: dict[str, Fraction | str]) -> str:
    """Each formula with its value beside it: openpyxl writes one or the other."""

    def fill(match: re.Match[str]) -> str:
        where, attributes, formula = match.groups()
        value = cached.get(where)
        if value is None:
            return match[0]
        attributes = re.sub(r' t="\w+"', "", attributes)
        if isinstance(value, str):
            shown = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            return f'<c r="{where}"{attributes} t="str"><f>{formula}</f><v>{shown}</v></c>'
        return f'<c r="{where}"{attributes}><f>{formula}</f><v>{_plain(value)!r}</v></c>'

    return _COMPUTED.sub(fill, xml)


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
