"""From a row to what is proposed: facts and where they come from, faults where they can be mended, same figures."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafter.explain import explain
from drafter.library import Library
from drafter.market import read_market
from drafter.pipeline import run
from drafter.programme.settings import Settings

from .conftest import ON, Outcomes
from .make import as_csv

HEAD = "Objet;Nature;CPV;Montant HT;Durée (mois);Date de lancement;Département\n"


def origin(outcome: dict[str, Any], key: str) -> tuple[str, str]:
    return next((source, words) for _, name, _, source, words in outcome["compris"] if name == key)


def test_the_figures_are_those_of_the_pipeline(outcomes: Outcomes, library: Library) -> None:
    """The slim way skips what no workbook shows; what it shows is what `drafter explain` says."""
    for outcome in outcomes(as_csv(60, seed=7)):
        whole = run(read_market(outcome["marche"]), library)
        told = explain(whole)
        hours = told["calibrage"]["total"]
        assert outcome["heures"] == {"bas": hours["bas"], "conseille": hours["retenu"], "haut": hours["haut"]}
        assert outcome["segment_code"] == told["marche"]["segment_code"]
        assert outcome["considerations_environnementales"] == told["decp"]["considerationsEnvironnementales"]
        assert set(told["decp"]["considerationsSociales"]) - {"Pas de considération sociale"} <= set(
            outcome["considerations_sociales"]
        )
        due = {row["id"] for row in told["obligations"] if row["statut"] == "due"}
        assert {name.split(" ")[0] for name in outcome["obligations_dues"]} <= due
        assert sum(outcome["trimestres"].values()) == outcome["heures"]["conseille"]


def test_a_row_is_understood_and_says_from_what(outcomes: Outcomes) -> None:
    (found,) = outcomes(HEAD + "Nettoyage des locaux de la médiathèque;;90919200;216 000;48;mars 2027;Somme\n")
    assert found["segment_code"] == "NET"
    assert found["nature"] == "services"
    assert found["territoire"] == "Département de la Somme" or "Somme" in found["territoire"]
    assert found["date_lancement"] == "2027-03-01"
    assert origin(found, "nature") == ("déduit", "colonne « CPV » : division 90 du code CPV")
    assert origin(found, "date_lancement")[0] == "déduit"
    assert origin(found, "montant_ht") == ("colonne", "colonne « Montant HT »")
    assert found["redaction_le"] == "2026-12-01"
    assert found["saisir_facilitateur_le"] == "2026-11-03"
    assert found["levier"] in ("clause", "reserver")
    assert found["enjeux"]


def test_every_default_is_shown(outcomes: Outcomes) -> None:
    (found,) = outcomes("Objet;Montant\nTravaux de peinture;90000\n")
    assert origin(found, "duree_mois") == ("par défaut", "durée absente")
    assert origin(found, "date_lancement") == ("par défaut", "date de lancement absente")
    assert origin(found, "acheteur")[0] == "par défaut"
    assert found["lancement_par_defaut"]
    assert not found["date_passee"]


def test_the_launch_is_deduced_from_the_start(outcomes: Outcomes) -> None:
    (found,) = outcomes("Objet;Montant;Ordre de service\nTravaux de peinture;90000;01/06/2027\n")
    assert found["date_lancement"] == "2027-02-01"
    assert origin(found, "date_lancement")[0] == "déduit"


def test_lead_times_are_options(outcomes: Outcomes) -> None:
    choice = Settings(ON, facilitator_weeks=6, writing_months=4)
    (found,) = outcomes(HEAD + "Travaux de peinture;;;90000;6;01/06/2027;80\n", settings=choice)
    assert (found["redaction_le"], found["saisir_facilitateur_le"]) == ("2027-02-01", "2026-12-21")


def test_rows_of_one_reference_are_lots(outcomes: Outcomes) -> None:
    text = (
        "Réf;Objet;N° lot;Intitulé du lot;Montant HT;Durée;Lancement\n"
        "A1;Rénovation de l'école;1;Peinture;96 000;10;01/02/2027\n"
        "A1;Rénovation de l'école;2;Électricité;140 000;8;01/02/2027\n"
        "B2;Achat de papier;;;4000;12;01/02/2027\n"
    )
    school, paper = outcomes(text)
    assert [lot["intitule"] for lot in school["lots"]] == ["Peinture", "Électricité"]
    assert school["montant_ht"] == 236_000
    assert (school["ligne"], school["derniere_ligne"]) == (2, 3)
    assert paper["lots"] == []


def test_a_reference_that_comes_back_is_another_market_and_is_said(outcomes: Outcomes) -> None:
    rows = "A1;Nettoyage d'écoles;90919200;120000\nB2;Tonte;77310000;50000\nA1;Nettoyage de gymnases;90919200;80000\n"
    found = outcomes("Référence;Objet;CPV;Montant HT\n" + rows)
    assert [len(item["remarques"]) for item in found] == [0, 0, 1]
    assert "« A1 » est déjà celle de la ligne 2" in found[2]["remarques"][0]


@pytest.mark.parametrize(("amount", "said"), [("1", "faible"), ("2000000000", "élevé"), ("50000", "")])
def test_an_amount_that_nobody_buys_for_is_said(outcomes: Outcomes, amount: str, said: str) -> None:
    (found,) = outcomes(f"Objet;CPV;Montant HT\nNettoyage des écoles;90919200;{amount}\n")
    assert "fautes" not in found
    assert [said in remark for remark in found["remarques"]] == ([True] if said else [])


def test_a_head_row_gives_the_whole_and_its_lots_follow(outcomes: Outcomes) -> None:
    text = (
        "Réf;Objet;N° lot;Intitulé du lot;Montant HT;Durée;Lancement\n"
        "A1;Travaux de rénovation de l'école;;;300 000;10;01/02/2027\n"
        "A1;;1;Peinture;96 000;;\n"
        "A1;;2;Électricité;zéro;;\n"
    )
    (found,) = outcomes(text)
    assert [(fault["ligne"], fault["colonne"]) for fault in found["fautes"]] == [(4, "Montant HT")]
    (mended,) = outcomes(text.replace("zéro", "140 000"))
    assert mended["montant_ht"] == 300_000
    assert mended["objet"] == "Travaux de rénovation de l'école"


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("Travaux;;;zéro;12;;", "Montant HT", "n’est pas un montant lisible"),
        ("Travaux;;;0;12;;", "Montant HT", "supérieur à zéro"),
        ("Travaux;;;;12;;", "Montant HT", "ce champ manque"),
        ("Travaux;;;9000;jamais;;", "Durée (mois)", "n’est pas une durée lisible"),
        ("Travaux;;;9000;12;bientôt;", "Date de lancement", "n’est pas une date lisible"),
        ("Travaux;;;9000;12;01/01/1999;", "Date de lancement", "hors de portée"),
        ("Travaux;;abc;9000;12;;", "CPV", "n’est pas un code CPV"),
        ("Machin;;;9000;12;;", "Nature", "indiquez-le dans une colonne"),
        (";travaux;;9000;12;;", "Objet", "ce champ manque"),
    ],
)
def test_each_kind_of_fault_says_where_and_what_to_write(outcomes: Outcomes, row: str, column: str, said: str) -> None:
    bad, good = outcomes(HEAD + row + "\nNettoyage des locaux;services;90919200;90000;12;01/03/2027;80\n")
    (fault,) = bad["fautes"]
    assert (fault["ligne"], fault["colonne"]) == (2, column)
    assert said in fault["message"].replace("'", "’").replace("\u00a0", " ")
    assert "fautes" not in good


def test_the_published_format_is_read_as_it_stands(outcomes: Outcomes) -> None:
    contract = {
        "id": "X1", "nature": "Marché", "objet": "Travaux de voirie", "codeCPV": "45233141-9", "dureeMois": 12,
        "procedure": "Procédure adaptée", "montant": 120000.5, "dateNotification": "2024-02-01",
        "lieuExecution": {"code": "80000", "typeCode": "Code postal"},
        "techniques": {"technique": ["Accord-cadre"]},
        "modalitesExecution": {"modaliteExecution": ["Bons de commande"]},
    }  # fmt: skip
    text = json.dumps({"marches": {"marche": [contract]}})
    (found,) = outcomes(text, name="decp.json")
    assert found["departement"] == "80"
    assert found["marche"]["forme"] == "bons_de_commande"
    assert found["montant_ht"] == 120000.5
    assert "Contrat déjà notifié" in " ".join(found["remarques"])


CELL = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["=1+1", "{{ x }}", "<b>", "1e309", "NaN", "-5", "9" * 400, "\u202e", "lot", "'", '"', "12/12/2027"]
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=1, max_size=9), min_size=1, max_size=4))
def test_any_cells_give_an_answer_for_every_row(outcomes: Outcomes, rows: list[list[str]]) -> None:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Réf", "Objet", "Nature", "CPV", "Lot", "Montant HT", "Durée", "Lancement", "Drapeaux"])
    writer.writerows(rows)
    data = text.getvalue().encode("utf-8", "replace").replace(b"\x00", b"")
    for outcome in outcomes(data):
        assert json.loads(json.dumps(outcome))["ligne"] >= 2
        assert all(fault["message"] for fault in outcome.get("fautes", []))
        assert "fautes" not in outcome or outcome["fautes"]


def test_the_settings_say_the_day() -> None:
    assert Settings(date(2026, 10, 1)).default_launch == date(2026, 10, 1)
