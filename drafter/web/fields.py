"""What a form holds between two pages: the texts as typed, the boxes ticked, the faults beside their fields.

Field names are the HTML names; the `id` of a field is its name. Nothing here knows which page it is on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from drafter.errors import Fault
from drafter.french import typeset


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
        """(field or empty, sentence), general faults first."""
        for message in self.general:
            yield "", message
        for name, messages in self.errors.items():
            for message in messages:
                yield name, message

    def over(self, base: Mapping[str, tuple[str, ...]]) -> Fields:
        """These values where there are any, those of `base` elsewhere."""
        return Fields({**base, **self.values}, self.errors, self.general)


def one(value: str) -> tuple[str, ...]:
    return (value,)


def sentence(message: str) -> str:
    """A fault as one reads it beside its field: capital first, a full stop, no « this field is missing »."""
    text = re.sub(r"^(ce champ (manque|est vide)|\w+ manque) : ", "", message).strip()
    text = text[:1].upper() + text[1:]
    return typeset(text if text.endswith((".", "?", "!", "…")) else f"{text}.")


def gathered(faults: Iterable[tuple[str, Fault]]) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Errors by field, and the general ones, which then say what they are about."""
    errors: dict[str, tuple[str, ...]] = {}
    general: list[str] = []
    for name, fault in faults:
        if name:
            errors[name] = tuple(dict.fromkeys((*errors.get(name, ()), sentence(fault.message))))
        else:
            general.append(sentence(str(fault)))
    return errors, tuple(dict.fromkeys(general))
