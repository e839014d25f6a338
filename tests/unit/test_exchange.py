"""Buyer and facilitateur: what differs, three states merged, an opinion answered, nothing lost."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from cases import LIBRARY, market
from hypothesis import given
from hypothesis import strategies as st

from drafter import french
from drafter.draft.as_text import as_text
from drafter.errors import InputError, RefusedError
from drafter.exchange import (
    Answer,
    accept,
    as_proposed,
    as_read,
    differences,
    figure_text,
    figures_used,
    merge,
    receive,
    take,
)
from drafter.explain import explain
from drafter.market import Market, market_data, read_market
from drafter.pipeline import run
from drafter.vocabulary import Outcome, Role

YES, NO, LATER = Outcome.ACCEPTED, Outcome.REFUSED, Outcome.PENDING
LOTS = [
    {"intitule": "Locaux", "montant_ht": 200_000},
    {"intitule": "Vitrerie", "montant_ht": 90_000},
]
BOTH_LOTS = "n°\u00a01\u00a0: Locaux (200\u202f000\u00a0€ HT)\u00a0; n°\u00a02\u00a0: Vitrerie (90\u202f000\u00a0€ HT)"


def proposal(figure: str = "taux_effort", after: str = "7 %", **more: Any) -> dict[str, Any]:
    return {"cle": figure, "avant": "5 %", "apres": after, "motif": "Structures prêtes"} | more


def opinion(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    whole = {"par": "facilitateur", "le": "2026-09-01", "sens": "favorable_avec_modifications", "motif": "À revoir"}
    return whole | {"propositions": list(items)} | more


# --- differences ---------------------------------------------------------------------------------


def told(before: Market, after: Market) -> list[tuple[str, str, str, str]]:
    return [(item.where, item.what, item.before, item.after) for item in differences(before, after, LIBRARY)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, []),
        ({}, {"montant_ht": 250_000}, [("Marché", "Montant HT", "216\u202f000\u00a0€", "250\u202f000\u00a0€")]),
        ({}, {"duree_mois": 36}, [("Marché", "Durée", "48\u00a0mois", "36\u00a0mois")]),
        ({}, {"technicite": "forte"}, [("Marché", "Technicité", "non renseigné", "Forte")]),
        (
            {},
            {"date_lancement": "2026-12-01"},
            [("Marché", "Date de lancement", "1er\u00a0octobre\u00a02026", "1er\u00a0décembre\u00a02026")],
        ),
        ({}, {"drapeaux": ["npnru"]}, [("Marché", "Opération financée au titre du NPNRU", "non déclaré", "déclaré")]),
        ({}, {"territoire": "somme"}, [("Marché", "Programme ou organisation", "non renseigné", "Somme")]),
        (
            {},
            {"lots": LOTS},
            [("Marché", "Lots", "non renseigné", BOTH_LOTS)],
        ),
        (
            {"lots": LOTS},
            {"lots": [LOTS[0], {**LOTS[1], "montant_ht": 95_000}]},
            [("Lot n° 2", "Montant HT", "90\u202f000\u00a0€", "95\u202f000\u00a0€")],
        ),
        (
            {},
            {"criteres": [{"intitule": "Prix", "type": "prix", "poids": 60}]},
            [("Marché", "Critère «\u00a0Prix\u00a0»", "non renseigné", "Prix, 60\u00a0%")],
        ),
    ],
)
def test_each_fact_that_differs_is_told(before: dict[str, Any], after: dict[str, Any], expected: list[Any]) -> None:
    assert told(market(**before), market(**after)) == expected


def test_a_figure_comes_with_its_reason_and_who_proposed_it() -> None:
    changed = {"taux_effort": "7 %", "motifs": {"taux_effort": {"motif": "Vivier", "par": "facilitateur"}}}
    (found,) = differences(market(), market(calibrage=changed), LIBRARY)
    assert (found.what, found.before, found.after) == (
        "Taux d’effort d’insertion",
        "proposition du service",
        "7\u00a0%",
    )
    assert (found.reason, found.by) == ("Vivier", Role.FACILITATOR)


def test_a_decision_is_named_by_its_clause() -> None:
    decided = [
        {"clause": "insertion.heures", "choix": "retirer", "motif": "Locaux classés"},
        {"obligation": "CR-04", "derogation": "DER-SOC-3", "motif": "Un seul opérateur"},
    ]
    found = differences(market(), market(decisions=decided), LIBRARY)
    assert [item.reason for item in found] == ["Locaux classés", "Un seul opérateur"]
    assert found[0].after == "retirer"
    assert found[1].what == "Obligation CR-04"
    assert "dérogation" in found[1].after


def test_every_key_of_a_market_has_its_words() -> None:
    """All the examples against one another: no fact is met that cannot be said."""
    examples = list(LIBRARY.examples.values())
    for one, other in pairwise(examples):
        for found in differences(one, other, LIBRARY):
            assert found.what
            assert found.before != found.after, found
        assert take(one, other, [item.key for item in differences(one, other, LIBRARY)]) == other


# --- three states --------------------------------------------------------------------------------

RATES = st.sampled_from(["5 %", "6 %", "7,5 %"])
MARKETS = st.builds(
    lambda amount, technicity, effort, hours, flags, kept, lots, owned: market(
        montant_ht=amount,
        technicite=technicity,
        calibrage={
            "taux_effort": effort,
            "heures": hours,
            "motifs": {"taux_effort": {"motif": f"motif {effort}"}} if effort else {},
        },
        drapeaux=flags,
        decisions=[{"clause": name, "choix": "garder", "motif": f"{name} {amount}"} for name in kept],
        lots=lots,
        clauses_propres=owned,
    ),
    amount=st.sampled_from([100_000, 216_000, 300_000]),
    technicity=st.sampled_from([None, "faible", "forte"]),
    effort=st.one_of(st.none(), RATES),
    hours=st.one_of(st.none(), st.sampled_from([100, 200])),
    flags=st.lists(st.sampled_from(["npnru", "outre_mer", "site_sensible"]), unique=True),
    kept=st.lists(st.sampled_from(["a", "b", "c"]), unique=True),
    lots=st.lists(
        st.builds(
            lambda title, amount, effort: {
                "intitule": title,
                "montant_ht": amount,
                "calibrage": {"taux_effort": effort},
            },
            st.sampled_from(["Un", "Deux", "Trois"]),
            st.sampled_from([50_000, 60_000]),
            st.one_of(st.none(), RATES),
        ),
        max_size=3,
        unique_by=lambda lot: lot["intitule"],
    ),
    owned=st.sampled_from([[], [{"piece": "CCAP", "texte": "x"}]]),
)


@given(base=MARKETS, other=MARKETS)
def test_an_unchanged_side_gives_the_other(base: Market, other: Market) -> None:
    for mine, theirs in ((base, other), (other, base), (other, other)):
        found = merge(base, mine, theirs, LIBRARY)
        assert found.collisions == ()
        assert found.market == other


@given(base=MARKETS, mine=MARKETS, theirs=MARKETS)
def test_nothing_is_lost(base: Market, mine: Market, theirs: Market) -> None:
    """What is not in the merged market is among the collisions: taking them all gives theirs where theirs changed."""
    found = merge(base, mine, theirs, LIBRARY)
    keys = [item.key for item in found.collisions]
    taken = take(found.market, theirs, keys)
    from_base = {item.key for item in differences(base, theirs, LIBRARY)}
    still = {item.key for item in differences(taken, theirs, LIBRARY)}
    lost = still & from_base
    assert not lost, lost
    mine_first = {item.key for item in differences(base, mine, LIBRARY)}
    assert not {item.key for item in differences(found.market, mine, LIBRARY)} & mine_first


def test_both_changed_the_same_fact() -> None:
    found = merge(market(), market(montant_ht=250_000, technicite="forte"), market(montant_ht=300_000), LIBRARY)
    assert found.market == market(montant_ht=250_000, technicite="forte")
    (clash,) = found.collisions
    assert (clash.what, clash.before, clash.after) == ("Montant HT", "250\u202f000\u00a0€", "300\u202f000\u00a0€")
    assert take(found.market, market(montant_ht=300_000), [clash.key]).amount.value == 300_000


def test_halves_that_do_not_read_together_are_all_told() -> None:
    """A minimum raised here, a maximum lowered there: neither is dropped in silence."""
    base = market(montant_min_ht=100_000, montant_max_ht=400_000)
    mine = market(montant_min_ht=300_000, montant_max_ht=400_000)
    theirs = market(montant_min_ht=100_000, montant_max_ht=200_000)
    found = merge(base, mine, theirs, LIBRARY)
    assert found.market == mine
    assert [item.what for item in found.collisions] == ["Montant maximum HT"]
    with pytest.raises(InputError):
        take(mine, theirs, [found.collisions[0].key])


def test_lots_that_moved_are_one_fact() -> None:
    base, mine = market(lots=LOTS), market(lots=LOTS[::-1])
    theirs = market(lots=[LOTS[0], {**LOTS[1], "montant_ht": 95_000}])
    found = merge(base, mine, theirs, LIBRARY)
    assert found.market == mine
    assert [item.what for item in found.collisions] == ["Lots"]


# --- opinions ------------------------------------------------------------------------------------


def test_an_opinion_changes_nothing_by_itself() -> None:
    plain, given_ = market(), market(avis=[opinion(proposal())])
    assert run(plain, LIBRARY).calibration == run(given_, LIBRARY).calibration
    assert run(plain, LIBRARY).selection == run(given_, LIBRARY).selection


def test_accepting_all_gives_what_was_proposed() -> None:
    found = market(avis=[opinion(proposal(), proposal("cout_horaire", "30", avant="26"))])
    done = accept(found, 0, {0: Answer(YES), 1: Answer(YES)})
    assert (done.overrides.effort.percent, done.overrides.hourly_cost.value) == (7, 30)
    assert {key: (item.reason, item.by) for key, item in done.overrides.reasons.items()} == {
        "taux_effort": ("Structures prêtes", Role.FACILITATOR),
        "cout_horaire": ("Structures prêtes", Role.FACILITATOR),
    }
    assert [item.outcome for item in done.opinions[0].propositions] == [YES, YES]
    assert done.overrides == as_proposed(found, found.opinions[0].propositions).overrides
    assert not done.opinions[0].pending
    assert done == read_market(market_data(done))


def test_refusing_and_waiting_leave_the_figures() -> None:
    found = market(calibrage={"taux_effort": "6 %"}, avis=[opinion(proposal(), proposal("heures", "900", avant="800"))])
    done = accept(found, 0, {0: Answer(NO, "Lot trop technique"), 1: Answer(LATER)})
    assert done.overrides == found.overrides
    refused, waiting = done.opinions[0].propositions
    assert (refused.outcome, refused.outcome_reason, refused.after) == (NO, "Lot trop technique", "7 %")
    assert waiting.outcome is LATER
    assert done.opinions[0].pending
    assert accept(done, 0, {0: Answer(YES)}) == done  # answered once


def test_a_lot_that_is_gone_is_refused_in_words() -> None:
    found = market(lots=LOTS[:1], avis=[opinion(proposal(lot=2))])
    with pytest.raises(RefusedError, match=r"le lot n° 2, qui n'existe plus"):
        accept(found, 0, {0: Answer(YES)})
    assert accept(found, 0, {0: Answer(NO)}).opinions[0].propositions[0].outcome is NO
    assert as_proposed(found, found.opinions[0].propositions) == found


def test_a_figure_of_one_lot_stays_in_its_lot() -> None:
    done = accept(market(lots=LOTS, avis=[opinion(proposal(lot=2))]), 0, {0: Answer(YES)})
    first, second = done.lots
    assert first.overrides.effort is None
    assert second.overrides.effort.percent == 7


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("typed", [None, "6 %"])
def test_what_was_accepted_can_be_read_as_it_was(order: tuple[int, int], typed: str | None) -> None:
    """Whichever was accepted first, and whether the buyer had typed a rate or our tables gave it."""
    given_ = [opinion(proposal()), opinion(proposal(after="8 %"), structure="Deux")]
    found = market(technicite="faible", calibrage={"taux_effort": typed}, avis=given_)
    done = found
    for place in order:
        done = accept(done, place, {0: Answer(YES)})
    assert done.overrides.effort.percent == (8 if order == (0, 1) else 7)
    assert as_read(done).overrides.effort == found.overrides.effort
    assert run(as_read(done), LIBRARY).calibration == run(found, LIBRARY).calibration
    assert as_read(found) == found


def test_typing_the_figure_already_used_moves_no_hour() -> None:
    """Factors, floors, ceilings included: what the page shows as « aujourd'hui » is what the calculation uses."""
    tried = 0
    for name, each in LIBRARY.examples.items():
        now = run(each, LIBRARY)
        for lot, understood in zip(now.calibration.lots, now.understanding.lots, strict=True):
            for figure, value in figures_used(lot, understood, LIBRARY, now.on).items():
                same = proposal(str(figure), figure_text(value), lot=lot.lot, avant=None)
                trial = market_data(each) | {"avis": [opinion(same)]}
                after = run(as_proposed(each, read_market(trial).opinions[0].propositions), LIBRARY)
                hours = next(found.hours.advised for found in after.calibration.lots if found.lot == lot.lot)
                assert abs((hours - lot.hours.advised).value) <= 10, (name, lot.lot, figure, value)
                tried += 1
    assert tried > 100


