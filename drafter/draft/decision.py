"""The fiche de décision: each duty and clause — proposed, kept or refused, why — to file with the market's papers."""

from __future__ import annotations

from drafter import french
from drafter.alerts import satisfied_by
from drafter.dated import Status
from drafter.draft.blocks import Blank, Block, Document, Heading, Inlines, ListBlock, Paragraph, Table
from drafter.draft.fields import CCAG_SUBJECTS, Context, lots_label
from drafter.draft.numbering import blanks_of, numbered
from drafter.draft.opinions import opinion_blocks
from drafter.draft.render import paragraph, text, typeset_table
from drafter.duties import DutyStatus, FoundDuty
from drafter.sector import AgecLine, FoundSectorDuty
from drafter.vocabulary import Ccag, Choice, ContractKind


def compose_decision(context: Context) -> Document:
    market = context.understanding.market
    blocks: list[Block] = [
        Paragraph(
            text(
                "Document interne, à garder avec les pièces du marché : il dit ce que la loi impose, ce que le "
                "service a proposé et ce que l'acheteur a décidé."
            ),
            "intro",
        ),
        Heading(1, french.typeset("Le marché")),
        _identity(context),
        Heading(1, french.typeset("Obligations")),
        _duties(context),
        *_sector_duties(context),
        *_exemptions(context),
        Heading(1, french.typeset("Clauses")),
        _clauses(context),
        *_refused(context),
        *opinion_blocks(context),
        Heading(1, french.typeset("Données essentielles et avis")),
        _decp(context),
        *_to_verify(context),
        Heading(1, french.typeset("Décision")),
        Paragraph((*text("Décidé le "), Blank("date"), *text(" par "), Blank("nom et qualité"), *text("."))),
    ]
    done = numbered(blocks)
    return Document(
        "decision",
        french.typeset("Fiche de décision"),
        french.typeset(market.object),
        done,
        blanks_of(done),
        {"bibliotheque": context.library.info.version},
        articles=False,
    )


def _identity(context: Context) -> Table:
    market, understanding = context.understanding.market, context.understanding
    segments = french.joined([context.library.segments[code].label for code in understanding.segments])
    rows: list[tuple[str, str]] = [
        ("Objet", market.object),
        ("Acheteur", market.buyer_name or (market.buyer.label if market.buyer else "à préciser")),
        ("Nature et contrat", f"{market.nature.label}, {market.contract.label.lower()}"),
        ("Valeur estimée", f"{french.euros(market.total)} HT"),
        ("Durée", french.months(market.duration)),
        ("Date de lancement", french.day(market.launch_date)),
        ("Segment d'achat", segments),
        (
            "CCAG",
            context.library.ccags[understanding.ccag].acronym if understanding.ccag is not Ccag.NONE else "Aucun",
        ),
    ]
    if market.lots:
        rows.append(("Lots", " ; ".join(f"n° {number} : {lot.title}" for number, lot in enumerate(market.lots, 1))))
    body = tuple((text(name, strong=True), text(value)) for name, value in rows)
    return typeset_table(Table("Caractéristiques du marché", ("Élément", "Valeur"), body, widths=(3, 8)))


def _duties(context: Context) -> Table:
    rows = []
    for found in context.duties:
        certainty = "" if found.certainty is Status.CERTAIN else f" ({found.certainty.label})"
        satisfied = [context.library.clauses[name].title for name in satisfied_by(found, context.selection)]
        answer = f" Clauses : {french.joined(satisfied)}." if satisfied and found.binds else ""
        rows.append(
            (
                text(f"{found.id} : {found.duty.title}"),
                text(found.duty.article),
                text(found.status.label, strong=found.status is DutyStatus.DUE),
                text(f"{_closed(found.reason + certainty)}{answer} {_read(found)}"),
            )
        )
    return typeset_table(
        Table(
            "Obligations examinées",
            ("Obligation", "Article", "État", "Motif"),
            tuple(rows),
            widths=(4, 2, 2, 9),
        )
    )


def _closed(sentence: str) -> str:
    """The reason of a condition ends on a bracket: what follows it is another sentence."""
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."


def _read(found: FoundDuty) -> str:
    return f"Source : {found.duty.source.title}, lu le {french.day(found.duty.source.read_on)}."


def _sector_duties(context: Context) -> list[Block]:
    """The sector duties that bind or may: what they ask, the figures, what to do; the others in one sentence."""
    binding = [found for found in context.sector_duties if found.binds]
    others = [found.id for found in context.sector_duties if not found.binds]
    blocks: list[Block] = [Heading(2, french.typeset("Obligations sectorielles"))]
    if binding:
        rows = tuple(
            (
                text(f"{found.id} : {found.duty.title}"),
                text(found.duty.article),
                text(found.status.label, strong=found.status is DutyStatus.DUE),
                text(_sector_reason(found)),
            )
            for found in binding
        )
        header = ("Obligation", "Article", "État", "Motif et suites")
        blocks.append(typeset_table(Table("Obligations sectorielles", header, rows, widths=(4, 2, 2, 9))))
    else:
        blocks.append(paragraph("Aucune obligation sectorielle connue du service ne porte sur cet achat."))
    if others and binding:
        blocks.append(paragraph(f"Examinées et non dues : {french.joined(others)}."))
    return blocks


def _sector_reason(found: FoundSectorDuty) -> str:
    parts = [found.reason, *found.reserves]
    parts += [f"{figure.label} : {figure.text}." for figure in found.figures]
    parts += _agec_words(found.agec)
    parts += [item.sentence for item in found.duty.consequences]
    if (declaration := found.duty.declaration) is not None:
        parts.append(f"Déclaration : {declaration.what}, {declaration.where}, {declaration.deadline}.")
    parts += list(found.questions)
    if found.certainty is not Status.CERTAIN:
        parts.append(f"Certitude : {found.certainty.label}.")
    return " ".join(parts)


