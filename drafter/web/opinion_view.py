"""What the two pages of an opinion show: the facilitateur's, then the buyer's. Templates only print it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from drafter import french
from drafter.calibration import Calibration, LotCalibration, calibrate
from drafter.draft.blocks import Block, Document
from drafter.draft.opinions import no_clause_words, shown_figure, where
from drafter.exchange import Difference, as_proposed, as_read, differences, figures_used, proposed_figure, stands
from drafter.library.clause import Clause
from drafter.library.terms import Family
from drafter.market import Market, Opinion, Proposition
from drafter.pipeline import Result
from drafter.understanding import understand
from drafter.values import Hours
from drafter.vocabulary import OpinionSense, Outcome, ProposedFigure
from drafter.web.calibration_view import LABELS, StepRow, calibration_page
from drafter.web.choices import Checked
from drafter.web.fields import Fields
from drafter.web.opinion_form import FIGURE, REMARK, figure_name

MOST_OPEN = 3
"""Lots that a page opens at once: beyond, one at a time, so that it stays light."""


# --- the facilitateur ----------------------------------------------------------------------------


@dataclass(frozen=True)
class FigureField:
    """One figure that may be proposed. `used` is what the calculation takes today, empty when it takes none."""

    name: str
    label: str
    unit: str
    used: str


@dataclass(frozen=True)
class LotPart:
    lot: LotCalibration
    title: str
    number: int
    opened: bool
    rows: tuple[tuple[StepRow, FigureField | None], ...]
    others: tuple[FigureField, ...]
    others_opened: bool
    trial: Hours
    """Advised hours with the figures being proposed."""
    moved: bool


@dataclass(frozen=True)
class ClauseText:
    clause: Clause
    name: str
    documents: tuple[tuple[str, Document], ...]
    """The title of each piece it writes into, and what it writes there."""


@dataclass(frozen=True)
class OpinionPage:
    result: Result
    fields: Fields
    facts: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    duties: tuple[tuple[str, str, str], ...]
    lots: tuple[LotPart, ...]
    clauses: tuple[ClauseText, ...]
    hidden: dict[str, str]
    """What was typed for the lots that are not open."""
    trial_total: Hours
    moved: bool


def opinion_page(result: Result, trial: Market, fields: Fields, wanted: int) -> OpinionPage:
    """The page; past a few lots, the one of that number is open, with those at fault."""
    tried = hours_of(trial, result)
    lots = tuple(_lots(result, tried, fields, wanted))
    closed = tuple(f"{FIGURE}{part.number}--" for part in lots if not part.opened)
    hidden = {name: found[0] for name, found in fields.values.items() if name.startswith(closed) and found and found[0]}
    return OpinionPage(
        result,
        fields,
        tuple(_first_facts(result)),
        tuple(_other_facts(result)),
        tuple(_duties(result)),
        lots,
        tuple(_clauses(result)),
        hidden if closed else {},
        tried.total.advised,
        tried.total.advised != result.calibration.total.advised or any(part.moved for part in lots),
    )


def hours_of(market: Market, result: Result) -> Calibration:
    return calibrate(understand(market, result.library), result.library, result.on)


def _first_facts(result: Result) -> Iterator[tuple[str, str]]:
    """The four that the step « montage du dossier » transmits."""
    market = result.market
    segments = french.joined([result.library.segments[code].label for code in result.understanding.segments])
    yield "Nature de l'achat", f"{market.nature.label} : {market.object} ({segments})"
    yield "Montant HT", french.euros(market.total)
    yield "Durée", french.months(market.duration)
    yield "Technicité", french.joined(list(dict.fromkeys(each.technicity.label for each in market.scopes)))


def _other_facts(result: Result) -> Iterator[tuple[str, str]]:
    market, scope = result.market, result.understanding.main.scope
    yield "Lancement de la consultation", french.day(market.launch_date)
    if scope.execution_start != market.launch_date:
        yield "Début d'exécution", french.day(scope.execution_start)
    if market.buyer_name or market.buyer:
        yield "Acheteur", market.buyer_name or (market.buyer.label if market.buyer else "")
    yield "Forme", scope.form.label
    if market.procedure:
        yield "Procédure", market.procedure.label
    if scope.department:
        yield "Département", scope.department
    flags = sorted({flag.label for each in market.scopes for flag in each.flags})
    if flags:
        yield "Déclaré par l'acheteur", " ; ".join(flags)
    for each in market.scopes:
        if each.lot is not None:
            amount = f"{french.euros(each.amount)} HT" if each.amount else "montant à préciser"
            yield f"Lot n° {each.lot}", f"{each.title}, {amount}, {french.months(each.duration)}"


def _duties(result: Result) -> Iterator[tuple[str, str, str]]:
    for found in result.duties:
        if found.binds:
            yield found.duty.title, found.duty.article, found.status.label
    for sectoral in result.sector_duties:
        if sectoral.binds:
            yield sectoral.duty.title, sectoral.duty.article, sectoral.status.label


def _lots(result: Result, tried: Calibration, fields: Fields, wanted: int) -> Iterator[LotPart]:
    calibrations = result.calibration.lots
    numbers = [lot.lot or 0 for lot in calibrations]
    first = next((lot.lot or 0 for lot in calibrations if lot.has_clause), numbers[0])
    shown = set(numbers) if len(numbers) <= MOST_OPEN else {wanted if wanted in numbers else first}
    for place, (lot, understood) in enumerate(zip(calibrations, result.understanding.lots, strict=True)):
        number = lot.lot or 0
        opened = number in shown or fields.any_error(f"{FIGURE}{number}--")
        used = figures_used(lot, understood, result.library, result.on)
        named = {
            str(figure): FigureField(
                figure_name(lot.lot, figure), *LABELS[str(figure)], used=shown_figure(figure, used.get(figure))
            )
            for figure in ProposedFigure
        }
        rows = _rows(result, number) if opened else ()
        keys = {row.key for row in rows}
        others = tuple(field for key, field in named.items() if key not in keys) if opened else ()
        after = tried.lots[place]
        yield LotPart(
            lot,
            understood.scope.title if lot.lot else "Heures d’insertion",
            number,
            opened,
            tuple((row, _beside(row, named.get(row.key), used)) for row in rows),
            others,
            any(fields.any_error(field.name) or fields.any_text(field.name) for field in others),
            after.hours.advised,
            (after.hours, after.decision) != (lot.hours, lot.decision),
        )


def _beside(row: StepRow, field: FigureField | None, used: Mapping[ProposedFigure, object]) -> FigureField | None:
    """The field of a step; when factors move the figure of the tables, it says so."""
    if field is None or row.key not in (ProposedFigure.HOURLY_COST, ProposedFigure.EFFORT):
        return field
    moved = used.get(ProposedFigure(row.key)) != row.step.value
    return replace(field, used=f"{field.used}, facteurs compris") if moved else field


def _rows(result: Result, number: int) -> tuple[StepRow, ...]:
    return calibration_page(Checked(result.market, result, Fields()), number).open.rows


def _clauses(result: Result) -> Iterator[ClauseText]:
    """The social clauses, each with what it writes in each piece."""
    seen: set[str] = set()
    for item in result.selection.kept:
        clause = item.clause
        if clause.id in seen or clause.family not in (Family.INSERTION, Family.SOCIAL):
            continue
        seen.add(clause.id)
        found = [
            (piece.title, replace(piece, piece=f"{piece.piece}-{len(seen)}", blocks=blocks))
            for piece in result.documents.values()
            if (blocks := _written(piece, clause))
        ]
        yield ClauseText(clause, f"{REMARK}{clause.id}", tuple(found))


def _written(piece: Document, clause: Clause) -> tuple[Block, ...]:
    return tuple(block for block in piece.blocks if block.origin == clause.id)


# --- the buyer -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProposalRow:
    item: Proposition
    name: str
    where: str
    label: str
    read: str
    """What the facilitateur had under the eyes."""
    now: str
    proposed: str
    moved: bool
    """The figure is no longer the one that was read."""
    stands: bool
    effect: str


@dataclass(frozen=True)
class ReceivedOpinion:
    opinion: Opinion
    place: int
    rows: tuple[ProposalRow, ...]
    remarks: tuple[tuple[str, str], ...]
    all_hours: str
    """Hours of the whole market if every figure still waiting were accepted; empty when none waits."""
    consequence: str
    withdrawable: tuple[Clause, ...]
    """Clauses of hours that an opinion against a clause lets the buyer withdraw, with its reason."""


@dataclass(frozen=True)
class ReceivedPage:
    result: Result
    opinions: tuple[ReceivedOpinion, ...]
    moved: tuple[Difference, ...]
    """Facts that are not the same in the buyer's market and in the one that was read."""

    @property
    def waiting(self) -> int:
        return sum(row.item.outcome is Outcome.PENDING for found in self.opinions for row in found.rows)


