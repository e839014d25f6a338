"""`drafter check`: faults of the library that only show when clauses are compiled and tried on the examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from drafter.conditions import parameters_used
from drafter.draft import markup
from drafter.draft.fields import COMMON
from drafter.draft.markup import BLOCK_FIELDS, Field, HeadingPart, Link, MarkupError
from drafter.errors import DrafterError, Fault
from drafter.library import Library
from drafter.library.clause import Clause
from drafter.library.terms import Reader
from drafter.linting import lint
from drafter.own_wording import check_clauses
from drafter.pipeline import Result, run
from drafter.proposal import whole_market
from drafter.vocabulary import Piece


def check_library(library: Library) -> tuple[Fault, ...]:
    """Every fault that the reader could not see, clause by clause."""
    faults = [fault for clause in library.clauses.values() for fault in _text_faults(clause, library)]
    results: dict[str, Result] = {}
    for name, market in library.examples.items():
        try:
            results[name] = run(market, library)
        except DrafterError as error:
            faults.append(Fault(f"exemple {name}", str(error)))
    found = check_clauses(library.clauses.values(), library.penalties.values(), library.warnings)
    faults += [Fault(f"clause {item.clause} {item.place}", str(item)) for item in found]
    faults += lint(library.clauses.values(), library)
    faults += [fault for clause in library.clauses.values() for fault in _example_faults(clause, results)]
    return tuple(faults)


def stale_entries(library: Library, today: date) -> tuple[str, ...]:
    """Clauses and parameters whose reading is older than the age the library sets."""
    age = library.info.reading_age_months

    def old(read_on: date) -> bool:
        return (today.year - read_on.year) * 12 + today.month - read_on.month > age

    return tuple(f"{name} : lu le {read_on:%d/%m/%Y}" for name, read_on in _readings(library) if old(read_on))


def unread_clauses(library: Library) -> tuple[str, ...]:
    """Active clauses that nobody but their author has read against RELECTURE.md."""
    clauses = library.clauses.values()
    return tuple(clause.id for clause in clauses if clause.status == "active" and clause.reread_by is Reader.AUTHOR)


def _readings(library: Library) -> Iterator[tuple[str, date]]:
    """Every entry of the library that was read somewhere, with the day it was."""
    for clause in library.clauses.values():
        yield f"clause {clause.id}", clause.reread_on
    for parameter in library.parameters.values():
        yield from ((f"paramètre {parameter.id}", entry.source.read_on) for entry in parameter.values)
    for rate in library.rates.values():
        yield from ((f"taux {rate.id}", entry.source.read_on) for entry in rate.values)
    for penalty in library.penalties.values():
        yield f"pénalité {penalty.code}", penalty.source.read_on
    for duty in library.duties.values():
        yield f"obligation {duty.id}", duty.source.read_on
    for sector in library.sector_duties.values():
        yield f"obligation {sector.id}", sector.source.read_on
    for exemption in library.exemptions.values():
        yield f"dérogation {exemption.id}", exemption.source.read_on
    for reservation in library.reservations.values():
        yield f"réservation {reservation.id}", reservation.source.read_on
    for territory in library.territories.values():
        yield f"surcouche {territory.id}", territory.reread_on
    for rule in library.warnings.rules.values():
        yield f"avertissement {rule.id}", rule.source.read_on
    for category in library.agec.categories if library.agec else ():
        for milestone in category.milestones:
            for cell in (milestone.reuse, milestone.recycled, milestone.together):
                if cell is not None:
                    yield f"AGEC 58, catégorie {category.number}, {milestone.year}", cell.source.read_on


def _text_faults(clause: Clause, library: Library) -> Iterator[Fault]:
    where = f"clause {clause.id}"
    used: set[str] = set()
    unreadable = False
    for piece, text in clause.texts.items():
        try:
            passages = markup.compile_text(text)
        except MarkupError as error:
            unreadable = True
            yield Fault(f"{where} {piece}", str(error))
            continue
        keys = {part.key for passage in passages for part in passage.parts if isinstance(part, HeadingPart)}
        for span in markup.spans_of(passages):
            if isinstance(span, Link) and span.key not in keys:
                yield Fault(
                    f"{where} {piece}",
                    f"renvoi:{span.key} : aucun titre de cette pièce ne porte la clé {{#{span.key}}}",
                )
            if isinstance(span, Field):
                used.add(span.name)
        used |= {name for passage in passages if passage.condition for name in parameters_used(passage.condition)}
    for line in _lines(clause):
        try:
            used |= {span.name for span in markup.spans_of(markup.compile_text(line)) if isinstance(span, Field)}
        except MarkupError as error:
            yield Fault(where, str(error))
    if unreadable:
        return  # what follows would only repeat it
    known = {*clause.parameters, *COMMON, *BLOCK_FIELDS, *({"poids"} if clause.criterion else ())}
    penalty_parameters = {name for use in clause.penalties for name in library.penalties[use.code].parameters}
    for name in sorted(used - known):
        yield Fault(
            where,
            f"{{{{ {name} }}}} n'est ni un paramètre de la clause ni un champ commun : déclarez-le ou corrigez-le",
        )
    for name in sorted(set(clause.parameters) - used - penalty_parameters):
        yield Fault(where, f"le paramètre « {name} » ne sert dans aucun texte : employez-le ou retirez-le")
    if bool(clause.labels) != markup.holds_block(clause.texts.get(clause.piece, ""), "labels"):
        yield Fault(where, "une clause à labels porte « {{ labels }} » seul sur sa ligne, et elle seule")
    if clause.piece in clause.texts:
        # The CCAP closes with the list of derogations: a criterion carried by the RC derogates there too.
        carrying = clause.texts.get(Piece.CCAP, clause.texts[clause.piece])
        headings = {
            part.key
            for passage in markup.compile_text(carrying)
            for part in passage.parts
            if isinstance(part, HeadingPart)
        }
        for item in clause.derogations:
            if item.heading not in headings:
                yield Fault(f"{where} derogations_ccag", f"aucun titre ne porte la clé {{#{item.heading}}}")


def _lines(clause: Clause) -> Iterator[str]:
    """The lines of the header that are printed in the pieces."""
    for line in (clause.proof.offer, clause.proof.execution, clause.control.text, clause.control.frequency):
        if line:
            yield line
    for use in clause.penalties:
        yield use.breach
    for group in clause.labels:
        yield from (*group.characteristics, group.other_proof)
    if clause.criterion:
        for sub in clause.criterion.sub_criteria:
            yield from filter(None, (sub.title, sub.expected, sub.formula, *(grade.when for grade in sub.scale)))
        for frame in clause.criterion.frame:
            yield frame.question


def applies(clause: Clause, result: Result) -> bool | None:
    """Whether a clause's conditions and segments hold for the market, or for one of its lots."""
    library, on = result.library, result.on
    if not clause.in_force(on):
        return False
    answers: list[bool | None] = []
    for lot in result.understanding.lots:
        if clause.segments and lot.segment not in clause.segments:
            answers.append(False)
            continue
        own = result.situation.market if whole_market(clause) else result.situation.lots[lot.lot or 0]
        verdict = clause.applies_when.evaluate(own, on, library.value)
        excluded = clause.unless.evaluate(own, on, library.value).holds if clause.unless is not None else False
        holds = None if excluded is None or verdict.holds is None else verdict.holds and not excluded
        level = clause.level_for(lot.scope.ambition) is not None
        answers.append(False if excluded or verdict.holds is False or not level else holds)
    return True if True in answers else None if None in answers else False


def _example_faults(clause: Clause, results: Mapping[str, Result]) -> Iterator[Fault]:
    wanted = [
        *((name, True) for name in clause.examples.applies),
        *((name, False) for name in clause.examples.does_not),
    ]
    for name, expected in wanted:
        if name not in results:
            continue  # the reader, or the example itself, has already said it
        found = applies(clause, results[name])
        if found is not expected:
            wish = "où elle s'applique" if expected else "où elle ne s'applique pas"
            said = "s'y applique" if found else "ne s'y applique pas" if found is False else "attend une réponse"
            yield Fault(
                f"clause {clause.id} exemples",
                f"« {name} » est donné comme exemple {wish}, mais la clause {said}",
            )
