"""By what a piece is judged: the duties of a market, or those of any market launched on a day.

Everything a check-up needs of the library and the pipeline, small enough to be handed to a child process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from drafter import french
from drafter.dated import Source, Status
from drafter.library.models import CcagModel
from drafter.library.pieces import PieceWords
from drafter.library.warnings import Warnings
from drafter.values import Euros, Hours

if TYPE_CHECKING:  # a child process that reads a piece pays for none of these
    from drafter.duties import FoundDuty
    from drafter.library import Library
    from drafter.library.models import Duty
    from drafter.pipeline import Result

_THRESHOLDS, _DISPENSE, _SMIC = "seuils.europeen.", "seuils.dispense.", "smic.horaire"


@dataclass(frozen=True, slots=True)
class Expected:
    """A duty that binds, or may: the subject that answers it and the pieces to look in (`ExpectedSubject`)."""

    id: str
    title: str
    article: str
    subject: str
    pieces: tuple[str, ...]
    absent: bool
    sure: bool
    reason: str
    source: str
    link: str
    status: Status


@dataclass(frozen=True, slots=True)
class OldFigure:
    """A dated value that held once and holds no more: `kind` is seuil, dispense or smic; `now` what replaces it."""

    kind: str
    value: Fraction
    label: str
    until: date
    now: str
    source: Source
    status: Status


@dataclass(frozen=True, slots=True)
class HoursBounds:
    """Insertion hours of the calibrage, the whole market together."""

    low: Hours
    advised: Hours
    high: Hours


@dataclass(frozen=True, slots=True)
class Criteria:
    basis: str
    library: str
    words: PieceWords
    warnings: Warnings
    ccags: tuple[CcagModel, ...]
    expected: tuple[Expected, ...]
    old_figures: tuple[OldFigure, ...]
    smic: Fraction | None = None
    penalty_times: Fraction | None = None
    """Times the hourly SMIC above which a penalty per hour is told."""
    penalty_part: Fraction | None = None
    ccag: str = ""
    """The CCAG of the market (`CCAG-FCS`), empty without a market."""
    hours: HoursBounds | None = None
    amount: Euros | None = None


def for_market(result: Result) -> Criteria:
    """The duties, hours and CCAG of a market, at its launch date."""
    library, on, total = result.library, result.on, result.calibration.total
    duties = tuple(_found(library, found) for found in result.duties if found.binds)
    ccag = library.ccags.get(result.understanding.ccag)
    return _criteria(
        library,
        on,
        f"obligations du marché « {result.market.object} », lancé le {french.day(on)}",
        tuple(item for items in duties for item in items),
        ccag=ccag.acronym if ccag and ccag.acronym.startswith("CCAG-") else "",
        hours=HoursBounds(total.low, total.advised, total.high),
        amount=result.market.total,
    )


def for_date(library: Library, on: date) -> Criteria:
    """The duties of any market launched on that day: those with a threshold are told as conditions."""
    duties = (_general(library, duty, on) for duty in library.duties.values() if _binds(duty, on))
    return _criteria(
        library,
        on,
        f"obligations générales d'un marché public lancé le {french.day(on)} (aucun marché n'est décrit : ni montant, "
        "ni nature, ni volume d'heures ne sont connus)",
        tuple(item for items in duties for item in items),
    )


def _criteria(
    library: Library,
    on: date,
    basis: str,
    expected: tuple[Expected, ...],
    *,
    ccag: str = "",
    hours: HoursBounds | None = None,
    amount: Euros | None = None,
) -> Criteria:
    smic, times, part = (
        library.value(name, on) if name in library.parameters else None
        for name in (_SMIC, "avertissements.penalite-smic-max", "avertissements.penalites-part-max")
    )
    return Criteria(
        basis,
        library.info.version,
        library.piece_words,
        library.warnings,
        tuple(library.ccags.values()),
        expected,
        tuple(_old_figures(library, on)),
        smic.value if smic else None,
        times.value if times else None,
        part.value if part else None,
        ccag,
        hours,
        amount,
    )


def _found(library: Library, found: FoundDuty) -> list[Expected]:
    from drafter.duties import DutyStatus

    return _expected(library, found.duty, found.status is DutyStatus.DUE, found.reason, found.certainty)


def _general(library: Library, duty: Duty, on: date) -> list[Expected]:
    since = f"Dû depuis le {french.day(duty.start)} pour les consultations lancées à compter de cette date."
    if not duty.european_threshold:
        return _expected(library, duty, True, since, duty.status)
    shown = [
        f"{french.euros(entry.value)} ({library.parameters[row.parameter].label.partition(', ')[2]})"
        for row in library.thresholds
        if row.contract is duty.contract and (entry := library.entry(row.parameter, on)) is not None
    ]
    limits = f" : {' ; '.join(dict.fromkeys(shown))}" if shown else ""
    reason = f"{since} Seulement quand la valeur estimée atteint le seuil européen{limits}."
    return _expected(library, duty, False, reason, duty.status)


def _binds(duty: Duty, on: date) -> bool:
    from drafter.vocabulary import ContractKind

    return duty.contract in (None, ContractKind.MARKET) and duty.start <= on and (duty.end is None or on <= duty.end)


def _expected(library: Library, duty: Duty, sure: bool, reason: str, status: Status) -> list[Expected]:
    return [
        Expected(
            duty.id,
            duty.title,
            duty.article,
            item.subject,
            item.pieces,
            item.absent,
            sure,
            reason,
            f"Code de la commande publique, {duty.article}",
            duty.link or duty.source.link or "",
            status,
        )
        for item in library.piece_words.expected
        if item.duty == duty.id
    ]


def _old_figures(library: Library, on: date) -> Iterator[OldFigure]:
    """Values of other years that no parameter of the same kind has on that day."""
    for prefix, kind in ((_THRESHOLDS, "seuil"), (_DISPENSE, "dispense"), (_SMIC, "smic")):
        parameters = [item for name, item in library.parameters.items() if name.startswith(prefix)]
        current = {item.id: entry for item in parameters if (entry := library.entry(item.id, on)) is not None}
        held = {entry.value.value for entry in current.values()}
        for item in parameters:
            entry = current.get(item.id)
            for past in item.values:
                if entry is None or past.end is None or past.end >= on or past.value.value in held:
                    continue
                now = french.show(entry.value)
                yield OldFigure(kind, past.value.value, item.label, past.end, now, entry.source, entry.status)
