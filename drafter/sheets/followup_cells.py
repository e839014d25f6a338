"""The cells of a filled workbook, read tolerantly: what is wrong is told by sheet and cell, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from drafter import french
from drafter.errors import Fault, InputError
from drafter.readers import clean, plain, read_amount, read_date, read_hours, shown
from drafter.sheets.followup_layout import Area
from drafter.sheets.reading import Cell, Row, Table

MOST_FAULTS = 60
LONGEST = 200
"""Characters of a company or an order number: beyond, something was pasted by mistake."""
MOST = {True: 10**9, False: 10**6}
"""No figure of a follow-up goes beyond: in euros, and in hours or people."""


def key(text: object) -> str:
    """What words are compared by: neither the apostrophe nor the spaces of a list matter."""
    return " ".join(plain(str(text).replace("’", "'")).split())


class Filled:
    """The sheets of a workbook by name, and what was found wrong or doubtful along the way."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._sheets = {table.name: table.rows for table in tables}
        self.faults: list[Fault] = []
        self.warnings: list[str] = []

    def __contains__(self, sheet: str) -> bool:
        return sheet in self._sheets

    def rows_of(self, sheet: str) -> Sequence[Row]:
        return self._sheets.get(sheet, ())

    def fault(self, sheet: str, cell: str, message: str) -> None:
        where = f"Feuille « {sheet} », cellule {cell}" if cell else f"Feuille « {sheet} »"
        self.faults.append(Fault(french.typeset(where), french.typeset(message)))

    def warn(self, sheet: str, cell: str, message: str) -> None:
        self.warnings.append(french.typeset(f"Feuille « {sheet} », cellule {cell} : {message}"))

    def stop(self) -> None:
        """Raises InputError with every fault so far, when there is one."""
        if not self.faults:
            return
        kept = self.faults[:MOST_FAULTS]
        if rest := len(self.faults) - len(kept):
            kept.append(Fault("", f"et {french.plural(rest, 'autre cellule', 'autres cellules')} à corriger"))
        raise InputError(kept)

    # --- one cell ---

    def value(self, sheet: str, row: int, column: int) -> Cell:
        rows = self.rows_of(sheet)
        if row > len(rows) or column > len(rows[row - 1]):
            return None
        found = rows[row - 1][column - 1]
        return None if isinstance(found, str) and not found.strip() else found

    def empty(self, area: Area, name: str, row: int) -> bool:
        return self.value(area.sheet, row, area.column(name)) is None

    def words(self, area: Area, name: str, row: int) -> str:
        found = self.value(area.sheet, row, area.column(name))
        return "" if found is None else clean(found).removeprefix("'")

    def line(self, area: Area, name: str, row: int) -> str:
        """Words of reasonable length."""
        text = self.words(area, name, row)
        if len(text) > LONGEST:
            self.fault(area.sheet, area.cell(name, row), f"ce texte est trop long ({LONGEST} signes au plus)")
        return text[:LONGEST]

    def number(self, area: Area, name: str, row: int) -> Fraction | None:
        found = self.value(area.sheet, row, area.column(name))
        return self.as_number(found, area.sheet, area.cell(name, row), money="€" in name)

    def as_number(self, value: Cell, sheet: str, cell: str, *, money: bool = False) -> Fraction | None:
        """A number at least zero, typed as such or in French words. None when empty, or when it was told wrong."""
        if value is None:
            return None
        try:
            if isinstance(value, bool | date):
                raise ValueError
            if isinstance(value, str):
                found = read_amount(value) if money else read_hours(value)
            else:
                found = Fraction(Decimal(str(value)))
        except (ValueError, ArithmeticError):
            self.fault(sheet, cell, f"{shown(value)} n'est pas un nombre : écrivez des chiffres, par exemple 151,5")
            return None
        if found < 0:
            self.fault(sheet, cell, f"{shown(value)} est négatif : écrivez un nombre au moins égal à zéro")
            return None
        if found > MOST[money]:
            self.fault(sheet, cell, f"{shown(value)} est démesuré : vérifiez ce nombre")
            return None
        return found

    def count(self, area: Area, name: str, row: int) -> int | None:
        found = self.number(area, name, row)
        if found is None or found.denominator == 1:
            return None if found is None else int(found)
        self.fault(area.sheet, area.cell(name, row), "écrivez un nombre entier de personnes")
        return None

    def day(self, area: Area, name: str, row: int) -> date | None:
        return self.as_day(self.value(area.sheet, row, area.column(name)), area.sheet, area.cell(name, row))

    def as_day(self, value: Cell, sheet: str, cell: str) -> date | None:
        if value is None or isinstance(value, date):
            return value
        try:
            if isinstance(value, str):
                return read_date(value)
        except ValueError:
            pass
        self.fault(sheet, cell, f"{shown(value)} n'est pas une date : écrivez par exemple 15/01/2027")
        return None

    # --- the rows of a table ---

    def filled(self, area: Area, entries: Sequence[str]) -> list[int]:
        """The rows that hold something; what stands below the table would be lost: it is told."""

        def holds(row: int) -> bool:
            return any(not self.empty(area, name, row) for name in entries)

        for row in range(area.last + 1, len(self.rows_of(area.sheet)) + 1):
            if holds(row):
                message = f"cette ligne est sous le tableau, qui finit à la ligne {area.last} : remontez-la"
                self.fault(area.sheet, area.cell(entries[0], row), message)
                break
        return [row for row in range(area.first, area.last + 1) if holds(row)]
