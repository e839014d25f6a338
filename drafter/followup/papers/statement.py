"""The statements: each quarter and at the end. Empty they are models to fill; from a tally they are filled."""

from __future__ import annotations

from collections.abc import Sequence

from drafter import french
from drafter.draft.blocks import Block, Document, Inline
from drafter.followup.balance import LotBalance, warnings
from drafter.followup.papers.common import (
    Cell,
    blank,
    bullets,
    contract_line,
    dates_said,
    due_table,
    heading,
    paper,
    rule,
    said,
    signature,
    table,
)
from drafter.followup.plan import LotPlan, Plan
from drafter.followup.quarters import Quarter
from drafter.followup.tally import Tally
from drafter.followup.terms import Terms
from drafter.followup.ways import Mode
from drafter.values import Hours

QUARTERLY_FILE, FINAL_FILE = "bilan-trimestriel.docx", "bilan-final.docx"


def quarterly(plan: Plan, terms: Terms, found: Sequence[LotBalance] = (), tally: Tally | None = None) -> Document:
    """The state of advance the clause asks each civil quarter. Without a tally, a model."""
    words = terms.words
    quarter: Quarter | None = _last_quarter(found)
    named: Inline | str = quarter.words if quarter else blank("trimestre")
    blocks: list[Block] = [
        contract_line(plan),
        said("Bilan d'avancement : ", named, *((f", situation au {french.day(tally.on)}.",) if tally else (".",))),
        said(
            "Ce bilan ne contient aucune donnée nominative. Il compte les heures saisies par les entreprises ; seules "
            "celles que le facilitateur a validées font foi."
        ),
        heading("Heures dues et réalisées"),
        _state(plan, found, final=False),
    ]
    if found:
        for item in found:
            blocks += [*_by_quarter(item), *_by_way(item)]
        blocks += [heading("Écarts et alertes"), *_alerts(found, tally)]
    else:
        blocks += [
            due_table(plan),
            heading("Heures du trimestre, par mode"),
            table(
                "Heures du trimestre, par mode",
                ("Mode de réalisation", "Entreprise ou structure", "Heures", "Bénéficiaires (nombre)"),
                [(mode.label, "", "", "") for mode in Mode],
                (4, 4, 2, 2),
                (2, 3),
            ),
        ]
    blocks += [
        heading("Mesures correctives"),
        said(f"Proposées par {words.the_holder} : ", blank("mesures, ou « sans objet »")),
        said("Avis du facilitateur : ", blank("avis du facilitateur")),
        signature(),
    ]
    return paper(plan, "Bilan trimestriel de la clause d'insertion", blocks)


def final(plan: Plan, terms: Terms, found: Sequence[LotBalance] = (), tally: Tally | None = None) -> Document:
    words = terms.words
    when = f"Situation au {french.day(tally.on)}." if tally else ""
    blocks: list[Block] = [
        contract_line(plan, when),
        said(
            "Bilan de toute l'exécution, sans donnée nominative. Il prépare le décompte final des heures, que "
            f"{words.buyer} fait arrêter par le facilitateur dans les {french.show(terms.value('delai_attestation'))} "
            "suivant la fin de l'exécution."
        ),
        heading("Heures dues et réalisées"),
        _state(plan, found, final=True),
    ]
    for item in found:
        blocks += [*_by_quarter(item), *_by_way(item), *_by_company(item)]
    blocks += [
        heading("Suites de parcours"),
        table(
            "Suites de parcours, en nombre de personnes",
            ("Suite", "Nombre de personnes"),
            [
                (name, "")
                for name in (
                    "Emploi durable",
                    "Autre emploi",
                    "Formation",
                    "Autre ou sans suite connue",
                )
            ],
            (7, 3),
            (1,),
        ),
        heading("Difficultés et décisions"),
        said("Difficultés signalées et réponses : ", blank("difficultés, dates et réponses, ou « aucune »")),
        said("Avis du facilitateur : ", blank("avis du facilitateur")),
    ]
    if found:
        blocks += [heading("Suite à donner"), bullets([_next(item) for item in found])]
    if not tally:
        blocks += [due_table(plan), said(dates_said(plan))]
    blocks.append(signature())
    return paper(plan, "Bilan final de la clause d'insertion", blocks)


def _next(item: LotBalance) -> str:
    if not item.ended:
        return f"{item.label} : exécution en cours jusqu'au {french.day(item.end)}."
    if item.missing:
        return (
            f"{item.label} : il manque {french.hours(item.missing)}. Mise en demeure, puis observations, avant toute "
            "pénalité."
        )
    if item.facts.penalised:
        return f"{item.label} : plus aucune heure n'est due, {french.hours(item.facts.penalised)} ayant été pénalisées."
    return f"{item.label} : toutes les heures dues sont réalisées. Attestation à délivrer."


