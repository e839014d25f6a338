"""One clause by itself, written on an example market: what its page shows, and what its Word file holds.

The text is the one of the documents: the same composer, on a selection of that clause alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from drafter import french
from drafter.draft.blocks import Block, Document, Heading, Inlines, ListBlock, Paragraph, Ref, Table
from drafter.draft.compose import bodies
from drafter.draft.fields import nature_of
from drafter.draft.numbering import blanks_of, numbered
from drafter.draft.render import follow_up, paragraph
from drafter.library import Library
from drafter.library.clause import Clause
from drafter.market import Market
from drafter.pipeline import Result, run
from drafter.proposal import Proposal, Selection, propose, whole_market
from drafter.vocabulary import Ambition, Piece

_TABLES = ("{{ tableau_preuves }}", "{{ tableau_penalites }}")
_DEROGATIONS = french.typeset("Dérogations au CCAG")


@dataclass(frozen=True)
class Specimen:
    """A clause at one level, on the market `example`."""

    proposal: Proposal
    example: str
    market: Market
    pieces: Mapping[Piece, Document]
    """What it writes into each piece, numbered as if it stood there alone."""
    tables: tuple[Table, ...]
    """Proofs and penalties, when an article of another clause lists them; empty when the clause does it itself."""
    document: Document
    """All of it on one paper."""

    @property
    def clause(self) -> Clause:
        return self.proposal.clause


def specimen(clause: Clause, library: Library, level: Ambition | None = None) -> Specimen:
    """The clause on the first market it names as its own, at `level`, else at the level that market asks for.

    Raises ValueError when the clause is not written for that level.
    """
    if level is not None and level not in clause.levels:
        raise ValueError(f"{clause.id} is not written for {level}")
    example = clause.examples.applies[0]
    result = run(library.examples[example], library)
    proposal = _proposal(clause, result)
    context = replace(result.context, selection=Selection((proposal,), ()))
    at = level or proposal.level
    nature = nature_of(context, proposal)
    values = {name: parameter.value(at, nature) for name, parameter in clause.parameters.items()}
    proposal = replace(proposal, level=at, values=values)
    context = replace(context, selection=Selection((proposal,), ()))
    written = {
        piece: _without_empty_list(clause, blocks)
        for key, blocks in bodies(context).items()
        if blocks and (piece := Piece(key.upper())) in clause.texts
    }
    owned = any(mark in text for text in clause.texts.values() for mark in _TABLES)
    tables = () if owned or clause.criterion is not None else follow_up(context, proposal)
    return Specimen(
        proposal,
        example,
        result.market,
        {piece: _paper(piece.lower(), piece.label, "", blocks, library) for piece, blocks in written.items()},
        tables,
        _whole(proposal, written, tables, result),
    )


def _proposal(clause: Clause, result: Result) -> Proposal:
    """As the selection keeps it on that market, else written for the lots it applies to."""
    for item in result.selection.kept:
        if item.clause.id == clause.id:
            return item
    lots = [
        number
        for number, facts in result.situation.lots.items()
        if clause.condition.evaluate(facts, result.on, result.library.value).holds
    ]
    numbers = list(result.situation.lots) if whole_market(clause) or not lots else lots
    return propose(clause, numbers, result.understanding, ())


def _without_empty_list(clause: Clause, blocks: list[Block]) -> list[Block]:
    """The list of derogations that closes every CCAP says nothing for a clause that departs from no article."""
    if clause.derogations:
        return blocks
    ends = (place for place, block in enumerate(blocks) if isinstance(block, Heading) and block.text == _DEROGATIONS)
    return blocks[: next(ends, len(blocks))]


# --- on one paper --------------------------------------------------------------------------------


def _whole(
    proposal: Proposal, written: Mapping[Piece, list[Block]], tables: tuple[Table, ...], result: Result
) -> Document:
    clause, library = proposal.clause, result.library
    blocks: list[Block] = [
        paragraph(
            f"Clause rendue sur un marché d'exemple, « {result.market.object} ». Les chiffres réglables sont ceux du "
            f"niveau {proposal.level.label.lower()} : réglez-les pour votre achat. Les articles prennent le numéro de "
            "leur place dans votre pièce.",
            "note",
        )
    ]
    for piece, body in written.items():
        blocks.append(paragraph(f"Ce qui suit va dans la pièce {piece} : {piece.label.lower()}.", "note"))
        blocks += _apart(body, piece)
    if tables:
        home = "du CCAP qui réunit les preuves et les pénalités"
        blocks.append(paragraph(f"Ce qui suit va dans l'article {home}.", "note"))
        blocks += tables
    subtitle = f"Clause {clause.id}, version {clause.version}, bibliothèque {library.info.version}"
    return _paper("clause", clause.title, subtitle, blocks, library)


def _paper(key: str, title: str, subtitle: str, blocks: Iterable[Block], library: Library) -> Document:
    body = tuple(blocks)
    properties = {"bibliotheque": library.info.version}
    return Document(key, french.typeset(title), subtitle, numbered(body), blanks_of(body), properties)


def _apart(blocks: Iterable[Block], piece: Piece) -> list[Block]:
    """Keys made those of one piece: two pieces of a clause may name their titles alike."""

    def own(key: str) -> str:
        return f"{piece}/{key}" if key else ""

    def moved(inlines: Inlines) -> Inlines:
        return tuple(replace(item, target=own(item.target)) if isinstance(item, Ref) else item for item in inlines)

    def block_of(block: Block) -> Block:
        match block:
            case Heading():
                return replace(block, key=own(block.key))
            case Paragraph():
                return replace(block, inlines=moved(block.inlines))
            case ListBlock():
                return replace(block, items=tuple(moved(item) for item in block.items))
            case Table():
                return replace(block, rows=tuple(tuple(moved(cell) for cell in row) for row in block.rows))
        return block

    return [block_of(block) for block in blocks]
