"""The settings of the calculation, each open and named, and what our tables said of each lot."""

from __future__ import annotations

from drafter import french
from drafter.calibration import Step
from drafter.calibration.rates import COMPUTED, TYPED
from drafter.dated import DatedValue, Unit
from drafter.library.terms import Family
from drafter.pipeline import Result
from drafter.sheets import book as b
from drafter.sheets.book import Book, Sheet
from drafter.sheets.formula import Formula
from drafter.sheets.names import (
    BY_UNIT,
    FORMATS,
    INPUTS,
    SETTINGS,
    UNITS,
    Rule,
)
from drafter.values import Quantity


def write_hypotheses(book: Book, result: Result) -> dict[str, Formula]:
    """The settings, each an input with a name; then what our tables said of each lot."""
    library = result.library
    sheet = book.sheet("Hypothèses", (46, 13, 16, 13, 14, 40, 23, 50, 9))
    sheet.heading(
        "Hypothèses et réglages",
        f"Bibliothèque {library.info.version} ; valeurs lues au {french.day(result.on)}, date de lancement.",
    )
    sheet.legend()
    header = ("Hypothèse", "Bas", "Retenu", "Haut", "Unité", "Source (avec son lien)", "Certitude", "Précision", "Lots")
    sheet.header(header, freeze=True)
    sheet.section("Réglages du calcul, communs à tous les lots", len(header))
    named: dict[str, Formula] = {}
    for key, name in SETTINGS.items():
        parameter = library.parameters.get(f"calibrage.{key}")
        if parameter is None:
            continue
        entry = library.entry(parameter.id, result.on) or parameter.values[0]
        _setting(sheet, parameter.label, parameter.unit, entry, entry.value, header)
        named[key] = book.name(
            name, sheet.input(3, entry.value.value, FORMATS[parameter.unit], bold=True, over="0"), sheet
        )
        sheet.row += 1
    _penalty_settings(book, sheet, result, named, header)
    sheet.section("Ce que proposent nos tables, avant tout changement", len(header))
    for step, lots in _tables(result).items():
        sheet.frame(range(1, len(header) + 1))
        sheet.text(1, step.name)
        fmt = (INPUTS.get(step.name) or BY_UNIT.get(step.unit) or Rule(b.PLAIN)).fmt
        for column, figure in ((2, step.low), (3, step.value), (4, step.high)):
            if figure is not None:
                sheet.constant(column, figure.value, fmt)
        sheet.text(5, step.unit)
        sheet.text(6, step.source, link=step.link)
        sheet.text(7, step.status.label)
        sheet.text(8, step.note)
        sheet.text(9, ", ".join("marché" if lot is None else str(lot) for lot in lots))
        sheet.row += 1
    return named


def _setting(sheet: Sheet, label: str, unit: Unit, entry: DatedValue, value: Quantity, header: tuple[str, ...]) -> None:
    sheet.frame(range(1, len(header) + 1))
    sheet.text(1, label)
    sheet.text(5, UNITS[unit])
    sheet.text(6, f"{entry.source.title}, lu le {french.day(entry.source.read_on)}", link=entry.source.link or "")
    sheet.text(7, entry.status.label)
    sheet.text(8, entry.note or "")


def _penalty_settings(
    book: Book, sheet: Sheet, result: Result, named: dict[str, Formula], header: tuple[str, ...]
) -> None:
    library = result.library
    entry = library.entry("smic.horaire", result.on)
    if entry is None:
        return
    sheet.section("Pénalité par heure non réalisée", len(header))
    parameter = library.parameters["smic.horaire"]
    _setting(sheet, parameter.label, parameter.unit, entry, entry.value, header)
    named["smic"] = book.name("smic_horaire", sheet.input(3, entry.value.value, b.HOURLY, bold=True, over="0"), sheet)
    sheet.row += 1
    penalty = library.penalties["INS-H"]
    multiple = penalty.parameters["coefficient"]
    kept = next((item for item in result.selection.kept if item.clause.family is Family.INSERTION), None)
    value = (kept.values.get("coefficient") if kept else None) or multiple.default
    sheet.frame(range(1, len(header) + 1))
    sheet.text(1, multiple.label)
    sheet.text(5, "fois le SMIC")
    sheet.text(6, penalty.source.title, link=penalty.source.link or "")
    sheet.text(7, penalty.status.label)
    sheet.text(8, multiple.note or "")
    named["multiple"] = book.name("multiple_smic", sheet.input(3, value.value, b.PLAIN, bold=True, over="0"), sheet)
    sheet.row += 1


def _tables(result: Result) -> dict[Step, list[int | None]]:
    """The figures of the tables that the steps use, once each, with their lots."""
    used: dict[Step, list[int | None]] = {}
    for lot in result.calibration.lots:
        for step in lot.steps:
            if step.unit != "h" and step.source not in (TYPED, COMPUTED):
                used.setdefault(step, []).append(lot.lot)
    return used
