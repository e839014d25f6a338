"""The kick-off meeting: its agenda with a table of decisions, and one page that everyone keeps."""

from __future__ import annotations

from datetime import timedelta

from drafter import french
from drafter.draft.blocks import Block, Document, Paragraph, Text
from drafter.draft.render import text
from drafter.facts import HoursDecision
from drafter.followup.papers.common import (
    Cell,
    article,
    blank,
    bullets,
    dates_said,
    due_table,
    heading,
    line,
    paper,
    rule,
    said,
    table,
)
from drafter.followup.plan import Plan
from drafter.followup.terms import Terms, capital

AGENDA_FILE, REMINDER_FILE = "reunion-de-lancement-ordre-du-jour.docx", "reunion-de-lancement-aide-memoire.docx"


def agenda(plan: Plan, terms: Terms) -> Document:
    words = terms.words
    by = plan.notification.day + timedelta(days=terms.days("delai_reunion"))
    items = [
        "La clause : heures dues, périmètre, calendrier.",
        "Les publics et la fiche d'éligibilité, visée par le facilitateur avant la prise de poste.",
        f"Les modes de réalisation que {words.the_holder} envisage : embauche directe, mise à disposition, "
        "sous-traitance ou cotraitance avec une structure d'insertion.",
        f"Le calendrier prévisionnel remis par {words.the_holder} : postes, modes, heures par trimestre.",
        "Les documents de suivi, leurs échéances et le dépôt sécurisé des documents nominatifs.",
        "Les difficultés : comment les signaler, qui répond, dans quel délai.",
        "Les pénalités, la mise en demeure et les observations.",
        "La fin : bilan final, décompte, attestation.",
    ]
    if any(lot.decision is HoursDecision.POOLED for lot in plan.result.calibration.with_clause):
        items.insert(3, "La globalisation avec d'autres marchés du même bassin d'emploi : le parcours est court.")
    if plan.orders:
        items.insert(5, "L'état des commandes par titulaire, transmis au facilitateur chaque trimestre.")
    blocks: list[Block] = [
        said(
            "Réunion de mise au point prévue par ",
            *article(terms, "facilitateur"),
            f", dans les {french.show(terms.value('delai_reunion'))} suivant la notification, soit au plus tard le "
            f"{french.day(by)}. {dates_said(plan)}",
        ),
        said("Date et heure : ", blank("date et heure"), ". Lieu : ", blank("lieu de la réunion"), "."),
        heading("Participants"),
        table(
            "Participants, par fonction",
            ("Partie", "Fonction", "Coordonnées professionnelles"),
            [
                (
                    capital(words.buyer),
                    blank("fonction du responsable du contrat"),
                    blank("téléphone, adresse électronique"),
                ),
                (
                    capital(words.the_holder),
                    blank("fonction du correspondant de la clause"),
                    blank("téléphone, adresse électronique du correspondant"),
                ),
                ("Le facilitateur", blank("structure facilitatrice"), blank("adresse électronique générique")),
            ],
            (3, 5, 5),
        ),
        heading("Ordre du jour"),
        bullets(items, ordered=True),
        heading("Heures dues"),
        due_table(plan),
        heading("Relevé de décisions"),
        table(
            "Décisions prises en réunion",
            ("Point", "Décision", "Qui", "Pour le"),
            [
                (name, "", "", "")
                for name in ("Modes retenus", "Calendrier prévisionnel", "Dépôt sécurisé", "Autre point")
            ],
            (3, 6, 3, 2),
        ),
        Paragraph(
            text(
                "Aucun nom de bénéficiaire ni document d'éligibilité n'est examiné en réunion : le facilitateur seul "
                "les reçoit."
            )
        ),
    ]
    return paper(plan, "Réunion de lancement : ordre du jour", blocks)


def reminder(plan: Plan, terms: Terms) -> Document:
    words = terms.words

    def value(name: str) -> str:
        return french.show(terms.value(name))

    penalty = french.show(terms.per_hour) if terms.per_hour else "Le montant fixé à la clause"
    rows: list[tuple[Cell, ...]] = [
        (
            "Heures dues",
            line(" ; ".join(f"{lot.name} : {rule(lot)}" if lot.number else rule(lot) for lot in plan.lots)),
        ),
        (
            "Avant l'embauche",
            f"Fiche d'éligibilité au facilitateur {value('delai_eligibilite')} au moins avant la prise de poste. Les "
            "heures antérieures au visa ne comptent pas, sauf fiche transmise à temps et visée ensuite.",
        ),
        (
            "Ce qui compte",
            "Les heures travaillées pour le contrat, une pour une, y compris chez un sous-traitant (relevé d'heures). "
            f"La formation rémunérée sur le temps de travail, jusqu'à {value('part_formation')} du volume dû.",
        ),
        ("Ce qui ne compte pas", "Les heures du tuteur, les congés, les absences, les heures payées non travaillées."),
        (
            "Chaque mois",
            f"Relevé des heures au facilitateur seul, {value('delai_releve')} après la fin du mois ; « néant » un mois "
            "sans heure.",
        ),
        (
            "Chaque trimestre civil",
            f"Bilan d'avancement, sans nom, {words.of_buyer.replace('de ', 'à ', 1)} et au facilitateur, "
            f"{value('delai_releve')} après la fin du trimestre."
            + (" L'acheteur envoie l'état des commandes au facilitateur." if plan.orders else ""),
        ),
        (
            "En cas de difficulté",
            f"La signaler par écrit dans les {value('delai_difficulte')}, pièces jointes. Réponse dans les "
            f"{value('delai_remede')} ; sans réponse, l'obligation est suspendue pour les heures concernées.",
        ),
        (
            "Pénalités",
            f"{penalty} par heure due et non réalisée, après mise en demeure de {value('delai_mise_en_demeure')} ; "
            f"{french.euros(terms.document_day)} par jour et par document après relance de "
            f"{terms.reminder_days} jours, "
            f"dans la limite de {french.euros(terms.document_most)} par document. Plafond : "
            f"{value('plafond_insertion')} du {words.amount}.",
        ),
        (
            "À la fin",
            f"Bilan final {value('delai_bilan')} après la fin de l'exécution ; décompte sous "
            f"{value('delai_attestation')} ; attestation quand toutes les heures dues sont réalisées.",
        ),
        (
            "Le facilitateur",
            line(
                blank("structure"), Text(", "), blank("adresse électronique générique"), Text(", "), blank("téléphone")
            ),
        ),
    ]
    blocks: list[Block] = [
        said(f"L'essentiel de la clause d'insertion, pour {words.the_holder}. Le {words.piece} fait foi."),
        table("La clause en une page", ("Sujet", "Règle"), rows, (3, 11)),
    ]
    return paper(plan, "Clause d'insertion : aide-mémoire", blocks)
