"""Blocks -> WordprocessingML. Plain strings on purpose: an element tree would cost ten times as much.

Everything a person typed goes through `text.clean` and `text.escape` here; nothing else enters the XML
but our own constants and the template's style ids.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
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
from drafter.word.styles import HouseStyles
from drafter.word.text import attribute, clean, escape

NBSP = "\u00a0"
_ORDINAL = re.compile(r"(?<![\w/.@-])(\d{1,2})(er|re|ers|res|e)(?!\w)")
_BREAKS = re.compile("([\n\t])")
_BREAK_XML = {"\n": "<w:br/>", "\t": "<w:tab/>"}
_KEEP_NEXT = "<w:keepNext/>"
_SMALL_TABLE = 8  # rows: kept on one page rather than cut
_ARTICLE = "Article "  # what the template's first level prints before the number


@dataclass(frozen=True, slots=True)
class Body:
    """What the template receives: the blocks, and the w:num its numbered lists restart with.

    `charts` are those the blocks show, in order: their parts are added to the package afterwards.
    """

    blocks: Markup
    nums: Markup
    charts: tuple[Chart, ...]


def write_body(document: Document, styles: HouseStyles) -> Body:
    """The body of `document` for a template whose styles are `styles`.

    Raises ValueError when the document contradicts itself: a heading whose number is not its place, two
    headings with one key, a table whose rows or a chart whose series differ in length. Those are faults of
    the composer.
    """
    writer = _Writer(document, styles)
    return Body(Markup(writer.body()), Markup("".join(writer.nums)), tuple(writer.charts))


@dataclass(frozen=True, slots=True)
class _Target:
    bookmark: str
    number: str  # what Word prints for REF \r: "Article 2", "2.1"


class _Writer:
    def __init__(self, document: Document, styles: HouseStyles) -> None:
        self.document = document
        self.styles = styles
        self.nums: list[str] = []
        self.charts: list[Chart] = []
        self.targets = _targets(document.blocks)
        self._tables = 0
        self._bookmarks = 0
        self._control_ids: set[int] = set()
        self._heading_num = "" if document.articles else self._plain_titles()

    # Blocks

    def body(self) -> str:
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
        return "".join(out)

    def _heading(self, heading: Heading) -> str:
        content = self._text(heading.text)
        if target := self.targets.get(heading.key):
            self._bookmarks += 1
            mark = f'w:id="{self._bookmarks}"'
            content = f'<w:bookmarkStart {mark} w:name="{target.bookmark}"/>{content}<w:bookmarkEnd {mark}/>'
        level = heading.level - 1
        numbering = self._heading_num and f'<w:numPr><w:ilvl w:val="{level}"/>{self._heading_num}</w:numPr>'
        return _p(self.styles.heading(heading.level), content, numbering)

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

    def _paragraph(self, paragraph: Paragraph, before: Block | None, after: Block | None) -> str:
        content = self._inlines(paragraph.inlines)
        # A sentence that announces a list or a table ("…suivantes :") stays with it.
        announces = isinstance(after, ListBlock | Table) and plain_text(paragraph.inlines).rstrip()[-1:] == ":"
        extra = _KEEP_NEXT if announces else ""
        match paragraph.role:
            case "note":
                if not _is_note(before):
                    content = self._note_label("Note au rédacteur") + content
                return _p(self.styles.note, content, extra + _spacing(_is_note(before), _is_note(after), 120, 160))
            case "intro":
                style = self.styles.intro
            case "corps":
                style = self.styles.body
        return _p(style, content, extra + _after_table(before))

    def _note_label(self, label: str) -> str:
        return _run(f"{label}{NBSP}– ", f'<w:rStyle w:val="{self.styles.note_label}"/>')

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
            keep = _KEEP_NEXT if index < last and index in (0, last - 1) else ""
            first_gap = ' w:before="160"' if index == 0 and isinstance(before, Table) else ""
            last_gap = ' w:after="140"' if index == last else ""
            space = f"<w:spacing{first_gap}{last_gap}/>" if first_gap or last_gap else ""
            out.append(_p(style, self._inlines(item), keep + numbering + space))
        return "".join(out)

    def _blanks(self, before: Block | None) -> str:
        """The reminder that ends a piece: every blank once, as a list to tick, in a note of its own."""
        labels = tuple(dict.fromkeys(self.document.blanks))
        if not labels:
            return ""
        styles = self.styles
        lead = self._note_label("Note au rédacteur") + self._text(
            f"avant publication, complétez les champs entre crochets{NBSP}:"
        )
        gap = '<w:spacing w:before="360" w:after="60"/>'
        out = [_p(styles.note, lead, _KEEP_NEXT + gap)]
        for index, label in enumerate(labels):
            keep = _KEEP_NEXT if index in (0, len(labels) - 2) and index < len(labels) - 1 else ""
            out.append(_p(styles.note_item, self._text(label), keep))
        return "".join(out)

    def _table(self, table: Table) -> str:
        columns = len(table.header) or max((len(row) for row in table.rows), default=0)
        if not columns or any(len(row) != columns for row in table.rows):
            raise ValueError(f"table {table.caption!r}: its rows and its header differ in length")
        widths = _share(table.widths or (1,) * columns, self.styles.text_width)
        if len(widths) != columns:
            raise ValueError(f"table {table.caption!r}: {len(widths)} widths for {columns} columns")
        has_header = any(table.header)
        out = []
        if table.caption:
            self._tables += 1
            out.append(self._caption("Tableau", self._tables, table.caption))
        out.append(self._table_head(table, widths, has_header))
        if has_header:
            cells = (
                self._cell(self._text(label), widths[i], self.styles.header_cell, i in table.numeric)
                for i, label in enumerate(table.header)
            )
            out.append(f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>")
        last = len(table.rows) - 1
        together = last < _SMALL_TABLE
        for index, row in enumerate(table.rows):
            total = table.total_row and index == last
            # A total is never alone at the top of a page.
            keep = index < last and (together or (table.total_row and index == last - 1))
            style = self.styles.total_cell if total else self.styles.cell
            cells = (
                self._cell(self._inlines(cell), widths[i], style, i in table.numeric, keep)
                for i, cell in enumerate(row)
            )
            out.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
        out.append("</w:tbl>")
        return "".join(out)

    def _chart(self, chart: Chart) -> str:
        self.charts.append(chart)
        number = len(self.charts)
        drawing = write_drawing(chart, number, self.styles.text_width, self.styles.text_height)
        space = '<w:spacing w:before="0" w:after="160" w:line="240" w:lineRule="auto"/>'
        return self._caption("Figure", number, chart.caption) + _p(self.styles.body, drawing, space)

    def _caption(self, kind: str, number: int, caption: str) -> str:
        field = _field(rf"SEQ {kind} \* ARABIC", str(number))
        return _p(self.styles.caption, f"{_run(f'{kind}{NBSP}')}{field}{_run(f'{NBSP}– ')}{self._text(caption)}")

    def _table_head(self, table: Table, widths: list[int], has_header: bool) -> str:
        columns = ", ".join(label for label in table.header if label)
        described = f"Colonnes{NBSP}: {columns}." if columns else f"Tableau de {len(widths)} colonnes."
        look = (("firstRow", has_header), ("lastRow", table.total_row), ("firstColumn", False))
        flags = " ".join(f'w:{name}="{int(on)}"' for name, on in look)
        value = 0x0020 * has_header | 0x0040 * table.total_row | 0x0600
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        caption = f'<w:tblCaption w:val="{attribute(table.caption)}"/>' if table.caption else ""
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{self.styles.table}"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="{value:04X}" {flags} w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
            f'{caption}<w:tblDescription w:val="{attribute(described)}"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>"
        )

    def _cell(self, content: str, width: int, style: str, numeric: bool, keep: bool = False) -> str:
        extra = (_KEEP_NEXT if keep else "") + ('<w:jc w:val="right"/>' if numeric else "")
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_p(style, content, extra)}</w:tc>'

    # Inlines

    def _inlines(self, inlines: Inlines) -> str:
        out = []
        for part in inlines:
            match part:
                case Text():
                    out.append(self._text(part.text, ("<w:b/>" * part.strong) + ("<w:i/>" * part.emph)))
                case Blank():
                    out.append(self._blank(part.label))
                case Ref():
                    out.append(self._ref(part))
        return "".join(out)

    def _text(self, text: str, properties: str = "") -> str:
        """Runs for a text of any content; 1er, 2e get their raised ending."""
        text = clean(text)
        if not text:
            return ""
        out, position = [], 0
        for found in _ORDINAL.finditer(text):
            out.append(_run(text[position : found.end(1)], properties))
            out.append(_run(found[2], properties + '<w:vertAlign w:val="superscript"/>'))
            position = found.end()
        if position < len(text):
            out.append(_run(text[position:], properties))
        return "".join(out)

    def _blank(self, label: str) -> str:
        """A content control: one click selects it, the first key replaces it.

        No w:text inside: LibreOffice would make it a form field of the PDF, and drop the highlight.
        """
        label = clean(label)
        shown = _run(f"[à compléter{NBSP}: {label}]", f'<w:rStyle w:val="{self.styles.blank}"/>')
        name = attribute(label[:64])  # what Word's own dialogue accepts
        return (
            f'<w:sdt><w:sdtPr><w:alias w:val="{name}"/><w:tag w:val="{_slug(label)}"/>'
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
            return self._text(label)
        label = label or target.number
        start = label.lower().rfind(target.number.lower())
        if start < 0:
            link = _run(label, f'<w:rStyle w:val="{self.styles.link}"/>')
            return f'<w:hyperlink w:anchor="{target.bookmark}" w:history="1">{link}</w:hyperlink>'
        end = start + len(target.number)
        cached = label[start:end]
        lower = r" \* Lower" if cached != target.number else ""
        field = _field(rf"REF {target.bookmark} \r \h{lower}", cached)
        return self._text(label[:start]) + field + self._text(label[end:])


# An empty paragraph of one point, the only way to part two tables or to end on one.
_GAP = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
)


def _p(style: str, content: str, extra: str = "") -> str:
    """A paragraph. `extra` holds its direct properties, in the order of the schema."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{content}</w:p>'


