"""Where each of our sections goes, why, and how sure we are; or the question to put to the person.

The list of derogations must close a CCAP (CCAG, first article), so new articles come just before it: they move the
fewest numbers, and the last article stays the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from drafter.errors import Fault, RefusedError
from drafter.word.host import sections as part
from drafter.word.host.options import Existing, Options
from drafter.word.host.outline import Outline, Para, Title
from drafter.word.host.sections import LABELS, Parts, Section, without_penalties
from drafter.word.host.subjects import (
    ANNEX,
    CRITERIA,
    DEROGATION,
    PENALTY,
    SUBJECTS,
    TECHNICAL_GREEN,
    USUAL,
    mentions,
    plain,
)

SURE, LIKELY, DOUBTFUL = "forte", "moyenne", "faible"


@dataclass(frozen=True, slots=True)
class Place:
    """`at`: the rank of the paragraph to write before. `level`: that of the section's first titles in the host.

    `inside` is the article that takes the section as sub-articles or lines; `former` the clause it replaces.
    """

    section: str
    at: int
    level: int
    reason: str
    confidence: str
    inside: Title | None = None
    former: Title | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Sections in the order of the host, each with its place. `list_in` is the host's article of derogations."""

    placed: tuple[tuple[Section, Place], ...]
    list_in: Title | None
    notes: tuple[str, ...]


class PlacesNeeded(RefusedError):
    """The person must say where, or what becomes of an existing clause. `outline` is what to choose from."""

    exit_code = 2

    def __init__(self, faults: Iterable[Fault] | str, outline: Outline) -> None:
        super().__init__(faults)
        self.outline = tuple(
            (title.number or f"#{title.place + 1}", title.level, title.text) for title in outline.titles
        )


def choose(outline: Outline, parts: Parts, piece: str, options: Options) -> Plan:
    """The plan. Raises PlacesNeeded when the person has to answer, RefusedError when a place does not exist."""
    return _Chooser(outline, parts, piece, options).plan()


