"""What a condition may ask about: each fact of a market or lot, with its label and its question.

The names are the keys of the market file wherever there is one; the others are results of the stages
that come before selection (segment, duties, calibrage).
"""

from __future__ import annotations

from datetime import date

from drafter import french, readers
from drafter.conditions import FactKind
from drafter.values import Euros, Hours, Months
from drafter.vocabulary import (
    Ambition,
    Buyer,
    Ccag,
    ContractKind,
    Flag,
    Form,
    Nature,
    Procedure,
    Technicity,
    Term,
)


class HoursDecision(Term):
    """What the calibrage concludes for a lot."""

    CLAUSE = "clause", "Clause d'insertion"
    POOLED = "globalisation", "Clause d'insertion, avec globalisation conseillée (parcours court)"
    NONE = "pas_de_clause", "Pas de clause d'heures"


class Method(Term):
    """How the hours were computed."""

    AMOUNT = "montant", "Par le montant"
    STAFF = "effectifs", "Par les effectifs"
    BILL = "dpgf", "Par les heures de la DPGF ou de l'économiste"
    PREVIOUS = "marche_precedent", "Par les heures réelles du marché précédent"
    PHASES = "phases", "Par le montant, phase par phase"
    TRANSFER = "reprise_personnel", "Par les heures qui dépassent la reprise du personnel"
    RATIO = "ratio_commandes", "Par un ratio d'heures par montant commandé"


def _choice(label: str, question: str, terms: type[Term], *, many: bool = False) -> FactKind:
    def show(value: str) -> str:
        try:
            return terms(value).label
        except ValueError:
            return value

    return FactKind(label, question, str, show, frozenset(str(term) for term in terms), many)


def _words(label: str, question: str) -> FactKind:
    """An open list of identifiers (segments, duties, départements): the library checks them across files."""
    return FactKind(label, question, str, str, None, many=True)


class _YesNo(Term):
    YES = "oui", "oui"
    NO = "non", "non"


KINDS: dict[str, FactKind] = {
    "contrat": _choice("Type de contrat", "S'agit-il d'un marché ou d'une concession ?", ContractKind),
    "nature": _choice("Nature", "S'agit-il de travaux, de fournitures ou de services ?", Nature),
    "acheteur": _choice("Acheteur", "Quel est le statut de l'acheteur ?", Buyer),
    "forme": _choice("Forme du contrat", "Quelle est la forme du contrat ?", Form),
    "procedure": _choice("Procédure", "Quelle procédure est envisagée ?", Procedure),
    "ccag": _choice("CCAG", "À quel CCAG le marché se réfère-t-il ?", Ccag),
    "technicite": _choice("Technicité", "Quelle est la technicité des prestations ?", Technicity),
    "ambition": _choice("Niveau d'ambition", "Quel niveau d'ambition retenez-vous ?", Ambition),
    "niveau": _choice("Niveau retenu", "Quel niveau d'ambition retenez-vous ?", Ambition),
    "drapeaux": _choice("Particularités déclarées", "Le marché a-t-il une particularité ?", Flag, many=True),
    "segment": _words("Segment d'achat", "De quel segment d'achat s'agit-il ?"),
    "metier": _words("Métier", "De quel métier s'agit-il ?"),
    "departement": _words("Département", "Dans quel département le marché s'exécute-t-il ?"),
    "obligations": _words("Obligations dues", ""),
    "lot_reserve": _choice("Lot réservé", "Le lot est-il réservé ?", _YesNo),
    "au_dessus_seuil_europeen": _choice("Seuil européen atteint", "Le montant atteint-il le seuil européen ?", _YesNo),
    "dispense": _choice("Achat sous le seuil de dispense", "L'achat est-il sous le seuil de dispense ?", _YesNo),
    "alloti": _choice("Marché alloti", "Le marché est-il alloti ?", _YesNo),
    "decision_calibrage": _choice("Décision du calibrage", "", HoursDecision),
    "methode_calibrage": _choice("Méthode de calibrage", "", Method),
    "montant_ht": FactKind("Montant HT", "Quel est le montant hors taxes ?", Euros.read, french.euros, type=Euros),
    "montant_total_ht": FactKind(
        "Montant HT de tous les lots", "Quel est le montant hors taxes du marché ?", Euros.read, french.euros
    ),
    "achats_annuels_ht": FactKind(
        "Achats annuels de l'acheteur",
        "Quel est le montant annuel hors taxes de vos achats (pour le SPASER) ?",
        Euros.read,
        french.euros,
        type=Euros,
    ),
    "duree_mois": FactKind("Durée", "Quelle est la durée, en mois ?", Months.read, french.months, type=Months),
    "heures_insertion": FactKind("Heures d'insertion calibrées", "", Hours.read, french.hours, type=Hours),
    "date_lancement": FactKind(
        "Date de lancement", "À quelle date la consultation est-elle lancée ?", readers.read_date, french.day, type=date
    ),
}
