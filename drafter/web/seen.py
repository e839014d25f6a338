"""What a clause card showed when the page was made: without it, a box or a figure would not say what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote


@dataclass(frozen=True)
class Seen:
    """What a clause card showed: whether the service proposed the clause, and with which values."""

    proposed: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)

    def dump(self) -> str:
        """Short, since each card carries one: `proposee;delai=15;part=20`."""
        values = (f"{name}={quote(text)}" for name, text in self.parameters.items())
        return ";".join(("proposee" if self.proposed else "ecartee", *values))


def parse_seen(text: str) -> Seen:
    """Altered on the way, it only makes more values count as chosen by the person."""
    state, *values = text.split(";")
    return Seen(
        state == "proposee", {name: unquote(shown) for name, _, shown in (item.partition("=") for item in values)}
    )
