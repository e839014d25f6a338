"""The rules of wording, each tried on a clause of ours that was spoilt for it."""

from __future__ import annotations

from typing import Any

import pytest

from drafter.library import load_library
from drafter.library.articles import cited, plain
from drafter.library.clause import Clause, LegalBasis, PenaltyUse
from drafter.library.terms import ClauseType
from drafter.linting import LONGEST_SENTENCE, lint

LIBRARY = load_library()
PLAIN = LIBRARY.clauses["env.voirie.enrobes-tiedes"]
CRITERION = next(clause for clause in LIBRARY.clauses.values() if clause.type is ClauseType.CRITERION)


def found(clause: Clause) -> str:
    return "\n".join(fault.message for fault in lint([clause], LIBRARY))


def with_text(clause: Clause, words: str) -> Clause:
    return clause.model_copy(update={"texts": {**clause.texts, clause.piece: f"### Titre\n\n{words}"}})


@pytest.mark.parametrize("clause", LIBRARY.clauses.values(), ids=lambda clause: clause.id)
def test_every_clause_passes(clause: Clause) -> None:
    assert found(clause) == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Le titulaire remettra un bilan de 2 pages.", "au futur"),
        ("Le titulaire s'engage à remettre un bilan de 2 pages.", "au présent"),
        ("Le titulaire remet un bilan de 2 pages rapidement.", "n'est pas un délai"),
        ("Le titulaire remet 2 bilans, factures, etc.", "énumérez"),
        ("Le titulaire affecte un nombre suffisant de bennes, 2 au moins.", "ne se mesure pas"),
        ("A la livraison, le titulaire remet 2 bordereaux.", "prend un accent"),
        ("Le titulaire remet 2 preuves de l'Ecolabel.", "majuscule sans accent"),
        ("Le titulaire remet le bilan de 2 pages que prévoit l'article L2112-99.", "L2112-99"),
        (f"Le titulaire remet 2 bilans {'et un relevé ' * LONGEST_SENTENCE}.", "faites-en deux"),
    ],
)
def test_words_that_do_not_bind(words: str, said: str) -> None:
    assert said in found(with_text(PLAIN, words))


def test_a_requirement_without_a_figure() -> None:
    assert "rien de chiffré" in found(with_text(PLAIN, "Le titulaire remet un bilan."))


@pytest.mark.parametrize(
    ("code", "said"),
    [("P3", "P3 sanctionne un taux"), ("P8", "P8 sanctionne un délai"), ("P1", "P1 sanctionne un document")],
)
def test_a_penalty_that_cannot_be_computed(code: str, said: str) -> None:
    use = PenaltyUse.model_validate({"code": code, "manquement": "manquement"})
    spoilt = with_text(PLAIN, "Le titulaire emploie 2 engins.").model_copy(update={"penalties": (use,)})
    assert said in found(spoilt)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": "Code de la commande publique", "article": "R9999-1"}, "R9999-1"),
        ({"text": "Code inconnu", "article": "L2112-2"}, "L2112-2"),
        ({"text": "Code de la commande publique", "article": "R2111-12 à R2111-99"}, "R2111-18"),
    ],
)
def test_an_article_out_of_the_register(changes: dict[str, Any], said: str) -> None:
    spoilt = PLAIN.model_copy(update={"legal_basis": (LegalBasis(**changes),)})
    assert said in found(spoilt)


def test_a_criterion_that_separates_nothing() -> None:
    assert CRITERION.criterion is not None
    light = CRITERION.criterion.model_copy(update={"weight": 5})
    assert "ne départage pas" in found(CRITERION.model_copy(update={"criterion": light}))


def test_a_scale_that_goes_up() -> None:
    assert CRITERION.criterion is not None
    sub = CRITERION.criterion.sub_criteria[0]
    upside_down = sub.model_copy(update={"scale": tuple(reversed(sub.scale))})
    criterion = CRITERION.criterion.model_copy(
        update={"sub_criteria": (upside_down, *CRITERION.criterion.sub_criteria[1:])}
    )
    assert "descend de 100 à 0" in found(CRITERION.model_copy(update={"criterion": criterion}))


def test_levels_that_go_back_and_forth() -> None:
    name, parameter = next((name, item) for name, item in PLAIN.parameters.items() if item.advanced is not None)
    parameter = parameter.model_copy(update={"exemplary": parameter.default})
    spoilt = PLAIN.model_copy(update={"parameters": {**PLAIN.parameters, name: parameter}})
    assert "dans un seul sens" in found(spoilt)
    assert "ne sert pas" in found(spoilt)


def test_a_clause_that_names_itself() -> None:
    assert "se cite elle-même" in found(PLAIN.model_copy(update={"goes_with": (PLAIN.id,)}))


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("L2111-2, R2111-4 et R2111-10", ["L2111-2", "R2111-4", "R2111-10"]),
        ("R2111-12 à R2111-14", ["R2111-12", "R2111-13", "R2111-14"]),
        ("L. 228-4", ["L228-4"]),
        ("L2112-2-1", ["L2112-2-1"]),
        ("article 4.2 du CCAP", []),
    ],
)
def test_numbers_of_articles(words: str, numbers: list[str]) -> None:
    assert list(cited(words)) == numbers


def test_one_number_however_it_is_written() -> None:
    assert plain("L. 228-4") == plain("L\u00a0228-4") == "L228-4"
