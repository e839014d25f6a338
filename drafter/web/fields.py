"""What a form holds between two pages: the texts as typed, the boxes ticked, the faults beside their fields.

Field names are the HTML names; the `id` of a field is its name. Nothing here knows which page it is on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from drafter.errors import DrafterError, Fault
from drafter.french import plural, typeset

LOT_NAME = re.compile(r"lots-(\d{1,3})-\w+")


def lot_numbers(values: Mapping[str, object]) -> list[int]:
    """The numbers of the lots a form holds, in order."""
    return sorted({int(match[1]) for name in values if (match := LOT_NAME.fullmatch(name))})


@dataclass(frozen=True)
class Fields:
    """Values are kept exactly as typed, however absurd; `errors` are French sentences by field name."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    general: tuple[str, ...] = ()
    """Faults that no field of the page can mend."""

    def text(self, name: str) -> str:
        found = self.values.get(name)
        return found[0] if found else ""

    def has(self, name: str, value: str) -> bool:
        return value in self.values.get(name, ())

    def error(self, name: str) -> str:
        return " ".join(self.errors.get(name, ()))

    def any_error(self, prefix: str) -> bool:
        """Whether a field of this group is at fault: its `<details>` is then opened."""
        return any(name.startswith(prefix) for name in self.errors)

    def any_text(self, prefix: str) -> bool:
        return any(name.startswith(prefix) and "".join(found).strip() for name, found in self.values.items())

    @property
    def faulty(self) -> bool:
        return bool(self.errors or self.general)

    def summary(self) -> Iterator[tuple[str, str]]:
        """(field or empty, sentence), general faults first; a field of a lot says which lot."""
        for message in self.general:
            yield "", message
        for name, messages in self.errors.items():
            for message in messages:
                yield name, self._lot(name) + message

    def _lot(self, name: str) -> str:
        match = LOT_NAME.fullmatch(name)
        if not match:
            return ""
        return typeset(f"Lot {lot_numbers(self.values).index(int(match[1])) + 1} : ")


def whole(text: str) -> int:
    """The number that a button or a hidden field names; 0 when it means nothing, or is longer than any of ours."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def one(value: str) -> tuple[str, ...]:
    return (value,)


def sentence(message: str) -> str:
    """A fault as one reads it beside its field: capital first, a full stop, no « this field is missing »."""
    text = re.sub(r"^(ce champ (manque|est vide)|\w+ manque) : ", "", message).strip()
    text = text[:1].upper() + text[1:]
    return typeset(text if text.endswith((".", "?", "!", "…")) else f"{text}.")


def sentences(error: DrafterError, most: int = 30) -> list[str]:
    """What went wrong, a sentence a fault; past the first ones, how many are left."""
    told = [sentence(str(fault)) for fault in error.faults[:most]]
    rest = len(error.faults) - len(told)
    return [*told, f"Et {plural(rest, 'autre point', 'autres points')} à corriger."] if rest else told


def gathered(
    faults: Iterable[tuple[str, Fault]], order: Sequence[str] = ()
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Errors by field, in the order of the page (`order` holds beginnings of names), and the general ones."""
    errors: dict[str, tuple[str, ...]] = {}
    general: list[str] = []
    for name, fault in faults:
        if name:
            errors[name] = tuple(dict.fromkeys((*errors.get(name, ()), sentence(fault.message))))
        else:
            general.append(sentence(str(fault)))

    def place(name: str) -> int:
        return next((index for index, start in enumerate(order) if name.startswith(start)), len(order))

    return {name: errors[name] for name in sorted(errors, key=place)}, tuple(dict.fromkeys(general))
