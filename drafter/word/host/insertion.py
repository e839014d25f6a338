"""The whole of an insertion: bytes of the host in, bytes and a report out. Pure: no clock, no disk."""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from drafter.draft.blocks import Document, Heading, Table
from drafter.errors import RefusedError
from drafter.word.host import derogations
from drafter.word.host.advice import advice
from drafter.word.host.appearance import read_looks, with_titles
from drafter.word.host.captions import CaptionLook, read_captions
from drafter.word.host.changes import Edit, deleted, holds_revision, removal, retyped, spliced
from drafter.word.host.comments import HostComments
from drafter.word.host.controls import Controls
from drafter.word.host.lists import NUMBERING, HostLists
from drafter.word.host.looks import Looks
from drafter.word.host.marks import Ids, Marker
from drafter.word.host.numbers import (
    Shift,
    Target,
    added_by,
    last_sibling,
    number_section,
    shifted,
    target_of,
)
from drafter.word.host.options import PIECES, Options, Style
from drafter.word.host.outline import Outline
from drafter.word.host.package import Package
from drafter.word.host.placed import Group, Placed, group_of, references, unnumbered
from drafter.word.host.places import Place, Plan, choose
from drafter.word.host.reading import read_host
from drafter.word.host.references import typed_references
from drafter.word.host.report import Inserted, Moved, Report
from drafter.word.host.runs import BOLD, with_properties
from drafter.word.host.safety import DOCUMENT
from drafter.word.host.sections import ANNEX, LABELS, Parts, parts_of
from drafter.word.host.spots import anchor, block_of, text_width
from drafter.word.host.subjects import piece_of
from drafter.word.host.writer import HostWriter, Shared

_ID = re.compile(
    rb"<w:(?:bookmark\w+|ins|del|move\w+|comment\w+|customXml\w+Range\w+|cell(?:Ins|Del|Merge)|\w+Change)\b"
    rb'[^>]*?w:id="(\d+)"'
)


@dataclass(frozen=True, slots=True)
class Insertion:
    docx: bytes
    report: Report


def insert(data: bytes, documents: Mapping[str, Document], options: Options) -> Insertion:
    """Write our sections into the host. `data` is a package that safety.check_package let through.

    Raises PlacesNeeded when the person must answer, RefusedError when the document and the market have nothing to
    share, UnsafeFile when a part is damaged.
    """
    package = Package(data)
    outline = read_host(package)
    piece = options.piece or piece_of(outline)
    if piece not in PIECES:
        raise RefusedError(
            "rien dans les premières lignes ne dit quelle pièce c'est : précisez-le (--piece ccap, cctp, ccp, rc ou ae)"
        )
    parts = parts_of(documents, piece)
    if not parts.sections:
        raise RefusedError(f"ce marché n'a aucune clause à écrire dans cette pièce ({piece.upper()})")
    plan = choose(outline, parts, piece, options)
    return _Work(package, outline, piece, parts, plan, options).done()


