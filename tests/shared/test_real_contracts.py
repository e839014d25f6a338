"""Five hundred published contracts, as a buyer of today would describe them. Run with -s to read what was found."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from drafter.errors import InputError
from drafter.explain import explain
from drafter.library import Library, load_library
from drafter.market import read_market
from drafter.pipeline import run

pytestmark = pytest.mark.shared

LAUNCH = "2026-10-01"
PROCEDURES = {
    "Procédure adaptée": "adaptee",
    "Appel d'offres ouvert": "appel_offres",
    "Marché négocié sans publicité ni mise en concurrence préalable": "sans_publicite",
    "Marché public négocié sans publicité ni mise en concurrence préalable": "sans_publicite",
    "Procédure négociée avec mise en concurrence préalable": "negociee",
    "Procédure négociée restreinte": "negociee",
}
BUYERS = (
    ("etat", r"minist|pr[ée]fecture|\bdir\b|dreal|direction (inter)?d[ée]partementale|universit"),
    ("etablissement_sante", r"\bch\b|\bchu\b|h[oô]pita|centre hospitalier|ehpad"),
    ("collectivite", r"commune|ville|mairie|m[ée]tropole|d[ée]partement|r[ée]gion|communaut|syndicat|\bcc\b|conseil"),
    ("autre_pouvoir_adjudicateur", r"habitat|\bopac\b|\boph\b|\bhlm\b|\bspl\b|\bsem\b|soci[ée]t[ée]"),
)
WORKS = r"travaux|construction|r[ée]fection|r[ée]novation|r[ée]habilitation|extension|am[ée]nagement|\blot\b"
SERVICES = r"ma[iî]trise d|mission|\b[ée]tude|prestation|entretien|maintenance"
SUPPLIES = r"fourniture|acquisition|achat|livraison"


@dataclass(frozen=True)
class Row:
    cells: dict[str, str]
    label: str
    """The wording of its CPV code, empty without one."""

    @property
    def cpv(self) -> str:
        return self.cells["cpv8"]

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the data give; what they do not give, as a buyer would have to type it."""
        cells = self.cells
        found = {
            "objet": cells["objet"] or self.label or "Marché dont l'objet n'est pas publié",
            "nature": self.nature,
            "cpv": self.cpv,
            "montant_ht": cells["montant"],
            "duree_mois": cells["duree_mois"] if cells["duree_mois"].isdecimal() else "12",
            "date_lancement": LAUNCH,
            "acheteur": next((buyer for buyer, words in BUYERS if _has(words, cells["acheteur_nom"])), None),
            "departement": cells["departement"],
            "procedure": PROCEDURES.get(cells["procedure"]),
            "contrat": "concession" if "Délégation" in cells["nature"] else None,
            "forme": {"Accord-cadre": "bons_de_commande", "Marché subséquent": "marche_subsequent"}.get(
                cells["nature"]
            ),
        }
        return {key: value for key, value in found.items() if value}

    @property
    def nature(self) -> str:
        """Not published: the division of the CPV says it, else the first words of the object."""
        if self.cpv:
            division = int(self.cpv[:2])
            return "travaux" if division == 45 else "services" if division >= 50 else "fournitures"
        if _has(SERVICES, self.cells["objet"]):
            return "services"
        if _has(WORKS, self.cells["objet"]) or self.cells["type_marche"] == "Travaux":
            return "travaux"
        return "fournitures" if _has(SUPPLIES, self.cells["objet"]) else "services"


def _has(words: str, text: str) -> bool:
    return re.search(words, text, re.I) is not None


@dataclass(frozen=True)
class Answer:
    row: Row
    data: dict[str, Any]

    @property
    def segment(self) -> str:
        return str(self.data["marche"]["segment_code"])

    @property
    def per_tranche(self) -> float:
        """Hours for each 10 000 € of the contract."""
        return float(self.data["calibrage"]["total"]["retenu"]) / float(self.row.cells["montant"]) * 10_000

    def ids(self, kind: str) -> list[str]:
        return [row["id"] for row in self.data["clauses"] if row["type"] == kind and row["famille"] == "environnement"]


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[Row]:
    with (shared_data / "cpv_fr.csv").open(encoding="utf-8-sig") as file:
        labels = {line["code8"]: line["libelle"] for line in csv.DictReader(file)}
    with (shared_data / "decp_sample.csv").open(encoding="utf-8-sig") as file:
        return [Row(cells, labels.get(cells["cpv8"], "")) for cells in csv.DictReader(file)]


@pytest.fixture(scope="module")
def answers(rows: list[Row], library: Library) -> tuple[list[Answer], list[tuple[Row, str]]]:
    """Every contract explained, and those that the market model cannot hold, with what it says of them."""
    found: list[Answer] = []
    refused: list[tuple[Row, str]] = []
    for row in rows:
        try:
            market = read_market(row.facts)
        except InputError as error:
            refused.append((row, str(error)))
        else:
            found.append(Answer(row, explain(run(market, library))))
    return found, refused


Answers = tuple[list[Answer], list[tuple[Row, str]]]


def test_only_what_no_buyer_could_type_is_refused(answers: Answers) -> None:
    found, refused = answers
    assert len(found) + len(refused) == 500
    for row, said in refused:
        assert float(row.cells["montant"]) == 0 or float(row.cells["montant"]) > 100_000_000_000, said
        assert said.startswith("montant_ht : ")
        assert len(said.splitlines()) == 1
    assert len(refused) <= 10


