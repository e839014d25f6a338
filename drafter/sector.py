"""Which sector duties bind this market (AGEC, EGalim, fleets, buildings…), since when, and what follows for the pieces.

Judged lot by lot on the launch date. What no fact tells (a surface, a fleet, a population) is a question; a figure
that was not read in a text is said to be missing. Duties that do not concern the purchase are returned too, with why.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from drafter import french
from drafter.conditions import Condition, FactValue, Verdict
from drafter.dated import Status, at
from drafter.duties import BUYER_QUESTION, TABLE_QUESTION, DutyStatus, ProcedureFacts, market_facts
from drafter.facts import KINDS
from drafter.library import Library
from drafter.library.sector import AgecCategory, AgecMilestone, AgecRate, AgecTable, Milestone, SectorDuty, Trigger
from drafter.market import Market
from drafter.understanding import Understanding, Understood
from drafter.vocabulary import Form

RATE_NOT_LOADED = "taux non chargé"
FIGURE_NOT_LOADED = "chiffre non chargé"
SEGMENT_QUESTION = KINDS["segment"].question
FRAMEWORK_QUESTION = "À quelle date l'accord-cadre a-t-il été lancé (date_accord_cadre) ?"
REGIME_QUESTION = "Appliquez-vous le régime de l'accord-cadre ou celui de la date du marché subséquent ?"

_WEAKNESS = (Status.CERTAIN, Status.PROBABLE, Status.DECISION, Status.GENERAL, Status.TO_VERIFY)


@dataclass(frozen=True)
class FoundFigure:
    """A figure the law imposes on the launch date. `loaded` is False when no value is known for that day."""

    parameter: str
    label: str
    text: str
    loaded: bool
    status: Status
    source: str = ""
    note: str = ""
    next_text: str = ""
    """The next value that is known: "70 % à compter du 1er janvier 2027"."""


@dataclass(frozen=True)
class AgecLine:
    """What AGEC article 58 asks of one category: the milestone to aim at, then those the market goes through."""

    number: int
    label: str
    year: int | None
    reuse: str
    recycled: str
    loaded: bool
    text: str
    later: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundSectorDuty:
    """A sector duty of the library, applied to this market."""

    duty: SectorDuty
    status: DutyStatus
    reason: str
    certainty: Status
    lots: tuple[int, ...] = ()
    """Numbers of the lots that have this status; empty for a market without lots, or when nothing is due."""
    by_lot: Mapping[int, DutyStatus] | None = None
    questions: tuple[str, ...] = ()
    milestone: Milestone | None = None
    start: date | None = None
    """The day the duty began for this purchase, None before it does."""
    upcoming: tuple[Milestone, ...] = ()
    """Milestones that begin before the market ends."""
    figures: tuple[FoundFigure, ...] = ()
    agec: tuple[AgecLine, ...] = ()
    reserves: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.duty.id

    @property
    def binds(self) -> bool:
        """Due, or not yet known to be."""
        return self.status in (DutyStatus.DUE, DutyStatus.UNSURE)


@dataclass(frozen=True)
class _Answer:
    """The answer for one lot. `depth`: how many tests it passed, to keep the most telling reason among lots."""

    status: DutyStatus
    reason: str
    certainty: Status
    depth: int = 0
    questions: tuple[str, ...] = ()
    milestone: Milestone | None = None
    start: date | None = None
    upcoming: tuple[Milestone, ...] = ()


@dataclass(frozen=True)
class _Case:
    """One lot on the launch date, ready to be asked."""

    market: Market
    segment: str
    facts: Mapping[str, FactValue]
    procedure: ProcedureFacts
    library: Library
    on: date
    end: date

    def test(self, condition: Condition) -> Verdict:
        return condition.evaluate(self.facts, self.on, self.library.value)


def find_sector_duties(
    understanding: Understanding, procedure: ProcedureFacts, library: Library, on: date
) -> tuple[FoundSectorDuty, ...]:
    """Every sector duty of the library, in its order: due, to be specified, or not due with the reason."""
    market = understanding.market
    cases = {  # 0 is a market without lots
        lot.lot or 0: _Case(
            market,
            lot.segment,
            _facts(understanding, lot, procedure),
            procedure,
            library,
            on,
            months_later(on, lot.scope.duration.value),
        )
        for lot in understanding.lots
    }
    return tuple(_find(duty, cases) for duty in library.sector_duties.values())


def months_later(on: date, months: Fraction | int) -> date:
    """The day `months` later; part of a month counts as a whole one, the end of a shorter month as its last day."""
    total = on.year * 12 + on.month - 1 + ceil(months)
    year, month = divmod(total, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def _facts(understanding: Understanding, lot: Understood, procedure: ProcedureFacts) -> dict[str, FactValue]:
    """The market's facts with the lot's own. A segment that nothing told is unknown, not "none of them"."""
    scope = lot.scope
    known = lot.recognition.origin != "defaut"
    return {
        **market_facts(understanding, procedure),
        "nature": str(scope.nature),
        "ccag": str(lot.ccag),
        "segment": frozenset({lot.segment}) if known else None,
        "metier": frozenset({lot.trade}) if known else None,
        "drapeaux": frozenset(str(flag) for flag in scope.flags),
        "departement": frozenset(filter(None, [scope.department])) or None,
        "montant_ht": scope.amount,
        "duree_mois": scope.duration,
    }


def _find(duty: SectorDuty, cases: Mapping[int, _Case]) -> FoundSectorDuty:
    """Answer of each lot, then of the market: due as soon as one lot is."""
    answers = {lot: _answer(duty, case) for lot, case in cases.items()}
    found = {answer.status for answer in answers.values()}
    status = next(item for item in (DutyStatus.DUE, DutyStatus.UNSURE, DutyStatus.NOT_DUE) if item in found)
    lead = max((answer for answer in answers.values() if answer.status is status), key=lambda answer: answer.depth)
    same = [lot for lot, answer in answers.items() if answer.status is status]
    lotted = 0 not in answers
    questions = [question for answer in answers.values() for question in answer.questions]
    result = FoundSectorDuty(
        duty=duty,
        status=status,
        reason=lead.reason,
        certainty=lead.certainty,
        lots=tuple(filter(None, same)) if status is not DutyStatus.NOT_DUE else (),
        by_lot={lot: answer.status for lot, answer in answers.items()} if lotted else None,
        questions=tuple(dict.fromkeys(questions)),
        milestone=lead.milestone,
        start=lead.start,
        upcoming=lead.upcoming,
    )
    if not result.binds:
        return result
    case = cases[same[0]]
    figures, asked = _figures(duty, case)
    return replace(
        result,
        figures=figures,
        questions=tuple(dict.fromkeys([*result.questions, *asked])),
        agec=_agec(duty, {lot: cases[lot] for lot in same}),
        reserves=tuple(
            reserve.text
            if reserve.status is Status.CERTAIN
            else f"{reserve.text.removesuffix('.')} ({reserve.status.label})."
            for reserve in duty.reserves
            if case.test(reserve.when).holds
        ),
    )


# --- one lot -------------------------------------------------------------------------------------


def _answer(duty: SectorDuty, case: _Case) -> _Answer:
    """Contract, object, exclusion, buyer, date, threshold: the first that says no gives the reason."""

    def no(reason: str, depth: int, certainty: Status = duty.status) -> _Answer:
        return _Answer(DutyStatus.NOT_DUE, reason, certainty, depth, upcoming=ahead)

    ahead: tuple[Milestone, ...] = ()
    if case.market.contract not in duty.contracts:
        return no("Ce texte vise les marchés, non les concessions.", 0)
    on_object, questions = _object(duty, case)
    if on_object is False:
        return no(f"Ce texte porte sur {duty.scope} : l'achat n'en relève pas.", 1)
    if duty.unless is not None and case.test(duty.unless).holds:
        return no(duty.out_of_scope or "", 2)

    who = case.test(duty.buyers).holds
    doubtful = duty.doubtful_buyers is not None and case.test(duty.doubtful_buyers.when).holds
    mine = [
        (item, asked)
        for item in duty.milestones
        if (asked := _concerns(item, case, doubtful=bool(doubtful))) is not None
    ]
    ahead = tuple(item for item, _ in mine if case.on < item.start <= case.end) if who is not False or doubtful else ()
    started = [(item, asked) for item, asked in mine if item.covers(case.on)]
    if not started:
        return no(_not_started(duty, [item for item, _ in mine], case.on), 3)
    if who is False and not doubtful:
        reason = duty.not_bound.text if duty.not_bound else _because(case.test(duty.buyers), False)
        return no(reason, 4, duty.not_bound.status if duty.not_bound else duty.status)
    if duty.european_threshold and case.procedure.above is False:
        return no(_threshold(case), 5)

    if doubtful and duty.doubtful_buyers is not None:
        questions.append(duty.doubtful_buyers.question)
    if who is None:
        questions.append(BUYER_QUESTION)
    if duty.european_threshold and case.procedure.above is None:
        questions.append(case.procedure.question or TABLE_QUESTION)
    sure = [item for item, asked in started if not asked]
    if not sure:
        questions += [question for _, asked in started for question in asked]
    running = sure or [item for item, _ in started]
    lead = max(running, key=lambda item: item.start)
    first = min(running, key=lambda item: item.start)
    certainty = max(duty.status, min((item.status for item in running), key=_WEAKNESS.index), key=_WEAKNESS.index)
    if certainty is Status.TO_VERIFY and not questions:
        questions.append(f"{duty.title} ({duty.article}) : la règle est-elle confirmée par le texte officiel ?")
    questions += _framework(duty, case.market, first.start)
    status = DutyStatus.UNSURE if questions else DutyStatus.DUE
    reason = _reason(duty, case, lead, first, status)
    return _Answer(status, reason, certainty, 6, tuple(dict.fromkeys(questions)), lead, first.start, ahead)


def _object(duty: SectorDuty, case: _Case) -> tuple[bool | None, list[str]]:
    """Whether the purchase is of the kind the text aims at, and the questions that would tell."""
    verdict = case.test(duty.applies_when) if duty.applies_when is not None else Verdict(False)
    if verdict.holds:
        return True, []
    opened = [(item, case.test(item.when).holds) for item in duty.possible]
    questions = [item.question for item, holds in opened if holds]
    if questions:
        return None, questions
    if verdict.holds is None or any(holds is None for _, holds in opened):
        return None, [SEGMENT_QUESTION if case.facts["segment"] is None else _asked(verdict)]
    return False, []


def _concerns(item: Milestone, case: _Case, *, doubtful: bool) -> list[str] | None:
    """None when the milestone is not for this purchase; else the questions left before it surely is."""
    who, what = case.test(item.buyers).holds, case.test(item.applies_when).holds
    if what is False or (who is False and not doubtful):
        return None
    questions = [item.question] if item.question else []
    if who is None:
        questions.append(BUYER_QUESTION)
    if what is None:
        questions.append(SEGMENT_QUESTION)
    return questions


def _not_started(duty: SectorDuty, mine: list[Milestone], on: date) -> str:
    ahead = [item for item in mine if on < item.start]
    if not ahead:
        ends = [item.end for item in mine if item.end is not None]
        return (
            f"Le texte a cessé de s'appliquer le {french.day(max(ends))}."
            if ends
            else "Aucune échéance ne vise cet achat."
        )
    first = french.day(min(item.start for item in ahead))
    match duty.trigger:
        case Trigger.LAUNCH:
            return f"Le texte s'applique aux consultations lancées à compter du {first}."
        case Trigger.YEARLY:
            return f"Le texte s'applique aux achats faits à compter du {first}."
    return f"Le texte s'applique à compter du {first}."


def _threshold(case: _Case) -> str:
    above = case.procedure.above
    relation = "est à comparer au" if above is None else "atteint le" if above else "n'atteint pas le"
    limit = f" de {french.euros(case.procedure.threshold)}" if case.procedure.threshold else ""
    return f"La valeur estimée de {french.euros(case.market.total)} {relation} seuil européen{limit}."


def _framework(duty: SectorDuty, market: Market, start: date) -> list[str]:
    """A subsequent contract of an older framework agreement: the regime is discussed, save for yearly spending."""
    if market.form is not Form.SUBSEQUENT or duty.trigger is not Trigger.LAUNCH:
        return []
    if market.framework_date is None:
        return [FRAMEWORK_QUESTION]
    return [REGIME_QUESTION] if market.framework_date < start else []


def _reason(duty: SectorDuty, case: _Case, lead: Milestone, first: Milestone, status: DutyStatus) -> str:
    since = "" if first.date_status is Status.CERTAIN else f" (date : {first.date_status.label})"
    parts = [f"Depuis le {french.day(first.start)}{since}, ce texte porte sur {duty.scope}."]
    if len(duty.milestones) > 1:
        doubt = "" if lead.status is Status.CERTAIN else f" ({lead.status.label})"
        parts.append(f"Échéance du {french.day(lead.start)}{doubt} : {lead.text}")
    if duty.european_threshold:
        parts.append(_threshold(case))
    if duty.trigger is Trigger.YEARLY:
        parts.append("La part se compte sur vos achats de l'année, tous marchés confondus.")
    if status is DutyStatus.UNSURE:
        parts.append("Une réponse manque pour conclure.")
    return " ".join(parts)


def _because(verdict: Verdict, holds: bool | None) -> str:
    return " ; ".join(reason.text for reason in verdict.because(holds))


def _asked(verdict: Verdict) -> str:
    facts = [reason.fact for reason in verdict.because(None) if reason.fact in KINDS]
    if "acheteur" in facts:
        return BUYER_QUESTION
    return KINDS[facts[0]].question if facts else SEGMENT_QUESTION


# --- figures -------------------------------------------------------------------------------------


def _figures(duty: SectorDuty, case: _Case) -> tuple[tuple[FoundFigure, ...], list[str]]:
    """The figures that surely apply; else the fallback ones; else all that may, with the question that settles it."""
    tested = [(figure, case.test(figure.when)) for figure in duty.figures]
    kept = [figure for figure, verdict in tested if verdict.holds]
    open_ = [(figure, verdict) for figure, verdict in tested if verdict.holds is None]
    fallback = [figure for figure, _ in open_ if figure.fallback]
    asked: list[str] = []
    if fallback:
        kept = [figure for figure in duty.figures if figure in kept or figure in fallback]
    else:
        kept = [figure for figure, verdict in tested if verdict.holds is not False]
        asked = [_asked(verdict) for _, verdict in open_]
    return tuple(_figure(figure.parameter, case) for figure in kept), asked


def _figure(name: str, case: _Case) -> FoundFigure:
    parameter = case.library.parameters[name]
    entry = at(parameter.values, case.on)
    after = next((item for item in parameter.values if item.start > case.on), None)
    following = f"{french.show(after.value)} à compter du {french.day(after.start)}" if after else ""
    if entry is None:
        return FoundFigure(name, parameter.label, FIGURE_NOT_LOADED, False, Status.TO_VERIFY, next_text=following)
    return FoundFigure(
        name,
        parameter.label,
        french.show(entry.value),
        True,
        entry.status,
        entry.source.title,
        entry.note or "",
        following,
    )


def _agec(duty: SectorDuty, cases: Mapping[int, _Case]) -> tuple[AgecLine, ...]:
    """A line for each AGEC category of the lots concerned, each category once (the lot that goes furthest)."""
    lines: dict[int, tuple[date, AgecLine]] = {}
    for case in cases.values():
        table = case.library.agec
        if not duty.agec_table or table is None:
            continue
        for category in table.of(case.segment):
            line = agec_line(table, category, case.on, case.end)
            if category.number not in lines or lines[category.number][0] < case.end:
                lines[category.number] = (case.end, line)
    return tuple(line for _, (_, line) in sorted(lines.items()))


def agec_line(table: AgecTable, category: AgecCategory, on: date, end: date) -> AgecLine:
    """The milestone to aim at (our reading, `table.rule`) and those that begin before `end`.

    A cell that was not read in a text gives "taux non chargé" and recalls the floor of the law.
    """
    aim = min(end, months_later(on, table.rule.horizon_months))
    if aim < table.start:
        text = f"{RATE_NOT_LOADED} : les parts d'avant le {french.day(table.start)} ne sont pas dans nos tables."
        return AgecLine(category.number, category.label, None, RATE_NOT_LOADED, RATE_NOT_LOADED, False, text)
    milestone = max((item for item in category.milestones if item.year <= aim.year), key=lambda item: item.year)
    reuse, recycled = _rate(milestone.reuse), _rate(milestone.recycled)
    text = _milestone_text(milestone)
    if not milestone.loaded:
        text += (
            f" Plancher de la loi en attendant l'annexe du décret : {french.show(table.floor.value)} au moins, "
            "réemploi et matières recyclées cumulés."
        )
    later = tuple(_milestone_text(item) for item in category.milestones if milestone.year < item.year <= end.year)
    return AgecLine(category.number, category.label, milestone.year, reuse, recycled, milestone.loaded, text, later)


def _milestone_text(milestone: AgecMilestone) -> str:
    text = (
        f"Palier {milestone.year} : réemploi ou réutilisation, {_rate(milestone.reuse)} ; "
        f"matières recyclées, {_rate(milestone.recycled)}."
    )
    if milestone.together is not None:
        text += f" Total cité : {_rate(milestone.together)}. {milestone.together.note or ''}".rstrip()
    return text


def _rate(cell: AgecRate | None) -> str:
    if cell is None:
        return RATE_NOT_LOADED
    doubt = "" if cell.status is Status.CERTAIN else f" ({cell.status.label})"
    return f"{french.show(cell.value)}{doubt}"


# --- plain data ----------------------------------------------------------------------------------


def sector_row(found: FoundSectorDuty, kept: Collection[str] = ()) -> dict[str, Any]:
    """A row of `obligations` in `explain --json`, with the keys a sector duty adds. `kept`: ids of the kept clauses."""
    duty = found.duty
    row: dict[str, Any] = {
        "id": duty.id,
        "lot": None,
        "statut": str(found.status),
        "article": duty.article,
        "titre": duty.title,
        "motif": " ".join([found.reason, *found.reserves]),
        "depuis": (found.start or duty.milestones[0].start).isoformat(),
        "certitude": str(found.certainty),
        "derogations_ouvertes": [],
        "derogations_acquises": [],
        "satisfaite_par": [name for name in duty.answers if name in set(kept)],
        "sectorielle": True,
        "texte": duty.text,
        "loi": duty.law,
        "lien": duty.link or duty.source.link,
        "source": {"titre": duty.source.title, "lien": duty.source.link, "lu_le": duty.source.read_on.isoformat()},
        "declencheur": str(duty.trigger),
        "lots": list(found.lots),
        "questions": list(found.questions),
        "precision": duty.note,
    }
    if found.by_lot is not None:
        row["par_lot"] = {str(number): str(status) for number, status in found.by_lot.items()}
    if found.milestone is not None:
        row["jalon"] = {"du": found.milestone.start.isoformat(), "texte": found.milestone.text}
    if found.upcoming:
        row["a_venir"] = [{"du": item.start.isoformat(), "texte": item.text} for item in found.upcoming]
    if not found.binds:
        return row
    row["suites"] = [
        {
            "genre": str(item.kind),
            "piece": str(item.piece) if item.piece else None,
            "phrase": item.sentence,
            "clauses": list(item.clauses),
        }
        for item in duty.consequences
    ]
    if found.figures:
        row["chiffres"] = [
            {
                "id": figure.parameter,
                "libelle": figure.label,
                "valeur": figure.text,
                "charge": figure.loaded,
                "statut": str(figure.status),
                "source": figure.source,
                "precision": figure.note,
                "ensuite": figure.next_text,
            }
            for figure in found.figures
        ]
    if found.agec:
        row["agec"] = [
            {
                "categorie": line.number,
                "libelle": line.label,
                "palier": line.year,
                "reemploi": line.reuse,
                "recycle": line.recycled,
                "charge": line.loaded,
                "texte": line.text,
                "ensuite": list(line.later),
            }
            for line in found.agec
        ]
    if duty.declaration is not None:
        row["declaration"] = {
            "quoi": duty.declaration.what,
            "ou": duty.declaration.where,
            "au_plus_tard": duty.declaration.deadline,
            "statut": str(duty.declaration.status),
        }
    return row
