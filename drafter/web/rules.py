"""The public page of rules: everything the library knows of the law, with its last reading, and what it lacks.

Nothing here is written by hand: the page follows the data. `find_rules` keeps what holds the words asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from drafter import french
from drafter.checking import stale_entries
from drafter.conditions import parameters_used
from drafter.dated import Parameter, Source, Status
from drafter.draft.fields import CCAG_SUBJECTS
from drafter.library import Library
from drafter.library.sector import AgecTable, Milestone, SectorDuty
from drafter.readers import plain

FAR = 10
"""A figure known for that many years ahead is not missing."""
MAX_STALE = 20
"""As many old readings as the page names; the others are counted."""


@dataclass(frozen=True)
class Rule:
    """One entry of the page. `kind` says how it is printed, `more` what the entry itself does not hold."""

    kind: str
    id: str
    item: Any
    more: tuple[Any, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Group:
    id: str
    title: str
    intro: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Gap:
    """Something the library does not hold, and the entry it concerns."""

    text: str
    id: str = ""


@dataclass(frozen=True)
class Rules:
    groups: tuple[Group, ...]
    agec: AgecTable | None
    agec_sources: tuple[tuple[Source, Status], ...]
    """Where the shares of the table were read, each once."""
    gaps: tuple[Gap, ...]
    stale: tuple[str, ...]
    more_stale: int
    count: int
    total: int
    last_read: date
    version: str
    dated: date
    age: int


def find_rules(library: Library, words: str, today: date) -> Rules:
    """Every rule, or those that hold all the words, accents and capitals aside."""
    groups = tuple(_groups(library))
    wanted = plain(words).split()
    kept = tuple(
        group if len(rules) == len(group.rules) else Group(group.id, group.title, group.intro, rules)
        for group in groups
        if (rules := tuple(rule for rule in group.rules if all(word in rule.words for word in wanted)))
    )
    stale = stale_entries(library, today)
    return Rules(
        groups=kept,
        agec=library.agec,
        agec_sources=_agec_sources(library),
        gaps=() if wanted else tuple(_gaps(library)),
        stale=stale[:MAX_STALE],
        more_stale=max(0, len(stale) - MAX_STALE),
        count=sum(len(group.rules) for group in kept),
        total=sum(len(group.rules) for group in groups),
        last_read=max(_readings(library)),
        version=library.info.version,
        dated=library.info.date,
        age=library.info.reading_age_months,
    )


# --- groups --------------------------------------------------------------------------------------


def _groups(library: Library) -> Iterator[Group]:
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
        (_rule("valeurs", item.id, item) for item in _thresholds(library)),
    )
    yield _group(
        "sectorielles",
        "Obligations propres à certains achats",
        "Chacune dit qui est tenu, depuis quand, sur quoi, et ce qu'il faut en faire dans les pièces.",
        (_rule("sectorielle", duty.id, duty, *_figures(duty, library)) for duty in library.sector_duties.values()),
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
            _rule("ccag", f"ccag-{item.id}", item, *_articles(item.articles))
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


def _thresholds(library: Library) -> list[Parameter]:
    named = {row.parameter for row in library.thresholds}
    for duty in library.duties.values():
        named |= parameters_used(duty.applies_when)
    return [
        item for item in library.parameters.values() if item.id in named or item.id.startswith(("seuils.", "smic."))
    ]


def _figures(duty: SectorDuty, library: Library) -> Iterator[Parameter]:
    for name in dict.fromkeys(figure.parameter for figure in duty.figures):
        yield library.parameters[name]


def _agec_sources(library: Library) -> tuple[tuple[Source, Status], ...]:
    milestones = [item for category in library.agec.categories for item in category.milestones] if library.agec else []
    cells = [cell for item in milestones for cell in (item.reuse, item.recycled, item.together) if cell is not None]
    return tuple({cell.source.title: (cell.source, cell.status) for cell in cells}.values())


def _articles(articles: Any) -> Iterator[tuple[str, str, Status]]:
    """What the article is about, its number (empty when not loaded), how sure it is."""
    for key, article in articles.items():
        subject = CCAG_SUBJECTS.get(key, key).split(" ", 1)[1].removeprefix("la ")
        yield subject[:1].upper() + subject[1:], article.number or "", article.status


# --- what is missing -----------------------------------------------------------------------------


def _gaps(library: Library) -> Iterator[Gap]:
    if library.agec is not None:
        cells = [
            cell
            for item in library.agec.categories
            for palier in item.milestones
            for cell in (palier.reuse, palier.recycled)
        ]
        empty = sum(cell is None for cell in cells)
        if empty:
            yield Gap(
                f"Article 58 de la loi AGEC : {empty} parts sur {len(cells)} ne sont pas chargées (annexe du décret "
                f"non lue), et les parts d'avant le {french.day(library.agec.start)} non plus.",
                "agec",
            )
    for ccag in library.ccags.values():
        missing = [subject.lower() for subject, number, _ in _articles(ccag.articles) if not number]
        if missing:
            yield Gap(f"{ccag.acronym}, numéros d'article non chargés : {french.joined(missing)}.", f"ccag-{ccag.id}")
    for parameter in _thresholds(library):
        if end := parameter.values[-1].end:
            yield Gap(f"{parameter.label} : aucune valeur connue après le {french.day(end)}.", parameter.id)
    for duty in library.sector_duties.values():
        for parameter in _figures(duty, library):
            if (end := parameter.values[-1].end) and end.year < library.info.date.year + FAR:
                yield Gap(f"{duty.title}, {_lower(parameter.label)} : rien après le {french.day(end)}.", duty.id)
        doubtful = [item for item in duty.milestones if _doubtful(item)]
        if duty.status is Status.TO_VERIFY:
            yield Gap(f"{duty.title} ({duty.article}) : la règle entière est à vérifier.", duty.id)
        elif doubtful:
            days = french.joined([french.day(item.start) for item in doubtful])
            yield Gap(f"{duty.title} ({duty.article}) : échéance à vérifier ({days}).", duty.id)


def _doubtful(item: Milestone) -> bool:
    return Status.TO_VERIFY in (item.status, item.date_status)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _readings(library: Library) -> Iterator[date]:
    items: list[Any] = [*library.duties.values(), *library.sector_duties.values(), *library.exemptions.values()]
    items += [*library.reservations.values(), *library.warnings.rules.values()]
    items += [entry for parameter in _thresholds(library) for entry in parameter.values]
    yield library.info.date
    yield from (item.source.read_on for item in items)
