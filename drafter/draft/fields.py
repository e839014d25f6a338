"""The common fields of clause texts: `{{ heures_insertion }}`, `{{ ccag_penalites }}`, the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from drafter import french
from drafter.alerts import Alert
from drafter.calibration import Calibration, LotCalibration, OrderRatio
from drafter.calibration.rates import setting
from drafter.calibration.territories import own_library
from drafter.cautions import hourly_penalty
from drafter.dated import Status
from drafter.draft.blocks import Blank, Inline, Inlines, Table, Text
from drafter.duties import FoundDuty, ProcedureFacts
from drafter.library import Library
from drafter.library.clause import Penalty
from drafter.library.terms import ClauseType, Family
from drafter.proposal import ARTICLE, Proposal, Selection
from drafter.reservations import FoundReservation
from drafter.sector import FoundSectorDuty
from drafter.situation import Situation
from drafter.understanding import Understanding
from drafter.values import Euros, Quantity
from drafter.vocabulary import Ccag, ContractKind, Nature, Piece


@dataclass(frozen=True)
class Context:
    """Everything a piece may be written from. No clock, no disk."""

    understanding: Understanding
    procedure: ProcedureFacts
    duties: tuple[FoundDuty, ...]
    sector_duties: tuple[FoundSectorDuty, ...]
    calibration: Calibration
    proposed: Selection
    selection: Selection
    library: Library
    on: date
    situation: Situation
    reservations: tuple[FoundReservation, ...]
    alerts: tuple[Alert, ...]
    decp: Mapping[str, list[str]]
    notice: Mapping[str, list[str]]

    @property
    def market_ccag(self) -> Ccag:
        return self.understanding.ccag

    @property
    def orders(self) -> bool:
        return any(lot.ratio is not None for lot in self.calibration.with_clause)


Resolved = str | Quantity | Inlines


CCAG_SUBJECTS = {
    "insertion": "à la clause d'insertion sociale",
    "environnement": "à la clause environnementale générale",
    "penalites": "aux pénalités",
    "contradictoire": "à la procédure contradictoire préalable aux pénalités",
    "resiliation": "à la résiliation pour faute du titulaire",
    "donnees": "à la protection des données à caractère personnel",
    "derogations": "à la récapitulation des dérogations",
    "developpement_durable": "au développement durable",
}
"""What each article of a CCAG is about: how a text names it when its number is not sure."""


def _ccag_field(key: str) -> Callable[[Context], str]:
    return lambda context: _ccag(context, key)


def _ccag(context: Context, key: str) -> str:
    """A reference to an article of the CCAG, by number when the number is sure enough, else by subject."""
    ccag = context.library.ccags[context.market_ccag]
    article = ccag.articles.get(key)
    if article is None or article.number is None or article.status is Status.TO_VERIFY:
        return f"l'article du {ccag.acronym} relatif {CCAG_SUBJECTS[key]}"
    return f"l'article {article.number} du {ccag.acronym}"


def penalty_per_hour(context: Context) -> Euros | None:
    """Multiple of the hourly SMIC at the launch date, to the cent; None before the first known SMIC."""
    return hourly_penalty(context.selection, context.library, context.on)


def _lots_with_clause(context: Context) -> str:
    lots = context.calibration.with_clause
    if len(lots) == len(context.calibration.lots):
        concession = context.understanding.market.contract is ContractKind.CONCESSION
        return "l'ensemble du contrat" if concession else "l'ensemble du marché"
    numbers = [str(lot.lot) for lot in lots]
    return f"le lot n° {numbers[0]}" if len(numbers) == 1 else f"les lots n° {french.joined(numbers)}"


def _ratio(context: Context) -> str:
    ratios = {lot.ratio.per_tranche for lot in context.calibration.with_clause if lot.ratio is not None}
    if len(ratios) != 1:
        return "le nombre d'heures que le tableau indique pour chaque lot"
    lot = next(lot for lot in context.calibration.with_clause if lot.ratio is not None)
    assert lot.ratio is not None
    return ratio_words(lot.ratio)


def _rounding(context: Context) -> str:
    """« à la dizaine inférieure »; above where a text imposes a floor, lot by lot when they differ."""
    ways: dict[str, list[str]] = {}
    for lot in context.calibration.with_clause:
        understood = next(item for item in context.understanding.lots if item.lot == lot.lot)
        step = setting(own_library(understood, context.library, context.on), "arrondi", context.on)[0].value
        ways.setdefault(rounding_words(step, up=lot.rounds_up), []).append(str(lot.lot))
    if len(ways) < 2:
        return next(iter(ways), rounding_words(Fraction(10), up=False))
    said = [
        f"{way} pour {'le lot' if len(lots) == 1 else 'les lots'} n° {french.joined(lots)}"
        for way, lots in ways.items()
    ]
    return french.joined(said)


def rounding_words(step: Fraction, *, up: bool) -> str:
    way = "supérieur" if up else "inférieur"
    return {10: f"à la dizaine {way}e", 1: f"à l'heure {way}e"}.get(
        int(step) if step.denominator == 1 else 0, f"au multiple de {french.number(step)} heures {way}"
    )


def ratio_words(ratio: OrderRatio) -> str:
    """« 6 heures par tranche de 10 000 € HT commandés », with the least order when small ones are left out."""
    orders = "" if ratio.threshold is None else f" par bons de commande d'au moins {french.euros(ratio.threshold)} HT"
    return f"{french.hours(ratio.per_tranche)} par tranche de {french.euros(ratio.tranche)} HT commandés{orders}"


def _or_blank(value: Resolved | None, label: str) -> Resolved:
    return (Blank(label),) if value is None else value


COMMON: dict[str, Callable[[Context], Resolved]] = {
    "objet": lambda context: context.understanding.market.object,
    "acheteur": lambda context: _or_blank(context.understanding.market.buyer_name, "nom de l'acheteur"),
    "duree": lambda context: context.understanding.market.duration,
    "lots_clauses": _lots_with_clause,
    "heures_insertion": lambda context: context.calibration.total.advised,
    "ratio_heures": _ratio,
    "arrondi_heures": _rounding,
    "smic_horaire": lambda context: _or_blank(
        context.library.value("smic.horaire", context.on), "montant du SMIC horaire à la date de lancement"
    ),
    "penalite_heure": lambda context: _or_blank(penalty_per_hour(context), "montant de la pénalité par heure"),
    "ccag": lambda context: context.library.ccags[context.market_ccag].acronym,
    "ccag_nom": lambda context: context.library.ccags[context.market_ccag].name,
    **{f"ccag_{key}": _ccag_field(key) for key in CCAG_SUBJECTS},
}


def shown(value: Resolved) -> Inlines:
    """A field's value as inlines, marked as a value for the preview."""
    if isinstance(value, tuple):
        return value
    return (Text(value if isinstance(value, str) else french.show(value), value=True),)


