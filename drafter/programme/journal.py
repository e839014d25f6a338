"""Results on disk as they come: what was analysed before a stop is found again, by what it was made from.

One line a market: its key, a tab, its result in JSON. A line is written whole or is cut at the end of the file, and
a cut line is dropped. Only keys and places in the file are held in memory, not the results.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

KEY = 32
"""Characters of a key."""


class Journal:
    """Opened for one run. `resume` keeps what is there; otherwise it begins again."""

    def __init__(self, path: Path, *, resume: bool) -> None:
        self._places: dict[bytes, int] = {}
        self._file = path.open("r+b" if resume and path.exists() else "w+b")
        self._end = self._read_places()
        self._file.truncate(self._end)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __contains__(self, key: str) -> bool:
        return bytes.fromhex(key) in self._places

    def __len__(self) -> int:
        return len(self._places)

    def add(self, lines: Iterable[tuple[str, str]]) -> None:
        """Key and JSON text of each result. They reach the system at once: a killed process loses none of them."""
        self._file.seek(self._end)
        for key, text in lines:
            line = f"{key}\t{text}\n".encode()
            self._places[bytes.fromhex(key)] = self._end
            self._file.write(line)
            self._end += len(line)
        self._file.flush()

    def text(self, key: str) -> str:
        """The JSON text of a result."""
        self._file.seek(self._places[bytes.fromhex(key)])
        return self._file.readline()[KEY + 1 : -1].decode()

    def result(self, key: str) -> Any:
        return json.loads(self.text(key))

    def _read_places(self) -> int:
        """The place after the last whole line. Of two lines with one key, the last one stands."""
        self._file.seek(0)
        place = 0
        for line in self._file:
            if not line.endswith(b"\n") or line[KEY : KEY + 1] != b"\t":
                break
            try:
                self._places[bytes.fromhex(line[:KEY].decode())] = place
            except ValueError:
                break
            place += len(line)
        return place


def replace_file(path: Path, content: bytes) -> None:
    """Written aside, then put in place: a file is the old one or the new one, never half of it."""
    aside = path.with_name(f".{path.name}.tmp")
    aside.write_bytes(content)
    os.replace(aside, path)
