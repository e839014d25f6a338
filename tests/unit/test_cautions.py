"""Warnings that come from choices and figures: facts of a market -> ids raised, with the figures they show."""

from __future__ import annotations

from typing import Any

import pytest

from drafter.cautions import find_cautions, hourly_penalty, typed_penalties
from drafter.draft.fields import penalty_per_hour
from drafter.library import load_library
from drafter.library.warnings import Warnings, Weight, load_warnings
from drafter.market import market_data, read_market
from drafter.pipeline import run
from drafter.values import Euros

LIBRARY = load_library()
WARNINGS = load_warnings()
NETTOYAGE = market_data(LIBRARY.examples["nettoyage-mediatheque"])
TRAVAUX = market_data(LIBRARY.examples["renovation-ecole"])
FOURNITURES = market_data(LIBRARY.examples["fournitures-bureau"])


def cautions(base: dict[str, Any], **facts: Any):
    result = run(read_market({**base, **facts}), LIBRARY)
    return find_cautions(
        result.understanding,
        result.duties,
        result.procedure,
        result.calibration,
        result.selection,
        LIBRARY,
        WARNINGS,
        result.on,
    )


def of(found, name: str) -> list[str]:
    """Their sentences, typed as on a keyboard."""
    typed = str.maketrans({"\u00a0": " ", "\u202f": " ", "’": "'"})
    return [item.text.translate(typed) for item in found if item.id == name]


def criterion(title: str, kind: str = "technique", weight: int = 40):
    return [
        {"intitule": title, "type": kind, "poids": weight},
        {"intitule": "Prix", "type": "prix", "poids": 100 - weight},
    ]


def own(text: str, piece: str = "CCAP"):
    return [{"piece": piece, "texte": text}]


def test_a_plain_market_raises_no_alert():
    found = cautions(NETTOYAGE)
    assert [item.id for item in found if item.weight is Weight.ALERT] == []


# --- words ---------------------------------------------------------------------------------------


def test_words_of_a_criterion_name_the_criterion():
    (text,) = of(cautions(NETTOYAGE, criteres=criterion("Politique RSE")), "W02")
    assert text.startswith("Votre critère « Politique RSE » : « Politique RSE »")
    assert "n° 417580" in text


def test_words_of_an_own_clause_name_the_clause():
    found = cautions(NETTOYAGE, clauses_propres=own("Tout va bien.") + own("Le titulaire est une entreprise locale."))
    (text,) = of(found, "W04")
    assert text.startswith("Votre clause n° 2 (CCAP) : « entreprise locale »")


def test_an_own_clause_of_the_rc_is_also_read_as_a_criterion():
    assert of(cautions(NETTOYAGE, clauses_propres=own("La médaille EcoVadis est notée.", "RC")), "W02")
    assert not of(cautions(NETTOYAGE, clauses_propres=own("La médaille EcoVadis est notée.", "CCTP")), "W02")


def test_one_line_a_rule_with_all_the_words():
    found = cautions(
        NETTOYAGE, clauses_propres=own("Des entreprises locales.\n\nDe l'emploi local. Des producteurs locaux.")
    )
    (text,) = of(found, "W04")
    assert "« entreprises locales », « emploi local », « producteurs locaux »" in text


# --- criteria ------------------------------------------------------------------------------------


def test_insertion_as_a_criterion_without_labour():
    (text,) = of(cautions(FOURNITURES, criteres=criterion("Qualité de la démarche d'insertion", "social")), "W03")
    assert "aucun lot ne porte d'heures d'insertion" in text
    assert "n° 364950" in text


def test_insertion_as_a_criterion_with_labour_and_a_method():
    found = cautions(NETTOYAGE, criteres=criterion("Encadrement et tutorat des personnes en insertion", "social"))
    assert not of(found, "W03")


def test_a_social_criterion_without_method():
    (text,) = of(cautions(NETTOYAGE, criteres=criterion("Social", "social")), "W03")
    assert "ne dit pas ce qui est noté" in text


def test_the_same_requirement_as_clause_and_criterion():
    found = cautions(NETTOYAGE, criteres=criterion("Heures d'insertion", "social"))
    assert any("Heures d'insertion réservées" in text for text in of(found, "W08"))


def test_a_criterion_that_marks_the_excess_is_fine():
    assert not of(cautions(NETTOYAGE, criteres=criterion("Heures d'insertion au-delà de la clause", "social")), "W08")


def test_the_same_requirement_in_an_own_clause():
    found = cautions(
        NETTOYAGE,
        criteres=criterion("Vitrerie haute"),
        clauses_propres=own("Le titulaire nettoie la vitrerie haute chaque mois.", "CCTP"),
    )
    (text,) = of(found, "W08")
    assert "votre clause n° 1 (CCTP)" in text


@pytest.mark.parametrize("title", ["Valeur technique", "Qualité des prestations", "Performances environnementales"])
def test_common_words_are_not_a_shared_theme(title):
    assert not of(cautions(NETTOYAGE, criteres=criterion(title)), "W08")


# --- place, time, procedure ----------------------------------------------------------------------


@pytest.mark.parametrize("department", ["971", "972", "973", "974", "975", "976", "977", "978"])
def test_overseas_the_clause_for_the_young_is_offered(department):
    (text,) = of(cautions(NETTOYAGE, departement=department), "W06")
    assert "30 %" in text
    assert "25 ans" in text
    assert "1,5 fois" in text
    assert "Quel est le taux de chômage des jeunes" in text


@pytest.mark.parametrize("department", ["80", "2A", "97", "75"])
def test_elsewhere_it_is_not(department):
    assert not of(cautions(NETTOYAGE, departement=department), "W06")


