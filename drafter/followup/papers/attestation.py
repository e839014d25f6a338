"""The attestation de bonne exécution: hours due, done, beyond, people counted, ways. No name of a person."""

from __future__ import annotations

from drafter import french
from drafter.draft.blocks import Block, Document, Inline, Paragraph, Text
from drafter.followup.balance import LotBalance
from drafter.followup.papers.common import (
    Cell,
    article,
    blank,
    hours,
    lot_line,
    paper,
    said,
    signature,
    table,
)
from drafter.followup.plan import LotPlan, Plan
from drafter.followup.terms import Terms
from drafter.followup.ways import Mode
from drafter.values import Hours

FILE = "attestation-de-bonne-execution.docx"


def attestation(plan: Plan, terms: Terms, lot: LotPlan | None, found: LotBalance | None = None) -> Document:
    words, market = terms.words, plan.result.market
    buyer: Inline = Text(market.buyer_name, value=True) if market.buyer_name else blank(f"nom {words.of_buyer}")
    holder: Inline = (
        Text(found.holder, value=True) if found and found.holder else blank(f"raison sociale {words.of_holder}")
    )
    people: Inline = (
        Text(french.number(found.facts.people))
        if found and found.facts.people is not None
        else blank("nombre de personnes")
    )
    modes: dict[Mode, Hours] = {}
    for way, value in found.by_way if found else ():
        modes[way.mode] = modes.get(way.mode, Hours(0)) + value
    rows: list[tuple[Cell, ...]] = [
        ("Heures dues", hours(found.due if found else None, "heures dues")),
        ("Heures réalisées et comptées", hours(found.counted if found else None, "heures réalisées")),
        ("Dépassement", hours(found.surplus if found else None, "heures en plus")),
        ("Bénéficiaires, chacun compté une fois", people),
    ]
    if found and found.facts.released:
        rows.insert(1, ("Heures qui n'étaient plus dues (difficulté reconnue)", french.hours(found.facts.released)))
    rows += (
        [(f"{mode.label} : heures saisies", french.hours(value)) for mode, value in modes.items()]
        if found
        else [(f"{mode.label} : heures", blank(f"heures, {mode.label.lower()}")) for mode in Mode]
    )
    blocks: list[Block] = [
        lot_line(plan, lot),
        said(
            buyer,
            " atteste, au vu du décompte final arrêté par le facilitateur le ",
            blank("date du décompte final"),
            ", que ",
            holder,
            " a réalisé toutes les heures dues au titre de la clause d'insertion sociale, comme le prévoit ",
            *article(terms, "attestation"),
            ".",
        ),
        table("Heures d'insertion", ("Élément", "Valeur"), rows, (8, 4), (1,)),
        _period(lot, found),
        said("La présente attestation ne contient aucune donnée nominative sur les bénéficiaires."),
        said("Fait à ", blank("lieu"), ", le ", blank("date")),
        signature(),
    ]
    return paper(plan, "Attestation de bonne exécution de la clause d'insertion", blocks)


def _period(lot: LotPlan | None, found: LotBalance | None) -> Paragraph:
    """Real dates only: an estimate has no place in an attestation."""
    start = french.day(lot.start.day) if lot and lot.start.typed else blank("date de début")
    end = french.day(found.facts.end) if found and found.facts.end else blank("date de fin de l'exécution")
    return said("Période : du ", start, " au ", end, ".")
