"""Warnings: each is raised by what it is about, by nothing else, and says the way out."""

from __future__ import annotations

from typing import Any

import pytest
from cases import LIBRARY, explained, result

from drafter.pipeline import run


def alerts(**facts: Any) -> dict[str, str]:
    """The texts of each id, together."""
    told: dict[str, str] = {}
    for alert in explained(**facts)["alertes"]:
        told[alert["id"]] = f"{told.get(alert['id'], '')} {alert['texte']}".strip()
    return told


def faults(**facts: Any) -> set[str]:
    """Ids, without the cautions of the domain file (W…), which have tests of their own."""
    return {name for name in alerts(**facts) if not name.startswith("W")}


REASON = {"motif": "essai"}
PRICE = [{"intitule": "Prix", "type": "prix", "poids": 100}]


def test_a_plain_market_raises_nothing() -> None:
    assert faults(montant_ht=600_000) == set()


@pytest.mark.parametrize(
    ("facts", "name", "words"),
    [
        ({"criteres": PRICE}, "CR-06", "R2152-7"),
        ({"criteres": [{"intitule": "Prix", "type": "prix", "poids": 70}]}, "CRITERES", "70"),
        ({"montant_ht": 500_000, "lots": [{"intitule": "A", "montant_ht": 1}]}, "MONTANT", "somme des lots"),
        ({"montant_ht": 500_000, "montant_max_ht": 400_000}, "MONTANT", "dépasse le maximum"),
        (
            {"montant_ht": 100, "forme": "tranches", "tranches": [{"intitule": "Ferme", "montant_ht": 101}]},
            "MONTANT",
            "tranches",
        ),
        ({"objet": "Marché", "cpv": None}, "SEGMENT", "segment"),
        ({"cpv": "99999999"}, "CPV", "99999999"),
        ({"nature": "fournitures", "drapeaux": ["enchere_electronique"]}, "CR-07", "R2162-57"),
        ({"contrat": "concession"}, "CR-14", "rapport annuel"),
        ({"drapeaux": ["services_sociaux_specifiques"]}, "CR-04", "R2123-1"),
        ({"calibrage": {"taux_effort": "30 %"}}, "W11", "confirmez"),
    ],
)
def test_an_alert_is_raised_and_says_why(facts: dict[str, Any], name: str, words: str) -> None:
    found = alerts(**facts)
    assert name in found, found
    assert words in found[name].replace("\u00a0", " ").replace("’", "'")


@pytest.mark.parametrize(
    "facts",
    [
        {"criteres": PRICE, "date_lancement": "2026-08-20"},
        {"criteres": [{"intitule": "Coût global", "type": "cout", "poids": 100}]},
        {"criteres": [{"intitule": "Prix", "type": "prix"}, {"intitule": "Air", "type": "environnement"}]},
        {"montant_ht": 30, "lots": [{"intitule": "A", "montant_ht": 10}, {"intitule": "B", "montant_ht": 20}]},
        {"montant_ht": 400_000, "montant_max_ht": 400_000},
        {"montant_ht": 100_000, "drapeaux": ["services_sociaux_specifiques"]},
        {"contrat": "concession", "date_lancement": "2026-08-20"},
    ],
)
def test_an_alert_is_not_raised_by_what_is_right(facts: dict[str, Any]) -> None:
    assert faults(**facts) == set()


@pytest.mark.parametrize("duty", ["CR-02", "CR-03", "CR-04", "CR-05"])
def test_a_duty_left_without_answer_is_told_with_the_way_out(duty: str) -> None:
    answer = explained()
    (row,) = [row for row in answer["obligations"] if row["id"] == duty]
    assert row["satisfaite_par"]
    decisions = [{"clause": name, "choix": "retirer"} | REASON for name in row["satisfaite_par"]]
    found = alerts(decisions=decisions)
    assert duty in found
    assert "Gardez" in found[duty]
    assert ("dérogation" in found[duty]) is (duty == "CR-04")


def test_a_duty_that_may_not_bind_is_asked_and_not_told_as_broken() -> None:
    facts = {"montant_ht": 55_000, "procedure": None, "nature": "fournitures"}
    criterion = next(row for row in explained(**facts)["clauses"] if row["type"] == "critere")
    found = explained(**facts, decisions=[{"clause": criterion["id"], "choix": "retirer"} | REASON])
    assert "CR-05" not in {alert["id"] for alert in found["alertes"]}
    assert any("CR-05" in item["debloque"] for item in found["a_preciser"])


@pytest.mark.parametrize("name", sorted(LIBRARY.examples))
def test_an_alert_is_a_french_sentence(name: str) -> None:
    for alert in run(LIBRARY.examples[name], LIBRARY).alerts:
        assert alert.text[0].isupper()
        assert alert.text.endswith(".")
        assert "'" not in alert.text, "typeset"
        assert "  " not in alert.text


def test_without_competition_the_criterion_comes_with_an_advice() -> None:
    alone = result(procedure="sans_publicite", montant_ht=35_000)
    assert "SANS-CONCURRENCE" in {alert.id for alert in alone.alerts if alert.advice}
    assert "SANS-CONCURRENCE" not in {alert.id for alert in result(montant_ht=35_000).alerts}


def test_orders_without_a_maximum_are_told() -> None:
    def alerts(**facts: object) -> set[str]:
        return {alert.id for alert in result(forme="bons_de_commande", **facts).alerts}

    assert "MAXIMUM" in alerts()
    assert "MAXIMUM" not in alerts(montant_max_ht=300_000)
    assert "MAXIMUM" not in {alert.id for alert in result().alerts}
