"""The rules of the library in the groups in which one reads them: the parts of the public pages of rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from drafter import french
from drafter.conditions import parameters_used
from drafter.dated import Parameter, Status
from drafter.draft.fields import CCAG_SUBJECTS
from drafter.library import Library
from drafter.library.sector import SectorDuty
from drafter.readers import plain
from drafter.vocabulary import ContractKind


@dataclass(frozen=True)
class Rule:
    """One entry. `kind` says how it is printed, `more` what the entry itself does not hold."""

    kind: str
    id: str
    item: Any
    more: tuple[Any, ...] = ()
    words: str = ""

    @property
    def title(self) -> str:
        match self.kind:
            case "ccag":
                return _upper(self.item.name)
            case "agec":
                return f"{self.item.number}. {self.item.label}"
            case "valeurs":
                return str(self.item.label)
        return str(self.item.title)

    @property
    def reference(self) -> str:
        """What tells it from another on a list: its article, else its short name; a figure has only its title."""
        match self.kind:
            case "ccag":
                return str(self.item.acronym)
            case "agec" | "valeurs":
                return ""
            case "avertissement":
                return self.id
            case "obligation" if self.item.contract is ContractKind.CONCESSION:  # of the same title as for a market
                return f"{self.item.article}, concessions"
        return str(self.item.article) if self.item.article != self.title else ""


@dataclass(frozen=True)
class Group:
    id: str
    title: str
    intro: str
    rules: tuple[Rule, ...]


def rule_groups(library: Library) -> Iterator[Group]:
    yield _group(
        "obligations",
        "Obligations générales",
        "Les obligations du code de la commande publique, pour les marchés et les concessions. La date comparée est "
        "celle du lancement de la consultation.",
        (_rule("obligation", duty.id, duty, *duty.anticipations) for duty in library.duties.values()),
    )
    yield _group(
        "derogations",
        "Dérogations à la condition sociale",
        "Chacune demande un motif écrit, gardé avec les pièces du marché.",
        (_rule("derogation", item.id, item) for item in library.exemptions.values()),
    )
    yield _group(
        "reservations",
        "Marchés réservés",
        "Une réservation limite la consultation à certaines structures et se mentionne dans l'avis.",
        (_rule("reservation", item.id, item) for item in library.reservations.values()),
    )
    yield _group(
        "seuils",
        "Seuils et SMIC",
        "Hors taxes. Atteindre un seuil européen suffit. Après la dernière date connue, le service le dit au lieu de "
        "deviner.",
        (_rule("valeurs", item.id, item) for item in thresholds(library)),
    )
    yield _group(
        "sectorielles",
        "Obligations propres à certains achats",
        "Chacune dit qui est tenu, depuis quand, sur quoi, et ce qu'il faut en faire dans les pièces.",
        (_rule("sectorielle", duty.id, duty, *figures(duty, library)) for duty in library.sector_duties.values()),
    )
    if library.agec is not None:
        categories = (_rule("agec", f"AGEC-58-{item.number}", item) for item in library.agec.categories)
        floor = library.agec.floor
        yield _group(
            "agec",
            "Tableau de l'article 58 de la loi AGEC",
            "Part de la dépense annuelle hors taxes de chaque catégorie, réemploi puis matières recyclées. "
            f"« Non chargé » : le chiffre n'a pas été lu dans un texte ; le plancher de la loi est alors rappelé, "
            f"{french.show(floor.value)} au moins en tout.",
            categories,
        )
    yield _group(
        "ccag",
        "Articles des CCAG",
        "Les numéros que nos clauses citent. Un numéro non chargé ne s'écrit pas : la clause nomme alors le sujet.",
        (
            _rule("ccag", f"ccag-{item.id}", item, *articles(item.articles))
            for item in library.ccags.values()
            if item.articles
        ),
    )
    yield _group(
        "avertissements",
        "Avertissements",
        "Ce que le service signale dans vos critères et vos choix. Les mêmes contrôles passent sur nos clauses.",
        (_rule("avertissement", item.id, item) for item in library.warnings.rules.values()),
    )


def _group(name: str, title: str, intro: str, rules: Iterable[Rule]) -> Group:
    return Group(name, title, intro, tuple(rules))


def _rule(kind: str, name: str, item: Any, *more: Any) -> Rule:
    return Rule(kind, name, item, more, plain(" ".join((name, *_texts(item), *_texts(more)))))


_UNSHOWN = frozenset({"patterns", "applies_when", "unless", "open_when", "acquired_when", "when", "buyers", "clauses"})
"""What an entry holds for the engine, not for the reader: never searched."""


def _texts(value: Any) -> Iterator[str]:
    """Every text of an entry that the page prints, dates and figures as printed."""
    if isinstance(value, Status):
        yield value.label
    elif isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name not in _UNSHOWN:
                yield from _texts(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield french.show(value)


def thresholds(library: Library) -> list[Parameter]:
    named = {row.parameter for row in library.thresholds}
    for duty in library.duties.values():
        named |= parameters_used(duty.applies_when)
    return [
        item for item in library.parameters.values() if item.id in named or item.id.startswith(("seuils.", "smic."))
    ]


def figures(duty: SectorDuty, library: Library) -> Iterator[Parameter]:
    for name in dict.fromkeys(figure.parameter for figure in duty.figures):
        yield library.parameters[name]


def articles(loaded: Any) -> Iterator[tuple[str, str, Status]]:
    """What the article is about, its number (empty when not loaded), how sure it is."""
    for key, article in loaded.items():
        subject = CCAG_SUBJECTS.get(key, key).split(" ", 1)[1].removeprefix("la ")
        yield _upper(subject), article.number or "", article.status


def _upper(label: str) -> str:
    return label[:1].upper() + label[1:]
