"""The ways of doing insertion hours that the clause admits, and the words of the clause each one stands for."""

from __future__ import annotations

from drafter.vocabulary import Term


class Mode(Term):
    DIRECT = "embauche_directe", "Embauche directe"
    SECONDMENT = "mise_a_disposition", "Mise à disposition"
    SUBCONTRACT = "sous_traitance", "Sous-traitance ou cotraitance"
    TRAINING = "formation", "Formation"


class Way(Term):
    """A line of the list that the workbook offers. The identifiers never change, the labels may."""

    HIRED = "embauche", "Embauche directe : CDI ou CDD"
    APPRENTICE = "alternance", "Embauche directe : apprentissage ou professionnalisation"
    AI = "ai", "Mise à disposition : association intermédiaire (AI)"
    ETTI = "etti", "Mise à disposition : entreprise de travail temporaire d'insertion (ETTI)"
    EATT = "eatt", "Mise à disposition : entreprise adaptée de travail temporaire (EATT)"
    GEIQ = "geiq", "Mise à disposition : groupement d'employeurs pour l'insertion (GEIQ)"
    ETT = "ett", "Mise à disposition : entreprise de travail temporaire (ETT)"
    EI = "ei", "Sous-traitance ou cotraitance : entreprise d'insertion (EI)"
    ACI = "aci", "Sous-traitance ou cotraitance : atelier et chantier d'insertion (ACI)"
    REGIE = "regie", "Sous-traitance ou cotraitance : régie de quartier ou de territoire"
    EA = "ea", "Sous-traitance ou cotraitance : entreprise adaptée (EA)"
    ESAT = "esat", "Sous-traitance ou cotraitance : ESAT"
    EITI = "eiti", "Sous-traitance ou cotraitance : travail indépendant d'insertion (EITI)"
    TIH = "tih", "Sous-traitance ou cotraitance : travailleur indépendant handicapé"
    TRAINING = "formation", "Formation rémunérée, sur le temps de travail"

    @property
    def mode(self) -> Mode:
        if self in (Way.HIRED, Way.APPRENTICE):
            return Mode.DIRECT
        if self in (Way.AI, Way.ETTI, Way.EATT, Way.GEIQ, Way.ETT):
            return Mode.SECONDMENT
        return Mode.TRAINING if self is Way.TRAINING else Mode.SUBCONTRACT


CLAUSE_WORDS = {
    Way.HIRED: "contrat à durée indéterminée ou déterminée",
    Way.APPRENTICE: "contrat d'apprentissage ou contrat de professionnalisation",
    Way.AI: "une association intermédiaire",
    Way.ETTI: "une entreprise de travail temporaire d'insertion",
    Way.EATT: "une entreprise adaptée de travail temporaire",
    Way.GEIQ: "un groupement d'employeurs pour l'insertion et la qualification",
    Way.ETT: "ou une entreprise de travail temporaire",
    Way.EI: "une entreprise d'insertion,",
    Way.ACI: "un atelier et chantier d'insertion",
    Way.REGIE: "une régie de quartier ou de territoire",
    Way.EA: "une entreprise adaptée,",
    Way.ESAT: "un établissement ou service d'accompagnement par le travail",
    Way.EITI: "une entreprise d'insertion par le travail indépendant",
    Way.TIH: "un travailleur indépendant handicapé",
    Way.TRAINING: "heures de formation suivies sur le temps de travail",
}
"""A test finds each of these in the clause: a way that the clause no longer admits cannot stay in the workbook."""
