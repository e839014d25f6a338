"""What the host's own paragraphs look like, role by role: the inserted text is cut on their pattern.

A look is the properties of one paragraph of the host, without what belongs to that paragraph alone (a section, a
page break, a frame, a revision). In the plain and house modes, looks are ours; titles keep the host's numbers.
"""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from drafter.word.host.options import Style
from drafter.word.host.outline import Outline, Para
from drafter.word.host.runs import BOLD, ITALIC, with_properties
from drafter.word.host.typed import TypedNumber
from drafter.word.host.xml import BODY, PPR, RPR, TBL, TC, TR, Element, R, T, W, fragment

_ORDER = """
    pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs
    suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd
    snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment
    textboxTightWrap outlineLvl divId cnfStyle rPr
"""
_RANK = {f"w:{name}": rank for rank, name in enumerate(_ORDER.split())}


def _named(names: str) -> frozenset[str]:
    return frozenset(W + name for name in names.split())


_ITS_OWN = _named("sectPr pPrChange pageBreakBefore framePr rPr divId cnfStyle")
_RUN_ITS_OWN = _named(
    "ins del moveFrom moveTo rPrChange highlight vanish strike dstrike vertAlign webHidden specVanish oMath noProof "
    "fitText position rtl cs"
)
_RUN_EMPHASIS = _named("b bCs i iCs u caps smallCaps shd color")
_NOT_BODY_STYLE = re.compile(r"link|lien|footnote|note de bas|placeholder|espace r|comment|commentaire")
_BEFORE = re.compile(r'\s+w:before="(\d+)"')
BULLET = re.compile(r"^(\s*[•●▪■◦–—−\-\uf0b7\uf0a7\uf02d][\s\u00a0\t]+)(?=\S)")

Properties = tuple[tuple[str, str], ...]


def joined(properties: Iterable[tuple[str, str]]) -> str:
    """Paragraph properties in the order the schema wants."""
    return "".join(xml for _, xml in sorted(properties, key=lambda item: _RANK.get(item[0], 99)))


@dataclass(frozen=True, slots=True)
class Look:
    """`style`: how the report names it. `run` and `mark`: properties of the text and of the paragraph mark."""

    properties: Properties = ()
    run: str = ""
    mark: str = ""
    style: str = "Normal"

    def having(self, *more: tuple[str, str]) -> Look:
        names = {name for name, _ in more}
        return replace(self, properties=(*(item for item in self.properties if item[0] not in names), *more))

    def spaced_before(self, least: int) -> Look:
        """With at least this much space above, in twentieths of a point."""
        own = next((xml for name, xml in self.properties if name == "w:spacing"), "<w:spacing/>")
        found = _BEFORE.search(own)
        if found and int(found[1]) >= least:
            return self
        xml = _BEFORE.sub("", own).replace("<w:spacing", f'<w:spacing w:before="{least}"', 1)
        return self.having(("w:spacing", xml))

    def without(self, *names: str) -> Look:
        return replace(self, properties=tuple(item for item in self.properties if item[0] not in names))


@dataclass(frozen=True, slots=True)
class TitleLook:
    """One level of titles. `typed` when numbers are written by hand; `auto` (numId, ilvl) when Word counts."""

    look: Look
    typed: TypedNumber | None = None
    auto: tuple[str, int] | None = None
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class TableLook:
    properties: str
    header_cell: str
    header: Look
    cell: Look


@dataclass(frozen=True, slots=True)
class Looks:
    """Everything the writer asks for. `titles` by level of the host."""

    titles: dict[int, TitleLook]
    body: Look
    bullet: Look
    bullet_mark: str
    table: TableLook
    spaced: frozenset[int] = field(default=frozenset())

    def title(self, level: int) -> TitleLook:
        return self.titles[level]


# --- cutting a pattern --------------------------------------------------------------------------------------


def _look(para: Para, outline: Outline, *, keep_number: bool = False, emphasis: bool = True) -> Look:
    properties: list[tuple[str, str]] = []
    mark = ""
    element = para.element
    if len(element) and element[0].tag == PPR:
        for child in element[0]:
            if not isinstance(child.tag, str):
                continue
            if child.tag == RPR:
                mark = _run_properties(child, emphasis=emphasis)
            elif child.tag not in _ITS_OWN and (keep_number or child.tag != W + "numPr"):
                properties.append(("w:" + child.tag.removeprefix(W), fragment(child)))
    return Look(tuple(properties), _main_run(element, outline, emphasis), mark, _style_name(para, outline))


