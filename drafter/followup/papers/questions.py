"""Answers ready for what bidders ask while the consultation runs (step 3): each says what the pieces already say."""

from __future__ import annotations

from drafter import french
from drafter.draft.blocks import Block, Document, Heading, Inline
from drafter.followup.papers.common import blank, bullets, due_table, paper, said
from drafter.followup.plan import Plan
from drafter.followup.terms import Terms, capital
from drafter.vocabulary import Flag

FILE = "reponses-aux-candidats.docx"


def answers(plan: Plan, terms: Terms) -> Document:
    words = terms.words

    def value(name: str) -> str:
        return french.show(terms.value(name))

    penalty = french.show(terms.per_hour) if terms.per_hour else "Le montant fixé à la clause,"
    asked: list[tuple[str, str]] = [
        (
            "Peut-on proposer moins d'heures, ou émettre une réserve ?",
            "Non. C'est une condition d'exécution : elle s'impose à tous les candidats, n'est ni négociable ni notée. "
            "Une offre qui la refuse, la réduit ou l'assortit d'une réserve est irrégulière.",
        ),
        (
            "Faut-il embaucher soi-même ?",
            f"Non. {capital(words.the_holder)} choisit ou combine trois modes : l'embauche directe, la mise à "
            "disposition (AI, ETTI, EATT, GEIQ, ETT), la sous-traitance ou la cotraitance (EI, ACI, régie, EA, ESAT, "
            "EITI, travailleur indépendant handicapé). Aucune structure n'est imposée.",
        ),
        (
            "Un contrat d'apprentissage ou de professionnalisation compte-t-il ?",
            "Oui, si la personne est éligible : l'éligibilité s'apprécie avant la mise à l'emploi, sur sa situation et "
            "non sur son contrat.",
        ),
        (
            "La formation compte-t-elle ?",
            "Oui, si elle est suivie sur le temps de travail, rémunérée et utile au poste, dans la limite de "
            f"{value('part_formation')} du volume dû.",
        ),
        (
            "Les heures d'un sous-traitant ou d'un cotraitant comptent-elles ?",
            f"Oui, comme celles {words.of_holder}, quel que soit le rang. Elles se prouvent par un "
            "relevé d'heures ; le "
            "montant sous-traité ne suffit pas.",
        ),
        (
            "Combien de temps une personne est-elle comptée ?",
            f"{value('duree_eligibilite')} à partir de sa première prise de poste au titre d'une clause d'insertion, y "
            "compris en contrat à durée indéterminée.",
        ),
        (
            "Doit-on nommer des personnes dans l'offre ?",
            "Non : ni nom, ni curriculum vitæ, ni information sur une situation. De tels documents "
            "ne sont pas examinés.",
        ),
        (
            "Peut-on regrouper les heures de plusieurs marchés ?",
            "Oui, sur demande et après l'accord écrit du facilitateur, pour un même bénéficiaire et "
            "dans le même bassin "
            "d'emploi. Aucune heure n'est comptée deux fois.",
        ),
        (
            "Et si personne ne se présente au poste ?",
            f"Il faut le signaler par écrit dans les {value('delai_difficulte')}, pièces jointes. La "
            "réponse vient dans "
            f"les {value('delai_remede')}. Les heures que ni {words.buyer} ni le facilitateur n'ont permis de réaliser "
            "ne sont plus dues à la fin de l'exécution.",
        ),
        (
            "Quelles pénalités ?",
            f"{penalty} par heure due et non réalisée, après une mise en demeure de "
            f"{value('delai_mise_en_demeure')} et "
            f"des observations ; {french.euros(terms.document_day)} par jour et par document de suivi "
            "après relance. Le "
            f"total est plafonné à {value('plafond_insertion')} du {words.amount}.",
        ),
        (
            "Faire plus d'heures donne-t-il droit à un supplément ?",
            "Non. Le dépassement est mentionné dans l'attestation de bonne exécution.",
        ),
    ]
    if plan.orders:
        asked.insert(0, ("Combien d'heures, sans volume garanti ?", _ordered(plan)))
    if any(Flag.STAFF_TRANSFER in lot.scope.flags for lot in plan.result.understanding.lots):
        asked.append(
            (
                "Un salarié repris du précédent titulaire compte-t-il ?",
                "Seulement si son éligibilité a été visée lors de son recrutement initial, et dans la limite de "
                f"{value('duree_eligibilite')}.",
            )
        )
    contact: tuple[Inline, ...] = (blank("nom et adresse électronique générique de la structure facilitatrice"),)
    blocks: list[Block] = [
        said(
            "Document interne, pour répondre pendant la consultation. Chaque réponse reprend ce que "
            "disent les pièces ; "
            "si l'une diffère de vos pièces, vos pièces font foi. Envoyez toute réponse à tous les candidats, dans les "
            "mêmes termes, par votre profil d'acheteur."
        ),
        due_table(plan),
    ]
    for question, answer in asked:
        blocks += [Heading(2, french.typeset(question)), said(answer)]
    blocks += [
        Heading(2, french.typeset("Qui est éligible ?")),
        bullets(terms.listed("publics")),
        Heading(2, french.typeset("À qui s'adresser ?")),
        said(
            "Au facilitateur : ",
            *contact,
            ". Il donne les mêmes informations à tous et ne participe ni à la rédaction ni à l'analyse des offres.",
        ),
    ]
    return paper(
        plan, "Réponses aux questions des candidats", [Heading(1, french.typeset("Clause d'insertion")), *blocks]
    )


def _ordered(plan: Plan) -> str:
    told = (
        "Le volume suit les commandes : seule une tranche révolue de montants commandés ouvre l'obligation. Le volume "
        "donné pour l'estimation est indicatif."
    )
    least = [
        f"{lot.name.lower() + ', ' if lot.number else ''}{french.hours(lot.ratio.at_minimum)}"
        for lot in plan.lots
        if lot.ratio and lot.ratio.at_minimum
    ]
    if not least:
        return told
    return f"{told} Le volume au montant minimum est dû dès que les commandes l'atteignent : {french.joined(least)}."
