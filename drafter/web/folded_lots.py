"""The lots of a long market on the first page: some stand open, the others travel in one hidden field, whole.

A hundred lots are seven hundred fields: a page of them weighs twice what a page may. Whatever the page shows, what it
sends is read as if every lot stood open (`unfolded`), so nothing else in the service knows that lots fold.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from drafter.web.fields import LOT_NAME, Fields, lot_numbers
from drafter.web.lot_groups import FOLDED, GROUP
from drafter.web.market_form import LOT_FIELDS, MAX_LOTS, ORIGIN

FIELD = "lots_replies"
ASKED = "deplier"
"""What a button says to open some lots: the name of a field of one of them."""
_NAMES = (ORIGIN, *LOT_FIELDS)


@dataclass(frozen=True)
class LotRow:
    """One lot open (`number` in the names of its fields), or neighbours folded, from `rank` to `last`."""

    number: int
    rank: int
    last: int
    open: bool
    title: str = ""

    @property
    def label(self) -> str:
        return f"Lots {self.rank} à {self.last}" if self.last > self.rank else f"Lot {self.rank}"

    @property
    def asks(self) -> str:
        return f"lots-{self.number}-intitule"


@dataclass(frozen=True)
class LotsShown:
    rows: tuple[LotRow, ...]
    folded: str
    """What the hidden field holds, empty when every lot stands open."""
    count: int


def lots_shown(fields: Fields, asked: Iterable[str] = (), named: Iterable[str] = ()) -> LotsShown:
    """`asked`: fields whose lots stand open with their neighbours; `named`, and the faults: those lots alone."""
    numbers = lot_numbers(fields.values)
    wanted = _lots(asked)
    faulty = _lots((*fields.errors, *named))
    if len(numbers) <= GROUP:
        rows = tuple(LotRow(number, rank, rank, True) for rank, number in enumerate(numbers, 1))
        return LotsShown(rows, "", len(numbers))
    groups = {numbers.index(number) // FOLDED for number in wanted if number in numbers}
    groups = groups or (set() if faulty else {0})
    opened = {number for place, number in enumerate(numbers) if place // FOLDED in groups} | faulty
    return LotsShown(tuple(_rows(fields, numbers, opened)), _folded(fields, numbers, opened), len(numbers))


def _lots(names: Iterable[str]) -> set[int]:
    return {int(match[1]) for name in names if (match := LOT_NAME.fullmatch(name))}


def _rows(fields: Fields, numbers: list[int], opened: Collection[int]) -> Iterator[LotRow]:
    start = 0
    for place, number in enumerate(numbers):
        if number in opened:
            yield LotRow(number, place + 1, place + 1, True)
            start = place + 1
            continue
        last = place + 1 == len(numbers) or numbers[place + 1] in opened or (place + 1) % FOLDED == 0
        if last:
            title = fields.text(f"lots-{numbers[start]}-intitule")
            yield LotRow(numbers[start], start + 1, place + 1, False, title)
            start = place + 1


def _folded(fields: Fields, numbers: list[int], opened: Collection[int]) -> str:
    kept: dict[int, list[str]] = {}
    for number in numbers:
        if number not in opened:
            texts = [fields.text(f"lots-{number}-{name}") for name in _NAMES]
            while texts and not texts[-1]:
                texts.pop()
            kept[number] = texts
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def unfolded(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """The form with every field of every lot. A field that the page showed is taken before the folded one."""
    found = _read(form.get(FIELD, ""))
    if not found:
        return form
    form = form.copy()
    form.poplist(FIELD)
    for number, texts in found.items():
        for place, name in enumerate(_NAMES):
            full = f"lots-{number}-{name}"
            if LOT_NAME.fullmatch(full):
                form.setdefault(full, texts[place] if place < len(texts) else "")
    return form


def _read(text: str) -> dict[str, list[str]]:
    """Altered on the way, it holds no lot."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict) or len(found) > MAX_LOTS:
        return {}
    return {
        number: [item for item in texts if isinstance(item, str)]
        for number, texts in found.items()
        if isinstance(texts, list)
    }


__all__ = ["ASKED", "FIELD", "LotRow", "LotsShown", "lots_shown", "unfolded"]
