"""When a contract or a lot may be reserved (L2113-12 to L2113-16, L3113-1 to L3113-3), and when it serves better."""

from __future__ import annotations

from typing import Any

import pytest

from drafter.library import load_library
from drafter.market import read_market
from drafter.pipeline import Result, run

LIBRARY = load_library()
BASE: dict[str, Any] = {
    "objet": "Entretien des espaces verts",
    "nature": "services",
    "segment": "espaces-verts",
    "montant_ht": 120_000,
    "duree_mois": 24,
    "date_lancement": "2026-10-01",
    "acheteur": "collectivite",
}


def result(**facts: Any) -> Result:
    return run(read_market({**BASE, **facts}), LIBRARY)


def status(found: Result, name: str, lot: int | None = None) -> str | None:
    return next(
        (str(item.status) for item in found.reservations if item.reservation.id == name and item.lot == lot), None
    )


@pytest.mark.parametrize(
    ("facts", "name", "expected"),
    [
        # any purchase of a contract may be reserved to the two families, or to both
        ({}, "RES-HANDI", "possible"),
        ({}, "RES-IAE", "possible"),
        ({}, "RES-MIXTE", "possible"),
        ({"nature": "travaux", "segment": "peinture"}, "RES-IAE", "possible"),
        ({"nature": "fournitures", "segment": "papier-fournitures-bureau"}, "RES-HANDI", "possible"),
        # what the buyer declares is told as such
        ({"drapeaux": ["reserve_siae"]}, "RES-IAE", "conseillee"),
        ({"drapeaux": ["reserve_siae"]}, "RES-HANDI", "possible"),
        ({"drapeaux": ["reserve_siae"]}, "RES-MIXTE", "possible"),
        ({"drapeaux": ["reserve_siae", "reserve_handicap"]}, "RES-MIXTE", "conseillee"),
        # few hours for a clause, work that structures can do: reserving serves better
        ({"montant_ht": 30_000}, "RES-IAE", "conseillee"),
        ({"montant_ht": 30_000}, "RES-HANDI", "conseillee"),
        ({"montant_ht": 30_000, "technicite": "forte"}, "RES-IAE", "possible"),
        # prison work is not combined with the others (L2113-14, 2nd paragraph)
        ({}, "RES-PENIT", "possible"),
        ({"drapeaux": ["reserve_siae"]}, "RES-PENIT", "exclue"),
        ({"drapeaux": ["reserve_handicap"]}, "RES-PENIT", "exclue"),
        # social economy: listed social services, three years at most, contracting authorities only
        ({}, "RES-ESS", "exclue"),
        ({"drapeaux": ["services_sociaux_specifiques"]}, "RES-ESS", "possible"),
        ({"drapeaux": ["services_sociaux_specifiques"], "duree_mois": 36}, "RES-ESS", "possible"),
        ({"drapeaux": ["services_sociaux_specifiques"], "duree_mois": 37}, "RES-ESS", "exclue"),
        ({"drapeaux": ["services_sociaux_specifiques"], "acheteur": "entite_adjudicatrice"}, "RES-ESS", "exclue"),
        ({"drapeaux": ["services_sociaux_specifiques"], "acheteur": None}, "RES-ESS", "possible"),
        ({"drapeaux": ["services_sociaux_specifiques"], "nature": "travaux"}, "RES-ESS", "exclue"),
        # concessions have their own articles, and no combination
        ({"contrat": "concession"}, "RES-IAE", "exclue"),
        ({"contrat": "concession"}, "RES-CC-IAE", "possible"),
        ({"contrat": "concession"}, "RES-CC-HANDI", "possible"),
        ({"contrat": "concession", "drapeaux": ["reserve_siae"]}, "RES-CC-IAE", "conseillee"),
        ({"contrat": "concession", "drapeaux": ["reserve_siae"]}, "RES-CC-HANDI", "exclue"),
        ({"contrat": "concession", "drapeaux": ["reserve_handicap"]}, "RES-CC-PENIT", "exclue"),
        ({}, "RES-CC-IAE", "exclue"),
    ],
)
def test_a_reservation(facts: dict[str, Any], name: str, expected: str) -> None:
    assert status(result(**facts), name) == expected


def test_technical_work_is_told_to_be_a_poor_case() -> None:
    found = result(technicite="forte")
    reason = next(item.reason for item in found.reservations if item.reservation.id == "RES-IAE")
    assert "peu utile" in reason
    assert "Forte" in reason


def test_a_declared_reservation_says_what_it_removes_and_what_stays() -> None:
    found = result(drapeaux=["reserve_siae"])
    reason = next(item.reason for item in found.reservations if item.reservation.id == "RES-IAE")
    assert "Aucune heure d'insertion" in reason
    assert "Restent dus" in reason
    assert not found.calibration.total.advised
    assert "social.reservation.condition" in found.selection.ids()


def test_only_the_reserved_lot_loses_its_hours() -> None:
    lots = [
        {"intitule": "Cimetières", "montant_ht": 120_000, "drapeaux": ["reserve_siae"]},
        {"intitule": "Parcs", "montant_ht": 300_000},
    ]
    found = result(lots=lots, montant_ht=None)
    assert status(found, "RES-IAE", 1) == "conseillee"
    assert status(found, "RES-IAE", 2) == "possible"
    assert not found.calibration.lots[0].has_clause
    assert found.calibration.lots[1].has_clause
    reserved = next(item for item in found.selection.kept if item.clause.theme == "reservation")
    assert reserved.lots == (1,)
    assert found.decp["considerationsSociales"] == ["Clause sociale", "Marché réservé"]


def test_every_reservation_says_how_to_check_the_local_supply() -> None:
    for reservation in LIBRARY.reservations.values():
        assert reservation.supply
        assert reservation.beneficiaries
        assert reservation.source.link
