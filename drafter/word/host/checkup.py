"""The buyer's piece read for a check-up, and a copy of it with the findings as Word comments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from drafter import french
from drafter.checkup.findings import Finding
from drafter.checkup.piece import Article, Passage, Piece
from drafter.word.host.changes import Edit, spliced
from drafter.word.host.comments import HostComments
from drafter.word.host.outline import Outline, Para
from drafter.word.host.package import Package
from drafter.word.host.safety import DOCUMENT
from drafter.word.host.subjects import piece_of
from drafter.word.host.xml import PPR, text_of

_OPENING = re.compile(rb"<w:p(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*>")
_ID = re.compile(rb'<w:(?:bookmark|ins|del|move|comment|\w+Change)\w*\b[^>]*?w:id="(\d{1,9})"')
_CONTENTS = re.compile(r"(?:\.{4,}|…{2,}|_{4,}|\t)\s*\d{1,3}\s*$")


def piece_from(outline: Outline, kind: str | None = None) -> Piece:
    """The paragraphs a reader sees, revisions accepted; tables of contents left out."""
    titles = {title.place for title in outline.titles}
    passages = []
    for para in outline.paras:
        if para.contents or para.empty:
            continue
        text = text_of(para.element)
        if text.strip() and (para.place in titles or not _CONTENTS.search(text)):
            passages.append(Passage(para.place, text.replace("\t", " ").strip()))
    articles = tuple(
        Article(title.place, outline.end_of(title), title.level, title.number, title.text.strip(" :\u00a0"))
        for title in outline.titles
    )
    return Piece(kind or piece_of(outline), tuple(passages), articles)


def commented(package: Package, outline: Outline, findings: Iterable[Finding], on: date) -> bytes:
    """The piece with one comment a finding, on its paragraph; those of the whole piece stand on the first one.

    Only what a comment needs changes: marks in the text, the part of comments, the two lines that declare it.
    """
    content = outline.source.content
    first = next((para for para in outline.paras if not para.empty and _opening(outline, para)), None)
    comments = HostComments(package, outline.styles, on)
    taken = max((int(found) for found in _ID.findall(content)), default=0)
    comments.begin(max(taken, comments.highest) + 1)
    marks: dict[int, list[tuple[str, str, str]]] = {}
    if first is None:
        return package.rewrite({})
    for finding in findings:
        para = first if finding.place is None else outline.paras[finding.place]
        marks.setdefault(para.place, []).append(comments.add(comment_lines(finding)))
    if not comments:
        return package.rewrite({})
    edits = [edit for place, items in marks.items() for edit in _anchor(outline, outline.paras[place], items)]
    return package.rewrite({DOCUMENT: spliced(content, edits), **comments.written()})


def comment_lines(finding: Finding) -> list[str]:
    """A comment as a person reads it: what, why, what to write, by which source."""
    lines = [f"{finding.level.label} : {finding.title} ({finding.id})", finding.message]
    if finding.replacement:
        lines.append(f"Proposition : {finding.replacement}.")
    if finding.source:
        lines.append(f"Source ({finding.status.label}) : {finding.source}")
    return [french.typeset(line) for line in lines]


def _opening(outline: Outline, para: Para) -> re.Match[bytes] | None:
    """The start tag of a paragraph, None when the paragraph is a single empty tag."""
    return _OPENING.match(outline.source.content, outline.source.start(para.element))


def _anchor(outline: Outline, para: Para, marks: list[tuple[str, str, str]]) -> list[Edit]:
    """The whole paragraph as the passage of its comments."""
    source, element = outline.source, para.element
    opening = _opening(outline, para)
    assert opening is not None, "chosen for its start tag"
    properties = element[0] if len(element) and element[0].tag == PPR else None
    start = opening.end() if properties is None else source.span(properties)[1]
    end = source.content.rindex(b"</w:p", start, source.span(element)[1])
    begins = "".join(begin for begin, _, _ in marks)
    ends = "".join(close + hung for _, close, hung in marks)
    return [Edit(start, start, begins), Edit(end, end, ends, 1)]
