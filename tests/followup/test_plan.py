"""What the plan takes from the clause, and from nowhere else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafter.errors import InputError, RefusedError
from drafter.followup.terms import CONCESSION
from drafter.followup.ways import CLAUSE_WORDS, Way
from drafter.french import typeset
from drafter.kit import plan_for
from drafter.market import read_market
from drafter.values import Euros, Hours

from .filling import LIBRARY, ORDERS, WORKS, example, plan

WITH_HOURS = sorted(name for name in LIBRARY.examples if example(name).terms)


def test_every_way_stands_in_the_clause_and_every_way_of_the_clause_stands_here() -> None:
    terms = plan(WORKS).terms
    assert terms is not None
    said = " ".join([*terms.listed("modes"), *terms.said("heures")])
    assert set(CLAUSE_WORDS) == set(Way)
    for way, words in CLAUSE_WORDS.items():
        assert typeset(words) in said, way
    kinds = said.split("La sous-traitance", 1)[1].split(".")[0].count(",") + 1
    assert kinds == 6  # EI, ACI, régie, EA, ESAT, EITI ou travailleur indépendant handicapé


@pytest.mark.parametrize("name", WITH_HOURS)
def test_every_value_the_papers_need_is_in_the_clause(name: str) -> None:
    terms = example(name).terms
    assert terms is not None
    for key in ("delai_correspondant", "delai_reunion", "delai_releve", "delai_justificatif", "delai_bilan"):
        assert terms.days(key) > 0
    assert 0 < terms.share("plafond_insertion").value < 1
    for key in ("volume", "facilitateur", "suivi", "difficultes", "penalites", "attestation"):
        assert terms.title(key), key
    assert len(terms.listed("publics")) >= 15


def test_the_buyers_own_values_are_kept() -> None:
    change = {"coefficient": "4", "delai_mise_en_demeure": "45", "plafond_insertion": "5 %"}
    decision = {"clause": "social.insertion.heures", "choix": "adapter", "motif": "usage local", "parametres": change}
    terms = plan(WORKS | {"decisions": [decision]}).terms
    assert terms is not None
    smic = LIBRARY.value("smic.horaire", date(2026, 9, 1))
    assert smic is not None
    assert terms.per_hour == Euros(smic.value * 4)
    assert terms.days("delai_mise_en_demeure") == 45
    assert terms.share("plafond_insertion").percent == 5


def test_a_clause_withdrawn_leaves_no_hours() -> None:
    refused = {"clause": "social.insertion.heures", "choix": "retirer", "motif": "marché réservé par ailleurs"}
    found = plan(WORKS | {"decisions": [refused]})
    assert found.terms is None
    assert found.lots == ()


@given(st.integers(0, 3_000_000), st.integers(0, 3_000_000))
def test_orders_open_complete_tranches_only(one: int, more: int) -> None:
    lot = plan(ORDERS).lots[0]
    ratio = lot.ratio
    assert ratio is not None
    assert ratio.at_minimum is not None
    due = lot.due_for(Euros(one))
    assert due <= lot.due_for(Euros(one + more))
    tranches = one // int(ratio.tranche.value)
    expected = int(tranches * ratio.per_tranche.value)
    assert due == Hours(max(expected, int(ratio.at_minimum.value) if one >= 100_000 else 0))
    assert lot.due_for(Euros(tranches * int(ratio.tranche.value)), minimum=False) == Hours(expected)


def test_real_dates_are_said_and_estimates_too() -> None:
    market = read_market({key: value for key, value in WORKS.items() if key != "debut_execution"})
    guessed = plan_for(market, LIBRARY)
    assert not guessed.start.typed
    assert "estimée à la date de lancement" in guessed.start.said
    known = plan_for(market, LIBRARY, date(2027, 2, 15), date(2027, 1, 20))
    assert known.start.typed
    assert known.notification.typed
    assert known.lots[0].start.day == date(2027, 2, 15)
    assert known.lots[0].end == date(2027, 11, 14)


def test_dates_that_cannot_follow_each_other_are_refused() -> None:
    market = read_market({key: value for key, value in WORKS.items() if key != "debut_execution"})
    with pytest.raises(InputError, match="précède le lancement"):
        plan_for(market, LIBRARY, date(2020, 1, 1))
    with pytest.raises(InputError, match="précède le lancement"):
        plan_for(market, LIBRARY, date(2027, 1, 1), date(2026, 8, 1))
    with pytest.raises(InputError, match="donnez aussi le premier jour"):
        plan_for(market, LIBRARY, None, date(2026, 12, 1))  # execution would begin before the notification
    with pytest.raises(InputError, match="suit le premier jour"):
        plan_for(market, LIBRARY, date(2026, 11, 1), date(2026, 12, 1))


def test_a_concession_has_its_words() -> None:
    terms = plan(WORKS | {"contrat": "concession", "nature": "services", "segment": None}).terms
    assert terms is not None
    assert terms.words is CONCESSION


def test_a_contract_beyond_fifty_years_is_refused() -> None:
    with pytest.raises(RefusedError, match="50 ans"):
        plan_for(read_market(WORKS | {"duree_mois": 700}), LIBRARY)
