"""The effort aimed at over the whole operation: what it asks of the lots with a clause, live."""

from __future__ import annotations

from fractions import Fraction

from drafter.calibration.model import LotCalibration, Target
from drafter.calibration.rates import COMPENSATED
from drafter.calibration.target import counts
from drafter.pipeline import Result
from drafter.sheets import book as b
from drafter.sheets.book import Book, Sheet
from drafter.sheets.formula import Formula, choose, larger, smaller, total
from drafter.sheets.lines import Cells
from drafter.sheets.names import COMPENSATED_NAME, NONE, ONE, YES, ZERO
from drafter.understanding import Understood

HEADER = (
    "Lot",
    "Heures de travail",
    "Compte dans l'opération",
    "Taux à relever",
    "Heures comptées",
    "Heures des lots à relever",
    "Heures déjà fixées",
    "Heures obtenues",
)
_CHOICES = ("oui", "non")


def write_target(book: Book, result: Result, lots: list[Cells], target: Target) -> None:
    """t_lot = (target x hours of all lots - hours already fixed) / hours of the lots that may still be raised.

    Which lots count is what the service decided; it may be changed here.
    """
    sheet = book.sheet("Objectif", (14, 18, 18, 14, 18, 20, 18, 18))
    sheet.heading("Objectif d'effort de toute l'opération", b.short(target.note, 300))
    sheet.legend()
    sheet.text(1, "Objectif")
    wanted = sheet.input(2, target.wanted.value, b.PERCENT, over="0", most="1", bold=True)
    sheet.row += 2
    sheet.header(HEADER, freeze=True)
    first = sheet.row
    values: dict[int, list[Fraction]] = {column: [] for column in (5, 6, 7, 8)}
    for understood, cells in zip(result.understanding.lots, lots, strict=True):
        _row(sheet, understood, cells, values)
    sheet.frame(range(1, len(HEADER) + 1))
    sheet.text(1, "Total", bold=True)
    sums = {}
    for column, found in values.items():
        letter = "ABCDEFGH"[column - 1]
        span = (Formula(f"${letter}${first}", None), Formula(f"${letter}${sheet.row - 1}", None))
        sums[column] = sheet.formula(column, total(*span, found), b.TENTH, bold=True)
    sheet.row += 2
    worked, carried, fixed, obtained = sums[5], sums[6], sums[7], sums[8]
    asked = choose(carried.same(ZERO), ZERO, smaller(ONE, larger(wanted * worked - fixed, ZERO) / carried))
    sheet.text(1, "Taux compensé")
    book.name(COMPENSATED_NAME, sheet.formula(2, asked, b.PERCENT, bold=True), sheet)
    sheet.row += 1
    sheet.text(1, "Taux obtenu")
    sheet.formula(2, choose(worked.same(ZERO), ZERO, obtained / worked), b.PERCENT, bold=True)
    sheet.row += 1


def _row(sheet: Sheet, understood: Understood, cells: Cells, values: dict[int, list[Fraction]]) -> None:
    lot, there = cells.lot, cells.sheet.there
    counted = counts(understood) and lot.worked is not None
    free = _free(lot)
    sheet.frame(range(1, len(HEADER) + 1))
    sheet.text(1, cells.sheet.title, link=f"#'{cells.sheet.title}'!A1")
    worked = sheet.formula(2, there(cells.worked) if cells.worked is not None else ZERO, b.TENTH)
    says = sheet.input(3, "oui" if counted else "non", b.PLAIN, words=_CHOICES)
    raised = sheet.input(4, "oui" if free else "non", b.PLAIN, words=_CHOICES)
    exact = there(cells.exact) if cells.exact is not None and counted else ZERO
    carries = choose(there(cells.decision).same(NONE), ZERO, exact)
    for column, what in (
        (5, choose(says.same(YES), worked, ZERO)),
        (6, choose(raised.same(YES), worked, ZERO)),
        (7, ZERO if free or not counted else carries),
        (8, choose(says.same(YES), carries, ZERO)),
    ):
        values[column].append(sheet.formula(column, what, b.TENTH).number or Fraction(0))
    sheet.row += 1


def _free(lot: LotCalibration) -> bool:
    return any(step.name == COMPENSATED for step in lot.steps)
