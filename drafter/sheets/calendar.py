"""The hours quarter by quarter, live: they follow the hours, the duration and the first day of each lot."""

from __future__ import annotations

from fractions import Fraction

from drafter.calibration.outcome import QUARTER
from drafter.pipeline import Result
from drafter.sheets import book as b
from drafter.sheets.book import Book, Sheet
from drafter.sheets.formula import (
    Formula,
    choose,
    floor_to,
    larger,
    literal,
    months_after,
    serial,
    smaller,
    total,
    whole,
)
from drafter.sheets.lines import Cells
from drafter.sheets.names import ONE, ZERO
from drafter.understanding import Understood

MOST_QUARTERS = 80
"""Rows of one lot: what a longer contract leaves stands on the line of the rest."""
HEADER = ("Trimestre", "Du", "Au", "Fin, en mois", "Heures dues en cumul", "Heures du trimestre")


def write_calendar(book: Book, result: Result, lots: list[Cells]) -> None:
    sheet = book.sheet("Calendrier", (44, 15, 15, 15, 22, 22))
    sheet.heading(
        "Calendrier des heures, trimestre par trimestre",
        "Les heures suivent le temps : le cumul dû à la fin de chaque trimestre est arrondi à l'heure inférieure, le "
        "dernier trimestre prend le reste.",
    )
    sheet.legend()
    sheet.header(HEADER, freeze=True)
    for understood, cells in zip(result.understanding.lots, lots, strict=True):
        _lot(sheet, understood, cells)


def _lot(sheet: Sheet, understood: Understood, cells: Cells) -> None:
    if cells.duration is None:
        return
    name = cells.sheet.title
    sheet.section(f"{name} : {b.short(cells.lot.title, 90)}" if cells.lot.lot else name, len(HEADER))
    there = cells.sheet.there
    sheet.text(1, "Premier jour de l'exécution")
    start = sheet.input(2, serial(understood.scope.execution_start), b.DAY)
    sheet.row += 1
    duration = _line(sheet, "Durée, en mois", there(cells.duration), b.PLAIN)
    hours = _line(sheet, "Heures retenues", there(cells.hours.central), b.WHOLE)
    count = -(-understood.scope.duration.value // QUARTER)
    first = sheet.row
    done, begin = ZERO, ZERO
    shares: list[Fraction] = []
    for number in range(1, min(count, MOST_QUARTERS) + 1):
        sheet.frame(range(1, len(HEADER) + 1))
        sheet.text(1, f"{number}")
        end = sheet.formula(4, smaller(literal(number * QUARTER), duration), b.PLAIN)
        sheet.formula(2, _day(start, begin), b.DAY)
        sheet.formula(3, larger(_day(start, end) - ONE, _day(start, begin)), b.DAY)
        due = choose(end < duration, floor_to(hours * end / duration, ONE), hours)
        due = sheet.formula(5, due, b.WHOLE)
        share = sheet.formula(6, due - done, b.WHOLE)
        shares.append(share.number or Fraction(0))
        done, begin = due, end
        sheet.row += 1
    spread = total(Formula(f"$F${first}", None), Formula(f"$F${sheet.row - 1}", None), shares)
    sheet.frame(range(1, len(HEADER) + 1))
    sheet.text(1, "Total", bold=True)
    whole_hours = sheet.formula(6, spread, b.WHOLE, bold=True)
    sheet.row += 1
    sheet.frame(range(1, len(HEADER) + 1))
    sheet.text(1, "Reste, si la durée est allongée au-delà du dernier trimestre")
    sheet.formula(6, hours - whole_hours, b.WHOLE)
    sheet.row += 2


def _line(sheet: Sheet, name: str, what: Formula, fmt: str) -> Formula:
    sheet.text(1, name)
    cell = sheet.formula(2, what, fmt, bold=True)
    sheet.row += 1
    return cell


def _day(start: Formula, months: Formula) -> Formula:
    """A number of months after the first day; the part of a month in days of that month, rounded down."""
    full = whole(months)
    first = months_after(start, full)
    return first + whole((months - full) * (months_after(start, full + ONE) - first))
