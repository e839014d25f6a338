"""The public pages of rules: everything the library knows of the law, with its last reading, and what it lacks.

Nothing here is written by hand: the pages follow the data. All the rules on one page would weigh 150 KB: a first page
names them, one page for each part shows them whole, and a search shows what holds the words asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from drafter import french
from drafter.checking import stale_entries
from drafter.dated import Source, Status
from drafter.library import Library
from drafter.library.sector import AgecTable, Milestone
from drafter.readers import plain
from drafter.web.rule_groups import Group, Rule, articles, figures, rule_groups, thresholds

FAR = 10
"""A figure known for that many years ahead is not missing."""
MAX_STALE = 20
"""As many old readings as the page names; the others are counted."""
MAX_FOUND = 30
"""As many rules as a search shows whole; the others are named, so that no search passes 100 KB."""


@dataclass(frozen=True)
class Gap:
    """Something the library does not hold, and the entry it concerns."""

    text: str
    id: str = ""


@dataclass(frozen=True)
class Rules:
    """One page of rules: the contents (`whole` is empty), one `part`, or what a search found.

    `whole` is printed in full, `named` by its titles. `elsewhere` gives the part that holds an entry which is not whole
    here: an anchor to it would lead nowhere.
    """

    whole: tuple[Group, ...]
    named: tuple[Group, ...]
    part: Group | None
    before: Group | None
    after: Group | None
    searched: bool
    unknown: bool
    """The address asks for a part or a rule that we do not hold."""
    elsewhere: Mapping[str, str]
    agec: AgecTable | None
    agec_sources: tuple[tuple[Source, Status], ...]
    """Where the shares of the table were read, each once."""
    gaps: tuple[Gap, ...]
    stale: tuple[str, ...]
    more_stale: int
    total: int
    last_read: date
    version: str
    dated: date
    age: int

    @property
    def count(self) -> int:
        return self.shown + self.left

    @property
    def shown(self) -> int:
        return sum(len(group.rules) for group in self.whole)

    @property
    def left(self) -> int:
        """Rules named only."""
        return sum(len(group.rules) for group in self.named)


def read_rules(library: Library, today: date, *, words: str = "", part: str = "", rule: str = "") -> Rules:
    """What holds all the `words`, accents and capitals aside; else the `part`; else the part that holds the `rule`;
    else, or when there is no such thing, the contents."""
    groups = tuple(rule_groups(library))
    places = {name: group.id for group in groups for name in (group.id, *(item.id for item in group.rules))}
    wanted = plain(words).split()
    place = "" if wanted else part or places.get(rule, "")
    index = next((i for i, group in enumerate(groups) if group.id == place), None)
    if wanted:
        whole, named = _cut(_keep(groups, lambda item: all(word in item.words for word in wanted)))
    else:
        whole, named = (groups[index : index + 1], ()) if index is not None else ((), groups)
    here = {name for group in whole for name in (group.id, *(item.id for item in group.rules))}
    contents = not wanted and index is None
    stale = stale_entries(library, today) if contents else ()
    return Rules(
        whole=whole,
        named=named,
        part=groups[index] if index is not None else None,
        before=groups[index - 1] if index else None,
        after=groups[index + 1] if index is not None and index + 1 < len(groups) else None,
        searched=bool(wanted),
        unknown=contents and bool(part or rule),
        elsewhere={name: group for name, group in places.items() if name not in here},
        agec=library.agec,
        agec_sources=_agec_sources(library),
        gaps=tuple(_gaps(library)) if contents else (),
        stale=stale[:MAX_STALE],
        more_stale=max(0, len(stale) - MAX_STALE),
        total=sum(len(group.rules) for group in groups),
        last_read=max(_readings(library)),
        version=library.info.version,
        dated=library.info.date,
        age=library.info.reading_age_months,
    )


def _keep(groups: Iterable[Group], kept: Callable[[Rule], bool]) -> tuple[Group, ...]:
    """The rules `kept`, each in its group; a group that has none goes."""
    found = (replace(group, rules=tuple(filter(kept, group.rules))) for group in groups)
    return tuple(group for group in found if group.rules)


def _cut(groups: tuple[Group, ...]) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """The first rules, as many as a search shows whole, and the others."""
    first = {rule.id for rule in [rule for group in groups for rule in group.rules][:MAX_FOUND]}
    return _keep(groups, lambda rule: rule.id in first), _keep(groups, lambda rule: rule.id not in first)


def _agec_sources(library: Library) -> tuple[tuple[Source, Status], ...]:
    milestones = [item for category in library.agec.categories for item in category.milestones] if library.agec else []
    cells = [cell for item in milestones for cell in (item.reuse, item.recycled, item.together) if cell is not None]
    return tuple({cell.source.title: (cell.source, cell.status) for cell in cells}.values())


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
        missing = [subject.lower() for subject, number, _ in articles(ccag.articles) if not number]
        if missing:
            yield Gap(f"{ccag.acronym}, numéros d'article non chargés : {french.joined(missing)}.", f"ccag-{ccag.id}")
    for parameter in thresholds(library):
        if end := parameter.values[-1].end:
            yield Gap(f"{parameter.label} : aucune valeur connue après le {french.day(end)}.", parameter.id)
    for duty in library.sector_duties.values():
        for parameter in figures(duty, library):
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
    items += [entry for parameter in thresholds(library) for entry in parameter.values]
    yield library.info.date
    yield from (item.source.read_on for item in items)
