"""The closed vocabularies of the market file: identifiers never change, labels may.

Each member's value is the word of the contract (French, without accents); `label` is what a person reads.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A word of a closed list, with its label and an optional sentence of help."""

    label: str
    help: str

    def __new__(cls, value: str, label: str = "", help: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.help = help
        return member


class Nature(Term):
    WORKS = "travaux", "Travaux"
    SUPPLIES = "fournitures", "Fournitures"
    SERVICES = "services", "Services"


class Buyer(Term):
    STATE = "etat", "État (ministère, service déconcentré, établissement administratif de l'État)"
    LOCAL = "collectivite", "Collectivité territoriale, groupement ou établissement local"
    HEALTH = "etablissement_sante", "Établissement public de santé ou médico-social"
    OTHER_AUTHORITY = "autre_pouvoir_adjudicateur", "Autre pouvoir adjudicateur (bailleur, SEM, SPL…)"
    UTILITY = "entite_adjudicatrice", "Entité adjudicatrice (eau, énergie, transports…)"


class ContractKind(Term):
    MARKET = "marche", "Marché"
    CONCESSION = "concession", "Concession"


class Form(Term):
    ORDINARY = "ordinaire", "Marché ordinaire"
    ORDERS = "bons_de_commande", "Accord-cadre à bons de commande"
    TRANCHES = "tranches", "Marché à tranches"
    SUBSEQUENT = "marche_subsequent", "Marché subséquent d'un accord-cadre"


class Procedure(Term):
    NONE = "sans_publicite", "Sans publicité ni mise en concurrence"
    ADAPTED = "adaptee", "Procédure adaptée"
    TENDER = "appel_offres", "Appel d'offres"
    NEGOTIATED = "negociee", "Procédure avec négociation"
    DIALOGUE = "dialogue", "Dialogue compétitif"


class Ccag(Term):
    WORKS = "travaux", "CCAG Travaux"
    SUPPLIES_SERVICES = "fcs", "CCAG Fournitures courantes et services"
    INTELLECTUAL = "pi", "CCAG Prestations intellectuelles"
    IT = "tic", "CCAG Techniques de l'information et de la communication"
    INDUSTRIAL = "mi", "CCAG Marchés industriels"
    DESIGN = "moe", "CCAG Maîtrise d'œuvre"
    NONE = "aucun", "Aucun CCAG"


class Technicity(Term):
    LOW = "faible", "Faible", "Gestes simples, pris en main en quelques jours."
    MEDIUM = "moyenne", "Moyenne", "Savoir-faire de métier, sans habilitation obligatoire."
    HIGH = "forte", "Forte", "Qualification ou habilitation obligatoire (amiante, électricité, soudage…)."


class Ambition(Term):
    BASE = "socle", "Socle", "Ce que le marché fournisseur sait déjà tenir."
    ADVANCED = "avance", "Avancé", "Demande un sourcing : une partie de l'offre sait répondre."
    EXEMPLARY = "exemplaire", "Exemplaire", "Offre restreinte : à vérifier auprès des opérateurs."

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(Ambition)}


class Flag(Term):
    """What a person declares about a market or a lot, and that no figure can tell."""

    READY_MADE = (
        "solution_immediatement_disponible",
        "Solution immédiatement disponible (sur étagère, sans adaptation)",
    )
    DEFENCE = "defense_securite", "Marché de défense ou de sécurité"
    BOOK_FIVE = "livre_v", "Marché du livre V (« autres marchés publics »)"
    RENEWABLES = (
        "energies_renouvelables",
        "Installation de production ou de stockage d'énergies renouvelables",
    )
    NPNRU = "npnru", "Opération financée au titre du NPNRU"
    NPNRU_PROXIMITY = "npnru_gestion_proximite", "Gestion urbaine de proximité (NPNRU)"
    STAFF_TRANSFER = "personnel_transferable", "Reprise du personnel en place"
    OVERSEAS = "outre_mer", "Exécution outre-mer"
    RESERVED_IAE = "reserve_siae", "Réservé aux structures d'insertion par l'activité économique"
    RESERVED_DISABILITY = "reserve_handicap", "Réservé aux entreprises adaptées et aux ESAT"
    RESERVED_SSE = "reserve_ess", "Réservé aux entreprises de l'économie sociale et solidaire"
    RESERVED_PRISON = "reserve_penitentiaire", "Réservé au travail en établissement pénitentiaire"
    SENSITIVE_SITE = "site_sensible", "Site sensible (secret, accès contrôlé, milieu pénitentiaire)"
    SOCIAL_SERVICES = "services_sociaux_specifiques", "Services sociaux et autres services spécifiques"
    ELECTRONIC_AUCTION = "enchere_electronique", "Enchère électronique"
    WORKSHOP_OPEN = "atelier_accessible", "L'atelier est accessible aux personnes en insertion"
    OCCUPIED_SITE = "site_occupe", "Travaux ou prestations en site occupé"


