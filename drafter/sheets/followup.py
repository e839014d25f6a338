"""The follow-up workbook: what is due, what was done, what is late, with live formulas and open entry cells.

Every formula is written with the value it has before anything is filled, so that a viewer that computes nothing
shows a sound file. No cell takes the name of a person. The dossier travels in a hidden sheet.
"""

from __future__ import annotations

from fractions import Fraction

from drafter import french
from drafter.followup.deadlines import Deadline, deadlines
from drafter.followup.plan import Plan
from drafter.followup.ways import Way
from drafter.sheets import book as b
from drafter.sheets import followup_layout as at
from drafter.sheets.book import Book, Sheet
from drafter.sheets.followup_carried import write_carried
from drafter.sheets.followup_due import write_lots, write_planned
from drafter.sheets.followup_entries import day_rule, write_documents, write_hours, write_orders
from drafter.sheets.formula import Formula, serial

FILE_NAME = "suivi.xlsx"
NOBODY = (
    "Aucun nom de bénéficiaire, aucune donnée d'une personne : seulement des heures et des nombres. Les documents "
    "nominatifs vont au facilitateur seul."
)
NO_DATE = "Aucune"


def followup_workbook(plan: Plan) -> bytes:
    """The kit's workbook. Same plan, same bytes."""
    book = Book(f"Suivi des clauses – {plan.result.market.object}", plan.result.on)
    dates = deadlines(plan)
    board = book.sheet(at.BOARD, (24, 44, 16, 16, 16, 16, 16, 16, 16, 60))
    if plan.terms is None:
        _no_hours(book, board, plan, dates)
        _dates(book, dates)
    else:
        _board(book, board, plan, dates)
        write_hours(book, plan)
        if plan.orders:
            write_orders(book, plan)
        write_documents(book, plan)
        write_planned(book, plan)
        write_lots(book, plan)
        _dates(book, dates)
    _rules(book, plan)
    if plan.terms is not None:
        _lists(book, plan)
    write_carried(book, plan)
    return book.save()


# --- the board ------------------------------------------------------------------------------------


def _head(sheet: Sheet, plan: Plan) -> None:
    market = plan.result.market
    buyer = f"{b.short(market.buyer_name, 120)} – " if market.buyer_name else ""
    sheet.heading("Suivi des clauses", f"{buyer}{b.short(market.object, 200)}", NOBODY)
    sheet.row = 4


def _next_and_last(sheet: Sheet, dates: tuple[Deadline, ...]) -> None:
    area = at.dates_area(len(dates))
    ranks, done, actions = area.range("Rang"), area.range("Fait le"), area.range("Action")
    first = dates[0]
    rows = (
        (
            "Prochaine action",
            f'IF(COUNT({ranks})=0,"{NO_DATE}",INDEX({actions},MIN({ranks})))',
            french.typeset(first.title),
            f'IF(COUNT({ranks})=0,"",INDEX({area.range("Date")},MIN({ranks})))',
            serial(first.day),
        ),
        (
            "Dernière action",
            f'IF(COUNT({done})=0,"{NO_DATE}",INDEX({actions},MATCH(MAX({done}),{done},0)))',
            NO_DATE,
            f'IF(COUNT({done})=0,"",MAX({done}))',
            "",
        ),
    )
    for name, action, words, day, value in rows:
        sheet.text(1, name, bold=True)
        sheet.formula(2, Formula(action, words), bold=True)
        sheet.formula(3, Formula(day, value), b.DAY)
        sheet.row += 1


def _no_hours(book: Book, sheet: Sheet, plan: Plan, dates: tuple[Deadline, ...]) -> None:
    _head(sheet, plan)
    _next_and_last(sheet, dates)
    sheet.row += 1
    sheet.text(1, "Situation au")
    sheet.text(2, "Vide : aujourd'hui.", frame=False)
    _day_cells(book, sheet, plan, 3)
    sheet.prose(
        1,
        "Ce contrat ne comporte pas de clause d'heures d'insertion : rien n'est à compter. Restent les preuves des "
        "autres clauses, dans la feuille « Échéances » et dans le document « Preuves d'exécution à recueillir ».",
        150,
    )


def _day_cells(book: Book, sheet: Sheet, plan: Plan, column: int) -> None:
    """The day of the statement: typed, else today. The name `situation` is the one that formulas use."""
    sheet.entry(column, b.DAY)
    where = f"$C${sheet.row}"
    sheet.row += 1
    sheet.text(1, "Jour pris en compte")
    cell = sheet.formula(column, Formula(f'IF({where}="",TODAY(),{where})', serial(plan.result.on)), b.DAY)
    book.name("situation", cell, sheet)
    sheet.row += 1