def test_each_has_an_environmental_condition_and_a_criterion(answers: Answers) -> None:
    for answer in answers[0]:
        assert answer.ids("condition_execution"), answer.row.facts
        assert len(answer.ids("critere")) == 1, answer.row.facts


def test_each_duty_that_binds_is_answered_or_told(answers: Answers) -> None:
    for answer in answers[0]:
        told = {alert["id"] for alert in answer.data["alertes"]}
        for duty in answer.data["obligations"]:
            if duty["statut"] == "due" and duty["id"] in ("CR-02", "CR-03", "CR-04", "CR-05", "CR-06"):
                assert duty["satisfaite_par"] or duty["id"] in told, (duty, answer.row.facts)


def test_each_stays_readable(answers: Answers) -> None:
    for answer in answers[0]:
        assert len(answer.data["clauses"]) <= 8
        assert json.dumps(answer.data)


def test_hours_stay_within_reason(answers: Answers) -> None:
    for answer in answers[0]:
        hours = answer.data["calibrage"]["total"]
        assert hours["bas"] <= hours["retenu"] <= hours["haut"]
        assert answer.per_tranche <= 40, answer.row.facts
        if answer.row.nature == "fournitures":
            assert hours["retenu"] == 0


def test_hours_are_spread_whole_and_an_outlier_has_other_rates(answers: Answers) -> None:
    """Far from the median of its segment, a contract has another trade: its share or its effort is not the same."""
    by_segment: dict[str, list[tuple[float, tuple[float, ...], Answer]]] = defaultdict(list)
    for answer in answers[0]:
        (lot,) = answer.data["calibrage"]["lots"]
        assert sum(item["heures"] for item in lot["trimestres"]) == lot["heures"]["retenu"]
        rates = tuple(step["valeur"] for step in lot["etapes"] if step["unite"].startswith("part d"))
        if answer.per_tranche:
            by_segment[answer.segment].append((answer.per_tranche, rates, answer))
    for found in by_segment.values():
        middle = median(ratio for ratio, _, _ in found)
        usual = min(found, key=lambda item: abs(item[0] - middle))[1]
        for ratio, rates, answer in found:
            if not middle / 2.2 <= ratio <= middle * 2.2:
                assert rates != usual, (ratio, middle, answer.row.facts)


def test_most_get_a_segment_of_their_own(answers: Answers) -> None:
    own = [answer for answer in answers[0] if answer.segment != "GEN"]
    assert len(own) / len(answers[0]) >= 0.9


def test_what_was_found(answers: Answers, library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints; asserts only that there is something to print."""
    found, refused = answers
    lines = ["", f"{len(found)} contrats expliqués, {len(refused)} refusés par le modèle :"]
    lines += [f"  {said}" for _, said in refused]
    origins = Counter(answer.data["marche"]["segment_origine"] for answer in found if answer.segment != "GEN")
    own = sum(origins.values())
    lines.append(f"\nsegment propre : {own} ({own / len(found):.0%}), dont {dict(origins.most_common())}")
    lines.append(
        f"alertes : {dict(Counter(alert['id'] for answer in found for alert in answer.data['alertes']).most_common())}"
    )
    alone = [answer for answer in found if answer.ids("condition_execution") == ["env.transverse.article"]]
    lines.append(f"condition environnementale réduite à l'article général : {len(alone)}")
    lines += [f"  {answer.segment} {answer.row.nature} : {answer.row.facts['objet'][:80]}" for answer in alone[:8]]

    ratios: dict[str, list[float]] = defaultdict(list)
    for answer in found:
        if answer.per_tranche:
            ratios[answer.segment].append(answer.per_tranche)
    counts = Counter(answer.segment for answer in found)
    lines.append("\nheures par 10 000 € HT, marchés avec clause (nombre : min / médiane / max)")
    for code, values in sorted(ratios.items()):
        figures = f"{min(values):6.1f} {median(values):6.1f} {max(values):6.1f}"
        lines.append(f"  {code:<5} {len(values):>3} sur {counts[code]:>3} : {figures}")
    middle = {code: median(values) for code, values in ratios.items()}

    def strange(answer: Answer) -> float:
        score = 0.0 if answer.row.nature in library.segments[answer.segment].natures else 2.0
        if answer.per_tranche:
            score += abs(math.log(answer.per_tranche / middle[answer.segment]))
        return score + (1 if answer in alone else 0) + len(answer.data["alertes"]) / 10

    lines.append("\nles dix réponses les plus étranges")
    for answer in sorted(found, key=strange, reverse=True)[:10]:
        market, hours = answer.data["marche"], answer.data["calibrage"]["total"]["retenu"]
        told = ", ".join(alert["id"] for alert in answer.data["alertes"]) or "aucune alerte"
        lines.append(
            f"  {strange(answer):.1f} {answer.segment} ({market['segment_origine']}) {answer.row.nature} "
            f"{market['montant_ht']} € {market['duree_mois']} mois, {hours} h, CPV {answer.row.cpv or '-'} : "
            f"{answer.row.facts['objet'][:90]} [{told}]"
        )
    with capsys.disabled():
        print("\n".join(lines))  # noqa: T201
    assert own
