"""Which column of a sheet holds which fact: the words that buyers put at the top of a column, as data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from drafter import readers

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "reference": (
        "référence", "réf", "numéro", "n°", "numéro de marché", "n° marché", "numéro de consultation",
        "n° consultation", "code marché", "référence du marché", "identifiant", "identifiant du marché",
        "id marché", "id", "uid", "n° d'ordre", "numéro interne", "code projet",
    ),
    "objet": (
        "objet", "objet du marché", "intitulé", "intitulé du marché", "libellé", "libellé du marché", "désignation",
        "description", "description succincte", "nature de l'achat", "achat", "besoin", "intitulé de la consultation",
        "objet de la consultation", "projet", "opération", "nom du marché", "marché", "titre",
    ),
    "nature": (
        "nature", "nature du marché", "nature des prestations", "travaux fournitures services", "t f s", "tfs",
    ),
    "type": (
        "type", "type de marché", "type d'achat", "catégorie", "catégorie d'achat", "type de prestation",
    ),
    "cpv": ("cpv", "code cpv", "codes cpv", "cpv principal", "code cpv principal", "cpv8"),
    "segment": ("segment", "segment d'achat", "code segment", "famille d'achat", "famille", "domaine d'achat"),
    "montant_ht": (
        "montant", "montant ht", "montant total", "montant total ht", "montant estimé", "montant prévisionnel",
        "estimation", "estimation ht", "estimation financière", "estimatif", "valeur", "valeur estimée",
        "valeur globale", "valeur totale", "budget", "budget prévisionnel", "enveloppe", "enveloppe prévisionnelle",
        "coût estimé", "prix", "montant en euros", "montant global", "montant du lot", "estimation du lot",
        "montant de l'opération",
    ),
    "montant_annuel": (
        "montant annuel", "montant annuel ht", "estimation annuelle", "budget annuel", "valeur annuelle",
        "dépense annuelle", "montant par an",
    ),
    "montant_min_ht": (
        "montant minimum", "montant mini", "montant min", "minimum", "mini", "min", "minimum ht",
        "montant minimum de l'accord cadre",
    ),
    "montant_max_ht": (
        "montant maximum", "montant maxi", "montant max", "maximum", "maxi", "max", "maximum ht",
        "montant maximum de l'accord cadre", "plafond",
    ),
    "duree_mois": (
        "durée", "durée mois", "durée en mois", "durée totale", "durée du marché", "durée totale en mois",
        "durée du contrat", "durée ans", "durée en années", "durée jours", "nombre de mois", "nb mois",
        "durée reconductions comprises", "durée d'exécution", "délai d'exécution",
    ),
    "reconductions": (
        "reconductions", "nombre de reconductions", "nb reconductions", "reconduction", "renouvellements",
        "nombre de renouvellements",
    ),
    "date_lancement": (
        "date de lancement", "lancement", "date de lancement de la consultation", "date prévisionnelle de lancement",
        "lancement consultation", "date de publication", "publication", "date publication prévisionnelle",
        "date de consultation", "date de l'avis", "date envoi avis", "mise en ligne", "date avis de publicité",
        "publication du marché", "mois de lancement", "trimestre de lancement", "date de publication de l'avis",
    ),
    "debut_execution": (
        "début", "date de début", "début d'exécution", "date de début d'exécution", "démarrage", "date de démarrage",
        "date d'effet", "ordre de service", "date prévisionnelle d'ordre de service", "date os", "début des travaux",
        "prise d'effet", "date de début du marché", "début du marché", "démarrage prévisionnel",
    ),
    "date_notification": ("date de notification", "notification", "date notification du marché", "date signature"),
    "departement": (
        "département", "dép", "dept", "code département", "numéro de département", "département d'exécution",
    ),
    "commune": ("commune", "code commune", "code insee", "insee", "ville", "commune d'exécution"),
    "code_postal": ("code postal", "cp", "postal"),
    "lieu": (
        "lieu", "lieu d'exécution", "lieu d'exécution nom", "lieu nom", "localisation", "site", "adresse", "territoire",
        "lieu principal d'exécution", "lieux",
    ),
    "lieu_code": ("lieu code", "lieu d'exécution code", "code lieu", "code du lieu d'exécution"),
    "lieu_type": ("lieu type", "lieu type code", "lieu d'exécution type code", "type code lieu"),
    "lot": ("lot", "n° lot", "numéro de lot", "numéro du lot", "lot n°", "num lot", "no lot"),
    "intitule_lot": (
        "intitulé du lot", "libellé du lot", "désignation du lot", "nom du lot", "objet du lot", "lot intitulé",
    ),
    "nombre_lots": ("nombre de lots", "nb lots", "nb de lots", "lots", "allotissement", "nombre lots"),
    "acheteur": (
        "type d'acheteur", "statut de l'acheteur", "type acheteur", "catégorie d'acheteur", "statut acheteur",
        "catégorie juridique",
    ),
    "acheteur_nom": (
        "acheteur", "nom de l'acheteur", "acheteur nom", "pouvoir adjudicateur", "donneur d'ordre", "collectivité",
        "entité", "maître d'ouvrage", "organisme", "autorité concédante", "service acheteur",
    ),
    "procedure": (
        "procédure", "type de procédure", "mode de passation", "procédure de passation", "procédure envisagée",
    ),
    "forme": (
        "forme", "forme du marché", "type de contrat", "forme du contrat", "modalités d'exécution",
        "modalité d'exécution", "accord cadre", "forme de marché",
    ),
    "technique": ("technique", "techniques", "technique d'achat"),
    "contrat": ("contrat", "nature du contrat"),
    "ccag": ("ccag", "ccag applicable", "cahier des clauses générales"),
    "technicite": ("technicité", "niveau de technicité", "complexité technique"),
    "ambition": ("ambition", "niveau d'ambition", "ambition environnementale"),
    "drapeaux": ("drapeaux", "drapeau", "particularités", "caractéristiques particulières", "signes particuliers"),
    "personnel": ("reprise du personnel", "personnel à reprendre", "reprise de personnel", "personnel transférable"),
    "heures_personnel": ("heures à reprendre par mois", "heures du personnel transférable", "heures transférables"),
    "effectif": ("effectif", "effectif prévu", "nombre d'agents", "équipe", "etp", "effectif en etp"),
}  # fmt: skip

IGNORED = (
    "id acheteur", "acheteur id", "siret", "siret acheteur", "acheteur siret", "autorité concédante id",
    "montant subvention", "montant subvention publique", "montant des avances", "taux avance",
    "date publication données",
    "titulaire", "titulaires", "titulaire id", "titulaires id", "id titulaire", "titulaire nom", "nb titulaires",
    "type groupement opérateurs", "forme prix", "forme du prix", "type prix", "types prix", "nb modifications",
    "modifications", "offres reçues", "source", "millésime", "date de fin", "fin", "date fin d'exécution",
    "id accord cadre", "accents perdus", "considérations sociales", "considérations environnementales",
    "origine france", "origine ue", "marché innovant", "sous traitance déclarée", "attribution avance",
    "type identifiant", "donnees execution", "montant notifié", "montant de l'avenant",
)  # fmt: skip
"""Columns that look like a fact and are not one: read as one, they would lie."""

PUBLISHED = frozenset({"date_notification", "lieu_code", "lieu_type"})
"""Only the essential data of contracts already passed (DECP) have these columns."""

LOOKED_AT = 20
"""The header row stands in the first rows of a sheet: above it, a title, a logo, a date."""

_SMALL = """
    de du des d l la le les en au aux et ou h t ht ttc eur euro euros € k k€ m€ keur meur estime estimee estimes
    previsionnel previsionnelle prevu prevue milliers millions hors taxe taxes
