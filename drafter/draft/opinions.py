"""The facilitateur's opinions, as the note and the fiche keep them: what was proposed, retained, refused, and why."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from drafter import french
from drafter.calibration import Calibration, LotCalibration, calibrate
from drafter.dated import Number
from drafter.draft.blocks import Block, Heading, Inlines, Table
from drafter.draft.fields import Context, lot_name
from drafter.draft.render import paragraph, text, typeset_table
from drafter.duties import DutyStatus, FoundDuty
from drafter.exchange import as_proposed, as_read, figures_used, proposed_figure
from drafter.market import Market, Opinion, Proposition
from drafter.social_condition import SOCIAL_DUTIES
from drafter.understanding import understand
from drafter.values import Hours, Quantity
from drafter.vocabulary import OpinionSense, Outcome, ProposedFigure, Role

NO_OPINION = "Aucun avis de facilitateur n'est enregistré dans ce dossier."
_UNITS = {ProposedFigure.STAFF: " personnes"}


def opinion_blocks(context: Context) -> list[Block]:
    """A section « Avis du facilitateur », or nothing when none was given."""
    opinions = context.understanding.market.opinions
    if not opinions:
        return []
    blocks: list[Block] = [Heading(1, french.typeset("Avis du facilitateur"))]
    for number, opinion in enumerate(opinions, 1):
        if len(opinions) > 1:
            blocks.append(Heading(2, french.typeset(f"Avis n° {number}")))
        blocks += _opinion(context, opinion)
    return blocks


def _opinion(context: Context, opinion: Opinion) -> list[Block]:
    giver = opinion.structure or ("facilitateur" if opinion.by is Role.FACILITATOR else "acheteur")
    blocks: list[Block] = [
        paragraph(f"Avis du {french.day(opinion.given_on)}, {giver} : {opinion.sense.label.lower()}.")
    ]
    if opinion.reason:
        blocks.append(paragraph(f"Motif : {opinion.reason}"))
    if opinion.sense is OpinionSense.NO_CLAUSE:
        blocks.append(paragraph(no_clause_words(context.duties)))
    if opinion.remarks:
        blocks.append(_remarks(context, opinion))
    if opinion.propositions:
        blocks += [_propositions(context, opinion), _hours(context, opinion)]
    return blocks


def no_clause_words(duties: tuple[FoundDuty, ...]) -> str:
    """What the law leaves to the buyer when the opinion is against a clause of hours."""
    start = "Cet avis ne retire aucune clause par lui-même : la décision appartient à l'acheteur."
    found = next((duty for duty in duties if duty.id in SOCIAL_DUTIES), None)
    instead = "sans clause d'heures, il faut une autre condition sociale, ou une dérogation motivée"
    if found is None or found.status is DutyStatus.NOT_DUE:
        return f"{start} Aucune condition d'exécution sociale n'est due pour ce marché."
    named = f"{found.id} ({found.duty.article})"
    if found.status is DutyStatus.EXEMPTED:
        return f"{start} {named} est déjà écartée par une dérogation motivée."
    if found.status is DutyStatus.UNSURE:
        return f"{start} {named} reste à préciser : si une condition d'exécution sociale est due, {instead}."
    return f"{start} {named} impose une condition d'exécution sociale : {instead}."


def _remarks(context: Context, opinion: Opinion) -> Table:
    titles = context.library.clauses
    rows = tuple(
        (text(titles[item.clause].title if item.clause in titles else item.clause), text(item.text))
        for item in opinion.remarks
    )
    return typeset_table(Table("Remarques sur les clauses", ("Clause", "Remarque"), rows, widths=(4, 8)))


def _propositions(context: Context, opinion: Opinion) -> Table:
    header = ("Périmètre", "Chiffre", "À la date de l'avis", "Proposé", "Retenu", "Motif", "Suite")
    rows = tuple(_row(context, item) for item in opinion.propositions)
    return typeset_table(Table("Chiffres proposés et suite donnée", header, rows, widths=(4, 5, 4, 4, 4, 5, 5)))


def _row(context: Context, item: Proposition) -> tuple[Inlines, ...]:
    answer = item.outcome.label + (f" : {item.outcome_reason}" if item.outcome_reason else "")
    return (
        text(where(item)),
        text(item.figure.label),
        text(shown_figure(item.figure, proposed_figure(item.figure, item.before)) if item.before else ""),
        text(shown_figure(item.figure, proposed_figure(item.figure, item.after))),
        text(_retained(context, item), strong=item.outcome is Outcome.ACCEPTED),
        text(item.reason),
        text(answer),
    )


def where(item: Proposition) -> str:
    return "Marché" if item.lot is None else f"Lot n° {item.lot}"


def shown_figure(figure: ProposedFigure, value: Quantity | Decimal | None) -> str:
    """A figure with its unit; empty when it is not known."""
    if value is None:
        return ""
    if isinstance(value, Hours):
        return f"{french.number(value.value)} h"
    shown = value if isinstance(value, Quantity) else Number(Fraction(value))
    return french.show(shown) + _UNITS.get(figure, "")


def _retained(context: Context, item: Proposition) -> str:
    """What the calculation uses today, whoever typed it."""
    for lot, understood in zip(context.calibration.lots, context.understanding.lots, strict=True):
        if lot.lot == item.lot:
            value = figures_used(lot, understood, context.library, context.on).get(item.figure)
            return shown_figure(item.figure, value) or "non renseigné"
    return "lot supprimé"


def _hours(context: Context, opinion: Opinion) -> Table:
    """Hours without any accepted figure, with all those of this opinion, and as they stand."""
    market = context.understanding.market
    before = as_read(market)
    found = [_calibration(each, context) for each in (before, as_proposed(before, opinion.propositions))]
    columns = (*found, context.calibration)
    rows = [
        (text(lot_name(lot)), *(text(_said(column.lots[place])) for column in columns))
        for place, lot in enumerate(context.calibration.lots)
    ]
    several = len(rows) > 1
    if several:
        rows.append((text("Total"), *(text(french.number(column.total.advised.value)) for column in columns)))
    return typeset_table(
        Table(
            "Heures d'insertion avant les avis, selon cet avis et retenues",
            ("Périmètre", "Avant les avis", "Selon cet avis", "Retenues"),
            tuple(rows),
            widths=(5, 2, 2, 2),
            numeric=frozenset({1, 2, 3}),
            total_row=several,
        )
    )


def _calibration(market: Market, context: Context) -> Calibration:
    return calibrate(understand(market, context.library), context.library, context.on)


def _said(lot: LotCalibration) -> str:
    """A lot without clause counts for nothing, as in the total."""
    return french.number(lot.hours.advised.value if lot.has_clause else 0)
