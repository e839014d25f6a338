"""Blocks -> WordprocessingML. Plain strings on purpose: an element tree would cost ten times as much.

Everything a person typed goes through `runs` or `text.attribute`; nothing else enters the XML but our own
constants and the template's style ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from markupsafe import Markup

from drafter.draft.blocks import (
    Blank,
    Block,
    Chart,
    Document,
    Heading,
    Inlines,
    ListBlock,
    Paragraph,
    Ref,
    Table,
    Text,
    plain_text,
)
from drafter.word.chart import write_drawing
from drafter.word.comments import Comment, anchored
from drafter.word.runs import KEEP_NEXT, NBSP, field, one_run, paragraph, runs, runs_of
from drafter.word.styles import HouseStyles
from drafter.word.tables import write_table
from drafter.word.targets import find_targets, slug
from drafter.word.text import attribute, clean


@dataclass(frozen=True, slots=True)
class Body:
    """What the template receives: the blocks, and the w:num its numbered lists restart with.

    `charts` and `comments` are those the blocks show, in order: their parts join the package afterwards.
    """

    blocks: bytes
    nums: Markup
    charts: tuple[Chart, ...]
    comments: tuple[Comment, ...]


def write_body(document: Document, styles: HouseStyles, *, comments: bool = True) -> Body:
    """The body of `document` for a template whose styles are `styles`, with its notes as comments or without.

    Raises ValueError when the document contradicts itself: a heading whose number is not its place, two
    headings with one key, a table whose rows or a chart whose series differ in length. Those are faults of
    the composer.
    """
    writer = _Writer(document, styles, comments)
    return Body(writer.body(), Markup("".join(writer.nums)), tuple(writer.charts), tuple(writer.comments))


class _Writer:
    def __init__(self, document: Document, styles: HouseStyles, with_comments: bool) -> None:
        self.document = document
        self.styles = styles
        self.nums: list[str] = []
        self.charts: list[Chart] = []
        self.comments: list[Comment] = []
        self._with_comments = with_comments
        self.targets = find_targets(document.blocks)
        self._tables = 0
        self._marks = 0  # bookmarks and comments share one count: their ids must all differ
        self._control_ids: set[int] = set()
        self._heading_num = "" if document.articles else self._plain_titles()

    # Blocks

    def body(self) -> bytes:
        blocks = self.document.blocks
        out: list[str] = []
        before: Block | None = None
        for index, block in enumerate(blocks):
            after = blocks[index + 1] if index + 1 < len(blocks) else None
            match block:
                case Heading():
                    out.append(self._heading(block))
                case Paragraph():
                    out.append(self._paragraph(block, before, after))
                case ListBlock():
                    out.append(self._list(block, before))
                case Table():
                    if isinstance(before, Table) and not block.caption:
                        out.append(_GAP)  # else Word makes one table of the two
                    out.append(self._table(block))
                case Chart():
                    out.append(self._chart(block))
            before = block
        out.append(self._blanks(before))
        if isinstance(before, Table) and not self.document.blanks:
            out.append(_GAP)  # Word wants a paragraph after the last table
        return "".join(out).encode()

    def _heading(self, heading: Heading) -> str:
        content = runs(heading.text)
        if target := self.targets.get(heading.key):
            self._marks += 1
            mark = f'w:id="{self._marks}"'
            content = f'<w:bookmarkStart {mark} w:name="{target.bookmark}"/>{content}<w:bookmarkEnd {mark}/>'
        if heading.notes and self._with_comments:
            self._marks += 1
            self.comments.append(Comment(self._marks, heading.notes))
            content = anchored(content, self._marks, self.styles)
        level = heading.level - 1
        numbering = self._heading_num and f'<w:numPr><w:ilvl w:val="{level}"/>{self._heading_num}</w:numPr>'
        return paragraph(self.styles.heading(heading.level), content, numbering)

    def _plain_titles(self) -> str:
        """A w:num that prints "1." instead of "Article 1.": an internal paper has no articles."""
        num = self.styles.next_num + len(self.nums)
        self.nums.append(
            f'<w:num w:numId="{num}"><w:abstractNumId w:val="{self.styles.heading_abstract}"/>'
            '<w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
            '<w:suff w:val="space"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/>'
            '<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl></w:lvlOverride></w:num>'
        )
        return f'<w:numId w:val="{num}"/>'

    def _paragraph(self, block: Paragraph, before: Block | None, after: Block | None) -> str:
        content = self._inlines(block.inlines)
        # A sentence that announces a list or a table ("…suivantes :") stays with it.
        announces = isinstance(after, (ListBlock, Table)) and plain_text(block.inlines).rstrip()[-1:] == ":"
        extra = KEEP_NEXT if announces else ""
        match block.role:
            case "note":
                if not _is_note(before):
                    content = self._note_label("Note au rédacteur") + content
                return paragraph(
                    self.styles.note, content, extra + _spacing(_is_note(before), _is_note(after), 120, 160)
                )
            case "intro":
                style = self.styles.intro
            case "corps":
                style = self.styles.body
        return paragraph(style, content, extra + _after_table(before))

    def _note_label(self, label: str) -> str:
        return one_run(f"{label}{NBSP}– ", f'<w:rStyle w:val="{self.styles.note_label}"/>')

    def _list(self, block: ListBlock, before: Block | None) -> str:
        style, numbering = self.styles.bullet, ""
        if block.ordered:
            num = self.styles.next_num + len(self.nums)
            self.nums.append(
                f'<w:num w:numId="{num}"><w:abstractNumId w:val="{self.styles.number_abstract}"/>'
                '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
            )
            style = self.styles.number
            numbering = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{num}"/></w:numPr>'
        last = len(block.items) - 1
        out = []
        for index, item in enumerate(block.items):
            # Neither the first nor the last item may stand alone on a page.
            keep = KEEP_NEXT if index < last and index in (0, last - 1) else ""
            first_gap = ' w:before="160"' if index == 0 and isinstance(before, Table) else ""
            last_gap = ' w:after="140"' if index == last else ""
            space = f"<w:spacing{first_gap}{last_gap}/>" if first_gap or last_gap else ""
            out.append(paragraph(style, self._inlines(item), keep + numbering + space))
        return "".join(out)

    def _blanks(self, before: Block | None) -> str:
        """The reminder that ends a piece: every blank once, as a list to tick, in a note of its own."""
        labels = tuple(dict.fromkeys(self.document.blanks))
        if not labels:
            return ""
        styles = self.styles
        lead = self._note_label("Note au rédacteur") + runs(
            f"avant publication, complétez les champs entre crochets{NBSP}:"
        )
        gap = '<w:spacing w:before="360" w:after="60"/>'
        out = [paragraph(styles.note, lead, KEEP_NEXT + gap)]
        for index, label in enumerate(labels):
            keep = KEEP_NEXT if index in (0, len(labels) - 2) and index < len(labels) - 1 else ""
            out.append(paragraph(styles.note_item, runs(label), keep))
        return "".join(out)

    def _table(self, table: Table) -> str:
        if not table.caption:
            return write_table(table, self.styles, self._inlines)
        self._tables += 1
        return self._caption("Tableau", self._tables, table.caption) + write_table(table, self.styles, self._inlines)

    def _chart(self, chart: Chart) -> str:
        self.charts.append(chart)
        number = len(self.charts)
        drawing = write_drawing(chart, number, self.styles.text_width, self.styles.text_height)
        space = '<w:spacing w:before="0" w:after="160" w:line="240" w:lineRule="auto"/>'
        return self._caption("Figure", number, chart.caption) + paragraph(self.styles.body, drawing, space)

    def _caption(self, kind: str, number: int, caption: str) -> str:
        counter = field(rf"SEQ {kind} \* ARABIC", str(number))
        label, dash = one_run(f"{kind}{NBSP}"), one_run(f"{NBSP}– ")
        return paragraph(self.styles.caption, label + counter + dash + runs(caption))

    # Inlines

    def _inlines(self, inlines: Inlines) -> str:
        if len(inlines) == 1 and isinstance(part := inlines[0], Text):  # most cells
            return runs_of(part)
        out = []
        for part in inlines:
            if isinstance(part, Text):
                out.append(runs_of(part))
            elif isinstance(part, Blank):
                out.append(self._blank(part.label))
            else:
                out.append(self._ref(part))
        return "".join(out)

    def _blank(self, label: str) -> str:
        """A content control: one click selects it, the first key replaces it.

        No w:text inside: LibreOffice would make it a form field of the PDF, and drop the highlight.
        """
        label = clean(label)
        shown = one_run(f"[à compléter{NBSP}: {label}]", f'<w:rStyle w:val="{self.styles.blank}"/>')
        name = attribute(label[:64])  # what Word's own dialogue accepts
        return (
            f'<w:sdt><w:sdtPr><w:alias w:val="{name}"/><w:tag w:val="{slug(label)}"/>'
            f'<w:id w:val="{self._control_id(label)}"/><w:showingPlcHdr/></w:sdtPr>'
            f"<w:sdtContent>{shown}</w:sdtContent></w:sdt>"
        )

    def _control_id(self, label: str) -> int:
        """Unique in the document, the same at each rendering, unlike those of the other pieces."""
        value = crc32(f"{self.document.piece}/{label}".encode()) & 0x7FFFFFFF or 1
        while value in self._control_ids:
            value = value % 0x7FFFFFFF + 1
        self._control_ids.add(value)
        return value

    def _ref(self, ref: Ref) -> str:
        """A REF field over the part of the label that Word computes: the number, "Article" when level 1.

        "l'article 2" and "article 2.1" keep their words as plain text around the field. A label without
        the number is a plain link; a target that another piece holds is plain text.
        """
        target = self.targets.get(ref.target)
        label = clean(ref.label)
        if target is None:
            if not label:
                raise ValueError(f"reference to {ref.target!r}, which is no heading of this document")
            return runs(label)
        label = label or target.number
        start = label.lower().rfind(target.number.lower())
        if start < 0:
            link = one_run(label, f'<w:rStyle w:val="{self.styles.link}"/>')
            return f'<w:hyperlink w:anchor="{target.bookmark}" w:history="1">{link}</w:hyperlink>'
        end = start + len(target.number)
        cached = label[start:end]
        lower = r" \* Lower" if cached != target.number else ""
        computed = field(rf"REF {target.bookmark} \r \h{lower}", cached)
        return runs(label[:start]) + computed + runs(label[end:])


# An empty paragraph of one point, the only way to part two tables or to end on one.
_GAP = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
)


def _is_note(block: Block | None) -> bool:
    return isinstance(block, Paragraph) and block.role == "note"


def _after_table(before: Block | None) -> str:
    return '<w:spacing w:before="160"/>' if isinstance(before, Table) else ""


def _spacing(joined_before: bool, joined_after: bool, before: int, after: int) -> str:
    """Consecutive notes share one box: no white between them, or the box would show a gap."""
    if not joined_before and not joined_after:
        return ""
    return f'<w:spacing w:before="{0 if joined_before else before}" w:after="{60 if joined_after else after}"/>'
