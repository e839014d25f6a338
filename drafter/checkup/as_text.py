"""A check-up as lines to read in a terminal or a text file."""

from __future__ import annotations

from collections.abc import Iterator

from drafter import french
from drafter.checkup.findings import KINDS, OUTSIDE, Finding, Report


def as_text(report: Report) -> str:
    return french.typeset("\n".join(_lines(report))) + "\n"


def where(finding: Finding) -> str:
    """The place of a finding, in words."""
    if finding.article:
        return f"article « {finding.article} »"
    return "toute la pièce" if finding.place is None else OUTSIDE


def _lines(report: Report) -> Iterator[str]:
    yield f"Contrôle de la pièce : {KINDS[report.kind]}"
    yield f"Référence : {report.basis} (bibliothèque {report.library})."
    yield ""
    yield "Ce que la pièce contient"
    for item in report.held:
        found = " ; ".join(item.where) or "non trouvé"
        more = f" ({' ; '.join(item.details)})" if item.details else ""
        yield f"- {item.label} : {found}{more}"
    yield ""
    yield f"Constats : {len(report.findings)}"
    for finding in report.findings:
        yield f"- {finding.level.label} [{finding.id}] {where(finding)} : {finding.title}"
        if finding.excerpt:
            yield f"  Texte : « {finding.excerpt} »"
        yield f"  {finding.message}"
        if finding.replacement:
            yield f"  Proposition : {finding.replacement}."
        if finding.source:
            yield f"  Source ({finding.status.label}) : {finding.source}"
    yield ""
    yield from (f"À savoir : {note}" for note in report.notes)
