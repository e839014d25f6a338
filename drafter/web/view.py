"""What the second page shows, worked out of a Result: templates only print it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from drafter import french
from drafter.pipeline import Result
from drafter.understanding import Understood
from drafter.web.calibration_view import LotView, lot_views
from drafter.web.cards import Card, kept_cards, other_cards, unfit_clauses
from drafter.web.choices import Checked, decision_values
from drafter.web.fields import Fields, one
from drafter.web.law import Ask, Law, ask, asked, law_of
from drafter.web.lot_groups import GROUP, LotGroup, groups
from drafter.web.preview import LABELS, blank_id
from drafter.web.ways_out import Notice, warnings_of
from drafter.word.bundle import FILE_NAMES

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
FIRST_ALERTS = 12
"""Points of attention that the page opens with, the most serious first."""


@dataclass(frozen=True)
class Fact:
    """One line of « what was understood ». `field` is where the first page lets one change it."""

    label: str
    value: str
    origin: str
    field: str

    @property
    def of_lot(self) -> bool:
        return self.field.startswith("lots-")


@dataclass(frozen=True)
class CheckPage:
    """Everything the page prints. `fields` holds the texts of its inputs, typed or worked out."""

    result: Result
    fields: Fields
    facts: tuple[Fact, ...]
    law: Law
    lots: tuple[LotView, ...]
    warnings: tuple[Notice, ...]
    kept: tuple[Card, ...]
    withdrawn: tuple[Card, ...]
    """What the person withdrew from the proposal."""
    others: tuple[Card, ...]
    """The other choices for this purchase."""
    unfit: tuple[tuple[str, tuple[str, ...]], ...]
    """Clauses written for other purchases: each reason, with the titles it rules out."""
    questions: tuple[tuple[Ask, str], ...]
    """Those that a field of the first page answers, each with the names of what waits for the answer."""
    opened: frozenset[str]
    """Ids of the cards that show everything."""

    @property
    def long(self) -> bool:
        """So many lots that whatever can wait to be asked for does."""
        return len(self.lots) > GROUP

    @property
    def first_alerts(self) -> tuple[Notice, ...]:
        return self._alerts[:FIRST_ALERTS]

    @property
    def other_alerts(self) -> tuple[Notice, ...]:
        """Shown when asked for."""
        return self._alerts[FIRST_ALERTS:]

    @property
    def _alerts(self) -> tuple[Notice, ...]:
        return tuple(notice for notice in self.warnings if not notice.advice)

    @property
    def market_facts(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if not fact.of_lot)

    @property
    def understood(self) -> tuple[LotGroup[Fact], ...]:
        """What was understood of each lot."""
        return tuple(groups([fact for fact in self.facts if fact.of_lot]))

    @property
    def hours(self) -> tuple[LotGroup[LotView], ...]:
        """The hours of each lot."""
        return tuple(groups(self.lots))

    def group(self, kind: str, first: str) -> LotGroup[Fact] | LotGroup[LotView] | None:
        """The lots that a folded part shows: `compris/21`, `heures/41`."""
        found: dict[str, tuple[LotGroup[Fact] | LotGroup[LotView], ...]]
        found = {"compris": self.understood, "heures": self.hours}
        return next((group for group in found.get(kind, ()) if str(group.first) == first), None)

    @property
    def others_opened(self) -> bool:
        """Something typed among the other choices is to be shown, a fault above all."""
        names = tuple(f"{card.name}--" for card in self.others)
        return any(name.startswith(names) for name in self.fields.errors)


def check_page(checked: Checked, opened: Collection[str] = ()) -> CheckPage:
    """`opened`: ids of the clauses whose card the person opened."""
    result = checked.result
    kept, dropped = tuple(kept_cards(result)), tuple(other_cards(result))
    typed = {name.split("--")[1] for name in (*checked.fields.values, *checked.fields.errors) if "--p--" in name}
    page = CheckPage(
        result=result,
        fields=checked.fields,
        facts=tuple(_facts(result)),
        law=law_of(result),
        lots=lot_views(result),
        warnings=warnings_of(result),
        kept=kept,
        withdrawn=tuple(card for card in dropped if card.against),
        others=tuple(card for card in dropped if not card.against),
        unfit=unfit_clauses(result),
        questions=tuple(_questions(result)),
        opened=frozenset((*opened, *typed, *(card.clause.id for card in kept if card.changed))),
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
    for card in (*page.kept, *page.withdrawn, *page.others):
        worked[f"{card.name}--motif"] = one("")
        if card.kept:
            worked[f"{card.name}--garder"] = one("1")
        for parameter in card.parameters:
            worked[f"{card.name}--p--{parameter.key}"] = one(parameter.shown)
    worked |= {f"r--{question.field}": one("") for question, _ in page.questions}
    dropped = (*page.withdrawn, *page.others)
    on_page = {*worked, *(f"{card.name}--garder" for card in dropped)}
    decided = {name: text for name, text in decision_values(result.market.decisions).items() if "--p--" not in name}
    typed = {  # a parameter left empty goes back to the proposal, and shows it
        name: found for name, found in page.fields.values.items() if "--p--" not in name or "".join(found).strip()
    }
    for card in (*page.kept, *page.withdrawn, *page.others):
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


# --- documents -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListedBlank:
    """Something left to write, and where it stands in the preview. `field`: where the first page asks for it."""

    label: str
    place: str
    field: str


@dataclass(frozen=True)
class Piece:
    key: str
    short: str
    title: str
    description: str
    file: str
    blanks: tuple[ListedBlank, ...]


ANSWERED_BY = {"nom de l’acheteur": "acheteur_nom", "lieu d’exécution": "departement", "procédure": "procedure"}
"""Blanks that a field of the first page fills."""


def pieces(result: Result) -> tuple[Piece, ...]:
    return tuple(
        Piece(
            key,
            LABELS[key],
            document.title,
            DOCUMENTS.get(key, ""),
            FILE_NAMES[key],
            tuple(
                ListedBlank(label, blank_id(key, number), ANSWERED_BY.get(label, ""))
                for number, label in enumerate(document.blanks)
            ),
        )
        for key, document in result.documents.items()
    )


__all__ = ["CheckPage", "ListedBlank", "Piece", "check_page", "pieces"]
