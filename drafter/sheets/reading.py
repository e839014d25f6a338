"""A workbook or a CSV handed over by anyone, as plain rows: what its cells say, never how they look.

Nothing is parsed before its cost is known: size, entries, inflated size, then the extent that the cells claim.
A file sent to the web is read in a child process besides (`read_upload`), with little memory and little time.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO, TextIOWrapper
from itertools import islice
from typing import Any

from drafter.errors import InputError

Cell = str | int | float | date | bool | None
"""A blank cell is None. A CSV only holds texts: nothing is guessed from them here."""
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes; `cells` bounds rows x columns, since an empty corner costs as much as a full one."""

    size: int = 20 << 20
    inflated: int = 200 << 20
    rows: int = 100_000
    columns: int = 500
    cells: int = 5_000_000
    sheets: int = 100


LIMITS = Limits()
LARGE = Limits(size=300 << 20, inflated=3 << 30, rows=1_048_576, columns=500, cells=60_000_000)
"""For a file of one's own, on one's own machine: a national year is 200 000 rows."""

_SAVE = "Ouvrez-le dans votre tableur, enregistrez-le au format « Classeur Excel (.xlsx) », puis recommencez."


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet; a CSV is one table named after its file. Rows keep their place: the first is row 1."""

    name: str
    rows: tuple[Row, ...]


def read_tables(data: bytes, name: str, limits: Limits = LIMITS) -> tuple[Table, ...]:
    """Every sheet of a .xlsx, .xls or .ods, or the one table of a .csv. Raises InputError, never anything else."""
    return tuple(Table(title, tuple(rows)) for title, rows in stream_tables(data, name, limits))


def stream_tables(data: bytes, name: str, limits: Limits = LIMITS) -> Iterator[tuple[str, Iterator[Row]]]:
    """The same, a row at a time; a table must be read to its end before the next. Raises InputError as it goes."""
    if len(data) > limits.size:
        raise InputError(f"{name} : ce fichier dépasse {limits.size >> 20} Mo : partagez-le en plusieurs fichiers")
    if not data.strip():
        raise InputError(f"{name} : ce fichier est vide")
    if data[:4] == b"%PDF" or data[:5] == b"{\\rtf":
        raise InputError(f"{name} : ce n'est pas un tableau : enregistrez-le en .xlsx, .ods ou .csv, puis recommencez")
    if data[:4] == b"PK\x03\x04":
        _check_archive(data, name, limits)
        yield from _sheets(data, name, limits)
    elif data[:4] == b"\xd0\xcf\x11\xe0":
        yield from _sheets(data, name, limits)
    else:
        yield name.rsplit("/", 1)[-1], _csv_rows(data, name, limits)


def read_upload(data: bytes, name: str, limits: Limits = LIMITS) -> tuple[Table, ...]:
    """`read_tables` in a child process that may be stopped: for a file sent by anyone. Raises InputError."""
    import pickle

    from drafter.word.host.safety import UnsafeFile
    from drafter.word.host.sandbox import ask, faults_of

    if len(data) > limits.size:
        raise InputError(f"{name} : ce fichier dépasse {limits.size >> 20} Mo : partagez-le en plusieurs fichiers")
    try:
        answer, _ = ask(pickle.dumps(("tableaux", data, name, limits)))
    except UnsafeFile:
        raise InputError(f"{name} : ce fichier demande trop de mémoire ou de temps à lire. {_SAVE}") from None
    if answer.get("genre") != "fait":
        raise InputError(faults_of(answer) or f"{name} : ce fichier n'a pas pu être lu. {_SAVE}")
    return tuple(
        Table(str(title), tuple(tuple(map(_unpacked, row)) for row in rows)) for title, rows in answer["tableaux"]
    )


def answer(data: bytes, name: str, limits: Limits) -> dict[str, Any]:
    """What the child says: plain JSON, a day as {"jour": …}. Raises InputError."""
    tables = [
        [title, [[_packed(cell) for cell in row] for row in rows]] for title, rows in stream_tables(data, name, limits)
    ]
    return {"genre": "fait", "tableaux": tables}


def _packed(cell: Cell) -> object:
    return {"jour": cell.isoformat()} if isinstance(cell, date) else cell


def _unpacked(cell: Any) -> Cell:
    if isinstance(cell, dict):
        return date.fromisoformat(str(cell["jour"]))
    return cell if isinstance(cell, str | int | float | bool) else None


# --- workbooks ------------------------------------------------------------------------------------------


def _sheets(data: bytes, name: str, limits: Limits) -> Iterator[tuple[str, Iterator[Row]]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    with _refusals(name):
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        titles = [meta.name for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    if len(titles) > limits.sheets:
        raise InputError(f"{name} : ce classeur a plus de {limits.sheets} feuilles : gardez celles à lire")
    for title in titles:
        with _refusals(name):
            sheet = book.get_sheet_by_name(title)
        _check_extent(sheet.total_height, sheet.total_width, f"{name}, feuille « {title} »", limits)
        yield title, _sheet_rows(sheet, name)


def _sheet_rows(sheet: Any, name: str) -> Iterator[Row]:
    if sheet.start is None:
        return
    margin: Row = (None,) * sheet.start[1]  # iter_rows gives the blank rows above the first cell, not the columns
    with _refusals(name):
        for row in sheet.iter_rows():
            yield margin + tuple(map(_cell, row))


@contextmanager
def _refusals(name: str) -> Iterator[None]:
    """What the library refuses, in French."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError:
        message = "ce classeur est protégé par un mot de passe : retirez la protection, puis recommencez"
        raise InputError(f"{name} : {message}") from None
    except (CalamineError, OSError, ValueError, OverflowError, MemoryError, KeyError):
        raise InputError(f"{name} : ce classeur ne se lit pas : il est abîmé ou d'un autre format. {_SAVE}") from None


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return None if value is None else str(value)