def received_page(result: Result, theirs: Market | None) -> ReceivedPage:
    """`theirs` is the market as the facilitateur read it, when it is known."""
    opinions = tuple(_received(result, place, opinion) for place, opinion in enumerate(result.market.opinions))
    moved: tuple[Difference, ...] = ()
    if theirs is not None:
        # what was accepted from an opinion is no surprise to who gave it
        mine, read = (as_read(market).model_copy(update={"opinions": ()}) for market in (result.market, theirs))
        moved = differences(mine, read, result.library)
    opinions = tuple(sorted(opinions, key=lambda found: not _waits(found)))
    return ReceivedPage(result, opinions, moved)


def _waits(found: ReceivedOpinion) -> bool:
    return found.opinion.pending or bool(found.withdrawable)


def _effects(result: Result, opinion: Opinion) -> dict[int, str]:
    """What each figure still waiting would do to the hours of its lot, alone, by its place in the opinion.

    Lots do not bear on one another, unless the operation has a target: one figure of each lot is tried at once.
    """
    rounds: list[list[tuple[int, Proposition]]] = []
    for index, item in enumerate(opinion.propositions):
        if item.outcome is Outcome.PENDING and stands(result.market, item):
            alone = result.market.overrides.target is not None
            free = (each for each in rounds if not alone and all(other.lot != item.lot for _, other in each))
            found = next(free, None)
            if found is None:
                rounds.append(found := [])
            found.append((index, item))
    now = {lot.lot: lot for lot in result.calibration.lots}
    effects: dict[int, str] = {}
    for tried in rounds:
        after = {lot.lot: lot for lot in hours_of(as_proposed(result.market, [item for _, item in tried]), result).lots}
        effects |= {index: _effect(now[item.lot], after[item.lot]) for index, item in tried}
    return effects


