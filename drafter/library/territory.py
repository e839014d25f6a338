"""Territory overlays (territories/*.yaml): what a region, a département or an organisation changes of our tables.

An overlay rewrites lines of the rate tables and settings of the calibrage, each with its own date, source and
status; it may impose a minimum effort; it names public bodies. It never names a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from drafter.dated import Day, Line, Parameter, RangeParameter, Record, Source, Unit, at
from drafter.errors import Fault
from drafter.library.shapes import Id, Shape
from drafter.values import Quantity
from drafter.vocabulary import Term

if TYPE_CHECKING:
    from drafter.library.reader import Library

DepartmentCode = Annotated[
    str, Shape(r"(?:[0-9]{2}|2[AB]|9[78][0-9])", 'le code d\'un département entre guillemets, par exemple "80"')
]
_PERSON = re.compile(r"@|(?:\+33[ .]?|\b0)[1-9](?:[ .-]?[0-9]{2}){4}\b")
"""An e-mail address or a telephone number: an overlay names bodies, never how to reach a person."""
_DIVISORS = frozenset(
    f"calibrage.{name}"
    for name in ("arrondi", "heures-semaine", "heures-mois", "etp", "etp-payes", "tranche-commande", "reprise.cout")
)
"""Settings that the calibrage divides by."""


def _no_person(text: str) -> str:
    if _PERSON.search(text):
        raise ValueError(
            "une surcouche nomme des structures publiques : retirez l'adresse électronique ou le téléphone"
        )
    return text


Public = Annotated[Line, AfterValidator(_no_person)]


class Level(Term):
    """From the widest to the nearest: the nearest has the last word."""

    REGION = "region", "Région"
    DEPARTMENT = "departement", "Département"
    ORGANISATION = "organisation", "Organisation ou programme"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


class Body(Record):
    """A public body of the territory: what it does for social clauses, and where."""

    name: Public = Field(alias="structure")
    perimeter: Public = Field(alias="perimetre")
    role: Public | None = None


class Territory(Record):
    """One overlay. `departments` is where it applies by itself; an organisation applies when it is named."""

    id: Id
    label: Public = Field(alias="libelle")
    level: Level = Field(alias="genre")
    departments: tuple[DepartmentCode, ...] = Field((), alias="departements")
    rates: tuple[RangeParameter, ...] = Field((), alias="taux")
    settings: tuple[Parameter, ...] = Field((), alias="reglages")
    effort_floor: Parameter | None = Field(None, alias="plancher_effort")
    bodies: tuple[Body, ...] = Field((), alias="contacts")
    sources: tuple[Source, ...] = Field(min_length=1)
    note: Public | None = Field(None, alias="precision")
    reread_on: Day = Field(alias="relu_le")

    @model_validator(mode="after")
    def _consistent(self) -> Territory:
        if self.level is not Level.ORGANISATION and not self.departments:
            raise ValueError("indiquez les départements où cette surcouche s'applique (departements)")
        if self.level is Level.ORGANISATION and self.departments:
            raise ValueError("une organisation se choisit par son nom, jamais par le lieu : retirez departements")
        if self.effort_floor is not None and self.effort_floor.unit is not Unit.RATE:
            raise ValueError("le plancher du taux d'effort est un taux : écrivez unite: taux")
        names = [*(item.id for item in self.rates), *(item.id for item in self.settings)]
        if len(names) != len(set(names)):
            raise ValueError("une ligne est changée deux fois : gardez-en une seule, avec ses dates")
        return self

    def floor(self, on: date) -> Quantity | None:
        """The effort that this overlay imposes as a minimum on a day."""
        entry = at(self.effort_floor.values, on) if self.effort_floor is not None else None
        return entry.value if entry is not None else None


def localised(library: Library, territories: Iterable[Territory], on: date) -> Library:
    """The library as these overlays change it on a day, the last one over the others.

    A line that an overlay does not hold on that day stays as it was.
    """
    rates, parameters = dict(library.rates), dict(library.parameters)
    changed = False
    for territory in territories:
        for rate in territory.rates:
            if at(rate.values, on) is not None:
                rates[rate.id], changed = rate, True
        for setting in territory.settings:
            if at(setting.values, on) is not None:
                parameters[setting.id], changed = setting, True
    return replace(library, rates=rates, parameters=parameters) if changed else library


def territory_faults(library: Library) -> Iterator[Fault]:
    """What an overlay must share with the tables that it changes."""
    known: Mapping[str, Any]
    places: dict[tuple[Level, str], str] = {}
    for territory in library.territories.values():
        where = f"surcouche {territory.id}"
        for department in territory.departments:
            other = places.setdefault((territory.level, department), territory.id)
            if other != territory.id:
                message = f"le département {department} est déjà dans {other} : une surcouche de ce genre suffit"
                yield Fault(f"{where} departements", message)
        for key, items, known in (
            ("taux", territory.rates, library.rates),
            ("reglages", territory.settings, library.parameters),
        ):
            for item in items:
                base = known.get(item.id) if key == "taux" or item.id.startswith("calibrage.") else None
                if base is None:
                    yield Fault(f"{where} {key}", f"« {item.id} » n'existe pas dans le calibrage : corrigez ce nom")
                elif base.unit is not item.unit:
                    yield Fault(f"{where} {key}", f"« {item.id} » est en {base.unit} : écrivez unite: {base.unit}")
                else:
                    yield from _figures(where, key, item, base)


def _figures(where: str, key: str, item: Parameter | RangeParameter, base: Any) -> Iterator[Fault]:
    if isinstance(item, Parameter):
        if item.id in _DIVISORS and not all(entry.value.value > 0 for entry in item.values):
            yield Fault(f"{where} {key}", f"« {item.id} » sert de diviseur : écrivez une valeur au-dessus de zéro")
        return
    if item.unit is Unit.HOURLY and not all(entry.low.value > 0 for entry in item.values):
        yield Fault(f"{where} {key}", f"« {item.id} » est un coût : écrivez des valeurs au-dessus de zéro")
    if base.floor:
        least = min(entry.low for entry in base.values)
        if not item.floor or any(entry.low < least for entry in item.values):
            message = f"« {item.id} » porte un plancher national : gardez plancher: oui, et un bas qui n'y descend pas"
            yield Fault(f"{where} {key}", message)
