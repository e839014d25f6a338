"""What the second page shows, worked out of a Result: templates only print it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drafter import french
from drafter.dated import Number, Unit
from drafter.decisions import WEIGHT
from drafter.library.clause import Clause
from drafter.library.terms import Basis, ClauseType
from drafter.pipeline import Result
from drafter.proposal import Proposal
from drafter.understanding import Understood
from drafter.web.calibration_view import LotView, lot_views
from drafter.web.choices import Checked, Seen, decision_values
from drafter.web.fields import Fields, one
from drafter.web.law import Ask, Law, ask, asked, law_of, lots_label
from drafter.web.market_form import typed_text
from drafter.word.bundle import FILE_NAMES

TYPES = {
    ClauseType.EXECUTION: "Condition d'exécution",
    ClauseType.SPECIFICATION: "Spécification technique",
    ClauseType.CRITERION: "Critère d'attribution",
    ClauseType.PROGRESS: "Engagement de progrès",
}
BASES = {
    Basis.LAW: "imposé par un texte",
    Basis.GUIDE: "tiré d'un guide",
    Basis.TEAM: "",  # our own proposal, as the page says once
}
UNITS = {
    Unit.EUROS: "€ HT",
    Unit.HOURLY: "€/h",
    Unit.HOURS: "heures",
    Unit.MONTHS: "mois",
    Unit.DAYS: "jours",
    Unit.RATE: "%",
    Unit.NUMBER: "",
}
ORIGINS = {
    "saisi": "indiqué par vous",
    "cpv": "déduit du code CPV",
    "objet": "déduit de l'objet",
    "defaut": "par défaut",
    "segment": "déduit du segment",
    "nature": "déduit de la nature",
}
DOCUMENTS = {
    "ccap": "Section à insérer dans votre CCAP : conditions d'exécution, suivi, pénalités.",
    "cctp": "Exigences techniques environnementales et sociales, à insérer dans votre CCTP.",
    "rc": "Critères, pondération et pièces à remettre, à insérer dans votre règlement de la consultation.",
    "ae": "Annexe que le candidat remplit et remet avec son offre.",
    "note": "Le calcul des heures d'insertion, étape par étape, avec ses sources. Pièce interne.",
    "decision": "Ce que la loi demande, ce que vous avez retenu ou écarté, et pourquoi. Pièce interne.",
}


@dataclass(frozen=True)
class Fact:
    """One line of « what was understood ». `field` is where the first page lets one change it."""

    label: str
    value: str
    origin: str
    field: str


@dataclass(frozen=True)
class ParameterField:
    key: str
    label: str
    unit: str
    shown: str
    bounds: str
    basis: str
    note: str
    changed: bool


@dataclass(frozen=True)
class Card:
    """One clause: kept or set aside, with everything that lets one decide."""

    clause: Clause
    kind: str
    pieces: str
    level: str
    lots: str
    reasons: tuple[str, ...]
    kept: bool
    proposed: bool
    parameters: tuple[ParameterField, ...]
    penalties: tuple[tuple[str, tuple[str, ...]], ...]
    """Each penalty with the breaches it sanctions."""
    duties: tuple[str, ...]
    seen: str

    @property
    def name(self) -> str:
        return f"c--{self.clause.id}"

    @property
    def against(self) -> bool:
        """The choice differs from the proposal."""
        return self.kept is not self.proposed


@dataclass(frozen=True)
class CheckPage:
    """Everything the page prints. `fields` holds the texts of its inputs, typed or worked out."""

    result: Result
    fields: Fields
    facts: tuple[Fact, ...]
    law: Law
    lots: tuple[LotView, ...]
    kept: tuple[Card, ...]
    dropped: tuple[Card, ...]
    """What the person withdrew, then the other choices for this purchase."""
    unfit: tuple[tuple[str, tuple[str, ...]], ...]
    """Clauses written for other purchases: each reason, with the titles it rules out."""
    questions: tuple[tuple[Ask, str], ...]
    """Those that a field of the first page answers, each with the names of what waits for the answer."""


def check_page(checked: Checked) -> CheckPage:
    result = checked.result
    kept = tuple(_kept(result))
    dropped = tuple(_dropped(result))
    lots = lot_views(result)
    page = CheckPage(
        result=result,
        fields=checked.fields,
        facts=tuple(_facts(result)),
        law=law_of(result),
        lots=lots,
        kept=kept,
        dropped=dropped,
        unfit=_unfit(result),
        questions=tuple(_questions(result)),
    )
    return CheckPage(**{**vars(page), "fields": _fields(page)})


# --- fields --------------------------------------------------------------------------------------


def _fields(page: CheckPage) -> Fields:
    """Typed texts over those the dossier gives; a fault of a field that is not on the page becomes general."""
    result = page.result
    worked: dict[str, tuple[str, ...]] = {}
    for line in page.law.general:
        if line.exemptions:
            worked |= {f"{line.name}--derogation": one(""), f"{line.name}--motif": one("")}
    for card in (*page.kept, *page.dropped):
        worked[f"{card.name}--motif"] = one("")
        if card.kept:
            worked[f"{card.name}--garder"] = one("1")
        for parameter in card.parameters:
            worked[f"{card.name}--p--{parameter.key}"] = one(parameter.shown)
    on_page = {*worked, *(f"{card.name}--garder" for card in page.dropped)}
    decided = {name: text for name, text in decision_values(result.market.decisions).items() if "--p--" not in name}
    typed = {  # a parameter left empty goes back to the proposal, and shows it
        name: found for name, found in page.fields.values.items() if "--p--" not in name or "".join(found).strip()
    }
    for card in (*page.kept, *page.dropped):
        if f"{card.name}--vue" in typed and f"{card.name}--garder" not in typed:
            typed[f"{card.name}--garder"] = ()
    errors = {name: found for name, found in page.fields.errors.items() if name in on_page}
    lost = [message for name, found in page.fields.errors.items() if name not in on_page for message in found]
    return Fields({**worked, **decided, **typed}, errors, (*page.fields.general, *lost))


# --- what was understood -------------------------------------------------------------------------


def _facts(result: Result) -> Iterator[Fact]:
    market, main = result.market, result.understanding.main
    typed = "indiqué par vous"
    yield Fact("Objet", market.object, typed, "objet")
    yield Fact("Nature", market.nature.label, typed, "nature")
    if not market.lots:
        yield Fact("Segment d'achat", _segment(main, result), main.recognition.explanation, "segment")
    yield Fact("Montant HT comparé aux seuils", french.euros(market.total), _amount_origin(result), "montant_ht")
    yield Fact("Durée", french.months(market.duration), typed, "duree_mois")
    yield Fact("Lancement de la consultation", french.day(market.launch_date), typed, "date_lancement")
    buyer = market.buyer.label if market.buyer else "À préciser"
    yield Fact("Acheteur", buyer, typed if market.buyer else "non indiqué", "acheteur")
    origin = "saisi" if market.ccag else main.ccag_origin
    yield Fact("CCAG", result.understanding.ccag.label, ORIGINS[origin], "ccag")
    if market.form:
        yield Fact("Forme", market.form.label, typed, "forme")
    for lot in result.understanding.lots:
        if lot.lot is not None:
            amount = french.euros(lot.scope.amount) if lot.scope.amount else "montant à préciser"
            facts = f"{_segment(lot, result)}, {amount}, {french.months(lot.scope.duration)}"
            value = f"{lot.scope.title}{french.NBSP}: {facts}"
            yield Fact(f"Lot n° {lot.lot}", value, lot.recognition.explanation, f"lots-{lot.lot - 1}-intitule")


def _segment(lot: Understood, result: Result) -> str:
    label = result.library.segments[lot.segment].label
    trade = lot.recognition.trade
    return french.typeset(f"{label} ({trade.label.lower()})" if trade and trade.label != label else label)


def _amount_origin(result: Result) -> str:
    market = result.market
    if market.amount_max and market.total == market.amount_max:
        return "maximum de l'accord-cadre"
    if market.amount and market.total == market.amount:
        return "indiqué par vous"
    return "somme des lots"


# --- questions -----------------------------------------------------------------------------------


def _questions(result: Result) -> Iterator[tuple[Ask, str]]:
    """Questions that no field answers stay inside the duty that asks them."""
    waiting: dict[Ask, list[str]] = {}
    duties = [(found.duty.title, found.questions) for found in result.duties]
    duties += [(found.duty.title, found.questions) for found in result.sector_duties]
    for title, questions in duties:
        for question in asked(questions):
            waiting.setdefault(question, []).append(title)
    for item in result.proposed.to_ask:
        titles = [result.library.clauses[name].title for name in item.unlocks if name in result.library.clauses]
        waiting.setdefault(ask(item.question), []).extend(titles or item.unlocks)
    for lot in result.calibration.lots:
        for question in asked(lot.questions):
            waiting.setdefault(question, []).append("calibrage")
    for question, names in waiting.items():
        if question.field:
            names = list(dict.fromkeys(names))
            more = french.plural(len(names) - 3, "autre") if len(names) > 3 else ""
            yield question, f"{french.NBSP}; ".join([*names[:3], *([more] if more else [])])


# --- clauses -------------------------------------------------------------------------------------


def _kept(result: Result) -> Iterator[Card]:
    proposed = result.proposed.ids()
    groups: dict[str, list[Proposal]] = {}
    for item in result.selection.kept:
        groups.setdefault(item.clause.id, []).append(item)
    for identifier, items in groups.items():
        first = items[0]
        reasons = tuple(dict.fromkeys(reason for item in items for reason in item.reasons))
        parameters = tuple(_parameters(first, result))
        base = {parameter.key: text for parameter, text in zip(parameters, _bases(first, result), strict=True)}
        numbers = sorted({number for item in items for number in item.lots})
        yield _card(
            first.clause,
            result,
            level=first.level.label,
            lots=lots_label(numbers),
            reasons=reasons,
            kept=True,
            proposed=identifier in proposed,
            parameters=parameters,
            seen=Seen(identifier in proposed, base).dump(),
        )


def _dropped(result: Result) -> Iterator[Card]:
    proposed = result.proposed.ids()
    done = set(result.selection.ids())
    cards: list[Card] = []
    for item in result.selection.dropped:
        if item.clause.id in done or not item.fits:
            continue
        done.add(item.clause.id)
        cards.append(
            _card(
                item.clause,
                result,
                level=" ou ".join(level.label.lower() for level in item.clause.levels[:1]),
                lots="",
                reasons=item.reasons,
                kept=False,
                proposed=item.clause.id in proposed,
                parameters=(),
                seen=Seen(item.clause.id in proposed).dump(),
            )
        )
    yield from sorted(cards, key=lambda card: not card.proposed)  # what the person withdrew comes first


def _unfit(result: Result) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for item in result.selection.dropped:
        if not item.fits:
            found.setdefault(" ".join(item.reasons), []).append(item.clause.title)
    return tuple((reason, tuple(titles)) for reason, titles in found.items())


def _card(clause: Clause, result: Result, **known: object) -> Card:
    penalties: dict[str, list[str]] = {}
    for use in clause.penalties:
        if use.code in result.library.penalties:
            penalties.setdefault(result.library.penalties[use.code].title, []).append(use.breach)
    duties = tuple(
        f"{found.duty.title} ({found.duty.article})"
        for found in result.duties
        if found.binds and found.id in clause.satisfies
    )
    pieces = french.joined([str(piece) for piece in clause.texts])
    return Card(
        clause=clause,
        kind=TYPES[clause.type],
        pieces=pieces,
        penalties=tuple((title, tuple(breaches)) for title, breaches in penalties.items()),
        duties=duties,
        **known,  # type: ignore[arg-type]
    )


def _parameters(item: Proposal, result: Result) -> Iterator[ParameterField]:
    for key, parameter in item.clause.parameters.items():
        low = typed_text(parameter.low) if parameter.low is not None else ""
        high = typed_text(parameter.high) if parameter.high is not None else ""
        yield ParameterField(
            key,
            parameter.label,
            UNITS[parameter.unit],
            typed_text(item.values[key]),
            _bounds(low, high),
            BASES[parameter.basis],
            parameter.note or "",
            key in item.changed,
        )
    if item.clause.criterion is not None:
        weight = item.values.get(WEIGHT, Number(item.clause.criterion.weight))
        yield ParameterField(
            WEIGHT,
            "Poids du critère dans la note finale",
            "%",
            typed_text(weight),
            "5 à 60",
            BASES[Basis.TEAM],
            "",
            WEIGHT in item.changed,
        )


def _bounds(low: str, high: str) -> str:
    if low and high:
        return f"{low} à {high}"
    return f"{low} au moins" if low else f"{high} au plus" if high else ""


def _bases(item: Proposal, result: Result) -> Iterator[str]:
    """The proposed value of each parameter, the person's changes aside."""
    lots = result.understanding.lots
    concerned = [lot for lot in lots if (lot.lot or 0) in item.lots] or list(lots)
    nature = concerned[0].scope.nature
    for parameter in item.clause.parameters.values():
        yield typed_text(parameter.value(item.level, nature))
    if item.clause.criterion is not None:
        yield str(item.clause.criterion.weight)


# --- documents -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    key: str
    title: str
    description: str
    file: str
    blanks: tuple[str, ...]


def pieces(result: Result) -> tuple[Piece, ...]:
    return tuple(
        Piece(key, document.title, DOCUMENTS.get(key, ""), FILE_NAMES[key], document.blanks)
        for key, document in result.documents.items()
    )


__all__ = ["CheckPage", "check_page", "pieces"]
