"""The calibrage as a workbook that recomputes: the steps of the screen, their inputs open, their results live.

Every formula is compared with the engine before it is written. Where the two differ (a step that this
page does not know yet), the engine's figure is written, locked, and said to be fixed: a workbook may be
less alive than the service, never different from it.
"""

from __future__ import annotations

from drafter.pipeline import Result
from drafter.sheets.book import Book
from drafter.sheets.calendar import write_calendar
from drafter.sheets.hypotheses import write_hypotheses
from drafter.sheets.lot import LOT_WIDTHS, LotSheet, sheet_name
from drafter.sheets.names import FIXED
from drafter.sheets.sensitivity import write_sensitivity
from drafter.sheets.summary import write_summary
from drafter.sheets.target import write_target

FILE_NAME = "calcul-des-heures.xlsx"

__all__ = ["FILE_NAME", "FIXED", "calibration_workbook"]


def calibration_workbook(result: Result) -> bytes:
    """The calibrage of a market as an .xlsx with live formulas. Same result, same bytes."""
    book = Book(f"Calibrage des heures d'insertion – {result.market.object}", result.on)
    summary = book.sheet("Synthèse", (10, 48, 30, 34, 11, 11, 11, 12, 10, 19, 13))
    sheets = [book.sheet(sheet_name(lot), LOT_WIDTHS) for lot in result.calibration.lots]
    settings = write_hypotheses(book, result)
    lots = [
        LotSheet(sheet, result, understood, lot, settings).write()
        for sheet, understood, lot in zip(sheets, result.understanding.lots, result.calibration.lots, strict=True)
    ]
    write_summary(summary, result, lots, settings)
    write_calendar(book, result, lots)
    write_sensitivity(book, lots)
    if result.calibration.target is not None:
        write_target(book, result, lots, result.calibration.target)
    return book.save()
