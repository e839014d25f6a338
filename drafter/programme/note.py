"""The note de synthèse: what a director reads of a programme in two pages."""

from __future__ import annotations

from fractions import Fraction

from drafter import french
from drafter.draft.blocks import Block, Chart, Document, Heading, Inlines, ListBlock, Paragraph, Series, Table
from drafter.draft.numbering import numbered
from drafter.draft.render import text
from drafter.library import Library
from drafter.programme.indicators import indicators
from drafter.programme.lever import Lever
from drafter.programme.settings import Settings
from drafter.programme.summary import Outcome, Summary
from drafter.programme.timing import Priority
from drafter.programme.workbook import FILE_NAME as WORKBOOK
from drafter.values import Hours, Rate

FILE_NAME = "note-de-synthese.docx"
MOST_MARKETS, MOST_SEGMENTS, LONGEST, LONGEST_REFERENCE = 8, 5, 60, 16


def compose_summary_note(summary: Summary, source: str, settings: Settings, library: Library) -> Document:
    """Plain blocks, the same as any piece. `source` is the name of the file that was read."""
    blocks: list[Block] = [
        Paragraph(text(_opening(summary, settings)), "intro"),
        Heading(1, french.typeset("Ce qu'il faut décider")),
        ListBlock(tuple(text(line) for line in _decisions(summary))),
        Heading(1, french.typeset("Par quoi commencer")),
        *_urgent(summary),
        Heading(1, french.typeset("Où sont les heures d'insertion")),
        *_segments(summary),
        Heading(1, french.typeset("Considérations sociales et environnementales")),
        _shares(summary, library),
        Paragraph(
            text(
                "Ces parts supposent que toutes les propositions sont suivies. Chaque définition, sa source et sa "
                f"certitude sont dans la feuille « Synthèse » du classeur {WORKBOOK}."
            )
        ),
        Heading(1, french.typeset("Ce qui reste à préciser")),
        ListBlock(tuple(text(line) for line in _open_points(summary, settings))),
    ]
    return Document(
        "programme",
        french.typeset("Revue des marchés : note de synthèse"),
        french.typeset(f"Pré-diagnostic insertion et environnement, {source}"),
        numbered(blocks),
        (),
        {"bibliotheque": library.info.version},
        articles=False,
    )


def _opening(summary: Summary, settings: Settings) -> str:
    markets = french.plural(summary.analysed, "marché")
    return (
        f"Au {french.day(settings.on)}, le programme compte {markets} "
        f"pour {french.number(round(summary.all.amount))} € HT. "
        f"Il peut porter {french.number(summary.advised)} heures d'insertion "
        f"(de {french.number(summary.low)} à {french.number(summary.high)}), à confirmer avec le facilitateur."
    )


def _decisions(summary: Summary) -> list[str]:
    levers = [
        f"{Lever(name).label.lower()} : {french.plural(count, 'marché')}"
        for name in (str(lever) for lever in Lever)
        if (count := summary.levers[name])
    ]
    lines = [f"Leviers sociaux proposés, un par marché : {' ; '.join(levers)}."] if levers else []
    if summary.social_due or summary.social_unsure:
        line = f"Une condition d'exécution sociale est obligatoire pour {french.plural(summary.social_due, 'marché')}"
        if summary.social_unsure:
            line += f" ; elle est à préciser pour {french.plural(summary.social_unsure, 'marché')}"
        lines.append(f"{line}.")
    if summary.late:
        lines.append(
            f"La date conseillée pour saisir le facilitateur est déjà passée pour "
            f"{french.plural(summary.late, 'marché')} : saisissez-le sans attendre."
        )
    return lines or ["Aucun marché n'a pu être analysé : voyez ce qui reste à préciser."]


def _urgent(summary: Summary) -> list[Block]:
    chosen = [item for item in summary.urgent if item["levier"] != str(Lever.NONE)][:MOST_MARKETS]
    if not chosen:
        return [Paragraph(text("Aucun marché ne porte de levier social."))]
    rows = tuple(_urgent_row(item) for item in chosen)
    return [
        Table(
            french.typeset("Marchés à présenter d'abord au facilitateur"),
            tuple(map(french.typeset, ("Marché", "Levier proposé", "Heures", "Saisir avant le", "Priorité"))),
            rows,
            widths=(9, 4, 2, 4, 3),
            numeric=frozenset({2}),
        )
    ]


