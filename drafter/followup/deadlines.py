"""The dates that the contract creates, each with where it comes from: the clause, the practice, or our proposal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from drafter import french
from drafter.calibration.outcome import add_months
from drafter.draft.fields import lots_label
from drafter.followup.plan import Plan
from drafter.followup.quarters import DAY, Quarter, quarter_of
from drafter.followup.terms import Terms, capital, words_of
from drafter.library.terms import ClauseType, Family
from drafter.pipeline import Result
from drafter.proposal import Proposal
from drafter.values import Months

CLAUSE, PRACTICE, OURS = "clause", "pratique", "repère"
ORIGINS = {
    CLAUSE: "Clause",
    PRACTICE: "Pratique des facilitateurs, sans valeur contractuelle",
    OURS: "Repère proposé par le service, sans valeur contractuelle",
}


@dataclass(frozen=True)
class Deadline:
    """One thing to do by `day`. `origin`: clause, pratique or repère; `source` says which article or which rhythm."""

    day: date
    title: str
    who: str
    origin: str
    source: str

    @property
    def why(self) -> str:
        return f"{ORIGINS[self.origin]} : {self.source}"


def deadlines(plan: Plan) -> tuple[Deadline, ...]:
    """Every date, in order; the same day keeps the order of the work."""
    found = [*_first(plan)]
    if plan.terms is not None:
        found += [*_from_clause(plan, plan.terms)]
    found += [*_from_proofs(plan), *_middle_and_end(plan)]
    return tuple(sorted(dict.fromkeys(found), key=lambda item: item.day))


def _first(plan: Plan) -> Iterator[Deadline]:
    words, day = words_of(plan.result), plan.notification.day
    yield Deadline(
        day,
        f"Notification {words.of_contract}",
        capital(words.buyer),
        OURS,
        f"date {plan.notification.said}",
    )
    if plan.terms is not None:
        yield Deadline(
            day,
            "Transmettre au facilitateur la liste des attributaires, l'acte d'engagement et ses "
            f"annexes, le {words.piece}",
            capital(words.buyer),
            PRACTICE,
            "étape 3 du parcours, dès la notification",
        )


def _from_clause(plan: Plan, terms: Terms) -> Iterator[Deadline]:
    words, notified = terms.words, plan.notification.day
    holder, buyer = capital(words.the_holder), capital(words.buyer)

    def days(number: int) -> timedelta:
        return timedelta(days=number)

    def source(key: str, delay: str) -> str:
        return f"article « {terms.title(key)} », {delay}"

    def of_value(name: str) -> str:
        return french.show(terms.value(name))

    yield Deadline(
        notified + days(terms.days("delai_correspondant")),
        "Désigner le correspondant et donner ses coordonnées professionnelles",
        holder,
        CLAUSE,
        source("facilitateur", f"{of_value('delai_correspondant')} après la notification"),
    )
    yield Deadline(
        notified + days(terms.days("delai_reunion")),
        "Tenir la réunion de lancement (mise au point) ; le calendrier prévisionnel des heures y est remis",
        f"{buyer}, {words.the_holder} et le facilitateur",
        CLAUSE,
        source("facilitateur", f"{of_value('delai_reunion')} après la notification"),
    )
    start, end = min(lot.start.day for lot in plan.lots), max(lot.end for lot in plan.lots)
    delay = terms.days("delai_releve")
    month = date(start.year, start.month, 1)
    while month <= end:
        after = add_months(month, Months(1))
        yield Deadline(
            after - DAY + days(delay),
            f"Remettre le relevé des heures {_of_month(month)} (« néant » un mois sans heure)",
            holder,
            CLAUSE,
            source("suivi", f"{of_value('delai_releve')} après la fin du mois"),
        )
        month = after
    quarter = quarter_of(start)
    while quarter.first <= end:
        yield from _of_quarter(plan, terms, quarter, delay)
        quarter = quarter.next
    if plan.orders:
        year = 1
        while (day := add_months(notified, Months(12 * year))) <= end:
            yield Deadline(
                day,
                "Constater les heures dues et réalisées depuis la notification",
                "Facilitateur",
                CLAUSE,
                source("volume", "chaque date anniversaire de la notification"),
            )
            year += 1
    for day, names in _ends(plan):
        where = f" ({names})" if len({lot.end for lot in plan.lots}) > 1 else ""
        yield Deadline(
            day + days(terms.days("delai_bilan")),
            f"Remettre le bilan final{where}",
            holder,
            CLAUSE,
            source("suivi", f"{of_value('delai_bilan')} après la fin de l'exécution"),
        )
        settled = add_months(day, Months(terms.value("delai_attestation").value))
        yield Deadline(
            settled,
            f"Arrêter le décompte final des heures{where}, avant le solde, ou inscrire au solde la réserve des "
            "pénalités d'insertion",
            f"Facilitateur et {words.buyer}",
            CLAUSE,
            source("attestation", f"{of_value('delai_attestation')} après la fin de l'exécution"),
        )
        yield Deadline(
            settled + days(terms.days("delai_justificatif")),
            f"Dernier jour pour contester le décompte final{where}, s'il est reçu à la date précédente",
            holder,
            CLAUSE,
            source("attestation", f"{of_value('delai_justificatif')} après la réception du décompte"),
        )
        yield Deadline(
            add_months(settled, Months(1)),
            f"Délivrer l'attestation de bonne exécution{where}, si toutes les heures dues sont réalisées",
            buyer,
            CLAUSE,
            source("attestation", "un mois après le décompte final"),
        )


def _of_quarter(plan: Plan, terms: Terms, quarter: Quarter, delay: int) -> Iterator[Deadline]:
    holder, buyer = capital(terms.words.the_holder), capital(terms.words.buyer)
    if plan.orders:
        yield Deadline(
            quarter.last,
            f"Transmettre au facilitateur l'état des commandes du {quarter.words}, par titulaire",
            buyer,
            CLAUSE,
            f"article « {terms.title('facilitateur')} », chaque trimestre",
        )
    yield Deadline(
        quarter.last + timedelta(days=delay),
        f"Remettre le bilan d'avancement du {quarter.words}",
        holder,
        CLAUSE,
        f"article « {terms.title('suivi')} », {french.show(terms.value('delai_releve'))} après la fin "
        "du trimestre civil",
    )


def _ends(plan: Plan) -> list[tuple[date, str]]:
    by_day: dict[date, list[str]] = {}
    for lot in plan.lots:
        by_day.setdefault(lot.end, []).append(lot.name.lower() if lot.number else "marché")
    return [(day, french.joined(names)) for day, names in sorted(by_day.items())]


def _middle_and_end(plan: Plan) -> Iterator[Deadline]:
    words, months = words_of(plan.result), _months(plan)
    if plan.terms is not None and months >= 12:
        yield Deadline(
            add_months(plan.start.day, Months(months // 2)),
            "Revue à mi-parcours : heures faites, retard, difficultés, suite",
            f"{capital(words.buyer)}, {words.the_holder} et le facilitateur",
            OURS,
            "milieu de la durée",
        )
    yield Deadline(
        plan.end,
        "Fin prévisionnelle de l'exécution",
        capital(words.the_holder),
        OURS,
        f"durée comptée depuis le début de l'exécution, date {plan.start.said}",
    )


def _months(plan: Plan) -> int:
    return (plan.end.year - plan.start.day.year) * 12 + plan.end.month - plan.start.day.month + 1


# --- proofs of the other clauses ------------------------------------------------------------------

_RHYTHMS = (
    (3, "chaque trimestre", "une fois par trimestre"),
    (6, "chaque semestre", "une fois par semestre"),
    (12, "chaque année", "une fois par an"),
)


def proofs(result: Result) -> tuple[Proposal, ...]:
    """The clauses kept, other than the hours, that ask for something to be shown during execution."""
    return tuple(
        item
        for item in result.selection.kept
        if item.clause.family is not Family.INSERTION
        and item.clause.type is not ClauseType.CRITERION
        and item.clause.proof.execution
    )


def rhythm(proposal: Proposal) -> int | None:
    """Months between two controls, when the clause says a rhythm in words; None when an event brings it."""
    often = proposal.clause.control.frequency
    most = "au plus" in often  # a bound, not a rhythm
    return next((months for months, each, once in _RHYTHMS if each in often or (once in often and not most)), None)


def _from_proofs(plan: Plan) -> Iterator[Deadline]:
    """One date for all the clauses of one rhythm: the day itself is ours, counted from the start of execution."""
    groups: dict[int, list[Proposal]] = {}
    for item in proofs(plan.result):
        if (months := rhythm(item)) is not None:
            groups.setdefault(months, []).append(item)
    for months, items in sorted(groups.items()):
        names = " ; ".join(
            dict.fromkeys(
                f"{lots_label(item)}, {item.clause.title}" if item.lots else item.clause.title for item in items
            )
        )
        number = 1
        while (day := add_months(plan.start.day, Months(months * number))) <= plan.end + DAY:
            yield Deadline(
                min(day, plan.end),
                f"Contrôler les preuves d'exécution : {names}",
                capital(words_of(plan.result).buyer),
                OURS,
                f"rythme écrit dans ces clauses, compté depuis le début de l'exécution : tous les {months} mois",
            )
            number += 1


def _of_month(day: date) -> str:
    name = french.day(day).split(french.NBSP, 1)[1]
    return f"d'{name}" if name[0] in "ao" else f"de {name}"
