"""`drafter explain` in plain French, for a terminal."""

from __future__ import annotations

from drafter import french
from drafter.pipeline import Result
from drafter.proposal import Proposal


def report(result: Result) -> str:
    """What binds, how many hours, which clauses, what is missing — one idea a line."""
    lines = [
        f"{result.market.object}",
        f"Lancement le {french.day(result.on)}, valeur estimée {french.euros(result.market.total)} HT",
        "",
    ]
    lines.append("CE QUE LA LOI IMPOSE")
    lines += [
        f"  {found.status.label:<12} {found.id}  {found.duty.title} ({found.duty.article}). {found.reason}"
        for found in result.duties
    ]
    if sector := [found for found in result.sector_duties if found.binds]:
        lines += ["", "OBLIGATIONS PROPRES À CET ACHAT"]
        lines += [
            f"  {found.status.label:<12} {found.id}  {found.duty.title} ({found.duty.article}). {found.reason}"
            for found in sector
        ]
    lines += ["", "HEURES D'INSERTION"]
    for lot in result.calibration.lots:
        name = "Marché" if lot.lot is None else f"Lot {lot.lot} ({lot.title})"
        hours = lot.hours
        figures = (
            f"{french.hours(hours.advised)} (de {french.number(hours.low.value)} à {french.number(hours.high.value)})"
            if lot.has_clause
            else "aucune"
        )
        lines.append(f"  {name} : {figures}. {lot.decision.label}. {lot.reason}")
        if lot.alternative:
            lines.append(f"    À la place : {lot.alternative}")
    for use in result.calibration.territories:
        lines.append(f"  Territoire : {use.territory.label}. {use.reason}")
        lines += [f"    {change.label} (source : {change.source})" for change in use.changes]
    lines += ["", "CLAUSES PROPOSÉES"]
    lines += [_clause(item) for item in result.selection.kept]
    for title, advice in (("À REGARDER", False), ("CONSEILS", True)):
        if found := [f"  {alert.id} : {alert.text}" for alert in result.alerts if alert.advice is advice]:
            lines += ["", title, *found]
    questions = [question for found in result.duties for question in found.questions]
    questions += [question for lot in result.calibration.lots for question in lot.questions]
    if questions:
        lines += ["", "À PRÉCISER", *(f"  {question}" for question in dict.fromkeys(questions))]
    return french.typeset("\n".join(lines))


def _clause(item: Proposal) -> str:
    lots = f", lots {', '.join(map(str, item.lots))}" if item.lots else ""
    pieces = ", ".join(item.clause.texts)
    return f"  {pieces:<8} {item.clause.title} ({item.clause.id}, niveau {item.level.label.lower()}{lots})"