class _Work:
    def __init__(
        self, package: Package, outline: Outline, piece: str, parts: Parts, plan: Plan, options: Options
    ) -> None:
        self.package, self.outline, self.piece, self.parts = package, outline, piece, parts
        self.plan, self.options = plan, options
        self.content = outline.source.content
        self.checks: list[str] = list(plan.notes)
        self.lists = HostLists(package.read(NUMBERING) if NUMBERING in package else None)
        self.edits: list[Edit] = []
        self.looks = read_looks(outline, options.style)
        self.shifts = self._shifts()
        self.placed = self._number()
        self.targets = self._targets()
        used = sorted(self._referenced() & {key for key, target in self.targets.items() if target.bookmark})
        self.comments = HostComments(package, outline.styles, options.comments)
        first = max((int(found) for found in _ID.findall(self.content)), default=0)
        first = max(first, self.comments.highest) + 1
        self.bookmarks = {key: first + rank for rank, key in enumerate(used)}
        self.comments.begin(first + len(used))
        noted = sum(bool(heading.notes) for item in self.placed for heading, _ in item.numbered())
        self.marker = Marker(options.revision, Ids(first + len(used) + noted))
        self.shared = Shared(
            self.targets, self.bookmarks, self.lists, self.comments, Controls(self.content), self.marker
        )
        gone = [place for span in self._gone() for place in span]
        self.captions = read_captions(outline, frozenset(gone))

    def done(self) -> Insertion:
        replaced = self._replace_former()
        inserted = [self._write(item) for item in self.placed]
        inserted += self._write_derogations()
        moved = [*self._renumber(), *self._recount()]
        changed = {DOCUMENT: spliced(self.content, self.edits)}
        if (numbering := self.lists.written()) is not None:
            changed[NUMBERING] = numbering
        changed |= self.comments.written()
        checks = advice(self.outline, self.parts.ccag, references=bool(self.bookmarks), comments=bool(self.comments))
        report = Report(
            self.piece,
            self.options.style.value,
            self.options.revision is not None,
            tuple(inserted),
            tuple(replaced),
            tuple(moved),
            tuple(typed_references(self.outline, {item.title.values: item.after for item in self._moving()})),
            self.parts.blanks,
            tuple(dict.fromkeys((*self.checks, *checks))),
        )
        return Insertion(self.package.rewrite(changed), report)

    # Numbers

    def _number(self) -> list[Placed]:
        moved = {shift.title.place: shift.values for shift in self.shifts}
        placed: list[Placed] = []
        before: Tally[Group] = Tally()
        for section, place in self.plan.placed:
            depth = max((block.level for block in section.blocks if isinstance(block, Heading)), default=1)
            levels = range(place.level, place.level + depth)
            looks = with_titles(self.looks, self.outline, self.options.style, levels, place.at)
            if section.key == ANNEX:
                looks = unnumbered(looks)
            numbers = number_section(self.outline, looks, section, place, before[group_of(place)], moved)
            before[group_of(place)] += added_by(section)
            placed.append(Placed(section, place, looks, numbers, len(placed)))
        return placed

    def _shifts(self) -> list[Shift]:
        """Titles of the host that move, typed or not; several insertions add up."""
        added: Tally[Group] = Tally()
        places: dict[Group, Place] = {}
        for section, place in self.plan.placed:
            added[group_of(place)] += added_by(section) - (place.former is not None)
            places.setdefault(group_of(place), place)
        total: dict[int, Shift] = {}
        for group, place in places.items():
            sibling = place.former or last_sibling(self.outline, place)
            at = place.at if place.former is None else self.outline.end_of(place.former)
            for shift in shifted(self.outline, place.level, at, added[group], sibling):
                known = total.get(shift.title.place)
                total[shift.title.place] = shift if known is None else _added(known, shift)
        return [total[place] for place in sorted(total)]

    def _targets(self) -> dict[str, Target]:
        targets: dict[str, Target] = {}
        for item in self.placed:
            for heading, number in item.numbered():
                if heading.key:
                    look = item.looks.title(item.place.level + heading.level - 1)
                    targets[heading.key] = target_of(self.outline, look, number, heading, self.content)
        return targets

    def _referenced(self) -> set[str]:
        found = {ref.target for item in self.placed for block in item.section.blocks for ref in references(block)}
        return found | {item.target for item in self.parts.derogations}

    # Writing

    def _writer(self, looks: Looks, place: int, first_table: int = 1) -> HostWriter:
        width = text_width(self.outline, place)
        return HostWriter(looks, self.shared, width, self._caption_look(), first_table)

    def _caption_look(self) -> CaptionLook | None:
        look = self.captions.look
        if look is None or self.options.style is Style.HOST:
            return look
        body = self.looks.body
        return replace(look, look=replace(body, run=with_properties(body.run, BOLD)))

    def _first_table(self, item: Placed) -> int:
        """The number of its first captioned table: those of the host before it, and ours, come first."""
        own = (item.place.at, item.order)
        ours = sum(other.captioned for other in self.placed if (other.place.at, other.order) < own)
        return self.captions.before(item.place.at) + ours + 1

    def _write(self, item: Placed) -> Inserted:
        spot = anchor(self.outline, item.place.at)
        if spot.warning:
            self.checks.append(spot.warning)
        writer = self._writer(item.looks, item.place.at, self._first_table(item))
        blank = spot.blank_before and item.place.level in item.looks.spaced
        last = item.section.blocks[-1]
        text = writer.section(
            item.section.blocks,
            item.place.level,
            iter(item.numbers),
            page=item.section.key == ANNEX,
            blank_end=blank or (spot.at_table and isinstance(last, Table)),
        )
        self.edits.append(Edit(spot.offset, spot.offset, text, item.order))
        title = item.looks.title(item.place.level)
        return Inserted(
            LABELS[item.section.key],
            tuple(item.titles(self.outline)),
            item.place.reason,
            _why(item.place),
            item.place.confidence,
            title.look.style,
        )

    def _write_derogations(self) -> list[Inserted]:
        title = self.plan.list_in
        if title is None or not self.parts.derogations:
            return []
        writer = self._writer(self.looks, title.place)
        done = derogations.write(self.outline, title, self.parts.derogations, writer)
        self.edits += done.edits
        self.checks += done.checks
        lines = tuple(done.lines)
        reason = f"dans votre article « {title} »"
        return [Inserted(LABELS["derogations"], lines, reason, done.reason, "forte", done.style)]

    # What the host said

    def _replace_former(self) -> list[str]:
        replaced = []
        for item in self.placed:
            former = item.place.former
            if former is None:
                continue
            paras = self.outline.paras[former.place : self.outline.end_of(former)]
            blocks = list(dict.fromkeys(block_of(para.element) for para in paras))
            if any(para.section_end for para in paras) or any(para.nested for para in paras if para.nested != "tc"):
                raise RefusedError(
                    f"l'article « {former} » contient un saut de section ou un champ de formulaire : retirez-le à la "
                    "main dans votre pièce, puis recommencez (ou choisissez --existant completer)"
                )
            for block in blocks:
                start, end = self.outline.source.span(block)
                gone = deleted(block, self.marker) if self.options.revision else removal(self.content, start, end)
                self.edits.append(Edit(start, end, gone, 1000))
            replaced.append(str(former))
            self.checks.append(
                f"L’article « {former} » est remplacé : relisez ce qu’il prévoyait et les renvois qui le visaient."
            )
        return replaced

    def _gone(self) -> list[range]:
        """Places of what is replaced."""
        return [
            range(item.place.former.place, self.outline.end_of(item.place.former))
            for item in self.placed
            if item.place.former is not None
        ]

    def _moving(self) -> list[Shift]:
        gone = self._gone()
        return [shift for shift in self.shifts if not any(shift.title.place in span for span in gone)]

    def _recount(self) -> Iterator[Moved]:
        """Captions of the host after ours show the number that Word will compute."""
        for item in self.captions.counted:
            added = sum(ours.captioned for ours in self.placed if ours.place.at <= item.para.place)
            element, new = item.para.element, str(item.rank + added)
            if new == item.shown:
                continue
            title = item.para.text.strip()
            if not item.right or (self.options.revision is not None and holds_revision(element)):
                self.checks.append(f"La légende « {title} » doit porter le numéro {new} : Ctrl+A, puis F9.")
                continue
            text = retyped(element, item.start, item.start + len(item.shown), new, self.marker)
            self.edits.append(Edit(*self.outline.source.span(element), text, 1))
            self.checks.append("Vos tableaux changent de numéro : F9 pour les renvois, à la main s’ils sont tapés.")
            yield Moved(title, item.shown, new, "drafter")

    def _renumber(self) -> list[Moved]:
        moved = []
        for shift in self._moving():
            title = shift.title
            if title.typed is None:
                moved.append(Moved(title.text, title.number, shift.after, "Word"))
                continue
            start = title.para.text.find(title.typed.number)
            if start < 0 or (self.options.revision is not None and holds_revision(title.para.element)):
                self.checks.append(
                    f"Le titre « {title} » doit devenir {shift.after} : corrigez son numéro à la main (il porte déjà "
                    "des modifications suivies)."
                )
                continue
            same = len(_common(shift.before, shift.after))
            text = retyped(
                title.para.element,
                start + same,
                start + len(shift.before),
                shift.after[same:],
                self.marker,
            )
            first, last = self.outline.source.span(title.para.element)
            self.edits.append(Edit(first, last, text, 1))
            moved.append(Moved(title.text, shift.before, shift.after, "drafter"))
        return moved


def _why(place: Place) -> str:
    return "l’article vous appartient, seule une suite lui est ajoutée" if place.inside else "nouvel article"


def _added(known: Shift, shift: Shift) -> Shift:
    old = shift.title.values
    return Shift(
        shift.title,
        tuple(a + b - c for a, b, c in zip(known.values, shift.values, old, strict=True)),
    )


def _common(before: str, after: str) -> str:
    """What two numbers share at the head, whole components only: "4." of 4.2 and 4.3."""
    parts = []
    for old, new in zip(re.findall(r"\w+[.\-]?", before), re.findall(r"\w+[.\-]?", after), strict=False):
        if old != new:
            break
        parts.append(old)
    return "".join(parts)
