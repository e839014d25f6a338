"""An opinion never changes the market by itself: the buyer answers each figure, and both figures stay written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from drafter.calibration import LotCalibration
from drafter.calibration.rates import COST, EFFORT, SHARE, rates_of
from drafter.calibration.territories import own_library
from drafter.errors import RefusedError
from drafter.library import Library
from drafter.market import Market, Opinion, Overrides, Proposition, market_data, read_market
from drafter.understanding import Understood
from drafter.values import Quantity, Rate
from drafter.vocabulary import Outcome, ProposedFigure, Role

FIELDS = {str(info.alias or name): name for name, info in Overrides.model_fields.items()}


@dataclass(frozen=True)
class Answer:
    """What the buyer says to one proposed figure; a refusal may say why."""

    outcome: Outcome
    reason: str = ""


def figure_text(value: Quantity | Decimal) -> str:
    """A figure as the calibrage of a market file writes it; at most four decimals (cost indexed over years)."""
    exact = value.value if isinstance(value, Quantity) else Fraction(value)
    if (10**6) % exact.denominator:
        exact = Fraction(round(exact * 10**4), 10**4)
    return f"{exact.numerator}" if exact.denominator == 1 else f"{Decimal(exact.numerator) / exact.denominator:f}"


def figures_used(
    lot: LotCalibration, understood: Understood, library: Library, on: date
) -> dict[ProposedFigure, Quantity | Decimal]:
    """The figures that the calculation of a lot uses now, factors included: typing one of them moves no hour."""
    overrides = understood.scope.overrides
    given = {
        figure: value for figure in ProposedFigure if (value := getattr(overrides, FIELDS[str(figure)])) is not None
    }
    rates = rates_of(understood, own_library(understood, library, on), on)
    effort: Quantity = rates.effort.central
    if overrides.hours is None and lot.worked and lot.hours.exact:
        effort = Rate(lot.hours.exact / lot.worked)  # with the ceiling, the floor and the target of the operation
    shown = {step.name for step in lot.steps}
    used: dict[ProposedFigure, Quantity | Decimal] = {
        ProposedFigure(key): value
        for (key, name, _), value in (
            (SHARE, rates.labour_share.central),
            (COST, rates.hourly_cost.central),
            (EFFORT, effort),
        )
        if name in shown
    }
    return {ProposedFigure.HOURS: lot.hours.advised, **used, **given}


def proposed_figure(figure: ProposedFigure, text: str) -> Quantity | Decimal:
    """The typed figure behind `avant` or `apres`. Raises pydantic's ValidationError, never for a read Proposition."""
    value: Quantity | Decimal = getattr(Overrides.model_validate({str(figure): text}), FIELDS[str(figure)])
    return value


def stands(market: Market, item: Proposition) -> bool:
    """Whether the lot that was meant is still there."""
    return 1 <= item.lot <= len(market.lots) if item.lot is not None else not market.lots


def as_proposed(market: Market, items: Iterable[Proposition]) -> Market:
    """The market as these figures would make it, to show their effect; those without a lot left out."""
    return _with_figures(market, [(item, item.after) for item in items if stands(market, item)])


def as_read(market: Market) -> Market:
    """The market without what was accepted: each figure as it stood before, typed or left to our tables."""
    accepted: dict[tuple[int | None, str], list[Proposition]] = {}
    for opinion in market.opinions:
        for item in opinion.propositions:
            if item.outcome is Outcome.ACCEPTED and stands(market, item):
                accepted.setdefault((item.lot, str(item.figure)), []).append(item)
    former = [(item, item.replaced) for item in map(_first, accepted.values())]
    return _with_figures(market, former, said=False)


def _first(items: list[Proposition]) -> Proposition:
    """Of figures accepted one over the other, the one that stood over none of them."""
    later = [proposed_figure(item.figure, item.after) for item in items]
    return next(
        (item for item in items if item.replaced is None or proposed_figure(item.figure, item.replaced) not in later),
        items[0],
    )


def _with_figures(market: Market, figures: Iterable[tuple[Proposition, str | None]], *, said: bool = True) -> Market:
    """`said`: each figure comes with the reason it was proposed for."""
    data = market_data(market)
    for item, text in figures:
        owner = _owner(data, item)
        key = str(item.figure)
        owner.pop(key, None)
        owner.setdefault("motifs", {}).pop(key, None)
        if text is not None:
            owner[key] = text
        if text is not None and said:
            owner["motifs"][key] = {"motif": item.reason, "par": str(Role.FACILITATOR)}
    return read_market(data)


def _owner(data: dict[str, Any], item: Proposition) -> dict[str, Any]:
    """The calibrage that holds the figure."""
    place: dict[str, Any] = data["lots"][item.lot - 1] if item.lot else data
    figures: dict[str, Any] = place.setdefault("calibrage", {})
    return figures


def _typed(market: Market, item: Proposition) -> str | None:
    """The figure that a person had typed there; None when our tables gave it."""
    value = getattr((market.lots[item.lot - 1] if item.lot else market).overrides, FIELDS[str(item.figure)])
    return None if value is None else figure_text(value)


def receive(mine: Market, theirs: Market) -> Market:
    """Mine, with the opinions of theirs that it does not hold yet. No other fact of theirs is taken."""
    new = [item for item in theirs.opinions if not any(same_opinion(item, held) for held in mine.opinions)]
    return mine.model_copy(update={"opinions": (*mine.opinions, *new)}) if new else mine


def same_opinion(one: Opinion, other: Opinion) -> bool:
    """Whether both are the same opinion, whatever was answered since."""
    return _as_given(one) == _as_given(other)


def _as_given(opinion: Opinion) -> Opinion:
    bare = {"outcome": Outcome.PENDING, "outcome_reason": None, "replaced": None}
    items = tuple(item.model_copy(update=bare) for item in opinion.propositions)
    return opinion.model_copy(update={"propositions": items})


def accept(market: Market, place: int, answers: Mapping[int, Answer]) -> Market:
    """The market once the buyer answered: `place` is the opinion's in `market.opinions`, keys are its propositions'.

    An accepted figure becomes the market's own, with the reason and the role of who proposed it; a refused one
    stays in the opinion only. What is already answered stays. Raises RefusedError for a lot that is gone.
    """
    opinion = market.opinions[place]
    items = list(opinion.propositions)
    taken: list[tuple[Proposition, str | None]] = []
    for index, answer in answers.items():
        item = items[index]
        if item.outcome is not Outcome.PENDING or answer.outcome is Outcome.PENDING:
            continue
        if answer.outcome is Outcome.ACCEPTED:
            if not stands(market, item):
                where = f"le lot n° {item.lot}" if item.lot else "le marché sans lots"
                raise RefusedError(
                    f"ce chiffre était proposé pour {where}, qui n'existe plus : refusez-le ou remettez ce lot"
                )
            taken.append((item, item.after))
            item = item.model_copy(update={"replaced": _typed(market, item)})
        items[index] = item.model_copy(update={"outcome": answer.outcome, "outcome_reason": answer.reason or None})
    done = opinion.model_copy(update={"propositions": tuple(items)})
    opinions = (*market.opinions[:place], done, *market.opinions[place + 1 :])
    return _with_figures(market.model_copy(update={"opinions": opinions}), taken)