def test_opinions_are_received_once_and_answers_are_kept() -> None:
    sent = market(avis=[opinion(proposal())])
    mine = receive(market(montant_ht=250_000), sent)
    assert mine.amount.value == 250_000
    answered = accept(mine, 0, {0: Answer(NO, "Non")})
    assert receive(answered, sent) == answered  # the same file read twice
    two = receive(answered, market(avis=[opinion(structure="Une autre")]))
    assert [item.structure for item in two.opinions] == [None, "Une autre"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([("taux_effort", "7 %"), ("cout_horaire", "31"), ("heures", "1200"), ("effectif", "3,5")]),
            st.sampled_from([YES, NO, LATER]),
        ),
        unique_by=lambda item: item[0][0],
    )
)
def test_every_answer_is_kept_and_only_accepted_figures_move(found: list[tuple[tuple[str, str], Outcome]]) -> None:
    before = market(avis=[opinion(*(proposal(key, after, avant=None) for (key, after), _ in found))])
    after = accept(before, 0, {index: Answer(answer, "dit") for index, (_, answer) in enumerate(found)})
    moved = {item.key.split("/")[1] for item in differences(before, after, LIBRARY) if item.key.startswith("calibrage")}
    assert moved == {key for (key, _), answer in found if answer is YES}
    assert [item.outcome for item in after.opinions[0].propositions] == [answer for _, answer in found]