class _Chooser:
    def __init__(self, outline: Outline, parts: Parts, piece: str, options: Options) -> None:
        self.outline, self.parts, self.piece, self.options = outline, parts, piece, options
        annex = next((item for item in outline.titles if ANNEX.match(plain(item.text))), None)
        self.end = annex.place if annex else len(outline.paras)
        self.titles = [item for item in outline.titles if item.place < self.end]
        self.level = self._article_level()
        self.notes: list[str] = []
        self.faults: list[Fault] = []
        self.asked = {_key(name): self._named(where) for name, where in options.places.items()}
        self.list_in = self._last(DEROGATION) if piece in ("ccap", "ccp") else None
        if part.DEROGATIONS in self.asked:
            self.list_in = self.asked[part.DEROGATIONS]

    def plan(self) -> Plan:
        placed: list[tuple[Section, Place]] = []
        self._several_runs()
        penalties = self.asked.get(part.PENALTIES) or self._penalties()
        for section in self.parts.sections:
            kept, gone = without_penalties(section) if penalties and section.subject else (section, None)
            place = self._place(kept)
            if place is None:
                continue
            placed.append((kept, place))
            if gone and penalties:
                placed.append((gone, self._into(penalties, part.PENALTIES, "votre article des pénalités")))
        if self.faults:
            raise PlacesNeeded(self.faults, self.outline)
        if self.parts.derogations and self.list_in is None:
            last = placed[-1][1] if placed else self._last_resort()
            section = Section(part.DEROGATIONS, self.parts.derogation_blocks)
            at = max((place.at for _, place in placed if not place.inside), default=last.at)
            reason = "votre pièce n’a pas d’article qui récapitule les dérogations : il vient en dernier"
            placed.append((section, Place(part.DEROGATIONS, at, self.level, reason, LIKELY)))
        return Plan(tuple(placed), self.list_in, tuple(self.notes))

    def _several_runs(self) -> None:
        """A piece that lists derogations twice holds a set of articles for each lot: only the person knows which."""
        lists = [title for title in self.titles if DEROGATION.search(plain(title.text)) and title.level == self.level]
        if len(lists) > 1 and self.list_in is not None and part.DEROGATIONS not in self.asked:
            choices = ", ".join(f"#{title.place + 1}" for title in lists)
            self.faults.append(
                Fault(
                    "",
                    f"votre pièce a {len(lists)} articles de dérogations (un par lot ?). Indiquez celui que ce marché "
                    f"complète (--place derogations=NUMÉRO : {choices})",
                )
            )

    # Each section

    def _place(self, section: Section) -> Place | None:
        former = self._former(section)
        if former is not None and self.options.existing is None and section.key not in self.asked:
            self.faults.append(Fault("", self._doubled(section, former)))
            return None
        if former is not None and self.options.existing is Existing.REPLACE:
            reason = f"remplace votre article « {former.text} »"
            return Place(section.key, former.place, former.level, reason, SURE, former=former)
        if (title := self.asked.get(section.key)) is not None:
            reason = f"après « {title.text} », comme vous l’avez demandé"
            return Place(section.key, self.outline.end_of(title), title.level, reason, SURE)
        if former is not None:
            reason = f"à la suite de votre article « {former.text} », qu’il complète"
            return Place(section.key, self.outline.end_of(former), former.level, reason, SURE)
        match section.key:
            case part.ANNEX:
                return Place(part.ANNEX, len(self.outline.paras), 1, "à la fin de l’acte d’engagement", SURE)
            case part.CRITERION:
                return self._criterion()
            case part.REQUIREMENTS:
                return self._requirements()
            case part.CONDITIONS:
                return self._conditions()
        return self._clause(section)

    def _clause(self, section: Section) -> Place | None:
        asked = part.DEROGATIONS in self.asked
        if self.list_in is not None and (asked or not self._following(self.list_in)):
            top = self._at_level(self.list_in)
            reason = "juste avant l’article des dérogations, qui reste le dernier"
            return Place(section.key, top.place, top.level, reason, SURE)
        if (penalties := self._last(PENALTY)) is not None:
            top = self._at_level(penalties)
            reason = f"après votre article « {top.text} »"
            return Place(section.key, self._end(top), top.level, reason, LIKELY)
        return self._unsure(section)

    def _criterion(self) -> Place | None:
        found = self._last(CRITERIA)
        if found is None:
            return self._unsure(Section(part.CRITERION, ()))
        return self._into(found, part.CRITERION, "votre article des critères")

    def _conditions(self) -> Place | None:
        found = self._last(CRITERIA)
        if found is None:
            return self._unsure(Section(part.CONDITIONS, ()))
        top = self._at_level(found)
        return Place(part.CONDITIONS, top.place, top.level, f"avant votre article « {top.text} »", LIKELY)

    def _requirements(self) -> Place | None:
        found = self._last(TECHNICAL_GREEN)
        if found is not None and self.piece == "cctp":
            top = self._at_level(found)
            return Place(part.REQUIREMENTS, self._end(top), top.level, f"à la suite de « {top.text} »", LIKELY)
        if self.piece == "ccp" and self.list_in is not None:
            top = self._at_level(self.list_in)
            chapter = self.outline.parent(top)
            before = [
                item for item in self.titles if chapter and item.place < chapter.place and item.level == top.level
            ]
            if before:
                reason = f"à la fin du chapitre qui précède « {chapter.text if chapter else ''} »"
                return Place(part.REQUIREMENTS, self._end(before[-1]), top.level, reason, LIKELY)
            return Place(part.REQUIREMENTS, top.place, top.level, "avant l’article des dérogations", LIKELY)
        if not self.titles:
            return self._unsure(Section(part.REQUIREMENTS, ()))
        reason = (
            "à la fin de votre pièce, avant les annexes"
            if self.end < len(self.outline.paras)
            else ("à la fin de votre pièce")
        )
        return Place(part.REQUIREMENTS, self.end, self.level, reason, LIKELY)

    def _unsure(self, section: Section) -> Place | None:
        name = LABELS[section.key]
        self.faults.append(
            Fault(
                "",
                f"aucun article de votre pièce ne dit où écrire : {name}. Indiquez l'article après lequel l'écrire "
                f"(--place {section.key}=NUMÉRO, ou fin)",
            )
        )
        return None

    def _last_resort(self) -> Place:
        return Place(part.DEROGATIONS, self.end, self.level, "", DOUBTFUL)

    # What the host already holds

    def _former(self, section: Section) -> Title | None:
        """The article of the host on the same subject."""
        if not section.subject:
            return None
        in_title, in_text = SUBJECTS[section.subject]
        for title in self.titles:
            if in_title.search(plain(title.text)) and not PENALTY.search(plain(title.text)):
                return title
        for para in self._mentioning:
            if in_text.search(plain(para.text)):
                holder = [title for title in self.titles if title.place <= para.place]
                if holder:
                    self._mention(section, holder[-1], para.text)
                break
        return None

    @cached_property
    def _mentioning(self) -> list[Para]:
        """Paragraphs that may speak of one of our subjects."""
        return [
            para
            for para in self.outline.paras[: self.end]
            if len(para.text) > 30 and mentions(para.text) and not para.contents
        ]

    def _mention(self, section: Section, holder: Title, text: str) -> None:
        excerpt = text.strip()[:120]
        if self.options.existing is None and section.key not in self.asked:
            self.faults.append(
                Fault(
                    "",
                    f"l'article « {holder} » parle déjà de ce sujet ({LABELS[section.subject]}) : « {excerpt}… ». "
                    "Relisez-le, puis confirmez par --existant completer : votre texte reste, le nôtre s'ajoute",
                )
            )
        else:
            self.notes.append(
                f"L’article « {holder} » parle déjà de ce sujet ({LABELS[section.subject]}) ; il est laissé tel quel : "
                f"« {excerpt}… ». Vérifiez qu’il ne contredit pas l’article inséré."
            )

    def _doubled(self, section: Section, former: Title) -> str:
        return (
            f"votre pièce a déjà un article sur ce sujet ({LABELS[section.subject]}) : « {former} ». Choisissez : "
            "--existant remplacer (le nôtre prend sa place) ou --existant completer (le nôtre vient à sa suite)"
        )

    # Finding titles

    def _article_level(self) -> int:
        levels: dict[int, int] = {}
        for title in self.titles:
            if USUAL.search(plain(title.text)):
                levels[title.level] = levels.get(title.level, 0) + 1
        enough = [level for level, count in levels.items() if count >= 3]
        return min(enough or levels or [title.level for title in self.titles] or [1])

    def _last(self, words: re.Pattern[str]) -> Title | None:
        found = [title for title in self.titles if words.search(plain(title.text))]
        high = [title for title in found if title.level <= self.level]
        return (high or found)[-1] if found else None

    def _penalties(self) -> Title | None:
        """The host's own article of penalties: the highest of that name, not that of one kind of penalty."""
        if self.piece not in ("ccap", "ccp"):
            return None
        found = [title for title in self.titles if PENALTY.search(plain(title.text))]
        if part.DEROGATIONS in self.asked:
            run = self._run_of(self.asked[part.DEROGATIONS])
            found = [title for title in found if title.place in run]
        return min(found, key=lambda title: (title.level, title.place)) if found else None

    def _run_of(self, last: Title) -> range:
        """The places of the articles that a list of derogations closes: since the one before it."""
        before = [
            title.place
            for title in self.titles
            if DEROGATION.search(plain(title.text)) and title.level == last.level and title.place < last.place
        ]
        return range(before[-1] if before else 0, last.place)

    def _at_level(self, title: Title) -> Title:
        """The title itself, or the article it is a part of."""
        while title.level > self.level and (above := self.outline.parent(title)) is not None:
            title = above
        return title

    def _following(self, title: Title) -> list[Title]:
        """Articles after this one in the same run: more than two, and it does not close the piece."""
        top = self._at_level(title)
        later = [item for item in self.titles if item.place > top.place and item.level <= top.level]
        return later if len(later) > 2 else []

    def _end(self, title: Title) -> int:
        return min(self.outline.end_of(title), self.end)

    def _into(self, title: Title, section: str, name: str) -> Place:
        reason = f"à la fin de {name} (« {title} »)"
        return Place(section, self._end(title), title.level + 1, reason, SURE, inside=title)

    def _named(self, where: str) -> Title:
        """The article a person names: its number, `#` and its paragraph, or `fin`."""
        wanted = where.strip().strip(".").lower()
        if wanted == "fin" and self.titles:
            return [item for item in self.titles if item.level == self.level][-1]
        for title in self.outline.titles:
            if wanted in (title.number.lower().strip("."), f"#{title.place + 1}") or plain(title.text) == plain(where):
                return title
        raise PlacesNeeded(
            f"votre pièce n'a pas d'article « {where} » : indiquez l'un de ceux de son plan", self.outline
        )


def _key(name: str) -> str:
    key = plain(name)
    if key not in LABELS:
        raise RefusedError(f"« {name} » n'est pas une partie : écrivez {', '.join(LABELS)}")
    return key
