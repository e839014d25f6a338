"""The words of the workbook: the steps that formulas know by name, and how each figure is shown."""

from __future__ import annotations

from dataclasses import dataclass

from drafter import french
from drafter.calibration.rates import COMPUTED, LOCAL_FLOOR, TYPED
from drafter.dated import Unit
from drafter.facts import HoursDecision
from drafter.sheets import book as b
from drafter.sheets.formula import literal

FIXED = "Chiffre fixé par le service : il ne se recalcule pas ici."

NONE, POOLED, CLAUSE = (
    literal(french.typeset(decision.label))
    for decision in (HoursDecision.NONE, HoursDecision.POOLED, HoursDecision.CLAUSE)
)
YES, NO = literal("oui"), literal("non")
UP, DOWN = literal("supérieure"), literal("inférieure")
ZERO, ONE = literal(0), literal(1)

FACT, SETTING = "Description du marché", "Réglage"
OURS = (COMPUTED, TYPED, FACT, SETTING)
LOT_HEADER = ("Étape", "Bas", "Retenu", "Haut", "Unité", "Source", "Certitude", "Précision")
WIDTH = len(LOT_HEADER)

SETTINGS = {
    "heures-min": "seuil_heures",
    "heures-min-technique": "seuil_heures_technique",
    "heures-parcours": "seuil_parcours",
    "reprise.heures-min": "seuil_reprise",
    "duree-min": "seuil_duree",
    "duree-alerte": "alerte_duree",
    "arrondi": "pas_arrondi",
    "heures-semaine": "heures_semaine",
    "heures-mois": "heures_mois",
    "etp": "heures_an",
    "etp-payes": "heures_an_payees",
    "taux-max-travaux": "plafond_travaux",
    "taux-max-services": "plafond_services",
    "ratio-min": "ratio_minimal",
    "ratio-max": "ratio_maximal",
    "tranche-commande": "tranche_commandes",
}
"""The settings that formulas use, and the name each bears in the workbook."""

FORMATS = {
    Unit.EUROS: b.EUROS,
    Unit.HOURLY: b.HOURLY,
    Unit.RATE: b.PERCENT,
    Unit.HOURS: b.PLAIN,
    Unit.MONTHS: b.PLAIN,
    Unit.DAYS: b.PLAIN,
    Unit.NUMBER: b.PLAIN,
}
UNITS = {
    Unit.EUROS: "€ HT",
    Unit.HOURLY: "€/h",
    Unit.RATE: "%",
    Unit.HOURS: "h",
    Unit.MONTHS: "mois",
    Unit.DAYS: "jours",
    Unit.NUMBER: "nombre",
}


@dataclass(frozen=True)
class Rule:
    """How a figure that may be changed is written, and what it accepts."""

    fmt: str
    over: str = "0"
    most: str = ""


AMOUNT = "Montant HT de l'assiette"
DURATION = "Durée d'exécution"
SHARE, COST, EFFORT = "Part de main-d'œuvre", "Coût horaire chargé", "Taux d'effort d'insertion"
STAFF = "Effectif prévu (équivalent temps plein)"
YEARLY = "Heures annuelles d'un temps plein"
BILL = "Heures d'exécution prévues (DPGF, BPU ou économiste)"
TAKEN = "Heures mensuelles du personnel transférable"
REVENUE = "Chiffre d'affaires par heure de travail"
AVAILABLE = "Part du marché disponible après reprise"
WORKED, LEFT = "Heures de travail du marché", "Heures de travail disponibles"
EXACT, COMPARED = "Heures d'insertion calculées", "Heures d'insertion calculées, pour comparaison"
PREVIOUS = "Heures réellement travaillées du marché précédent"
FORMER = "Montant HT du marché précédent"
ABOVE = "Part des commandes au-dessus de ce montant"
LEAST_ORDER = "Montant minimal d'un bon de commande qui porte des heures"
HOLDERS = "Attributaires de l'accord-cadre"
CEILING = "Plafond du taux d'effort"
KEPT = "Heures retenues"
PHASE = "Heures d'insertion de la phase "
"""The beginning of the steps of a phase."""
COMPENSATED_NAME = "taux_compense"
"""The name of the cell of the sheet « Objectif » that lots refer to."""
FACTOR, RISE = "coefficient", "du coût horaire"

INPUTS = {
    AMOUNT: Rule(b.EUROS),
    DURATION: Rule(b.PLAIN, ">0"),
    SHARE: Rule(b.PERCENT, "0", "1"),
    COST: Rule(b.HOURLY, ">0"),
    EFFORT: Rule(b.PERCENT, "0", "1"),
    STAFF: Rule(b.PLAIN),
    BILL: Rule(b.TENTH),
    TAKEN: Rule(b.PLAIN),
    REVENUE: Rule(b.HOURLY, ">0"),
    PREVIOUS: Rule(b.PLAIN),
    FORMER: Rule(b.EUROS, ">0"),
    ABOVE: Rule(b.PERCENT, "0", "1"),
    LOCAL_FLOOR: Rule(b.PERCENT, "0", "1"),
}
TOLD = {LEAST_ORDER: b.EUROS, HOLDERS: b.PLAIN}
"""Facts that are shown and that no formula uses."""
BY_UNIT = {FACTOR: Rule(b.PLAIN), RISE: Rule(b.PERCENT, "0", "1")}