def _urgent_row(item: Outcome) -> tuple[Inlines, ...]:
    reference = item["reference"] if len(item["reference"]) <= LONGEST_REFERENCE else ""
    name = " ".join(filter(None, (reference, item["objet"])))
    day = "à préciser" if item["lancement_par_defaut"] else _day(item["saisir_facilitateur_le"])
    return (
        text(_short(name)),
        text(Lever(item["levier"]).label),
        text(french.number(item["heures"]["conseille"]), strong=True),
        text(day + (" (passé)" if item["date_passee"] else "")),
        text(Priority(item["priorite"]).label.partition(" ")[2]),
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"


def _segments(summary: Summary) -> list[Block]:
    ranked = [(name, group) for name, group in summary.ranked(summary.segments) if group.hours]
    if not ranked:
        return [Paragraph(text("Aucune heure d'insertion n'est proposée."))]
    first = ranked[:MOST_SEGMENTS]
    rest = ranked[MOST_SEGMENTS:]
    rows = [(name, group.markets, group.hours) for name, group in first]
    if rest:
        rows.append(
            (
                f"Autres segments ({len(rest)})",
                sum(group.markets for _, group in rest),
                sum(group.hours for _, group in rest),
            )
        )
    table = Table(
        french.typeset("Heures conseillées par segment d'achat"),
        tuple(map(french.typeset, ("Segment", "Marchés", "Heures conseillées"))),
        tuple(
            (text(name), text(french.number(markets)), text(french.number(hours), strong=True))
            for name, markets, hours in rows
        ),
        widths=(8, 3, 4),
        numeric=frozenset({1, 2}),
    )
    quarters = summary.quarter_rows(6)
    chart = Chart(
        french.typeset("Heures conseillées par trimestre civil"),
        french.typeset(
            f"Diagramme en barres : une barre pour chacun des {len(quarters)} trimestres. Les mêmes nombres sont dans "
            f"la feuille « Synthèse » du classeur {WORKBOOK}."
        ),
        tuple(name for name, _ in quarters),
        (Series("Heures conseillées", tuple(Hours(hours) for _, hours in quarters), main=True),),
        unit="h",
    )
    return [table, chart]


def _shares(summary: Summary, library: Library) -> Table:
    return Table(
        french.typeset("Parts prévisionnelles au sens du SPASER et du PNAD"),
        tuple(map(french.typeset, ("Indicateur", "Valeur"))),
        tuple((text(item.name), text(item.figure, strong=True)) for item in indicators(summary, library)),
        widths=(9, 6),
    )


def _open_points(summary: Summary, settings: Settings) -> list[str]:
    lines = []
    most, name = summary.largest
    if summary.analysed > 1 and 2 * most > summary.advised:
        share = french.percent(Rate(round(Fraction(most, summary.advised), 2)))
        lines.append(
            f"Un seul marché porte {share} des heures : « {_short(name)} ». Vérifiez son montant et sa durée avant de "
            "citer le total."
        )
    if summary.faulty:
        lines.append(
            f"{french.plural(summary.faulty, 'marché')} à reprendre dans le fichier : la feuille « À reprendre » dit "
            "la ligne, la colonne et quoi écrire."
        )
    if summary.defaulted_launch:
        lines.append(
            f"{french.plural(summary.defaulted_launch, 'marché')} sans date de lancement : le droit est lu au "
            f"{french.day(settings.default_launch)}, et aucune date de saisine n'est sûre."
        )
    lines.append(
        "Les obligations dépendent du statut de l'acheteur, du montant et de la date de lancement : une colonne qui "
        "manque les laisse à préciser."
    )
    lines.append(
        f"Délais employés : rédaction {settings.writing_months} mois avant le lancement, facilitateur "
        f"{settings.facilitator_weeks} semaines avant la rédaction. Ce sont des usages, réglables."
    )
    return lines