def test_in_the_pacific_for_the_state_only():
    assert of(cautions(NETTOYAGE, departement="988", acheteur="etat"), "W06")
    assert not of(cautions(NETTOYAGE, departement="988"), "W06")


def test_overseas_without_a_department_asks_where():
    facts = {key: value for key, value in NETTOYAGE.items() if key != "departement"}
    (text,) = of(cautions(facts, drapeaux=["outre_mer"]), "W06")
    assert "lequel (numéro de département)" in text


def test_a_subsequent_contract_adds_no_condition():
    found = cautions(NETTOYAGE, forme="marche_subsequent", date_accord_cadre="2026-09-01")
    assert of(found, "W09")
    assert not of(cautions(NETTOYAGE), "W09")


def test_optional_exclusions_are_advice_above_the_threshold():
    (item,) = [item for item in cautions(NETTOYAGE, montant_ht=216000) if item.id == "W13"]
    assert item.weight is Weight.ADVICE
    assert not of(cautions(NETTOYAGE, montant_ht=215999), "W13")


def test_european_execution_is_offered_where_france_is_asked():
    found = cautions(NETTOYAGE, clauses_propres=own("Le mobilier est fabriqué en France."))
    assert of(found, "W07")
    assert [item.weight for item in found if item.id == "W07"] == [Weight.ADVICE]


# --- hours and penalties -------------------------------------------------------------------------


def test_hours_in_less_than_six_months():
    (text,) = of(cautions(NETTOYAGE, duree_mois=5), "W11")
    assert "5 mois" in text
    assert not of(cautions(NETTOYAGE, duree_mois=6), "W11")


def test_works_of_less_than_six_months_may_be_exempted():
    found = cautions(TRAVAUX, montant_ht=6_000_000, lots=None, duree_mois=5)
    assert any("DER-SOC-4" in text for text in of(found, "W11"))


def test_qualified_work():
    found = of(cautions(NETTOYAGE, technicite="forte"), "W11")
    assert any("habilitations" in text for text in found)


def test_typed_hours_above_the_ceiling_of_works():
    base = {key: value for key, value in TRAVAUX.items() if key not in ("lots", "montant_ht")}
    facts: dict[str, Any] = {"montant_ht": 1_000_000, "duree_mois": 12}
    result = run(read_market({**base, **facts, "calibrage": {"heures": 100}}), LIBRARY)
    worked = next(step.value for step in result.calibration.lots[0].steps if step.name == "Heures de travail du marché")
    hours = int(worked.value * 20 / 100)
    (text,) = of(cautions(base, **facts, calibrage={"heures": hours}), "W11")
    assert "plus que 15 %" in text
    assert not of(cautions(base, **facts, calibrage={"heures": int(worked.value * 14 / 100)}), "W11")


def test_the_penalty_is_the_one_of_the_pieces():
    result = run(read_market(NETTOYAGE), LIBRARY)
    assert hourly_penalty(result.selection, LIBRARY, result.on) == penalty_per_hour(result.context)


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("Une pénalité de 80 € par heure non réalisée est due.", [80]),
        ("Pénalité : 1 250,50 euros HT par heure.", [1250.5]),
        ("Pénalité de 61,55 €/h.", [61.55]),
        ("Les agents sont payés 80 € par heure.", []),
        ("Une pénalité de 100 € par jour est due.", []),
        ("Pénalité de 9999999999999999 € par heure", []),
    ],
)
def test_typed_penalties(text, sums):
    assert [float(item.value) for item in typed_penalties(text)] == sums


def test_a_typed_penalty_above_five_smic():
    """SMIC of 12.31 on 1 October 2026: five times make 61.55 euros."""
    (text,) = of(cautions(NETTOYAGE, clauses_propres=own("Pénalité de 62 € par heure non faite.")), "PEN-1")
    assert "62 € par heure" in text
    assert "61,55 €" in text
    assert "référence à vérifier" in text
    assert not of(cautions(NETTOYAGE, clauses_propres=own("Pénalité de 61,55 € par heure non faite.")), "PEN-1")


def test_penalties_that_may_pass_a_tenth_of_the_amount():
    insertion = {"clause": "social.insertion.heures", "choix": "adapter", "motif": "Choix du service."}
    high = [{**insertion, "parametres": {"coefficient": "5", "plafond_insertion": "15 %"}}]
    hours = {"heures": 500}
    (text,) = of(cautions(NETTOYAGE, decisions=high, calibrage=hours), "PEN-2")
    assert "500 heures à 61,55 € donnent 30 775 €" in text
    assert "10 % du montant (216 000 € HT)" in text
    low = [{**insertion, "parametres": {"coefficient": "5"}}]
    assert not of(cautions(NETTOYAGE, decisions=low, calibrage=hours), "PEN-2")  # the cap of the clause is 10 %


def test_no_rule_no_warning():
    result = run(read_market({**NETTOYAGE, "criteres": criterion("Politique RSE")}), LIBRARY)
    args = (result.understanding, result.duties, result.procedure, result.calibration, result.selection, LIBRARY)
    assert find_cautions(*args, Warnings(), result.on) == ()


def test_every_example_is_read():
    for market in LIBRARY.examples.values():
        result = run(market, LIBRARY)
        args = (result.understanding, result.duties, result.procedure, result.calibration, result.selection, LIBRARY)
        for item in find_cautions(*args, WARNINGS, result.on):
            assert item.message
            assert item.way_out
            assert "  " not in item.text


def test_a_penny_is_not_lost():
    assert typed_penalties("pénalité de 12,31 € par heure") == (Euros.read("12,31"),)
