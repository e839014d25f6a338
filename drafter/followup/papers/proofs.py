"""The proofs that the other clauses ask for during execution: what to gather, how often, against which clause."""

from __future__ import annotations

from drafter import french
from drafter.draft.blocks import Block, Document
from drafter.draft.fields import lots_label
from drafter.draft.render import fill_line
from drafter.followup.deadlines import proofs, rhythm
from drafter.followup.papers.common import Cell, paper, said, table
from drafter.followup.plan import Plan

FILE = "preuves-a-recueillir.docx"
_OFTEN = {3: "chaque trimestre", 6: "chaque semestre", 12: "chaque année"}


def proofs_paper(plan: Plan) -> Document | None:
    """None when no kept clause asks for anything during execution."""
    context, kept = plan.result.context, proofs(plan.result)
    if not kept:
        return None
    rows: list[tuple[Cell, ...]] = []
    for item in kept:
        months = rhythm(item)
        rows.append(
            (
                f"{lots_label(item)} : {item.clause.title}" if item.lots else item.clause.title,
                fill_line(context, item, item.clause.proof.execution or ""),
                fill_line(context, item, item.clause.control.frequency),
                _OFTEN[months] if months else "sans date fixe",
                "",
            )
        )
    blocks: list[Block] = [
        said(
            "Chaque ligne vient d'une clause retenue. Une clause dont le contrôle suit un événement (livraison, "
            "enlèvement, réception) n'a pas de date dans le calendrier. "
            + ("" if plan.terms else "Ce contrat ne comporte pas d'heures d'insertion : rien n'est à compter.")
        ),
        table(
            "Preuves d'exécution à recueillir",
            ("Clause", "Preuve", "Contrôle écrit à la clause", "Dans le calendrier", "Reçue le"),
            rows,
            (4, 5, 4, 2, 2),
        ),
        said(f"Début de l'exécution : {french.day(plan.start.day)}, date {plan.start.said}."),
    ]
    return paper(plan, "Preuves d'exécution à recueillir", blocks)
