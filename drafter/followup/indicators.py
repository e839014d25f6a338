"""Indicators of the clauses and AGEC purchases as rows, ready to be copied where the buyer declares them.

The standard « annexe financière » has a tab for sustainable development: its structure is its own. These rows are
given beside it; nothing here imitates it or fills it in.
"""

from __future__ import annotations

from typing import Any

from drafter import french
from drafter.dated import Unit
from drafter.draft.blocks import plain_text
from drafter.draft.fields import lots_label
from drafter.draft.render import fill_line, parameters_written
from drafter.followup.deadlines import proofs
from drafter.followup.record import safe, table_csv
from drafter.pipeline import Result
from drafter.proposal import ARTICLE

CSV_NAME = "indicateurs.csv"
COLUMNS = (
    "origine",
    "lot",
    "rubrique",
    "indicateur",
    "engagement",
    "valeur_constatee",
    "preuve",
    "controle",
    "reference",
)
CLAUSE, AGEC = "clause", "agec"
AGEC_AMOUNTS = (
    "Dépense annuelle HT de la catégorie (€)",
    "dont issue du réemploi ou de la réutilisation (€)",
    "dont intégrant des matières recyclées (€)",
)


def indicators(result: Result) -> list[dict[str, Any]]:
    """One row for each figure a kept clause commits to, or for the clause when it has none; then AGEC amounts."""
    context = result.context
    rows: list[dict[str, Any]] = []
    for item in proofs(result):
        clause = item.clause
        if clause.theme == ARTICLE:  # the frame of the others: it commits to no figure
            continue
        common = {
            "origine": CLAUSE,
            "lot": lots_label(item),
            "rubrique": clause.title,
            "valeur_constatee": "",
            "preuve": plain_text(fill_line(context, item, clause.proof.execution or "")),
            "controle": plain_text(fill_line(context, item, clause.control.frequency)),
            "reference": clause.id,
        }
        written = parameters_written(context, item)
        figures = [
            (clause.parameters[name].label, french.show(value))
            for name, value in item.values.items()
            if name in written and clause.parameters[name].unit is not Unit.DAYS  # a delay is no indicator
        ]
        for label, shown in figures or [("Obligation tenue (oui ou non)", "")]:
            rows.append(common | {"indicateur": label, "engagement": shown})
    for found in result.sector_duties:
        for line in found.agec if found.binds else ():
            lots = french.joined([str(number) for number in found.lots])
            rows += [
                {
                    "origine": AGEC,
                    "lot": f"Lots {lots}" if lots else "",
                    "rubrique": f"AGEC, catégorie {line.number} : {line.label}",
                    "indicateur": amount,
                    "engagement": line.text if rank == 0 else "",
                    "valeur_constatee": "",
                    "preuve": "",
                    "controle": "chaque année civile",
                    "reference": found.id,
                }
                for rank, amount in enumerate(AGEC_AMOUNTS)
            ]
    return rows


def indicators_csv(result: Result) -> bytes:
    return table_csv(COLUMNS, [[safe(french.typeset(row[name])) for name in COLUMNS] for row in indicators(result)])
