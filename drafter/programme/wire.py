"""A chunk of a batch as text, for a machine that does not have the file: its rows go out, its results come back.

ASCII JSON: whatever a cell holds (a null character, half a surrogate pair) goes through any database and back. Never a
pickle: who writes in the base must not run code on a worker.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from drafter.programme.batch import Chunk, Lines
from drafter.programme.columns import Column
from drafter.programme.entries import Entry, Layout, Line
from drafter.programme.settings import Settings

_DAY = "jour"


def pack(chunk: Chunk, settings: Settings) -> str:
    """All that the analysis of a chunk depends on, but the library and the program. A layout is written once."""
    layouts: list[Layout] = []
    entries = []
    for key, entry in chunk:
        if entry.layout not in layouts:
            layouts.append(entry.layout)
        lines = [
            [line.sheet, line.number, {name: _packed(cell) for name, cell in line.cells.items()}]
            for line in entry.lines
        ]
        entries.append([key, entry.number, layouts.index(entry.layout), lines])
    return json.dumps(
        {"reglages": settings.as_data(), "feuilles": [_layout_data(layout) for layout in layouts], "marches": entries},
        separators=(",", ":"),
    )


def unpack(text: str) -> tuple[list[tuple[str, Entry]], Settings]:
    data = json.loads(text)
    layouts = [_layout(item) for item in data["feuilles"]]
    chunk = [
        (key, Entry(number, layouts[layout], tuple(_line(line) for line in lines)))
        for key, number, layout, lines in data["marches"]
    ]
    return chunk, _settings(data["reglages"])


def pack_lines(lines: Lines) -> str:
    return json.dumps(lines, separators=(",", ":"))


def unpack_lines(text: str) -> Lines:
    return [(key, outcome) for key, outcome in json.loads(text)]


def _layout_data(layout: Layout) -> list[Any]:
    columns = [
        [key, column.index, column.header, column.key, str(column.scale), column.ttc]
        for key, column in layout.columns.items()
    ]
    return [layout.sheet, layout.header, columns, layout.unread, layout.published]


def _layout(data: Sequence[Any]) -> Layout:
    sheet, header, columns, unread, published = data
    found = {key: Column(index, name, own, Fraction(scale), ttc) for key, index, name, own, scale, ttc in columns}
    return Layout(sheet, header, found, tuple(unread), published)


def _line(data: Sequence[Any]) -> Line:
    sheet, number, cells = data
    return Line(sheet, number, {name: _unpacked(cell) for name, cell in cells.items()})


def _settings(data: Mapping[str, Any]) -> Settings:
    days = {name: date.fromisoformat(data[name]) for name in ("on", "launch") if data[name] is not None}
    return Settings(**{**data, **days})


def _packed(cell: Any) -> Any:
    return {_DAY: cell.isoformat()} if isinstance(cell, date) else cell


def _unpacked(cell: Any) -> Any:
    return date.fromisoformat(cell[_DAY]) if isinstance(cell, dict) else cell
