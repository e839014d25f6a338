"""The follow-up workbook read back, whoever saved it: what was typed becomes a Tally, each wrong cell is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from drafter import dossier, french
from drafter.calibration.outcome import QUARTER
from drafter.calibration.rates import setting
from drafter.errors import InputError
from drafter.followup.plan import LotPlan, Plan, check_length, plan_of
from drafter.followup.quarters import Quarter, read_quarter
from drafter.followup.tally import HoursDone, LateDocument, LotFacts, Order, Tally
from drafter.followup.ways import Way
from drafter.library import Library
from drafter.pipeline import run
from drafter.readers import shown
from drafter.sheets import followup_layout as at
from drafter.sheets.followup_carried import read_carried
from drafter.sheets.followup_cells import Filled, key
from drafter.sheets.followup_layout import Area
from drafter.sheets.reading import Cell, Table
from drafter.values import Euros, Hours


@dataclass(frozen=True)
class Reading:
    """A workbook read: the plan of the dossier it carries, what was counted, and what a person should look at."""

    plan: Plan
    tally: Tally
    warnings: tuple[str, ...]


def read_followup(tables: Sequence[Table], library: Library, today: date, on: date | None = None) -> Reading:
    """`on`: the day of the statement, else the one typed on the board, else `today`. Raises InputError."""
    read = Filled(tables)
    if at.CARRIED not in read:
        raise InputError(
            "ce classeur n'est pas un classeur de suivi de ce service : choisissez le fichier suivi.xlsx du kit, rempli"
        )
    text, notified = read_carried(read.rows_of(at.CARRIED))
    plan = check_length(plan_of(run(dossier.load(text), library), notified))
    day = on or _typed_day(read) or today
    if plan.terms is None:
        return Reading(plan, Tally(day), ())
    _check_structure(plan, read)
    read.stop()
    lots = _lots(plan, read)
    hours = _hours(plan, read, lots)
    orders = _orders(plan, read, lots) if plan.orders else ()
    documents = _documents(plan, read)
    threshold = read.as_number(_board(read, at.THRESHOLD_CELL), at.BOARD, at.THRESHOLD_CELL) or Fraction(0)
    read.stop()
    return Reading(plan, Tally(day, hours, orders, documents, lots, threshold), tuple(read.warnings))


def _board(read: Filled, cell: str) -> Cell:
    return read.value(at.BOARD, int(cell[1:]), ord(cell[0]) - 64)


def _typed_day(read: Filled) -> date | None:
    return read.as_day(_board(read, at.ON_CELL), at.BOARD, at.ON_CELL)


# --- structure ------------------------------------------------------------------------------------


def _check_structure(plan: Plan, read: Filled) -> None:
    areas = [at.hours_area(), at.documents_area(), at.planned_area(plan), at.lots_area(plan)]
    if plan.orders:
        areas.append(at.orders_area())
    if (tranches := at.tranches_area(plan)).rows:
        areas.append(tranches)
    for sheet in dict.fromkeys(area.sheet for area in areas):
        if sheet not in read:
            read.fault(sheet, "", "cette feuille n'est plus là : repartez du classeur du kit")
    for area in areas:
        if area.sheet not in read:
            continue
        for name in area.columns:
            found = read.value(area.sheet, area.header, area.column(name))
            if key(found or "") != key(name):
                read.fault(
                    area.sheet,
                    area.cell(name, area.header),
                    f"la colonne « {name} » a été déplacée ou renommée : remettez-la à sa place",
                )
    if at.PLANNED in read and at.LOTS in read:
        _check_names(plan, read)


def _check_names(plan: Plan, read: Filled) -> None:
    area = at.planned_area(plan)
    expected = [(lot.name, quarter) for lot in plan.lots for quarter in at.quarters(lot)]
    for row, (name, quarter) in enumerate(expected, area.first):
        found = read.words(area, "Lot", row), read_quarter(read.words(area, "Trimestre", row))
        if found != (name, quarter):
            read.fault(
                area.sheet, area.cell("Lot", row), f"cette ligne était celle de {name}, {quarter.name} : rétablissez-la"
            )
    area = at.lots_area(plan)
    for row, lot in enumerate(plan.lots, area.first):
        if read.words(area, "Lot", row) != lot.name:
            read.fault(area.sheet, area.cell("Lot", row), f"cette ligne était celle de {lot.name} : rétablissez-la")


def _lot(plan: Plan, area: Area, row: int, read: Filled) -> LotPlan | None:
    typed = read.words(area, "Lot", row)
    found = next((lot for lot in plan.lots if key(typed) in (key(lot.name), str(lot.number))), None)
    if found is None:
        names = french.joined([lot.name for lot in plan.lots], "ou")
        said = f"{shown(typed)} n'est pas un lot de ce suivi" if typed else "le lot n'est pas choisi"
        read.fault(area.sheet, area.cell("Lot", row), f"{said} : choisissez {names}")
    return found


# --- tables ---------------------------------------------------------------------------------------


def _lots(plan: Plan, read: Filled) -> dict[int, LotFacts]:
    area, found = at.lots_area(plan), {}
    taken = _taken_up(plan, read)
    for row, lot in enumerate(plan.lots, area.first):

        def number(name: str, row: int = row) -> Fraction | None:
            return read.number(area, name, row)

        volume, amount = number("Volume après modification (h)"), number("Montant HT du contrat (€)")
        end = read.day(area, "Fin réelle de l'exécution", row)
        cell = area.cell("Fin réelle de l'exécution", row)
        if end is not None and end < lot.start.day:
            read.fault(at.LOTS, cell, f"l'exécution ne peut finir avant d'avoir commencé ({french.day(lot.start.day)})")
        if volume is not None and lot.ratio is not None:
            message = "le volume suit les commandes : laissez cette cellule vide"
            read.fault(at.LOTS, area.cell("Volume après modification (h)", row), message)
        found[lot.number] = LotFacts(
            holder=read.line(area, "Titulaire (raison sociale)", row),
            volume=None if volume is None else Hours(volume),
            amount=None if amount is None else Euros(amount),
            released=Hours(number(at.RELEASED) or 0),
            penalised=Hours(number("Heures déjà pénalisées") or 0),
            paid=Euros(number("Pénalités d'insertion déjà appliquées (€)") or 0),
            people=read.count(area, "Bénéficiaires, chacun une fois (nombre)", row),
            end=end,
            taken_up=frozenset(rank for number, rank in taken if number == lot.number),
            planned=_planned(plan, lot, read),
        )
        not_due = found[lot.number].released + found[lot.number].penalised
        if lot.ratio is None and not_due > (found[lot.number].volume or lot.hours):
            told = f"{french.hours(not_due)} ne seraient plus dues ou pénalisées, plus que le volume du lot : vérifiez"
            read.warn(at.LOTS, area.cell(at.RELEASED, row), told)
    return found


def _taken_up(plan: Plan, read: Filled) -> set[tuple[int, int]]:
    area, found = at.tranches_area(plan), set()
    for row, (lot, rank) in enumerate(at.optional(plan), area.first):
        typed = read.words(area, "Affermie", row)
        if key(typed) == "oui":
            found.add((lot.number, rank))
        elif key(typed) not in ("", "non"):
            read.fault(at.LOTS, area.cell("Affermie", row), f"{shown(typed)} : choisissez oui ou non")
    return found


def _planned(plan: Plan, lot: LotPlan, read: Filled) -> dict[Quarter, Hours] | None:
    if lot.ratio is not None:
        return None
    area = at.planned_area(plan)
    row = area.first + sum(len(at.quarters(item)) for item in plan.lots[: plan.lots.index(lot)])
    return {
        quarter: Hours(read.number(area, "Heures prévues", place) or 0)
        for place, quarter in enumerate(at.quarters(lot), row)
    }


def _full_time(plan: Plan) -> Fraction:
    """Hours of one full-time person in a quarter, as the settings of the library count a month."""
    return setting(plan.result.library, "heures-mois", plan.result.on)[0].value * QUARTER


_WAYS: dict[str, Way] = {key(way.label): way for way in Way}


def _hours(plan: Plan, read: Filled, lots: dict[int, LotFacts]) -> tuple[HoursDone, ...]:
    area, found = at.hours_area(), []
    for row in read.filled(area, area.columns[:-1]):
        lot = _lot(plan, area, row, read)
        typed = read.words(area, "Trimestre", row)
        quarter = read_quarter(typed)
        if quarter is None or (lot is not None and quarter not in at.quarters(lot)):
            first, last = at.all_quarters(plan)[0], at.all_quarters(plan)[-1]
            read.fault(
                at.HOURS,
                area.cell("Trimestre", row),
                f"{shown(typed)} n'est pas un trimestre de ce lot : choisissez-le dans la liste, de {first.name} à "
                f"{last.name}",
            )
        way = _WAYS.get(key(read.words(area, "Mode de réalisation", row)))
        if way is None:
            message = "choisissez un mode de la liste : la clause n'en admet pas d'autre"
            read.fault(at.HOURS, area.cell("Mode de réalisation", row), message)
        done = read.number(area, "Heures", row)
        if done is None and read.empty(area, "Heures", row):
            read.fault(
                at.HOURS, area.cell("Heures", row), "les heures manquent : écrivez un nombre, 0 s'il n'y en a pas"
            )
        people = read.count(area, "Bénéficiaires présents (nombre)", row)
        company = read.line(area, "Entreprise ou structure", row)
        holder = read.line(area, "Titulaire (si plusieurs)", row)
        if lot is None or quarter is None or way is None or done is None:
            continue
        if lot.several_holders and not holder:
            cell = area.cell("Titulaire (si plusieurs)", row)
            read.fault(at.HOURS, cell, "plusieurs titulaires se partagent ce lot : écrivez lequel")
        _plausible(plan, read, area, row, lot, done, people)
        found.append(HoursDone(lot.number, quarter, way, Hours(done), company, holder, people))
    return tuple(found)


def _plausible(
    plan: Plan, read: Filled, area: Area, row: int, lot: LotPlan, done: Fraction, people: int | None
) -> None:
    cell = area.cell("Heures", row)
    if people is not None and done > _full_time(plan) * people:
        read.warn(
            at.HOURS,
            cell,
            f"{french.number(done)} heures pour {french.plural(people, 'personne')}, c'est plus qu'un temps plein "
            "pendant le trimestre : vérifiez",
        )
    elif lot.hours and done > lot.hours.value:
        read.warn(at.HOURS, cell, f"{french.number(done)} heures, c'est plus que tout le volume du lot : vérifiez")


def _orders(plan: Plan, read: Filled, lots: dict[int, LotFacts]) -> tuple[Order, ...]:
    area, found = at.orders_area(), []
    for row in read.filled(area, area.columns[:5]):
        lot = _lot(plan, area, row, read)
        day = read.day(area, "Date", row)
        amount = read.number(area, "Montant HT (€)", row)
        for name, value in (("Date", day), ("Montant HT (€)", amount)):
            if value is None and read.empty(area, name, row):
                read.fault(at.ORDERS, area.cell(name, row), "cette cellule manque : un bon a une date et un montant HT")
        holder = read.line(area, "Titulaire (si plusieurs)", row)
        reference = read.line(area, "N° du bon de commande", row)
        if lot is None or day is None or amount is None:
            continue
        if lot.ratio is None:
            read.fault(
                at.ORDERS, area.cell("Lot", row), f"{lot.name} ne se commande pas par bons : retirez cette ligne"
            )
            continue
        if lot.several_holders and not holder:
            cell = area.cell("Titulaire (si plusieurs)", row)
            read.fault(at.ORDERS, cell, "plusieurs titulaires se partagent ce lot : écrivez lequel")
        _check_day(plan, lot, lots, day, area.cell("Date", row), read)
        found.append(Order(lot.number, day, Euros(amount), holder, reference))
    return tuple(found)


def _check_day(plan: Plan, lot: LotPlan, lots: dict[int, LotFacts], day: date, cell: str, read: Filled) -> None:
    """A day outside the contract: a fault when the dates are real, a doubt when they are estimates."""
    first = min(plan.notification.day, lot.start.day)
    last = lots[lot.number].end or lot.end
    if first <= day <= last:
        return
    message = f"le {french.day(day)} est hors du contrat (du {french.day(first)} au {french.day(last)})"
    if plan.notification.typed and lot.start.typed:
        read.fault(at.ORDERS, cell, f"{message} : corrigez la date, ou la fin réelle dans la feuille « Lots »")
    else:
        read.warn(at.ORDERS, cell, f"{message}, dont les dates sont estimées : vérifiez")


def _documents(plan: Plan, read: Filled) -> tuple[LateDocument, ...]:
    area, found = at.documents_area(), []
    known = {key(name): name for name in at.DOCUMENT_NAMES}
    for row in read.filled(area, area.columns[:6]):
        lot = _lot(plan, area, row, read)
        name = known.get(key(read.words(area, "Document", row)))
        if name is None:
            read.fault(at.DOCUMENTS, area.cell("Document", row), "choisissez un document de la liste")
        reminded = read.day(area, "Relance reçue le", row)
        if reminded is None and read.empty(area, "Relance reçue le", row):
            message = "sans relance écrite reçue, aucun retard ne court : écrivez sa date, ou retirez la ligne"
            read.fault(at.DOCUMENTS, area.cell("Relance reçue le", row), message)
        handed = read.day(area, "Remis le", row)
        if reminded is not None and handed is not None and handed < reminded:
            message = f"remis avant la relance du {french.day(reminded)} : rien ne court, corrigez ou retirez la ligne"
            read.fault(at.DOCUMENTS, area.cell("Remis le", row), message)
        period = read.line(area, "Période", row)
        holder = read.line(area, "Titulaire (si plusieurs)", row)
        if lot is None or name is None or reminded is None:
            continue
        found.append(LateDocument(lot.number, f"{name} ({period})" if period else name, reminded, handed, holder))
    return tuple(found)
