"""The wording on labels: what articles R2111-12 to R2111-17 ask, the same in every clause."""

from __future__ import annotations

import pytest
from cases import LIBRARY

from drafter.draft.blocks import ListBlock, Paragraph, Text, plain_text
from drafter.draft.labels import label_blocks
from drafter.library.clause import Clause, LabelGroup

GROUP = LabelGroup(
    noms=("Écolabel européen", "NF Environnement"),
    caracteristiques=("le papier est recyclé", "l'encre est sans solvant"),
    autre_preuve="rapport d'essai",
)


def said(*, judged: bool = False) -> list[str]:
    lines = []
    for block in label_blocks([GROUP], lambda line: (Text(line),), judged=judged, origin="x"):
        if isinstance(block, Paragraph):
            lines.append(plain_text(block.inlines))
        elif isinstance(block, ListBlock):
            lines += [plain_text(item) for item in block.items]
    return [line.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'") for line in lines]


def test_characteristics_labels_equivalence_and_other_proofs() -> None:
    lines = said()
    assert lines[0] == "Les caractéristiques suivantes, et elles seules, sont exigées :"
    assert lines[1:3] == ["le papier est recyclé ;", "l'encre est sans solvant."]
    assert lines[3].startswith(
        "Elles sont prouvées par le label « Écolabel européen » ou le label « NF Environnement », "
        "ou par tout label équivalent"
    )
    assert lines[4].endswith("par d'autres moyens appropriés que ces caractéristiques sont remplies : rapport d'essai.")


def test_a_criterion_scores_what_a_clause_demands() -> None:
    assert said(judged=True)[0].endswith("sont appréciées :")


@pytest.mark.parametrize("clause", [item for item in LIBRARY.clauses.values() if item.labels], ids=lambda item: item.id)
def test_no_label_clause_writes_the_equivalence_by_hand(clause: Clause) -> None:
    texts = " ".join(clause.texts.values())
    assert "label équivalent" not in texts
