"""Workbooks and CSV read as plain rows: what cells say, refusals in French, costs known before parsing."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from drafter.errors import InputError
from drafter.sheets.reading import LIMITS, Limits, read_tables, read_upload


def workbook(cells: dict[str, Any]) -> bytes:
    book = Workbook()
    for place, value in cells.items():
        book.active[place] = value
    book.create_sheet("Vide")
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def test_cells_keep_their_type_and_their_place() -> None:
    data = workbook(
        {"B2": "é", "C2": 12.0, "D2": 1.5, "E2": datetime(2027, 3, 1, 8), "F2": True, "G2": "  ", "G3": "x"}
    )
    first, empty = read_tables(data, "x.xlsx")
    assert first.rows[1] == (None, "é", 12, 1.5, date(2027, 3, 1), True, None)
    assert first.rows[2][6] == "x"
    assert first.rows[0] == (None,) * 7
    assert (empty.name, empty.rows) == ("Vide", ())


def test_a_child_reads_the_same() -> None:
    data = workbook({"A1": "objet", "B1": date(2027, 3, 1), "C1": 2.5, "D1": False})
    assert read_upload(data, "x.xlsx") == read_tables(data, "x.xlsx")
    with pytest.raises(InputError, match="abîmé"):
        read_upload(b"PK\x03\x04 no", "x.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_in_any_dress(encoding: str, delimiter: str) -> None:
    text = f'Objet{delimiter}Montant\r\n"Été{delimiter} ""x"""{delimiter}1 000\r\n{delimiter}\r\n'
    (table,) = read_tables(text.encode(encoding), "a/b.csv")
    assert table.name == "b.csv"
    assert table.rows == (("Objet", "Montant"), (f'Été{delimiter} "x"', "1 000"), (None, None))


def test_the_line_that_excel_writes_first_is_no_row() -> None:
    (table,) = read_tables(b"sep=;\na;b\n1;2\n", "x.csv")
    assert table.rows == ((), ("a", "b"), ("1", "2"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "vide"),
        (b"  \n", "vide"),
        (b"%PDF-1.7", "n'est pas un tableau"),
        (b"PK\x03\x04" + b"x" * 40, "abîmé"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "ne se lit pas"),
        (b"a;b\x00c\n", "lisible"),
        (b'a;"' + b"x" * 200_000, "guillemet"),
        (workbook({"XFD1048576": 1}), "1048576 lignes et 16384 colonnes"),
        (workbook({"A100001": 1}), "100001 lignes"),
    ],
)
def test_what_is_no_table_is_refused_in_french(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_tables(data, "fichier.xlsx")
    assert said in str(caught.value)
    assert str(caught.value).startswith("fichier.xlsx")


def test_a_bomb_is_not_inflated() -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<row>" + b" " * (300 << 20))
    with pytest.raises(InputError, match="démesuré"):
        read_tables(data.getvalue(), "x.xlsx")


def test_limits_are_those_given() -> None:
    with pytest.raises(InputError, match="dépasse"):
        read_tables(b"x" * 2_000_000, "x.csv", Limits(size=1 << 20))
    with pytest.raises(InputError, match="lignes"):
        read_tables(b"a;b\n" * 11, "x.csv", Limits(rows=10))
    assert LIMITS.rows * LIMITS.columns > LIMITS.cells


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        with suppress(InputError):
            tables = read_tables(start + data, "x")
            assert all(isinstance(row, tuple) for table in tables for row in table.rows)