"""
_SMALL_WORDS = frozenset(_SMALL.split())
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SIGNS = re.compile(r"[^a-z0-9°€]+")
_THOUSANDS = re.compile(r"\bk ?(?:€|eur)|milliers")
_TAXES_IN = re.compile(r"\bttc\b")
_MILLIONS = re.compile(r"\bm ?(?:€|eur)|millions")
_MONTHS = {"ans": Fraction(12), "annees": Fraction(12), "jours": Fraction(12, 365), "semaines": Fraction(12, 52)}
_DATA_DAY = ("date", "publication")
"""In an export of contracts passed, the day the data went out; elsewhere, that of the notice."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet. `scale`: what a bare number is multiplied by (k€, years); `ttc`: taxes are in."""

    index: int
    header: str
    key: str
    scale: Fraction = Fraction(1)
    ttc: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of a sheet (its number from 1), its columns, and those that were not read."""

    row: int
    columns: tuple[Column, ...]
    unread: tuple[str, ...]

    @property
    def published(self) -> bool:
        return any(column.key in PUBLISHED for column in self.columns)


def words_of(header: object) -> tuple[str, ...]:
    """The words of a header that matter: no case, no accent, no article, no unit; `dureeMois` is two words."""
    text = readers.plain(_CAMEL.sub(" ", readers.clean(header)))
    found = tuple(word for word in _SIGNS.sub(" ", text).split() if word not in _SMALL_WORDS)
    return found or tuple(_SIGNS.sub(" ", text).split())


@lru_cache(maxsize=1)
def _index() -> dict[tuple[str, ...], str]:
    """Words of each synonym -> key. Ignored columns have an empty key, and yield to a fact of the same words."""
    found = {words_of(name): "" for name in IGNORED}
    return found | {words_of(name): key for key, names in SYNONYMS.items() for name in names}


def key_of(header: object) -> tuple[str, bool]:
    """The key of a header (empty: none), and whether its words are exactly those of a synonym."""
    words, index = words_of(header), _index()
    if words in index:
        return index[words], True
    best = max(
        (known for known in index if _within(known, words)), key=lambda known: _likeness(known, words), default=()
    )
    return (index[best], False) if best and len(words) <= len(best) + 4 else ("", False)


def _likeness(known: tuple[str, ...], words: tuple[str, ...]) -> tuple[bool, int]:
    """The first word says what the column is (« montant sur la durée »), then the more words the better."""
    return known[0] == words[0], len(known)


def _within(known: Sequence[str], words: Iterable[str]) -> bool:
    """Every word of `known`, in order: « montant total sur la durée » holds « montant total »."""
    left = iter(words)
    return all(word in left for word in known)


def find_header(rows: Sequence[Sequence[object]]) -> Header | None:
    """The row that names the most facts, among the first ones; None when none names an object (or a CPV) and more."""
    best: Header | None = None
    for number, row in enumerate(rows[:LOOKED_AT], 1):
        header = _header(number, row)
        keys = {column.key for column in header.columns}
        if keys & {"objet", "cpv", "intitule_lot"} and len(keys) >= 2 and (best is None or _more(keys, best)):
            best = header
    return best


def _more(keys: set[str], than: Header) -> bool:
    return len(keys) > len({column.key for column in than.columns})


def _header(number: int, row: Sequence[object]) -> Header:
    """One column a fact: a header with the exact words before one that only holds them, the first among equals."""
    chosen: dict[str, tuple[bool, Column]] = {}
    names = [readers.clean(cell) if isinstance(cell, str) else "" for cell in row]
    for index, name in enumerate(names):
        key, exact = key_of(name) if 0 < len(name) <= 120 else ("", False)
        if key and (key not in chosen or (exact and not chosen[key][0])):
            chosen[key] = (exact, _column(index, name, key))
    launch = chosen.get("date_lancement")
    if launch and PUBLISHED & chosen.keys() and words_of(launch[1].header) == _DATA_DAY:
        del chosen["date_lancement"]
    columns = tuple(sorted((column for _, column in chosen.values()), key=lambda column: column.index))
    read = {column.index for column in columns}
    return Header(number, columns, tuple(name for index, name in enumerate(names) if name and index not in read))


def _column(index: int, name: str, key: str) -> Column:
    text = readers.plain(name)
    if key.startswith("montant"):
        scale = 1_000 if _THOUSANDS.search(text) else 1_000_000 if _MILLIONS.search(text) else 1
        return Column(index, name, key, Fraction(scale), bool(_TAXES_IN.search(text)))
    if key == "duree_mois":
        words = set(_SIGNS.sub(" ", text).split())
        return Column(index, name, key, next((_MONTHS[word] for word in _MONTHS if word in words), Fraction(1)))
    return Column(index, name, key)