def _check_archive(data: bytes, name: str, limits: Limits) -> None:
    from drafter.word.host import safety

    bounds = safety.Limits(
        upload=limits.size, total=limits.inflated, xml_part=limits.inflated, other_part=limits.inflated
    )
    try:
        infos = safety.check_archive(data, bounds)
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for info in infos:
                if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                    _check_claims(archive, info, name, limits)
    except safety.UnsafeFile:
        message = "ce classeur est abîmé, protégé, ou démesuré une fois décompressé : il n'a pas été ouvert."
        raise InputError(f"{name} : {message} {_SAVE}") from None


_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_CHUNK = 1 << 20


def _check_claims(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    """The extent that the cells of a sheet claim: one cell in the far corner would be read as a full sheet."""
    columns: set[bytes] = set()
    last, rest = 0, b""
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                text = rest + chunk
                for column, row in _REFERENCE.findall(text):
                    columns.add(column)
                    last = max(last, int(row))
                rest = text[-16:]
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise InputError(f"{name} : ce classeur est abîmé. {_SAVE}") from error
    _check_extent(last, max(map(_column, columns), default=0), name, limits)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_extent(rows: int, columns: int, what: str, limits: Limits) -> None:
    if rows > limits.rows or columns > limits.columns or rows * columns > limits.cells:
        raise InputError(
            f"{what} : {rows} lignes et {columns} colonnes, c'est plus que ce qui peut être lu "
            f"({limits.rows} lignes et {limits.columns} colonnes au plus) : "
            "supprimez les lignes et les colonnes vides, ou partagez le fichier"
        )


# --- CSV ------------------------------------------------------------------------------------------------

_DELIMITERS = ";,\t"
_SNIFFED = 50
_LONGEST_FIELD = 1 << 17


def _csv_rows(data: bytes, name: str, limits: Limits) -> Iterator[Row]:
    stream = TextIOWrapper(BytesIO(data), _encoding(data), "replace", newline="")
    head = [line for line in islice(stream, 1) if not line.lower().startswith("sep=")]
    sample = head + list(islice(stream, _SNIFFED))
    if sum("\x00" in line for line in sample):
        raise InputError(f"{name} : ce fichier n'est pas un tableau lisible : enregistrez-le en .xlsx, .ods ou .csv")
    delimiter = _delimiter("".join(sample))
    csv.field_size_limit(_LONGEST_FIELD)
    if not head:
        yield ()  # the line `sep=;` that Excel reads: rows keep their number
    try:
        for number, row in enumerate(csv.reader(_lines(sample, stream), delimiter=delimiter), 1):
            _check_extent(number, len(row), name, limits)
            yield tuple(cell if cell.strip() else None for cell in row)
    except csv.Error:
        raise InputError(
            f"{name} : ce fichier CSV ne se lit pas (un guillemet n'est pas refermé, ou une cellule est démesurée) : "
            "ouvrez-le dans votre tableur, enregistrez-le en .xlsx, puis recommencez"
        ) from None


def _lines(first: Iterable[str], rest: Iterable[str]) -> Iterator[str]:
    yield from first
    yield from rest


def _encoding(data: bytes) -> str:
    """UTF-8 when it is; UTF-16 when it says so; else the Windows page that French spreadsheets write."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(sample: str) -> str:
    """The sign that cuts the most lines into the same number of cells, more than one."""

    def regularity(delimiter: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(StringIO(sample, newline=""), delimiter=delimiter) if row)
        except csv.Error:
            return 0, 0
        width, lines = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        return (lines, width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=regularity)
