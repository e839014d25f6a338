"""No clause of ours raises a warning that it would raise in a buyer's hands: every text, piece and sub-criterion."""

from __future__ import annotations

import pytest

from drafter.library import load_library
from drafter.library.clause import Clause
from drafter.library.warnings import TextScope, load_warnings
from drafter.own_wording import check_clauses, clause_texts, plain_text
from drafter.vocabulary import Piece

LIBRARY = load_library()
WARNINGS = load_warnings()


@pytest.mark.parametrize("clause", LIBRARY.clauses.values(), ids=lambda clause: clause.id)
def test_no_clause_of_ours_raises_a_warning(clause: Clause) -> None:
    assert [str(item) for item in check_clauses([clause], [], WARNINGS)] == []


def test_no_penalty_of_ours_raises_a_warning() -> None:
    assert [str(item) for item in check_clauses([], LIBRARY.penalties.values(), WARNINGS)] == []


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Le titulaire est une entreprise locale.", "W04"),
        ("Le titulaire privilégie le vrac.", "REDAC-1"),
        ("Le titulaire forme l'ensemble de ses salariés.", "W01"),
        ("Il emploie les salariés de l'ETTI Humando.", "W12"),
        ("Le volume d'heures sera fixé ultérieurement.", "W09"),
        ("Le bois est certifié FSC.", "W10"),
        ("Les heures vont aux habitants des quartiers prioritaires de la commune.", "W05"),
    ],
)
def test_a_fault_slipped_into_a_clause_is_found(words: str, name: str) -> None:
    clause = LIBRARY.clauses["social.insertion.heures"]
    texts = {**clause.texts, clause.piece: f"{clause.texts[clause.piece]}\n\n{words}"}
    spoilt = clause.model_copy(update={"texts": texts})
    assert name in {item.finding.id for item in check_clauses([spoilt], [], WARNINGS)}


def test_a_fault_in_a_sub_criterion_is_found() -> None:
    clause = next(item for item in LIBRARY.clauses.values() if item.criterion)
    assert clause.criterion is not None
    sub = clause.criterion.sub_criteria[0].model_copy(update={"expected": "Bilan carbone de l'entreprise"})
    criterion = clause.criterion.model_copy(update={"sub_criteria": (sub, *clause.criterion.sub_criteria[1:])})
    spoilt = clause.model_copy(update={"criterion": criterion})
    assert "W02" in {item.finding.id for item in check_clauses([spoilt], [], WARNINGS)}


def test_every_piece_of_every_clause_is_read() -> None:
    for clause in LIBRARY.clauses.values():
        places = {place for place, _, text in clause_texts(clause) if text}
        assert {str(piece) for piece in clause.texts} <= places
        assert ("critere" in places) == (clause.criterion is not None)


def test_conditional_passages_are_read_and_fields_are_not_words() -> None:
    passage = ":::si {ccag: aucun}\nUne entreprise locale, [[nom]].\n:::"
    text = f"Avant {{{{ part }}}}.\n\n{passage}\n\n| a | b |\n|---|---|\n| c | d |"
    shown = plain_text(text)
    assert "entreprise locale" in shown
    assert "{{" not in shown
    assert ":::" not in shown
    assert "| d" in shown


def test_a_criterion_is_judged_as_a_criterion() -> None:
    for clause in LIBRARY.clauses.values():
        scopes = {scope for place, scope, _ in clause_texts(clause) if place in set(Piece)}
        assert scopes == {TextScope.CRITERION if clause.criterion else TextScope.LIBRARY}
