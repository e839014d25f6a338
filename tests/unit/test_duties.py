"""Which duties bind: a table that a lawyer can read and complete, then what must hold for any market.

A line is a market and what the law says of it. T1 to T10 are the cases of the domain file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from cases import BASE, LIBRARY, duties, explained, market, result
from hypothesis import assume, given
from hypothesis import strategies as st

from drafter.duties import find_duties, find_procedure
from drafter.errors import RefusedError
from drafter.understanding import understand
from drafter.vocabulary import Buyer, Flag

NOW = "2026-10-01"
MARKET = ("CR-02", "CR-03", "CR-04", "CR-05", "CR-06")
CONCESSION = ("CR-10", "CR-11", "CR-12", "CR-13", "CR-14")


@dataclass(frozen=True)
class Case:
    name: str
    nature: str
    buyer: str | None
    amount: int | None
    months: float
    on: str
    due: str = ""
    not_due: str = ""
    unsure: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "nature": self.nature,
            "acheteur": self.buyer,
            "montant_ht": self.amount,
            "duree_mois": str(self.months),
            "date_lancement": self.on,
            **self.more,
        }

    @property
    def expected(self) -> dict[str, str]:
        said = {"due": self.due, "non_due": self.not_due, "a_preciser": self.unsure}
        return {f"CR-{number}": status for status, numbers in said.items() for number in numbers.split()}


def lots(*amounts: int | None) -> dict[str, Any]:
    rows = [
        {"intitule": f"Lot {n}"} | ({"montant_ht": amount} if amount else {}) for n, amount in enumerate(amounts, 1)
    ]
    return {"lots": rows}


SUBSEQUENT = {"forme": "marche_subsequent"}
RENEWABLES = {"drapeaux": ["energies_renouvelables"]}
DEFENCE = {"drapeaux": ["defense_securite"]}
BOOK_FIVE = {"drapeaux": ["livre_v"]}
AUCTION = {"drapeaux": ["enchere_electronique"]}
GRANT = {"contrat": "concession"}
NO_NOTICE = {"procedure": "sans_publicite"}
S, W, F = "services", "travaux", "fournitures"
TOWN, STATE, HEALTH, OTHER, UTILITY = (
    "collectivite",
    "etat",
    "etablissement_sante",
    "autre_pouvoir_adjudicateur",
    "entite_adjudicatrice",
)

TABLE = (
    # name, nature, buyer, amount excluding tax, months, launch date; what binds, what does not, what is asked
    Case("T1 nettoyage sous le seuil", S, TOWN, 180_000, 48, NOW, due="02 03 05 06", not_due="04"),
    Case("T2 le seuil est inclusif", S, TOWN, 216_000, 48, NOW, due="02 03 04 05 06"),
    Case("T3 travaux de cinq mois", W, TOWN, 6_000_000, 5, NOW, due="02 03 04 05 06"),
    Case("T4 travaux de six mois", W, TOWN, 6_000_000, 6, NOW, due="02 03 04 05 06"),
    Case("T5 l'avant-veille", S, STATE, 140_000, 24, "2026-08-20", not_due="02 03 04 05 06"),
    Case("T6 le 21 : le décret seul", S, STATE, 140_000, 24, "2026-08-21", due="06", not_due="02 03 04 05"),
    Case("T6 le 22 : tout", S, STATE, 140_000, 24, "2026-08-22", due="02 03 04 05 06"),
    Case("T7 trois lots, lecture marché", S, TOWN, None, 24, NOW, due="04", more=lots(100_000, 100_000, 100_000)),
    Case(
        "T7 trois lots, lecture lot",
        S,
        TOWN,
        None,
        24,
        NOW,
        due="02 03 05 06",
        not_due="04",
        more=lots(100_000, 100_000, 100_000) | {"base_seuil_social": "lot"},
    ),
    Case("T8 avant le 1er avril : MAPA", F, TOWN, 55_000, 12, "2026-03-15", not_due="02 03 04 05 06"),
    Case("T9 concession", S, TOWN, 6_000_000, 60, NOW, due="10 11 12 13 14", more=GRANT),
    Case("T10 lancée le 10 août, notifiée en 2027", S, TOWN, 300_000, 48, "2026-08-10", not_due="02 03 04 05 06"),
    # the days, for each nature
    *(
        Case(f"{nature} le {day} août", nature, TOWN, 9_000_000, 12, f"2026-08-{day}", due=due, not_due=not_due)
        for nature in (S, W, F)
        for day, due, not_due in (
            (20, "", "02 03 04 05 06"),
            (21, "06", "02 03 04 05"),
            (22, "02 03 04 05 06", ""),
            (23, "02 03 04 05 06", ""),
        )
    ),
    Case("concession le 20 août", S, TOWN, 6_000_000, 60, "2026-08-20", not_due="10 11 12 13 14", more=GRANT),
    Case(
        "concession le 21 : partie réglementaire",
        S,
        TOWN,
        6_000_000,
        60,
        "2026-08-21",
        due="13 14",
        not_due="10 11 12",
        more=GRANT,
    ),
    Case("concession le 22", S, TOWN, 6_000_000, 60, "2026-08-22", due="10 11 12 13 14", more=GRANT),
    Case("enchère électronique le 20", F, TOWN, 300_000, 12, "2026-08-20", not_due="07", more=AUCTION),
    Case("enchère électronique le 21", F, TOWN, 300_000, 12, "2026-08-21", due="07", more=AUCTION),
    Case("sans enchère électronique", F, TOWN, 300_000, 12, NOW, not_due="07"),
    # European thresholds: one euro below, equal, one above; each buyer and nature
    *(
        Case(
            f"{nature} {buyer} {limit + gap}",
            nature,
            buyer,
            limit + gap,
            24,
            NOW,
            **{"due" if gap >= 0 else "not_due": "04"},
        )
        for natures, buyers, limit in (
            ((S, F), (STATE,), 140_000),
            ((S, F), (TOWN, HEALTH, OTHER), 216_000),
            ((S, F), (UTILITY,), 432_000),
            ((W,), (STATE, TOWN, HEALTH, OTHER, UTILITY), 5_404_000),
        )
        for nature in natures
        for buyer in buyers
        for gap in (-1, 0, 1)
    ),
    Case("concession sous son seuil", S, TOWN, 5_403_999, 60, NOW, due="10 11 13 14", not_due="12", more=GRANT),
    Case("concession à son seuil", S, TOWN, 5_404_000, 60, NOW, due="12", more=GRANT),
    Case("concession de services, pas le seuil des services", S, STATE, 300_000, 60, NOW, not_due="12", more=GRANT),
    # a framework agreement is worth its maximum
    Case(
        "accord-cadre : le maximum compte",
        S,
        TOWN,
        150_000,
        48,
        NOW,
        due="04",
        more={"forme": "bons_de_commande", "montant_max_ht": 216_000},
    ),
    Case(
        "accord-cadre : maximum sous le seuil",
        S,
        TOWN,
        150_000,
        48,
        NOW,
        not_due="04",
        more={"forme": "bons_de_commande", "montant_max_ht": 215_999},
    ),
    # the buyer is not known: only an amount between the thresholds leaves a doubt
    Case("acheteur inconnu, sous tous les seuils", S, None, 139_999, 24, NOW, not_due="04"),
    Case("acheteur inconnu, entre les seuils", S, None, 140_000, 24, NOW, unsure="04"),
    Case("acheteur inconnu, encore entre", F, None, 431_999, 24, NOW, unsure="04"),
    Case("acheteur inconnu, au-dessus de tous", S, None, 432_000, 24, NOW, due="04"),
    Case("acheteur inconnu, travaux : un seul seuil", W, None, 5_404_000, 24, NOW, due="04"),
    # beyond the tables
    Case("31 décembre 2027", S, TOWN, 216_000, 24, "2027-12-31", due="04"),
    Case("1er janvier 2028 : seuil à venir", S, TOWN, 216_000, 24, "2028-01-01", due="02 03 05 06", unsure="04"),
    Case("2028, petit montant : non plus", S, TOWN, 61_000, 24, "2028-06-01", unsure="04"),
    Case("2028, concession", S, TOWN, 9_000_000, 24, "2028-06-01", due="10 11 13 14", unsure="12", more=GRANT),
    # below the dispense threshold the contract still has terms; without competition it has no criterion
    Case("dispense, sans publicité", S, TOWN, 59_999, 12, NOW, due="02 03", not_due="04 05 06", more=NO_NOTICE),
    Case(
        "dispense, procédure adaptée choisie",
        S,
        TOWN,
        59_999,
        12,
        NOW,
        due="02 03 05 06",
        not_due="04",
        more={"procedure": "adaptee"},
    ),
    Case(
        "dispense, procédure inconnue", S, TOWN, 59_999, 12, NOW, due="02 03", unsure="05 06", more={"procedure": None}
    ),
    Case("au seuil de dispense", S, TOWN, 60_000, 12, NOW, due="05 06", more={"procedure": None}),
    Case("travaux au seuil de dispense", W, TOWN, 100_000, 12, NOW, due="05 06", more={"procedure": None}),
    Case("travaux sous la dispense", W, TOWN, 99_999, 12, NOW, due="02 03", not_due="05 06", more=NO_NOTICE),
    # defence or security, book V: the faculty remains
    Case("défense", S, STATE, 900_000, 24, NOW, not_due="02 03 04 05 06", more=DEFENCE),
    Case("livre V", S, TOWN, 900_000, 24, NOW, not_due="01 02 03 04 05 06 07", more=BOOK_FIVE),
    Case("concession de défense", S, STATE, 9_000_000, 24, NOW, not_due="10 11 12 13 14", more=GRANT | DEFENCE),
    # renewable energy: the environmental execution condition since 1 July 2024
    Case("renouvelables, la veille", W, TOWN, 300_000, 12, "2024-06-30", not_due="03", more=RENEWABLES),
    Case(
        "renouvelables, le jour", W, TOWN, 300_000, 12, "2024-07-01", due="03", not_due="02 04 05 06", more=RENEWABLES
    ),
    Case("renouvelables, sans le drapeau", W, TOWN, 300_000, 12, "2024-07-01", not_due="03"),
    # SPASER: more than 50 million a year, of the buyer and not of this contract
    Case("SPASER, 50 M€ tout juste", S, TOWN, 90_000, 12, NOW, not_due="20", more={"achats_annuels_ht": 50_000_000}),
    Case("SPASER, un euro de plus", S, TOWN, 90_000, 12, NOW, due="20", more={"achats_annuels_ht": 50_000_001}),
    Case("SPASER, achats inconnus", S, TOWN, 90_000, 12, NOW, unsure="20"),
    Case("SPASER avant 2023", S, TOWN, 90_000, 12, "2022-12-31", not_due="20", more={"achats_annuels_ht": 90_000_000}),
    # subsequent contracts: the framework agreement's day
    Case(
        "subséquent, accord-cadre d'avant",
        S,
        TOWN,
        300_000,
        12,
        NOW,
        unsure="02 03 04 05 06",
        more=SUBSEQUENT | {"date_accord_cadre": "2026-08-20"},
    ),
    Case(
        "subséquent, accord-cadre du 21",
        S,
        TOWN,
        300_000,
        12,
        NOW,
        due="06",
        unsure="02 03 04 05",
        more=SUBSEQUENT | {"date_accord_cadre": "2026-08-21"},
    ),
    Case(
        "subséquent, accord-cadre du 22",
        S,
        TOWN,
        300_000,
        12,
        NOW,
        due="02 03 04 05 06",
        more=SUBSEQUENT | {"date_accord_cadre": "2026-08-22"},
    ),
    Case(
        "subséquent, accord-cadre inconnu",
        S,
        TOWN,
        300_000,
        12,
        NOW,
        due="00",
        unsure="02 03 04 05 06",
        more=SUBSEQUENT,
    ),
    Case("subséquent de défense", S, STATE, 300_000, 12, NOW, not_due="02 03 04 05 06", more=SUBSEQUENT | DEFENCE),
    Case("subséquent lancé avant août", S, TOWN, 300_000, 12, "2026-08-20", not_due="02 03 04 05 06", more=SUBSEQUENT),
    # lots
    Case(
        "un lot au seuil, lecture lot",
        S,
        TOWN,
        None,
        24,
        NOW,
        due="04",
        more=lots(216_000, 20_000) | {"base_seuil_social": "lot"},
    ),
    Case("lots sous le seuil ensemble", S, TOWN, None, 24, NOW, not_due="04", more=lots(100_000, 115_999)),
    Case("lots au seuil ensemble", S, TOWN, None, 24, NOW, due="04", more=lots(100_000, 116_000)),
    Case(
        "montant d'un lot inconnu, lecture lot",
        S,
        TOWN,
        400_000,
        24,
        NOW,
        unsure="04",
        more=lots(None, 20_000) | {"base_seuil_social": "lot"},
    ),
    Case(
        "lots inconnus, marché sous le seuil",
        S,
        TOWN,
        200_000,
        24,
        NOW,
        not_due="04",
        more=lots(None, None) | {"base_seuil_social": "lot"},
    ),
    Case(
        "acheteur inconnu, lot au-dessus de tous",
        S,
        None,
        None,
        24,
        NOW,
        due="04",
        more=lots(432_000, 20_000) | {"base_seuil_social": "lot"},
    ),
    # principles that bound before
    Case("principes, 2021", S, TOWN, 90_000, 12, "2021-08-25", due="00 01"),
    Case("principes, la veille", S, TOWN, 90_000, 12, "2021-08-24", due="01", not_due="00"),
)


def test_the_table_is_long_enough_and_names_each_line_once() -> None:
    names = [case.name for case in TABLE]
    assert len(names) == len(set(names)) >= 60
    assert {name for case in TABLE for name in case.expected} == set(LIBRARY.duties)


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
def test_the_law_says(case: Case) -> None:
    found = duties(**case.facts)
    assert {name: found[name]["statut"] for name in case.expected} == case.expected
    for name, row in found.items():
        assert row["motif"].strip(), f"{name} says nothing"
        if row["statut"] == "a_preciser":
            asked = [item for item in explained(**case.facts)["a_preciser"] if name in item["debloque"]]
            assert asked, f"{name} is left open and asks nothing"


# --- thresholds of the procedure -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"acheteur": STATE, "date_lancement": "2025-12-31"}, 143_000),
        ({"acheteur": STATE, "date_lancement": "2026-01-01"}, 140_000),
        ({"acheteur": TOWN, "date_lancement": "2025-12-31"}, 221_000),
        ({"acheteur": HEALTH, "date_lancement": "2026-01-01"}, 216_000),
        ({"acheteur": UTILITY, "date_lancement": "2025-12-31"}, 443_000),
        ({"acheteur": UTILITY, "date_lancement": "2026-01-01"}, 432_000),
        ({"nature": W, "acheteur": STATE, "date_lancement": "2025-12-31"}, 5_538_000),
        ({"nature": W, "acheteur": UTILITY, "date_lancement": "2026-01-01"}, 5_404_000),
        ({"contrat": "concession", "date_lancement": "2025-12-31"}, 5_538_000),
        ({"contrat": "concession", "date_lancement": "2026-01-01"}, 5_404_000),
        ({"acheteur": STATE, "drapeaux": ["defense_securite"]}, 432_000),
        ({"acheteur": None, "drapeaux": ["defense_securite"], "nature": F}, 432_000),
        ({"acheteur": STATE, "drapeaux": ["defense_securite"], "nature": W}, 5_404_000),
        ({"acheteur": None}, None),
        ({"date_lancement": "2019-12-31"}, None),
        ({"date_lancement": "2027-12-31"}, 216_000),
        ({"date_lancement": "2028-01-01"}, None),
    ],
)
def test_the_european_threshold_of_a_day_a_buyer_and_a_nature(facts: dict[str, Any], expected: int | None) -> None:
    assert explained(**facts)["procedure"]["seuil_europeen"] == expected


@pytest.mark.parametrize(
    ("nature", "amount", "on", "threshold", "dispensed"),
    [
        ("fournitures", 55_000, "2026-03-15", 40_000, False),  # T8
        ("fournitures", 55_000, "2026-04-15", 60_000, True),
        ("services", 40_000, "2026-03-31", 40_000, False),
        ("services", 39_999, "2026-03-31", 40_000, True),
        ("services", 59_999, "2026-04-01", 60_000, True),
        ("services", 60_000, "2026-04-01", 60_000, False),
        ("travaux", 99_999, "2025-12-31", 100_000, True),
        ("travaux", 99_999, "2026-01-01", 100_000, True),
        ("travaux", 100_000, "2026-04-01", 100_000, False),
    ],
)
def test_the_dispense_of_notice_and_competition(
    nature: str, amount: int, on: str, threshold: int, dispensed: bool
) -> None:
    found = explained(nature=nature, montant_ht=amount, date_lancement=on)["procedure"]
    assert (found["seuil_dispense"], found["dispense"]) == (threshold, dispensed)


def test_a_day_without_table_says_so_and_stays_open() -> None:
    found = explained(date_lancement="2028-01-01", montant_ht=100_000)
    assert found["procedure"]["au_dessus"] is None
    row = next(row for row in found["obligations"] if row["id"] == "CR-04")
    assert row["statut"] == "a_preciser"
    assert "1er janvier 2028" in row["motif"].replace("\u00a0", " ")


def test_the_social_services_of_a_concession_have_no_dispense_of_markets() -> None:
    assert explained(contrat="concession")["procedure"]["seuil_dispense"] is None


# --- readings -------------------------------------------------------------------------------------------


def test_both_readings_are_always_shown_with_lots() -> None:
    for basis, status in (("marche", "due"), ("lot", "non_due")):
        row = duties(montant_ht=None, base_seuil_social=basis, **lots(100_000, 100_000, 100_000))["CR-04"]
        assert row["statut"] == status
        assert row["lectures"] == {"marche": "due", "lots": {"1": "non_due", "2": "non_due", "3": "non_due"}}
        assert "lecture par lot" in row["motif"].lower()


def test_readings_exist_only_where_they_can_differ() -> None:
    assert "lectures" not in duties()["CR-04"]
    assert "lectures" not in duties(**lots(100_000, 100_000))["CR-05"]


# --- what a reason says ---------------------------------------------------------------------------------


def test_a_reason_names_the_amount_and_the_threshold() -> None:
    said = duties(montant_ht=215_999)["CR-04"]["motif"].replace("\u202f", " ").replace("\u00a0", " ")
    assert "215 999 €" in said
    assert "n'atteint pas" in said
    assert "216 000 €" in said


def test_a_duty_with_a_condition_of_its_own_is_not_said_to_have_no_threshold() -> None:
    row = duties(achats_annuels_ht=60_000_000)["CR-20"]
    assert row["statut"] == "due"
    assert "sans seuil" not in row["motif"]


def test_an_early_start_gives_its_own_day_and_how_sure_it_is() -> None:
    row = duties(nature="travaux", date_lancement="2024-07-01", drapeaux=["energies_renouvelables"])["CR-03"]
    assert (row["depuis"], row["certitude"]) == ("2024-07-01", "probable")
    assert duties()["CR-03"]["depuis"] == "2026-08-22"
    assert duties(contrat="concession", date_lancement="2026-08-21")["CR-13"]["depuis"] == "2026-08-21"


def test_a_subsequent_contract_never_activates_by_itself() -> None:
    row = duties(forme="marche_subsequent", date_accord_cadre="2025-01-15")["CR-03"]
    assert (row["statut"], row["certitude"]) == ("a_preciser", "a_verifier")
    assert "15\u00a0janvier\u00a02025" in row["motif"]


# --- exemptions -----------------------------------------------------------------------------------------


ALL_MARKET = {"DER-SOC-1", "DER-SOC-2", "DER-SOC-3"}


@pytest.mark.parametrize(
    ("facts", "opened", "acquired"),
    [
        ({}, ALL_MARKET, set()),
        ({"drapeaux": ["solution_immediatement_disponible"]}, ALL_MARKET, {"DER-SOC-1"}),
        ({"nature": "travaux", "montant_ht": 6_000_000, "duree_mois": 5}, ALL_MARKET | {"DER-SOC-4"}, {"DER-SOC-4"}),
        (
            {"nature": "travaux", "montant_ht": 6_000_000, "duree_mois": "5.9"},
            ALL_MARKET | {"DER-SOC-4"},
            {"DER-SOC-4"},
        ),
        ({"nature": "travaux", "montant_ht": 6_000_000, "duree_mois": 6}, ALL_MARKET, set()),
        ({"duree_mois": 5}, ALL_MARKET, set()),
        ({"montant_ht": 215_999}, set(), set()),
        ({"date_lancement": "2026-08-21"}, set(), set()),
    ],
)
def test_the_exemptions_that_the_law_opens(facts: dict[str, Any], opened: set[str], acquired: set[str]) -> None:
    row = duties(**facts)["CR-04"]
    assert (set(row["derogations_ouvertes"]), set(row["derogations_acquises"])) == (opened, acquired)


def test_a_concession_has_two_exemptions_only() -> None:
    row = duties(
        contrat="concession",
        montant_ht=6_000_000,
        nature="travaux",
        duree_mois=5,
        drapeaux=["solution_immediatement_disponible"],
    )["CR-12"]
    assert set(row["derogations_ouvertes"]) == {"DER-SOC-2", "DER-SOC-3"}
    assert row["derogations_acquises"] == []


def test_the_environment_has_no_exemption() -> None:
    for name, row in duties(nature="travaux", montant_ht=6_000_000, duree_mois=5).items():
        assert name == "CR-04" or row["derogations_ouvertes"] == []


def test_an_open_exemption_with_its_reason_sets_the_duty_aside() -> None:
    decision = {"obligation": "CR-04", "derogation": "DER-SOC-3", "motif": "Deux opérateurs habilités (sourcing)."}
    found = explained(decisions=[decision])
    row = next(row for row in found["obligations"] if row["id"] == "CR-04")
    assert row["statut"] == "derogee"
    assert row["derogation"] == {"id": "DER-SOC-3", "motif": "Deux opérateurs habilités (sourcing)."}
    assert [row["id"] for row in found["clauses"] if row["famille"] in ("insertion", "social")] == []
    assert "CR-04" not in {alert["id"] for alert in found["alertes"]}


@pytest.mark.parametrize(
    ("facts", "decision", "words"),
    [
        ({}, {"obligation": "CR-04", "derogation": "DER-SOC-3"}, "motif"),
        ({}, {"obligation": "CR-04", "derogation": "DER-SOC-3", "motif": ""}, "motif"),
        ({}, {"obligation": "CR-04", "derogation": "DER-SOC-4", "motif": "court"}, "DER-SOC-1, DER-SOC-2 et DER-SOC-3"),
        ({}, {"obligation": "CR-03", "derogation": "DER-SOC-3", "motif": "cher"}, "aucune"),
        ({}, {"obligation": "CR-99", "derogation": "DER-SOC-3", "motif": "x"}, "CR-99"),
        ({}, {"obligation": "CR-12", "derogation": "DER-SOC-3", "motif": "x"}, "ne concerne pas ce contrat"),
        ({"montant_ht": 1000}, {"obligation": "CR-04", "derogation": "DER-SOC-3", "motif": "x"}, "non due"),
        (
            {"contrat": "concession", "montant_ht": 6_000_000},
            {"obligation": "CR-12", "derogation": "DER-SOC-1", "motif": "x"},
            "DER-SOC-2 et DER-SOC-3",
        ),
        (
            {"nature": "travaux", "montant_ht": 6_000_000, "duree_mois": 6},
            {"obligation": "CR-04", "derogation": "DER-SOC-4", "motif": "six mois"},
            "n'est pas ouverte",
        ),
    ],
)
def test_a_closed_exemption_or_one_without_reason_is_refused(
    facts: dict[str, Any], decision: dict[str, str], words: str
) -> None:
    with pytest.raises(RefusedError, match=words) as refused:
        result(decisions=[decision], **facts)
    assert refused.value.exit_code == 1
    assert str(refused.value).startswith("decisions[1] : ")


def test_every_refused_decision_is_told_at_once() -> None:
    rows = [{"obligation": "CR-04", "derogation": "DER-SOC-3"}, {"obligation": "CR-04", "derogation": "DER-SOC-4"}]
    with pytest.raises(RefusedError) as refused:
        result(decisions=rows)
    assert [fault.where for fault in refused.value.faults] == ["decisions[1]", "decisions[2]"]


# --- what must hold for any market ----------------------------------------------------------------------


OPTIONAL = ("acheteur", "procedure", "achats_annuels_ht", "date_accord_cadre", "montant_max_ht", "cpv", "ccag")


@st.composite
def markets(draw: st.DrawFn) -> dict[str, Any]:
    """Facts of any market, the optional ones given or not."""
    day = draw(st.dates(date(2022, 1, 1), date(2029, 12, 31)) | st.dates(date(2026, 8, 18), date(2026, 8, 25)))
    edges = st.sampled_from([40_000, 60_000, 100_000, 140_000, 216_000, 432_000, 5_404_000]).flatmap(
        lambda limit: st.integers(limit - 2, limit + 2)
    )
    amount = draw(st.integers(1_000, 9_000_000) | edges)
    optional = {
        "acheteur": draw(st.none() | st.sampled_from([str(buyer) for buyer in Buyer])),
        "procedure": draw(st.none() | st.sampled_from(["sans_publicite", "adaptee", "appel_offres"])),
        "achats_annuels_ht": draw(st.none() | st.integers(1, 100_000_000)),
        "forme": draw(st.none() | st.sampled_from(["bons_de_commande", "marche_subsequent"])),
        "date_accord_cadre": draw(st.none() | st.dates(date(2020, 1, 1), date(2026, 12, 31)).map(date.isoformat)),
        "base_seuil_social": draw(st.none() | st.sampled_from(["marche", "lot"])),
        "contrat": draw(st.none() | st.just("concession")),
    }
    facts = {
        "nature": draw(st.sampled_from([S, W, F])),
        "montant_ht": amount,
        "duree_mois": draw(st.integers(1, 120)),
        "date_lancement": day.isoformat(),
        "drapeaux": sorted(draw(st.sets(st.sampled_from([str(flag) for flag in Flag]), max_size=2))),
        "procedure": None,
        "acheteur": None,
    }
    facts |= {key: value for key, value in optional.items() if value is not None}
    if draw(st.booleans()):
        shares = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
        facts |= lots(*(max(1, amount * share // sum(shares)) for share in shares))
    return facts


def statuses(**facts: Any) -> dict[str, str]:
    read = market(**facts)
    on = read.launch_date
    procedure = find_procedure(read, LIBRARY, on)
    found = find_duties(understand(read, LIBRARY), procedure, LIBRARY, on)
    return {item.id: str(item.status) for item in found}


@given(markets())
def test_no_duty_before_its_day(facts: dict[str, Any]) -> None:
    on = date.fromisoformat(facts["date_lancement"])
    for name, status in statuses(**facts).items():
        duty = LIBRARY.duties[name]
        starts = [duty.start, *(early.start for early in duty.anticipations)]
        if on < min(starts):
            assert status == "non_due"


@given(markets(), st.integers(1, 5_000_000))
def test_a_higher_amount_never_removes_a_threshold_duty(facts: dict[str, Any], more: int) -> None:
    assume("lots" not in facts)
    low, high = statuses(**facts), statuses(**(facts | {"montant_ht": facts["montant_ht"] + more}))
    order = ["non_due", "a_preciser", "due"]
    for name in ("CR-04", "CR-12"):
        if name in low and not (low[name] == "due" and high[name] == "due"):
            assert order.index(high[name]) >= order.index(low[name])


@given(markets(), st.sampled_from(OPTIONAL))
def test_a_fact_taken_away_never_makes_a_duty_not_due(facts: dict[str, Any], name: str) -> None:
    assume(facts.get(name) is not None)
    known, unknown = statuses(**facts), statuses(**(facts | {name: None}))
    for duty, status in known.items():
        if status != "non_due" and name != "montant_max_ht":
            assert unknown[duty] != "non_due", f"{duty} was {status}"


@given(markets())
def test_the_unknown_buyer_is_one_of_the_buyers(facts: dict[str, Any]) -> None:
    """What is said without the buyer is said of every buyer."""
    said = statuses(**(facts | {"acheteur": None}))
    assume(said.get("CR-04", said.get("CR-12")) != "a_preciser")
    for buyer in Buyer:
        assert statuses(**(facts | {"acheteur": str(buyer)})) == said


@given(st.dates(date(2026, 8, 22), date(2027, 12, 31)), st.sampled_from([S, W, F]))
def test_once_begun_the_duties_do_not_stop(on: date, nature: str) -> None:
    later = on + timedelta(days=30)
    assert statuses(nature=nature, date_lancement=on.isoformat())["CR-03"] == "due"
    assert statuses(nature=nature, date_lancement=later.isoformat())["CR-05"] == "due"


def test_the_base_market_is_the_one_of_the_contract() -> None:
    assert BASE["montant_ht"] == 216000
    assert {name: duties()[name]["statut"] for name in MARKET} == dict.fromkeys(MARKET, "due")
    assert not set(CONCESSION) & set(duties())
