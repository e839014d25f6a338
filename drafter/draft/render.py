"""From the text of a clause (templates) to blocks: conditions decided, fields filled, French typeset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from drafter import french
from drafter.dated import Number
from drafter.draft import fields, markup
from drafter.draft.blocks import (
    Blank,
    Block,
    Heading,
    Inline,
    Inlines,
    ListBlock,
    Paragraph,
    Ref,
    Table,
    Text,
)
from drafter.draft.fields import Context
from drafter.draft.labels import label_blocks
from drafter.draft.markup import (
    BlockField,
    Field,
    Gap,
    HeadingPart,
    Link,
    ListPart,
    ParagraphPart,
    Span,
    Spans,
    TablePart,
    Words,
)
from drafter.draft.notes import clause_notes
from drafter.library.clause import Penalty
from drafter.proposal import Proposal
from drafter.values import Quantity
from drafter.vocabulary import ContractKind, Piece


def heading_key(proposal: Proposal, key: str) -> str:
    """Unique in a piece: the clause, its lots, the heading."""
    lots = "-".join(str(number) for number in proposal.lots)
    return f"{proposal.clause.id}{'@' + lots if lots else ''}#{key}"


def clause_blocks(context: Context, proposal: Proposal, piece: Piece, top: int) -> tuple[Block, ...]:
    """The blocks a clause writes into a piece; its first heading is put at level `top`, the others follow.

    That heading carries the notes of the clause.
    """
    parts = [part for passage in _written(context, proposal, piece) for part in passage.parts]
    first = next((part.level for part in parts if isinstance(part, HeadingPart)), top)
    blocks = [block for part in parts for block in _blocks(context, proposal, part, top - first)]
    if blocks and isinstance(title := blocks[0], Heading):
        concession = context.understanding.market.contract is ContractKind.CONCESSION
        blocks[0] = replace(title, notes=clause_notes(proposal, piece, concession=concession))
    return tuple(blocks)


def parameters_written(context: Context, proposal: Proposal) -> frozenset[str]:
    """The parameters whose value the clause writes, here and at its level: the others bind nobody."""
    return frozenset(
        span.name
        for piece in proposal.clause.texts
        for span in markup.spans_of(_written(context, proposal, piece))
        if isinstance(span, Field)
    )


def _written(context: Context, proposal: Proposal, piece: Piece) -> tuple[markup.Passage, ...]:
    facts = {**context.situation.of(proposal.lots), "niveau": str(proposal.level)}
    return tuple(
        passage
        for passage in markup.compile_text(proposal.clause.texts[piece])
        if passage.condition is None or passage.condition.evaluate(facts, context.on, context.library.value).holds
    )


def _blocks(context: Context, proposal: Proposal, part: markup.Part, shift: int) -> tuple[Block, ...]:
    if part == BlockField("labels"):
        clause = proposal.clause
        judged = clause.criterion is not None
        return label_blocks(
            clause.labels, lambda line: fill_line(context, proposal, line), judged=judged, origin=clause.id
        )
    return (_block(context, proposal, part, shift),)


def _block(context: Context, proposal: Proposal, part: markup.Part, shift: int) -> Block:
    origin = proposal.clause.id
    match part:
        case HeadingPart(level, spans, key):
            text = "".join(item.text for item in _inlines(context, proposal, spans) if isinstance(item, Text))
            depth = min(3, max(1, level + shift))
            return Heading(depth, text, heading_key(proposal, key) if key else "", origin=origin)  # type: ignore[arg-type]
        case ParagraphPart(spans):
            return Paragraph(_inlines(context, proposal, spans), origin=origin)
        case ListPart(items, ordered):
            return ListBlock(tuple(_inlines(context, proposal, item) for item in items), ordered, origin)
        case TablePart(header, rows):
            titles = tuple(
                "".join(item.text for item in _inlines(context, proposal, cell) if isinstance(item, Text))
                for cell in header
            )
            body = tuple(tuple(_inlines(context, proposal, cell) for cell in row) for row in rows)
            return Table("", titles, body, origin=origin)
        case BlockField(name):
            return replace(_table(context, proposal, name), origin=origin)


def _table(context: Context, proposal: Proposal, name: str) -> Table:
    def fill(text: str, owner: Proposal) -> Inlines:
        return fill_line(context, owner, text)

    def word(penalty: Penalty, owner: Proposal) -> Inlines:
        nature = fields.nature_of(context, owner)
        values = {key: parameter.value(owner.level, nature) for key, parameter in penalty.parameters.items()}
        own = {key: value for key, value in owner.values.items() if key in values}
        return _fill(context, owner, penalty.wording, {**values, **own})

    match name:
        case "tableau_heures":
            table = fields.hours_table(context)
        case "tableau_engagement":
            table = fields.engagement_table(context)
        case "tableau_preuves":
            table = fields.proofs_table(context, proposal, fill)
        case "tableau_penalites":
            table = fields.penalties_table(context, proposal, fill, word)
        case "tableau_criteres":
            table = fields.criterion_table(proposal, fill)
        case "cadre_reponse":
            table = fields.frame_table(proposal, fill)
        case _:  # pragma: no cover - markup knows the list of block fields
            raise KeyError(name)
    return typeset_table(table)


def follow_up(context: Context, proposal: Proposal) -> tuple[Table, ...]:
    """Proofs and controls, then penalties with their amounts: how a clause stands in the tables of an article."""
    names = ("tableau_preuves", *(["tableau_penalites"] if proposal.clause.penalties else []))
    return tuple(_table(context, proposal, name) for name in names)


def fill_line(context: Context, proposal: Proposal, text: str) -> Inlines:
    """One line of a header (a proof, a breach) with its fields filled."""
    return _fill(context, proposal, text, proposal.values)


def _fill(context: Context, proposal: Proposal, text: str, values: Mapping[str, Quantity]) -> Inlines:
    inlines: list[Inline] = []
    for part in (part for passage in markup.compile_text(text) for part in passage.parts):
        if isinstance(part, ParagraphPart):
            inlines += _resolve(context, proposal, part.spans, values)
    return _typeset(tuple(inlines))


def _inlines(context: Context, proposal: Proposal, spans: Spans) -> Inlines:
    return _typeset(tuple(_resolve(context, proposal, spans, proposal.values)))


def _resolve(context: Context, proposal: Proposal, spans: Spans, values: Mapping[str, Quantity]) -> Iterator[Inline]:
    for span in spans:
        yield from _one(context, proposal, span, values)


def _one(context: Context, proposal: Proposal, span: Span, values: Mapping[str, Quantity]) -> Inlines:
    match span:
        case Words(text, strong, emph):
            return (Text(text, strong, emph),)
        case Gap(label):
            return (Blank(french.typeset(label)),)
        case Link(key):
            return (Ref(heading_key(proposal, key)),)
        case Field(name, strong):
            value = values.get(name)
            if value is None and name == "poids" and proposal.clause.criterion is not None:
                value = Number(proposal.clause.criterion.weight)
            resolved = fields.COMMON[name](context) if value is None else value
            found = fields.shown(resolved)
            if not strong:
                return found
            return tuple(replace(item, strong=True) if isinstance(item, Text) else item for item in found)


def _typeset(inlines: Inlines) -> Inlines:
    """French no-break spaces across the runs of a paragraph."""
    if not inlines:
        return ()
    runs = [item.text if isinstance(item, Text) else "\ue001" for item in inlines]
    done = french.typeset_runs(runs)
    return tuple(_retyped(item, text) for item, text in zip(inlines, done, strict=True))


def _retyped(item: Inline, text: str) -> Inline:
    if isinstance(item, Text):
        return replace(item, text=text)
    return Blank(french.typeset(item.label)) if isinstance(item, Blank) else item


def typeset_table(table: Table) -> Table:
    return replace(
        table,
        caption=french.typeset(table.caption),
        header=tuple(french.typeset(cell) for cell in table.header),
        rows=tuple(tuple(_typeset(cell) for cell in row) for row in table.rows),
    )


def text(words: str, *, strong: bool = False) -> Inlines:
    """Our own words, typeset."""
    return (Text(french.typeset(words), strong=strong),)


def paragraph(words: str, role: str = "corps") -> Paragraph:
    return Paragraph(text(words), role)  # type: ignore[arg-type]
