"""Every clause, in every piece it writes, for every CCAG, form of contract, nature and level: no hole, no crash."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from drafter.checking import check_library
from drafter.draft.blocks import Heading, Text
from drafter.draft.numbering import every_inlines, numbered
from drafter.draft.render import clause_blocks
from drafter.library import load_library
from drafter.market import market_data, read_market
from drafter.pipeline import run
from drafter.proposal import propose
from drafter.vocabulary import Ambition, Ccag, Form

LIBRARY = load_library()
VAGUE = re.compile(
    r"dans la mesure du possible|\bsi possible\b|autant que possible|\bprivilégi|respectueu\w* de l.environnement",
    re.IGNORECASE,
)


def contexts():
    """One context for each CCAG and each form, on a market with hours."""
    base = market_data(LIBRARY.examples["nettoyage-mediatheque"])
    for ccag in Ccag:
        yield run(read_market({**base, "ccag": str(ccag)}), LIBRARY).context
    for form in Form:
        yield run(read_market({**base, "forme": str(form), "montant_min_ht": 100000}), LIBRARY).context


CONTEXTS = tuple(contexts())


def test_the_library_has_no_fault():
    assert [str(fault) for fault in check_library(LIBRARY)] == []


@pytest.mark.parametrize("clause", LIBRARY.clauses.values(), ids=lambda clause: clause.id)
def test_clause_renders_everywhere(clause):
    for context in CONTEXTS:
        for level in clause.levels:
            proposal = replace(propose(clause, [0], context.understanding, ()), level=level)
            values = {
                name: item.value(Ambition(level), context.understanding.market.nature)
                for name, item in clause.parameters.items()
            }
            proposal = replace(proposal, values=values)
            for piece in clause.texts:
                blocks = numbered(clause_blocks(context, proposal, piece, top=1))
                assert blocks, f"{clause.id} writes nothing into the {piece}"
                for inlines in every_inlines(blocks):
                    text = "".join(item.text for item in inlines if isinstance(item, Text))
                    assert "{{" not in text
                    assert "[[" not in text
                    assert not VAGUE.search(text), f"{clause.id}: vague words in {text!r}"
                assert all(block.text.strip() for block in blocks if isinstance(block, Heading))


@pytest.mark.parametrize("clause", LIBRARY.clauses.values(), ids=lambda clause: clause.id)
def test_no_ccag_article_without_ccag(clause):
    """A market without CCAG never reads a reference to one."""
    context = next(item for item in CONTEXTS if item.market_ccag is Ccag.NONE)
    for piece in clause.texts:
        for inlines in every_inlines(
            clause_blocks(context, propose(clause, [0], context.understanding, ()), piece, top=1)
        ):
            text = "".join(item.text for item in inlines if isinstance(item, Text))
            assert "CCAG" not in text.replace("sans CCAG", ""), f"{clause.id}, {piece}: {text!r}"