def _style_name(para: Para, outline: Outline) -> str:
    return outline.styles.name(para.style) or "Normal"


def _main_run(element: Element, outline: Outline, emphasis: bool) -> str:
    """The properties that most of the text wears."""
    weights: Tally[str] = Tally()
    for run in element.iter(R):
        size = sum(len(text.text or "") for text in run.iterchildren(T))
        if size:
            properties = run.find(RPR)
            weights[_run_properties(properties, emphasis=emphasis) if properties is not None else ""] += size
    return weights.most_common(1)[0][0] if weights else ""


def _run_properties(properties: Element, *, emphasis: bool) -> str:
    out = []
    for child in properties:
        if not isinstance(child.tag, str) or child.tag in _RUN_ITS_OWN or (not emphasis and child.tag in _RUN_EMPHASIS):
            continue
        if child.tag == W + "rStyle" and _NOT_BODY_STYLE.search(child.get(W + "val", "").lower()):
            continue
        xml = fragment(child)
        if child.tag.startswith(W) and xml not in out:  # LibreOffice writes some twice
            out.append(xml)
    return "".join(out)


def _signature(para: Para) -> tuple[object, ...]:
    element = para.element
    properties = element[0] if len(element) and element[0].tag == PPR else None
    jc = properties.find(W + "jc") if properties is not None else None
    return para.style, jc.get(W + "val") if jc is not None else None


# --- the looks of a host --------------------------------------------------------------------------------------


def read_looks(outline: Outline, style: Style) -> Looks:
    """Every look but those of the titles, which depend on the place: see `with_titles`."""
    if style is not Style.HOST:
        return _our_looks(outline, style)
    body = _body(outline)
    bullet, bullet_mark = _bullet(outline, body)
    return Looks({}, body, bullet, bullet_mark, _table(outline, body))


def with_titles(looks: Looks, outline: Outline, style: Style, levels: Sequence[int], near: int) -> Looks:
    """The looks plus those of titles of `levels`, the nearest before `near` first."""
    if style is not Style.HOST:
        return replace(looks, titles=_our_titles(outline, style, levels, near))
    titles = {level: _title(outline, level, near) for level in levels}
    return replace(looks, titles=titles, spaced=frozenset(level for level in levels if _blank_before(outline, level)))


def _title(outline: Outline, level: int, near: int) -> TitleLook:
    titles = [title for title in outline.titles if title.level == level]
    if not titles:
        return _derived(outline, level, near)
    common = Tally((*_signature(title.para), bool(title.typed)) for title in titles).most_common(1)[0][0]
    usual = [title for title in titles if (*_signature(title.para), bool(title.typed)) == common]
    before = [title for title in usual if title.place < near]
    title = before[-1] if before else usual[0]
    around = before[-4:] or usual[:4]
    capitals = sum(item.text.isupper() for item in around) * 2 > len(around)
    numbered = title.para.values and title.para.num is not None
    look = _look(title.para, outline, keep_number=True).having(("w:keepNext", "<w:keepNext/>"))
    return TitleLook(look, title.typed, (title.para.num or "", title.para.ilvl) if numbered else None, capitals)


