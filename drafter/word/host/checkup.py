"""The buyer's piece read for a check-up, and a copy of it with the findings as Word comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree  # type: ignore[import-untyped]

from drafter import french
from drafter.checkup.findings import Finding
from drafter.checkup.piece import Article, Passage, Piece
from drafter.word.comments import INITIALS
from drafter.word.host.changes import Edit, spliced
from drafter.word.host.outline import Outline, Para
from drafter.word.host.package import Package
from drafter.word.host.runs import run
from drafter.word.host.safety import DOCUMENT
from drafter.word.host.subjects import piece_of
from drafter.word.host.xml import NAMESPACE, PPR, Element, W, parse, text_of
from drafter.word.text import escape

AUTHOR = "Contrôle (outil)"

_TYPES, _LINKS = "[Content_Types].xml", "word/_rels/document.xml.rels"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = f"{_OFFICE}/comments"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_OPENING = re.compile(rb"<w:p(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*>")
_ID = re.compile(rb'<w:comment\w*\b[^>]*?w:id="(\d+)"')
_CONTENTS = re.compile(r"(?:\.{4,}|…{2,}|_{4,}|\t)\s*\d{1,3}\s*$")


def piece_from(outline: Outline, kind: str | None = None) -> Piece:
    """The paragraphs a reader sees, revisions accepted; tables of contents left out."""
    titles = {title.place for title in outline.titles}
    passages = []
    for para in outline.paras:
        if para.contents or para.empty:
            continue
        text = text_of(para.element).replace("\t", " ")
        if para.place not in titles and _CONTENTS.search(text_of(para.element)):
            continue
        passages.append(Passage(para.place, text.strip()))
    articles = tuple(
        Article(title.place, outline.end_of(title), title.level, title.number, title.text.strip())
        for title in outline.titles
    )
    return Piece(kind or piece_of(outline), tuple(passages), articles)


@dataclass(frozen=True, slots=True)
class _Comment:
    identifier: int
    para: Para
    lines: tuple[str, ...]


def commented(package: Package, outline: Outline, findings: Iterable[Finding], on: date) -> bytes:
    """The piece with one comment a finding, on its paragraph; those of the whole piece stand on the first one.

    Only what a comment needs changes: two marks in the text, the part of comments, the two lines that declare it.
    """
    content = outline.source.content
    first = next((para for para in outline.paras if not para.empty and _opens(content, outline, para)), None)
    if first is None:
        return package.rewrite({})
    name = _comments_part(package)
    existing = package.read(name) if name in package else None
    taken = [int(found) for found in (*_ID.findall(content), *_ID.findall(existing or b""))]
    number = max(taken, default=-1) + 1
    comments = []
    for finding in findings:
        para = first if finding.place is None else outline.paras[finding.place]
        if not _opens(content, outline, para):
            para = first
        comments.append(_Comment(number, para, tuple(comment_lines(finding))))
        number += 1
    if not comments:
        return package.rewrite({})
    changed = {
        DOCUMENT: spliced(content, _anchors(outline, comments)),
        name: _written(existing, name, comments, on),
        **_declared(package, name),
    }
    return package.rewrite(changed)


def comment_lines(finding: Finding) -> list[str]:
    """A comment as a person reads it: what, why, what to write, by which source."""
    lines = [f"{finding.level.label} : {finding.title} ({finding.id})", finding.message]
    if finding.replacement:
        lines.append(f"Proposition : {finding.replacement}.")
    if finding.source:
        lines.append(f"Source ({finding.status.label}) : {finding.source}")
    return [french.typeset(line) for line in lines]


def _opens(content: bytes, outline: Outline, para: Para) -> re.Match[bytes] | None:
    """The start tag of a paragraph that is not empty."""
    return _OPENING.match(content, outline.source.start(para.element))


def _anchors(outline: Outline, comments: list[_Comment]) -> list[Edit]:
    content, source = outline.source.content, outline.source
    by_para: dict[int, list[_Comment]] = {}
    for comment in comments:
        by_para.setdefault(comment.para.place, []).append(comment)
    edits = []
    for items in by_para.values():
        element = items[0].para.element
        properties = element[0] if len(element) and element[0].tag == PPR else None
        opening = _opens(content, outline, items[0].para)
        assert opening is not None
        start = opening.end() if properties is None else source.span(properties)[1]
        end = content.rindex(b"</w:p", start, source.span(element)[1])
        begins = "".join(f'<w:commentRangeStart w:id="{item.identifier}"/>' for item in items)
        ends = "".join(
            f'<w:commentRangeEnd w:id="{item.identifier}"/><w:r><w:commentReference w:id="{item.identifier}"/></w:r>'
            for item in items
        )
        edits += [Edit(start, start, begins), Edit(end, end, ends, 1)]
    return edits


def _comments_part(package: Package) -> str:
    """The part of comments that the document declares, else the usual name."""
    if _LINKS in package:
        for link in parse(package.read(_LINKS), _LINKS):
            if link.get("Type") == _KIND and link.get("Target"):
                target = link.get("Target")
                return str(target[1:] if target.startswith("/") else f"word/{target}")
    return "word/comments.xml"


def _written(existing: bytes | None, name: str, comments: list[_Comment], on: date) -> bytes:
    root = parse(existing, name) if existing is not None else etree.Element(W + "comments", nsmap={"w": NAMESPACE})
    for comment in comments:
        root.append(_element(comment, on))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def _element(comment: _Comment, on: date) -> Element:
    paragraphs = []
    for rank, line in enumerate(comment.lines):
        mark = "<w:r><w:annotationRef/></w:r>" if rank == 0 else ""
        paragraphs.append(f"<w:p>{mark}{run(line, '<w:b/>' if rank == 0 else '')}</w:p>")
    shell = (
        f'<w:comment xmlns:w="{NAMESPACE}" w:id="{comment.identifier}" w:author="{escape(AUTHOR)}" '
        f'w:date="{on:%Y-%m-%d}T00:00:00Z" w:initials="{INITIALS}">{"".join(paragraphs)}</w:comment>'
    )
    return etree.fromstring(shell)


def _declared(package: Package, name: str) -> Mapping[str, bytes]:
    """The types and the links of the package with the part of comments named, when they do not name it yet."""
    changed: dict[str, bytes] = {}
    types = parse(package.read(_TYPES), _TYPES)
    if not any(item.get("PartName", "").lower() == f"/{name}".lower() for item in types):
        etree.SubElement(types, f"{{{_PACKAGE}/content-types}}Override", PartName=f"/{name}", ContentType=_TYPE)
        changed[_TYPES] = etree.tostring(types, xml_declaration=True, encoding="UTF-8", standalone=True)
    space = f"{{{_PACKAGE}/relationships}}"
    links = (
        parse(package.read(_LINKS), _LINKS)
        if _LINKS in package
        else etree.Element(space + "Relationships", nsmap={None: f"{_PACKAGE}/relationships"})
    )
    if not any(item.get("Type") == _KIND for item in links):
        taken = {item.get("Id") for item in links}
        key = next(key for rank in range(len(taken) + 1) if (key := f"rIdControle{rank or ''}") not in taken)
        target = name.removeprefix("word/")
        etree.SubElement(links, space + "Relationship", Id=key, Type=_KIND, Target=target)
        changed[_LINKS] = etree.tostring(links, xml_declaration=True, encoding="UTF-8", standalone=True)
    return changed
