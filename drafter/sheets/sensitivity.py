"""What moves the hours, live: each rate at its low then its high value, the others at their centre."""

from __future__ import annotations

from drafter.calibration.model import Sensitivity
from drafter.sheets import book as b
from drafter.sheets.book import Book, Sheet
from drafter.sheets.formula import larger, smaller
from drafter.sheets.lines import Cells, Moved
from drafter.sheets.names import FIXED

HEADER = ("Lot", "Chiffre", "Bas", "Haut", "Heures au plus bas", "Heures au plus haut", "Écart", "Précision")
COLUMNS = (3, 4, 5, 6)


def write_sensitivity(book: Book, lots: list[Cells]) -> None:
    """Nothing to show where the hours were typed, or where no amount is known."""
    sheet = book.sheet("Sensibilité", (12, 34, 14, 14, 16, 16, 14, 50))
    sheet.heading(
        "Ce qui change le plus le résultat",
        "Heures calculées, sans arrondi, quand un seul chiffre passe de son bas à son haut ; le plus grand écart "
        "d'abord, à la création du classeur.",
    )
    sheet.header(HEADER, freeze=True)
    for cells in lots:
        proposed = {item.key: item for item in cells.lot.sensitivity}
        for moved in cells.moved:
            _row(sheet, cells, moved, proposed.get(moved.key))


def _row(sheet: Sheet, cells: Cells, moved: Moved, item: Sensitivity | None) -> None:
    sheet.frame(range(1, len(HEADER) + 1))
    sheet.text(1, cells.sheet.title, link=f"#'{cells.sheet.title}'!A1")
    sheet.text(2, moved.name)
    live = (moved.low, moved.high, moved.at_low, moved.at_high)
    formats = (moved.fmt, moved.fmt, b.TENTH, b.TENTH)
    engine = tuple(figure.value for figure in (item.low, item.high, item.at_low, item.at_high)) if item else ()
    if item is None or tuple(each.value for each in live) == engine:
        written = [sheet.formula(column, what, fmt) for column, what, fmt in zip(COLUMNS, live, formats, strict=True)]
    else:
        written = [
            sheet.constant(column, what, fmt) for column, what, fmt in zip(COLUMNS, engine, formats, strict=True)
        ]
        sheet.text(8, FIXED)
    at_low, at_high = written[2:]
    sheet.formula(7, larger(at_low, at_high) - smaller(at_low, at_high), b.TENTH, bold=True)
    sheet.row += 1
