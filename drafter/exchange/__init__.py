"""Buyer and facilitateur: what differs between two states of a market, and what becomes of an opinion.

Pure: no clock, no store. A person's figure is never written over without that person's answer.
"""

from drafter.exchange.differences import Difference, differences, take
from drafter.exchange.merging import Merged, merge
from drafter.exchange.opinions import (
    Answer,
    accept,
    as_proposed,
    as_read,
    figure_text,
    figures_used,
    proposed_figure,
    receive,
    same_opinion,
    stands,
)

__all__ = [
    "Answer",
    "Difference",
    "Merged",
    "accept",
    "as_proposed",
    "as_read",
    "differences",
    "figure_text",
    "figures_used",
    "merge",
    "proposed_figure",
    "receive",
    "same_opinion",
    "stands",
    "take",
]
