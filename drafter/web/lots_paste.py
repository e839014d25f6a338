"""Lots copied from a spreadsheet: which column is what, what each cell says, one fault a cell.

Nothing is dropped in silence: a cell at fault keeps its text, a column or a row that is not taken is named.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from drafter import readers
from drafter.library import Library
from drafter.vocabulary import Nature
from drafter.web.fields import LOT_NAME, Fields, lot_numbers, one, sentence
from drafter.web.market_form import LOT_FIELDS, segment_choices, segment_id
from drafter.web.segment_search import find_segments

MOST_CELLS = 40
"""Cells of a row that are looked at: a purchasing sheet has about ten."""
PASTE = "lots_colles"
"""The text zone of the page."""
NUMBER = "numero"
LABELS = {
    NUMBER: "numéro du lot",
    "intitule": "intitulé",
    "nature": "nature",
    "cpv": "code CPV",
    "segment": "segment ou métier",
    "montant_min_ht": "montant minimum HT",
    "montant_max_ht": "montant maximum HT",
    "montant_ht": "montant HT",
    "duree_mois": "durée",
}
_HEADERS: tuple[tuple[str, str], ...] = (
    (NUMBER, r"(lot )?(n|no|num|numero|n°)( (du |de )?lots?)?"),
    ("cpv", r".*\bcpv\b.*"),
    ("duree_mois", r".*\b(duree|delai|mois)\b.*"),
    ("montant_min_ht", r".*\bmin(i|imum)?\b.*"),
    ("montant_max_ht", r".*\bmax(i|imum)?\b.*"),
    ("montant_ht", r".*\b(montant|estimation|estime|budget|prix|valeur|cout|ht|ttc)\b.*"),
    ("nature", r"nature.*|type( d.*)?"),
    ("segment", r".*\b(segment|metier|famille|categorie)\b.*"),
    ("intitule", r".*\b(intitule|objet|libelle|designation|titre|nom|description|prestations?|lots?)\b.*"),
)
_AMOUNTS = ("montant_ht", "montant_min_ht", "montant_max_ht")
_NATURES = {nature.value[:4]: nature for nature in Nature}
_RANK = re.compile(r"(?:lot )?(?:n°|no?\.?)? ?\d{1,3} ?[a-z]?")
_BARE = re.compile(r"[\d., ]+")
_EMPTY = frozenset({"", "-", "–", "—", "/", "neant", "sans objet", "nc", "n/a"})


@dataclass(frozen=True)
class Column:
    """One column as copied. `field` is empty when it is not taken, and `why` then says so."""

    title: str
    field: str = ""
    why: str = ""
    unit: str = ""
    """What the header adds to a bare figure: « k€ », « ans »."""

    @property
    def taken_for(self) -> str:
        return LABELS.get(self.field, "")


@dataclass(frozen=True)
class PastedLot:
    """One row: the texts of the fields of a lot, and the faults by field."""

    texts: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pasted:
    columns: tuple[Column, ...] = ()
    lots: tuple[PastedLot, ...] = ()
    remarks: tuple[str, ...] = ()
    left: str = ""
    """The rows that were not taken, as they were."""
    problem: str = ""
    """Why nothing could be read."""


def read_lots(text: str, library: Library, room: int) -> Pasted:
    """The lots of a copied table, `room` at most."""
    rows = [row for row in _rows(text) if any(row)]
    if not rows:
        return Pasted(left=text, problem="collez au moins une ligne de votre tableau, une ligne par lot")
    columns, body = _columns(rows)
    if not any(column.field in ("intitule", *_AMOUNTS) for column in columns):
        message = (
            "aucune colonne ne se reconnaît : ajoutez une première ligne avec les titres des colonnes, "
            "par exemple « Intitulé » et « Montant HT »"
        )
        return Pasted(columns, left=text, problem=message)
    totals = [row for row in body if any(readers.plain(cell).startswith("total") for cell in row[:2])]
    body = [row for row in body if row not in totals]
    remarks = ["La ligne de total n'est pas un lot : elle n'est pas reprise."] if totals else []
    kept, left = body[:room], body[room:]
    if left:
        remarks.append(
            f"{len(left)} lignes de trop restent dans la zone de texte : cette page prend {room} lots de plus."
        )
    lots = tuple(_lot(row, columns, rank, library) for rank, row in enumerate(kept, 1))
    return Pasted(columns, lots, tuple(remarks), "\n".join("\t".join(row) for row in left))


# --- into the page -------------------------------------------------------------------------------


def with_lots(fields: Fields, lots: Sequence[PastedLot]) -> Fields:
    """The lots of a pasted table after those already described, each fault beside its cell."""
    kept = {name: found for name, found in fields.values.items() if name != PASTE}
    numbers = [number for number in lot_numbers(kept) if Fields(kept).any_text(f"lots-{number}-")]
    kept = {name: found for name, found in kept.items() if not (m := LOT_NAME.fullmatch(name)) or int(m[1]) in numbers}
    errors = dict(fields.errors)
    for number, lot in enumerate(lots, numbers[-1] + 1 if numbers else 0):
        kept |= {f"lots-{number}-{name}": one(lot.texts.get(name, "")) for name in LOT_FIELDS}
        errors |= {f"lots-{number}-{name}": one(sentence(fault)) for name, fault in lot.faults.items()}
    return Fields(kept, errors, fields.general)


# --- the table -----------------------------------------------------------------------------------


def _rows(text: str) -> list[list[str]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    tab = any("\t" in line for line in lines)
    delimiter = "\t" if tab else ";"
    paired = text.count('"') % 2 == 0  # else an inch, a lone quote
    try:
        found = list(
            csv.reader(
                [f"{line}\n" for line in lines],
                delimiter=delimiter,
                quoting=csv.QUOTE_MINIMAL if paired else csv.QUOTE_NONE,
            )
        )
    except csv.Error:
        found = [line.split(delimiter) for line in lines]
    return [[readers.clean(cell)[:500] for cell in row[:MOST_CELLS]] for row in found]


def _columns(rows: list[list[str]]) -> tuple[tuple[Column, ...], list[list[str]]]:
    """By the header when the first row is one, else by what the cells look like; and the rows below."""
    width = max(len(row) for row in rows)
    padded = [row + [""] * (width - len(row)) for row in rows]
    named = [_named(title) for title in padded[0]]
    figures = any(_reads(readers.read_amount, cell) for cell in padded[0] if not _RANK.fullmatch(readers.plain(cell)))
    if any(column.field or column.why for column in named) and not figures and _is_header(padded[0]):
        columns, body = named, padded[1:]
    else:
        columns, body = _guessed(padded), padded
    return tuple(_once(columns, body)), body


def _is_header(row: Sequence[str]) -> bool:
    """A title is short and names a column; « Lot peinture » alone is a lot."""
    named = [cell for cell in row if cell and (_named(cell).field or _named(cell).why)]
    filled = [cell for cell in row if cell]
    return 2 * len(named) >= len(filled) and (len(filled) > 1 or readers.plain(row[0]) in ("intitule", "objet", "lot"))


def _named(title: str) -> Column:
    words = re.sub(r"[^a-z0-9°€]+", " ", readers.plain(title)).strip()
    if not words or len(words) > 60:
        return Column(title)
    name = next((name for name, pattern in _HEADERS if re.fullmatch(pattern, words)), "")
    if name in _AMOUNTS:
        if "ttc" in words.split():
            return Column(title, why="montants TTC : le service attend des montants hors taxes")
        if re.search(r"\b(annuels?|par an|an)\b", words):
            return Column(title, why="montants annuels : le service attend le montant sur toute la durée")
        unit = " k€" if re.search(r"\bk ?(€|euros?|eur)|\bmilliers?\b", words) else ""
        return Column(title, name, unit=" M€" if re.search(r"\bm€|\bmillions?\b", words) else unit)
    if name == "duree_mois":
        if re.search(r"\b(jours?|semaines?)\b", words):
            return Column(title, why="durées en jours ou en semaines : le service attend des mois")
        return Column(title, name, unit=" ans" if re.search(r"\b(ans|annees?)\b", words) else "")
    return Column(title, name)


def _guessed(rows: list[list[str]]) -> list[Column]:
    """Without a header: each column by what most of its cells look like."""
    columns: list[Column] = []
    for place in range(len(rows[0])):
        cells = [cells for row in rows if (cells := row[place])]
        title = f"Colonne {place + 1}"
        columns.append(Column(title, _look(cells, first=not place)) if cells else Column(title))
    words = [place for place, column in enumerate(columns) if column.field == "intitule"]
    if len(words) > 1:  # the longest texts are the titles
        title_at = max(words, key=lambda place: sum(len(row[place]) for row in rows))
        columns = [
            column if column.field != "intitule" or place == title_at else Column(column.title)
            for place, column in enumerate(columns)
        ]
    return columns


def _look(cells: list[str], *, first: bool) -> str:
    def most(test: Callable[[str], bool]) -> bool:
        return 2 * sum(map(test, cells)) >= len(cells)

    if first and most(lambda cell: bool(_RANK.fullmatch(readers.plain(cell)))):
        return NUMBER
    if most(lambda cell: bool(re.fullmatch(r"[0-9]{8}(-[0-9])?", cell))):
        return "cpv"
    if most(lambda cell: readers.plain(cell)[:4] in _NATURES and " " not in cell):
        return "nature"
    if most(lambda cell: bool(re.fullmatch(r"\d+([.,]\d+)? ?(mois|ans?)", readers.plain(cell)))):
        return "duree_mois"
    if most(lambda cell: _reads(readers.read_amount, cell)):
        return "duree_mois" if all(_small(cell) for cell in cells) else "montant_ht"
    return "intitule" if most(lambda cell: bool(re.search(r"[^\W\d]{3}", cell))) else ""


def _small(cell: str) -> bool:
    return not _reads(readers.read_amount, cell) or readers.read_amount(cell) <= 120


def _once(columns: list[Column], body: list[list[str]]) -> list[Column]:
    """Each field once: the first column that bears it. « Lot » is the number or the title, by its cells."""
    kept: list[Column] = []
    seen: set[str] = set()
    others = {column.field for column in columns}
    for place, column in enumerate(columns):
        name = column.field
        cells = [row[place] for row in body if row[place]]
        ranks = bool(cells) and all(_RANK.fullmatch(readers.plain(cell)) for cell in cells)
        if name == "intitule" and ranks:
            name = NUMBER
        elif name == NUMBER and not ranks and "intitule" not in others:
            name = "intitule"
        if name in seen:
            kept.append(Column(column.title, why=f"une autre colonne donne déjà : {LABELS[name]}"))
            continue
        seen |= {name} if name else set()
        kept.append(Column(column.title, name, column.why, column.unit))
    return kept


# --- the cells -----------------------------------------------------------------------------------


def _lot(row: list[str], columns: Sequence[Column], rank: int, library: Library) -> PastedLot:
    texts: dict[str, str] = {}
    faults: dict[str, str] = {}
    number = str(rank)
    for column, cell in zip(columns, row, strict=True):
        if column.field == NUMBER:
            number = cell or number
        elif column.field and readers.plain(cell) not in _EMPTY:
            text, fault = _cell(column, cell, library)
            texts[column.field] = text
            faults |= {column.field: fault} if fault else {}
    texts.setdefault("intitule", number if readers.plain(number).startswith("lot") else f"Lot {number}")
    return PastedLot(texts, faults)


def _cell(column: Column, cell: str, library: Library) -> tuple[str, str]:
    """The text of the field, and what is wrong with it."""
    if column.unit and _BARE.fullmatch(cell):
        cell += column.unit
    try:
        if column.field in _AMOUNTS:
            readers.read_amount(cell)
        elif column.field == "duree_mois":
            readers.read_duration(cell)
        elif column.field == "cpv":
            readers.read_cpv(cell)
        elif column.field == "nature":
            return _nature(cell), ""
        elif column.field == "segment":
            return cell, _segment_fault(cell, library)
    except ValueError as error:
        return cell, str(error)
    return cell, ""


def _nature(cell: str) -> str:
    word = readers.plain(cell)
    found = _NATURES.get(word[:4]) or next((n for n in Nature if word in (n.value[0], n.value[:3])), None)
    if found is None:
        raise ValueError(f"{readers.shown(cell)} n'est pas une nature : écrivez travaux, fournitures ou services")
    return found.value


def _segment_fault(cell: str, library: Library) -> str:
    found = segment_id(cell, library)
    known = {found_id for segment in library.segments.values() for found_id in (segment.id, segment.code)}
    if found in known or found in segment_choices(library).values():
        return ""
    near = " ou ".join(f"« {hit.label} »" for hit in find_segments(cell, library, most=2))
    advice = f"écrivez par exemple {near}" if near else "laissez la case vide, l'intitulé suffit souvent"
    return f"{readers.shown(cell)} n'est pas un segment connu : {advice}"


def _reads(reader: Callable[[object], object], cell: str) -> bool:
    try:
        reader(cell)
    except ValueError:
        return False
    return True
