"""Drafting notes as Word comments: beside the article, gone in two clicks, never part of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from drafter.word.package.addition import Addition
from drafter.word.runs import runs
from drafter.word.styles import HouseStyles

AUTHOR, INITIALS = "Service de rédaction", "SR"

_PART = "word/comments.xml"
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = f"{_OFFICE}/comments"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_DECLARED = (
    f'<Relationship Id="rIdComments" Type="{RELATION}" Target="comments.xml"/>',
    f'<Override PartName="/{_PART}" ContentType="{TYPE}"/>',
)


@dataclass(frozen=True, slots=True)
class Comment:
    """`identifier` is unique among all marks of the document, bookmarks included; a line is a paragraph."""

    identifier: int
    lines: tuple[str, ...]


def anchored(content: str, identifier: int, styles: HouseStyles) -> str:
    """The runs of a title with the comment `identifier` hung on them."""
    start, end = comment_range(identifier)
    return start + content + end + reference(identifier, f'<w:rStyle w:val="{styles.comment_mark}"/>')


def comment_range(identifier: int) -> tuple[str, str]:
    """What goes before and after the passage a comment is about."""
    return f'<w:commentRangeStart w:id="{identifier}"/>', f'<w:commentRangeEnd w:id="{identifier}"/>'


def reference(identifier: int, properties: str) -> str:
    """The run that hangs the comment, after its passage: a comment without it does not show."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:commentReference w:id="{identifier}"/></w:r>'


def comments_part(comments: Sequence[Comment], styles: HouseStyles, on: date) -> Addition:
    """The comments of a document, all dated `on`: the file does not tell when it was made."""
    if not comments:
        return Addition()
    head, mark = f'<w:pStyle w:val="{styles.comment}"/>', f'<w:rStyle w:val="{styles.comment_mark}"/>'
    return Addition({_PART: whole_part(comment_elements(comments, on, head, mark))}, *_DECLARED)


def whole_part(elements: str) -> bytes:
    """A comments part of its own."""
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{declaration}<w:comments xmlns:w="{_MAIN}">{elements}</w:comments>'.encode()


def comment_elements(comments: Sequence[Comment], on: date, head: str, mark: str) -> str:
    """`head`: properties of each paragraph, `mark`: those of the run that shows the mark of a comment."""
    signed = f'w:author="{AUTHOR}" w:date="{on:%Y-%m-%d}T00:00:00Z" w:initials="{INITIALS}"'
    properties = f"<w:pPr>{head}</w:pPr>" if head else ""
    annotation = f"<w:r><w:rPr>{mark}</w:rPr><w:annotationRef/></w:r>"
    out = []
    for comment in comments:
        first, *others = (runs(line) for line in comment.lines)
        out.append(f'<w:comment w:id="{comment.identifier}" {signed}><w:p>{properties}{annotation}{first}</w:p>')
        out += (f"<w:p>{properties}{line}</w:p>" for line in others)
        out.append("</w:comment>")
    return "".join(out)
