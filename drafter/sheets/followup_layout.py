"""Where everything stands in the follow-up workbook: the one place that its writer and its reader both look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from drafter import french
from drafter.followup.plan import LotPlan, Plan
from drafter.followup.quarters import Quarter

FORMAT, VERSION = "drafter-suivi", "1"

BOARD, DATES, LOTS, PLANNED = "Suivi", "Échéances", "Lots", "Heures prévues"
HOURS, ORDERS, DOCUMENTS, RULES = "Heures", "Commandes", "Documents", "Mode d'emploi"
LISTS, CARRIED = "Listes", "Dossier"

RELEASED = "Heures qui ne sont plus dues (difficulté reconnue)"
LATER = 4
"""Quarters offered after the planned end, for an execution that is extended."""

DOCUMENT_NAMES = (
    "Calendrier prévisionnel",
    "Relevé des heures",
    "Justificatifs des heures",
    "Bilan d'avancement",
    "Bilan final",
    "Bilan des compétences acquises",
    "Attestation de formation",
)
"""Documents of follow-up that the clause penalises; the fiche d'éligibilité is not one of them."""


@dataclass(frozen=True)
class Area:
    """A table of a sheet: its header, the row it stands on, and how many rows follow. Rows count from 1."""

    sheet: str
    columns: tuple[str, ...]
    header: int
    rows: int

    @property
    def first(self) -> int:
        return self.header + 1

    @property
    def last(self) -> int:
        return self.header + self.rows

    def column(self, name: str) -> int:
        return self.columns.index(name) + 1

    def letter(self, name: str) -> str:
        return str(get_column_letter(self.column(name)))

    def cell(self, name: str, row: int) -> str:
        return f"{self.letter(name)}{row}"

    def range(self, name: str) -> str:
        """The column as another sheet names it."""
        letter = self.letter(name)
        return f"'{self.sheet}'!${letter}${self.first}:${letter}${self.last}"

    def area(self, *names: str) -> str:
        letters = [self.letter(name) for name in names]
        return f"{letters[0]}{self.first}:{letters[-1]}{self.last}"


HEADER_ROW = 7
"""The header of every table to fill: the lines above hold the title and what the sheet is for."""

THRESHOLD_CELL, ON_CELL = "C6", "C7"
"""On the board: the alert threshold, and the day of the statement as typed (empty for today)."""


def lots_area(plan: Plan) -> Area:
    columns = (
        "Lot",
        "Intitulé",
        "Titulaire (raison sociale)",
        "Volume dû au contrat (h)",
        "Volume après modification (h)",
        RELEASED,
        "Heures déjà pénalisées",
        "Pénalités d'insertion déjà appliquées (€)",
        "Montant HT du contrat (€)",
        "Bénéficiaires, chacun une fois (nombre)",
        "Fin prévisionnelle",
        "Fin réelle de l'exécution",
        "Commandes retenues HT (€)",
        "Volume dû à ce jour (h)",
    )
    return Area(LOTS, columns, HEADER_ROW, len(plan.lots))


def tranches_area(plan: Plan) -> Area:
    columns = ("Lot", "Tranche optionnelle", "Heures", "Montant HT (€)", "Affermie")
    return Area(LOTS, columns, lots_area(plan).last + 3, len(optional(plan)))


def optional(plan: Plan) -> list[tuple[LotPlan, int]]:
    """The optional tranches, with their rank in the lot."""
    return [(lot, rank) for lot in plan.lots for rank, part in enumerate(lot.tranches) if not part.firm]


def planned_area(plan: Plan) -> Area:
    columns = (
        "Lot",
        "Trimestre",
        "Du",
        "Au",
        "Heures prévues",
        "Heures de travail",
        "Heures de formation",
        "Cumul prévu",
        "Cumul compté",
        "Écart",
        "Échu",
        "Alerte",
    )
    return Area(PLANNED, columns, HEADER_ROW, sum(len(quarters(lot)) for lot in plan.lots))


def hours_area() -> Area:
    columns = (
        "Lot",
        "Trimestre",
        "Mode de réalisation",
        "Entreprise ou structure",
        "Titulaire (si plusieurs)",
        "Heures",
        "Bénéficiaires présents (nombre)",
        "Contrôle",
    )
    return Area(HOURS, columns, HEADER_ROW, 400)


def orders_area() -> Area:
    columns = (
        "Lot",
        "Titulaire (si plusieurs)",
        "N° du bon de commande",
        "Date",
        "Montant HT (€)",
        "Retenu HT (€)",
        "Contrôle",
    )
    return Area(ORDERS, columns, HEADER_ROW, 300)


def documents_area() -> Area:
    columns = (
        "Lot",
        "Document",
        "Période",
        "Titulaire (si plusieurs)",
        "Relance reçue le",
        "Remis le",
        "Jours de retard",
        "Pénalité avant plafond du lot (€)",
    )
    return Area(DOCUMENTS, columns, HEADER_ROW, 80)


def dates_area(rows: int) -> Area:
    return Area(DATES, ("Date", "Action", "Qui", "Origine", "Fait le", "État", "Rang"), HEADER_ROW, rows)


def quarters(lot: LotPlan) -> list[Quarter]:
    """Those of the contract, then a few more."""
    found = [item.quarter for item in lot.quarters]
    for _ in range(LATER):
        found.append(found[-1].next)
    return found


def all_quarters(plan: Plan) -> list[Quarter]:
    return sorted({quarter for lot in plan.lots for quarter in quarters(lot)})


def shown(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(french.typeset(name) for name in names)
