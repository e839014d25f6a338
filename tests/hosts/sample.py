"""A small set of pieces with everything the real ones hold: references, lists, tables, blanks, derogations."""

from __future__ import annotations

from drafter.draft.blocks import Blank, Block, Document, Heading, ListBlock, Paragraph, Ref, Table, Text

AUTHOR = "Service des marchés (outil)"


NOTES = ("Pourquoi\u00a0: un < deux & trois.", "Base légale\u00a0: le 1er article.")


def para(*inlines: Text | Blank | Ref | str, origin: str = "social.insertion.heures") -> Paragraph:
    return Paragraph(tuple(Text(item) if isinstance(item, str) else item for item in inlines), origin=origin)


def social() -> tuple[Block, ...]:
    origin = "social.insertion.heures"
    return (
        Heading(1, "Clause d’insertion sociale", f"{origin}#insertion", origin=origin, notes=NOTES),
        Heading(2, "Objet", f"{origin}#objet", origin=origin),
        para(
            "Le titulaire réserve ",
            Text("690 heures", strong=True, value=True),
            " & plus, selon l’article ",
            Ref(f"{origin}#suivi"),
            ".",
        ),
        para("Le facilitateur est ", Blank("nom du facilitateur"), "."),
        ListBlock(
            ((Text("l’embauche directe ;"),), (Text("la mise à disposition <ou> la sous-traitance."),)), origin=origin
        ),
        Heading(2, "Suivi", f"{origin}#suivi", origin=origin),
        para("Il remet les documents suivants :"),
        Table(
            "Documents de suivi", ("Document", "Échéance"), ((((Text("Bilan"),), (Text("15 jours"),))),), origin=origin
        ),
        para("Dans l’ordre :"),
        ListBlock(((Text("il prévient ;"),), (Text("il attend."),)), ordered=True, origin=origin),
        Heading(2, "Pénalités", f"{origin}#penalites", origin=origin),
        para("Chaque heure manquante coûte 24,62 €, sauf le cas de l’article ", Ref(f"{origin}#suivi"), "."),
        Heading(2, "Attestation", f"{origin}#attestation", origin=origin),
        para("Elle est délivrée à la fin."),
    )


def green() -> tuple[Block, ...]:
    origin = "env.transverse.article"
    return (
        Heading(1, "Clause environnementale", f"{origin}#environnement", origin=origin),
        Heading(2, "Référent", f"{origin}#referent", origin=origin),
        para("Le titulaire désigne un référent.", origin=origin),
        Heading(2, "Pénalités environnementales", f"{origin}#penalites", origin=origin, notes=NOTES[:1]),
        para("Les manquements donnent lieu à une pénalité de 100 €.", origin=origin),
    )


def derogations() -> tuple[Block, ...]:
    row = (
        (Text("Article "), Ref("social.insertion.heures#penalites")),
        (Text("Article 14 du CCAG-FCS"),),
        (Text("Plafond propre"),),
    )
    return (
        Heading(1, "Dérogations au CCAG"),
        Paragraph((Text("À reporter dans le dernier article."),), "note"),
        para("Les articles ci-dessous dérogent au CCAG-FCS :", origin=""),
        Table("Dérogations au CCAG", ("Article du présent document", "Article du CCAG", "Objet"), (row,)),
    )


def documents() -> dict[str, Document]:
    note = Paragraph((Text("Section à insérer."),), "note")
    trace = Paragraph((Text("Traçabilité : tableau à retirer."),), "note")
    versions = Table("Clauses employées", ("Clause",), (((Text("une clause"),),),))
    criterion = Heading(1, "Critère d’attribution environnemental")
    return {
        "ccap": Document(
            "ccap",
            "Clauses",
            "",
            (note, *social(), *green(), *derogations(), trace, versions),
            ("nom du facilitateur",),
        ),
        "cctp": Document(
            "cctp",
            "Exigences",
            "",
            (
                note,
                Heading(1, "Spécifications techniques"),
                Heading(2, "Produits"),
                para("Les produits sont concentrés.", origin="env.x"),
                trace,
            ),
        ),
        "rc": Document(
            "rc",
            "RC",
            "",
            (
                Heading(1, "Conditions d’exécution sociales"),
                para("La clause s’impose."),
                criterion,
                para("Le critère pèse 15 %."),
                trace,
            ),
        ),
        "ae": Document(
            "ae",
            "Annexe à l’acte d’engagement : insertion sociale",
            "",
            (Heading(1, "Engagement"), para("Le candidat s’engage."), trace),
        ),
    }
