"""LibreOffice recomputes the workbook to the engine's own figures, before and after an input is changed.

Values written beside the formulas are dropped first: what is read back was computed by LibreOffice.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from drafter.calibration import LotCalibration
from drafter.draft.fields import penalty_per_hour
from drafter.french import typeset
from drafter.library import load_library
from drafter.market import read_market
from drafter.pipeline import Result, run
from drafter.sheets import calibration_workbook
from drafter.sheets.calibration import FIXED

pytestmark = pytest.mark.office

LIBRARY = load_library()
CENT = 0.005
"""Below half a cent, or half a hundredth of an hour, two figures are the same."""

Change = tuple[str, str, float | str]
"""Sheet, line, new value of its « Retenu » cell."""


@dataclass
class Case:
    market: Mapping[str, Any]
    changes: tuple[Change, ...] = ()
    expected: Mapping[str, Any] | None = None
    """The market that the engine is asked of; the same when nothing is changed."""
    name: str = ""
    figures: Mapping[str, float | str] = field(default_factory=dict)
    """Lines of the only lot, by name, as the published example gives them."""

    @property
    def result(self) -> Result:
        return run(read_market(dict(self.expected or self.market)), LIBRARY)

    def workbook(self) -> Any:
        return load_workbook(BytesIO(calibration_workbook(run(read_market(dict(self.market)), LIBRARY))))


def market(**facts: Any) -> dict[str, Any]:
    base = {"objet": "Travaux", "nature": "travaux", "duree_mois": 10, "date_lancement": "2026-10-01"}
    return {**base, **facts}


def rates(share: str, cost: int, effort: str, **others: Any) -> dict[str, Any]:
    return {"part_main_oeuvre": share, "cout_horaire": cost, "taux_effort": effort, **others}


Recompute = Callable[[list[Any]], list[Any]]


@pytest.fixture
def recompute(soffice: str, tmp_path: Path) -> Recompute:
    """Workbooks through LibreOffice, all in one start: what it computed, as openpyxl reads values."""

    def convert(books: list[Any]) -> list[Any]:
        source, target = tmp_path / "source", tmp_path / "target"
        source.mkdir()
        paths = [source / f"{number}.xlsx" for number, _ in enumerate(books)]
        for path, book in zip(paths, books, strict=True):
            book.save(path)  # openpyxl keeps the formulas alone
        profile = (tmp_path / "profile").as_uri()
        command = [
            soffice,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
        ]
        done = subprocess.run([*command, "--outdir", target, *paths], capture_output=True, text=True, timeout=300)
        assert all((target / path.name).is_file() for path in paths), f"{done.stdout}{done.stderr}"
        return [load_workbook(target / path.name, data_only=True) for path in paths]

    return convert


def lines(sheet: Any) -> dict[str, tuple[Any, Any, Any]]:
    """Low, advised and high of each line, the first when two bear the same name."""
    found: dict[str, tuple[Any, Any, Any]] = {}
    for row in sheet.iter_rows(min_row=5, max_col=4, values_only=True):
        if row[0]:
            found.setdefault(row[0], row[1:4])
    return found


def near(found: object, expected: Fraction | Decimal | float) -> bool:
    return isinstance(found, int | float) and abs(float(found) - float(expected)) < CENT


def check(book: Any, result: Result) -> None:
    """Every figure of the engine, found where the workbook shows it."""
    for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
        if isinstance(cell.value, str):
            where = f"{cell.parent.title}!{cell.coordinate}"
            assert not cell.value.startswith("#"), where
            assert FIXED.split(" :")[0] not in cell.value, where
    summary = book["Synthèse"]
    rows = {row[0]: row for row in summary.iter_rows(min_row=5, values_only=True)}
    for lot in result.calibration.lots:
        name = "Marché" if lot.lot is None else f"Lot {lot.lot}"
        check_lot(lines(book[name]), lot)
        row, hours = rows[name], lot.hours
        assert row[3] == typeset(lot.decision.label)
        for found, expected in zip(row[4:8], (hours.low, hours.advised, hours.high, hours.exact), strict=True):
            assert near(found, expected.value), (name, row)
    check_calendar(book["Calendrier"], result)
    check_sensitivity(book["Sensibilité"], result)
    total = result.calibration.total
    for found, expected in zip(rows["Total"][4:7], (total.low, total.advised, total.high), strict=True):
        assert near(found, expected.value)
    penalty = penalty_per_hour(result.context)
    if penalty is not None:
        stake = {row[1]: row[2] for row in summary.iter_rows(min_row=5, values_only=True) if row[1] and not row[0]}
        whole = penalty.value * total.advised.value
        assert near(stake[typeset("Pénalité de toutes les heures retenues, avant plafond")], whole)
        assert near(stake["Montant du marché pris en compte"], result.market.total.value)
        assert near(stake["Part du montant du marché"], whole / result.market.total.value)


def check_lot(found: Mapping[str, tuple[Any, Any, Any]], lot: LotCalibration) -> None:
    for step in lot.steps:
        low, value, high = found[typeset(step.name)]
        assert near(value, step.value.value), (step.name, value, step.value)
        if step.low is not None and step.high is not None:
            assert near(low, step.low.value), (step.name, low, step.low)
            assert near(high, step.high.value), (step.name, high, step.high)
    assert found["Décision proposée"][1] == typeset(lot.decision.label)
    kept = found["Heures retenues"]
    for hours, expected in zip(kept, (lot.hours.low, lot.hours.advised, lot.hours.high), strict=True):
        assert near(hours, expected.value)
    said = [typeset(name) for name in EQUIVALENTS]
    for name, (_, expected) in zip(said, lot.readable, strict=False):
        assert near(found[name][1], expected.value)
    if lot.ratio is not None:
        assert near(found["Ratio à inscrire au CCAP"][1], lot.ratio.per_tranche.value)
        for name, hours in (("minimum", lot.ratio.at_minimum), ("maximum", lot.ratio.at_maximum)):
            shown = found[f"Heures au montant {name}"][1]
            assert shown == f"sans {name}" if hours is None else near(shown, hours.value)


def check_calendar(sheet: Any, result: Result) -> None:
    """Every quarter of every lot: its days and its hours."""
    blocks: dict[str, list[tuple[Any, ...]]] = {}
    left: dict[str, float] = {}
    name = ""
    for row in sheet.iter_rows(min_row=5, max_col=6, values_only=True):
        first = str(row[0] or "")
        if first.startswith(("Marché", "Lot ")):
            name = typeset("Marché" if first.startswith("Marché") else first.split("\u00a0:")[0].split(" :")[0])
        elif first.isdigit():
            blocks.setdefault(name, []).append(row)
        elif first.startswith("Reste"):
            left[name] = row[5]
    for lot in result.calibration.lots:
        rows = blocks.get("Marché" if lot.lot is None else f"Lot {lot.lot}", [])
        if not lot.quarters:
            assert all(near(row[5], 0) for row in rows)
            continue
        lengthened = len(rows) < len(lot.quarters)  # by a change of the duration: the rest is told, not lost
        rest = sum(quarter.hours.value for quarter in lot.quarters[len(rows) :])
        assert near(left["Marché" if lot.lot is None else f"Lot {lot.lot}"], rest)
        assert lengthened or all(near(row[5], 0) for row in rows[len(lot.quarters) :])
        for row, quarter in zip(rows, lot.quarters, strict=False):
            assert (row[1].date(), row[2].date()) == (quarter.start, quarter.end), (lot.lot, quarter)
            assert near(row[5], quarter.hours.value), (lot.lot, quarter, row)


def check_sensitivity(sheet: Any, result: Result) -> None:
    rows = [row for row in sheet.iter_rows(min_row=4, max_col=7, values_only=True) if row[0] and row[1] != "Chiffre"]
    expected = [
        ("Marché" if lot.lot is None else f"Lot {lot.lot}", item)
        for lot in result.calibration.lots
        for item in lot.sensitivity
    ]
    found = {(row[0], row[1]): row[2:] for row in rows}
    for where, name in found.keys() - {(where, typeset(item.name)) for where, item in expected}:
        assert near(found[where, name][3], 0), (where, name)  # a lot without amount waits for one
    assert len(found) == len(rows) >= len(expected)
    for where, item in expected:
        figures = (item.low, item.high, item.at_low, item.at_high, item.span)
        for cell, figure in zip(found[where, typeset(item.name)], figures, strict=True):
            assert near(cell, figure.value), (where, item, cell)


EQUIVALENTS = (
    "Semaines de travail d'une personne",
    "Mois de travail d'une personne",
    "ETP sur un an, heures travaillées",
    "ETP sur un an, heures payées",
    "Personnes présentes en moyenne sur la durée",
)


def apply(book: Any, changes: tuple[Change, ...]) -> None:
    for sheet, line, value in changes:
        cell = next(row[2] for row in book[sheet].iter_rows(min_row=5) if row[0].value == typeset(line))
        assert not cell.protection.locked, line
        cell.value = value


def test_every_example_market(recompute: Recompute) -> None:
    results = [run(each, LIBRARY) for each in LIBRARY.examples.values()]
    books = [load_workbook(BytesIO(calibration_workbook(result))) for result in results]
    for book, result in zip(recompute(books), results, strict=True):
        check(book, result)


LOTS = [
    {"intitule": "Gros œuvre", "montant_ht": 640_000, "calibrage": rates("45 %", 32, "5 %")},
    {"intitule": "Peinture", "montant_ht": 96_000, "calibrage": rates("65 %", 32, "5 %")},
    {"intitule": "Ascenseur", "montant_ht": 80_000, "technicite": "forte", "calibrage": rates("30 %", 32, "5 %")},
]
TAKEOVER = {"objet": "Nettoyage", "nature": "services", "cpv": "90919200", "montant_ht": 480_000, "duree_mois": 48}


def takeover(hours: int) -> dict[str, Any]:
    return market(**TAKEOVER, calibrage={"taux_effort": "10 %", "personnel_transferable_heures_mois": hours})


WORKED_EXAMPLES = [
    Case(
        market(montant_ht=1_000_000, calibrage=rates("50 %", 30, "5 %")),
        name="1 montant",
        figures={"Heures d'insertion calculées": 833.33},
    ),
    Case(
        market(montant_ht=1_000_000, calibrage=rates("50 %", 25, "5 %")),
        name="1 à 25 €/h",
        figures={"Heures retenues": 1000},
    ),
    Case(market(lots=LOTS), name="2 trois lots"),
    Case(
        takeover(300),
        name="3 reprise, 300 h",
        figures={"Heures retenues": 480, "Part du marché disponible après reprise": 0.25},
    ),
    Case(takeover(390), name="3 reprise, 390 h", figures={"Heures d'insertion calculées": 48, "Heures retenues": 0}),
    Case(
        takeover(420),
        name="3 reprise, 420 h",
        figures={"Part du marché disponible après reprise": -0.05, "Heures retenues": 0},
    ),
    Case(
        market(
            nature="services",
            cpv="77310000",
            montant_ht=240_000,
            duree_mois=12,
            calibrage={"effectif": 4, "taux_effort": "10 %"},
        ),
        name="4 effectifs",
        figures={"Heures de travail du marché": 6428, "Heures retenues": 640},
    ),
    Case(
        market(
            forme="bons_de_commande",
            montant_ht=1_200_000,
            montant_min_ht=400_000,
            montant_max_ht=2_000_000,
            duree_mois=48,
            calibrage=rates("30 %", 35, "7 %"),
        ),
        name="5 bons de commande",
        figures={
            "Ratio à inscrire au CCAP": 6,
            "Heures au montant minimum": 240,
            "Heures à l'estimation": 720,
            "Heures au montant maximum": 1200,
        },
    ),
    Case(
        market(
            montant_ht=1_500_000,
            cpv="45111000",
            drapeaux=["npnru"],
            calibrage={"part_main_oeuvre": "40 %", "cout_horaire": 32},
        ),
        name="6 NPNRU",
    ),
    Case(
        market(
            nature="services",
            cpv="90611000",
            montant_ht=300_000,
            drapeaux=["npnru_gestion_proximite"],
            calibrage=rates("80 %", 25, "10 %"),
        ),
        name="6 gestion de proximité",
        figures={"Heures retenues": 960},
    ),
    Case(
        market(montant_ht=60_000, duree_mois=1, calibrage=rates("30 %", 33, "5 %")),
        name="7 court",
        figures={"Heures d'insertion calculées": 27.27, "Heures retenues": 0},
    ),
    Case(
        market(
            nature="services", cpv="71221000", montant_ht=600_000, duree_mois=24, calibrage=rates("70 %", 60, "2 %")
        ),
        name="8 maîtrise d'œuvre",
        figures={"Heures retenues": 140},
    ),
    Case(
        market(montant_ht=500_000, calibrage={"heures_dpgf": 12_345.5, "taux_effort": "5 %"}),
        name="DPGF",
        figures={"Heures retenues": 610},
    ),
    Case(
        market(montant_ht=500_000, calibrage={"heures": 333}), name="heures saisies", figures={"Heures retenues": 333}
    ),
    Case(
        market(forme="bons_de_commande", montant_ht=500_000, montant_min_ht=100_000, calibrage={"heures": 333}),
        name="heures saisies, commandes",
    ),
    Case(
        market(montant_ht=900_000, technicite="forte", drapeaux=["site_sensible"], departement="75"),
        name="coefficients, Île-de-France",
    ),
    Case(market(montant_ht=900_000, cpv="45442100", technicite="faible"), name="plafond"),
    Case(market(montant_ht=900_000, drapeaux=["reserve_siae"]), name="réservé"),
    Case(
        market(
            montant_ht=400_000,
            calibrage={"heures_marche_precedent": 9000, "montant_marche_precedent": 300_000, "taux_effort": "5 %"},
        ),
        name="marché précédent",
        figures={"Heures de travail du marché": 12_000, "Heures retenues": 600},
    ),
    Case(
        market(
            forme="bons_de_commande",
            montant_ht=1_200_000,
            montant_min_ht=400_000,
            montant_max_ht=2_000_000,
            attributaires=3,
            calibrage=rates("30 %", 35, "7 %", seuil_bon_commande_ht=20_000, part_commandes_au_dessus_seuil="75 %"),
        ),
        name="petits bons écartés",
        figures={"Ratio à inscrire au CCAP": 6, "Heures au montant minimum": 180, "Heures à l'estimation": 540},
    ),
    Case(
        market(montant_ht=1_234_567, territoire="canal-seine-nord-europe", technicite="forte", departement="80"),
        name="plancher du territoire",
    ),
    Case(
        market(
            montant_ht=900_000,
            date_lancement="2028-03-01",
            departement="75",
            calibrage={"indexation_annuelle": "2 %", "facteurs_ecartes": ["technicite"]},
            technicite="forte",
        ),
        name="actualisation",
    ),
    Case(
        market(
            montant_ht=900_000,
            forme="tranches",
            tranches=[{"intitule": "A", "montant_ht": 300_000}, {"intitule": "B", "montant_ht": 600_000}],
        ),
        name="tranches",
    ),
    Case(
        market(lots=[{"intitule": "A", "montant_ht": 400_000}, {"intitule": "B"}], montant_ht=900_000),
        name="lot sans montant",
    ),
]


def test_the_worked_examples(recompute: Recompute) -> None:
    for case, book in zip(WORKED_EXAMPLES, recompute([case.workbook() for case in WORKED_EXAMPLES]), strict=True):
        check(book, case.result)
        for name, expected in case.figures.items():
            assert near(lines(book["Marché"])[typeset(name)][1], float(expected)), (case.name, name)


ORDERS = {"forme": "bons_de_commande", "montant_min_ht": 100_000, "montant_max_ht": 900_000}
FIXED_RATES = rates("45 %", 34, "6 %")
CHANGES = [
    Case(
        market(montant_ht=800_000),
        (("Marché", "Montant HT de l'assiette", 123_456.78),),
        market(montant_ht="123456.78"),
    ),
    Case(
        market(montant_ht=800_000, calibrage=FIXED_RATES),
        (
            ("Marché", "Part de main-d'œuvre", 0.5),
            ("Marché", "Coût horaire chargé", 29.5),
            ("Marché", "Taux d'effort d'insertion", 0.075),
        ),
        market(
            montant_ht=800_000, calibrage={"part_main_oeuvre": "50 %", "cout_horaire": "29.5", "taux_effort": "7,5 %"}
        ),
    ),
    Case(
        market(montant_ht=800_000),
        (("Marché", "Durée d'exécution", 0.5),),
        market(montant_ht=800_000, duree_mois="0.5"),
    ),
    Case(
        market(montant_ht=800_000),
        (("Marché", "Lot réservé (article L2113-12 et suivants)", "oui"),),
        market(montant_ht=800_000, drapeaux=["reserve_siae"]),
    ),
    Case(takeover(300), (("Marché", "Heures mensuelles du personnel transférable", 350),), takeover(350)),
    Case(
        market(nature="services", montant_ht=240_000, calibrage={"effectif": 4, "taux_effort": "10 %"}),
        (("Marché", "Effectif prévu (équivalent temps plein)", 2.5), ("Marché", "Durée d'exécution", 18)),
        market(
            nature="services", montant_ht=240_000, duree_mois=18, calibrage={"effectif": "2.5", "taux_effort": "10 %"}
        ),
    ),
    Case(
        market(montant_ht=240_000, calibrage={"heures_dpgf": 4000, "taux_effort": "10 %"}),
        (("Marché", "Heures d'exécution prévues (DPGF, BPU ou économiste)", 1234),),
        market(montant_ht=240_000, calibrage={"heures_dpgf": 1234, "taux_effort": "10 %"}),
    ),
    Case(
        market(montant_ht=500_000, **ORDERS, calibrage=FIXED_RATES),
        (
            ("Marché", "Montant maximum HT", 700_000),
            ("Marché", "Montant HT de l'assiette", 600_000),
            ("Marché", "Taux d'effort d'insertion", 0.08),
        ),
        market(montant_ht=600_000, **{**ORDERS, "montant_max_ht": 700_000}, calibrage=rates("45 %", 34, "8 %")),
    ),
    Case(
        market(montant_ht=500_000, calibrage={"heures": 333}),
        (("Marché", "Heures retenues", 90),),
        market(montant_ht=500_000, calibrage={"heures": 90}),
    ),
    Case(
        market(lots=LOTS),
        (("Lot 3", "Montant HT de l'assiette", 800_000), ("Lot 1", "Montant HT de l'assiette", 40_000)),
        market(lots=[{**LOTS[0], "montant_ht": 40_000}, LOTS[1], {**LOTS[2], "montant_ht": 800_000}]),
    ),
    Case(
        market(lots=[{"intitule": "A", "montant_ht": 400_000}, {"intitule": "B"}], montant_ht=900_000),
        (("Lot 2", "Montant HT de l'assiette", 300_000),),
        market(
            lots=[{"intitule": "A", "montant_ht": 400_000}, {"intitule": "B", "montant_ht": 300_000}],
            montant_ht=900_000,
        ),
    ),
]


def test_a_changed_input_gives_what_the_engine_gives(recompute: Recompute) -> None:
    books = []
    for case in CHANGES:
        book = case.workbook()
        apply(book, case.changes)
        books.append(book)
    for case, book in zip(CHANGES, recompute(books), strict=True):
        check(book, case.result)


def phased(first: int = 600_000, effort: str = "2 %", **facts: Any) -> dict[str, Any]:
    phases = [
        {"intitule": "Conception", "montant_ht": first, "part_main_oeuvre": "70 %", "taux_effort": effort},
        {"intitule": "Travaux", "montant_ht": 1_200_000},
        {"intitule": "Exploitation", "montant_ht": 300_000, "cout_horaire": 28},
    ]
    return market(montant_ht=first + 1_500_000, tranches=phases, **facts)


def operation(target: str, **facts: Any) -> dict[str, Any]:
    lots = [LOTS[0] | {"calibrage": {}}, LOTS[1] | {"calibrage": {"taux_effort": "7 %"}}, LOTS[2] | {"calibrage": {}}]
    return market(lots=lots, calibrage={"taux_operation": target}, **facts)


def test_phases_and_a_target_of_the_whole_operation_are_live(recompute: Recompute) -> None:
    voirie = [{"intitule": "Voirie", "montant_ht": 900_000}]
    cases = [
        Case(phased(), name="phases"),
        Case(phased(technicite="faible", departement="75"), name="phases, facteurs"),
        Case(
            phased(),
            (("Marché", "Montant HT, phase 1, Conception", 450_000), ("Marché", EFFORT_OF_PHASE, 0.04)),
            phased(450_000, "4 %"),
            name="phases changées",
        ),
        Case(operation("6 %"), name="objectif"),
        Case(operation("6 %"), (("Objectif", "Objectif", 0.065),), operation("6,5 %"), name="objectif changé"),
        Case(market(lots=voirie, calibrage={"taux_operation": "9 %"}), name="objectif, un lot"),
    ]
    books = []
    for case in cases:
        book = case.workbook()
        for _, line, value in (change for change in case.changes if change[0] == "Objectif"):
            row = next(row for row in book["Objectif"].iter_rows() if row[0].value == line)
            assert not row[1].protection.locked
            row[1].value = value
        apply(book, tuple(change for change in case.changes if change[0] != "Objectif"))
        books.append(book)
    for case, book in zip(cases, recompute(books), strict=True):
        check(book, case.result)


EFFORT_OF_PHASE = "Taux d'effort d'insertion, phase 1, Conception"


def test_a_framework_agreement_has_its_ratio_by_every_method(recompute: Recompute) -> None:
    facts = {"forme": "bons_de_commande", "montant_ht": 1_200_000, "montant_min_ht": 400_000, "duree_mois": 48}
    part = {"seuil_bon_commande_ht": 20_000, "part_commandes_au_dessus_seuil": "75 %"}
    previous = {"heures_marche_precedent": 15_000, "montant_marche_precedent": 400_000}
    figures: list[dict[str, Any]] = [
        {"effectif": 6},
        {"heures_dpgf": 20_000},
        {"heures_dpgf": 20_000, **part},
        previous,
        {"personnel_transferable_heures_mois": 300},
        {"heures": 333, **part},
    ]
    cases = [Case(market(**facts, calibrage=each)) for each in figures]
    cases.append(Case(market(**facts, calibrage={"heures_dpgf": 20_001}, territoire="canal-seine-nord-europe")))
    for case, book in zip(cases, recompute([case.workbook() for case in cases]), strict=True):
        assert case.result.calibration.lots[0].ratio is not None
        check(book, case.result)


def test_a_changed_setting_counts_for_every_lot(recompute: Recompute) -> None:
    case = Case(market(lots=LOTS))
    book = case.workbook()
    label = next(row[0].value for row in book["Hypothèses"].iter_rows() if "à partir desquelles" in str(row[0].value))
    apply(book, (("Hypothèses", label, 5000),))
    (found,) = recompute([book])
    decisions = [row[3] for row in found["Synthèse"].iter_rows(min_row=5, max_row=7, values_only=True)]
    assert decisions[0] == typeset("Clause d'insertion, avec globalisation conseillée (parcours court)")


percents = st.decimals("0.5", "99.5", places=1).map(lambda value: f"{value} %")
overrides = st.fixed_dictionaries(
    {},
    optional={
        "part_main_oeuvre": percents,
        "cout_horaire": st.decimals("15", "90", places=2).map(str),
        "taux_effort": st.decimals("0.1", "40", places=2).map(lambda value: f"{value} %"),
    },
)
amounts = st.decimals("5000", "90000000", places=2).map(str)
facts = st.fixed_dictionaries(
    {
        "montant_ht": amounts,
        "duree_mois": st.integers(1, 96).map(lambda half: str(Decimal(half) / 2)),
        "nature": st.sampled_from(["travaux", "services", "fournitures"]),
        "technicite": st.sampled_from(["faible", "moyenne", "forte"]),
        "departement": st.sampled_from(["80", "75"]),
        "drapeaux": st.lists(
            st.sampled_from(["npnru", "npnru_gestion_proximite", "site_sensible"]), max_size=2, unique=True
        ),
        "cpv": st.sampled_from(["45442100", "90919200", "77310000", "71221000", "45233140", "45311000"]),
        "forme": st.sampled_from(["ordinaire", "bons_de_commande"]),
        "calibrage": st.one_of(
            overrides,
            st.builds(lambda base, staff: {**base, "effectif": staff}, overrides, st.integers(1, 60)),
            st.builds(lambda base, hours: {**base, "heures_dpgf": hours}, overrides, st.integers(0, 90_000)),
            st.builds(
                lambda base, hours: {**base, "personnel_transferable_heures_mois": hours},
                overrides,
                st.integers(0, 900),
            ),
        ),
    }
)


def test_thirty_generated_markets(recompute: Recompute) -> None:
    drawn: list[Case] = []

    @seed(20261122)
    @settings(
        max_examples=30, phases=[Phase.generate], database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(facts)
    def draw(each: dict[str, Any]) -> None:
        drawn.append(Case(market(**each)))

    draw()
    assert len(drawn) >= 30
    for case, book in zip(drawn, recompute([case.workbook() for case in drawn]), strict=True):
        check(book, case.result)


def test_values_written_beside_the_formulas_are_those_of_libreoffice(recompute: Recompute) -> None:
    """A viewer that computes nothing shows the same figures."""
    data = calibration_workbook(run(LIBRARY.examples["voirie-programme"], LIBRARY))
    (found,) = recompute([load_workbook(BytesIO(data))])
    for sheet in load_workbook(BytesIO(data), data_only=True):
        for row in sheet.iter_rows():
            for cell in row:
                other = found[sheet.title][cell.coordinate].value
                same = near(other, cell.value) if isinstance(cell.value, int | float) else other == cell.value
                assert same, (sheet.title, cell.coordinate, cell.value, other)


def test_it_prints_on_a4(to_pdf: Callable[[Path], Path], tmp_path: Path) -> None:
    path = tmp_path / "calcul.xlsx"
    path.write_bytes(calibration_workbook(run(LIBRARY.examples["renovation-ecole"], LIBRARY)))
    assert to_pdf(path).stat().st_size > 5_000