def _derived(outline: Outline, level: int, near: int) -> TitleLook:
    """A level the host does not use: its own style for it, else the level above, one step down."""
    above = [title for title in outline.titles if title.level < level]
    if not above:
        look = _body(outline).having(("w:keepNext", "<w:keepNext/>"))
        return TitleLook(replace(look, run=with_properties(look.run, BOLD), mark=with_properties(look.mark, BOLD)))
    parent = _title(outline, max(title.level for title in above), near)
    look = parent.look
    if parent.auto is not None:
        num, ilvl = parent.auto
        below = outline.numbering.level(num, ilvl + 1)
        if below is not None and below.numbers:
            if below.style and below.style in outline.styles.by_id:
                plain = Look(
                    (("w:pStyle", f'<w:pStyle w:val="{below.style}"/>'),), style=outline.styles.name(below.style)
                )
                return TitleLook(plain.having(("w:keepNext", "<w:keepNext/>")), None, (num, ilvl + 1), parent.capitals)
            own = f'<w:numPr><w:ilvl w:val="{ilvl + 1}"/><w:numId w:val="{num}"/></w:numPr>'
            outlined = f'<w:outlineLvl w:val="{min(level - 1, 8)}"/>'
            look = look.having(("w:numPr", own), ("w:outlineLvl", outlined)).without("w:ind")
            return TitleLook(look, None, (num, ilvl + 1), False)
        off = ("w:numPr", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>')
        typed = TypedNumber("", "", (1, 1), ("decimal", "decimal"), (".",), " ", "")
        return TitleLook(look.having(off, ("w:outlineLvl", f'<w:outlineLvl w:val="{min(level - 1, 8)}"/>')), typed)
    look = look.without("w:pBdr", "w:shd")
    if parent.typed is None:
        # Titles without a number: italic tells a part of an article from the article.
        return TitleLook(replace(look, run=with_properties(look.run, ITALIC), mark=with_properties(look.mark, ITALIC)))
    typed = parent.typed
    after = typed.after if not typed.word else " "
    return TitleLook(look, replace(typed, lead="", word="", after=after), None, False)


def _body(outline: Outline) -> Look:
    titles = {title.place for title in outline.titles}
    candidates = [
        para
        for para in outline.paras
        if para.place not in titles
        and len(para.text) > 60
        and not para.contents
        and para.nested != "tc"
        and not para.label
        and (para.num is None)
        and not BULLET.match(para.text)
    ]
    if not candidates:
        candidates = [para for para in outline.paras if len(para.text) > 30 and para.place not in titles][:50]
    if not candidates:
        return Look()
    weights = Tally(_signature(para) for para in candidates)
    best = weights.most_common(1)[0][0]
    para = next(para for para in candidates[len(candidates) // 2 :] + candidates if _signature(para) == best)
    return _look(para, outline, emphasis=False)


def _bullet(outline: Outline, body: Look) -> tuple[Look, str]:
    """A list of the host: automatic bullets first, else the dash it types; ("", "") when it has none."""
    automatic: list[Para] = []
    typed: list[tuple[Para, str]] = []
    for para in outline.paras:
        if para.contents or para.nested == "tc" or para.empty:
            continue
        if para.num is not None:
            level = outline.numbering.level(para.num, para.ilvl)
            if level is not None and level.format == "bullet" and para.ilvl == 0:
                automatic.append(para)
        elif found := BULLET.match(para.text):
            typed.append((para, found[1]))
    if automatic:
        best = Tally((para.style, para.num) for para in automatic).most_common(1)[0][0]
        para = next(para for para in automatic if (para.style, para.num) == best)
        return _look(para, outline, keep_number=True, emphasis=False), ""
    if typed:
        mark = Tally(mark.replace("\t", " ") for _, mark in typed).most_common(1)[0][0]
        para = next(para for para, found in typed if found.replace("\t", " ") == mark)
        return _look(para, outline, emphasis=False), mark
    return body, ""


def _blank_before(outline: Outline, level: int) -> bool:
    """Whether the host puts an empty paragraph before its titles of this level."""
    titles = [title.place for title in outline.titles if title.level == level and title.place > 0]
    blank = sum(outline.paras[place - 1].empty and outline.paras[place - 1].nested == "" for place in titles)
    return len(titles) > 1 and blank * 2 > len(titles)


# --- tables -------------------------------------------------------------------------------------------------

_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TABLE = (
    '<w:tblW w:w="0" w:type="auto"/><w:tblBorders>'
    + _BORDERS
    + '</w:tblBorders><w:tblLayout w:type="fixed"/>'
    + '<w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
)
_CELL_SPACING = ("w:spacing", '<w:spacing w:before="40" w:after="40"/>')
_KEEP_TABLE = {W + name for name in ("tblStyle", "tblBorders", "tblCellMar")}


def _table(outline: Outline, body: Look) -> TableLook:
    cell = _cell_look(body)
    header = replace(cell, run=with_properties(cell.run, BOLD), mark=with_properties(cell.mark, BOLD))
    table = _first_data_table(outline)
    if table is None:
        return TableLook(_TABLE, "", header, cell)
    kept = {child.tag: fragment(child) for child in table.find(W + "tblPr") if child.tag in _KEEP_TABLE}
    if W + "tblBorders" not in kept and W + "tblStyle" not in kept:
        kept[W + "tblBorders"] = f"<w:tblBorders>{_BORDERS}</w:tblBorders>"
    properties = (
        kept.get(W + "tblStyle", "")
        + '<w:tblW w:w="0" w:type="auto"/>'
        + kept.get(W + "tblBorders", "")
        + '<w:tblLayout w:type="fixed"/>'
        + kept.get(W + "tblCellMar", "")
    )
    first = table.find(TR)
    cells = list(first.iterchildren(TC)) if first is not None else []
    shading = ""
    if cells and (own := cells[0].find(W + "tcPr")) is not None and (shade := own.find(W + "shd")) is not None:
        shading = fragment(shade)
    by_element = {para.element: para for para in outline.paras if para.nested == "tc"}
    heads = [by_element[item] for item in (cells[0].iter(W + "p") if cells else ()) if item in by_element]
    if heads and not heads[0].empty:
        header = _look(heads[0], outline).without("w:ind")
    inner = [
        by_element[item] for row in list(table.iterchildren(TR))[1:] for item in row.iter(W + "p") if item in by_element
    ]
    filled = [para for para in inner if not para.empty]
    if filled:
        cell = _look(filled[0], outline, emphasis=False).without("w:ind")
    return TableLook(
        properties, shading, header.without("w:numPr", "w:outlineLvl"), cell.without("w:numPr", "w:outlineLvl")
    )


def _cell_look(body: Look) -> Look:
    return body.without("w:ind", "w:jc", "w:tabs", "w:outlineLvl").having(_CELL_SPACING)


def _first_data_table(outline: Outline) -> Element | None:
    """The first table that looks like one: a grid of short texts, not a frame around the page."""
    for table in outline.source.root.iter(TBL):
        rows = list(table.iterchildren(TR))
        if len(rows) < 2 or table.getparent().tag != BODY or table.find(W + "tblPr") is None:
            continue
        widths = {sum(1 for _ in row.iterchildren(TC)) for row in rows}
        if min(widths) >= 2 and len(widths) == 1 and len("".join(table.itertext(T))) < 400 * len(rows):
            return table
    return None


# --- our own looks ------------------------------------------------------------------------------------------


_HOUSE_FONT = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/>'


def _our_titles(outline: Outline, style: Style, levels: Sequence[int], near: int) -> dict[int, TitleLook]:
    """Titles keep the numbers of the host: a document has one numbering."""
    font = _HOUSE_FONT if style is Style.HOUSE else ""
    outlined = any(title.source == "style" for title in outline.titles)  # else ours would be alone in the outline
    titles: dict[int, TitleLook] = {}
    for rank, level in enumerate(sorted(levels)):
        host = _title(outline, level, near)
        size = (28, 24, 22)[min(rank, 2)]
        color = '<w:color w:val="1F3864"/>' if style is Style.HOUSE else ""
        run = f'{font}<w:b/>{color}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        look = Look(
            (
                ("w:keepNext", "<w:keepNext/>"),
                ("w:spacing", f'<w:spacing w:before="{280 - 60 * min(rank, 2)}" w:after="100"/>'),
                *([("w:outlineLvl", f'<w:outlineLvl w:val="{min(level - 1, 8)}"/>')] if outlined else []),
                *_number_of(host),
            ),
            run,
            run,
            style.value,
        )
        titles[level] = TitleLook(look, host.typed, host.auto, host.capitals)
    return titles


def _our_looks(outline: Outline, style: Style) -> Looks:
    """Plain or house formatting."""
    house = style is Style.HOUSE
    font = _HOUSE_FONT if house else ""
    spacing = ("w:spacing", '<w:spacing w:before="0" w:after="120" w:line="264" w:lineRule="auto"/>')
    body_run = font + ('<w:sz w:val="21"/><w:szCs w:val="21"/>' if house else "")
    body = Look((spacing, ("w:jc", '<w:jc w:val="both"/>')), body_run, body_run, style.value)
    bullet, mark = _bullet(outline, body)
    number = tuple(item for item in bullet.properties if item[0] in ("w:numPr", "w:ind"))
    bullet = body.having(*number) if number else body
    if not any(name == "w:numPr" for name, _ in bullet.properties):
        bullet, mark = body, mark or "– "
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="DCE6F2"/>' if house else ""
    cell = Look((_CELL_SPACING,), body_run, body_run, style.value)
    header = replace(cell, run=with_properties(cell.run, BOLD), mark=with_properties(cell.mark, BOLD))
    return Looks({}, body, bullet, mark, TableLook(_TABLE, shade, header, cell))


def _number_of(host: TitleLook) -> Properties:
    if host.auto is None:
        return ()
    num, ilvl = host.auto
    return (("w:numPr", f'<w:numPr><w:ilvl w:val="{ilvl}"/><w:numId w:val="{num}"/></w:numPr>'),)


def cut(para: Para, outline: Outline) -> Look:
    """The look of one paragraph, its list number included."""
    return _look(para, outline, keep_number=True, emphasis=False)
