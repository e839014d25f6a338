"""Insertion hours: the worked examples to the exact hour, through the market file, then what must always hold."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from cases import LIBRARY, explained, market, result
from hypothesis import given
from hypothesis import strategies as st

from drafter.calibration import LotCalibration, calibrate
from drafter.dated import Status
from drafter.understanding import understand
from drafter.vocabulary import Flag, Nature, Technicity


def calibrage(**facts: Any) -> dict[str, Any]:
    found: dict[str, Any] = explained(**facts)["calibrage"]
    return found


def only_lot(**facts: Any) -> dict[str, Any]:
    (lot,) = calibrage(**facts)["lots"]
    return dict(lot)


def typed(share: float, cost: float, effort: float) -> dict[str, str]:
    return {"part_main_oeuvre": str(share), "cout_horaire": str(cost), "taux_effort": str(effort)}


WORKS = {"objet": "Construction d'une école, entreprise générale", "nature": "travaux", "cpv": "45214210"}


# --- the worked examples (exemples_calibrage.md) ----------------------------------------------------------


@pytest.mark.parametrize(("cost", "exact", "advised"), [(30, 833.3333, 830), (25, 1000, 1000)])
def test_example_1_the_whole_building(cost: int, exact: float, advised: int) -> None:
    lot = only_lot(**WORKS, montant_ht=1_000_000, duree_mois=12, calibrage=typed(0.5, cost, 0.05))
    assert lot["methode"] == "montant"
    assert lot["heures"] == {"bas": advised, "retenu": advised, "haut": advised, "exact": exact}
    assert lot["decision"] == "clause"


def test_example_2_three_lots() -> None:
    found = calibrage(
        **WORKS,
        montant_ht=None,
        duree_mois=10,
        lots=[
            {"intitule": "Gros œuvre", "montant_ht": 640_000, "calibrage": typed(0.45, 32, 0.05)},
            {"intitule": "Peinture", "montant_ht": 96_000, "calibrage": typed(0.65, 32, 0.05)},
            {"intitule": "Ascenseur", "montant_ht": 80_000, "calibrage": typed(0.30, 32, 0.05)},
        ],
    )
    told = [(lot["heures"]["exact"], lot["heures"]["retenu"], lot["decision"]) for lot in found["lots"]]
    assert told == [(450, 450, "clause"), (97.5, 90, "globalisation"), (37.5, 0, "pas_de_clause")]
    assert found["total"]["retenu"] == 540
    worked = [
        step["valeur"] for lot in found["lots"] for step in lot["etapes"] if step["nom"].startswith("Heures de trav")
    ]
    assert worked == [9000, 1950, 750]
    assert "70" in found["lots"][2]["motif"]


@pytest.mark.parametrize(
    ("transferable", "advised", "decision", "words"),
    [
        (300, 480, "clause", "un mois"),
        (390, 0, "pas_de_clause", "48"),
        (420, 0, "pas_de_clause", "personnel à reprendre"),
    ],
)
def test_example_3_staff_takeover(transferable: int, advised: int, decision: str, words: str) -> None:
    given = {"personnel_transferable_heures_mois": transferable, "taux_effort": "10 %"}
    lot = only_lot(montant_ht=480_000, duree_mois=48, calibrage=given)
    assert (lot["methode"], lot["heures"]["retenu"], lot["decision"]) == ("reprise_personnel", advised, decision)
    assert words in lot["motif"]
    if not advised:
        assert "plan de progrès" in lot["alternative"]
    share = next(step["valeur"] for step in lot["etapes"] if step["nom"].startswith("Part du marché"))
    assert share == {300: 0.25, 390: 0.025, 420: -0.05}[transferable]


def test_example_3_the_revenue_of_an_hour_follows_what_is_typed() -> None:
    def revenue(**given: Any) -> float:
        lot = only_lot(montant_ht=480_000, calibrage={"personnel_transferable_heures_mois": 100} | given)
        return next(float(step["valeur"]) for step in lot["etapes"] if step["nom"].startswith("Chiffre d'affaires"))

    assert revenue() == 25
    assert revenue(cout_horaire="24", part_main_oeuvre="80 %") == 30
    assert revenue(cout_horaire="24") == 30  # 80 % is the labour share of the cleaning table


def test_example_4_the_team() -> None:
    facts = {
        "objet": "Entretien d'espaces verts",
        "cpv": "77310000",
        "montant_ht": 240_000,
        "duree_mois": 12,
        "calibrage": {"effectif": 4, **typed(0.75, 28, 0.10)},
    }
    lot = only_lot(**facts)
    assert lot["methode"] == "effectifs"
    assert lot["heures"] == {"bas": 640, "retenu": 640, "haut": 640, "exact": 642.8}
    assert round(lot["equivalences"]["ETP sur un an (1\u202f607 h travaillées)"], 1) == 0.4
    assert not [text for text in lot["alertes"] if "montant" in text]
    doubtful = only_lot(**facts | {"montant_ht": 480_000})
    assert [text for text in doubtful["alertes"] if "Dites à laquelle" in text]


def test_example_5_the_framework_agreement() -> None:
    lot = only_lot(
        objet="Travaux d'entretien de voirie",
        nature="travaux",
        cpv="45233141",
        forme="bons_de_commande",
        montant_ht=1_200_000,
        montant_min_ht=400_000,
        montant_max_ht=2_000_000,
        calibrage=typed(0.30, 35, 0.07),
    )
    assert lot["methode"] == "ratio_commandes"
    assert lot["ratio"] == {"heures_par_tranche": 6, "tranche_ht": 10_000, "au_minimum": 240, "au_maximum": 1200}
    assert lot["heures"]["retenu"] == 720
    assert lot["ratio"]["heures_par_tranche"] * 3 == 18  # an order of 30 000 €


def test_example_6_npnru_rounds_up() -> None:
    lot = only_lot(
        objet="Démolition d'une barre de logements",
        nature="travaux",
        cpv="45111100",
        montant_ht=1_500_000,
        duree_mois=12,
        drapeaux=["npnru"],
        calibrage=typed(0.40, 32, 0.05),
    )
    assert (lot["heures"]["exact"], lot["heures"]["retenu"]) == (937.5, 940)
    proximity = only_lot(
        objet="Nettoyage des espaces extérieurs, gestion urbaine de proximité",
        montant_ht=300_000,
        drapeaux=["npnru_gestion_proximite"],
        calibrage=typed(0.80, 25, 0.10),
    )
    assert (proximity["heures"]["exact"], proximity["heures"]["retenu"]) == (960, 960)


def test_example_7_a_short_small_contract_has_no_hours() -> None:
    lot = only_lot(
        objet="Remplacement de menuiseries extérieures",
        nature="travaux",
        cpv="45421100",
        montant_ht=60_000,
        duree_mois=1,
        calibrage=typed(0.30, 33, 0.05),
    )
    assert (lot["heures"]["exact"], lot["heures"]["retenu"]) == (27.2727, 0)
    assert lot["decision"] == "pas_de_clause"
    assert "27,3" in lot["motif"]
    assert "Réserver" in lot["alternative"]


def test_example_8_an_intellectual_service() -> None:
    lot = only_lot(
        objet="Maîtrise d'œuvre d'un groupe scolaire",
        cpv="71221000",
        montant_ht=600_000,
        duree_mois=24,
        calibrage=typed(0.70, 60, 0.02),
    )
    assert (lot["heures"]["retenu"], lot["decision"]) == (140, "globalisation")
    assert "alternance" in lot["alternative"]
    assert any("inférieur à un mois de travail" in text for text in lot["alertes"])


# --- other rules of the domain file -------------------------------------------------------------------------


def test_the_engineering_of_an_npnru_operation_has_the_floor_of_its_works() -> None:
    facts = {"objet": "Maîtrise d'œuvre", "cpv": "71221000", "montant_ht": 2_000_000, "drapeaux": ["npnru"]}
    effort = next(step for step in only_lot(**facts)["etapes"] if step["nom"].startswith("Taux d'effort"))
    assert (effort["bas"], effort["valeur"]) == (0.05, 0.07)


def test_an_effort_typed_under_a_floor_is_told() -> None:
    lot = only_lot(**WORKS, montant_ht=3_000_000, drapeaux=["npnru"], calibrage={"taux_effort": "4 %"})
    assert any("plancher" in text for text in lot["alertes"])


def test_a_ratio_above_a_floor_is_rounded_up() -> None:
    facts = WORKS | {"forme": "bons_de_commande", "montant_ht": 1_230_000, "drapeaux": ["npnru"]}
    facts |= {"montant_min_ht": 1_001_000, "calibrage": typed(0.31, 35, 0.05)}
    lot = only_lot(**facts)
    assert lot["ratio"]["heures_par_tranche"] == 4.5  # 4.428…
    assert lot["ratio"]["au_minimum"] == 450  # 443.3


def test_ile_de_france_raises_the_hourly_cost_unless_it_is_typed() -> None:
    here, there = only_lot(departement="80"), only_lot(departement="93")
    assert there["heures"]["exact"] == pytest.approx(here["heures"]["exact"] / 1.1, abs=0.01)
    step = next(step for step in there["etapes"] if "Île-de-France" in step["nom"])
    assert step["statut"] == "general"
    own = {"calibrage": {"cout_horaire": 25}}
    assert only_lot(departement="93", **own)["heures"] == only_lot(departement="80", **own)["heures"]


def test_hours_typed_are_kept_as_typed_even_on_supplies() -> None:
    for nature in Nature:
        lot = only_lot(nature=str(nature), calibrage={"heures": "1234,5"})
        assert lot["heures"] == {"bas": 1234.5, "retenu": 1234.5, "haut": 1234.5, "exact": 1234.5}
        assert lot["decision"] == "clause"
    assert only_lot(calibrage={"heures": 0})["decision"] == "pas_de_clause"


def test_hours_beyond_what_the_contract_bears_are_told() -> None:
    worked = 216_000 * 0.8 / 25
    fair = only_lot(calibrage={"heures": int(worked * 0.2)})
    assert not [text for text in fair["alertes"] if "infructueuses" in text]
    heavy = only_lot(calibrage={"heures": int(worked * 0.28)})
    assert [text for text in heavy["alertes"] if "infructueuses" in text]
    assert not [text for text in heavy["alertes"] if "encadrement" in text]
    absurd = only_lot(calibrage={"heures": int(worked * 0.4)})
    assert [text for text in absurd["alertes"] if "encadrement" in text]


def test_a_long_contract_with_few_hours_a_year_is_told() -> None:
    lot = only_lot(montant_ht=90_000, duree_mois=48)
    assert lot["decision"] == "clause"
    assert any("par an" in text for text in lot["alertes"])


def test_supplies_carry_no_hours_and_say_what_to_do() -> None:
    lot = only_lot(nature="fournitures", montant_ht=5_000_000)
    assert (lot["heures"]["retenu"], lot["decision"]) == (0, "pas_de_clause")
    assert lot["alternative"]


def test_a_reserved_lot_adds_no_hours_and_gives_them_to_no_one() -> None:
    lots = [
        {"intitule": "Nettoyage des écoles", "montant_ht": 200_000},
        {"intitule": "Nettoyage des vitres", "montant_ht": 200_000, "drapeaux": ["reserve_siae"]},
    ]
    found = calibrage(montant_ht=None, lots=lots)
    first, second = found["lots"]
    assert second["decision"] == "pas_de_clause"
    assert found["total"]["retenu"] == first["heures"]["retenu"]
    alone = calibrage(montant_ht=None, lots=lots[:1])
    assert alone["lots"][0]["heures"] == first["heures"]


def test_less_than_a_month_has_no_hours() -> None:
    assert only_lot(**WORKS, montant_ht=3_000_000, duree_mois="0.9")["decision"] == "pas_de_clause"
    short = only_lot(**WORKS, montant_ht=3_000_000, duree_mois=1)
    assert short["decision"] == "clause"
    assert any("moins de 2" in text for text in short["alertes"])


@pytest.mark.parametrize(
    ("hours", "decision"),
    [(34.99, "pas_de_clause"), (35, "globalisation"), (149.99, "globalisation"), (150, "clause")],
)
def test_the_two_levels(hours: float, decision: str) -> None:
    lot = only_lot(calibrage={"heures_dpgf": str(hours * 10), "taux_effort": "10 %"})
    assert (lot["methode"], lot["decision"]) == ("dpgf", decision)


@pytest.mark.parametrize(("hours", "decision"), [(69.9, "pas_de_clause"), (70, "globalisation")])
def test_a_very_qualified_works_lot_starts_higher(hours: float, decision: str) -> None:
    facts = WORKS | {"technicite": "forte", "montant_ht": 500_000, "duree_mois": 12}
    lot = only_lot(**facts, calibrage={"heures_dpgf": str(hours * 10), "taux_effort": "10 %"})
    assert lot["decision"] == decision


def test_a_lot_without_amount_asks_for_it() -> None:
    found = explained(
        montant_ht=400_000, lots=[{"intitule": "Nettoyage"}, {"intitule": "Vitres", "montant_ht": 50_000}]
    )
    first = found["calibrage"]["lots"][0]
    assert (first["decision"], first["heures"]["retenu"]) == ("pas_de_clause", 0)
    assert any("lot 1" in item["question"] for item in found["a_preciser"])


# --- every step is shown --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(LIBRARY.examples))
def test_every_step_says_where_its_figure_comes_from(name: str) -> None:
    found = result_of_example(name)
    for lot in found:
        assert lot.steps
        for step in lot.steps:
            assert step.name
            assert step.unit
            assert step.source.strip()
            assert isinstance(step.status, Status)
            assert step.low is None or step.high is None or step.low <= step.value <= step.high


def result_of_example(name: str) -> tuple[LotCalibration, ...]:
    example = LIBRARY.examples[name]
    return calibrate(understand(example, LIBRARY), LIBRARY, example.launch_date).lots


def test_a_value_of_general_knowledge_says_so() -> None:
    """Metal doors have no source of their own: the step must not pass for a fact."""
    lot = only_lot(objet="Travaux de serrurerie et métallerie", nature="travaux", cpv="45421140", montant_ht=300_000)
    share = next(step for step in lot["etapes"] if step["nom"].startswith("Part de main"))
    assert share["statut"] == "general"
    assert Status("general").label == "connaissance générale, à confirmer"
    effort = next(step for step in lot["etapes"] if step["nom"].startswith("Taux d'effort"))
    assert effort["statut"] == "decision"


def test_a_typed_figure_is_a_fact_and_recalls_the_table() -> None:
    lot = only_lot(calibrage={"part_main_oeuvre": "70 %"})
    share = next(step for step in lot["etapes"] if step["nom"].startswith("Part de main"))
    assert (share["valeur"], share["bas"], share["haut"], share["statut"]) == (0.7, 0.7, 0.7, "certain")
    assert "80\u00a0%" in share["precision"]


def test_the_steps_recompute_the_hours() -> None:
    """What the note shows is enough to find the figure again with a pocket calculator."""
    steps = {step["nom"]: step["valeur"] for step in only_lot(technicite="faible")["etapes"]}
    hours = steps["Montant HT de l'assiette"] * steps["Part de main-d'œuvre"] / steps["Coût horaire chargé"]
    assert hours == steps["Heures de travail du marché"]
    hours *= steps["Taux d'effort d'insertion"] * steps["Technicité faible"]
    assert hours == pytest.approx(steps["Heures d'insertion calculées"])
    assert steps["Heures retenues"] == hours // 10 * 10


def test_every_setting_of_the_calibrage_is_used_somewhere() -> None:
    from drafter.paths import CLAUSE_LIBRARY

    code = "".join(path.read_text("utf-8") for path in (CLAUSE_LIBRARY.parent / "drafter" / "calibration").glob("*.py"))
    names = [name.removeprefix("calibrage.") for name in LIBRARY.parameters if name.startswith("calibrage.")]
    assert [name for name in names if f'"{name}"' not in code] == []


# --- what must hold for any market -----------------------------------------------------------------------------


amounts = st.integers(1_000, 50_000_000)
natures = st.sampled_from([str(Nature.WORKS), str(Nature.SERVICES)])


def lots_of(**facts: Any) -> tuple[LotCalibration, ...]:
    read = market(**facts)
    return calibrate(understand(read, LIBRARY), LIBRARY, read.launch_date).lots


def exact(**facts: Any) -> Fraction:
    (lot,) = lots_of(**facts)
    return lot.hours.exact.value


@given(amounts, natures, st.integers(2, 9))
def test_hours_are_proportional_to_the_amount(amount: int, nature: str, factor: int) -> None:
    assert exact(nature=nature, montant_ht=amount * factor) == exact(nature=nature, montant_ht=amount) * factor


@given(amounts, st.integers(1, 20), st.integers(2, 5))
def test_hours_are_proportional_to_the_effort(amount: int, effort: int, factor: int) -> None:
    def at(rate: int) -> Fraction:
        return exact(montant_ht=amount, calibrage={"taux_effort": f"{rate} %"})

    assert at(effort * factor) == at(effort) * factor


@given(amounts, st.integers(10, 100), st.integers(2, 5))
def test_hours_are_inverse_to_the_cost(amount: int, cost: int, factor: int) -> None:
    def at(figure: int) -> Fraction:
        return exact(montant_ht=amount, calibrage={"cout_horaire": figure})

    assert at(cost * factor) * factor == at(cost)


@given(amounts, amounts, natures, st.sampled_from([str(each) for each in Technicity]))
def test_more_money_never_means_fewer_hours(one: int, other: int, nature: str, technicity: str) -> None:
    low, high = sorted((one, other))
    facts = {"nature": nature, "technicite": technicity}
    (first,), (second,) = lots_of(**facts, montant_ht=low), lots_of(**facts, montant_ht=high)
    assert first.hours.advised <= second.hours.advised
    assert first.hours.low <= second.hours.low
    assert first.hours.high <= second.hours.high


@given(
    amounts,
    st.sampled_from([str(nature) for nature in Nature]),
    st.sets(st.sampled_from([str(flag) for flag in Flag]), max_size=3),
    st.sampled_from([str(each) for each in Technicity]),
    st.sampled_from(["ordinaire", "bons_de_commande"]),
    st.sampled_from(
        [{}, {"effectif": 7}, {"heures_dpgf": 4000}, {"personnel_transferable_heures_mois": 90}, {"taux_effort": "9 %"}]
    ),
)
def test_low_advised_high_and_the_rule_of_rounding(
    amount: int, nature: str, flags: set[str], technicity: str, form: str, given: dict[str, Any]
) -> None:
    (lot,) = lots_of(
        nature=nature, montant_ht=amount, drapeaux=sorted(flags), technicite=technicity, forme=form, calibrage=given
    )
    hours = lot.hours
    assert hours.low <= hours.advised <= hours.high
    if not lot.has_clause:
        assert (hours.low.value, hours.advised.value, hours.high.value) == (0, 0, 0)
        return
    assert nature != "fournitures"
    assert {figure.value % 10 for figure in (hours.low, hours.advised, hours.high)} == {0}
    floored = "npnru_gestion_proximite" in flags or ("npnru" in flags and nature == "travaux")
    gap = hours.advised.value - hours.exact.value
    assert 0 <= gap < 10 if floored else -10 < gap <= 0


@given(st.lists(amounts, min_size=1, max_size=6), natures)
def test_lots_are_computed_alone_and_their_sum_is_the_total(parts: list[int], nature: str) -> None:
    lots = [{"intitule": f"Peinture, secteur {n}", "montant_ht": part} for n, part in enumerate(parts, 1)]
    read = market(nature=nature, montant_ht=None, lots=lots)
    found = calibrate(understand(read, LIBRARY), LIBRARY, read.launch_date)
    assert found.total.advised.value == sum(lot.hours.advised.value for lot in found.lots)
    for lot, own in zip(found.lots, lots, strict=True):
        (alone,) = lots_of(nature=nature, montant_ht=None, lots=[own])
        assert alone.hours == lot.hours


def test_a_lot_set_aside_counts_for_nothing_in_the_total() -> None:
    found = result(
        **WORKS | {"montant_ht": None},
        lots=[{"intitule": "Peinture", "montant_ht": 500_000}, {"intitule": "Peinture du local", "montant_ht": 3_000}],
    ).calibration
    kept, aside = found.lots
    assert not aside.has_clause
    assert aside.hours.exact.value > 0
    assert found.total == kept.hours