# --- tables --------------------------------------------------------------------------------------


def _cell(text: str, *, strong: bool = False) -> Inlines:
    return (Text(text, strong=strong),)


def lot_name(lot: LotCalibration) -> str:
    return "Marché" if lot.lot is None else f"Lot n° {lot.lot} : {lot.title}"


def hours_table(context: Context) -> Table:
    """Hours due, by lot; by tranche for a market in tranches; by ratio for a framework agreement."""
    lots = context.calibration.with_clause
    if context.orders:
        return _orders_table(lots)
    rows: list[tuple[Inlines, ...]] = []
    for lot in lots:
        scope = context.understanding.lots[(lot.lot or 1) - 1].scope
        rows.append(
            (
                _cell(lot_name(lot)),
                _cell(french.months(scope.duration)),
                _cell(french.hours(lot.hours.advised)),
            )
        )
        for part in lot.tranches:
            rows.append((_cell(f"dont {part.title}"), _cell(""), _cell(french.hours(part.hours))))
    total = len(lots) > 1
    if total:
        rows.append((_cell("Total"), _cell(""), _cell(french.hours(context.calibration.total.advised))))
    return Table(
        "Heures d'insertion à réaliser",
        ("Périmètre", "Durée", "Heures d'insertion"),
        tuple(rows),
        widths=(6, 2, 2),
        numeric=frozenset({1, 2}),
        total_row=total,
    )


