"""The clauses of the second page: each kept one with why it is there, what can be changed and what could replace it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drafter import french
from drafter.dated import Number, Unit
from drafter.decisions import WEIGHT
from drafter.library.clause import Clause
from drafter.library.terms import Basis, ClauseType
from drafter.pipeline import Result
from drafter.proposal import ARTICLE, SOCIAL, Proposal, SetAside
from drafter.web.law import lots_label
from drafter.web.market_form import typed_text
from drafter.web.seen import Seen

TYPES = {
    ClauseType.EXECUTION: "Condition d'exécution",
    ClauseType.SPECIFICATION: "Spécification technique",
    ClauseType.CRITERION: "Critère d'attribution",
    ClauseType.PROGRESS: "Engagement de progrès",
}
BASES = {
    Basis.LAW: "imposé par un texte",
    Basis.GUIDE: "tiré d'un guide",
    Basis.TEAM: "",  # our own proposal, as the page says once
}
UNITS = {
    Unit.EUROS: "€ HT",
    Unit.HOURLY: "€/h",
    Unit.HOURS: "heures",
    Unit.MONTHS: "mois",
    Unit.DAYS: "jours",
    Unit.RATE: "%",
    Unit.NUMBER: "",
}
MOST_SWAPS = 3
"""Other choices shown beside a clause; the list of clauses holds them all."""


@dataclass(frozen=True)
class ParameterField:
    key: str
    label: str
    unit: str
    shown: str
    bounds: str
    basis: str
    note: str
    changed: bool


@dataclass(frozen=True)
class Swap:
    """Another clause that could stand in the place of a kept one, and why it was not proposed."""

    id: str
    title: str
    reason: str


@dataclass(frozen=True)
class Card:
    """One clause: kept or set aside, with everything that lets one decide."""

    clause: Clause
    kind: str
    pieces: str
    level: str
    lots: str
    reasons: tuple[str, ...]
    kept: bool
    proposed: bool
    parameters: tuple[ParameterField, ...]
    penalties: tuple[tuple[str, tuple[str, ...]], ...]
    """Each penalty with the breaches it sanctions."""
    duties: tuple[str, ...]
    seen: str
    swaps: tuple[Swap, ...] = ()

    @property
    def name(self) -> str:
        return f"c--{self.clause.id}"

    @property
    def against(self) -> bool:
        """The choice differs from the proposal."""
        return self.kept is not self.proposed

    @property
    def changed(self) -> bool:
        """A figure of the clause is the person's: its fields must stay on the page, or the choice would be lost."""
        return any(parameter.changed for parameter in self.parameters)


def kept_cards(result: Result) -> Iterator[Card]:
    proposed = result.proposed.ids()
    groups: dict[str, list[Proposal]] = {}
    for item in result.selection.kept:
        groups.setdefault(item.clause.id, []).append(item)
    for identifier, items in groups.items():
        first = items[0]
        reasons = tuple(dict.fromkeys(_named(reason, result) for item in items for reason in item.reasons))
        parameters = tuple(_parameters(first, result))
        base = {parameter.key: text for parameter, text in zip(parameters, _bases(first, result), strict=True)}
        numbers = sorted({number for item in items for number in item.lots})
        yield _card(
            first.clause,
            result,
            level=first.level.label,
            lots=lots_label(numbers),
            reasons=reasons,
            kept=True,
            proposed=identifier in proposed,
            parameters=parameters,
            seen=Seen(identifier in proposed, base).dump(),
            swaps=tuple(_swaps(items, result)),
        )


def _named(reason: str, result: Result) -> str:
    """« Répond à CR-02 (L2111-2) » with the name of the duty, as the page shows it."""
    for found in result.duties:
        reason = reason.replace(f"{found.id} (", f"« {found.duty.title} » (")
    return reason


def other_cards(result: Result) -> Iterator[Card]:
    proposed = result.proposed.ids()
    done = set(result.selection.ids())
    cards: list[Card] = []
    for item in result.selection.dropped:
        if item.clause.id in done or not item.fits:
            continue
        done.add(item.clause.id)
        cards.append(
            _card(
                item.clause,
                result,
                level=" ou ".join(level.label.lower() for level in item.clause.levels[:1]),
                lots="",
                reasons=item.reasons,
                kept=False,
                proposed=item.clause.id in proposed,
                parameters=(),
                seen=Seen(item.clause.id in proposed).dump(),
            )
        )
    yield from sorted(cards, key=lambda card: not card.proposed)  # what the person withdrew comes first


