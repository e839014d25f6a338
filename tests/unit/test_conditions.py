"""`s_applique_si`: how a condition reads, what it answers, and why. An unknown fact never means no."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafter.conditions import (
    ALWAYS,
    AllOf,
    AnyOf,
    Condition,
    ConditionError,
    FactValue,
    Reason,
    Verdict,
    bounds_used,
    mentions,
    parameters_used,
    parse,
)
from drafter.facts import KINDS
from drafter.values import Euros, Months, Quantity

ON = date(2026, 10, 1)
ANSWERS = (True, False, None)


def lookup(parameter: str, on: date) -> Quantity | None:
    return {"seuils.x": Euros(90_000)}.get(parameter)


def answer(data: dict[str, Any], **facts: FactValue) -> bool | None:
    return parse(data, KINDS).evaluate(facts, ON, lookup).holds


# --- one line ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "facts", "expected"),
    [
        # one value, or one of a list
        ({"nature": "services"}, {"nature": "services"}, True),
        ({"nature": ["services", "travaux"]}, {"nature": "travaux"}, True),
        ({"nature": ["services", "travaux"]}, {"nature": "fournitures"}, False),
        ({"nature": {"aucun": ["services", "travaux"]}}, {"nature": "fournitures"}, True),
        ({"nature": {"aucun": "services"}}, {"nature": "services"}, False),
        # a fact that is a set
        ({"drapeaux": "npnru"}, {"drapeaux": frozenset({"npnru", "outre_mer"})}, True),
        ({"drapeaux": ["npnru", "site_occupe"]}, {"drapeaux": frozenset({"outre_mer"})}, False),
        ({"drapeaux": {"aucun": "npnru"}}, {"drapeaux": frozenset()}, True),
        # bounds
        ({"duree_mois": {"au_moins": 6}}, {"duree_mois": Months(6)}, True),
        ({"duree_mois": {"plus_de": 6}}, {"duree_mois": Months(6)}, False),
        ({"duree_mois": {"au_plus": "1 an"}}, {"duree_mois": Months(12)}, True),
        ({"duree_mois": {"moins_de": 12}}, {"duree_mois": Months(12)}, False),
        ({"duree_mois": {"au_moins": 6, "moins_de": 12}}, {"duree_mois": Months(8)}, True),
        ({"montant_ht": {"au_moins": {"parametre": "seuils.x"}}}, {"montant_ht": Euros(90_000)}, True),
        ({"montant_ht": {"au_moins": {"parametre": "seuils.x"}}}, {"montant_ht": Euros(89_999)}, False),
        ({"date_lancement": {"au_moins": "2026-08-22"}}, {"date_lancement": ON}, True),
    ],
)
def test_lines(line: dict[str, Any], facts: dict[str, FactValue], expected: bool) -> None:
    assert answer(line, **facts) is expected


@pytest.mark.parametrize(
    "line",
    [
        {"nature": "services"},
        {"nature": {"aucun": ["services"]}},
        {"drapeaux": "npnru"},
        {"drapeaux": {"aucun": "npnru"}},
        {"duree_mois": {"au_moins": 6}},
        {"duree_mois": {"moins_de": 6}},
        {"montant_ht": {"au_plus": {"parametre": "seuils.x"}}},
    ],
)
def test_an_unknown_fact_is_never_no(line: dict[str, Any]) -> None:
    condition = parse(line, KINDS)
    for facts in ({}, dict.fromkeys(line)):
        verdict = condition.evaluate(facts, ON, lookup)
        assert verdict.holds is None
        (reason,) = verdict.reasons
        assert "non renseigné" in reason.text


def test_a_threshold_that_no_entry_gives_on_that_day_is_unknown() -> None:
    condition = parse({"montant_ht": {"au_moins": {"parametre": "seuils.autre"}}}, KINDS)
    verdict = condition.evaluate({"montant_ht": Euros(10**9)}, ON, lookup)
    assert verdict.holds is None
    assert verdict.reasons[0].text == "Montant HT : le seuil n'est pas connu à cette date"


def test_reasons_are_sentences_of_the_buyer() -> None:
    condition = parse({"nature": ["services", "travaux"], "duree_mois": {"au_moins": 6}}, KINDS)
    verdict = condition.evaluate({"nature": "services", "duree_mois": Months(4)}, ON, lookup)
    assert [reason.text.replace("\u00a0", " ") for reason in verdict.reasons] == [
        "Nature : Services (attendu : Services ou Travaux)",
        "Durée : 4 mois (attendu : au moins 6 mois)",
    ]
    assert [reason.fact for reason in verdict.because(False)] == ["duree_mois"]
    assert [reason.fact for reason in verdict.because(True)] == ["nature"]


# --- all of, one of ----------------------------------------------------------------------------------


def part(holds: bool | None) -> Condition:
    """A line that answers `holds`."""
    facts = {True: "services", False: "travaux"}
    known = facts.get(holds)  # type: ignore[arg-type]
    return parse({"nature": known}, KINDS) if known else parse({"acheteur": "etat"}, KINDS)


def combined(kind: type[AllOf] | type[AnyOf], answers: tuple[bool | None, ...]) -> Verdict:
    return kind(tuple(part(one) for one in answers)).evaluate({"nature": "services"}, ON, lookup)


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, None, None, None),
    ],
)
def test_truth_tables(one: bool | None, other: bool | None, both: bool | None, either: bool | None) -> None:
    for answers in ((one, other), (other, one)):
        assert combined(AllOf, answers).holds is both
        assert combined(AnyOf, answers).holds is either


@pytest.mark.parametrize("answers", [*product(ANSWERS, repeat=3)])
def test_an_answer_given_never_changes_when_an_unknown_is_filled(answers: tuple[bool | None, ...]) -> None:
    """Answering a question may settle what was unknown; it never overturns what was said."""
    for kind in (AllOf, AnyOf):
        before = combined(kind, answers).holds
        for position, known in enumerate(answers):
            if known is None and before is not None:
                for filled in (True, False):
                    after = combined(kind, (*answers[:position], filled, *answers[position + 1 :])).holds
                    assert after is before


def test_one_of_tells_only_the_reasons_that_count() -> None:
    condition = parse({"une_de": [{"acheteur": "etat"}, {"drapeaux": "npnru"}]}, KINDS)
    verdict = condition.evaluate({"acheteur": "etat", "drapeaux": frozenset()}, ON, lookup)
    assert verdict.holds is True
    assert [reason.fact for reason in verdict.reasons] == ["acheteur"]


def test_a_clause_without_condition_always_applies() -> None:
    assert ALWAYS.evaluate({}, ON, lookup) == Verdict(True, ())


@given(low=st.integers(1, 1000), high=st.integers(1, 1000), bound=st.integers(1, 1000))
def test_bounds_are_monotone(low: int, high: int, bound: int) -> None:
    """What is long enough stays so when it is longer; what is short enough stays so when it is shorter."""
    low, high = sorted((low, high))
    for operator in ("au_moins", "plus_de"):
        line = {"duree_mois": {operator: bound}}
        assert not (answer(line, duree_mois=Months(low)) and not answer(line, duree_mois=Months(high)))
    for operator in ("au_plus", "moins_de"):
        line = {"duree_mois": {operator: bound}}
        assert not (answer(line, duree_mois=Months(high)) and not answer(line, duree_mois=Months(low)))


@given(value=st.integers(1, 1000), bound=st.integers(1, 1000))
def test_each_comparison_has_its_opposite(value: int, bound: int) -> None:
    for one, opposite in (("au_moins", "moins_de"), ("plus_de", "au_plus")):
        assert answer({"duree_mois": {one: bound}}, duree_mois=Months(value)) is not answer(
            {"duree_mois": {opposite: bound}}, duree_mois=Months(value)
        )


# --- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "une condition est une suite de lignes"),
        ("services", "une condition est une suite de lignes"),
        ([{"nature": "services"}], "une condition est une suite de lignes"),
        ({"couleur": "bleu"}, "« couleur » n'est pas un fait connu"),
        ({"nature": "service"}, "« service » n'est pas une valeur admise"),
        ({"nature": []}, "nature : écrivez au moins une valeur"),
        ({"nature": ""}, "nature : écrivez au moins une valeur"),
        ({"nature": {}}, "nature : écrivez une comparaison"),
        ({"nature": {"aucun": []}}, "nature : écrivez au moins une valeur"),
        ({"nature": {"au_moins": "services"}}, "nature : cette information ne se compare pas"),
        ({"drapeaux": {"au_moins": 2}}, "drapeaux : cette information ne se compare pas"),
        ({"montant_ht": 90000}, "montant_ht : comparez cette information avec au_moins"),
        ({"montant_ht": {"aucun": [1]}}, "montant_ht : comparez cette information avec au_moins"),
        ({"montant_ht": {"environ": 1}}, "« environ » n'existe pas"),
        ({"montant_ht": {"au_moins": "beaucoup"}}, "montant_ht : « beaucoup » n'est pas un montant lisible"),
        ({"montant_ht": {"au_moins": {"seuil": "x"}}}, "écrivez une valeur ou {parametre: identifiant}"),
        ({"duree_mois": {"au_moins": "31/02/2026"}}, "duree_mois : « 31/02/2026 » n'est pas une durée"),
        ({"une_de": [{"nature": "services"}]}, "une_de : écrivez au moins deux possibilités"),
        ({"une_de": {"nature": "services"}}, "une_de : écrivez au moins deux possibilités"),
        ({"une_de": [{"nature": "services"}, {}]}, "une condition est une suite de lignes"),
    ],
)
def test_faults(data: Any, words: str) -> None:
    with pytest.raises(ConditionError) as refused:
        parse(data, KINDS)
    assert words in str(refused.value)


def test_all_faults_of_a_condition_at_once() -> None:
    with pytest.raises(ConditionError) as refused:
        parse({"couleur": "bleu", "nature": "service", "une_de": [{"x": 1}, {"y": 2}]}, KINDS)
    assert len(refused.value.faults) == 4


# --- what the library's checks ask ---------------------------------------------------------------------


def test_what_a_condition_looks_up_and_names() -> None:
    condition = parse(
        {
            "segment": ["NET", "EV"],
            "une_de": [{"segment": "REST"}, {"montant_ht": {"au_moins": {"parametre": "seuils.x"}}}],
        },
        KINDS,
    )
    assert mentions(condition, "segment") == {"NET", "EV", "REST"}
    assert mentions(condition, "metier") == frozenset()
    assert parameters_used(condition) == {"seuils.x"}
    assert bounds_used(condition) == {("montant_ht", "seuils.x")}


def test_reasons_hold_no_more_than_they_say() -> None:
    assert Reason("texte", None).fact == ""
