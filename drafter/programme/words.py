"""The words that programmes and published data use for what the market file names otherwise, as data."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drafter import readers

Patterns = Sequence[tuple[str, str]]
"""Value of the market file, pattern looked for in the plain text (no case, no accent); the first that is found wins."""

NATURES: Patterns = (
    ("travaux", r"\btravaux\b|^t$|^trvx?$|\bworks\b"),
    ("fournitures", r"\bfournitures?\b|^f$|^fcs?$|\bsupplies\b"),
    ("services", r"\bservices?\b|\bprestations?\b|^s$|\bintellectuelles?\b|^pi$|maitrise d'? ?oeuvre|^moe$"),
)
OBJECT_NATURES: Patterns = (
    (
        "services",
        r"^(?:\W|lot|n°|[0-9])*(?:mission|etude|maitrise d|prestation|entretien|maintenance|assistance|services?)\b",
    ),
    (
        "travaux",
        r"\b(?:travaux|construction|refection|renovation|rehabilitation|extension|amenagement|demolition|voirie"
        r"|ravalement|etancheite|gros oeuvre|maconnerie|menuiseries?|peintures?|revetements?|charpente|couverture"
        r"|plomberie|electricite|cloisons|serrurerie|terrassements?|creation)\b",
    ),
    ("fournitures", r"\b(?:fournitures?|acquisition|achat|livraison)\b"),
    ("services", r"\b(?:mission|etudes?|maitrise d|prestations?|entretien|maintenance|nettoyage|location|services?)\b"),
)
FORMS: Patterns = (
    ("marche_subsequent", r"subsequent"),
    ("bons_de_commande", r"bons? de commande|^bc$|^acbc$|accord[ -]?cadre|^ac$"),
    ("tranches", r"\btranches?\b"),
    ("ordinaire", r"ordinaire|\bsimple\b|forfait|\bunique\b|^marche$"),
)
CONCESSIONS = re.compile(r"\bconcession\b|delegation de service|^dsp$")
PROCEDURES: Patterns = (
    ("sans_publicite", r"sans publicite|gre a gre|sans mise en concurrence|sans pub"),
    ("dialogue", r"dialogue"),
    ("negociee", r"negoci|^pcn$|^pfn$"),
    ("appel_offres", r"appel d'? ?offres?|^aoo?$|^aor$|formalisee"),
    ("adaptee", r"adaptee|^mapa$|^pa$"),
)
CCAGS: Patterns = (
    ("moe", r"maitrise d'? ?oeuvre|\bmoe\b"),
    ("travaux", r"travaux|\btrx\b"),
    ("tic", r"information|\btic\b"),
    ("pi", r"intellectuel|\bpi\b"),
    ("mi", r"industriel|\bmi\b"),
    ("fcs", r"fournitures|\bfcs\b|services"),
    ("aucun", r"pas de ccag|aucun|sans ccag|sans objet"),
)
BUYER_KINDS: Patterns = (
    ("etablissement_sante", r"etablissement public de sante|hopital|sante|medico"),
    ("entite_adjudicatrice", r"entite adjudicatrice"),
    ("autre_pouvoir_adjudicateur", r"autre pouvoir|bailleur|\bsem\b|\bspl\b|\boph\b"),
    ("etat", r"^etat\b|ministere|service deconcentre"),
    ("collectivite", r"collectivite|territorial|commune|intercommunal|local"),
)
BUYER_NAMES: Patterns = (
    ("etat", r"minister|prefecture|\bdreal\b|direction (?:inter)?departementale|\bdirection regionale\b|universite"),
    ("etablissement_sante", r"\bchu?\b|\bchru\b|hopita|centre hospitalier|\behpad\b"),
    (
        "collectivite",
        r"commune|\bville\b|mairie|metropole|departement|region|communaute|syndicat|\bcc\b|conseil|agglomeration",
    ),
    ("autre_pouvoir_adjudicateur", r"habitat|\bopac\b|\boph\b|\bhlm\b|\bspl\b|\bsem\b"),
)


def find(patterns: Patterns, text: object) -> str | None:
    """The value of the market file that a text stands for; the word itself is always understood."""
    words = readers.plain(text)
    if not words:
        return None
    exact = words.replace(" ", "_").replace("-", "_")
    for value, _ in patterns:
        if exact == value:
            return value
    return next((value for value, pattern in patterns if re.search(pattern, words)), None)
