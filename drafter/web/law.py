"""What the law imposes on one market, line by line, as the second page and the page to print show it.

General and sector duties become the same `LawLine`; reservations are gathered by kind, so that a market of
many lots does not repeat itself. Templates only print this.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from drafter import french
from drafter.alerts import satisfied_by
from drafter.conditions import mentions
from drafter.dated import Source, Status
from drafter.duties import DutyStatus, FoundDuty, Readings
from drafter.facts import KINDS
from drafter.library.models import Exemption, Reservation
from drafter.pipeline import Result
from drafter.reservations import ReservationStatus
from drafter.sector import SEGMENT_QUESTION, FoundFigure, FoundSectorDuty
from drafter.vocabulary import ContractKind, ThresholdBasis
from drafter.web.lot_groups import GROUP
from drafter.web.market_form import FLAGS, MARKET_FIELDS

_FIELDS = {
    "au_dessus_seuil_europeen": "acheteur",
    "dispense": "montant_ht",
    "montant_total_ht": "montant_ht",
    "niveau": "ambition",
    "metier": "segment",
    "lot_reserve": FLAGS,
    "drapeaux": FLAGS,
}
"""Facts that another field of the first page settles."""

_KEY = re.compile(r" \((\w+)\)(?=\s?\?$)")


@dataclass(frozen=True)
class Ask:
    """A question, and the field of the first page that answers it: empty when none does."""

    text: str
    field: str = ""


@dataclass(frozen=True)
class Todo:
    """What follows for a piece of the file; empty when it is to be checked outside the pieces."""

    piece: str
    text: str


@dataclass(frozen=True)
class LawLine:
    """One duty applied to this market."""

    id: str
    title: str
    text: str
    article: str
    law: str
    link: str
    status: DutyStatus
    since: date | None
    certainty: Status
    source: Source
    why: str
    remarks: tuple[str, ...] = ()
    lots: str = ""
    """For which lots, when the answer is not the same for all."""
    readings: Readings | None = None
    answers: tuple[str, ...] = ()
    """Titles of the kept clauses that answer the duty."""
    could_answer: tuple[str, ...] = ()
    """Titles of clauses of the library that would, when none is kept."""
    expects_answer: bool = False
    todo: tuple[Todo, ...] = ()
    figures: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    declaration: str = ""
    questions: tuple[Ask, ...] = ()
    exemptions: tuple[tuple[Exemption, str, bool], ...] = ()
    """Open exemptions, each with its article for this contract, and whether the facts establish it."""
    exemption_reason: str = ""

    @property
    def name(self) -> str:
        return f"o--{self.id}"

    @property
    def by_lot(self) -> tuple[tuple[str, DutyStatus], ...]:
        """The reading lot by lot: a hundred lots with two answers make two lines."""
        groups: dict[DutyStatus, list[int]] = {}
        for number, status in self.readings.lots.items() if self.readings else ():
            groups.setdefault(status, []).append(number)
        return tuple((lots_label(numbers), status) for status, numbers in groups.items())

    @property
    def said(self) -> bool:
        """Whether the reason already gives the day the duty began."""
        return self.why.startswith("Depuis le")


@dataclass(frozen=True)
class NotDue:
    id: str
    title: str
    article: str
    reason: str


@dataclass(frozen=True)
class ReservationLine:
    """One kind of reservation, with what is found of the lots."""

    reservation: Reservation
    found: tuple[tuple[str, str, str], ...]
    """What is found, the reason unless it is the condition itself, the lots (empty for a market without lots)."""
    open: bool
    """Not excluded for every lot."""


@dataclass(frozen=True)
class LotLaw:
    """What binds some lots and not the whole market; `title` when it is one lot."""

    lots: tuple[int, ...]
    title: str
    due: tuple[LawLine, ...]
    unsure: tuple[LawLine, ...]

    @property
    def label(self) -> str:
        label = lots_label(self.lots).capitalize()
        return (self.title if self.title.lower().startswith("lot") else f"{label} : {self.title}") or label


@dataclass(frozen=True)
class Law:
    general: tuple[LawLine, ...]
    due: tuple[LawLine, ...]
    unsure: tuple[LawLine, ...]
    waiting: tuple[LawLine, ...]
    """Sector duties that only wait for the segment of the purchase."""
    off_object: tuple[NotDue, ...]
    """Sector duties whose object the purchase is foreign to: the reason is that object."""
    not_due: tuple[NotDue, ...]
    reservations: tuple[ReservationLine, ...]
    thresholds: tuple[str, ...]
    lots: tuple[LotLaw, ...]
    common: tuple[LawLine, ...]
    """Lines that bind the market whatever the lot, or every lot alike."""

    @property
    def briefs(self) -> tuple[LotLaw, ...]:
        """Lot by lot; past a group of lots, those that the same texts bind are said together."""
        if len(self.lots) <= GROUP:
            return self.lots
        groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[LotLaw]] = {}
        for lot in self.lots:
            key = tuple(line.id for line in lot.due), tuple(line.id for line in lot.unsure)
            groups.setdefault(key, []).append(lot)
        return tuple(
            replace(alike[0], lots=tuple(lot.lots[0] for lot in alike), title="") if len(alike) > 1 else alike[0]
            for alike in groups.values()
        )

    @property
    def lines(self) -> tuple[LawLine, ...]:
        return (*self.general, *self.due, *self.unsure)

    @property
    def count(self) -> int:
        return sum(line.status is DutyStatus.DUE for line in self.lines)

    @property
    def supplies(self) -> tuple[str, ...]:
        """How to know the local supply, each way once."""
        return tuple(dict.fromkeys(item.reservation.supply for item in self.reservations if item.open))

    @property
    def effects(self) -> tuple[str, ...]:
        """What a reservation removes and leaves due, each once."""
        return tuple(
            dict.fromkeys(
                f"{item.reservation.removes} {item.reservation.remains}" for item in self.reservations if item.open
            )
        )

    @property
    def sources(self) -> tuple[tuple[str, str, date], ...]:
        """Each source once, with its address in full: what a printed page cannot link to."""
        found = [(line.source.title, line.source.link or "", line.source.read_on) for line in self.lines]
        found += [(line.law or line.article, line.link, line.source.read_on) for line in self.lines if line.link]
        found += [
            (item.reservation.source.title, item.reservation.source.link or "", item.reservation.source.read_on)
            for item in self.reservations
        ]
        by_link: dict[str, tuple[str, str, date]] = {}
        for source in found:
            by_link.setdefault(source[1] or source[0], source)
        return tuple(sorted(by_link.values()))


def law_of(result: Result) -> Law:
    general = [_general(found, result) for found in result.duties if found.status is not DutyStatus.NOT_DUE]
    bound = [(found, _sector(found, result)) for found in result.sector_duties if found.binds]
    waiting = {line.id for found, line in bound if set(found.questions) == {SEGMENT_QUESTION}}
    shown = [line for _, line in bound if line.id not in waiting]
    off = [found for found in result.sector_duties if not found.binds and found.reason == _foreign(found)]
    others: list[FoundDuty | FoundSectorDuty] = [found for found in result.duties if found.status is DutyStatus.NOT_DUE]
    others += [found for found in result.sector_duties if not found.binds and found not in off]
    return Law(
        general=tuple(sorted(general, key=lambda line: _ORDER.index(line.status))),
        due=tuple(line for line in shown if line.status is DutyStatus.DUE),
        unsure=tuple(line for line in shown if line.status is DutyStatus.UNSURE),
        waiting=tuple(line for _, line in bound if line.id in waiting),
        off_object=tuple(NotDue(item.id, item.duty.title, item.duty.article, item.duty.scope) for item in off),
        not_due=tuple(NotDue(item.id, item.duty.title, item.duty.article, item.reason) for item in others),
        reservations=tuple(_reservations(result)),
        thresholds=result.procedure.sources,
        lots=tuple(_lots(result, general, [(found, line) for found, line in bound if line in shown])),
        common=(
            *(line for line in general if not _by_lot(line, result)),
            *(line for found, line in bound if line in shown and _alike(found)),
        ),
    )


_ORDER = (DutyStatus.DUE, DutyStatus.UNSURE, DutyStatus.EXEMPTED)


# --- duties --------------------------------------------------------------------------------------


def _general(found: FoundDuty, result: Result) -> LawLine:
    duty = found.duty
    clauses = result.library.clauses
    binds = found.binds
    return LawLine(
        id=duty.id,
        title=duty.title,
        text=duty.text,
        article=duty.article,
        law="Code de la commande publique",
        link=duty.link or "",
        status=found.status,
        since=found.since,
        certainty=found.certainty,
        source=duty.source,
        why=found.reason,
        remarks=(duty.note,) if duty.note else (),
        readings=found.readings,
        answers=tuple(clauses[name].title for name in satisfied_by(found, result.selection)) if binds else (),
        expects_answer=binds and bool(duty.satisfied_by),
        todo=(Todo("", f"S'écrit dans : {duty.piece}."),) if duty.piece.strip(" —") else (),
        questions=asked(found.questions),
        exemptions=tuple(_exemption(name, found, result) for name in found.open_exemptions),
        exemption_reason=found.exemption_reason,
    )


def _exemption(name: str, found: FoundDuty, result: Result) -> tuple[Exemption, str, bool]:
    exemption = result.library.exemptions[name]
    concession = result.market.contract is ContractKind.CONCESSION
    article = (exemption.article_concession if concession else None) or exemption.article
    return exemption, article, name in found.acquired_exemptions


def _sector(found: FoundSectorDuty, result: Result) -> LawLine:
    duty = found.duty
    kept = {item.clause.id for item in result.selection.kept}
    clauses = result.library.clauses
    answers = tuple(clauses[name].title for name in duty.answers if name in kept)
    return LawLine(
        id=duty.id,
        title=duty.title,
        text=duty.text,
        article=duty.article,
        law=duty.law,
        link=duty.link or "",
        status=found.status,
        since=found.start,
        certainty=found.certainty,
        source=duty.source,
        why=found.reason,
        remarks=(*found.reserves, *((duty.note,) if duty.note else ())),
        lots=_which_lots(found),
        answers=answers,
        could_answer=() if answers else tuple(clauses[name].title for name in duty.answers),
        expects_answer=bool(duty.answers),
        todo=tuple(Todo(str(item.piece or ""), item.sentence) for item in duty.consequences),
        figures=(*map(_figure, found.figures), *(f"{line.label} : {line.text}" for line in found.agec)),
        later=(
            *(f"{french.day(item.start)} : {item.text}" for item in found.upcoming),
            *(f"{line.label} : {text}" for line in found.agec for text in line.later),
        ),
        declaration=(
            f"{duty.declaration.what}. Où : {duty.declaration.where}. Au plus tard : {duty.declaration.deadline}."
            + ("" if duty.declaration.status is Status.CERTAIN else f" Certitude : {duty.declaration.status.label}.")
            if duty.declaration
            else ""
        ),
        questions=asked(found.questions),
    )


def _figure(figure: FoundFigure) -> str:
    parts = [f"{figure.label} : {figure.text}"]
    if figure.loaded and figure.status is not Status.CERTAIN:
        parts.append(f" ({figure.status.label})")
    if figure.source:
        parts.append(f". Source : {figure.source}")
    if figure.next_text:
        parts.append(f". Ensuite : {figure.next_text}")
    text = "".join(parts)
    return f"{text}. {figure.note or ''}".rstrip()


def _foreign(found: FoundSectorDuty) -> str:
    return f"Ce texte porte sur {found.duty.scope} : l'achat n'en relève pas."


def _which_lots(found: FoundSectorDuty) -> str:
    """« lots 1 et 3 ; à préciser : lot 2 »: only when the lots differ."""
    if not found.by_lot:
        return ""
    groups: dict[DutyStatus, list[int]] = {}
    for number, status in found.by_lot.items():
        groups.setdefault(status, []).append(number)
    if _alike(found):
        return "tous les lots" if len(found.by_lot) > 1 else ""
    parts = [lots_label(groups[found.status])]
    if found.status is DutyStatus.DUE and DutyStatus.UNSURE in groups:
        parts.append(f"à préciser : {lots_label(groups[DutyStatus.UNSURE])}")
    return " ; ".join(parts)


def lots_label(numbers: Collection[int]) -> str:
    """« lot 2 », « lots 1 et 3 », « lots 1 à 4 », « lots 1 à 4, 7 et 9 »."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told: list[str] = []
    for run in runs:
        told += [f"{run[0]} à {run[-1]}"] if len(run) > 2 else map(str, run)
    return f"lot{'s' if len(numbers) > 1 else ''} {french.joined(told)}" if told else ""


