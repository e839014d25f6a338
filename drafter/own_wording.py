"""The checks made on what a buyer types, run over our own clauses: none may raise one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from drafter.draft.markup import (
    BlockField,
    Field,
    Gap,
    HeadingPart,
    ListPart,
    MarkupError,
    ParagraphPart,
    Part,
    Spans,
    TablePart,
    Words,
    compile_text,
)
from drafter.library.clause import Clause, Penalty
from drafter.library.warnings import TextScope, Warnings
from drafter.wording import Finding, check_text


@dataclass(frozen=True, slots=True)
class OwnFinding:
    """`place` is a piece, or the key of the header that holds the words."""

    clause: str
    place: str
    finding: Finding

    def __str__(self) -> str:
        return (
            f"{self.clause} ({self.place}) : {self.finding.id} « {self.finding.words} » dans « {self.finding.excerpt} »"
        )


def check_clauses(clauses: Iterable[Clause], penalties: Iterable[Penalty], warnings: Warnings) -> Iterator[OwnFinding]:
    """Every text of every clause, and the penalty grid, that would raise a warning if a buyer had typed it."""
    for clause in clauses:
        for place, scope, text in clause_texts(clause):
            for finding in check_text(text, scope, warnings):
                yield OwnFinding(clause.id, place, finding)
    for penalty in penalties:
        for finding in check_text(f"{penalty.title}\n\n{penalty.wording}", TextScope.LIBRARY, warnings):
            yield OwnFinding(penalty.code, "penalites", finding)


def clause_texts(clause: Clause) -> Iterator[tuple[str, TextScope, str]]:
    """All that a clause may print, as plain text: its pieces, its criterion, its proofs, controls and breaches."""
    judged = TextScope.CRITERION if clause.criterion else TextScope.LIBRARY
    for piece, text in clause.texts.items():
        yield str(piece), judged, plain_text(text)
    yield "titre", judged, clause.title
    for key, line in (
        ("preuve", clause.proof.offer),
        ("preuve", clause.proof.execution),
        ("controle", clause.control.text),
        ("controle", clause.control.frequency),
        *(("penalites", use.breach) for use in clause.penalties),
    ):
        if line:
            yield key, TextScope.LIBRARY, plain_text(line)
    for group in clause.labels:
        yield "labels", judged, plain_text("\n\n".join((*group.characteristics, group.other_proof)))
    if clause.criterion:
        for sub in clause.criterion.sub_criteria:
            lines = (sub.title, sub.expected, sub.formula or "", *(grade.when for grade in sub.scale))
            yield "critere", TextScope.CRITERION, "\n\n".join(plain_text(line) for line in lines)
        for answer in clause.criterion.frame:
            yield "cadre_reponse", TextScope.CRITERION, plain_text(answer.question)


def plain_text(text: str) -> str:
    """A text without markup, every conditional passage kept, fields shown as « … », one block a paragraph."""
    try:
        passages = compile_text(text)
    except MarkupError:
        return text
    return "\n\n".join(block for passage in passages for part in passage.parts for block in _blocks(part) if block)


def _blocks(part: Part) -> Iterator[str]:
    match part:
        case HeadingPart(_, spans, _) | ParagraphPart(spans):
            yield _line(spans)
        case ListPart(items, _):
            yield "\n".join(f"- {_line(item)}" for item in items)
        case TablePart(header, rows):
            yield "\n".join(f"| {_line(cell)}" for row in (header, *rows) for cell in row)
        case BlockField():
            pass


def _line(spans: Spans) -> str:
    shown = []
    for span in spans:
        match span:
            case Words(text=text):
                shown.append(text)
            case Gap(label):
                shown.append(f"[{label}]")
            case Field() | _:
                shown.append("…")
    return "".join(shown)
