"""`s_applique_si`: conditions a jurist can read and write, evaluated to yes, no or unknown, with reasons.

A mapping means all of its lines; a list of values, one of them. `une_de` holds alternatives. A line
compares one fact: a value or a list, `{au_moins: …}`, `{plus_de: …}`, `{au_plus: …}`,
`{moins_de: …}`, `{aucun: [...]}`. A bound may be a dated parameter: `{au_moins: {parametre: seuils.x}}`.
An unknown fact makes its line unknown, never false.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from drafter.values import Quantity

FactValue = str | date | Quantity | frozenset[str] | None
Facts = Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class FactKind:
    """What a fact is: its French label, the question that settles it, how a bound is read, how it is shown."""

    label: str
    question: str
    read: Callable[[object], Any]
    show: Callable[[Any], str]
    choices: frozenset[str] | None = None
    many: bool = False
    """The fact is a set (flags, duties): a line holds when the set contains one of the values."""
    type: type = str
    """Of its values: a bound that a parameter gives must be of the same one."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a line holds (True), does not (False) or cannot be said (None)."""

    text: str
    holds: bool | None
    fact: str = ""
    short: str = ""
    """What was found, when it speaks for itself: "Nature : Services"."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a whole condition, with the reason of each line that counted."""

    holds: bool | None
    reasons: tuple[Reason, ...] = ()

    def because(self, holds: bool | None) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.holds is holds)


@dataclass(frozen=True, slots=True)
class ParameterBound:
    """A bound that is looked up at the launch date."""

    parameter: str


Lookup = Callable[[str, date], Quantity | None]
"""Value of a parameter on a day; None when no value is known for that day."""

_WORDS = {
    "au_moins": "au moins",
    "plus_de": "plus de",
    "au_plus": "au plus",
    "moins_de": "moins de",
}


_MEMORY = 256
"""Values of a fact whose answer one line remembers."""


@dataclass(frozen=True, slots=True)
class Among:
    fact: str
    kind: FactKind
    values: tuple[str, ...]
    negated: bool = False

    _told: dict[Any, Verdict] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Nothing but the fact counts, most facts are words of closed lists, and a programme asks the same of thousands
    of markets: what was answered to each value."""

    def evaluate(self, facts: Facts, on: date, lookup: Lookup) -> Verdict:
        found: Any = facts.get(self.fact)
        verdict = self._told.get(found)
        if verdict is None:
            if len(self._told) >= _MEMORY:
                self._told.clear()
            verdict = self._told[found] = self._judge(found)
        return verdict

    def _judge(self, found: Any) -> Verdict:
        expected = " ou ".join(self.kind.show(value) for value in self.values)
        wish = f"aucun de : {expected}" if self.negated else f"attendu : {expected}"
        if found is None:
            return Verdict(None, (Reason(f"{self.kind.label} : non renseigné ({wish})", None, self.fact),))
        held = found if isinstance(found, frozenset) else {found}
        match = any(value in held for value in self.values)
        holds = match is not self.negated
        shown = ", ".join(self.kind.show(value) for value in sorted(held, key=str)) or "néant"
        short = f"{self.kind.label} : {shown}" if self.kind.choices and not self.negated and not self.kind.many else ""
        return Verdict(holds, (Reason(f"{self.kind.label} : {shown} ({wish})", holds, self.fact, short),))


@dataclass(frozen=True, slots=True)
class Bound:
    fact: str
    kind: FactKind
    operator: str
    bound: Any

    def evaluate(self, facts: Facts, on: date, lookup: Lookup) -> Verdict:
        limit = lookup(self.bound.parameter, on) if isinstance(self.bound, ParameterBound) else self.bound
        if limit is None:
            text = f"{self.kind.label} : le seuil n'est pas connu à cette date"
            return Verdict(None, (Reason(text, None, self.fact),))
        wish = f"attendu : {_WORDS[self.operator]} {_shown(self.kind.show, limit)}"
        found: Any = facts.get(self.fact)
        if found is None:
            return Verdict(None, (Reason(f"{self.kind.label} : non renseigné ({wish})", None, self.fact),))
        holds = {
            "au_moins": found >= limit,
            "plus_de": found > limit,
            "au_plus": found <= limit,
            "moins_de": found < limit,
        }[self.operator]
        short = f"{self.kind.label} : {_shown(self.kind.show, found)}"
        return Verdict(holds, (Reason(f"{short} ({wish})", holds, self.fact, short),))


@lru_cache(maxsize=4_096)
def _shown(show: Callable[[Any], str], value: Any) -> str:
    """Every clause compares the same few amounts and durations of a market."""
    return show(value)


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]

    def evaluate(self, facts: Facts, on: date, lookup: Lookup) -> Verdict:
        verdicts = [part.evaluate(facts, on, lookup) for part in self.parts]
        answers = {verdict.holds for verdict in verdicts}
        holds = False if False in answers else None if None in answers else True
        return Verdict(holds, tuple(reason for verdict in verdicts for reason in verdict.reasons))


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]

    def evaluate(self, facts: Facts, on: date, lookup: Lookup) -> Verdict:
        verdicts = [part.evaluate(facts, on, lookup) for part in self.parts]
        answers = {verdict.holds for verdict in verdicts}
        holds = True if True in answers else None if None in answers else False
        counted = [verdict for verdict in verdicts if verdict.holds is holds]
        return Verdict(holds, tuple(reason for verdict in counted for reason in verdict.reasons))


Condition = Among | Bound | AllOf | AnyOf
ALWAYS = AllOf(())


class ConditionError(ValueError):
    """Every fault found in a condition, one French sentence each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(" ; ".join(faults))