# --- questions -----------------------------------------------------------------------------------


def asked(questions: Iterable[str]) -> tuple[Ask, ...]:
    return tuple(ask(question) for question in dict.fromkeys(questions))


def ask(question: str) -> Ask:
    """The question without the key of the market file it may name, and the field that answers it."""
    named = _KEY.search(question)
    if named and named[1] in MARKET_FIELDS:
        return Ask(_KEY.sub("", question), named[1])
    if lot := re.search(r"hors taxes du lot (\d+) ?\?$", question):
        return Ask(question, f"lots-{int(lot[1]) - 1}-montant_ht")
    if "montant hors taxes de chaque lot" in question:
        return Ask(question, "lots-0-montant_ht")
    for name, kind in KINDS.items():
        if kind.question == question:
            field = name if name in MARKET_FIELDS else _FIELDS.get(name, "")
            return Ask(question, field)
    return Ask(question)


# --- lots and reservations -----------------------------------------------------------------------


def _lots(result: Result, general: list[LawLine], bound: list[tuple[FoundSectorDuty, LawLine]]) -> Iterator[LotLaw]:
    for understood in result.understanding.lots:
        number = understood.lot
        if number is None:
            continue
        found = [(line, line.readings.lots[number]) for line in general if line.readings and _by_lot(line, result)]
        found += [(line, item.by_lot[number]) for item, line in bound if item.by_lot and not _alike(item)]
        yield LotLaw(
            (number,),
            understood.scope.title,
            tuple(line for line, status in found if status is DutyStatus.DUE),
            tuple(line for line, status in found if status is DutyStatus.UNSURE),
        )