def _orders_table(lots: tuple[LotCalibration, ...]) -> Table:
    rows = []
    for lot in lots:
        minimum = "sans minimum" if lot.ratio else "sans objet"
        if lot.ratio and lot.ratio.at_minimum:
            minimum = french.hours(lot.ratio.at_minimum)
        rows.append(
            (
                _cell(lot_name(lot)),
                _cell(french.hours(lot.ratio.per_tranche) if lot.ratio else "volume fixe"),
                _cell(minimum),
                _cell(french.hours(lot.hours.advised)),
            )
        )
    size = next((french.euros(lot.ratio.tranche) for lot in lots if lot.ratio), "")
    return Table(
        "Heures d'insertion par montant commandé",
        (
            "Périmètre",
            f"Par tranche de {size} HT commandés",
            "Au montant minimum",
            "À l'estimation (indicatif)",
        ),
        tuple(rows),
        widths=(5, 2, 2, 2),
        numeric=frozenset({1, 2, 3}),
    )


MEMBERS = 3
"""Lines left to the members of a grouping, for each lot."""


def engagement_table(context: Context) -> Table:
    """The annexe to the acte d'engagement: hours due, and how the bidder means to do them (left to fill)."""
    rows: list[tuple[Inlines, ...]] = []
    empty = _cell("")
    for lot in context.calibration.with_clause:
        due = (
            f"{french.hours(lot.ratio.per_tranche)} par tranche de {french.euros(lot.ratio.tranche)} HT"
            if lot.ratio
            else french.hours(lot.hours.advised)
        )
        rows.append((_cell(lot_name(lot)), _cell(due), empty, empty, empty, empty))
        rows += [(empty,) * 6] * (MEMBERS - 1)
    return Table(
        f"Engagement du candidat, en {'pourcentage des heures' if context.orders else 'heures'}",
        (
            "Périmètre",
            "Heures dues",
            "Membre du groupement",
            "Embauche directe",
            "Mise à disposition",
            "Sous-traitance ou cotraitance",
        ),
        tuple(rows),
        widths=(4, 3, 4, 3, 4, 4),
        numeric=frozenset({3, 4, 5}),
    )


def lots_label(proposal: Proposal) -> str:
    if not proposal.lots:
        return ""
    numbers = [str(number) for number in proposal.lots]
    return f"Lot n° {numbers[0]}" if len(numbers) == 1 else f"Lots n° {french.joined(numbers)}"


def followed(context: Context, proposal: Proposal) -> tuple[Proposal, ...]:
    """The clauses whose proofs and penalties a table of this clause lists: all the environmental ones for the
    environmental article, else the clause itself."""
    if proposal.clause.theme != ARTICLE:
        return (proposal,)
    families = (Family.ENVIRONMENT, Family.CROSS)
    return tuple(
        item
        for item in context.selection.kept
        if item.clause.family in families
        and item.clause.type is not ClauseType.CRITERION
        and item.clause.piece is not Piece.RC
    )