# --- the key of the file -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("avis", "where", "words"),
    [
        (opinion(motif=None), "avis[1].motif", "écrivez le motif de cet avis"),
        (opinion(sens="oui"), "avis[1].sens", "favorable"),
        (opinion(par="Mme X"), "avis[1].par", "acheteur ou facilitateur"),
        (opinion(proposal(after="700")), "avis[1].propositions[1].apres", "n'est pas une part"),
        (opinion(proposal(motif=None)), "avis[1].propositions[1].motif", "ce champ manque"),
        (opinion(proposal("taux")), "avis[1].propositions[1].cle", "taux_effort"),
        (opinion(nom="X"), "avis[1].nom", ""),
    ],
)
def test_a_wrong_opinion_is_told(avis: dict[str, Any], where: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        market(avis=[avis])
    assert [fault.where for fault in caught.value.faults] == [where]
    assert words in caught.value.faults[0].message


# --- what the note and the fiche keep ------------------------------------------------------------


def section(found: Market, piece: str) -> str:
    """The section « Avis du facilitateur » of a piece, as text; empty when it has none."""
    words = as_text(run(found, LIBRARY).documents[piece])
    after = re.split(r"\n# \d+ Avis du facilitateur\n", words)[1:]
    return re.split(r"\n# \d+ ", after[0])[0] if after else ""


@pytest.mark.parametrize("piece", ["note", "decision"])
def test_the_note_and_the_fiche_keep_both_versions(piece: str) -> None:
    given_ = opinion(
        proposal(),
        proposal("cout_horaire", "30", avant="25"),
        structure="Maison de l'emploi",
        remarques=[{"clause": "social.insertion.heures", "texte": "Réunion avant l'ordre de service"}],
    )
    found = accept(market(avis=[given_]), 0, {0: Answer(YES), 1: Answer(NO, "Grille trop haute")})
    words = section(found, piece).replace("\u00a0", " ").replace("\u202f", " ")
    assert "Avis du 1er septembre 2026, Maison de l’emploi : accord avec modifications." in words
    assert "Motif : À revoir" in words
    assert "Réunion avant l’ordre de service" in words
    assert "Taux d’effort d’insertion | 5 % | 7 % | 7 % | Structures prêtes | Acceptée" in words
    assert "Coût horaire chargé | 25 €/h | 30 €/h | 25 €/h | Structures prêtes | Refusée : Grille trop haute" in words
    before = run(market(), LIBRARY).calibration.total.advised
    asked = run(market(calibrage={"taux_effort": "7 %", "cout_horaire": 30}), LIBRARY).calibration.total.advised
    kept = run(market(calibrage={"taux_effort": "7 %"}), LIBRARY).calibration.total.advised
    shown = " | ".join(french.number(hours.value) for hours in (before, asked, kept)).replace("\u202f", " ")
    assert f"Marché | {shown}" in words


def test_without_opinion_only_the_note_says_so() -> None:
    documents = run(market(), LIBRARY).documents
    assert "Aucun avis de facilitateur n’est enregistré" in as_text(documents["note"])
    assert "Avis du facilitateur" not in as_text(documents["decision"])
    assert section(market(), "note") == ""


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"montant_ht": 300_000}, "CR-04 (L2112-2-1) impose une condition d’exécution sociale"),
        ({"montant_ht": 20_000}, "Aucune condition d’exécution sociale n’est due"),
        (
            {
                "montant_ht": 300_000,
                "decisions": [{"obligation": "CR-04", "derogation": "DER-SOC-3", "motif": "Un seul opérateur"}],
            },
            "est déjà écartée par une dérogation motivée",
        ),
    ],
)
def test_an_opinion_against_a_clause_says_what_the_law_leaves(facts: dict[str, Any], words: str) -> None:
    found = market(**facts, avis=[opinion(sens="sans_clause", motif="Site fermé au public")])
    told_ = section(found, "decision").replace("\u00a0", " ")
    assert "Cet avis ne retire aucune clause par lui-même" in told_
    assert words in told_


def test_two_opinions_are_numbered() -> None:
    words = section(market(avis=[opinion(structure="Une"), opinion(structure="Deux")]), "note")
    assert "Avis n°\u00a01" in words
    assert "Avis n°\u00a02" in words


def test_the_clauses_do_not_move_with_an_opinion_alone() -> None:
    """The pieces of the contract are the same to the letter."""
    plain, given_ = market(), market(avis=[opinion(proposal(), sens="sans_clause")])
    for piece in ("ccap", "cctp", "rc", "ae"):
        assert run(plain, LIBRARY).documents[piece] == run(given_, LIBRARY).documents[piece]


def test_the_opinion_is_in_what_scripts_read() -> None:
    (found,) = explain(run(market(avis=[opinion(proposal())]), LIBRARY))["marche"]["avis"]
    assert (found["par"], found["sens"]) == ("facilitateur", "favorable_avec_modifications")
    assert found["propositions"][0]["apres"] == "7 %"
