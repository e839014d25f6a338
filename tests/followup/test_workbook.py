"""The workbook: written the same each time, protected, without a name, and read back cell by cell."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from drafter.errors import InputError
from drafter.followup.quarters import Quarter
from drafter.followup.ways import Way
from drafter.kit import follow
from drafter.market import market_data
from drafter.sheets import followup_layout as at
from drafter.sheets.followup import followup_workbook
from drafter.sheets.reading import read_tables
from drafter.values import Euros, Hours

from .filling import LIBRARY, ORDERS, TODAY, WORKS, Book, example, plan

PLAN, ORDERED = plan(WORKS, date(2026, 12, 1)), plan(ORDERS, date(2026, 12, 15))
BYTES = followup_workbook(PLAN)
ROW = ("Marché", "T1 2027", Way.ETTI, 100, "Structure A", 2)


def cells(data: bytes) -> list[Any]:
    wb = load_workbook(BytesIO(data))
    return [cell for ws in wb for row in ws.iter_rows() for cell in row if cell.value is not None]


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert followup_workbook(plan(WORKS, date(2026, 12, 1))) == BYTES


def test_sheets_are_protected_without_a_password_but_for_their_entries() -> None:
    wb = load_workbook(BytesIO(BYTES))
    for ws in wb:
        assert ws.protection.sheet
        assert not ws.protection.password
        for row in ws.iter_rows():
            for cell in row:
                formula = isinstance(cell.value, str) and cell.value.startswith("=")
                assert not formula or cell.protection.locked, (ws.title, cell.coordinate)
    area = at.hours_area()
    for name in area.columns[:-1]:
        assert not wb[at.HOURS][area.cell(name, area.first)].protection.locked
    assert wb[at.CARRIED].sheet_state == wb[at.LISTS].sheet_state == "hidden"


def test_no_column_asks_for_a_person() -> None:
    wanted = re.compile(r"\b(prénom|nom du|nom de|salarié|naissance|adresse|téléphone|observation|commentaire)", re.I)
    for area in (at.hours_area(), at.orders_area(), at.documents_area(), at.lots_area(PLAN), at.planned_area(PLAN)):
        assert [name for name in area.columns if wanted.search(name)] == []
    told = [cell for cell in cells(BYTES) if "Aucun nom de bénéficiaire" in str(cell.value)]
    assert {cell.parent.title for cell in told} >= {at.BOARD, at.HOURS, at.RULES}


def test_next_and_last_action_stand_at_the_top() -> None:
    board = load_workbook(BytesIO(BYTES), data_only=True)[at.BOARD]
    assert [board["A4"].value, board["A5"].value] == ["Prochaine action", "Dernière action"]
    assert board["B4"].value == "Notification du marché"


def test_what_is_typed_is_read_back() -> None:
    book = Book(PLAN).hours([ROW, ("Marché", "T2 2027", Way.TRAINING, "12,5", "", 1)])
    book.lot(titulaire="Bâtisseurs réunis", montant_signe=590_000, beneficiaires=4, fin=date(2027, 9, 15), degagees=10)
    found = book.on(date(2027, 7, 2)).follow()
    tally = found.reading.tally
    assert tally.on == date(2027, 7, 2)
    assert [(item.quarter, item.way, item.hours, item.people) for item in tally.hours] == [
        (Quarter(2027, 1), Way.ETTI, Hours(100), 2),
        (Quarter(2027, 2), Way.TRAINING, Hours(25) / 2, 1),
    ]
    facts = tally.lots[0]
    assert (facts.holder, facts.amount, facts.people) == ("Bâtisseurs réunis", Euros(590_000), 4)
    assert (facts.end, facts.released) == (date(2027, 9, 15), Hours(10))
    assert found.reading.plan.notification.day == date(2026, 12, 1)
    assert market_data(found.reading.plan.result.market) == market_data(PLAN.result.market)
    assert sum(facts.planned.values(), Hours(0)) == Hours(450)  # type: ignore[union-attr]


def test_the_day_asked_for_is_over_that_of_the_workbook() -> None:
    assert Book(PLAN).on(date(2027, 7, 2)).follow(date(2027, 8, 1)).reading.tally.on == date(2027, 8, 1)
    assert Book(PLAN).follow().reading.tally.on == TODAY


WRONG = [
    (at.HOURS, "F8", -5, "est négatif"),
    (at.HOURS, "F8", "beaucoup", "n’est pas un nombre"),
    (at.HOURS, "F8", 10**9, "est démesuré"),
    (at.HOURS, "F8", date(2027, 1, 1), "n’est pas un nombre"),
    (at.HOURS, "F8", None, "les heures manquent"),
    (at.HOURS, "A8", "Lot 7", "n’est pas un lot de ce suivi"),
    (at.HOURS, "A8", None, "le lot n’est pas choisi"),
    (at.HOURS, "B8", "T3 2031", "n’est pas un trimestre de ce lot"),
    (at.HOURS, "B8", "printemps", "n’est pas un trimestre de ce lot"),
    (at.HOURS, "C8", "Bénévolat", "choisissez un mode de la liste"),
    (at.HOURS, "G8", 1.5, "nombre entier"),
    (at.HOURS, "D8", "x" * 500, "trop long"),
    (at.HOURS, "A408", "Marché", "sous le tableau"),
    (at.HOURS, "F7", "Quantité", "déplacée ou renommée"),
    (at.PLANNED, "E8", "cent", "n’est pas un nombre"),
    (at.PLANNED, "A8", "Lot 4", "rétablissez-la"),
    (at.LOTS, "L8", "demain", "n’est pas une date"),
    (at.LOTS, "L8", date(2020, 1, 1), "avant d’avoir commencé"),
    (at.LOTS, "A8", "Lot 9", "rétablissez-la"),
    (at.DOCUMENTS, "E8", "hier", "n’est pas une date"),
    (at.DOCUMENTS, "F8", date(2027, 4, 30), "remis avant la relance"),
    (at.BOARD, "C7", "un jour", "n’est pas une date"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "said"), WRONG)
def test_nonsense_is_named_by_its_cell(sheet: str, cell: str, value: object, said: str) -> None:
    book = Book(PLAN).hours([ROW])
    book.put(at.documents_area(), 1, lot="Marché", document="Bilan final", relance=date(2027, 5, 1))
    book.wb[sheet][cell] = value
    with pytest.raises(InputError) as error:
        book.follow()
    told = [str(fault) for fault in error.value.faults]
    assert len(told) == 1, told
    assert told[0].startswith(f"Feuille «\u00a0{sheet}\u00a0», cellule {cell} : ")
    assert said in told[0]


def test_every_wrong_cell_is_told_at_once() -> None:
    book = Book(PLAN).hours([("Lot 3", "T9 2027", "Troc", -1)])
    with pytest.raises(InputError) as error:
        book.follow()
    assert len(error.value.faults) == 4


@pytest.mark.parametrize(("day", "amount", "said"), [(date(2019, 1, 1), 5, "hors du contrat"), ("x", 5, "date")])
def test_orders_are_checked(day: object, amount: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Book(ORDERED).orders([("Marché", day, amount)]).follow()


def test_a_doubtful_figure_is_a_warning_not_a_fault() -> None:
    found = Book(PLAN).hours([("Marché", "T1 2027", Way.ETTI, 600, "", 1)]).follow()
    assert any("temps plein" in words for words in found.warnings)
    found = Book(PLAN).hours([("Marché", "T1 2027", Way.ETTI, 600, "")]).follow()
    assert any("plus que tout le volume" in words for words in found.warnings)
    found = Book(PLAN).hours([("Marché", "T1 2027", Way.ETTI, 20, "", 1)]).lot(degagees=400, penalisees=100).follow()
    assert any("plus que le volume du lot" in words for words in found.warnings)


def test_a_sheet_taken_away_is_told_once() -> None:
    book = Book(PLAN)
    del book.wb[at.LOTS]
    with pytest.raises(InputError) as error:
        book.follow()
    assert len(error.value.faults) == 1


def test_a_workbook_that_lost_its_dossier_says_what_to_do() -> None:
    book = Book(PLAN)
    del book.wb[at.CARRIED]
    with pytest.raises(InputError, match=r"suivi\.xlsx du kit"):
        book.follow()
    book = Book(PLAN)
    book.wb[at.CARRIED]["A5"] = "Dabc"
    with pytest.raises(InputError, match="ne porte plus son dossier"):
        book.follow()
    book = Book(PLAN)
    del book.wb[at.HOURS]
    with pytest.raises(InputError, match="n’est plus là"):
        book.follow()


@pytest.mark.parametrize("typed", ["=1+1", '=HYPERLINK("http://x")', "+33", "-2", "@SUM(A1)", "<b>{{ 7*7 }}</b>"])
def test_hostile_words_stay_words(typed: str) -> None:
    hostile = plan(WORKS | {"objet": f"{typed} façades", "acheteur_nom": typed})
    for cell in cells(followup_workbook(hostile)):
        if isinstance(cell.value, str) and cell.data_type == "f":
            assert "façades" not in cell.value
        elif isinstance(cell.value, str) and "façades" in cell.value and cell.parent.title != at.CARRIED:
            assert not cell.value.lstrip().startswith(("=", "+", "-", "@"))
    book = Book(PLAN).hours([("Marché", "T1 2027", Way.ETTI, 1, f"'{typed}")])
    assert book.follow(date(2027, 12, 1)).files


ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)),
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=30),
)


@given(st.lists(st.tuples(ANY, ANY, ANY, ANY, ANY, ANY), min_size=1, max_size=3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_typed_makes_it_crash(rows: list[tuple[object, ...]]) -> None:
    rows = [tuple(f"'{cell}" if isinstance(cell, str) else cell for cell in row) for row in rows]
    book = Book(PLAN, BYTES).hours(rows)
    with suppress(InputError):
        assert book.follow(date(2027, 8, 1)).files


def test_a_market_without_hours_has_a_workbook_that_says_so() -> None:
    data = followup_workbook(example("mobilier-creche"))
    wb = load_workbook(BytesIO(data))
    assert wb.sheetnames == [at.BOARD, at.DATES, at.RULES, at.CARRIED]
    assert any("ne comporte pas de clause d’heures" in str(cell.value) for cell in cells(data))
    found = follow(read_tables(data, "suivi.xlsx"), LIBRARY, TODAY)
    assert found.files == {}


def test_several_holders_are_asked_for_and_counted_apart() -> None:
    shared = plan(ORDERS | {"attributaires": 2}, date(2026, 12, 15))
    book = Book(shared).orders([("Marché", date(2027, 2, 1), 95_000)])
    with pytest.raises(InputError, match="écrivez lequel"):
        book.follow()
    book.orders([("Marché", date(2027, 2, 1), 95_000, "Alpha"), ("Marché", date(2027, 3, 1), 40_000, "Bêta")])
    found = book.follow(date(2027, 7, 1))
    assert [(item.holder, item.ordered) for item in found.outcome.balances] == [
        ("Alpha", Euros(95_000)),
        ("Bêta", Euros(40_000)),
    ]
    assert any("montant minimum" in words for words in found.warnings)
