"""The pieces that carry the clauses: sections for CCAP, CCTP and RC, annexe to the acte d'engagement.

One choice writes every piece: each kept clause gives its text to the pieces it has sections for; the
derogations, blanks and versions are gathered from what was kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from drafter import french
from drafter.draft import decision, note
from drafter.draft.blocks import Block, Document, Heading, Inlines, Paragraph, Ref, Table, Text
from drafter.draft.fields import Context, lots_label
from drafter.draft.numbering import blanks_of, numbered
from drafter.draft.render import clause_blocks, heading_key, paragraph, text, typeset_table
from drafter.library.terms import ClauseType, Family
from drafter.proposal import ARTICLE, LIFE_CYCLE_COST, Proposal
from drafter.vocabulary import Ccag, ContractKind, Piece

TITLES = {
    "ccap": "Clauses sociales et environnementales du CCAP",
    "cctp": "Exigences environnementales et sociales du CCTP",
    "rc": "Dispositions sociales et environnementales du règlement de la consultation",
    "ae": "Annexe à l'acte d'engagement : insertion sociale",
}
_USE = {
    "ccap": "Section à insérer dans le cahier des clauses administratives particulières. Les articles prennent le "
    "numéro de leur place dans votre pièce. Complétez les passages entre crochets, puis retirez cet encadré et le "
    "tableau final.",
    "concession": "Section à insérer dans le contrat de concession ou le règlement de la consultation. Complétez les "
    "passages entre crochets, puis retirez cet encadré et le tableau final avant publication.",
    "cctp": "Section à insérer dans le cahier des clauses techniques particulières. Retirez cet encadré et le tableau "
    "final avant publication.",
    "rc": "Section à insérer dans le règlement de la consultation. Reportez le poids du critère dans la liste de vos "
    "critères, dont la somme fait 100 %. Retirez cet encadré et le tableau final avant publication.",
    "ae": "Annexe à joindre à l'acte d'engagement de chaque lot concerné ; le candidat la remplit et la remet avec "
    "son offre.",
}


def compose(context: Context) -> Mapping[str, Document]:
    """Every document, by its key; a piece that no clause writes into is left out."""
    documents = {
        **{piece: _document(context, piece, body) for piece, body in bodies(context).items()},
        "note": note.compose_note(context),
        "decision": decision.compose_decision(context),
    }
    return {key: document for key, document in documents.items() if document is not None}


def bodies(context: Context) -> Mapping[str, list[Block]]:
    """What the clauses kept write into each piece, empty when nothing: no advice on its use, no table of versions."""
    return {"ccap": _ccap(context), "cctp": _cctp(context), "rc": _rc(context), "ae": _ae(context)}


def _document(context: Context, piece: str, body: list[Block]) -> Document | None:
    if not body:
        return None
    concession = context.understanding.market.contract is ContractKind.CONCESSION
    use = _USE["concession" if concession else piece]
    if not context.understanding.market.lots:
        use = use.replace(" de chaque lot concerné", "")
    blocks: list[Block] = [paragraph(use, "note"), *body]
    blocks.append(paragraph("Traçabilité : tableau à retirer avant publication.", "note"))
    blocks.append(_versions(context, Piece(piece.upper())))
    market = context.understanding.market
    return Document(
        piece,
        french.typeset(_title(context, piece)),
        french.typeset(market.object),
        numbered(blocks),
        blanks_of(blocks),
        {"bibliotheque": context.library.info.version},
    )


def _title(context: Context, piece: str) -> str:
    """A concession has one contract: no CCAP, no acte d'engagement."""
    title = TITLES[piece]
    if context.understanding.market.contract is not ContractKind.CONCESSION:
        return title
    return (
        title.replace("du CCAP", "du contrat de concession")
        .replace("du CCTP", "du contrat de concession")
        .replace("à l'acte d'engagement", "au contrat de concession")
    )


def _writers(context: Context, piece: Piece) -> list[Proposal]:
    return [proposal for proposal in context.selection.kept if piece in proposal.clause.texts]


def _is_article(proposal: Proposal) -> bool:
    return proposal.clause.theme == ARTICLE


def _ccap(context: Context) -> list[Block]:
    writers = _writers(context, Piece.CCAP)
    social = [item for item in writers if item.clause.family in (Family.INSERTION, Family.SOCIAL)]
    article = [item for item in writers if _is_article(item)]
    others = [item for item in writers if item not in social and item not in article]
    blocks = _scoped(context, (*social, *article), Piece.CCAP, top=1)
    if others:
        blocks.append(Heading(1, french.typeset("Obligations environnementales propres aux prestations")))
        blocks += _scoped(context, others, Piece.CCAP)
    if blocks:
        blocks += _derogations(context, writers)
    return blocks


def _scoped(
    context: Context, proposals: Iterable[Proposal], piece: Piece, *, top: int = 2, said: tuple[int, ...] = ()
) -> list[Block]:
    """Each clause, its first title at level `top`; one of some lots only says so, unless its title has `said` it."""
    blocks: list[Block] = []
    for proposal in proposals:
        own = list(clause_blocks(context, proposal, piece, top=top))
        if proposal.lots and proposal.lots != said:
            scope = Paragraph(text(f"{lots_label(proposal)} uniquement.", strong=True), origin=proposal.clause.id)
            own.insert(1 if own and isinstance(own[0], Heading) else 0, scope)
        blocks += own
    return blocks


