"""What differs between two states of a market, as French words for a page or a document."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from drafter import french
from drafter.exchange.tree import FIGURES, LOTS, TOGETHER, Node, Path, at, changed, cut, grown, put, same_lots
from drafter.library import Library
from drafter.market import AwardCriterion, Decision, Lot, Market, Opinion, Overrides, Tranche, read_market
from drafter.vocabulary import Factor, Flag, ProposedFigure, Role, Term

NOTHING = "non renseigné"
LABELS = {
    "objet": "Objet",
    "intitule": "Intitulé du lot",
    "nature": "Nature",
    "segment": "Segment d'achat",
    "cpv": "Code CPV",
    "montant_ht": "Montant HT",
    "duree_mois": "Durée",
    "departement": "Département",
    "commune": "Commune",
    "forme": "Forme",
    "montant_min_ht": "Montant minimum HT",
    "montant_max_ht": "Montant maximum HT",
    "ccag": "CCAG",
    "technicite": "Technicité",
    "ambition": "Ambition",
    "periodes": "Périodes",
    "attributaires": "Attributaires",
    "debut_execution": "Début d'exécution",
    "date_lancement": "Date de lancement",
    "acheteur": "Type d'acheteur",
    "acheteur_nom": "Acheteur",
    "contrat": "Type de contrat",
    "procedure": "Procédure",
    "base_seuil_social": "Lecture du seuil social",
    "date_accord_cadre": "Date de l'accord-cadre",
    "achats_annuels_ht": "Achats annuels HT",
    "territoire": "Programme ou organisation",
    "clauses_propres": "Textes de l'acheteur à contrôler",
    "lots": "Lots",
}
_FIGURES = {
    **{str(figure): figure.label for figure in ProposedFigure},
    **{str(factor): f"Facteur {factor.label.lower()}" for factor in Factor},
    "marche_precedent": "Marché précédent",
    "bons_de_commande": "Bons de commande qui portent des heures",
    "indexation_annuelle": "Actualisation annuelle du coût horaire",
    "taux_operation": "Objectif d'effort de toute l'opération",
}


@dataclass(frozen=True)
class Difference:
    """One fact that differs. `lot` None: the whole market. `reason` and `by` are those written with `after`.

    `key` names the fact for `take`; the same two markets give the same keys.
    """

    key: str
    lot: int | None
    what: str
    before: str
    after: str
    reason: str = ""
    by: Role | None = None

    @property
    def where(self) -> str:
        return "Marché" if self.lot is None else f"Lot n° {self.lot}"


def differences(before: Market, after: Market, library: Library) -> tuple[Difference, ...]:
    """Each fact, figure, decision or opinion that differs, in the order of the file. Typeset, never escaped."""
    left, right = _pair(before, after)
    return tuple(told(path, before, after, left, right, library) for path in changed(left, right))


def take(mine: Market, theirs: Market, keys: Collection[str]) -> Market:
    """Mine, with theirs for the facts of these keys. Raises InputError when the whole no longer reads."""
    left, right = _pair(mine, theirs)
    for path in list(changed(left, right)):
        if any(_key(path[:length]) in keys for length in range(1, len(path) + 1)):  # the key of all the lots, say
            put(left, path, at(right, path))
    return read_market(cut(left))


def _pair(before: Market, after: Market) -> tuple[Node, Node]:
    apart = same_lots(before, after)
    return grown(before, lots_apart=apart), grown(after, lots_apart=apart)


def _key(path: Path) -> str:
    return "/".join(path)


def told(path: Path, before: Market, after: Market, left: Node, right: Node, library: Library) -> Difference:
    """The fact at `path` in words."""
    lot = int(path[1]) if path[0] == LOTS and len(path) > 1 else None
    inside = path[2:] if lot else path
    old, new = at(left, path), at(right, path)
    reason, by = _why(inside, new)
    return Difference(
        _key(path),
        lot,
        french.typeset(_what(inside, library)),
        french.typeset(_said(inside, old, _owner(before, lot), library)),
        french.typeset(_said(inside, new, _owner(after, lot), library)),
        reason,
        by,
    )


def _owner(market: Market, lot: int | None) -> Market | Lot:
    return market.lots[lot - 1] if lot else market


def _what(path: Path, library: Library) -> str:
    first, last = path[0], path[-1]
    if first == FIGURES:
        return _FIGURES[last]
    if len(path) == 1:
        return LABELS[first]
    if first == "drapeaux":
        return Flag(last).label
    if first == "decisions":
        kind, _, rest = last.partition(" ")
        name = rest.split(" ")[0]
        known = library.clauses.get(name) if kind == "clause" else None
        return f"Clause « {known.title if known else name} »" if kind == "clause" else f"Obligation {name}"
    return {
        "criteres": f"Critère « {last} »",
        "tranches": f"Tranche « {last} »",
        "territoires_ecartes": f"Surcouche territoriale {last}",
        "avis": "Avis du facilitateur",
    }[first]


def _said(path: Path, fact: Any, owner: Market | Lot, library: Library) -> str:
    """The value of a fact as a person reads it."""
    if fact is None:
        return {"drapeaux": "non déclaré", "territoires_ecartes": "appliquée", "decisions": "proposition"}.get(
            path[0], "proposition du service" if path[0] == FIGURES else NOTHING
        )
    match path[0]:
        case "drapeaux":
            return "déclaré"
        case "territoires_ecartes":
            return "écartée"
        case "calibrage":
            return _figure(path[-1], Overrides.model_validate(fact))
        case "decisions":
            return _decision(Decision.model_validate(fact), library)
        case "avis":
            opinion = Opinion.model_validate(fact)
            said = f"{opinion.sense.label}, {french.day(opinion.given_on)}"
            return f"{opinion.structure} : {said}" if opinion.structure else said
        case "criteres":
            criterion = AwardCriterion.model_validate(fact)
            return criterion.kind.label + (f", {criterion.weight} %" if criterion.weight is not None else "")
        case "tranches":
            tranche = Tranche.model_validate(fact)
            rates = (tranche.labour_share, tranche.hourly_cost, tranche.effort)
            firm = "ferme" if tranche.firm else "optionnelle"
            given = [french.show(rate) for rate in rates if rate is not None]
            return ", ".join([f"{french.euros(tranche.amount)} HT", firm, *given])
        case "clauses_propres" if isinstance(owner, Market):
            return " ; ".join(f"{item.piece} : {shorten(item.text, 80, placeholder='…')}" for item in owner.own_clauses)
        case "lots" if isinstance(owner, Market):
            return " ; ".join(f"n° {number} : {_lot(lot)}" for number, lot in enumerate(owner.lots, 1))
    return _shown(path[0], owner, library)


def _lot(lot: Lot) -> str:
    amount = lot.amount_max or lot.amount
    return f"{lot.title} ({french.euros(amount)} HT)" if amount else lot.title


def _shown(key: str, owner: Market | Lot, library: Library) -> str:
    name = next(name for name, info in type(owner).model_fields.items() if (info.alias or name) == key)
    value = getattr(owner, name)
    if isinstance(value, Term):
        return value.label
    if key == "segment":
        return next((item.label for item in library.segments.values() if value in (item.id, item.code)), value)
    if key == "territoire" and value in library.territories:
        return library.territories[value].label
    return french.show(value)


def _figure(key: str, figures: Overrides) -> str:
    given = [
        french.show(value)
        for name in type(figures).model_fields
        if name not in ("set_aside", "reasons") and (value := getattr(figures, name)) is not None
    ]
    if key not in TOGETHER.values() and key in list(Factor):
        return "écarté" if figures.set_aside else "proposition du service"
    return " ; ".join(given) or "proposition du service"


def _decision(decision: Decision, library: Library) -> str:
    if decision.exemption:
        known = library.exemptions.get(decision.exemption)
        return f"dérogation {known.title.lower() if known else decision.exemption}"
    said = decision.choice.label.lower() if decision.choice else ""
    lot = f" (lot n° {decision.lot})" if decision.lot else ""
    values = " ; ".join(f"{name} : {text}" for name, text in decision.parameters.items())
    return f"{said}{lot}{f', {values}' if values else ''}"


def _why(path: Path, fact: Any) -> tuple[str, Role | None]:
    if not isinstance(fact, dict):
        return "", None
    if path[0] == FIGURES:
        for reason in Overrides.model_validate(fact).reasons.values():
            return reason.reason, reason.by
    if path[0] in ("decisions", "avis"):
        return str(fact.get("motif", "")), Role(fact["par"]) if "par" in fact else None
    return "", None