def _run(text: str, properties: str = "") -> str:
    """One run of already cleaned text; newlines and tabs become what Word calls them."""
    rpr = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    pieces = (text,) if "\n" not in text and "\t" not in text else _BREAKS.split(text)
    content = "".join(
        _BREAK_XML.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces if piece
    )
    return f"<w:r>{rpr}{content}</w:r>"


def _field(instruction: str, cached: str) -> str:
    """A field in its five runs; `cached` is what is read until Word computes it again."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f"{_run(cached)}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _targets(blocks: tuple[Block, ...]) -> dict[str, _Target]:
    """The headings that can be referred to, with the numbers Word will give them."""
    counters = [0, 0, 0]
    targets: dict[str, _Target] = {}
    names: set[str] = set()
    for heading in (block for block in blocks if isinstance(block, Heading)):
        level = heading.level
        counters[level - 1] += 1
        counters[level:] = [0] * (3 - level)
        number = ".".join(map(str, counters[:level]))
        if heading.number and heading.number != number:
            raise ValueError(f"heading {heading.text!r} says {heading.number}, Word will print {number}")
        if not heading.key:
            continue
        if heading.key in targets:
            raise ValueError(f"two headings have the key {heading.key!r}")
        value = crc32(heading.key.encode()) % 900_000_000
        while (name := f"_Ref{100_000_000 + value}") in names:
            value = (value + 1) % 900_000_000
        names.add(name)
        targets[heading.key] = _Target(name, (_ARTICLE if level == 1 else "") + number)
    return targets


def _share(weights: tuple[int, ...], total: int) -> list[int]:
    """`total` shared in proportion to `weights`, to the last unit."""
    bounds = [0]
    for weight in weights:
        bounds.append(bounds[-1] + weight)
    edges = [round(bound * total / bounds[-1]) for bound in bounds]
    return [right - left for left, right in pairwise(edges)]


def _slug(label: str) -> str:
    """The tag of a blank: stable ASCII that a program can look for."""
    ascii_label = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_label).strip("-")[:64] or "champ"


def _is_note(block: Block | None) -> bool:
    return isinstance(block, Paragraph) and block.role == "note"


def _after_table(before: Block | None) -> str:
    return '<w:spacing w:before="160"/>' if isinstance(before, Table) else ""


def _spacing(joined_before: bool, joined_after: bool, before: int, after: int) -> str:
    """Consecutive notes share one box: no white between them, or the box would show a gap."""
    if not joined_before and not joined_after:
        return ""
    return f'<w:spacing w:before="{0 if joined_before else before}" w:after="{60 if joined_after else after}"/>'
