"""Our blocks as paragraphs of the host: the looks are its own, the text is ours.

With a revision, every paragraph mark, run and table row is an insertion, so that refusing them all gives the
host back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from drafter.draft.blocks import (
    Blank,
    Block,
    Chart,
    Heading,
    Inlines,
    ListBlock,
    Paragraph,
    Ref,
    Table,
    Text,
    plain_text,
)
from drafter.word.host.captions import CaptionLook
from drafter.word.host.comments import HostComments
from drafter.word.host.controls import Controls
from drafter.word.host.lists import HostLists
from drafter.word.host.looks import Look, Looks, TitleLook, joined
from drafter.word.host.marks import Marker
from drafter.word.host.numbers import Number, Target
from drafter.word.host.runs import BOLD, ITALIC, field, run, with_properties
from drafter.word.text import attribute

_KEEP = ("w:keepNext", "<w:keepNext/>")
_AFTER_TABLE = 160
_PAGE = ("w:pageBreakBefore", "<w:pageBreakBefore/>")


@dataclass(frozen=True, slots=True)
class Shared:
    """What all the writers of one insertion have in common. `bookmarks`: ids by key of title."""

    targets: Mapping[str, Target]
    bookmarks: Mapping[str, int]
    lists: HostLists
    comments: HostComments
    controls: Controls
    marker: Marker


class HostWriter:
    def __init__(
        self,
        looks: Looks,
        shared: Shared,
        width: int,
        caption: CaptionLook | None = None,
        first_table: int = 1,
    ) -> None:
        """`width`: of the text, in twentieths of a point. `first_table`: the number of the first captioned table."""
        self.looks, self.shared, self.width = looks, shared, width
        self.targets, self.marker = shared.targets, shared.marker
        self.caption, self._table_number = caption, first_table

    def section(
        self, blocks: tuple[Block, ...], level: int, numbers: Iterator[Number], *, page: bool = False, blank_end: bool
    ) -> str:
        """The blocks one after the other; titles of rank 1 take `level`. `blank_end`: an empty paragraph closes."""
        out: list[str] = []
        for index, block in enumerate(blocks):
            after = blocks[index + 1] if index + 1 < len(blocks) else None
            match block:
                case Heading():
                    own = level + block.level - 1
                    if index and own in self.looks.spaced:
                        out.append(self.empty())
                    out.append(self._title(block, self.looks.title(own), next(numbers), page=page and index == 0))
                case Paragraph():
                    announces = isinstance(after, ListBlock | Table) and plain_text(block.inlines).rstrip().endswith(
                        ":"
                    )
                    look = self.looks.body.having(_KEEP) if announces else self.looks.body
                    if index and isinstance(blocks[index - 1], Table):
                        look = look.spaced_before(_AFTER_TABLE)
                    out.append(self.paragraph(look, self._inlines(block.inlines, look.run)))
                case ListBlock():
                    out += self._list(block)
                case Table():
                    if index and self._ends_bare(blocks[index - 1]) and not self._captioned_above(block):
                        out.append(self.empty())
                    out.append(self._table(block))
                    if after is None and not blank_end and self._ends_bare(block):
                        out.append(self.empty())
                case Chart():
                    raise ValueError(f"chart {block.caption!r}: a contract piece holds none")
        if blank_end:
            out.append(self.empty())
        return "".join(out)

    def paragraph(self, look: Look, content: str, around: tuple[str, str] = ("", "")) -> str:
        """`content` bears its own marks of revision; `around` has none: bookmarks, ranges of comments."""
        mark = self.marker.mark() + look.mark
        properties = joined(look.properties) + (f"<w:rPr>{mark}</w:rPr>" if mark else "")
        head = f"<w:pPr>{properties}</w:pPr>" if properties else ""
        return f"<w:p>{head}{around[0]}{content}{around[1]}</w:p>"

    def empty(self) -> str:
        return self.paragraph(self.looks.body, "")

    def line(self, look: Look, inlines: Inlines, lead: str = "") -> str:
        """One paragraph in a look of the caller's choice: a line of the host's own list."""
        return self.paragraph(look, self._inlines(inlines, look.run, lead))

    def _title(self, heading: Heading, look: TitleLook, number: Number, *, page: bool) -> str:
        text = heading.text.upper() if look.capitals else heading.text
        own = look.look.having(_PAGE) if page else look.look
        if look.typed is not None and number.text:
            typed = look.typed
            text = f"{typed.lead}{number.text}{typed.after or ' '}{text}"
        elif look.auto is not None and not number.path:
            own = own.having(("w:numPr", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'))
        content = self.marker.around(run(text, own.run))
        start = end = ""
        if heading.notes and self.shared.comments.wanted:
            start, end, hung = self.shared.comments.add(heading.notes)
            end += self.marker.around(hung)
        target = self.targets.get(heading.key)
        key = self.shared.bookmarks.get(heading.key)
        if target is not None and key is not None:
            start = f'<w:bookmarkStart w:id="{key}" w:name="{target.bookmark}"/>{start}'
            end += f'<w:bookmarkEnd w:id="{key}"/>'
        return self.paragraph(own, content, (start, end))

    def _list(self, block: ListBlock) -> Iterator[str]:
        look, mark = self.looks.bullet, self.looks.bullet_mark
        automatic = any(name == "w:numPr" for name, _ in look.properties) or look.style not in (
            "Normal",
            self.looks.body.style,
        )
        num: int | None = None
        if block.ordered:
            look = self.looks.body
            num = self.shared.lists.ordered() if self.shared.lists.real else None
        elif not automatic and not mark:
            look = self.looks.body
            num = self.shared.lists.bullets() if self.shared.lists.real else None
        if num is not None:
            own = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{num}"/></w:numPr>'
            look = look.without("w:ind", "w:tabs").having(("w:numPr", own))
        for index, item in enumerate(block.items):
            typed = "" if num is not None else f"{index + 1}°\u00a0" if block.ordered else mark
            if num is None and not block.ordered and not automatic and not mark:
                typed = "– "
            keep = look.having(_KEEP) if index == 0 and len(block.items) > 1 else look
            yield self.line(keep, item, typed)

    # Tables

    def _table(self, table: Table) -> str:
        columns = len(table.header) or max((len(row) for row in table.rows), default=1)
        widths = _shared(table.widths or (1,) * columns, self.width)
        look = self.looks.table
        out = []
        if self._captioned_above(table):
            out.append(self._caption(table.caption))
        described = ", ".join(label for label in table.header if label)
        headed = any(table.header)
        flags = (
            f'w:firstRow="{int(headed)}" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"'
        )
        caption = f'<w:tblCaption w:val="{attribute(table.caption)}"/>' if table.caption else ""
        note = f'<w:tblDescription w:val="{attribute(f"Colonnes : {described}.")}"/>' if described else ""
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        out.append(
            f'<w:tbl><w:tblPr>{look.properties}<w:tblLook w:val="{"0620" if headed else "0600"}" {flags}/>'
            f"{caption}{note}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        )
        if headed:
            cells = (
                self._cell(look.header, self._label(label), width, look.header_cell, index in table.numeric)
                for index, (label, width) in enumerate(zip(table.header, widths, strict=True))
            )
            out.append(self._row("".join(cells), header=True))
        for row in table.rows:
            cells = (
                self._cell(look.cell, self._inlines(cell, look.cell.run), width, "", index in table.numeric)
                for index, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            out.append(self._row("".join(cells), header=False))
        out.append("</w:tbl>")
        if table.caption and not self._captioned_above(table):
            out.append(self._caption(table.caption))
        return "".join(out)

    def _captioned_above(self, table: Table) -> bool:
        return bool(table.caption) and (self.caption is None or not self.caption.below)

    def _ends_bare(self, block: Block) -> bool:
        """Whether a table is the last thing it writes: Word would join it to the next, and wants text after it."""
        return isinstance(block, Table) and (not block.caption or self._captioned_above(block))

    def _caption(self, text: str) -> str:
        """Numbered with the host's own counter, when it has one."""
        if (model := self.caption) is None:
            body = self.looks.body.having(_KEEP)
            return self.paragraph(body, self.marker.around(run(text, with_properties(body.run, BOLD))))
        look = model.look.without("w:keepNext") if model.below else model.look.having(_KEEP)
        counter = field(rf"SEQ {model.name} \* ARABIC", str(self._table_number), look.run)
        self._table_number += 1
        content = run(model.lead, look.run) + counter + run(f"{model.after}{text}", look.run)
        return self.paragraph(look, self.marker.around(content))

    def _label(self, text: str) -> str:
        return self.marker.around(run(text, self.looks.table.header.run))

    def _row(self, cells: str, *, header: bool) -> str:
        repeated = "<w:tblHeader/>" if header else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{repeated}{self.marker.mark()}</w:trPr>{cells}</w:tr>"

    def _cell(self, look: Look, content: str, width: int, shade: str, numeric: bool) -> str:
        own = look.having(("w:jc", '<w:jc w:val="right"/>')) if numeric else look
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{self.paragraph(own, content)}</w:tc>'

    # Text

    def _inlines(self, inlines: Inlines, properties: str, lead: str = "") -> str:
        """Runs between the controls are inserted together; a control carries marks of its own."""
        out = []
        runs = [run(lead, properties)]
        for part in inlines:
            match part:
                case Text():
                    more = (BOLD,) * part.strong + (ITALIC,) * part.emph
                    runs.append(run(part.text, with_properties(properties, *more) if more else properties))
                case Blank():
                    out.append(self.marker.around("".join(runs)))
                    out.append(self.shared.controls.blank(part.label, properties, self.marker))
                    runs.clear()
                case Ref():
                    runs.append(self._reference(part, properties))
        return "".join(out) + self.marker.around("".join(runs))

    def _reference(self, ref: Ref, properties: str) -> str:
        target = self.targets.get(ref.target)
        if target is None:
            return run(ref.label, properties)
        if not target.bookmark:
            return run(target.text, properties)
        return field(rf"REF {target.bookmark} \r \h", target.text, properties)


def _shared(weights: tuple[int, ...], total: int) -> list[int]:
    whole = sum(weights)
    widths = [total * weight // whole for weight in weights]
    widths[-1] += total - sum(widths)
    return widths