def _state(plan: Plan, found: Sequence[LotBalance], *, final: bool) -> Block:
    header = (
        "Périmètre",
        "Dues en tout",
        "Prévues à ce jour" if not final else "Qui ne sont plus dues",
        "Réalisées et comptées",
        "Écart" if not final else "Manquantes",
        "Personnes (nombre)",
    )
    rows: list[tuple[Cell, ...]] = [
        (
            item.label,
            _figure(item.due),
            _figure(item.expected if not final else item.not_due),
            _figure(item.counted),
            _signed(item.counted + item.not_due - item.expected) if not final else _figure(item.missing),
            "" if item.facts.people is None else french.number(item.facts.people),
        )
        for item in found
    ] or [(lot.label, _due_in_all(lot), "", "", "", "") for lot in plan.lots]
    return table("État des heures", header, rows, (5, 3, 3, 3, 3, 3), (1, 2, 3, 4, 5))


def _due_in_all(lot: LotPlan) -> str:
    """For a narrow column: the table of hours due has the whole rule."""
    if lot.ratio is not None:
        return "selon les bons"
    return "selon les tranches" if lot.tranches else _figure(lot.hours)


def _figure(value: Hours) -> str:
    return french.number(value.value)


def _signed(value: Hours) -> str:
    shown = french.number(abs(value.value))
    return f"− {shown}" if value.value < 0 else f"+ {shown}" if value else "0"


def _by_quarter(item: LotBalance) -> list[Block]:
    orders = item.plan.ratio is not None
    over = [
        each for each in item.quarters if each.quarter.last < item.on or ((item.ended or item.overdue) and each.planned)
    ]
    shown = [each for each in item.quarters if each.done or each in over]
    if not shown:
        return []
    rows: list[tuple[Cell, ...]] = [
        (
            each.quarter.words,
            *(() if orders else (_figure(each.planned),)),
            _figure(each.done),
            _figure(each.counted),
            *(() if orders else (_signed(each.gap),)),
        )
        for each in shown
    ]
    header = (
        "Trimestre",
        *(() if orders else ("Prévues",)),
        "Réalisées",
        "Cumul compté",
        *(() if orders else ("Écart",)),
    )
    width = len(header)
    blocks: list[Block] = [
        table(f"Par trimestre : {item.label}", header, rows, (4, *(2,) * (width - 1)), range(1, width))
    ]
    if orders and item.plan.ratio:
        blocks.append(
            said(
                f"Commandes retenues : {french.euros(item.ordered)} HT, soit {french.hours(item.due)} dues "
                f"({rule(item.plan)}, tranches révolues)."
            )
        )
    return blocks


def _by_way(item: LotBalance) -> list[Block]:
    if not item.by_way:
        return []
    modes: dict[Mode, Hours] = {}
    for way, value in item.by_way:
        modes[way.mode] = modes.get(way.mode, Hours(0)) + value
    rows: list[tuple[Cell, ...]] = [(way.label, _figure(value)) for way, value in item.by_way]
    rows.append(("Total saisi", _figure(item.worked + item.training)))
    blocks: list[Block] = [table(f"Par mode : {item.label}", ("Mode", "Heures"), rows, (8, 2), (1,), total=True)]
    if item.training > item.training_most:
        blocks.append(
            said(
                f"Formation : {french.hours(item.training)} saisies, comptées dans la limite de "
                f"{french.hours(item.training_most)}, part du volume dû que fixe la clause."
            )
        )
    return blocks


def _by_company(item: LotBalance) -> list[Block]:
    rows: list[tuple[Cell, ...]] = [
        (name or "Non précisée", _figure(value)) for name, value in item.by_company if value
    ]
    if not rows:
        return []
    return [table(f"Par entreprise : {item.label}", ("Entreprise ou structure", "Heures"), rows, (8, 2), (1,))]


def _alerts(found: Sequence[LotBalance], tally: Tally | None) -> list[Block]:
    threshold = tally.threshold if tally else 0
    told = [f"{item.label} : {words}." for item in found for words in warnings(item, threshold)]  # type: ignore[arg-type]
    return [bullets(told)] if told else [said("Aucun écart ni alerte.")]


def _last_quarter(found: Sequence[LotBalance]) -> Quarter | None:
    """The last civil quarter that is over, the one the statement is about."""
    over = [each.quarter for item in found for each in item.quarters if each.quarter.last < item.on or item.ended]
    return max(over, default=None)
