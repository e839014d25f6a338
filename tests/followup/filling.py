"""A follow-up workbook filled as its users do: cells by sheet, column and row of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from drafter.followup.plan import Plan, plan_of
from drafter.followup.ways import Way
from drafter.french import typeset
from drafter.kit import Followed, follow, plan_for
from drafter.library import load_library
from drafter.market import read_market
from drafter.pipeline import run
from drafter.sheets import followup_layout as at
from drafter.sheets.followup import followup_workbook
from drafter.sheets.followup_layout import Area
from drafter.sheets.reading import read_tables

LIBRARY = load_library()
TODAY = date(2030, 1, 1)

WORKS: dict[str, Any] = {
    "objet": "Réfection des façades du groupe scolaire",
    "nature": "travaux",
    "segment": "renovation",
    "montant_ht": 600_000,
    "duree_mois": 9,
    "date_lancement": "2026-09-01",
    "debut_execution": "2027-01-01",
    "acheteur": "collectivite",
    "acheteur_nom": "Commune de Vauxcourt",
    "calibrage": {"heures": 450},
}
ORDERS: dict[str, Any] = {
    "objet": "Entretien des espaces verts",
    "nature": "services",
    "montant_ht": 400_000,
    "montant_min_ht": 100_000,
    "montant_max_ht": 800_000,
    "duree_mois": 48,
    "forme": "bons_de_commande",
    "date_lancement": "2026-09-01",
    "debut_execution": "2027-01-01",
    "acheteur": "collectivite",
}


def plan(facts: Mapping[str, Any], notification: date | None = None) -> Plan:
    return plan_of(run(read_market(dict(facts)), LIBRARY), notification)


def example(name: str, start: date | None = None) -> Plan:
    return plan_for(LIBRARY.examples[name], LIBRARY, start)


class Book:
    """The workbook of a plan under a user's hands."""

    def __init__(self, plan: Plan, data: bytes | None = None) -> None:
        self.plan = plan
        self.wb: Any = load_workbook(BytesIO(data or followup_workbook(plan)))

    def put(self, area: Area, row: int, **values: object) -> None:
        """`row` counts from 1 in the table; names of columns are given by `columns`."""
        for name, value in values.items():
            self.wb[area.sheet][area.cell(COLUMNS[name], area.header + row)] = value

    def hours(self, rows: Sequence[tuple[object, ...]]) -> Book:
        """(lot, quarter, way, hours, company, people)"""
        names = ("lot", "trimestre", "mode", "heures", "entreprise", "presents")
        for number, row in enumerate(rows, 1):
            values = dict(zip(names, row, strict=False))
            if isinstance(values["mode"], Way):
                values["mode"] = typeset(values["mode"].label)
            self.put(at.hours_area(), number, **values)
        return self

    def orders(self, rows: Sequence[tuple[object, ...]]) -> Book:
        for number, row in enumerate(rows, 1):
            self.put(at.orders_area(), number, **dict(zip(("lot", "date", "montant", "partage"), row, strict=False)))
        return self

    def lot(self, row: int = 1, **values: object) -> Book:
        self.put(at.lots_area(self.plan), row, **values)
        return self

    def on(self, day: date) -> Book:
        self.wb[at.BOARD][at.ON_CELL] = day
        return self

    def save(self) -> bytes:
        out = BytesIO()
        self.wb.save(out)
        return out.getvalue()

    def follow(self, on: date | None = None) -> Followed:
        return follow(read_tables(self.save(), "suivi.xlsx"), LIBRARY, TODAY, on)


COLUMNS = {
    "lot": "Lot",
    "trimestre": "Trimestre",
    "mode": "Mode de réalisation",
    "entreprise": "Entreprise ou structure",
    "partage": "Titulaire (si plusieurs)",
    "heures": "Heures",
    "presents": "Bénéficiaires présents (nombre)",
    "date": "Date",
    "montant": "Montant HT (€)",
    "document": "Document",
    "periode": "Période",
    "relance": "Relance reçue le",
    "remis": "Remis le",
    "titulaire": "Titulaire (raison sociale)",
    "volume": "Volume après modification (h)",
    "degagees": at.RELEASED,
    "penalisees": "Heures déjà pénalisées",
    "appliquees": "Pénalités d'insertion déjà appliquées (€)",
    "montant_signe": "Montant HT du contrat (€)",
    "beneficiaires": "Bénéficiaires, chacun une fois (nombre)",
    "fin": "Fin réelle de l'exécution",
    "affermie": "Affermie",
    "prevues": "Heures prévues",
}
