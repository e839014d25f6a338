"""What the papers share: their frame, the blanks, the words of hours and of articles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from drafter import french
from drafter.draft.blocks import Blank, Block, Document, Heading, Inline, Inlines, ListBlock, Paragraph, Table, Text
from drafter.draft.fields import ratio_words
from drafter.draft.numbering import numbered
from drafter.draft.render import text, typeset_table
from drafter.followup.plan import LotPlan, Plan
from drafter.followup.terms import Terms, capital, words_of
from drafter.values import Hours, Quantity

Part = str | Inline
Cell = str | Inline | Inlines


def blank(label: str) -> Blank:
    return Blank(french.typeset(label))


def line(*parts: Part) -> Inlines:
    """Our words and the blanks between them, typeset together."""
    inlines = [Text(item) if isinstance(item, str) else item for item in parts]
    runs = french.typeset_runs([item.text if isinstance(item, Text) else "\ue001" for item in inlines])
    return tuple(
        Text(run, item.strong, item.emph, item.value) if isinstance(item, Text) else item
        for item, run in zip(inlines, runs, strict=True)
    )


def said(*parts: Part) -> Paragraph:
    return Paragraph(line(*parts))


def strong(words: str) -> Text:
    return Text(words, strong=True)


def heading(words: str) -> Heading:
    return Heading(1, french.typeset(words))


def bullets(items: Iterable[str | Inlines], *, ordered: bool = False) -> ListBlock:
    return ListBlock(tuple(text(item) if isinstance(item, str) else item for item in items), ordered)


def table(
    caption: str,
    header: tuple[str, ...],
    rows: Iterable[tuple[Cell, ...]],
    widths: tuple[int, ...],
    numeric: Iterable[int] = (),
    *,
    total: bool = False,
) -> Table:
    body = tuple(tuple(_cell(cell) for cell in row) for row in rows)
    return typeset_table(Table(caption, header, body, widths, frozenset(numeric), total))


def _cell(cell: Cell) -> Inlines:
    if isinstance(cell, str):
        return (Text(cell),)
    return cell if isinstance(cell, tuple) else (cell,)


def paper(plan: Plan, title: str, blocks: Iterable[Block]) -> Document:
    market, done = plan.result.market, numbered(blocks)
    return Document(
        "suivi",
        french.typeset(title),
        french.typeset(market.object),
        done,
        (),  # the blanks show by themselves: a letter ends on its signature, not on a list of what to fill
        {"bibliotheque": plan.result.library.info.version},
        articles=False,
    )


def or_blank(value: Quantity | None, label: str) -> Inline:
    return blank(label) if value is None else Text(french.show(value), value=True)


def article(terms: Terms, key: str) -> tuple[Inline, ...]:
    """« l'article [numéro] du CCAP (« Pénalités ») »: only the buyer knows the number in the piece."""
    return (
        Text("l'article "),
        blank(f"numéro de l'article « {terms.title(key)} »"),
        Text(f" {terms.words.of_piece} (« {terms.title(key)} »)"),
    )


def short_day(day: date) -> str:
    """01/02/2027, for the narrow columns of a table."""
    return f"{day:%d/%m/%Y}"


def rule(lot: LotPlan) -> str:
    """What the lot owes, in one phrase."""
    if lot.ratio is not None:
        return ratio_words(lot.ratio)
    if lot.tranches:
        return f"{french.hours(lot.hours)}, toutes tranches affermies"
    return french.hours(lot.hours)


def due_table(plan: Plan) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for lot in plan.lots:
        rows.append((lot.label, rule(lot), french.day(lot.start.day), french.day(lot.end)))
        rows += [
            (f"dont {part.title} ({'ferme' if part.firm else 'optionnelle'})", french.hours(part.hours), "", "")
            for part in lot.tranches
        ]
    return table(
        "Heures d'insertion dues",
        ("Périmètre", "Heures dues", "Début", "Fin prévisionnelle"),
        rows,
        (5, 4, 2, 2),
    )


def dates_said(plan: Plan) -> str:
    """Which dates are real and which are estimates: a paper that shows dates says so."""
    estimated = [
        name
        for name, known in (("la notification", plan.notification), ("le début de l'exécution", plan.start))
        if not known.typed
    ]
    if not estimated:
        return f"Dates comptées depuis la notification ({french.day(plan.notification.day)})."
    return (
        f"Dates provisoires : {french.joined(estimated)} "
        f"{'sont estimés' if len(estimated) > 1 else 'est à confirmer, compté'}"
        f" au {french.day(plan.start.day)}. Produisez de nouveau le kit quand la vraie date est connue."
    )


def sender(plan: Plan, holder: str) -> list[Block]:
    """The top of a letter. Addresses, numbers and dates are the buyer's to write."""
    market, words = plan.result.market, words_of(plan.result)
    buyer: Inline = Text(market.buyer_name, value=True) if market.buyer_name else blank(f"nom {words.of_buyer}")
    to: Inline = Text(holder, value=True) if holder else blank(f"raison sociale {words.of_holder}")
    return [
        said("De : ", buyer, ", ", blank("service, adresse")),
        said("À : ", to, ", ", blank("adresse du siège")),
        said(
            "Par ", blank("moyen d'envoi donnant date certaine"), ", à ", blank("lieu"), ", le ", blank("date d'envoi")
        ),
    ]


def contract_line(plan: Plan, what: Part = "") -> Paragraph:
    words = words_of(plan.result)
    return said(
        f"{capital(words.contract)} n° ",
        blank(f"numéro {words.of_contract}"),
        f" : {plan.result.market.object}. ",
        what,
    )


def lot_line(plan: Plan, lot: LotPlan | None) -> Paragraph:
    """The contract and the lot that a letter is about; a blank in a model, when there are several."""
    if lot is None:
        return contract_line(plan, blank("numéro et intitulé du lot"))
    return contract_line(plan, f"{lot.label}." if lot.number else "")


def opening() -> Paragraph:
    return said("Madame, Monsieur,")


def closing() -> list[Block]:
    return [said("Veuillez agréer, Madame, Monsieur, l'expression de mes salutations distinguées."), signature()]


def signature() -> Paragraph:
    return said("Nom, qualité et signature : ", blank("nom, qualité et signature de la personne habilitée"))


def hours(value: Hours | None, label: str) -> Inline:
    return or_blank(value, label)
