"""The summary: one row a lot, the totals, and what the whole penalty would weigh."""

from __future__ import annotations

from fractions import Fraction

from drafter import french
from drafter.draft.fields import penalty_per_hour
from drafter.pipeline import Result
from drafter.sheets import book as b
from drafter.sheets.book import Sheet
from drafter.sheets.formula import (
    Formula,
    choose,
    larger,
    literal,
    rounded,
    total,
)
from drafter.sheets.lines import Cells
from drafter.sheets.names import ZERO


def write_summary(sheet: Sheet, result: Result, lots: list[Cells], settings: dict[str, Formula]) -> None:
    market = result.market
    buyer = f"{b.short(market.buyer_name, 120)} – " if market.buyer_name else ""
    sheet.heading(
        "Calibrage des heures d'insertion",
        b.short(market.object, 200),
        f"{buyer}lancement le {french.day(result.on)} ; bibliothèque {result.library.info.version}",
    )
    header = (
        "Lot",
        "Intitulé",
        "Méthode",
        "Décision",
        "Heures : bas",
        "Heures retenues",
        "Heures : haut",
        "Calcul exact",
        "Durée (mois)",
        "Montant HT",
        "Heures pour 10 000 €",
    )
    sheet.header(header, freeze=True)
    first = sheet.row
    columns: dict[int, list[Formula]] = {column: [] for column in (5, 6, 7, 10)}
    for cells in lots:
        _summary_row(sheet, cells, columns, len(header))
    sheet.frame(range(1, len(header) + 1))
    sheet.text(1, "Total", bold=True)
    totals = {}
    for column, formulas in columns.items():
        letter = "ABCDEFGHIJK"[column - 1]
        span = (Formula(f"{letter}{first}", None), Formula(f"{letter}{sheet.row - 1}", None))
        values = [formula.number or Fraction(0) for formula in formulas]
        totals[column] = sheet.formula(column, total(*span, values), b.EUROS if column == 10 else b.WHOLE, bold=True)
    sheet.row += 1
    sheet.prose(
        1,
        "« Bas » et « Haut » réunissent toutes les hypothèses prudentes, puis toutes les hypothèses exigeantes. "
        "Les heures d'un lot sans clause ne sont pas reportées sur les autres.",
        200,
    )
    sheet.row += 1
    if "smic" in settings:
        _penalty(sheet, result, lots, totals[6], settings)


def _summary_row(sheet: Sheet, cells: Cells, columns: dict[int, list[Formula]], width: int) -> None:
    lot, there = cells.lot, cells.sheet.there
    sheet.frame(range(1, width + 1))
    sheet.text(1, cells.sheet.title, link=f"#'{cells.sheet.title}'!A1")
    sheet.text(2, b.short(lot.title, 200))
    sheet.text(3, lot.method.label)
    sheet.formula(4, there(cells.decision))
    for column, hours in zip((5, 6, 7), cells.hours, strict=True):
        columns[column].append(sheet.formula(column, there(hours), b.WHOLE, bold=column == 6))
    if cells.exact is not None:
        sheet.formula(8, there(cells.exact), b.TENTH)
    if cells.duration is not None:
        sheet.formula(9, there(cells.duration))
    if cells.amount is not None:
        amount = sheet.formula(10, there(cells.amount), b.EUROS)
        columns[10].append(amount)
        advised = columns[6][-1]
        sheet.formula(11, choose(amount.same(ZERO), ZERO, advised / (amount / literal(10_000))), b.TENTH)
    sheet.row += 1


def _penalty(sheet: Sheet, result: Result, lots: list[Cells], hours: Formula, settings: dict[str, Formula]) -> None:
    """What the whole penalty would weigh against the market: the proportionality figure."""
    sheet.header(("Pénalité, si aucune heure n'était réalisée", "Montant"), start=2)

    def line(name: str, what: Formula, fmt: str) -> Formula:
        sheet.text(2, name)
        cell = sheet.formula(3, what, fmt, bold=True)
        sheet.row += 1
        return cell

    per_hour = rounded(settings["smic"] * settings["multiple"], 2)
    engine = penalty_per_hour(result.context)
    assert engine is None or per_hour.value == engine.value
    per_hour = line("Pénalité par heure non réalisée (multiple du SMIC horaire)", per_hour, b.EUROS)
    stake = line("Pénalité de toutes les heures retenues, avant plafond", per_hour * hours, b.EUROS)
    market = result.market
    parts = []
    for cells in lots:
        ceiling, amount = cells.ceiling_amount, cells.amount
        if ceiling is not None:
            ceiling = cells.sheet.there(ceiling)
        if amount is not None:
            amount = cells.sheet.there(amount)
        if ceiling is not None and amount is not None:
            amount = choose(ceiling.same(ZERO), amount, ceiling)
        parts += [part for part in (amount,) if part is not None]
    stated = market.amount_max or market.amount
    whole = parts[0] if parts else ZERO
    for part in parts[1:]:
        whole = whole + part
    if market.lots and stated is not None:
        sheet.text(2, "Montant annoncé du marché")
        typed = sheet.input(3, stated.value, b.EUROS, over="0")
        sheet.row += 1
        whole = larger(typed, whole)
    whole = line("Montant du marché pris en compte", whole, b.EUROS)
    line("Part du montant du marché", choose(whole.same(ZERO), ZERO, stake / whole), b.PERCENT)