def _board(book: Book, sheet: Sheet, plan: Plan, dates: tuple[Deadline, ...]) -> None:
    _head(sheet, plan)
    _next_and_last(sheet, dates)
    sheet.text(1, "Seuil d'alerte")
    sheet.text(2, "Part de retard à partir de laquelle ce classeur alerte : réglage, sans valeur contractuelle.")
    threshold = sheet.input(3, Fraction(1, 10), b.PERCENT, over="0", most="1")
    book.name("seuil_alerte", threshold, sheet)
    sheet.row += 1
    sheet.text(1, "Situation au")
    sheet.text(2, "Jour du bilan. Vide : aujourd'hui.")
    _day_cells(book, sheet, plan, 3)
    sheet.row += 1
    sheet.header(
        (
            "Lot",
            "Intitulé",
            "Volume dû à ce jour",
            "Prévues aux trimestres échus",
            "Heures comptées",
            "dont formation comptée",
            "Qui ne sont plus dues",
            "Restent à faire",
            "Retard",
            "Alerte",
        )
    )
    lots, planned = at.lots_area(plan), at.planned_area(plan)
    for rank, lot in enumerate(plan.lots):
        row, here = lots.first + rank, sheet.row
        there = {name: f"'{at.LOTS}'!${lots.letter(name)}${row}" for name in lots.columns}
        due = Fraction(0) if lot.ratio else lot.firm_hours.value
        share = _share(plan)
        name = f"$A{here}"

        def total(column: str, name: str = name) -> str:
            return f'SUMIFS({planned.range(column)},{planned.range("Lot")},{name},{planned.range("Du")},"<="&situation)'

        sheet.text(1, lot.name, link=f"#'{at.LOTS}'!A{row}")
        sheet.text(2, b.short(lot.title, 200))
        sheet.formula(3, Formula(there["Volume dû à ce jour (h)"], due), b.TENTH, bold=True)
        closed = f"SUMIFS({planned.range('Heures prévues')},{planned.range('Lot')},{name},{planned.range('Échu')},1)"
        sheet.formula(4, Formula(f"C{here}" if lot.ratio else closed, Fraction(0)), b.TENTH)
        sheet.formula(5, Formula(f"{total('Heures de travail')}+F{here}", Fraction(0)), b.TENTH, bold=True)
        sheet.formula(6, Formula(f"MIN({total('Heures de formation')},C{here}*{share})", Fraction(0)), b.TENTH)
        released = there[at.RELEASED]
        sheet.formula(7, Formula(f"{released}+{there['Heures déjà pénalisées']}", Fraction(0)), b.TENTH)
        sheet.formula(8, Formula(f"MAX(0,C{here}-G{here}-E{here})", due), b.TENTH, bold=True)
        sheet.formula(9, Formula(f"MAX(0,MIN(D{here},C{here})-G{here}-E{here})", Fraction(0)), b.TENTH)
        over = (
            f'SUMIFS({planned.range("Échu")},{planned.range("Lot")},{name},{planned.range("Alerte")},"aucune saisie")'
        )
        late = f'IF(AND(D{here}>0,I{here}>seuil_alerte*D{here}),"retard de "&TEXT(INT(I{here}),"0")&" h ; ","")'
        silent = f'IF({over}>0,{over}&" trimestre(s) échu(s) sans saisie ; ","")'
        real, planned_end = there[END], there["Fin prévisionnelle"]
        overdue = f'IF(situation>{planned_end},"fin prévisionnelle passée : écrivez la fin réelle","")'
        over_now = f'IF(situation>{real},IF(H{here}>0,"exécution achevée, heures manquantes","exécution achevée"),"")'
        ended = f'IF({real}="",{overdue},{over_now})'
        told = (
            '"plusieurs titulaires : le dû de chacun se calcule par drafter tally ; "&' if lot.several_holders else ""
        )
        sheet.formula(10, Formula(f"{told}{late}&{silent}&{ended}", ""))
        sheet.row += 1
    sheet.row += 1
    sheet.prose(
        1,
        "Les heures comptées sont celles saisies ; seules celles que le facilitateur a validées font foi. Une fois le "
        "classeur rempli, la commande « drafter tally » ou la page « Suivi » écrit le bilan, la "
        "lettre ou l'attestation.",
        170,
    )


END = "Fin réelle de l'exécution"


def _share(plan: Plan) -> str:
    assert plan.terms is not None
    share = plan.terms.share("part_formation").value
    return f"{share.numerator}/{share.denominator}"