def _received(result: Result, place: int, opinion: Opinion) -> ReceivedOpinion:
    titles = result.library.clauses
    waiting = [item for item in opinion.propositions if item.outcome is Outcome.PENDING]
    effects = _effects(result, opinion)
    against = opinion.sense is OpinionSense.NO_CLAUSE
    insertion = {
        item.clause.id: item.clause for item in result.selection.kept if item.clause.family is Family.INSERTION
    }
    return ReceivedOpinion(
        opinion,
        place,
        tuple(
            _row(result, place, index, item, effects.get(index, "")) for index, item in enumerate(opinion.propositions)
        ),
        tuple(
            (titles[item.clause].title if item.clause in titles else item.clause, item.text) for item in opinion.remarks
        ),
        _total(hours_of(as_proposed(result.market, waiting), result), result) if waiting else "",
        no_clause_words(result.duties) if against else "",
        tuple(insertion.values()) if against else (),
    )


def _row(result: Result, place: int, index: int, item: Proposition, effect: str) -> ProposalRow:
    now = None
    for lot, understood in zip(result.calibration.lots, result.understanding.lots, strict=True):
        if lot.lot == item.lot:
            now = figures_used(lot, understood, result.library, result.on).get(item.figure)
    read = proposed_figure(item.figure, item.before) if item.before else None
    shown = shown_figure(item.figure, now) or "non renseigné"
    before = shown_figure(item.figure, read) or "non renseigné"
    return ProposalRow(
        item,
        f"suite--{place}--{index}",
        where(item),
        item.figure.label,
        before,
        shown,
        shown_figure(item.figure, proposed_figure(item.figure, item.after)),
        item.outcome is Outcome.PENDING and shown != before,
        stands(result.market, item),
        effect,
    )


def _effect(before: LotCalibration, after: LotCalibration) -> str:
    hours = [french.number(lot.hours.advised.value if lot.has_clause else 0) for lot in (before, after)]
    return f"{hours[0]} h, inchangées" if hours[0] == hours[1] else f"{hours[0]} h → {hours[1]} h"


def _total(tried: Calibration, result: Result) -> str:
    now = french.hours(result.calibration.total.advised)
    return f"{now} aujourd'hui, {french.hours(tried.total.advised)} si tout est accepté"
