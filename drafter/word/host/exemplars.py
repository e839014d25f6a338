"""What the host's own paragraphs look like, role by role: the inserted text is cut on their pattern.

A look is the properties of one paragraph of the host, without what belongs to that paragraph alone (a section, a
page break, a frame, a revision).
"""

from __future__ import annotations

import re
from collections import Counter as Tally
from dataclasses import replace

from drafter.word.host.looks import Look, TableLook, TitleLook
from drafter.word.host.outline import Outline, Para, Title
from drafter.word.host.runs import BOLD, ITALIC, with_properties
from drafter.word.host.typed import TypedNumber
from drafter.word.host.xml import BODY, PPR, RPR, TBL, TC, TR, Element, R, T, W, fragment


def _named(names: str) -> frozenset[str]:
    return frozenset(W + name for name in names.split())


_ITS_OWN = _named("sectPr pPrChange pageBreakBefore framePr rPr divId cnfStyle")
_RUN_ITS_OWN = _named(
    "ins del moveFrom moveTo rPrChange highlight vanish strike dstrike vertAlign webHidden specVanish oMath noProof "
    "fitText position rtl cs"
)
_RUN_EMPHASIS = _named("b bCs i iCs u caps smallCaps shd color")
_NOT_BODY_STYLE = re.compile(r"link|lien|footnote|note de bas|placeholder|espace r|comment|commentaire")
BULLET = re.compile(r"^(\s*[•●▪■◦–—−\-\uf0b7\uf0a7\uf02d][\s\u00a0\t]+)(?=\S)")

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


def title_look(outline: Outline, level: int, near: int) -> TitleLook:
    if level not in outline.usual:
        outline.usual[level] = _usual(outline, level)
    usual = outline.usual[level]
    if not usual:
        return _derived(outline, level, near)
    before = [title for title in usual if title.place < near]
    title = before[-1] if before else usual[0]
    around = before[-4:] or usual[:4]
    capitals = sum(item.text.isupper() for item in around) * 2 > len(around)
    numbered = title.para.values and title.para.num is not None
    look = _look(title.para, outline, keep_number=True).having(("w:keepNext", "<w:keepNext/>"))
    return TitleLook(look, title.typed, (title.para.num or "", title.para.ilvl) if numbered else None, capitals)


def _usual(outline: Outline, level: int) -> list[Title]:
    """The titles of a level that look like most of them."""
    signed = [((*_signature(title.para), bool(title.typed)), title) for title in outline.titles if title.level == level]
    tally = Tally(signature for signature, _ in signed).most_common(1)
    return [title for signature, title in signed if signature == tally[0][0]]


def _derived(outline: Outline, level: int, near: int) -> TitleLook:
    """A level the host does not use: its own style for it, else the level above, one step down."""
    above = [title for title in outline.titles if title.level < level]
    if not above:
        look = body_look(outline).having(("w:keepNext", "<w:keepNext/>"))
        return TitleLook(replace(look, run=with_properties(look.run, BOLD), mark=with_properties(look.mark, BOLD)))
    parent = title_look(outline, max(title.level for title in above), near)
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


def body_look(outline: Outline) -> Look:
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


def bullet_look(outline: Outline, body: Look) -> tuple[Look, str]:
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


def blank_before(outline: Outline, level: int) -> bool:
    """Whether the host puts an empty paragraph before its titles of this level."""
    titles = [title.place for title in outline.titles if title.level == level and title.place > 0]
    blank = sum(outline.paras[place - 1].empty and outline.paras[place - 1].nested == "" for place in titles)
    return len(titles) > 1 and blank * 2 > len(titles)


# --- tables -------------------------------------------------------------------------------------------------

_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
BORDERED = (
    '<w:tblW w:w="0" w:type="auto"/><w:tblBorders>'
    + _BORDERS
    + '</w:tblBorders><w:tblLayout w:type="fixed"/>'
    + '<w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
)
CELL_SPACING = ("w:spacing", '<w:spacing w:before="40" w:after="40"/>')
_KEPT = {W + name for name in ("tblStyle", "tblBorders", "tblCellMar")}


def table_look(outline: Outline, body: Look) -> TableLook:
    cell = _cell_look(body)
    header = replace(cell, run=with_properties(cell.run, BOLD), mark=with_properties(cell.mark, BOLD))
    table = _first_data_table(outline)
    if table is None:
        return TableLook(BORDERED, "", header, cell)
    kept = {child.tag: fragment(child) for child in table.find(W + "tblPr") if child.tag in _KEPT}
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
    if not shading:
        header = replace(header, run=with_properties(header.run, BOLD))
    return TableLook(properties, shading, _in_cell(header), _in_cell(cell))


def _in_cell(look: Look) -> Look:
    """Neither a number nor text spread over a narrow column."""
    spread = any(name == "w:jc" and '"both"' in xml for name, xml in look.properties)
    return look.without("w:numPr", "w:outlineLvl", *(("w:jc",) if spread else ()))


def _cell_look(body: Look) -> Look:
    return body.without("w:ind", "w:jc", "w:tabs", "w:outlineLvl").having(CELL_SPACING)


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


def cut(para: Para, outline: Outline) -> Look:
    """The look of one paragraph, its list number included."""
    return _look(para, outline, keep_number=True, emphasis=False)


def cut_whole(para: Para, outline: Outline) -> Look:
    """The look of one paragraph with its bold and italic: for a role that wears them, such as a caption."""
    return _look(para, outline)
