"""The note de calibrage: every step of the calculation, its hypotheses, what to confirm with the facilitateur."""

from __future__ import annotations

from drafter import french
from drafter.calibration import LotCalibration, Step
from drafter.calibration.rates import TYPED
from drafter.dated import Number, Status
from drafter.draft.blocks import Block, Document, Heading, Inlines, ListBlock, Paragraph, Table
from drafter.draft.charts import hours_chart
from drafter.draft.fiche import (
    changes_blocks,
    controls_table,
    lot_tables,
    purchase_table,
    target_words,
    territory_blocks,
)
from drafter.draft.fields import Context, lot_name, penalty_per_hour, ratio_words
from drafter.draft.numbering import blanks_of, numbered
from drafter.draft.opinions import NO_OPINION, opinion_blocks
from drafter.draft.render import paragraph, text, typeset_table
from drafter.facts import HoursDecision
from drafter.values import Hours, Quantity


def compose_note(context: Context) -> Document:
    market = context.understanding.market
    blocks: list[Block] = [
        Paragraph(
            text(
                "Cette note montre comment les heures d'insertion ont été calculées. Chaque chiffre peut être "
                "contesté et changé ; ceux qui ne sont pas sourcés sont des hypothèses à confirmer avec le "
                "facilitateur."
            ),
            "intro",
        ),
        Heading(1, french.typeset("Synthèse")),
        *_summary(context),
        *target_words(context),
        Heading(1, french.typeset("Le marché")),
        purchase_table(context),
        Heading(1, french.typeset("Calcul par lot" if market.lots else "Calcul")),
    ]
    for lot in context.calibration.lots:
        blocks += _lot(context, lot)
    blocks += [Heading(1, french.typeset("Chiffres changés")), *changes_blocks(context)]
    blocks += opinion_blocks(context)
    blocks += [Heading(1, french.typeset("Territoire")), *territory_blocks(context)]
    blocks += [Heading(1, french.typeset("À confirmer avec le facilitateur")), *_to_confirm(context)]
    done = numbered(blocks)
    return Document(
        "note",
        french.typeset("Note de calibrage des heures d'insertion"),
        french.typeset(market.object),
        done,
        blanks_of(done),
        {"bibliotheque": context.library.info.version},
        articles=False,
    )


def _summary(context: Context) -> list[Block]:
    calibration = context.calibration
    rows: list[tuple[Inlines, ...]] = [
        (
            text(lot_name(lot)),
            text(lot.decision.label),
            text(french.number(lot.hours.low.value)),
            text(french.number(lot.hours.advised.value), strong=True),
            text(french.number(lot.hours.high.value)),
        )
        for lot in calibration.lots
    ]
    several = len(rows) > 1
    if several:
        total = calibration.total
        rows.append(
            (
                text("Total"),
                text(""),
                text(french.number(total.low.value)),
                text(french.number(total.advised.value)),
                text(french.number(total.high.value)),
            )
        )
    table = Table(
        "Heures d'insertion par lot" if context.understanding.market.lots else "Heures d'insertion",
        ("Périmètre", "Décision proposée", "Bas", "Retenu", "Haut"),
        tuple(rows),
        widths=(5, 5, 2, 2, 2),
        numeric=frozenset({2, 3, 4}),
        total_row=several,
    )
    blocks: list[Block] = [typeset_table(table)]
    if chart := hours_chart(calibration):
        blocks.append(chart)
    if calibration.total.advised:
        lowest = (
            "« Bas » et « Haut » réunissent toutes les hypothèses prudentes, puis toutes les hypothèses exigeantes."
        )
        blocks.append(paragraph(lowest))
        if stake := stake_words(context):
            blocks.append(paragraph(stake))
    return blocks


def stake_words(context: Context) -> str:
    """What the whole penalty would weigh against the market: the proportionality figure. Empty without hours."""
    penalty, hours = penalty_per_hour(context), context.calibration.total.advised
    if penalty is None or not hours:
        return ""
    total = penalty * hours.value
    share = Number(total / context.understanding.market.total * 100)
    return (
        f"Pénalité par heure non réalisée : {french.euros(penalty)}. Si aucune heure n'était réalisée, elle ferait "
        f"{french.euros(total)}, soit {french.number(share.value, 1)} % du montant, avant plafond."
    )


