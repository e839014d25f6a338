"""Values that hold between two dates, each with its source and how sure we are of it.

The only code that knows that the law changes. A date that no entry covers has no value: the caller
says so, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Protocol, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from drafter import readers
from drafter.values import Euros, HourlyCost, Hours, Months, Quantity, Rate


def _text(value: object) -> object:
    return readers.clean(value) if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(readers.read_date)]
Line = Annotated[str, BeforeValidator(_text), Field(min_length=1)]


class Record(BaseModel):
    """A frozen entry of the library: unknown keys are errors, French keys are aliases."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Status(StrEnum):
    """How sure we are. Anything but `CERTAIN` is shown as such on screens and in documents."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    GENERAL = "general"
    DECISION = "decision"
    TO_VERIFY = "a_verifier"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS = {
    Status.CERTAIN: "sourcé",
    Status.PROBABLE: "probable, source secondaire",
    Status.GENERAL: "connaissance générale, à confirmer",
    Status.DECISION: "réglage proposé par le service",
    Status.TO_VERIFY: "à vérifier avant usage",
}


def _https(link: str) -> str:
    if not link.startswith(("https://", "http://")):
        raise ValueError("écrivez une adresse complète, qui commence par https://")
    return link


class Source(Record):
    """Where a figure or a rule was read. `link` may be missing for a text without a public address."""

    title: Line = Field(alias="titre")
    link: Annotated[str, AfterValidator(_https)] | None = Field(None, alias="lien")
    read_on: Day = Field(alias="lu_le")


class Dated(Record):
    """Anything that holds from `start` to `end`, both included; `end` None means until further notice."""

    start: Day = Field(alias="du")
    end: Day | None = Field(None, alias="au")
    status: Status = Field(alias="statut")
    source: Source
    note: Line | None = Field(None, alias="precision")

    @model_validator(mode="after")
    def _ordered(self) -> Dated:
        if self.end is not None and self.end < self.start:
            raise ValueError("la date de fin (au) précède la date de début (du)")
        return self

    def covers(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on <= self.end)


class _Interval(Protocol):
    def covers(self, on: date) -> bool: ...


D = TypeVar("D", bound=_Interval)


def at(entries: Sequence[D], on: date) -> D | None:
    """The entry that holds on that day, None when no entry does (before the first, after the last)."""
    return next((entry for entry in entries if entry.covers(on)), None)


def check_calendar(entries: Sequence[Dated]) -> None:
    """Entries must come in order and never overlap. Raises ValueError."""
    for before, after in pairwise(entries):
        if before.end is None or before.end >= after.start:
            raise ValueError(
                f"la valeur du {before.start:%d/%m/%Y} chevauche celle du {after.start:%d/%m/%Y} : "
                "donnez-lui une date de fin (au)"
            )


class Number(Quantity):
    """A bare number (a coefficient, a share of points)."""

    __slots__ = ()
    pattern = "nombre"

    @classmethod
    def read(cls, text: object) -> Self:
        return cls(readers.read_number(text))


class Days(Number):
    """A delay, in calendar days."""

    __slots__ = ()
    pattern = "nombre de jours"

    @classmethod
    def read(cls, text: object) -> Self:
        return cls(readers.read_days(text))


class Unit(StrEnum):
    """Units a parameter may have; each reads its values with the right reader."""

    EUROS = "euros"
    HOURLY = "euros_par_heure"
    HOURS = "heures"
    MONTHS = "mois"
    DAYS = "jours"
    RATE = "taux"
    NUMBER = "nombre"

    def read(self, text: object) -> Quantity:
        return _UNIT_TYPES[self].read(text)


_UNIT_TYPES: dict[Unit, type[Quantity]] = {
    Unit.EUROS: Euros,
    Unit.HOURLY: HourlyCost,
    Unit.HOURS: Hours,
    Unit.MONTHS: Months,
    Unit.DAYS: Days,
    Unit.RATE: Rate,
    Unit.NUMBER: Number,
}


@dataclass(frozen=True, slots=True)
class _Unread:
    """A figure its unit could not read: refused by its own field, so that the message says which one."""

    message: str


def _must_be_read(value: object) -> object:
    if isinstance(value, _Unread):
        raise ValueError(value.message)
    return value


Figure = Annotated[Any, AfterValidator(_must_be_read)]
"""A figure that `typed` has read by the unit that stands beside it."""


def typed(unit: Unit, entry: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """`entry` with the figures under `keys` read; what cannot be read is left to the field to refuse."""
    return {key: _figure(unit, value) if key in keys else value for key, value in entry.items()}


def _figure(unit: Unit, value: object) -> Quantity | _Unread:
    try:
        return unit.read(value)
    except ValueError as error:
        return _Unread(str(error))


class DatedValue(Dated):
    """One value of a parameter, between two dates."""

    value: Figure = Field(alias="valeur")


class DatedRange(Dated):
    """Three values of a rate: what a cautious, a central and a demanding hypothesis would take."""

    low: Figure = Field(alias="bas")
    central: Figure
    high: Figure = Field(alias="haut")

    @property
    def figures(self) -> tuple[Any, Any, Any]:
        return self.low, self.central, self.high


class Parameter(Record):
    """A legal or professional figure, dated. Read it with `at(parameter.values, on)`."""

    id: Line
    label: Line = Field(alias="libelle")
    unit: Unit = Field(alias="unite")
    values: tuple[DatedValue, ...] = Field(alias="valeurs", min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _read_values(cls, data: Any) -> Any:
        return _read_entries(data, ("valeur",))

    @model_validator(mode="after")
    def _calendar(self) -> Parameter:
        check_calendar(self.values)
        return self


class RangeParameter(Record):
    """A rate with a low, central and high value, dated. `floor` marks a rate that a text imposes as a minimum."""

    id: Line
    label: Line = Field(alias="libelle")
    unit: Unit = Field(alias="unite")
    floor: Annotated[bool, BeforeValidator(readers.read_yes_no)] = Field(False, alias="plancher")
    values: tuple[DatedRange, ...] = Field(alias="valeurs", min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _read_values(cls, data: Any) -> Any:
        return _read_entries(data, ("bas", "central", "haut"))

    @model_validator(mode="after")
    def _ordered(self) -> RangeParameter:
        check_calendar(self.values)
        for entry in self.values:
            if not entry.low <= entry.central <= entry.high:
                raise ValueError(f"les trois valeurs du {entry.start:%d/%m/%Y} doivent croître : bas, central, haut")
        return self


def _read_entries(data: Any, keys: Sequence[str]) -> Any:
    """Type the values of each entry by the unit of the parameter; other faults are left to the model."""
    if not isinstance(data, dict) or not isinstance(data.get("valeurs"), list):
        return data
    try:
        unit = Unit(data.get("unite", ""))
    except ValueError:
        return data
    entries = [typed(unit, entry, keys) if isinstance(entry, dict) else entry for entry in data["valeurs"]]
    return {**data, "valeurs": entries}
