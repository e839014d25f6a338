"""A table as Word wants it: fixed grid in the text width, header row repeated, described for screen readers."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from math import sqrt

from drafter.draft.blocks import Inlines, Table, Text, plain_text
from drafter.word.runs import KEEP_NEXT, NBSP, runs
from drafter.word.styles import HouseStyles
from drafter.word.text import attribute

_SMALL_ROWS, _SMALL_LINES = 8, 12  # a table as small as that is kept on one page rather than cut
_SHORT_ROW = 3  # lines: taller rows kept together would leave a hole at the bottom of the page
_LETTER = 92  # twentieths of a point: the mean width of a letter of the cells
_RIGHT = '<w:jc w:val="right"/>'
_HEADER, _BODY = "<w:cantSplit/><w:tblHeader/>", "<w:cantSplit/>"


def write_table(table: Table, styles: HouseStyles, inlines: Callable[[Inlines], str]) -> str:
    """The w:tbl, without its caption. Raises ValueError when rows, header and widths differ in length."""
    columns = len(table.header) or max((len(row) for row in table.rows), default=0)
    if not columns or any(len(row) != columns for row in table.rows):
        raise ValueError(f"table {table.caption!r}: its rows and its header differ in length")
    widths = _share(table.widths or _fitting(table, columns), styles.text_width)
    if len(widths) != columns:
        raise ValueError(f"table {table.caption!r}: {len(widths)} widths for {columns} columns")
    has_header = any(table.header)
    out = [_opening(styles.table, widths, has_header, table.total_row), *_described(table, columns), _grid(widths)]
    shape = widths, table.numeric
    if has_header:
        out.append(_row(_HEADER, styles.header_cell, "", *shape) % tuple(map(runs, table.header)))
    last = len(table.rows) - 1
    lines = _lines(table, widths) if last < _SMALL_ROWS else last
    together = last < _SMALL_ROWS and lines <= _SMALL_LINES
    short_rows = lines <= _SHORT_ROW * (last + 1)
    plain, kept = (_row(_BODY, styles.cell, keep, *shape) for keep in ("", KEEP_NEXT))
    for index, row in enumerate(table.rows):
        # A small table stays whole; a short first row is never alone at the bottom of a page, nor a total at the top.
        keep = index < last and (together or (short_rows and index == 0) or (table.total_row and index == last - 1))
        cells = kept if keep else plain
        if table.total_row and index == last:
            cells = _row(_BODY, styles.total_cell, "", *shape)
        out.append(cells % tuple(map(inlines, row)))
    out.append("</w:tbl>")
    return "".join(out)


# What follows depends on the shape of a table, not on its words: few shapes, many tables.


@lru_cache(maxsize=512)
def _row(properties: str, style: str, keep: str, widths: tuple[int, ...], numeric: frozenset[int]) -> str:
    """A row whose cells are to be filled: a %s for the text of each."""
    style_id = style.replace("%", "%%")
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{style_id}"/>'
        f"{keep}{_RIGHT if place in numeric else ''}</w:pPr>%s</w:p></w:tc>"
        for place, width in enumerate(widths)
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"


@lru_cache(maxsize=256)
def _opening(style: str, widths: tuple[int, ...], has_header: bool, total_row: bool) -> str:
    look = (("firstRow", has_header), ("lastRow", total_row), ("firstColumn", False))
    flags = " ".join(f'w:{name}="{int(on)}"' for name, on in look)
    value = 0x0020 * has_header | 0x0040 * total_row | 0x0600
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{value:04X}" {flags} w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
    )


@lru_cache(maxsize=256)
def _grid(widths: tuple[int, ...]) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>"


@lru_cache(maxsize=256)
def _share(weights: tuple[int, ...], total: int) -> tuple[int, ...]:
    """`total` shared in proportion to `weights`, to the last unit."""
    bounds = [0]
    for weight in weights:
        bounds.append(bounds[-1] + weight)
    edges = [round(bound * total / bounds[-1]) for bound in bounds]
    return tuple(right - left for left, right in pairwise(edges))


def _described(table: Table, columns: int) -> tuple[str, str]:
    """The name of the table and what it holds, for those who listen to it."""
    names = ", ".join(label for label in table.header if label)
    described = f"Colonnes{NBSP}: {names}." if names else f"Tableau de {columns} colonnes."
    return (
        f'<w:tblCaption w:val="{attribute(table.caption)}"/>' if table.caption else "",
        f'<w:tblDescription w:val="{attribute(described)}"/>',
    )


def _fitting(table: Table, columns: int) -> tuple[int, ...]:
    """Weights for a table that gives none: a column grows with the root of its text, and holds its longest word."""
    header = table.header or ("",) * columns
    weights = []
    for place in range(columns):
        texts = [header[place], *(plain_text(row[place]) for row in table.rows)]
        longest = max(len(word) for text in texts for word in (text.split() or [""]))
        weights.append(round(100 * max(sqrt(sum(map(len, texts))), longest, 4)))
    return tuple(weights)


def _lines(table: Table, widths: tuple[int, ...]) -> int:
    """About how many lines of text the rows take: enough to tell a table of figures from a page of prose."""
    room = [max(1, width // _LETTER) for width in widths]
    total = 0
    for row in table.rows:
        deepest = 1
        for cell, letters in zip(row, room, strict=True):
            length = len(cell[0].text) if len(cell) == 1 and isinstance(cell[0], Text) else len(plain_text(cell))
            if length > letters * deepest:
                deepest = -(-length // letters)
        total += deepest
    return total