def unfit_clauses(result: Result) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for item in result.selection.dropped:
        if not item.fits:
            found.setdefault(" ".join(item.reasons), []).append(item.clause.title)
    return tuple((reason, tuple(titles)) for reason, titles in found.items())


def _swaps(items: list[Proposal], result: Result) -> Iterator[Swap]:
    """Clauses set aside that do the same work: another social condition, another clause on the same stake."""
    clause, kept = items[0].clause, set(result.selection.ids())
    segments = {item.segment for item in items}
    others = [
        other
        for other in result.selection.dropped
        if other.fits and other.clause.id not in kept and _same_work(clause, other, segments)
    ]
    for other in sorted(others, key=lambda item: (_above(item), not item.clause.segments))[:MOST_SWAPS]:
        yield Swap(other.clause.id, other.clause.title, " ".join(other.reasons))


def _same_work(clause: Clause, other: SetAside, segments: set[str]) -> bool:
    mine, its = clause.family in SOCIAL, other.clause.family in SOCIAL
    if clause.type is not other.clause.type or mine is not its or ARTICLE in (clause.theme, other.clause.theme):
        return False
    if other.clause.segments and not segments.intersection(other.clause.segments):
        return False
    return mine or clause.type is ClauseType.CRITERION or clause.stake is other.clause.stake


def _above(other: SetAside) -> bool:
    """Written for a higher ambition than the market's: offered last."""
    return not any(reason.startswith("Autre") for reason in other.reasons)


def _card(clause: Clause, result: Result, **known: object) -> Card:
    penalties: dict[str, list[str]] = {}
    for use in clause.penalties:
        if use.code in result.library.penalties:
            penalties.setdefault(result.library.penalties[use.code].title, []).append(use.breach)
    duties = tuple(
        f"{found.duty.title} ({found.duty.article})"
        for found in result.duties
        if found.binds and found.id in clause.satisfies
    )
    pieces = french.joined([str(piece) for piece in clause.texts])
    return Card(
        clause=clause,
        kind=TYPES[clause.type],
        pieces=pieces,
        penalties=tuple((title, tuple(breaches)) for title, breaches in penalties.items()),
        duties=duties,
        **known,  # type: ignore[arg-type]
    )


def _parameters(item: Proposal, result: Result) -> Iterator[ParameterField]:
    for key, parameter in item.clause.parameters.items():
        low = typed_text(parameter.low) if parameter.low is not None else ""
        high = typed_text(parameter.high) if parameter.high is not None else ""
        yield ParameterField(
            key,
            parameter.label,
            UNITS[parameter.unit],
            typed_text(item.values[key]),
            _bounds(low, high),
            BASES[parameter.basis],
            parameter.note or "",
            key in item.changed,
        )
    if item.clause.criterion is not None:
        weight = item.values.get(WEIGHT, Number(item.clause.criterion.weight))
        yield ParameterField(
            WEIGHT,
            "Poids du critère dans la note finale",
            "%",
            typed_text(weight),
            "5 à 60",
            BASES[Basis.TEAM],
            "",
            WEIGHT in item.changed,
        )


def _bounds(low: str, high: str) -> str:
    if low and high:
        return f"{low} à {high}"
    return f"{low} au moins" if low else f"{high} au plus" if high else ""


def _bases(item: Proposal, result: Result) -> Iterator[str]:
    """The proposed value of each parameter, the person's changes aside."""
    lots = result.understanding.lots
    concerned = [lot for lot in lots if (lot.lot or 0) in item.lots] or list(lots)
    nature = concerned[0].scope.nature
    for parameter in item.clause.parameters.values():
        yield typed_text(parameter.value(item.level, nature))
    if item.clause.criterion is not None:
        yield str(item.clause.criterion.weight)


__all__ = ["TYPES", "Card", "ParameterField", "Swap", "kept_cards", "other_cards", "unfit_clauses"]