def _lot(context: Context, lot: LotCalibration) -> list[Block]:
    understood = next(item for item in context.understanding.lots if item.lot == lot.lot)
    blocks: list[Block] = [Heading(2, french.typeset(lot_name(lot)))]
    trade = understood.recognition.trade
    segment = context.library.segments[understood.segment].label
    blocks.append(
        paragraph(
            f"Segment : {segment}{f', métier : {trade.label}' if trade else ''}. {understood.recognition.explanation}"
        )
    )
    blocks.append(paragraph(f"Méthode : {lot.method.label.lower()}. {lot.reason}"))
    if lot.steps:
        blocks.append(_steps(lot))
    if lot.ratio is not None:
        blocks.append(_ratio(lot))
    if lot.readable:
        said = french.joined([_said(value, name) for name, value in lot.readable])
        blocks.append(paragraph(f"{french.hours(lot.hours.advised)} font {said}."))
    blocks += lot_tables(context, understood, lot)
    if lot.alternatives:
        blocks.append(paragraph("Pour que ces heures fassent un parcours :" if lot.has_clause else "À la place :"))
        blocks.append(ListBlock(tuple(text(item.text) for item in lot.alternatives)))
    elif lot.alternative:
        blocks.append(paragraph(f"À la place : {lot.alternative}"))
    if lot.controls:
        blocks.append(controls_table(lot))
    return blocks


def _said(value: Number, name: str) -> str:
    """One decimal, and its plural from two on; a course of a few weeks is never told as « 0 ETP »."""
    if value.rounded(1) >= 2:
        name = name.replace("personne présente", "personnes présentes")
    else:
        name = name.replace("semaines de", "semaine de")
    return f"{french.number(value.value, 1) if value.rounded(1) else 'moins de 0,1'} {name}"


def _steps(lot: LotCalibration) -> Table:
    rows = tuple(
        (
            text(step.name),
            text(figure(step.low, step)),
            text(figure(step.value, step), strong=True),
            text(figure(step.high, step)),
            text(_origin(step)),
        )
        for step in lot.steps
    )
    return typeset_table(
        Table(
            f"Étapes du calcul : {lot_name(lot)}",
            ("Étape", "Bas", "Retenu", "Haut", "Source et certitude"),
            rows,
            widths=(5, 2, 3, 2, 6),
            numeric=frozenset({1, 2, 3}),
        )
    )


def _origin(step: Step) -> str:
    """Source, certainty, and for a figure that was typed what it stands in for and why."""
    if step.status is Status.DECISION and not step.link:
        return step.source  # « Réglage du service »: the mark is in the words
    if step.status is not Status.CERTAIN:
        return f"{step.source} ({step.status.label})"
    return f"{step.source}. {step.note}" if step.source == TYPED and step.note else step.source


def figure(value: Quantity | None, step: Step) -> str:
    """A figure of a step as people read it, with its unit when the value does not carry one."""
    if value is None:
        return ""
    if isinstance(value, Hours):
        return f"{french.number(value.value, 1)} h"
    shown = french.show(value)
    return (
        f"{french.number(value.value, 3)}"
        if isinstance(value, Number) and step.unit in ("coefficient", "part")
        else shown
    )


def _ratio(lot: LotCalibration) -> Paragraph:
    ratio = lot.ratio
    assert ratio is not None
    low = (
        f" ; au montant minimum : {french.hours(ratio.at_minimum)}"
        if ratio.at_minimum is not None
        else " ; sans minimum, seul le ratio est opposable"
    )
    high = f" ; au montant maximum : {french.hours(ratio.at_maximum)}" if ratio.at_maximum is not None else ""
    return paragraph(
        f"Ratio à inscrire au CCAP : {ratio_words(ratio)}{low}{high}."
        + ("" if ratio.holders is None else f" Le même ratio pour chacun des {ratio.holders} titulaires.")
    )


def _to_confirm(context: Context) -> list[Block]:
    items: list[str] = []
    for lot in context.calibration.lots:
        where = "Marché" if lot.lot is None else f"Lot n° {lot.lot}"
        points = [
            f"{step.name.lower()} : {figure(step.value, step)} ({step.status.label})"
            for step in lot.steps
            if step.status is not Status.CERTAIN and step.unit != "h"
        ]
        if lot.decision is HoursDecision.POOLED:
            points.append("globalisation possible avec d'autres marchés du même bassin d'emploi")
        if points:
            items.append(f"{where} : {' ; '.join(points)}.")
        items += [f"{where} : {question}" for question in lot.questions]
    if context.calibration.total.advised or not items:
        items.append(
            "La capacité des structures d'insertion et des prescripteurs du territoire à fournir des heures pendant "
            "la durée du marché."
        )
        if not context.understanding.market.opinions:
            items.append(NO_OPINION)
    return [ListBlock(tuple(text(item) for item in dict.fromkeys(items)))]