RESERVED_FLAGS = frozenset({Flag.RESERVED_IAE, Flag.RESERVED_DISABILITY, Flag.RESERVED_SSE, Flag.RESERVED_PRISON})


class Factor(Term):
    """What adjusts a rate of the calibrage beside the tables; each may be set aside, with its reason."""

    TECHNICITY = "technicite", "Technicité"
    SITE = "site_sensible", "Site sensible"
    ILE_DE_FRANCE = "ile_de_france", "Majoration d'Île-de-France"
    INDEXATION = "indexation", "Actualisation annuelle du coût horaire"


class Role(Term):
    """Who proposed a change of the calibrage: a role, never a name."""

    BUYER = "acheteur", "l'acheteur"
    FACILITATOR = "facilitateur", "le facilitateur"


class ProposedFigure(Term):
    """Figures of the calibrage that the facilitateur's opinion may propose, lot by lot."""

    HOURS = "heures", "Heures d'insertion"
    LABOUR_SHARE = "part_main_oeuvre", "Part de main-d'œuvre"
    HOURLY_COST = "cout_horaire", "Coût horaire chargé"
    EFFORT = "taux_effort", "Taux d'effort d'insertion"
    STAFF = "effectif", "Effectif prévu"
    ESTIMATED_HOURS = "heures_dpgf", "Heures d'exécution prévues"
    TRANSFERABLE_HOURS = "personnel_transferable_heures_mois", "Heures mensuelles du personnel transférable"


class OpinionSense(Term):
    """What the facilitateur concludes, at the step « montage du dossier »."""

    AGREED = "favorable", "Accord", "Le calibrage et les clauses conviennent tels quels."
    CHANGES = (
        "favorable_avec_modifications",
        "Accord avec modifications",
        "La clause convient, avec les chiffres ou les remarques que vous proposez.",
    )
    NO_CLAUSE = "sans_clause", "Pas de clause", "L'insertion ne convient pas à ce marché : dites pourquoi."


class Outcome(Term):
    """What the buyer answered to a figure that was proposed."""

    PENDING = "en_attente", "En attente"
    ACCEPTED = "acceptee", "Acceptée"
    REFUSED = "refusee", "Refusée"


class ThresholdBasis(Term):
    MARKET = "marche", "Valeur de tous les lots"
    LOT = "lot", "Valeur de chaque lot"


class CriterionKind(Term):
    PRICE = "prix", "Prix"
    COST = "cout", "Coût (global ou du cycle de vie)"
    TECHNICAL = "technique", "Valeur technique"
    ENVIRONMENT = "environnement", "Environnement"
    SOCIAL = "social", "Social"
    DELAY = "delai", "Délai"
    OTHER = "autre", "Autre"


class Piece(Term):
    """The pieces of the tender file that a clause may write into."""

    CCAP = "CCAP", "Cahier des clauses administratives particulières"
    CCTP = "CCTP", "Cahier des clauses techniques particulières"
    RC = "RC", "Règlement de la consultation"
    AE = "AE", "Annexe à l'acte d'engagement"


class Choice(Term):
    KEEP = "garder", "Garder"
    WITHDRAW = "retirer", "Retirer"
    ADAPT = "adapter", "Adapter"
