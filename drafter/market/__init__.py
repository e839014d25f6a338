"""The market as the buyer described it: one frozen, typed model for form, JSON, YAML and command line.

Reading never guesses and never stops at the first fault: `read_market` returns a Market or raises
InputError with every fault, each a French sentence. Lots inherit the facts they do not state
(`Market.scopes`).
"""

from __future__ import annotations

from drafter.market.fields import MAX_ITEMS, MAX_LOTS, MAX_TEXT
from drafter.market.files import FileFormat, load_text, market_data, read_market
from drafter.market.model import Lot, Market, Scope
from drafter.market.opinions import ClauseRemark, Opinion, Proposition
from drafter.market.overrides import ChangeReason, Overrides
from drafter.market.parts import AwardCriterion, Decision, OwnClause, Tranche

__all__ = [
    "MAX_ITEMS",
    "MAX_LOTS",
    "MAX_TEXT",
    "AwardCriterion",
    "ChangeReason",
    "ClauseRemark",
    "Decision",
    "FileFormat",
    "Lot",
    "Market",
    "Opinion",
    "Overrides",
    "OwnClause",
    "Proposition",
    "Scope",
    "Tranche",
    "load_text",
    "market_data",
    "read_market",
]