def _agec_words(lines: tuple[AgecLine, ...]) -> list[str]:
    """What each category is asked, once: categories asked the same thing are named together."""
    labels: dict[str, list[str]] = {}
    for line in lines:
        held = labels.setdefault(line.text, [])
        held.append(f"{line.label[:1].lower()}{line.label[1:]}" if held else line.label)
    return [f"{french.joined(names)}, {words[:1].lower()}{words[1:]}" for words, names in labels.items()]


def _exemptions(context: Context) -> list[Block]:
    """The motivated exemption, ready to be filed (L2112-2-1, III and L2184-1); or the exemptions that stay open."""
    blocks: list[Block] = []
    for found in context.duties:
        if found.status is DutyStatus.EXEMPTED:
            blocks += _motivated(context, found)
        elif found.acquired_exemptions and found.binds:
            names = [context.library.exemptions[name].title for name in found.acquired_exemptions]
            blocks.append(
                paragraph(
                    f"Pour {found.id}, les faits ouvrent une dérogation que l'acheteur n'a pas retenue : "
                    f"{french.joined(names)}."
                )
            )
    return blocks


def _motivated(context: Context, found: FoundDuty) -> list[Block]:
    exemption = context.library.exemptions[found.exemption]
    concession = context.understanding.market.contract is ContractKind.CONCESSION
    article = exemption.article_concession if concession and exemption.article_concession else exemption.article
    keeping = (
        "Ce motif est conservé par tout moyen approprié."
        if concession
        else (
            "Ce motif est conservé avec les documents de l'article L2184-1 et joint au rapport de présentation "
            "lorsqu'il est dû."
        )
    )
    return [
        Heading(2, french.typeset(f"Dérogation motivée : {exemption.title.lower()}")),
        paragraph(
            f"L'acheteur n'inclut pas de condition d'exécution sociale dans ce contrat ({found.duty.article}), "
            f"sur le fondement de l'article {article}."
        ),
        paragraph(f"Motif : {found.exemption_reason}"),
        paragraph(f"{exemption.caution} {keeping}"),
    ]


_CHOICES = {None: "Proposée et gardée", Choice.KEEP: "Gardée", Choice.ADAPT: "Adaptée"}


def _clauses(context: Context) -> Table:
    rows: list[tuple[Inlines, ...]] = []
    for item in context.selection.kept:
        why = item.choice_reason or " ".join(item.reasons)
        changed = ""
        if item.changed:
            parts = [
                f"{item.clause.parameters[name].label if name in item.clause.parameters else 'Poids'} : "
                f"{french.show(item.values[name])}"
                for name in sorted(item.changed)
            ]
            changed = f" Valeurs changées : {' ; '.join(parts)}."
        lots = f"{lots_label(item)} : " if item.lots else ""
        rows.append(
            (
                text(f"{lots}{item.clause.title}"),
                text(" ".join(piece.value for piece in item.clause.texts)),
                text(_CHOICES[item.choice]),
                text(why + changed),
            )
        )
    return typeset_table(
        Table("Clauses retenues", ("Clause", "Pièces", "Décision", "Motif"), tuple(rows), widths=(5, 2, 2, 6))
    )


def _refused(context: Context) -> list[Block]:
    refused = [item for item in context.selection.dropped if item.choice_reason]
    if not refused:
        return []
    rows = tuple((text(item.clause.title), text(item.choice_reason)) for item in refused)
    return [
        typeset_table(
            Table(
                "Clauses proposées et retirées par l'acheteur",
                ("Clause", "Motif de l'acheteur"),
                rows,
                widths=(5, 8),
            )
        )
    ]


def _decp(context: Context) -> Table:
    names = {
        "considerationsSociales": "Considérations sociales",
        "considerationsEnvironnementales": "Considérations environnementales",
        "ccag": "CCAG",
    }
    notice = {
        "strategic-procurement": "Avis européen, marché stratégique",
        "social-objective": "Avis européen, objectif social",
        "environmental-impact": "Avis européen, objectif environnemental",
        "reserved-procurement": "Avis européen, participation réservée",
    }
    rows = [(text(names[key]), text(", ".join(values))) for key, values in context.decp.items()]
    rows += [(text(label), text(", ".join(context.notice[key]) or "sans objet")) for key, label in notice.items()]
    caption = "Valeurs à déclarer (schéma national, puis codes eForms de l'avis)"
    return typeset_table(Table(caption, ("Champ", "Valeur"), tuple(rows), widths=(4, 8)))


def _to_verify(context: Context) -> list[Block]:
    """What is uncertain: warnings, questions, numbers of the CCAG to verify."""
    items = [alert.text for alert in context.alerts]
    items += [f"{found.id} : {question}" for found in context.duties for question in found.questions]
    items += [item.question for item in context.selection.to_ask]
    if context.market_ccag is not Ccag.NONE:
        ccag = context.library.ccags[context.market_ccag]
        for key, article in ccag.articles.items():
            if article.status is not Status.CERTAIN:
                number = article.number or "numéro non relevé"
                items.append(
                    f"{ccag.acronym}, article relatif {CCAG_SUBJECTS[key]} : {number} ({article.status.label})."
                )
    if not items:
        return []
    return [
        Heading(1, french.typeset("À vérifier ou à préciser")),
        ListBlock(tuple(text(item) for item in dict.fromkeys(items))),
    ]
