"""What the clause would give as penalties: hours not done, documents not handed over, within its ceiling.

A proposal to check, never a decision: the formal notice, the observations of the holder and the buyer's own
judgment come first. Hours are counted whole, downwards; nothing is penalised twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction

from drafter.calibration.outcome import add_months
from drafter.followup.balance import LotBalance
from drafter.followup.plan import Plan
from drafter.followup.quarters import quarter_of
from drafter.followup.tally import LateDocument, Tally
from drafter.followup.terms import Terms
from drafter.readers import plain
from drafter.values import Euros, Hours, Months


class Ground(Enum):
    """Why hours are missing on that day."""

    FINAL = "fin de l'exécution"
    CARRIED = "report du constat annuel"
    SIMULATED = "exécution en cours"


@dataclass(frozen=True)
class DocumentPenalty:
    document: LateDocument
    from_day: date
    """The last day of the delay that the reminder left: the days after it count."""
    days: int
    amount: Euros
    capped: bool


@dataclass(frozen=True)
class Penalties:
    """`whole_hours`: hours that the clause penalises on that day, whole; none while a shortfall may still be made up.

    `base` None: the amount of the lot is unknown, so is the ceiling.
    """

    ground: Ground
    missing: Hours
    whole_hours: int
    per_hour: Euros | None
    documents: tuple[DocumentPenalty, ...]
    base: Euros | None
    ceiling: Euros | None
    already: Euros

    @property
    def for_hours(self) -> Euros | None:
        if not self.whole_hours:
            return Euros(0)
        return None if self.per_hour is None else self.per_hour * self.whole_hours

    @property
    def for_documents(self) -> Euros:
        return sum((item.amount for item in self.documents), Euros(0))

    @property
    def total(self) -> Euros | None:
        """Before the ceiling."""
        return None if self.for_hours is None else self.for_hours + self.for_documents

    @property
    def applied(self) -> Euros | None:
        """What the ceiling leaves, once the penalties already applied are taken from it."""
        if self.total is None or self.ceiling is None:
            return self.total
        return min(self.total, max(self.ceiling - self.already, Euros(0)))


def penalties(plan: Plan, balance: LotBalance, tally: Tally) -> Penalties:
    terms = plan.terms
    assert terms is not None
    ground, missing = _missing(plan, balance, tally)
    base = _base(balance)
    return Penalties(
        ground,
        missing,
        0 if ground is Ground.SIMULATED else int(missing.value // 1),
        terms.per_hour,
        tuple(_document(terms, item, balance.on) for item in tally.documents if _concerns(item, balance)),
        base,
        None if base is None else Euros((base * terms.share("plafond_insertion")).rounded(2)),
        balance.facts.paid,
    )


def _missing(plan: Plan, balance: LotBalance, tally: Tally) -> tuple[Ground, Hours]:
    """At the end: what is missing. Before: for orders what a yearly statement carried over and was not done since;
    else only a simulation, on the hours late."""
    if balance.ended:
        return Ground.FINAL, balance.missing
    if balance.plan.ratio is not None and (carried := _carried(plan, balance, tally)):
        return Ground.CARRIED, carried
    return Ground.SIMULATED, balance.late


def _carried(plan: Plan, balance: LotBalance, tally: Tally) -> Hours:
    """Hours due at the yearly statement before last, and not done at the last one.

    Hours are written by quarter: the whole quarter of the statement counts as done, to the holder's benefit.
    """
    notified, years = plan.notification.day, 0
    while add_months(notified, Months(12 * (years + 1))) <= balance.on:
        years += 1
    if years < 2:
        return Hours(0)
    before, last = (add_months(notified, Months(12 * number)) for number in (years - 1, years))
    lot = balance.plan
    least = lot.ratio.threshold if lot.ratio else None
    key = plain(balance.holder) if lot.several_holders else None
    ordered = sum(
        (
            item.amount
            for item in tally.orders
            if item.lot == lot.number
            and item.day <= before
            and (least is None or item.amount >= least)
            and (key is None or plain(item.holder) == key)
        ),
        Euros(0),
    )
    due = lot.due_for(ordered, minimum=not lot.several_holders)
    done = [item.counted for item in balance.quarters if item.quarter <= quarter_of(last)]
    return max(due - balance.not_due - (done[-1] if done else Hours(0)), Hours(0))


def _base(balance: LotBalance) -> Euros | None:
    """What the ceiling is a share of: the orders placed, the tranches taken up, else the amount of the lot."""
    lot, facts = balance.plan, balance.facts
    if lot.ratio is not None:
        return balance.placed
    if facts.amount is not None:
        return facts.amount
    if lot.tranches:
        parts = (part.amount for rank, part in enumerate(lot.tranches) if part.firm or rank in facts.taken_up)
        return sum(parts, Euros(0))
    return lot.amount


def _concerns(document: LateDocument, balance: LotBalance) -> bool:
    same = not balance.plan.several_holders or plain(document.holder) == plain(balance.holder)
    return document.lot == balance.plan.number and same and document.reminded <= balance.on


def _document(terms: Terms, document: LateDocument, on: date) -> DocumentPenalty:
    """Calendar days after the delay that the reminder left, the day it comes included, up to its own ceiling."""
    last = document.reminded + timedelta(days=terms.reminder_days)
    until = min(document.handed or on, on)
    days = max((until - last).days, 0)
    amount, most = terms.document_day * Fraction(days), terms.document_most
    return DocumentPenalty(document, last, days, min(amount, most), amount > most)
