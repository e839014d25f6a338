"""The dossier inside the follow-up workbook: hidden, in cells of plain letters that no spreadsheet changes."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from datetime import date

from drafter import dossier
from drafter.errors import InputError
from drafter.followup.plan import Plan
from drafter.sheets import followup_layout as at
from drafter.sheets.book import Book

_CHUNK = 1_500
_MOST = 2_000_000
_FIRST = 4
"""Row of the first piece of the dossier; the rows above: format, version, date of notification."""


def write_carried(book: Book, plan: Plan) -> None:
    sheet = book.sheet(at.CARRIED, (60,))
    text = dossier.dump(plan.result.market, plan.result.library)
    packed = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
    told = plan.notification.day.isoformat() if plan.notification.typed else "-"
    pieces = [packed[start : start + _CHUNK] for start in range(0, len(packed), _CHUNK)]
    for row, words in enumerate((at.FORMAT, at.VERSION, f"N{told}", *(f"D{piece}" for piece in pieces)), 1):
        cell = sheet.ws.cell(row, 1, words)
        cell.data_type = "s"
    sheet.ws.sheet_state = "hidden"


def read_carried(rows: Sequence[Sequence[object]]) -> tuple[str, date | None]:
    """The dossier as text, and the date of notification when it was typed. Raises InputError."""
    cells = [str(row[0]) if row and row[0] is not None else "" for row in rows]
    lost = InputError(
        "ce classeur ne porte plus son dossier : repartez du fichier suivi.xlsx du kit, et recopiez-y vos saisies"
    )
    if len(cells) < _FIRST or cells[0] != at.FORMAT:
        raise lost
    if cells[1] != at.VERSION:
        raise InputError("ce classeur vient d'une autre version du service : produisez de nouveau le kit de suivi")
    try:
        packed = base64.b64decode("".join(cell[1:] for cell in cells[_FIRST - 1 :] if cell), validate=True)
        opened = zlib.decompressobj()
        text = opened.decompress(packed, _MOST)
        if not opened.eof:
            raise lost
        told = cells[2][1:]
        return text.decode(), None if told == "-" else date.fromisoformat(told)
    except (binascii.Error, zlib.error, ValueError):
        raise lost from None