def _alike(found: FoundSectorDuty) -> bool:
    """The answer is the same for every lot, or there are none."""
    return not found.by_lot or len(set(found.by_lot.values())) == 1


def _by_lot(line: LawLine, result: Result) -> bool:
    """The person chose to compare each lot with the threshold: the duty then binds some lots, not the market."""
    return line.readings is not None and result.market.threshold_basis is ThresholdBasis.LOT


def _reservations(result: Result) -> Iterator[ReservationLine]:
    """Those of this kind of contract; the reasons leave out what the line says of all lots."""
    groups: dict[str, dict[tuple[ReservationStatus, str], list[int]]] = {}
    for item in result.reservations:
        reservation = item.reservation
        contracts = mentions(reservation.applies_when, "contrat")
        if contracts and str(result.market.contract) not in contracts:
            continue
        reason = item.reason.replace(reservation.supply, "").replace(f"{reservation.requirement}.", "")
        reason = reason.replace(f"{reservation.removes} {reservation.remains}", "").strip()
        groups.setdefault(reservation.id, {}).setdefault((item.status, reason), []).append(item.lot or 0)
    for name, found in groups.items():
        yield ReservationLine(
            result.library.reservations[name],
            tuple(
                (*_told(status, reason), lots_label([number for number in numbers if number]))
                for (status, reason), numbers in found.items()
            ),
            any(status is not ReservationStatus.EXCLUDED for status, _ in found),
        )


def _told(status: ReservationStatus, reason: str) -> tuple[str, str]:
    """« Conseillée » and why, or « Déclarée » when the buyer already chose it."""
    if status is ReservationStatus.ADVISED and reason.startswith(_DECLARED):
        return "Déclarée", reason.removeprefix(_DECLARED)
    return _FOUND[status], reason


_DECLARED = "Déclarée : "
_FOUND = {
    ReservationStatus.POSSIBLE: "Possible",
    ReservationStatus.ADVISED: "Conseillée",
    ReservationStatus.EXCLUDED: "Exclue",
}


__all__ = ["Ask", "Law", "LawLine", "NotDue", "ReservationLine", "Todo", "ask", "law_of", "lots_label"]
