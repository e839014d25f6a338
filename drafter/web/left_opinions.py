"""Opinions left by a link on the draft of a page: which still wait, and what a saved market answers to them.

One that no longer reads (its format or our library changed) never stands in the way of the others, and is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from drafter import dossier
from drafter.dossiers import Draft, Opinion, Outcome
from drafter.errors import DrafterError, InputError
from drafter.exchange import same_opinion
from drafter.market import Market
from drafter.market import Opinion as Given
from drafter.vocabulary import Outcome as Answer
from drafter.web.draft_link import carried_draft, now, store
from drafter.web.sent import library


def waiting_by_link() -> Iterator[tuple[Opinion, Market]]:
    """Those that wait on the draft of this page, oldest first, each with the market it was given on."""
    if (held := carried_draft()) is not None:
        yield from _readable(_waiting(held.token))


def unreadable_by_link() -> int:
    """How many of those that wait do not read any more."""
    held = carried_draft()
    waiting = _waiting(held.token) if held else []
    return len(waiting) - sum(1 for _ in _readable(waiting))


def arrived(market: Market) -> int:
    """How many of them the market of the page does not hold yet; none when the drafts do not answer."""
    try:
        return sum(_in(market, left.opinions[-1]) is None for _, left in waiting_by_link())
    except DrafterError:
        return 0


@dataclass(frozen=True)
class Told:
    """An opinion as whoever gave it finds it again: `answer` is what the buyer made of it, once that is saved."""

    left: datetime
    opinion: Given
    answer: Outcome

    @property
    def words(self) -> str:
        if self.answer is not Outcome.WAITING and not self.opinion.propositions:
            return ANSWERS[Outcome.READ]
        return ANSWERS[self.answer]


ANSWERS = {
    Outcome.WAITING: "En attente de la réponse du donneur d'ordre.",
    Outcome.ACCEPTED: "Accepté.",
    Outcome.PARTLY: "Accepté en partie.",
    Outcome.REFUSED: "Refusé.",
    Outcome.READ: "Lu et versé au dossier.",
}


def told(token: str, market: Market) -> tuple[Told, ...]:
    """What a link left, oldest first; none when the drafts do not answer: the page stands without it."""
    try:
        found = [(item, left.opinions[-1]) for item, left in _readable(store().opinions(token, now()))]
    except DrafterError:
        return ()
    return tuple(Told(item.left, _in(market, given) or given, item.outcome) for item, given in found)


def save(token: str, market: Market, revision: int) -> Draft:
    """The next revision of a draft. Whichever way it is saved, an opinion it answers waits no more."""
    draft = store().save(token, dossier.dump(market, library()), revision, now())
    for item, left in _readable(_waiting(token)) if market.opinions else ():
        answer = _in(market, left.opinions[-1])
        if answer is not None and not answer.pending:
            store().settle(token, item.id, _outcome(answer), now())
    return draft


def _waiting(token: str) -> list[Opinion]:
    return [item for item in store().opinions(token, now()) if item.outcome is Outcome.WAITING]


def _readable(items: Iterable[Opinion]) -> Iterator[tuple[Opinion, Market]]:
    for item in items:
        with suppress(InputError):
            yield item, dossier.load(item.content)


def _in(market: Market, opinion: Given) -> Given | None:
    return next((mine for mine in market.opinions if same_opinion(mine, opinion)), None)


def _outcome(opinion: Given) -> Outcome:
    outcomes = {item.outcome for item in opinion.propositions}
    if not outcomes:
        return Outcome.READ
    if outcomes <= {Answer.ACCEPTED}:
        return Outcome.ACCEPTED
    return Outcome.PARTLY if Answer.ACCEPTED in outcomes else Outcome.REFUSED
