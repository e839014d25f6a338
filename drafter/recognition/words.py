"""The words of a text as buyers type them: tokens, abbreviations, stems, and how much each weighs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from drafter import readers

LOST = "\ufffd"
"""What some exports leave in the place of an accented letter."""
_TAG = re.compile(r"<[^<>]{0,40}>")
_TOKEN = re.compile(rf"[a-z0-9{LOST}]+")
_ROAD = re.compile(r"(rd|rn)\d+")


def _listed(words: str) -> frozenset[str]:
    return frozenset(readers.plain(words).split())


EMPTY = _listed(
    """a afin ainsi au aux avec ce ces cet cette chez d dans de des deux du elle en et
    etc il ils l la le les leur leurs lors n ne no notamment nos notre nous numero on ou par plus qu que qui s
    sa se ses si son sous sur tout toute toutes tous tres un une vers y"""
)
"""Words that separate nothing: left out of the phrases and of the texts."""
PURPOSE = _listed("pour cadre vue destine destines destinee destinees")
"""What follows says what the purchase is for, not what it is (« mobilier pour la crèche »)."""

_SHORT = {
    "acq": "acquisition", "amgt": "amenagement", "amngt": "amenagement", "asst": "assainissement",
    "bat": "batiment", "bats": "batiment", "carrel": "carrelage", "chauf": "chauffage",
    "chauff": "chauffage", "clim": "climatisation", "cloison": "cloisons", "const": "construction",
    "constr": "construction", "construct": "construction", "couv": "couverture", "demo": "demolition",
    "demol": "demolition", "ecl": "eclairage", "eclair": "eclairage", "elec": "electricite",
    "elect": "electricite", "electr": "electricite", "entret": "entretien", "etanch": "etancheite",
    "ext": "exterieur", "fourn": "fourniture", "fournit": "fourniture", "inst": "installation",
    "instal": "installation", "int": "interieur", "logt": "logement", "logts": "logement",
    "maint": "maintenance", "menuis": "menuiserie", "nett": "nettoyage",
    "peint": "peinture", "plomb": "plomberie", "prest": "prestation", "refect": "refection",
    "rehab": "rehabilitation", "rehabilit": "rehabilitation", "renov": "renovation",
    "restruct": "restructuration", "rev": "revetement", "sanit": "sanitaire", "serrur": "serrurerie",
    "telecom": "telecommunications", "telecoms": "telecommunications", "terr": "terrassement",
    "trvx": "travaux", "tvx": "travaux", "tx": "travaux", "uvre": "oeuvre", "uvres": "oeuvre",
    "veh": "vehicule", "vent": "ventilation", "ventil": "ventilation",
}  # fmt: skip
"""Abbreviations as buyers type them, and « œuvre » when an export has lost its first letter."""


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """The word without its marks of plural and feminine: enough to match, never shown."""
    if len(word) <= 3:
        return word
    if word.endswith("eaux"):
        word = word[:-1]
    elif word.endswith("aux") and len(word) > 4:
        word = word[:-3] + "al"
    elif word[-1] in "sx":
        word = word[:-1]
    if len(word) > 4 and word[-1] == "e":
        word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word


def tokens(text: str) -> Iterator[str]:
    for word in _TOKEN.findall(readers.plain(_TAG.sub(" ", text))):
        yield "rd" if _ROAD.fullmatch(word) else _SHORT.get(word, word)


COMMON = frozenset(
    stem_of(word)
    for word in _listed(
        # what is done
        """accompagnement achat acquisition amélioration aménagement aménager animation assistance collecte
        communication conception conseil construction construire contrôle création diagnostic distribution
        démontage dépannage dépose entretien exploitation extension extérieur fourniture formation gestion
        grands grosses installation installations intérieur livraison location maintenance mise mission
        modernisation organisation opération petits pose prestation produit programme projet publication
        recherche rédaction réalisation réaménagement réfection réhabilitation remise remplacement
        rénovation réparation restauration restructuration service surveillance traitement transformation
        travaux édition élaboration étude évaluation évolutive évolution"""
        # to what, where, how
        """
        abords accessibilité accueil ancien application atelier bibliothèque bureau bâtiment camping
        cantine carte caserne centre chemin château collège commune communal complexe conformité cour
        couverture crèche données documents eau école église électrique enfants énergie énergétique
        équipement espace événement existant exposition film foyer fête garantir groupe gymnase halle
        hôpital hôtel immeuble internat jeunes local logement lycée mairie maison manifestation matériel
        médiathèque mobile municipal musée neuf norme numérique parc parking patrimoine piscine place plan
        plateforme pont préau public quai radio rd ressource restaurant rivière route rue réseau résidence salle
        sanitaire scolaire secours site spectacle sport sportif stade stand stockage sécurité système
        table technique terrain théâtre tribune vestiaire ville zone"""
    )
)
"""Stems of words that go with any purchase: they tip the balance, they never weigh against a precise word."""


def weight_of(stem: str) -> float:
    return 0.4 if stem in COMMON else 1 + min(len(stem), 10) / 20
