"""Drafting notes as Word comments: beside the article, gone in two clicks, never part of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from drafter.word.package.addition import Addition
from drafter.word.runs import paragraph, runs
from drafter.word.styles import HouseStyles

AUTHOR, INITIALS = "Service de rédaction", "SR"

_PART = "word/comments.xml"
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_DECLARED = (
    f'<Relationship Id="rIdComments" Type="{_OFFICE}/comments" Target="comments.xml"/>',
    f'<Override PartName="/{_PART}" ContentType="{_TYPE}"/>',
)


@dataclass(frozen=True, slots=True)
class Comment:
    """`identifier` is unique among all marks of the document, bookmarks included; a line is a paragraph."""

    identifier: int
    lines: tuple[str, ...]


def anchored(content: str, identifier: int, styles: HouseStyles) -> str:
    """The runs of a title with the comment `identifier` hung on them."""
    mark = f'w:id="{identifier}"'
    return (
        f"<w:commentRangeStart {mark}/>{content}<w:commentRangeEnd {mark}/>"
        f'<w:r><w:rPr><w:rStyle w:val="{styles.comment_mark}"/></w:rPr><w:commentReference {mark}/></w:r>'
    )


def comments_part(comments: Sequence[Comment], styles: HouseStyles, on: date) -> Addition:
    """The comments of a document, all dated `on`: the file does not tell when it was made."""
    if not comments:
        return Addition()
    mark = f'<w:r><w:rPr><w:rStyle w:val="{styles.comment_mark}"/></w:rPr><w:annotationRef/></w:r>'
    out = [f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:comments xmlns:w="{_MAIN}">']
    signed = f'w:author="{AUTHOR}" w:date="{on:%Y-%m-%d}T00:00:00Z" w:initials="{INITIALS}"'
    for comment in comments:
        first, *others = (runs(line) for line in comment.lines)
        out.append(f'<w:comment w:id="{comment.identifier}" {signed}>{paragraph(styles.comment, mark + first)}')
        out += (paragraph(styles.comment, line) for line in others)
        out.append("</w:comment>")
    out.append("</w:comments>")
    return Addition({_PART: "".join(out).encode()}, *_DECLARED)
