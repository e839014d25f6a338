"""The note de calibrage never loses the mark of a figure that is not sourced."""

from __future__ import annotations

from drafter.dated import Status
from drafter.draft.blocks import Table, plain_text
from drafter.library import load_library
from drafter.market import market_data, read_market
from drafter.pipeline import run

LIBRARY = load_library()


def test_a_rate_we_set_beside_a_published_text_says_so() -> None:
    """NPNRU: the charter gives the floor, the central rate is ours; its name alone would lend it authority."""
    facts = market_data(LIBRARY.examples["gros-oeuvre-court"]) | {"drapeaux": ["npnru"]}
    document = run(read_market(facts), LIBRARY).documents["note"]
    rows = [row for block in document.blocks if isinstance(block, Table) for row in block.rows]
    effort = next(row for row in rows if "Taux d’effort" in plain_text(row[0]) and len(row) == 5)
    assert "ANRU" in plain_text(effort[4])
    assert Status.DECISION.label in plain_text(effort[4])


def test_every_uncertain_step_is_marked() -> None:
    for market in LIBRARY.examples.values():
        found = run(market, LIBRARY)
        cells = [
            plain_text(row[4])
            for block in found.documents["note"].blocks
            if isinstance(block, Table) and block.caption.startswith("Étapes")
            for row in block.rows
        ]
        steps = [step for lot in found.calibration.lots for step in lot.steps]
        for step, cell in zip(steps, cells, strict=True):
            if step.status is not Status.CERTAIN:
                assert step.status.label in cell or cell == "Réglage du service", (step.name, cell)
