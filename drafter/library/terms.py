"""The closed words of a clause: its type, its stake, how ready the market is, who re-read it."""

from __future__ import annotations

from enum import StrEnum


class ClauseType(StrEnum):
    SPECIFICATION = "specification"
    EXECUTION = "condition_execution"
    CRITERION = "critere"
    PROGRESS = "progres"


class Family(StrEnum):
    INSERTION = "insertion"
    SOCIAL = "social"
    ENVIRONMENT = "environnement"
    CROSS = "transverse"


SOCIAL_OBJECTIVES = ("acc-all", "et-eq", "gen-eq", "hum-right", "opp", "work-cond", "other")
ENVIRONMENTAL_IMPACTS = (
    "biodiv-eco",
    "circ-econ",
    "clim-adapt",
    "clim-mitig",
    "pollu-prev",
    "water-mar",
    "other",
)
"""Closed lists of the European notices (eForms SDK: social-objective, environmental-impact)."""


class Stake(StrEnum):
    """What a clause is about, in words common to every purchase; each segment ranks its own (`enjeux`)."""

    FOOD = "alimentation"
    MENUS = "menus"
    WASTED_FOOD = "gaspillage"
    CARBON = "carbone"
    ENERGY = "energie"
    WATER = "eau"
    BIODIVERSITY = "biodiversite"
    HEALTH = "sante"
    MATERIALS = "matieres"
    REUSE = "reemploi"
    LIFETIME = "duree-de-vie"
    WASTE = "dechets"
    PACKAGING = "emballages"
    TRAVEL = "deplacements"
    NUISANCES = "nuisances"
    DISCHARGES = "rejets"
    SOBRIETY = "sobriete"
    DIGITAL = "numerique"
    ADAPTATION = "adaptation"
    WHOLE_LIFE_COST = "cout-global"
    CONTINUITY = "continuite"
    STEERING = "pilotage"
    ACCESSIBILITY = "accessibilite"
    DISABILITY = "handicap"
    EQUALITY = "egalite"
    NON_DISCRIMINATION = "non-discrimination"
    JOB_QUALITY = "qualite-emploi"
    TRAINING = "formation"
    SUPPLY_CHAINS = "chaines"
    FAIR_TRADE = "commerce-equitable"
    INTEGRATION = "insertion"


class Maturity(StrEnum):
    """How many suppliers can meet the requirement today: the buyer sounds the market before asking for more."""

    WIDE = "large"
    TO_SOUND = "a_sourcer"
    NARROW = "restreinte"


class Access(StrEnum):
    """How hard the requirement is for a small firm."""

    EASY = "facile"
    MEDIUM = "moyen"
    HARD = "difficile"


class Reader(StrEnum):
    """Who re-read the clause last, against RELECTURE.md: its author, or somebody else."""

    AUTHOR = "auteur"
    OTHER = "tiers"


class Scale(StrEnum):
    """Whether a clause is written once for the market, or once for each lot of its segment."""

    MARKET = "marche"
    LOT = "lot"


class Basis(StrEnum):
    """Where a default value comes from: only `LAW` binds."""

    LAW = "loi"
    GUIDE = "guide"
    TEAM = "equipe"
