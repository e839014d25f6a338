"""A market as a tree whose leaves are the facts people change one at a time.

A figure of the calibrage is one fact with its reason; a decision, a criterion, a tranche or an opinion is one fact.
Lots are facts of their own only while their numbers mean the same lots on every side (`same_lots`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from drafter.market import Market, market_data

Path = tuple[str, ...]


class Node(dict[str, Any]):
    """A branch; everything else, a plain dict included, is a leaf."""


LOTS, FIGURES = "lots", "calibrage"
TOGETHER = {
    "heures_marche_precedent": "marche_precedent",
    "montant_marche_precedent": "marche_precedent",
    "seuil_bon_commande_ht": "bons_de_commande",
    "part_commandes_au_dessus_seuil": "bons_de_commande",
}
"""Figures that stand or fall together are one fact."""
SETS = ("drapeaux", "territoires_ecartes")
ASIDE, REASONS = "facteurs_ecartes", "motifs"


def _decision(item: Mapping[str, Any]) -> str:
    about = f"clause {item['clause']}" if "clause" in item else f"obligation {item['obligation']}"
    return f"{about} lot {item['lot']}" if "lot" in item else about


_ENTRIES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "decisions": _decision,
    "criteres": lambda item: str(item["intitule"]),
    "tranches": lambda item: str(item["intitule"]),
    "avis": lambda item: f"{item['le']} {item.get('structure', '')}",
}
"""Lists whose entries are facts, and what tells one entry from another."""


def same_lots(*markets: Market) -> bool:
    """Whether lot 2 is the same lot for all: as many lots, and none that moved to another number."""
    lists = [[lot.title for lot in market.lots] for market in markets]
    return all(_matching(left, right) for left, right in combinations(lists, 2))


def _matching(left: list[str], right: list[str]) -> bool:
    if len(left) != len(right):
        return False
    renamed = [pair for pair in zip(left, right, strict=True) if pair[0] != pair[1]]
    return not any(old in right or new in left for old, new in renamed)


def grown(market: Market, *, lots_apart: bool) -> Node:
    return _grow(market_data(market), lots_apart)


def _grow(data: Mapping[str, Any], lots_apart: bool) -> Node:
    node = Node(data)
    if FIGURES in node:
        node[FIGURES] = _figures(node[FIGURES])
    for key in SETS:
        if key in node:
            node[key] = Node({str(name): True for name in node[key]})
    for key, name_of in _ENTRIES.items():
        if key in node:
            node[key] = Node(_named(node[key], name_of))
    if LOTS in node and lots_apart:
        node[LOTS] = Node({str(number): _grow(lot, lots_apart) for number, lot in enumerate(node[LOTS], 1)})
    return node


def _named(
    items: Sequence[Mapping[str, Any]], name_of: Callable[[Mapping[str, Any]], str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Two entries of one name are told apart by their order."""
    met: dict[str, int] = {}
    for item in items:
        name = name_of(item)
        met[name] = met.get(name, 0) + 1
        yield (name if met[name] == 1 else f"{name} ({met[name]})"), item


def _figures(figures: Mapping[str, Any]) -> Node:
    """Each figure or factor with its reason, as the calibrage would write it alone."""
    node = Node()
    reasons = figures.get(REASONS, {})

    def leaf(key: str) -> dict[str, Any]:
        fact: dict[str, Any] = node.setdefault(TOGETHER.get(key, key), {})
        if key in reasons:
            fact.setdefault(REASONS, {})[key] = reasons[key]
        return fact

    for key, value in figures.items():
        if key not in (REASONS, ASIDE):
            leaf(key)[key] = value
    for factor in figures.get(ASIDE, ()):
        leaf(factor)[ASIDE] = [factor]
    for key in reasons:
        leaf(key)
    return node


def cut(node: Node) -> dict[str, Any]:
    """The data of the market file again."""
    data: dict[str, Any] = dict(node)
    if FIGURES in data:
        data[FIGURES] = _calibration(data[FIGURES])
    for key in SETS:
        if key in data:
            data[key] = sorted(data[key])
    for key in _ENTRIES:
        if key in data:
            data[key] = list(data[key].values())
    if isinstance(data.get(LOTS), Node):
        data[LOTS] = [cut(lot) for lot in data[LOTS].values()]
    return data


def _calibration(node: Node) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    aside: list[str] = []
    reasons: dict[str, Any] = {}
    for fact in node.values():
        figures |= {key: value for key, value in fact.items() if key not in (REASONS, ASIDE)}
        aside += fact.get(ASIDE, ())
        reasons |= fact.get(REASONS, {})
    return {**figures, ASIDE: sorted(aside), REASONS: reasons}


def at(node: Node, path: Path) -> Any:
    """The fact there; None when it was not given."""
    found: Any = node
    for step in path:
        if not isinstance(found, Node) or step not in found:
            return None
        found = found[step]
    return found


def put(node: Node, path: Path, fact: Any) -> None:
    """Set the fact there, or take it out when None."""
    *branch, last = path
    for step in branch:
        node = node.setdefault(step, Node())
    if fact is None:
        node.pop(last, None)
    else:
        node[last] = fact


def changed(before: Any, after: Any, path: Path = ()) -> Iterator[Path]:
    """Where the facts differ, in the order of the file."""
    branches = [side for side in (before, after) if isinstance(side, Node)]
    if branches and all(side is None or isinstance(side, Node) for side in (before, after)):
        left, right = before or {}, after or {}
        for key in [*left, *(key for key in right if key not in left)]:
            yield from changed(left.get(key), right.get(key), (*path, key))
    elif before != after:
        yield path