def proofs_table(context: Context, proposal: Proposal, fill: Callable[[str, Proposal], Inlines]) -> Table:
    """Obligation, proof, control: one row a clause."""
    rows = []
    for item in followed(context, proposal):
        if item is proposal and len(followed(context, proposal)) > 1:
            continue
        label = f"{lots_label(item)} : {item.clause.title}" if item.lots else item.clause.title
        proofs: list[Inline] = []
        for prefix, text in (
            ("À l'offre : ", item.clause.proof.offer),
            ("En exécution : ", item.clause.proof.execution),
        ):
            if text:
                proofs += [*([Text("\n")] if proofs else []), Text(prefix, emph=True), *fill(text, item)]
        often = item.clause.control.frequency
        control = (
            *fill(item.clause.control.text, item),
            Text(", "),
            *fill(often[:1].lower() + often[1:], item),
        )
        rows.append((_cell(label), tuple(proofs), control))
    return Table(
        "Preuves et contrôles",
        ("Obligation", "Preuve", "Contrôle de l'acheteur"),
        tuple(rows),
        widths=(3, 4, 4),
    )


def penalties_table(
    context: Context,
    proposal: Proposal,
    fill: Callable[[str, Proposal], Inlines],
    word: Callable[[Penalty, Proposal], Inlines],
) -> Table:
    """Each penalty once, with every breach it sanctions: an amount is never written twice."""
    owners = followed(context, proposal)
    sanctions: dict[tuple[str, Inlines], list[tuple[Proposal, Inlines]]] = {}
    for item in owners:
        for use in item.clause.penalties:
            amount = word(context.library.penalties[use.code], item)
            sanctions.setdefault((use.code, amount), []).append((item, fill(use.breach, item)))
    rows = []
    for (code, amount), breaches in sorted(sanctions.items(), key=lambda entry: entry[0][0]):
        cell: list[Inline] = []
        for owner, breach in breaches:
            prefix = f"{lots_label(owner)} : {owner.clause.title} : " if owner.lots else f"{owner.clause.title} : "
            cell += [
                *([Text("\n")] if cell else []),
                *([Text(prefix, emph=True)] if len(owners) > 1 else []),
                *breach,
            ]
        title = f"{code}. {context.library.penalties[code].title}"
        rows.append((_cell(title), tuple(cell), amount))
    return Table("Pénalités", ("Pénalité", "Manquements sanctionnés", "Montant"), tuple(rows), widths=(3, 6, 4))


def criterion_table(proposal: Proposal, fill: Callable[[str, Proposal], Inlines]) -> Table:
    """Sub-criteria, their points, and the scale that everyone can recompute."""
    criterion = proposal.clause.criterion
    assert criterion is not None
    rows = []
    for sub in criterion.sub_criteria:
        scale: list[Inline] = list(fill(sub.formula, proposal)) if sub.formula else []
        for grade in sub.scale:
            scale += [
                *([Text("\n")] if scale else []),
                Text(f"{grade.share} % des points : "),
                *fill(grade.when, proposal),
            ]
        rows.append(
            (
                fill(sub.title, proposal),
                _cell(f"{sub.weight} points"),
                fill(sub.expected, proposal),
                tuple(scale),
            )
        )
    return Table(
        "Sous-critères et barème (sur 100 points)",
        ("Sous-critère", "Points", "Ce qui est apprécié", "Barème"),
        tuple(rows),
        widths=(3, 2, 6, 5),
        numeric=frozenset({1}),
    )


def frame_table(proposal: Proposal, fill: Callable[[str, Proposal], Inlines]) -> Table:
    """The answer frame the bidder fills; each line says whether it is scored."""
    criterion = proposal.clause.criterion
    assert criterion is not None
    rows = tuple(
        (fill(line.question, proposal), _cell("Notée" if line.scored else "Non notée"), _cell(""))
        for line in criterion.frame
    )
    return Table(
        "Cadre de réponse du candidat",
        ("Question", "Notation", "Réponse du candidat"),
        rows,
        widths=(5, 2, 5),
    )


def nature_of(context: Context, proposal: Proposal) -> Nature:
    """The nature of the lots a clause is written for: some penalties differ for works."""
    number = proposal.lots[0] if proposal.lots else None
    lots = context.understanding.lots
    return next((lot.scope.nature for lot in lots if lot.lot == number), context.understanding.market.nature)
