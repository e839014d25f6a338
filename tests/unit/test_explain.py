"""`explain --json`: the keys, types and words of the contract (docs/architecture.md), for every example market."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from cases import LIBRARY, explained, result

from drafter.explain import explain
from drafter.market import market_data, read_market
from drafter.pipeline import run

NUMBER = (int, float)
NONE = type(None)


class One:
    """One of these words."""

    def __init__(self, words: str) -> None:
        self.words = set(words.split(" | "))


DUTY = One("due | non_due | a_preciser | derogee")
HOURS = {"bas": NUMBER, "retenu": NUMBER, "haut": NUMBER, "exact": float}
SHAPE: dict[str, Any] = {
    "marche": {
        "segment": str,
        "segment_code": One(" | ".join(LIBRARY.segments)),
        "segment_origine": One("saisi | cpv | objet | defaut"),
        "ccag": One("travaux | fcs | pi | tic | mi | moe | aucun"),
        "montant_ht": NUMBER,
        "duree_mois": NUMBER,
        "objet": str,
        "nature": One("travaux | fournitures | services"),
        "date_lancement": str,
    },
    "obligations": [
        {
            "id": str,
            "lot": (int, NONE),
            "statut": DUTY,
            "article": str,
            "motif": str,
            "derogations_ouvertes": [str],
            "derogations_acquises": [str],
            "satisfaite_par": [str],
        }
    ],
    "procedure": {
        "seuil_europeen": (int, float, NONE),
        "au_dessus": (bool, NONE),
        "dispense": (bool, NONE),
        "seuil_dispense": (int, float, NONE),
        "sources": [str],
    },
    "reservations": [{"id": str, "lot": (int, NONE), "statut": One("possible | conseillee | exclue"), "motif": str}],
    "calibrage": {
        "lots": [
            {
                "lot": (int, NONE),
                "intitule": str,
                "methode": One("montant | effectifs | dpgf | reprise_personnel | ratio_commandes"),
                "heures": HOURS,
                "decision": One("clause | globalisation | pas_de_clause"),
                "alternative": (str, NONE),
                "etapes": [{"nom": str, "valeur": NUMBER, "unite": str, "source": str, "statut": str}],
            }
        ],
        "total": {"bas": NUMBER, "retenu": NUMBER, "haut": NUMBER},
    },
    "clauses": [
        {
            "id": str,
            "version": int,
            "piece": One("CCAP | CCTP | RC | AE"),
            "type": One("specification | condition_execution | critere | progres"),
            "famille": One("insertion | social | environnement | transverse"),
            "niveau": One("socle | avance | exemplaire"),
            "segments": [str],
            "lot": (int, NONE),
            "raisons": [str],
        }
    ],
    "ecartees": [{"id": str, "raisons": [str]}],
    "a_preciser": [{"question": str, "debloque": [str]}],
    "alertes": [{"id": str, "texte": str}],
    "decp": {
        "considerationsSociales": [
            One("Clause sociale | Critère social | Marché réservé | Concession réservée | Pas de considération sociale")
        ],
        "considerationsEnvironnementales": [
            One("Clause environnementale | Critère environnemental | Pas de considération environnementale")
        ],
        "ccag": [
            One(
                "Travaux | Maitrise d'œuvre | Fournitures courantes et services | Marchés industriels | "
                "Prestations intellectuelles | Techniques de l'information et de la communication | Pas de CCAG"
            )
        ],
    },
    "bibliotheque": {"version": str, "date": str},
}


def differs(found: Any, shape: Any, where: str = "") -> list[str]:
    """Where an answer departs from the contract; other keys are allowed."""
    if isinstance(shape, Mapping):
        if not isinstance(found, Mapping):
            return [f"{where}: not an object"]
        gone = [f"{where}.{key}: missing" for key in shape if key not in found]
        return gone + [
            line for key in shape if key in found for line in differs(found[key], shape[key], f"{where}.{key}")
        ]
    if isinstance(shape, list):
        if not isinstance(found, list):
            return [f"{where}: not a list"]
        return [line for place, item in enumerate(found) for line in differs(item, shape[0], f"{where}[{place}]")]
    if isinstance(shape, One):
        return [] if found in shape.words else [f"{where}: {found!r}"]
    right = isinstance(found, shape) and not (isinstance(found, bool) and shape is NUMBER)
    return [] if right else [f"{where}: {type(found).__name__}"]


EXAMPLES = sorted(LIBRARY.examples)
ANSWERS = {name: explain(run(example, LIBRARY)) for name, example in LIBRARY.examples.items()}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_answer_has_the_shape_of_the_contract(name: str) -> None:
    answer = json.loads(json.dumps(ANSWERS[name]))
    assert differs(answer, SHAPE) == []
    assert list(answer)[: len(SHAPE)] == list(SHAPE)  # what we add comes after what the contract fixes


def test_the_shape_notices_what_is_wrong() -> None:
    answer = json.loads(json.dumps(ANSWERS["nettoyage-mediatheque"]))
    answer["obligations"][0]["statut"] = "peut-être"
    del answer["clauses"][0]["lot"]
    answer["marche"]["montant_ht"] = "216000"
    assert differs(answer, SHAPE) == [
        ".marche.montant_ht: str",
        ".obligations[0].statut: 'peut-être'",
        ".clauses[0].lot: missing",
    ]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_answer_holds_together(name: str) -> None:
    answer = ANSWERS[name]
    kept = {row["id"] for row in answer["clauses"]}
    assert not kept & {row["id"] for row in answer["ecartees"]}
    for duty in answer["obligations"]:
        assert set(duty["satisfaite_par"]) <= kept
        assert set(duty["derogations_acquises"]) <= set(duty["derogations_ouvertes"])
    lots = answer["calibrage"]["lots"]
    clauses = [lot for lot in lots if lot["decision"] != "pas_de_clause"]
    assert answer["calibrage"]["total"]["retenu"] == sum(lot["heures"]["retenu"] for lot in clauses)
    numbers = {lot["lot"] for lot in lots}
    assert numbers == {None} or numbers == set(range(1, len(lots) + 1))
    assert {row["lot"] for row in answer["clauses"]} <= numbers | {None}
    for row in answer["clauses"]:
        assert all(code in LIBRARY.segments for code in row["segments"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_market_as_understood_is_the_one_typed(name: str) -> None:
    answer, example = ANSWERS[name]["marche"], LIBRARY.examples[name]
    for key, value in market_data(example).items():
        if key not in ("segment", "lots", "montant_ht", "duree_mois", "ccag"):
            assert answer[key] == value, key
    assert answer["duree_mois"] == float(example.duration.value)


def test_the_same_market_gives_the_same_answer() -> None:
    for name in EXAMPLES:
        again = explain(run(read_market(market_data(LIBRARY.examples[name])), LIBRARY))
        assert json.dumps(again, ensure_ascii=False) == json.dumps(ANSWERS[name], ensure_ascii=False)


def test_an_unknown_cpv_is_kept_and_said() -> None:
    answer = explained(cpv="99999999")
    assert answer["marche"]["cpv"] == "99999999"
    assert any(alert["id"] == "CPV" for alert in answer["alertes"])
    assert answer["clauses"]


def test_cents_and_months_survive() -> None:
    answer = explained(montant_ht="81234,94", duree_mois="5.5")["marche"]
    assert (answer["montant_ht"], answer["duree_mois"]) == (81234.94, 5.5)


def test_a_figure_is_a_json_number() -> None:
    text = json.dumps(explained(calibrage={"heures": "12,3456"}))
    assert "Fraction" not in text
    assert "NaN" not in text


# --- DECP ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "social", "environment"),
    [
        ({}, ["Clause sociale"], ["Clause environnementale", "Critère environnemental"]),
        (
            {"nature": "fournitures", "montant_ht": 90_000},
            ["Pas de considération sociale"],
            ["Clause environnementale", "Critère environnemental"],
        ),
        (
            {"date_lancement": "2026-08-10", "nature": "fournitures", "montant_ht": 90_000},
            ["Pas de considération sociale"],
            ["Pas de considération environnementale"],
        ),
        (
            {"drapeaux": ["reserve_siae"], "montant_ht": 90_000},
            ["Clause sociale", "Marché réservé"],
            ["Clause environnementale", "Critère environnemental"],
        ),
        (
            {"drapeaux": ["reserve_siae"], "montant_ht": 90_000, "contrat": "concession"},
            ["Concession réservée"],
            ["Clause environnementale", "Critère environnemental"],
        ),
        (
            {"criteres": [{"intitule": "Insertion", "type": "social"}]},
            ["Clause sociale", "Critère social"],
            ["Clause environnementale", "Critère environnemental"],
        ),
        (
            {"date_lancement": "2026-01-10", "criteres": [{"intitule": "Climat", "type": "environnement"}]},
            ["Clause sociale"],
            ["Critère environnemental"],
        ),
    ],
)
def test_the_essential_data_follow_from_what_is_kept(
    facts: dict[str, Any], social: list[str], environment: list[str]
) -> None:
    found = explained(**facts)["decp"]
    assert (found["considerationsSociales"], found["considerationsEnvironnementales"]) == (social, environment)


@pytest.mark.shared
def test_the_words_are_those_of_the_national_schema(shared_data: Any) -> None:
    import csv

    with (shared_data / "decp_listes_valeurs.csv").open(encoding="utf-8") as file:
        official = {cell for row in csv.reader(file) for cell in row}
    shapes = [shape for key in SHAPE["decp"] for shape in SHAPE["decp"][key]]
    assert {word for shape in shapes for word in shape.words} <= official


def test_a_withdrawn_clause_changes_the_essential_data() -> None:
    kept = [item.clause for item in result().selection.kept if item.clause.family == "environnement"]
    decisions = [{"clause": clause.id, "choix": "retirer", "motif": "essai"} for clause in kept]
    found = explained(decisions=decisions)
    assert found["decp"]["considerationsEnvironnementales"] == ["Pas de considération environnementale"]
    assert {"CR-02", "CR-03", "CR-05"} <= {alert["id"] for alert in found["alertes"]}
