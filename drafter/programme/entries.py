"""From the rows of a file to its markets: which row is a market, which ones are the lots of one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from typing import Any

from drafter import readers
from drafter.programme.columns import LOOKED_AT, Column, Header, find_header

_LOT_NAMES = frozenset({"lot", "intitule_lot"})
_AMOUNTS = frozenset({"montant_ht", "montant_annuel", "montant_min_ht", "montant_max_ht"})
EXAMPLE = "exemple"
"""A reference that begins so is a row of our model left in place: it is not read."""
ALREADY = "reference_deja_lue"
"""Beside the cells of a market's first row: where an earlier market of the same reference begins."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it stands: its sheet, its number as the spreadsheet shows it, the cells that were understood."""

    sheet: str
    number: int
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one sheet. `unread` are the headers that mean nothing here: shown, never guessed."""

    sheet: str
    header: int
    columns: Mapping[str, Column]
    unread: tuple[str, ...]
    published: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One market: a row, or the following rows that share its reference (its lots)."""

    number: int
    """From 1, in the order of the file."""
    layout: Layout
    lines: tuple[Line, ...]

    @property
    def has_head(self) -> bool:
        """The first of several rows speaks for the whole market: the others name their lot, or leave it the amount."""
        first, *others = (line.cells.keys() for line in self.lines)
        if not others or first & _LOT_NAMES:
            return False
        return any(cells & _LOT_NAMES for cells in others) or (
            bool(first & _AMOUNTS) and not any(cells & _AMOUNTS for cells in others)
        )

    def key(self, salt: str) -> str:
        """What the analysis depends on, and nothing else: the same rows with the same `salt` have the same result."""
        content = [
            salt,
            self.number,
            self.layout.sheet,
            sorted((key, column.header, str(column.scale), column.ttc) for key, column in self.layout.columns.items()),
            self.layout.published,
            [[line.number, {key: _plain(cell) for key, cell in line.cells.items()}] for line in self.lines],
        ]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date) else cell


@dataclass(frozen=True, slots=True)
class Skipped:
    """A sheet or a row that is not a market, and why."""

    sheet: str
    number: int | None
    reason: str


NO_HEADER = (
    "aucune ligne de titres n'a été trouvée dans les vingt premières lignes : il faut au moins une colonne « Objet » "
    "(ou « CPV ») et une colonne « Montant »"
)


def read_entries(tables: Iterable[tuple[str, Iterable[Sequence[Any]]]]) -> Iterator[Entry | Layout | Skipped]:
    """The markets of every sheet in order; each sheet first says its layout, or why it is skipped."""
    number = 0
    for name, table in tables:
        rows = iter(table)
        top = list(islice(rows, LOOKED_AT))
        header = find_header(top)
        if header is None:
            for _ in rows:  # a table is read to its end before the next
                pass
            if any(cell is not None for row in top for cell in row):
                yield Skipped(name, None, NO_HEADER)
            continue
        layout = _layout(name, header)
        yield layout
        for item in _markets(layout, chain(top[header.row :], rows)):
            if isinstance(item, Skipped):
                yield item
            else:
                number += 1
                yield Entry(number, layout, item)


def _layout(name: str, header: Header) -> Layout:
    return Layout(name, header.row, {column.key: column for column in header.columns}, header.unread, header.published)


def _markets(layout: Layout, rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Line, ...] | Skipped]:
    group: list[Line] = []
    reference, former = "", None
    began: dict[int, int] = {}  # by hash: a national file has as many references as rows
    for number, row in enumerate(rows, layout.header + 1):
        cells = _cells(layout, row)
        if not cells:
            continue
        line = Line(layout.sheet, number, cells)
        mine = readers.plain(cells.get("reference", ""))
        if mine.startswith(EXAMPLE):
            yield Skipped(layout.sheet, number, "ligne d'exemple du modèle : elle n'est pas lue")
            continue
        if group and mine and mine == reference:
            if any(other.cells == cells for other in group):
                yield Skipped(layout.sheet, number, "ligne identique à une autre du même marché : comptée une fois")
            elif layout.published:  # one row for each contract: the same number is another contract of the same deal
                yield tuple(group)
                group = [line]
            else:
                group.append(line)
            continue
        if group:
            yield _market(group, former)
        group, reference = [line], mine
        former = None if layout.published or not mine else began.setdefault(hash(mine), number)
        former = None if former == number else former
    if group:
        yield _market(group, former)


def _market(group: list[Line], former: int | None) -> tuple[Line, ...]:
    first, *others = group
    return (first if former is None else replace(first, cells={**first.cells, ALREADY: former}), *others)


def _cells(layout: Layout, row: Sequence[Any]) -> dict[str, Any]:
    """The cells that hold something. A row that only repeats the header, or holds a total, is nobody's market."""
    found = {
        key: row[column.index]
        for key, column in layout.columns.items()
        if column.index < len(row) and _holds(row[column.index])
    }
    if all(readers.clean(cell) == layout.columns[key].header for key, cell in found.items()):
        return {}
    words = [readers.plain(cell) for cell in found.values() if isinstance(cell, str)]
    total = len(words) == 1 and words[0].startswith(("total", "sous-total", "sous total"))
    return {} if total or not (found.keys() - {"lot", "nombre_lots", "reference"}) else found


def _holds(cell: Any) -> bool:
    return cell is not None and not (isinstance(cell, str) and not readers.clean(cell))
