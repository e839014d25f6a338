"""What every workbook of the house shares: styles, locked cells, safe text, and bytes that never change."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
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
DAY = f"{_FRENCH}dd/mm/yyyy"
PLAIN = "General"

_INK, _BLUE, _GREY, _WHITE, _LINK = "1E1E1E", "1F3A7A", "595959", "FFFFFF", "0B3D91"
_INPUT_FILL, _SECTION_FILL = "FFF4C7", "E3E8F4"
_LINE = 14.5  # points, one line of text


class Frame(Enum):
    NONE = None
    THIN = Side(style="thin", color="BFBFBF")
    INPUT = Side(style="medium", color="8A6D00")


@dataclass(frozen=True)
class Look:
    """How a cell looks, and whether it is open. Two cells that look alike share one style of the file."""

    bold: bool = False
    color: str = _INK
    size: int = 11
    underline: bool = False
    fill: str = ""
    frame: Frame = Frame.THIN
    right: bool = False
    wrap: bool = False
    open: bool = False
    fmt: str = PLAIN

    def dress(self, cell: Any) -> None:
        underline = "single" if self.underline else None
        cell.font = Font(name="Calibri", size=self.size, bold=self.bold, color=self.color, underline=underline)
        if self.fill:
            cell.fill = PatternFill("solid", fgColor=self.fill)
        side = self.frame.value
        if side is not None:
            cell.border = Border(side, side, side, side)
            horizontal = "right" if self.right else "left"
            cell.alignment = Alignment(horizontal=horizontal, vertical="center", indent=1, wrap_text=self.wrap)
        cell.protection = Protection(locked=not self.open)
        cell.number_format = self.fmt


_TEXT = Look(wrap=True)
_INPUT = Look(color=_BLUE, fill=_INPUT_FILL, frame=Frame.INPUT, right=True, open=True)

_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n")


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

    def __init__(self, ws: Any, widths: Sequence[float], styles: dict[Look, Any]) -> None:
        self.ws, self.row, self._widths, self._styles = ws, 1, list(widths), styles
        self.cached: dict[str, Fraction | str] = {}
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

    def _put(self, column: int, value: Fraction | str | None, look: Look) -> Any:
        """Write one cell. Text is a text whatever it begins with; an empty one leaves the cell empty."""
        cell = self.ws.cell(self.row, column)
        if isinstance(value, Fraction):
            cell.value = _plain(value)
        elif value:
            cell.value = safe(value)
            cell.data_type = "s"  # openpyxl makes a formula of a leading "="
            if look.wrap:
                self._fit(column, value)
        self._dress(cell, look)
        return cell

    def _dress(self, cell: Any, look: Look) -> None:
        if look not in self._styles:
            look.dress(cell)
            self._styles[look] = copy(cell._style)
        cell._style = copy(self._styles[look])

    def _fit(self, column: int, words: str) -> None:
        """Make the row tall enough: LibreOffice does not when the file comes from elsewhere."""
        lines = len(textwrap.wrap(words, max(int((self._widths[column - 1] - 2) * 1.15), 4))) or 1
        row = self.ws.row_dimensions[self.row]
        row.height = max(row.height or 0, lines * _LINE + 3)

    def _cell(self, column: int, value: Fraction | str | None) -> Formula:
        return Formula(f"${get_column_letter(column)}${self.row}", value)

    # --- text ---

    def heading(self, title: str, *lines: str) -> None:
        """The title of the sheet, then lines of context."""
        self._put(1, title, Look(bold=True, size=15, frame=Frame.NONE))
        self.row += 1
        for line in lines:
            self._put(1, line, Look(size=10, color=_GREY, frame=Frame.NONE))
            self.row += 1

    def legend(self) -> None:
        """Says how to know a cell that may be changed, by an example and in words."""
        self._put(1, "À modifier si besoin", replace(_INPUT, right=False, open=False))
        self.prose(
            2,
            "Cellules à fond jaune et cadre épais : changez-les, tout se recalcule. Les autres sont verrouillées, "
            "sans mot de passe.",
            200,
        )

    def prose(self, column: int, words: str, width: int) -> None:
        """A sentence over the columns to the right: a row a line, since no cell is merged."""
        for line in textwrap.wrap(safe(words), width, break_on_hyphens=False):
            self._put(column, line, Look(frame=Frame.NONE))
            self.row += 1

    def header(self, names: Sequence[str], *, start: int = 1, freeze: bool = False) -> None:
        for column, name in enumerate(names, start):
            self._put(column, name, Look(bold=True, color=_WHITE, fill=_BLUE, wrap=True))
        if freeze:
            self.ws.freeze_panes = f"B{self.row + 1}"
            self.ws.print_title_rows = f"{self.row}:{self.row}"
        self.row += 1

    def section(self, name: str, columns: int) -> None:
        look = Look(bold=True, color=_BLUE, fill=_SECTION_FILL, frame=Frame.NONE)
        for column in range(1, columns + 1):
            self._put(column, name if column == 1 else None, look)
        self.row += 1

    def text(self, column: int, words: str, *, bold: bool = False, link: str = "", frame: bool = True) -> None:
        """Words in a cell; `link` is an address, or `#'Sheet'!A1`."""
        look = replace(_TEXT, bold=bold, frame=Frame.THIN if frame else Frame.NONE)
        if link:
            look = replace(look, underline=True, color=_LINK)
        cell = self._put(column, words, look)
        if link:
            place = {"location": link[1:]} if link.startswith("#") else {"target": link}
            cell.hyperlink = Hyperlink(ref=cell.coordinate, **place)

    def frame(self, columns: Iterable[int]) -> None:
        """Borders for the empty cells of a row."""
        for column in columns:
            self._put(column, None, _TEXT)

    # --- figures ---

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
        cell = self._put(column, value, replace(_INPUT, bold=bold, fmt=fmt))
        self._allow(cell.coordinate, tuple(words), over, most)
        return self._cell(column, Fraction(0) if value is None else value)

    def entry(self, column: int, fmt: str = PLAIN, value: Fraction | str | None = None, *, words: bool = False) -> None:
        """An unlocked cell that people fill; what it accepts is said once for its column (`accept`)."""
        self._put(column, value, replace(_INPUT, fmt=fmt, right=not words, wrap=words))

    def accept(self, area: str, rule: DataValidation, message: str) -> None:
        """What the cells of an area take, and what the spreadsheet says of the rest."""
        rule.errorTitle, rule.error, rule.allow_blank = "Valeur non admise", french.typeset(message), True
        rule.add(area)
        self.ws.add_data_validation(rule)

    def formula(self, column: int, what: Formula, fmt: str = PLAIN, *, bold: bool = False) -> Formula:
        """A locked cell computed from others; its value travels with it."""
        cell = self.ws.cell(self.row, column, f"={what.text}")
        words = isinstance(what.value, str)
        self._dress(cell, Look(bold=bold, right=not words, wrap=words, fmt=fmt))
        if isinstance(what.value, str):
            self._fit(column, what.value)
        if isinstance(what.value, Fraction | str):
            self.cached[cell.coordinate] = what.value
        return self._cell(column, what.value if isinstance(what.value, Fraction | str) else None)

    def constant(self, column: int, value: Fraction | str, fmt: str = PLAIN, *, bold: bool = False) -> Formula:
        """A locked figure that nothing computes."""
        words = isinstance(value, str)
        self._put(column, value, Look(bold=bold, right=not words, wrap=words, fmt=fmt))
        return self._cell(column, value)

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
        self._sheets: list[Sheet] = []
        self._styles: dict[Look, Any] = {}

    def sheet(self, title: str, widths: Sequence[float]) -> Sheet:
        self._sheets.append(Sheet(self.wb.create_sheet(title), widths, self._styles))
        return self._sheets[-1]

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
        parts["xl/styles.xml"] = _FONT.sub(_ordered, parts["xl/styles.xml"].decode()).encode()
        for number, sheet in enumerate(self._sheets, 1):
            name = f"xl/worksheets/sheet{number}.xml"
            parts[name] = _with_values(parts[name].decode(), sheet.cached).encode()
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


_FONT = re.compile(r"(<font>)(.*?)(</font>)", re.DOTALL)
_FONT_ORDER = ("b", "u", "sz", "color", "name", "family", "scheme")  # of the standard; openpyxl has its own


def _ordered(match: re.Match[str]) -> str:
    parts = re.findall(r"<(\w+)[^>]*/>", match[2])
    written = dict(zip(parts, re.findall(r"<\w+[^>]*/>", match[2]), strict=True))
    return match[1] + "".join(written[name] for name in sorted(written, key=_FONT_ORDER.index)) + match[3]


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
