"""Three states of one market: what two people changed since they last agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from drafter.errors import DrafterError
from drafter.exchange.differences import Difference, told
from drafter.exchange.tree import Node, Path, at, changed, cut, grown, same_lots
from drafter.library import Library
from drafter.market import Market, read_market


@dataclass(frozen=True)
class Merged:
    """`market` holds what each changed alone; where both changed the same fact it keeps mine, and says so.

    A collision reads: `before` mine, `after` theirs. `take` puts theirs where the person chooses so.
    """

    market: Market
    collisions: tuple[Difference, ...]


def merge(base: Market, mine: Market, theirs: Market, library: Library) -> Merged:
    """Three-way, fact by fact. Nothing of theirs is lost: it is in the market, or among the collisions."""
    apart = same_lots(base, mine, theirs)
    first, left, right = (grown(market, lots_apart=apart) for market in (base, mine, theirs))
    both: list[Path] = []
    merged = _joined(first, left, right, (), both)
    try:
        market = read_market(cut(merged))
    except DrafterError:  # each half reads, the whole does not: a minimum above a maximum
        market = mine
        both = [path for path in changed(left, right) if at(first, path) != at(right, path)]
    return Merged(market, tuple(told(path, mine, theirs, left, right, library) for path in both))


def _joined(base: Any, mine: Any, theirs: Any, path: Path, both: list[Path]) -> Any:
    if isinstance(mine, Node) and isinstance(theirs, Node) and (base is None or isinstance(base, Node)):
        base = base or Node()
        found = Node()
        for key in _order(base, mine, theirs):
            fact = _joined(base.get(key), mine.get(key), theirs.get(key), (*path, key), both)
            if fact is not None:
                found[key] = fact
        return found
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    # a branch against no branch: what is inside still merges fact by fact
    if all(side is None or isinstance(side, Node) for side in (base, mine, theirs)):
        return _joined(base, mine or Node(), theirs or Node(), path, both) or None
    both.append(path)
    return mine


def _order(base: Node, mine: Node, theirs: Node) -> Iterator[str]:
    """Of the side that changed the list; when both did, mine and then what they added."""
    first, second = (theirs, mine) if list(mine) == list(base) else (mine, theirs)
    yield from first
    yield from (key for key in second if key not in first)
