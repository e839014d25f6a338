"""A piece with everything the model allows, long enough to turn pages. Its law and figures are invented."""

from __future__ import annotations

from drafter.draft.blocks import Blank, Document, Heading, Inlines, ListBlock, Paragraph, Ref, Table, Text

NB = "\u00a0"


def _t(text: str) -> Inlines:
    return (Text(text),)


def _row(*cells: str) -> tuple[Inlines, ...]:
    return tuple(_t(cell) for cell in cells)


BODY = (
    "Le titulaire réserve à des personnes éloignées de l’emploi une part des heures travaillées pour "
    "l’exécution du marché. Cette obligation est une condition d’exécution au sens de "
    f"l’article{NB}L.{NB}2112-2 du code de la commande publique{NB}; elle ne peut faire l’objet d’aucune "
    "réserve ni variante, et son coût est réputé compris dans les prix du marché."
)

SAMPLE = Document(
    piece="ccap",
    title="Cahier des clauses administratives particulières",
    subtitle="Clauses sociales et environnementales",
    properties={"Date d’application": "2026-10-01", "Clauses": "SOC-01@2 ENV-04@1"},
    blanks=("nom du facilitateur", "courriel du facilitateur", "délai de remise du bilan annuel"),
    blocks=(
        Paragraph(
            _t(
                "Les présents articles complètent le cahier des clauses administratives particulières. Ils "
                "s’appliquent à tous les lots, sauf mention contraire."
            ),
            role="intro",
        ),
        Heading(1, "Insertion par l’activité économique", key="insertion", number="1"),
        Heading(2, "Engagement du titulaire", key="engagement", number="1.1"),
        Paragraph(_t(BODY)),
        Paragraph(
            (
                Text("Le volume minimal est de "),
                Text(f"1{NB}240{NB}heures", strong=True, value=True),
                Text(f" sur la durée du marché, soit 48{NB}mois à compter du 1er octobre 2026. "),
                Text("Il se répartit comme l’indique le tableau ci-dessous.", emph=True),
            )
        ),
        Table(
            caption="Répartition des heures d’insertion par lot",
            header=("Lot", "Intitulé", f"Montant estimé (€{NB}HT)", "Heures"),
            rows=(
                _row("1", "Nettoyage courant des locaux", f"150{NB}000,00", "800"),
                _row("2", "Vitrerie", f"36{NB}000,00", "240"),
                _row("3", "Entretien des espaces extérieurs", f"30{NB}000,00", "200"),
                _row("", "Total", f"216{NB}000,00", f"1{NB}240"),
            ),
            widths=(1, 6, 3, 2),
            numeric=frozenset({2, 3}),
            total_row=True,
        ),
        Paragraph(
            (
                Text("Le facilitateur est "),
                Blank("nom du facilitateur"),
                Text(", joignable à l’adresse "),
                Blank("courriel du facilitateur"),
                Text(". Il accompagne le titulaire dès la notification, comme le prévoit l’"),
                Ref("suivi", "article 2"),
                Text(" et, pour les pénalités, l’"),
                Ref("penalites", "article 2.2.1"),
                Text("."),
            )
        ),
        Paragraph(
            _t(
                "Le volume proposé tient compte de la part de main-d’œuvre du segment. Il peut être réduit "
                "si les publics manquent dans le bassin d’emploi ; le motif est alors versé au dossier."
            ),
            role="note",
        ),
        Paragraph(_t("Le total des heures est un minimum : il ne peut être compensé entre les lots."), role="note"),
        Heading(2, "Publics concernés", key="publics", number="1.2"),
        Paragraph(_t(f"Sont éligibles, à la date de leur première affectation au marché{NB}:")),
        ListBlock(
            (
                _t(
                    f"les demandeurs d’emploi de longue durée, inscrits depuis douze mois au "
                    f"moins{NB}; la durée s’apprécie au jour de l’embauche et peut être justifiée par tout "
                    f"moyen{NB};"
                ),
                _t(f"les bénéficiaires du revenu de solidarité active{NB};"),
                _t(f"les jeunes de moins de vingt-six ans suivis par une mission locale{NB};"),
                _t("les personnes reconnues travailleurs handicapés."),
            )
        ),
        Paragraph(_t("L’éligibilité est vérifiée par le facilitateur avant toute affectation. " + BODY)),
        Heading(2, "Modalités de mise en œuvre", number="1.3"),
        Paragraph(_t(f"Le titulaire choisit une ou plusieurs des modalités suivantes{NB}:")),
        ListBlock(
            (
                _t("l’embauche directe, en contrat à durée indéterminée ou déterminée ;"),
                _t("la mise à disposition par une association intermédiaire ou une entreprise de travail ;"),
                _t("la sous-traitance à une structure d’insertion, dans les conditions du 2e alinéa."),
            ),
            ordered=True,
        ),
        Paragraph(_t("À défaut de choix exprimé dans les quinze jours, le titulaire :")),
        ListBlock(
            (
                _t("reçoit du facilitateur une liste de structures ;"),
                _t("propose un plan d’embauche sous dix jours."),
            ),
            ordered=True,
        ),
        Heading(1, "Suivi et contrôle", key="suivi", number="2"),
        Paragraph(_t(BODY)),
        Heading(2, "Pièces à remettre", number="2.1"),
        Paragraph(
            (
                Text("Le titulaire remet les pièces du tableau suivant dans un délai de "),
                Blank("délai de remise du bilan annuel"),
                Text(" après chaque échéance."),
            )
        ),
        Table(
            caption="Calendrier de suivi de la clause",
            header=("Échéance", "Pièce", "Contenu attendu", "Jours"),
            rows=tuple(
                _row(
                    f"Mois {month}",
                    "Relevé d’heures" if month % 3 else "Bilan trimestriel",
                    "Heures réalisées par personne, par modalité et par site, avec les justificatifs."
                    if month % 3
                    else "Synthèse des heures, des formations suivies, des sorties, et des écarts expliqués.",
                    str(10 + month % 3 * 5),
                )
                for month in range(1, 37)
            ),
            widths=(2, 3, 7, 1),
            numeric=frozenset({3}),
        ),
        Heading(2, "Manquements", number="2.2"),
        Heading(3, "Pénalités", key="penalites", number="2.2.1"),
        Paragraph(
            (
                Text("Sans préjudice de l’"),
                Ref("insertion", "article 1"),
                Text(", chaque heure non réalisée donne lieu à une pénalité de "),
                Text(f"60,00{NB}€", value=True),
                Text(" après mise en demeure restée sans effet. "),
                Text(BODY),
            )
        ),
        Heading(3, "Résiliation", number="2.2.2"),
        Paragraph(_t(BODY)),
        Heading(1, "Clauses environnementales", number="3"),
        Heading(2, "Produits et consommables", number="3.1"),
        *(Paragraph(_t(BODY)) for _ in range(3)),
        Heading(2, "Transport et déchets", number="3.2"),
        *(Paragraph(_t(BODY)) for _ in range(3)),
        Table(
            caption="Indicateurs environnementaux",
            header=("Indicateur", "Cible"),
            rows=(_row("Part de produits écolabellisés", f"80{NB}%"), _row("Déchets triés", f"95{NB}%")),
            widths=(3, 1),
            numeric=frozenset({1}),
        ),
    ),
)
