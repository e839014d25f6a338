"""Which papers follow: the models of the kit, and those that a tally calls for, each with the reason why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drafter import french
from drafter.draft.blocks import Document
from drafter.followup.balance import LotBalance, balances, warnings
from drafter.followup.papers import attestation, kickoff, notice, proofs, questions, statement
from drafter.followup.penalties import Ground, Penalties, penalties
from drafter.followup.plan import Plan
from drafter.followup.tally import Tally


@dataclass(frozen=True)
class Paper:
    """A paper to write: its file name, its blocks, and in one sentence why it is there."""

    file: str
    document: Document
    why: str


def models(plan: Plan) -> tuple[Paper, ...]:
    """The papers of the kit, before anything is counted. Without hours: the proofs to gather, when there are any."""
    terms = plan.terms
    found: list[Paper] = []
    if terms is not None:
        lot = plan.lots[0] if len(plan.lots) == 1 else None
        found += [
            Paper(questions.FILE, questions.answers(plan, terms), "Étape 3, consultation"),
            Paper(kickoff.AGENDA_FILE, kickoff.agenda(plan, terms), "Étape 4, réunion de lancement"),
            Paper(kickoff.REMINDER_FILE, kickoff.reminder(plan, terms), "Étape 4, réunion de lancement"),
            Paper(statement.QUARTERLY_FILE, statement.quarterly(plan, terms), "Étapes 5 et 6, chaque trimestre"),
            Paper(notice.NOTICE_FILE, notice.formal_notice(plan, terms, lot), "Étape 6, si des heures manquent"),
            Paper(notice.PENALTIES_FILE, notice.envisaged(plan, terms, lot), "Étape 6, après la mise en demeure"),
            Paper(statement.FINAL_FILE, statement.final(plan, terms), "Étape 7, fin du contrat"),
            Paper(attestation.FILE, attestation.attestation(plan, terms, lot), "Étape 7, fin du contrat"),
        ]
    if (document := proofs.proofs_paper(plan)) is not None:
        found.append(Paper(proofs.FILE, document, "Étape 6, preuves des autres clauses"))
    return tuple(found)


@dataclass(frozen=True)
class Outcome:
    """What a tally says: where each lot stands, what the clause would give, the papers to send."""

    balances: tuple[LotBalance, ...]
    penalties: tuple[Penalties, ...]
    papers: tuple[Paper, ...]
    warnings: tuple[str, ...]


def outcome(plan: Plan, tally: Tally) -> Outcome:
    """Raises nothing: a market without hours has no balance and no paper."""
    if plan.terms is None:
        return Outcome((), (), (), ())
    found = balances(plan, tally)
    counted = tuple(penalties(plan, item, tally) for item in found)
    told = tuple(french.typeset(f"{item.label} : {words}.") for item in found for words in _told(item, tally))
    return Outcome(found, counted, tuple(_papers(plan, tally, found, counted)), told)


def _told(item: LotBalance, tally: Tally) -> tuple[str, ...]:
    held = "aucune lettre n'est écrite tant qu'un trimestre échu reste sans saisie"
    return (*warnings(item, tally.threshold), *((held,) if item.silent and (item.late or item.missing) else ()))


def _papers(plan: Plan, tally: Tally, found: tuple[LotBalance, ...], counted: tuple[Penalties, ...]) -> Iterator[Paper]:
    terms = plan.terms
    assert terms is not None
    running = tuple(item for item in found if not item.ended)
    ended = tuple(item for item in found if item.ended)
    if running:
        why = f"L'exécution continue au {french.day(tally.on)}."
        yield Paper(statement.QUARTERLY_FILE, statement.quarterly(plan, terms, running, tally), why)
    if ended:
        why = f"L'exécution est achevée au {french.day(tally.on)}."
        yield Paper(statement.FINAL_FILE, statement.final(plan, terms, ended, tally), why)
    for rank, (item, sums) in enumerate(zip(found, counted, strict=True), 1):
        where = "" if len(found) == 1 else _where(item, rank)

        def named(file: str, where: str = where) -> str:
            return file.replace(".docx", f"{where}.docx")

        if item.ended and not item.missing and not item.facts.penalised and item.due:
            why = f"{item.label} : toutes les heures dues sont réalisées."
            yield Paper(named(attestation.FILE), attestation.attestation(plan, terms, item.plan, item), why)
        if item.silent:  # unknown is not zero: nobody is put on notice for a line that nobody wrote
            continue
        if why := _notice_reason(item, sums, tally):
            document = notice.formal_notice(plan, terms, item.plan, item, sums)
            yield Paper(named(notice.NOTICE_FILE), document, why)
        if sums.whole_hours or sums.for_documents:
            why = (
                f"{item.label} : à envoyer après la mise en demeure restée sans effet, ou la relance pour un document."
            )
            document = notice.envisaged(plan, terms, item.plan, item, sums)
            yield Paper(named(notice.PENALTIES_FILE), document, why)


def _where(item: LotBalance, rank: int) -> str:
    lot = f"-lot-{item.plan.number}" if item.plan.number else ""
    return f"{lot}-titulaire-{rank}" if item.plan.several_holders else lot


def _notice_reason(item: LotBalance, sums: Penalties, tally: Tally) -> str:
    """The clause opens the notice at the end, after a carried statement, or as soon as the calendar is not held."""
    missing = french.hours(sums.missing)
    if sums.ground is Ground.FINAL and sums.missing:
        return f"{item.label} : l'exécution est achevée et il manque {missing}."
    if sums.ground is Ground.CARRIED:
        return f"{item.label} : {missing} reportées d'un constat annuel n'ont pas été réalisées."
    if item.plan.ratio is None and item.late and item.late_share > tally.threshold:
        return f"{item.label} : {missing} de retard sur le calendrier prévisionnel."
    return ""
