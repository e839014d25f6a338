"""When a clause is proposed, in French: each line of its condition, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator

from drafter import french
from drafter.conditions import AllOf, Among, AnyOf, Bound, Condition, ParameterBound
from drafter.library import Library
from drafter.library.clause import Clause

_WORDS = {"au_moins": "au moins", "plus_de": "plus de", "au_plus": "au plus", "moins_de": "moins de"}
_NONE = "aucun"
"""The trade of a purchase that belongs to none."""


def when_lines(clause: Clause, library: Library) -> tuple[str, ...]:
    """What must hold, then what must not; empty when every purchase of its segments suits."""
    lines = list(_lines(clause.condition, library))
    if clause.unless is not None:
        lines.append(f"Sauf si : {lower_first(' ; '.join(_lines(clause.unless, library)))}")
    return tuple(french.typeset(line) for line in lines)


def _lines(condition: Condition, library: Library) -> Iterator[str]:
    match condition:
        case AllOf(parts):
            for part in parts:
                yield from _lines(part, library)
        case AnyOf(parts):
            yield "L'un des cas suivants : " + " ; ou ".join(
                lower_first(" et ".join(_lines(part, library))) for part in parts
            )
        case Among(fact, kind, values, negated):
            shown = "\u00a0; ".join(_name(fact, value, library) or kind.show(value) for value in values)
            yield f"{kind.label} : {'tout sauf ' if negated else ''}{shown}"
        case Bound(_, kind, operator, bound):
            if isinstance(bound, ParameterBound):
                limit = f"« {library.parameters[bound.parameter].label} »"
            else:
                limit = kind.show(bound)
            yield f"{kind.label} : {_WORDS[operator]} {limit}"


def _name(fact: str, value: str, library: Library) -> str:
    """A code of an open list, by its name."""
    if fact == "segment" and value in library.segments:
        return library.segments[value].label
    if fact == "metier" and value == _NONE:
        return "aucun métier particulier"
    if fact == "metier" and value in library.trades:
        return library.trades[value].label
    if fact == "obligations" and value in library.duties:
        return f"{value} ({library.duties[value].article})"
    return ""


def lower_first(text: str) -> str:
    """Inside a sentence; an acronym stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