def parse(data: Any, kinds: Mapping[str, FactKind]) -> Condition:
    """From the YAML mapping. Raises ConditionError with all the faults at once."""
    faults: list[str] = []
    condition = _parse_mapping(data, kinds, faults)
    if faults:
        raise ConditionError(faults)
    return condition


def _parse_mapping(data: Any, kinds: Mapping[str, FactKind], faults: list[str]) -> Condition:
    if not isinstance(data, dict) or not data:
        faults.append("une condition est une suite de lignes « fait: valeur » : écrivez par exemple nature: [services]")
        return ALWAYS
    parts: list[Condition] = []
    for key, value in data.items():
        if key == "une_de":
            if not isinstance(value, list) or len(value) < 2:
                faults.append("une_de : écrivez au moins deux possibilités, chacune précédée d'un tiret")
                continue
            parts.append(AnyOf(tuple(_parse_mapping(item, kinds, faults) for item in value)))
        elif key not in kinds:
            known = ", ".join(sorted(kinds))
            faults.append(f"« {key} » n'est pas un fait connu : choisissez parmi {known}")
        else:
            parts.extend(_parse_line(key, value, kinds[key], faults))
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _parse_line(fact: str, value: Any, kind: FactKind, faults: list[str]) -> list[Condition]:
    if isinstance(value, dict):
        parts: list[Condition] = []
        if not value:
            faults.append(f"{fact} : écrivez une comparaison : {', '.join(_WORDS)} ou aucun")
        for operator, bound in value.items():
            if operator == "aucun" and kind.choices is None and not kind.many:
                faults.append(f"{fact} : comparez cette information avec {', '.join(_WORDS)}")
            elif operator == "aucun":
                parts.append(Among(fact, kind, _values(fact, bound, kind, faults), negated=True))
            elif operator not in _WORDS:
                faults.append(f"{fact} : « {operator} » n'existe pas : écrivez {', '.join(_WORDS)} ou aucun")
            elif kind.choices is not None or kind.many:
                faults.append(f"{fact} : cette information ne se compare pas : écrivez une valeur ou une liste")
            elif isinstance(bound, dict):
                if set(bound) != {"parametre"}:
                    faults.append(f"{fact} : écrivez une valeur ou {{parametre: identifiant}}")
                else:
                    parts.append(Bound(fact, kind, operator, ParameterBound(str(bound["parametre"]))))
            else:
                try:
                    parts.append(Bound(fact, kind, operator, kind.read(bound)))
                except ValueError as error:
                    faults.append(f"{fact} : {error}")
        return parts
    if kind.choices is None and not kind.many:
        faults.append(f"{fact} : comparez cette information avec {', '.join(_WORDS)}")
        return []
    return [Among(fact, kind, _values(fact, value, kind, faults))]


def _values(fact: str, value: Any, kind: FactKind, faults: list[str]) -> tuple[str, ...]:
    values = tuple(str(item) for item in (value if isinstance(value, list) else [value]))
    if not all(values) or not values:
        faults.append(f"{fact} : écrivez au moins une valeur")
        return ()
    for item in values:
        if kind.choices is not None and item not in kind.choices:
            known = ", ".join(sorted(kind.choices))
            faults.append(f"{fact} : « {item} » n'est pas une valeur admise : choisissez parmi {known}")
    return values


def parameters_used(condition: Condition) -> frozenset[str]:
    """Ids of the dated parameters a condition looks up."""
    return frozenset(parameter for _, parameter in bounds_used(condition))


def bounds_used(condition: Condition) -> frozenset[tuple[str, str]]:
    """Each fact that is compared with a dated parameter, and the id of that parameter."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return frozenset(pair for part in parts for pair in bounds_used(part))
        case Bound(fact=fact, bound=ParameterBound(parameter)):
            return frozenset({(fact, parameter)})
    return frozenset()


def mentions(condition: Condition, fact: str) -> frozenset[str]:
    """The values a condition compares a fact with."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return frozenset(value for part in parts for value in mentions(part, fact))
        case Among(name, _, values) if name == fact:
            return frozenset(values)
    return frozenset()


def wanted(condition: Condition, fact: str) -> frozenset[str]:
    """The values of a fact that a condition asks for; those it excludes are left out."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return frozenset(value for part in parts for value in wanted(part, fact))
        case Among(name, _, values, negated=False) if name == fact:
            return frozenset(values)
    return frozenset()
