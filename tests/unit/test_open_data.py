"""The library as open data: nothing lost, nothing a spreadsheet computes."""

from __future__ import annotations

import csv
import io
import json

import pytest

from drafter.conditions import parse
from drafter.dated import Unit
from drafter.facts import KINDS
from drafter.library import Library, load_library
from drafter.library.clause import Clause
from drafter.open_data import COLUMNS, clause_data, condition_data, harmless, library_csv, library_data


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module")
def rows(library: Library) -> list[dict[str, str]]:
    text = library_csv(library).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def read_back(entry: dict[str, object], clause: Clause) -> Clause:
    """The entry as the reader of the library takes it, its figures as one types them."""
    parameters = entry.get("parametres")
    assert parameters is None or isinstance(parameters, dict)
    for name, item in (parameters or {}).items():
        rate = clause.parameters[name].unit is Unit.RATE
        for key in ("min", "max", "defaut", "avance", "exemplaire"):
            if key in item:
                item[key] = f"{item[key] * 100:.10g} %" if rate else item[key]
        for nature, value in item.get("par_nature", {}).items():
            item["par_nature"][nature] = f"{value * 100:.10g} %" if rate else value
    return Clause.model_validate(entry)


def test_a_clause_can_be_read_back_from_its_data(library: Library) -> None:
    for clause in library.clauses.values():
        data = json.loads(json.dumps(clause_data(clause, library)))
        again = read_back(data["clause"], clause)
        assert again == clause, clause.id


def test_a_condition_can_be_read_back(library: Library) -> None:
    count = 0
    for clause in library.clauses.values():
        for condition in (clause.applies_when, clause.unless):
            if condition is not None and (data := condition_data(condition)):
                assert parse(json.loads(json.dumps(data)), KINDS) == condition, clause.id
                count += 1
    assert count > 100


def test_two_bounds_of_one_fact_stay_on_one_line() -> None:
    data = {"duree_mois": {"au_moins": 6, "moins_de": 48}, "nature": ["services"]}
    assert condition_data(parse(data, KINDS)) == data


def test_the_whole_library(library: Library) -> None:
    data = library_data(library)
    assert [entry["id"] for entry in data["clauses"]] == sorted(library.clauses)
    assert data["bibliotheque"] == {"version": library.info.version, "date": library.info.date.isoformat()}


def test_one_row_a_clause_one_cell_a_column(library: Library, rows: list[dict[str, str]]) -> None:
    assert [row["id"] for row in rows] == sorted(library.clauses)
    for row in rows:
        assert list(row) == [column.name for column in COLUMNS]
        clause = library.clauses[row["id"]]
        assert row["titre"] == clause.title
        assert row["niveaux"].split(" | ") == [str(level) for level in clause.levels]
        assert bool(row["penalites"]) is bool(clause.penalties)
        for piece in clause.texts:
            assert clause.texts[piece].strip() in row[f"texte_{piece.lower()}"]


def test_names_and_meanings_of_columns_are_distinct() -> None:
    assert len({column.name for column in COLUMNS}) == len({column.meaning for column in COLUMNS}) == len(COLUMNS)


def test_the_file_opens_as_utf8_in_a_spreadsheet(library: Library) -> None:
    data = library_csv(library)
    assert data.startswith(b"\xef\xbb\xbfid,version,")
    assert library_csv(library) == data
    assert data.decode("utf-8-sig").splitlines()[0].count(",") == len(COLUMNS) - 1


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@A1", "\tx", "\r=x", " =1", "\u00a0=1", "\n=1"])
def test_a_formula_is_made_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "1-2", "Clause", "« =1 »"])
def test_other_cells_are_left_alone(cell: str) -> None:
    assert harmless(cell) == cell


def test_a_hostile_title_stays_text(library: Library) -> None:
    first = next(iter(library.clauses.values()))
    changed = first.model_copy(update={"title": "=HYPERLINK(1)"})
    fields = {name: getattr(library, name) for name in Library.__dataclass_fields__}
    text = library_csv(Library(**{**fields, "clauses": {first.id: changed}})).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text)))["titre"] == "'=HYPERLINK(1)"
