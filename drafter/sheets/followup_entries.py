"""The sheets that people fill: hours, orders, documents. Lists, dates and numbers are checked as they are typed."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation

from drafter.followup.plan import Plan
from drafter.followup.ways import Way
from drafter.sheets import book as b
from drafter.sheets import followup_layout as at
from drafter.sheets.book import Book, Sheet
from drafter.sheets.followup_layout import Area
from drafter.sheets.formula import Formula

LEAST_DAY, MOST_DAY = 36526, 73050
"""1 January 2000 to 31 December 2099, as a spreadsheet counts days."""


def listed(source: str) -> DataValidation:
    return DataValidation(type="list", formula1=source)


def least_zero() -> DataValidation:
    return DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")


def whole_number() -> DataValidation:
    return DataValidation(type="whole", operator="greaterThanOrEqual", formula1="0")


def day_rule() -> DataValidation:
    return DataValidation(type="date", operator="between", formula1=str(LEAST_DAY), formula2=str(MOST_DAY))


def training_label() -> str:
    """The cell that holds the words of training, so that a formula finds them whatever their spaces."""
    return f"'{at.LISTS}'!$A${list(Way).index(Way.TRAINING) + 1}"


def write_hours(book: Book, plan: Plan) -> None:
    area = at.hours_area()
    sheet = book.sheet(at.HOURS, (14, 14, 60, 34, 28, 12, 16, 26))
    sheet.heading(
        "Heures réalisées",
        "Une ligne par lot, trimestre, mode et entreprise. Écrivez 0 pour un trimestre sans heure.",
        "Aucun nom de bénéficiaire, aucune donnée d'une personne : une entreprise, des heures, un nombre.",
    )
    _header(sheet, area)
    for row in range(area.first, area.last + 1):
        sheet.row = row
        for column in (1, 2, 3, 4, 5):
            sheet.entry(column, words=True)
        sheet.entry(6, b.TENTH)
        sheet.entry(7, b.WHOLE)
        missing = (
            f'IF(COUNTA(A{row}:G{row})=0,"",IF(A{row}="","choisissez le lot",IF(B{row}="","choisissez le trimestre",'
            f'IF(C{row}="","choisissez le mode",IF(ISNUMBER(F{row}),"","écrivez les heures")))))'
        )
        sheet.formula(8, Formula(missing, ""))
    _lot_rule(sheet, plan, area)
    count = len(at.all_quarters(plan))
    sheet.accept(
        area.area("Trimestre"), listed(f"'{at.LISTS}'!$B$1:$B${count}"), "Choisissez un trimestre de la liste."
    )
    ways = f"'{at.LISTS}'!$A$1:$A${len(Way)}"
    sheet.accept(area.area("Mode de réalisation"), listed(ways), "Choisissez un mode de la liste : ceux de la clause.")
    sheet.accept(area.area("Heures"), least_zero(), "Écrivez un nombre d'heures au moins égal à zéro.")
    sheet.accept(
        area.area("Bénéficiaires présents (nombre)"), whole_number(), "Écrivez un nombre de personnes, sans décimale."
    )


def write_orders(book: Book, plan: Plan) -> None:
    area = at.orders_area()
    sheet = book.sheet(at.ORDERS, (14, 30, 26, 14, 18, 18, 26))
    least = {lot.name: lot.ratio.threshold.value for lot in plan.lots if lot.ratio and lot.ratio.threshold}
    told = " Un bon sous le montant minimal que fixe la clause n'ouvre aucune heure." if least else ""
    sheet.heading(
        "Commandes",
        f"Une ligne par bon de commande, au montant HT. Un avenant ou une annulation change la ligne du bon.{told}",
        "Envoyez l'état des commandes au facilitateur chaque trimestre.",
    )
    _header(sheet, area)
    for row in range(area.first, area.last + 1):
        sheet.row = row
        for column in (1, 2, 3):
            sheet.entry(column, words=True)
        sheet.entry(4, b.DAY)
        sheet.entry(5, b.EUROS)
        kept = f"E{row}"
        for name, amount in least.items():
            kept = f'IF(AND(A{row}="{name}",E{row}<{amount.numerator}/{amount.denominator}),0,{kept})'
        sheet.formula(6, Formula(f'IF(ISNUMBER(E{row}),{kept},"")', ""), b.EUROS)
        check = (
            f'IF(COUNTA(A{row}:E{row})=0,"",IF(A{row}="","choisissez le lot",IF(ISNUMBER(D{row}),'
            f'IF(ISNUMBER(E{row}),"","écrivez le montant"),"écrivez la date")))'
        )
        sheet.formula(7, Formula(check, ""))
    _lot_rule(sheet, plan, area)
    sheet.accept(area.area("Date"), day_rule(), "Écrivez une date, par exemple 15/01/2027.")
    sheet.accept(area.area("Montant HT (€)"), least_zero(), "Écrivez un montant HT au moins égal à zéro.")


def write_documents(book: Book, plan: Plan) -> None:
    terms = plan.terms
    assert terms is not None
    area = at.documents_area()
    sheet = book.sheet(at.DOCUMENTS, (14, 36, 24, 28, 16, 16, 14, 20))
    sheet.heading(
        "Documents de suivi en retard",
        "Une ligne par document relancé par écrit. La fiche d'éligibilité tardive n'est pas pénalisée.",
        f"Le retard court après les {terms.reminder_days} jours que laisse la relance.",
    )
    _header(sheet, area)
    day, most = terms.document_day.value, terms.document_most.value
    for row in range(area.first, area.last + 1):
        sheet.row = row
        for column in (1, 2, 3, 4):
            sheet.entry(column, words=True)
        sheet.entry(5, b.DAY)
        sheet.entry(6, b.DAY)
        until = f"IF(ISNUMBER(F{row}),MIN(F{row},situation),situation)"
        sheet.formula(7, Formula(f'IF(ISNUMBER(E{row}),MAX(0,{until}-E{row}-{terms.reminder_days}),"")', ""), b.WHOLE)
        money = f"MIN(G{row}*{day.numerator}/{day.denominator},{most.numerator}/{most.denominator})"
        sheet.formula(8, Formula(f'IF(ISNUMBER(G{row}),{money},"")', ""), b.EUROS)
    _lot_rule(sheet, plan, area)
    names = f"'{at.LISTS}'!$C$1:$C${len(at.DOCUMENT_NAMES)}"
    sheet.accept(area.area("Document"), listed(names), "Choisissez un document de la liste.")
    sheet.accept(area.area("Relance reçue le", "Remis le"), day_rule(), "Écrivez une date, par exemple 15/01/2027.")


def _header(sheet: Sheet, area: Area) -> None:
    sheet.row = area.header
    sheet.header(area.columns, freeze=True)


def _lot_rule(sheet: Sheet, plan: Plan, area: Area) -> None:
    lots = at.lots_area(plan).range("Lot")
    names = ", ".join(lot.name for lot in plan.lots)
    sheet.accept(area.area("Lot"), listed(lots), b.short(f"Choisissez : {names}.", 200))
