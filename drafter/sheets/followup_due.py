"""What is due: the lots with what changed since the calibrage, and the hours quarter by quarter."""

from __future__ import annotations

from fractions import Fraction

from drafter.followup.plan import LotPlan, Plan
from drafter.sheets import book as b
from drafter.sheets import followup_layout as at
from drafter.sheets.book import Book, Sheet
from drafter.sheets.followup_entries import day_rule, least_zero, listed, training_label
from drafter.sheets.followup_layout import Area
from drafter.sheets.formula import Formula, serial

ENTRIES = {
    "Volume après modification (h)": b.TENTH,
    at.RELEASED: b.TENTH,
    "Heures déjà pénalisées": b.TENTH,
    "Pénalités d'insertion déjà appliquées (€)": b.EUROS,
    "Montant HT du contrat (€)": b.EUROS,
    "Bénéficiaires, chacun une fois (nombre)": b.WHOLE,
}


def write_lots(book: Book, plan: Plan) -> None:
    area, tranches = at.lots_area(plan), at.tranches_area(plan)
    sheet = book.sheet(at.LOTS, (12, 40, 30, *(16,) * (len(area.columns) - 3)))
    sheet.heading(
        "Lots : ce qui a changé depuis le calibrage",
        "Ce qui reste vide garde la valeur du contrat. Le titulaire est une entreprise : n'écrivez aucun nom de "
        "bénéficiaire.",
        "Le montant HT du contrat signé sert au plafond des pénalités d'insertion ; vide, l'estimation du dossier.",
    )
    sheet.row = area.header
    sheet.header(area.columns, freeze=True)
    for lot in plan.lots:
        row = sheet.row
        sheet.text(1, lot.name, bold=True)
        sheet.text(2, b.short(lot.title, 200))
        sheet.entry(3, words=True)
        sheet.constant(4, "selon les commandes" if lot.ratio else lot.firm_hours.value, b.TENTH)
        for name, fmt in ENTRIES.items():
            sheet.entry(area.column(name), fmt)
        sheet.constant(area.column("Fin prévisionnelle"), serial(lot.end), b.DAY)
        sheet.entry(area.column("Fin réelle de l'exécution"), b.DAY)
        ordered = area.column("Commandes retenues HT (€)")
        if lot.ratio:
            sheet.formula(ordered, Formula(_ordered(row), Fraction(0)), b.EUROS)
        else:
            sheet.frame((ordered,))
        due = Fraction(0) if lot.ratio else lot.firm_hours.value
        sheet.formula(
            area.column("Volume dû à ce jour (h)"),
            Formula(_due(plan, lot, area, tranches, row), due),
            b.TENTH,
            bold=True,
        )
        sheet.row += 1
    for name in ENTRIES:
        sheet.accept(area.area(name), least_zero(), "Écrivez un nombre au moins égal à zéro.")
    sheet.accept(area.area("Fin réelle de l'exécution"), day_rule(), "Écrivez une date, par exemple 15/01/2027.")
    if tranches.rows:
        _tranches(sheet, plan, tranches)


def _ordered(row: int) -> str:
    orders = at.orders_area()
    return (
        f'SUMIFS({orders.range("Retenu HT (€)")},{orders.range("Lot")},$A{row},{orders.range("Date")},"<="&situation)'
    )


def _due(plan: Plan, lot: LotPlan, area: Area, tranches: Area, row: int) -> str:
    """As the engine counts it: complete tranches of orders, the modified volume, the optional tranches taken up."""
    if lot.ratio is None:
        changed, base = area.cell("Volume après modification (h)", row), area.cell("Volume dû au contrat (h)", row)
        more = ""
        if tranches.rows:
            ranges = (tranches.range(name) for name in ("Heures", "Lot", "Affermie"))
            hours, lots, taken = ranges
            more = f'+SUMIFS({hours},{lots},$A{row},{taken},"oui")'
        return f'IF({changed}="",{base}{more},{changed})'
    ordered = area.cell("Commandes retenues HT (€)", row)
    ratio = lot.ratio
    due = f"INT(ROUND(INT(ROUND({ordered}/{_text(ratio.tranche.value)},6))*{_text(ratio.per_tranche.value)},6))"
    if ratio.at_minimum is None or not lot.amount_min or lot.several_holders:
        return due
    return f"MAX({due},IF({ordered}>={_text(lot.amount_min.value)},{_text(ratio.at_minimum.value)},0))"


