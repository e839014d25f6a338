"""The wording on labels: characteristics kept, equivalent labels, other proofs.

A label is never demanded by itself. The same sentences stand in every clause, so that none forgets what
articles R2111-12 to R2111-17 of the code de la commande publique ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from drafter import french
from drafter.draft.blocks import Block, Inlines, ListBlock, Paragraph, Text
from drafter.library.clause import LabelGroup


def label_blocks(
    groups: Iterable[LabelGroup], fill: Callable[[str], Inlines], *, judged: bool, origin: str
) -> tuple[Block, ...]:
    """What each group of labels writes; `judged` when a criterion scores the characteristics instead of demanding
    them. `fill` turns a line of the header into inlines."""
    return tuple(block for group in groups for block in _group(group, fill, judged, origin))


def _group(group: LabelGroup, fill: Callable[[str], Inlines], judged: bool, origin: str) -> tuple[Block, ...]:
    def said(text: str) -> Paragraph:
        return Paragraph((Text(french.typeset(text)),), origin=origin)

    named = french.joined([f"le label « {name} »" for name in group.names], "ou")
    verb = "appréciées" if judged else "exigées"
    *others, last = group.characteristics
    items = [*(fill(f"{line} ;") for line in others), fill(f"{last}.")]
    return (
        said(f"Les caractéristiques suivantes, et elles seules, sont {verb} :"),
        ListBlock(tuple(items), origin=origin),
        said(
            f"Elles sont prouvées par {named}, ou par tout label équivalent, dont le référentiel confirme qu'elles "
            "sont remplies. Une caractéristique que le référentiel du label ne couvre pas se prouve comme si le "
            "label n'existait pas."
        ),
        Paragraph(
            (
                Text(
                    french.typeset(
                        "L'opérateur qui n'a manifestement pas pu obtenir l'un de ces labels dans les délais fixés, "
                        "pour des raisons qui ne lui sont pas imputables, prouve par d'autres moyens appropriés que "
                        "ces caractéristiques sont remplies : "
                    )
                ),
                *fill(group.other_proof),
                Text("."),
            ),
            origin=origin,
        ),
    )
