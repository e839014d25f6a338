"""A whole programme in a few figures, added up row by row: nothing of a row is kept but the most urgent ones."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from drafter.programme.timing import Priority

Outcome = dict[str, Any]
MOST_URGENT = 12
NO_SOCIAL, NO_ENVIRONMENT = "Pas de considération sociale", "Pas de considération environnementale"


@dataclass(slots=True)
class Count:
    """Contracts counted, and their amounts."""

    number: int = 0
    amount: Decimal = Decimal(0)

    def add(self, amount: Decimal) -> None:
        self.number += 1
        self.amount += amount


@dataclass(slots=True)
class Group:
    """What one segment or one territory weighs."""

    markets: int = 0
    amount: Decimal = Decimal(0)
    hours: int = 0
    with_clause: int = 0


@dataclass
class Summary:
    """`census` is the amount above which contracts are counted in the national census, from the library."""

    census: Decimal
    read: int = 0
    faulty: int = 0
    faults: int = 0
    all: Count = field(default_factory=Count)
    counted: Count = field(default_factory=Count)
    social: Count = field(default_factory=Count)
    social_counted: Count = field(default_factory=Count)
    environment: Count = field(default_factory=Count)
    environment_counted: Count = field(default_factory=Count)
    reserved: Count = field(default_factory=Count)
    social_due: int = 0
    social_unsure: int = 0
    low: int = 0
    advised: int = 0
    high: int = 0
    largest: tuple[int, str] = (0, "")
    """The hours of the market that has the most of them, and its object."""
    yearly: Decimal = Decimal(0)
    defaulted_launch: int = 0
    late: int = 0
    quarters: Counter[str] = field(default_factory=Counter)
    levers: Counter[str] = field(default_factory=Counter)
    priorities: Counter[str] = field(default_factory=Counter)
    segments: dict[str, Group] = field(default_factory=dict)
    territories: dict[str, Group] = field(default_factory=dict)
    _urgent: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.read += 1
        if "fautes" in outcome:
            self.faulty += 1
            self.faults += len(outcome["fautes"])
            return
        amount, hours = Decimal(str(outcome["montant_ht"])), outcome["heures"]
        for count, holds in (
            (self.all, True),
            (self.social, outcome["considerations_sociales"] != [NO_SOCIAL]),
            (self.environment, outcome["considerations_environnementales"] != [NO_ENVIRONMENT]),
        ):
            if holds:
                count.add(amount)
        if amount >= self.census:
            self.counted.add(amount)
            if outcome["considerations_sociales"] != [NO_SOCIAL]:
                self.social_counted.add(amount)
            if outcome["considerations_environnementales"] != [NO_ENVIRONMENT]:
                self.environment_counted.add(amount)
        if outcome["levier"] == "reserver" or outcome["reserve"]:
            self.reserved.add(amount)
        self.social_due += outcome["obligation_sociale"] == "due"
        self.social_unsure += outcome["obligation_sociale"] == "a_preciser"
        self.low += int(hours["bas"])
        self.advised += int(hours["conseille"])
        self.high += int(hours["haut"])
        if int(hours["conseille"]) > self.largest[0]:
            self.largest = int(hours["conseille"]), outcome["objet"]
        self.yearly += amount / max(Decimal(str(outcome["duree_mois"])) / 12, Decimal(1))
        self.defaulted_launch += outcome["lancement_par_defaut"]
        self.late += outcome["date_passee"]
        self.quarters.update(outcome["trimestres"])
        self.levers[outcome["levier"]] += 1
        self.priorities[outcome["priorite"]] += 1
        self._group(self.segments, outcome["segment"], outcome, amount)
        self._group(self.territories, outcome["territoire"], outcome, amount)
        self._urge(outcome)

    @property
    def analysed(self) -> int:
        return self.read - self.faulty

    @property
    def urgent(self) -> list[Outcome]:
        """The markets to begin with: priority, then date, then hours."""
        return [item[-1] for item in sorted(self._urgent, key=lambda item: item[:-1], reverse=True)]

    def quarter_rows(self, most: int = 24) -> list[tuple[str, int]]:
        """Civil quarters in order; those beyond the first ones gathered in a last row."""
        rows = sorted(self.quarters.items())
        if len(rows) <= most:
            return rows
        return [*rows[:most], (f"Après {rows[most - 1][0]}", sum(hours for _, hours in rows[most:]))]

    @staticmethod
    def ranked(groups: dict[str, Group]) -> list[tuple[str, Group]]:
        return sorted(groups.items(), key=lambda item: (-item[1].hours, -item[1].amount, item[0]))

    def _group(self, groups: dict[str, Group], name: str, outcome: Outcome, amount: Decimal) -> None:
        group = groups.setdefault(name, Group())
        group.markets += 1
        group.amount += amount
        group.hours += int(outcome["heures"]["conseille"])
        group.with_clause += outcome["decision"] != "pas_de_clause"

    def _urge(self, outcome: Outcome) -> None:
        rank = -list(Priority).index(Priority(outcome["priorite"]))
        day = -int(outcome["saisir_facilitateur_le"].replace("-", ""))
        item = (rank, day, int(outcome["heures"]["conseille"]), -outcome["numero"], outcome)
        if len(self._urgent) < MOST_URGENT:
            heapq.heappush(self._urgent, item)
        else:
            heapq.heappushpop(self._urgent, item)