def _derogations(context: Context, writers: list[Proposal]) -> list[Block]:
    """The list that must close the CCAP (CCAG, art. 1.2), gathered from the clauses kept."""
    if context.market_ccag is Ccag.NONE:
        return []
    ccag = context.library.ccags[context.market_ccag]
    rows: list[tuple[Inlines, ...]] = []
    for proposal in writers:
        for item in proposal.clause.derogations:
            article = ccag.articles.get(item.article)
            number = article.number if article and article.number else None
            named = f"Article {number} du {ccag.acronym}" if number else f"{ccag.acronym}, article à préciser"
            ours: Inlines = (Text("Article\u00a0"), Ref(heading_key(proposal, item.heading)))
            rows.append((ours, text(named), text(item.subject[:1].upper() + item.subject[1:])))
    heading = Heading(1, french.typeset("Dérogations au CCAG"))
    advice = paragraph(
        f"À reporter dans le dernier article de votre CCAP, qui récapitule les dérogations au {ccag.acronym}.",
        "note",
    )
    if not rows:
        sentence = f"Les articles qui précèdent ne dérogent pas au {ccag.acronym}."
        return [heading, advice, paragraph(sentence)]
    sentence = f"Les articles ci-dessous dérogent au {ccag.acronym} :"
    table = Table(
        "Dérogations au CCAG",
        ("Article du présent document", "Article du CCAG", "Objet de la dérogation"),
        tuple(rows),
        widths=(2, 3, 6),
    )
    return [heading, advice, paragraph(sentence), typeset_table(table)]


def _cctp(context: Context) -> list[Block]:
    writers = _writers(context, Piece.CCTP)
    blocks: list[Block] = []
    segments = context.understanding.segments
    for code in segments:
        of_segment = [item for item in writers if item.segment == code and (item.lots or len(segments) == 1)]
        if code == segments[0]:
            of_segment = [item for item in writers if not item.lots and item not in of_segment] + of_segment
        if not of_segment:
            continue
        kinds = (ClauseType.SPECIFICATION, ClauseType.EXECUTION, ClauseType.PROGRESS)
        name = "" if len(segments) == 1 else f" : {_lots_of(context, code)}"
        titles = (
            "Spécifications techniques",
            "Conditions d'exécution des prestations",
            "Progrès en cours d'exécution",
        )
        for kind, title in zip(kinds, titles, strict=True):
            group = [item for item in of_segment if item.clause.type is kind]
            if group:
                blocks.append(Heading(1, french.typeset(title + name)))
                numbers = tuple(lot.lot for lot in context.understanding.lots_of(code) if lot.lot)
                blocks += _scoped(context, group, Piece.CCTP, said=numbers)
    return blocks


def _lots_of(context: Context, code: str) -> str:
    numbers = [str(lot.lot) for lot in context.understanding.lots_of(code)]
    label = context.library.segments[code].label.lower()
    return f"lot n° {numbers[0]} ({label})" if len(numbers) == 1 else f"lots n° {french.joined(numbers)} ({label})"


def _rc(context: Context) -> list[Block]:
    writers = _writers(context, Piece.RC)
    criteria = [item for item in writers if item.clause.type is ClauseType.CRITERION]
    conditions = [item for item in writers if item not in criteria]
    blocks: list[Block] = []
    if conditions:
        blocks.append(Heading(1, french.typeset("Conditions d'exécution sociales et environnementales")))
        blocks += _scoped(context, conditions, Piece.RC)
    for kind in ("environnemental", "du coût du cycle de vie", "social"):
        group = [item for item in criteria if _criterion_kind(item) == kind]
        if group:
            blocks.append(Heading(1, french.typeset(f"Critère d'attribution {kind}")))
        for proposal in group:
            own = _scoped(context, [proposal], Piece.RC)
            weight = Paragraph(_weight(proposal, kind), origin=proposal.clause.id)
            own.insert(1 if own and isinstance(own[0], Heading) else 0, weight)
            blocks += own
    return blocks


def _criterion_kind(proposal: Proposal) -> str:
    """What the criterion judges, as an end of « critère »."""
    clause = proposal.clause
    if clause.family in (Family.INSERTION, Family.SOCIAL):
        return "social"
    return "du coût du cycle de vie" if clause.theme == LIFE_CYCLE_COST else "environnemental"


def _weight(proposal: Proposal, kind: str) -> Inlines:
    criterion = proposal.clause.criterion
    assert criterion is not None
    value = proposal.values.get("poids")
    shown = french.number(value.value if value is not None else criterion.weight)
    return (
        *text(f"Poids du critère {kind} : "),
        Text(f"{shown}\u00a0%", strong=True, value=True),
        *text(" de la note totale."),
    )


def _ae(context: Context) -> list[Block]:
    blocks: list[Block] = []
    for proposal in _writers(context, Piece.AE):
        blocks += clause_blocks(context, proposal, Piece.AE, top=1)
    return blocks


def _versions(context: Context, piece: Piece) -> Table:
    rows = tuple(
        (
            text(item.clause.title),
            text(item.clause.id),
            text(str(item.clause.version)),
            text(item.level.label),
        )
        for item in _writers(context, piece)
    )
    return typeset_table(
        Table(
            f"Clauses employées, bibliothèque {context.library.info.version}",
            ("Clause", "Identifiant", "Version", "Niveau"),
            rows,
            widths=(6, 5, 2, 2),
            numeric=frozenset({2}),
        )
    )