# --- dates, rules, lists --------------------------------------------------------------------------


def _dates(book: Book, dates: tuple[Deadline, ...]) -> None:
    sheet = book.sheet(at.DATES, (16, 70, 34, 70, 16, 14, 8))
    sheet.heading(
        "Échéances",
        "Chaque date dit d'où elle vient : la clause, la pratique des facilitateurs, ou un repère du service.",
        "Écrivez la date dans « Fait le » quand c'est fait : la première page montre la suite.",
    )
    area = at.dates_area(len(dates))
    sheet.row = area.header
    sheet.header(area.columns, freeze=True)
    for rank, item in enumerate(dates, 1):
        row = sheet.row
        sheet.constant(1, serial(item.day), b.DAY)
        sheet.text(2, item.title)
        sheet.text(3, item.who)
        sheet.text(4, item.why)
        sheet.entry(5, b.DAY)
        state = f'IF(E{row}<>"","fait",IF(A{row}<situation,"en retard","à venir"))'
        sheet.formula(6, Formula(state, "à venir"))
        sheet.formula(7, Formula(f'IF(E{row}<>"","",{rank})', Fraction(rank)), b.WHOLE)
        sheet.row += 1
    if dates:
        sheet.accept(area.area("Fait le"), day_rule(), "Écrivez une date, par exemple 15/01/2027.")


def _rules(book: Book, plan: Plan) -> None:
    sheet = book.sheet(at.RULES, (44, 110))
    sheet.heading("Mode d'emploi", NOBODY)
    sheet.legend()
    sheet.row += 1
    sheet.header(("Sujet", "Règle"))
    rows: list[tuple[str, str]] = []
    if (terms := plan.terms) is not None:
        rows += [
            ("Feuille « Heures »", "Une ligne par lot, trimestre, mode et entreprise. Rien n'a été fait : écrivez 0."),
            (
                "Modes",
                "Ceux que la clause admet, et eux seuls. Une heure travaillée compte pour une heure, sans coefficient.",
            ),
            (
                "Formation",
                "Comptée si elle est rémunérée, sur le temps de travail et utile au poste, jusqu'à "
                f"{french.show(terms.value('part_formation'))} du volume dû. Le classeur applique cette limite.",
            ),
            ("Ne comptent pas", "Les heures du tuteur, les congés, les absences, les heures payées non travaillées."),
            (
                "Feuille « Heures prévues »",
                "Le calibrage y a réparti les heures dans le temps. Remplacez-les par le calendrier prévisionnel remis "
                "à la réunion de lancement : c'est lui qui fait foi.",
            ),
            (
                "Feuille « Lots »",
                "Volume après modification, heures qui ne sont plus dues, pénalités déjà appliquées, "
                "montant HT signé, fin réelle.",
            ),
            (
                "Feuille « Documents »",
                "Un document en retard, une fois la relance reçue : "
                f"{french.euros(terms.document_day)} par jour après {terms.reminder_days} jours, "
                f"{french.euros(terms.document_most)} au plus par document.",
            ),
        ]
        if plan.orders:
            rows.append(
                (
                    "Feuille « Commandes »",
                    "Une ligne par bon. Les montants se cumulent ; seule une tranche révolue ouvre "
                    "des heures, arrondies "
                    "à l'heure inférieure.",
                )
            )
    rows += [
        ("Protection", "Les feuilles sont protégées sans mot de passe : seules les cellules jaunes se remplissent."),
        (
            "Dates",
            f"Notification : {french.day(plan.notification.day)}, {plan.notification.said}. Début : "
            f"{french.day(plan.start.day)}, {plan.start.said}.",
        ),
        ("Bibliothèque", f"Clauses de la version {plan.result.library.info.version}."),
    ]
    for name, words in rows:
        sheet.text(1, name, bold=True)
        sheet.text(2, words)
        sheet.row += 1


def _lists(book: Book, plan: Plan) -> None:
    """The words that the lists of the other sheets offer."""
    sheet = book.sheet(at.LISTS, (60, 14, 40, 10))
    columns: tuple[tuple[str, ...], ...] = (
        tuple(way.label for way in Way),
        tuple(quarter.name for quarter in at.all_quarters(plan)),
        at.DOCUMENT_NAMES,
        ("oui", "non"),
    )
    for row in range(max(map(len, columns))):
        sheet.row = row + 1
        for column, words in enumerate(columns, 1):
            if row < len(words):
                sheet.text(column, words[row])
    sheet.ws.sheet_state = "hidden"


__all__ = ["FILE_NAME", "followup_workbook"]
