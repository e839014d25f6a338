"""How the pages of the library name what a clause's header says: in a few words, for a buyer."""

from __future__ import annotations

from collections.abc import Mapping

from drafter.library.clause import Clause
from drafter.library.terms import Access, Basis, Family, Maturity, Reader, Stake
from drafter.web.cards import TYPES

__all__ = ["ACCESS", "BASES", "FAMILIES", "MATURITY", "NOTICE", "STAKES", "STATUS", "TYPES", "reading_words"]

FAMILIES: Mapping[Family, str] = {
    Family.INSERTION: "Insertion",
    Family.SOCIAL: "Social",
    Family.ENVIRONMENT: "Environnement",
    Family.CROSS: "Transverse",
}
STAKES: Mapping[Stake, str] = {
    Stake.FOOD: "Alimentation",
    Stake.MENUS: "Menus",
    Stake.WASTED_FOOD: "Gaspillage alimentaire",
    Stake.CARBON: "Carbone",
    Stake.ENERGY: "Énergie",
    Stake.WATER: "Eau",
    Stake.BIODIVERSITY: "Biodiversité",
    Stake.HEALTH: "Santé",
    Stake.MATERIALS: "Matières",
    Stake.REUSE: "Réemploi",
    Stake.LIFETIME: "Durée de vie",
    Stake.WASTE: "Déchets",
    Stake.PACKAGING: "Emballages",
    Stake.TRAVEL: "Déplacements",
    Stake.NUISANCES: "Nuisances",
    Stake.DISCHARGES: "Rejets",
    Stake.SOBRIETY: "Sobriété",
    Stake.DIGITAL: "Numérique",
    Stake.ADAPTATION: "Adaptation au climat",
    Stake.WHOLE_LIFE_COST: "Coût global",
    Stake.CONTINUITY: "Continuité du service",
    Stake.STEERING: "Pilotage",
    Stake.ACCESSIBILITY: "Accessibilité",
    Stake.DISABILITY: "Handicap",
    Stake.EQUALITY: "Égalité entre les femmes et les hommes",
    Stake.NON_DISCRIMINATION: "Non-discrimination",
    Stake.JOB_QUALITY: "Qualité de l'emploi",
    Stake.TRAINING: "Formation",
    Stake.SUPPLY_CHAINS: "Chaînes d'approvisionnement",
    Stake.FAIR_TRADE: "Commerce équitable",
    Stake.INTEGRATION: "Insertion",
}
MATURITY: Mapping[Maturity, str] = {
    Maturity.WIDE: "offre large",
    Maturity.TO_SOUND: "offre à sourcer avant d'exiger",
    Maturity.NARROW: "offre restreinte",
}
ACCESS: Mapping[Access, str] = {
    Access.EASY: "facile pour une petite entreprise",
    Access.MEDIUM: "effort moyen pour une petite entreprise",
    Access.HARD: "difficile pour une petite entreprise",
}
BASES: Mapping[Basis, str] = {
    Basis.LAW: "loi",
    Basis.GUIDE: "guide",
    Basis.TEAM: "proposition de l'équipe",
}
STATUS = {
    "projet": "En projet : cette clause n'est jamais proposée, elle reste à achever.",
    "retiree": "Retirée : cette clause n'est plus proposée. Elle reste lisible pour les dossiers qui la citent.",
}
NOTICE = {
    "acc-all": "accessibilité pour tous",
    "et-eq": "égalité sans distinction d'origine",
    "gen-eq": "égalité entre les femmes et les hommes",
    "hum-right": "droits humains dans les chaînes d'approvisionnement",
    "opp": "emploi des personnes qui en sont éloignées ou handicapées",
    "work-cond": "conditions de travail équitables",
    "biodiv-eco": "biodiversité et écosystèmes",
    "circ-econ": "économie circulaire",
    "clim-adapt": "adaptation au changement climatique",
    "clim-mitig": "atténuation du changement climatique",
    "pollu-prev": "prévention de la pollution",
    "water-mar": "eau et milieux aquatiques",
    "other": "autre",
}
"""What each code of the European notice is about, in short; the code itself stands beside."""


def reading_words(clause: Clause) -> str:
    """Who re-read it; the day stands elsewhere."""
    return "relue par un tiers" if clause.reread_by is Reader.OTHER else "relue par son auteur seulement"
