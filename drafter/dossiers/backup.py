"""The whole store as a file of JSON lines, the same for SQLite and PostgreSQL: from one to the other as well.

A first line says what it is, one line a row follows, a last line counts them: a file cut short is refused.
The file holds the drafts in clear and no link: whoever reads it reads the drafts, and opens none on the server.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text
from sqlalchemy.types import LargeBinary

from drafter.dossiers.database import Database
from drafter.dossiers.records import Refusal
from drafter.dossiers.schema import HEAD, ORDER, Moment, drafts, links, tombstones
from drafter.errors import InputError, RefusedError

FORMAT = "drafter-sauvegarde"
VERSION = 1
BATCH = 100

_TABLES = {table.name: table for table in ORDER}


def dump(database: Database) -> Iterator[str]:
    """Every line of the backup, read in one transaction: a save meanwhile is in it whole, or not at all."""
    yield _line({"format": FORMAT, "version": VERSION, "schema": HEAD})
    count = 0
    if not database.missing:
        with database.reading() as connection:
            if connection.dialect.name == "postgresql":
                connection.rollback()
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            for table in ORDER:
                rows = select(table).order_by(*table.primary_key).execution_options(yield_per=BATCH)
                for row in connection.execute(rows):
                    yield _line({"table": table.name, "ligne": _written(table, row._mapping)})
                    count += 1
    yield _line({"fin": count})


def load(database: Database, lines: Iterable[str], *, replace: bool = False) -> int:
    """Put a backup back, whole or not at all; how many drafts there are then. Raises InputError, RefusedError.

    What was deleted or withdrawn since the backup stays so: a person who deleted a draft has our word.
    """
    rows = _read(lines)
    database.migrate()
    with database.writing() as connection:
        if not replace and _count(connection, drafts):
            raise RefusedError(
                "la base contient déjà des brouillons : rien n'a été changé. "
                "Ajoutez --remplacer pour les effacer et mettre la sauvegarde à la place"
            )
        since = connection.execute(select(tombstones)).all()
        for table in reversed(ORDER):
            connection.execute(delete(table))
        for table, batch in _batches(rows):
            connection.execute(insert(table), batch)
        for row in since:
            _bury_again(connection, row.hash, row.reason, row.moment)
        kept = _count(connection, drafts)
    database.overwrite_deleted()
    return kept


def _bury_again(connection: Connection, dead: bytes, reason: str, moment: datetime) -> None:
    found = connection.execute(select(links.c.draft).where(links.c.hash == dead)).scalar()
    if found is not None and reason == Refusal.DELETED:
        connection.execute(delete(drafts).where(drafts.c.id == found))
    elif found is not None and reason == Refusal.REVOKED:
        connection.execute(delete(links).where(links.c.hash == dead))
    elif found is not None:
        return  # expired since: the backup brings it back to whoever asks for it, until the next purge
    known = connection.execute(select(tombstones.c.hash).where(tombstones.c.hash == dead)).scalar()
    if known is None:
        connection.execute(insert(tombstones).values(hash=dead, reason=reason, moment=moment))


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


# --- lines ---------------------------------------------------------------------------------------


def _line(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"


def _written(table: Table, row: Any) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, bytes):
            return value.hex()
        return value.isoformat() if isinstance(value, datetime) else value

    return {column.name: plain(row[column.name]) for column in table.columns}


def _read(lines: Iterable[str]) -> list[tuple[Table, dict[str, Any]]]:
    """All the rows, checked before anything is changed."""
    source = enumerate(lines, start=1)
    head = _json(*next(source, (1, "")))
    if head.get("format") != FORMAT:
        raise InputError("ce fichier n'est pas une sauvegarde de ce service : choisissez celui de « drafter backup »")
    if head.get("version") != VERSION or str(head.get("schema")) > HEAD:
        raise InputError("cette sauvegarde vient d'une version plus récente du service : mettez-le à jour d'abord")
    rows: list[tuple[Table, dict[str, Any]]] = []
    for number, line in source:
        data = _json(number, line)
        if "fin" in data:
            if data["fin"] != len(rows) or next(source, None) is not None:
                break
            return rows
        rows.append(_row(number, data))
    raise InputError("cette sauvegarde est incomplète : rien n'a été changé, choisissez-en une autre")


def _json(number: int, line: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise _unreadable(number)
    return data


def _row(number: int, data: dict[str, Any]) -> tuple[Table, dict[str, Any]]:
    table, row = _TABLES.get(data.get("table", "")), data.get("ligne")
    if table is None or not isinstance(row, dict) or set(row) != set(table.columns.keys()):
        raise _unreadable(number)
    try:
        return table, {column.name: _value(column.type, row[column.name]) for column in table.columns}
    except (TypeError, ValueError):
        raise _unreadable(number) from None


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    return bytes.fromhex(value) if isinstance(kind, LargeBinary) else value


def _unreadable(number: int) -> InputError:
    return InputError(f"ligne {number} de la sauvegarde : elle ne se lit pas, le fichier a été changé ou abîmé")


def _batches(rows: list[tuple[Table, dict[str, Any]]]) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        for table in ORDER:
            if batch := [row for found, row in part if found is table]:
                yield table, batch