def _text(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"({value.numerator}/{value.denominator})"


def _tranches(sheet: Sheet, plan: Plan, area: Area) -> None:
    sheet.row = area.header - 1
    sheet.section("Tranches optionnelles : leurs heures sont dues une fois la tranche affermie", 5)
    sheet.header(area.columns)
    for lot, rank in at.optional(plan):
        part = lot.tranches[rank]
        sheet.text(1, lot.name)
        sheet.text(2, b.short(part.title, 200))
        sheet.constant(3, part.hours.value, b.TENTH)
        sheet.constant(4, part.amount.value, b.EUROS)
        sheet.entry(5, words=True)
        sheet.row += 1
    sheet.accept(area.area("Affermie"), listed(f"'{at.LISTS}'!$D$1:$D$2"), "Choisissez oui ou non.")


def write_planned(book: Book, plan: Plan) -> None:
    area = at.planned_area(plan)
    sheet = book.sheet(at.PLANNED, (14, 14, 14, 14, 16, 16, 16, 14, 14, 14, 10, 24))
    sheet.heading(
        "Heures prévues et faites, par lot et par trimestre civil",
        "Les heures prévues viennent du calibrage, réparties dans le temps. Remplacez-les par le calendrier "
        "prévisionnel remis à la réunion de lancement.",
        "Les heures faites viennent de la feuille « Heures ». Les derniers trimestres servent si l'exécution est "
        "prolongée.",
    )
    sheet.row = area.header
    sheet.header(area.columns, freeze=True)
    for lot in plan.lots:
        _planned_lot(sheet, plan, lot, area)
    sheet.accept(area.area("Heures prévues"), least_zero(), "Écrivez un nombre d'heures au moins égal à zéro.")


def _planned_lot(sheet: Sheet, plan: Plan, lot: LotPlan, area: Area) -> None:
    assert plan.terms is not None
    share = plan.terms.share("part_formation").value
    lots = at.lots_area(plan)
    row_of_lot = lots.first + plan.lots.index(lot)
    due = f"'{at.LOTS}'!${lots.letter('Volume dû à ce jour (h)')}${row_of_lot}"
    end_cells = [
        f"'{at.LOTS}'!${lots.letter(name)}${row_of_lot}" for name in ("Fin réelle de l'exécution", "Fin prévisionnelle")
    ]
    end = f'IF({end_cells[0]}="",{end_cells[1]},{end_cells[0]})'
    entries = at.hours_area()
    first, run = sheet.row, Fraction(0)
    known = {item.quarter: item for item in lot.quarters}
    for quarter in at.quarters(lot):
        row, item = sheet.row, known.get(quarter)
        sheet.text(1, lot.name)
        sheet.text(2, quarter.name)
        sheet.constant(3, serial(item.start if item else quarter.first), b.DAY)
        sheet.constant(4, serial(quarter.last), b.DAY)
        planned = Fraction(0) if item is None or lot.ratio else item.hours.value
        run += planned
        if lot.ratio:
            sheet.constant(5, "selon commandes")
        else:
            sheet.entry(5, b.TENTH, planned)
        whole = f"SUMIFS({entries.range('Heures')},{entries.range('Lot')},$A{row},{entries.range('Trimestre')},$B{row})"
        training = whole[:-1] + f",{entries.range('Mode de réalisation')},{training_label()})"
        sheet.formula(6, Formula(f"{whole}-G{row}", Fraction(0)), b.TENTH)
        sheet.formula(7, Formula(training, Fraction(0)), b.TENTH)
        sheet.formula(
            8, Formula(due if lot.ratio else f"SUM(E${first}:E{row})", Fraction(0) if lot.ratio else run), b.TENTH
        )
        counted = f"SUM(F${first}:F{row})+MIN(SUM(G${first}:G{row}),{due}*{share.numerator}/{share.denominator})"
        sheet.formula(9, Formula(counted, Fraction(0)), b.TENTH)
        sheet.formula(10, Formula(f"I{row}-H{row}", Fraction(0) if lot.ratio else -run), b.TENTH)
        sheet.formula(11, Formula(f"IF(OR(D{row}<situation,{end}<situation),1,0)", Fraction(0)), b.WHOLE)
        count = f"COUNTIFS({entries.range('Lot')},$A{row},{entries.range('Trimestre')},$B{row})"
        late = "" if lot.ratio else f'IF(J{row}<-seuil_alerte*H{row},"retard","")'
        silent = f"AND(C{row}<={end},{count}=0)"
        sheet.formula(12, Formula(f'IF(K{row}=0,"",IF({silent},"aucune saisie",{late or chr(34) * 2}))', ""))
        sheet.row += 1
