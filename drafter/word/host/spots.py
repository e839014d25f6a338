"""Where exactly, in the bytes of the host, a section begins: never inside a control, never after a section break."""

from __future__ import annotations

from dataclasses import dataclass

from drafter.word.host.outline import Outline, Para
from drafter.word.host.xml import BODY, BR, SDT, SECTION, TBL, TC, Element, W

_CELL_MARGINS = 216
_DEFAULT_WIDTH = 9070  # A4, margins of 2.5 cm


@dataclass(frozen=True, slots=True)
class Spot:
    """`at_table`: what follows is a table, which would run into one of ours."""

    offset: int
    blank_before: bool = False
    at_table: bool = False
    warning: str = ""


def anchor(outline: Outline, at: int) -> Spot:
    """The byte to insert at, for text that comes before the paragraph of rank `at` (its count: the end)."""
    source = outline.source
    if at >= len(outline.paras):
        return Spot(_end(outline))
    back = _before_breaks(outline, at)
    para = outline.paras[back]
    element = block_of(para.element)
    previous = outline.paras[back - 1] if back else None
    warning = ""
    if previous is not None and previous.section_end and not previous.empty:
        warning = (
            f"Le texte inséré ouvre une nouvelle section de mise en page (après « {previous.text.strip()[:60]} ») : "
            "vérifiez l’orientation et les en-têtes de ces pages."
        )
    blank = previous is not None and previous.empty and not previous.nested
    return Spot(source.start(element), blank, element.tag == TBL, warning)


def block_of(element: Element) -> Element:
    """The block that stands in the body, or in a cell, and holds this paragraph.

    A paragraph that is not the first of a content control stays inside it: the control covers a whole passage.
    """
    while (parent := element.getparent()).tag not in (BODY, TC):
        if parent.tag == W + "sdtContent" and parent[0] is not element and not _locked(parent.getparent()):
            return element
        element = parent
    return element


def _locked(control: Element) -> bool:
    properties = control.find(W + "sdtPr")
    lock = properties.find(W + "lock") if properties is not None else None
    return lock is not None and lock.get(W + "val") in ("contentLocked", "sdtContentLocked")


def _before_breaks(outline: Outline, at: int) -> int:
    """Back over the empty paragraphs that hold the page or section break announcing what follows."""
    back, look = at, at - 1
    while look >= 0:
        para = outline.paras[look]
        if para.nested or not para.empty or _shows(para) or not _adjacent(para, outline.paras[look + 1]):
            break
        if para.section_end or _breaks(para):
            back = look
        look -= 1
    return back


def _adjacent(para: Para, following: Para) -> bool:
    """Nothing but marks between the two: no table, no control."""
    element = para.element.getnext()
    target = block_of(following.element)
    while element is not None and element is not target:
        if element.tag in (TBL, SDT):
            return False
        element = element.getnext()
    return True


def _breaks(para: Para) -> bool:
    return any(item.get(W + "type") == "page" for item in para.element.iter(BR))


def _shows(para: Para) -> bool:
    return next(para.element.iter(W + "drawing", W + "pict", W + "object"), None) is not None


def _end(outline: Outline) -> int:
    source = outline.source
    body = source.root.find(BODY)
    last = body[-1] if len(body) else None
    if last is not None and last.tag == SECTION:
        return source.start(last)
    return source.content.rindex(b"</w:body>")


def text_width(outline: Outline, at: int) -> int:
    """Between the margins of the section that a place belongs to, in twentieths of a point."""
    if at < len(outline.paras) and outline.paras[at].nested == "tc":
        cell = next(outline.paras[at].element.iterancestors(TC)).find(W + "tcPr")
        size = cell.find(W + "tcW") if cell is not None else None
        if size is not None and size.get(W + "type") == "dxa" and size.get(W + "w", "").isdecimal():
            return max(int(size.get(W + "w")) - _CELL_MARGINS, 1000)
    section = None
    for para in outline.paras[at:]:
        if para.section_end:
            section = next(para.element.iter(SECTION), None)
            break
    if section is None:
        section = next((item for item in outline.source.root.find(BODY).iterchildren(SECTION)), None)
    if section is None:
        return _DEFAULT_WIDTH
    size, margins = section.find(W + "pgSz"), section.find(W + "pgMar")
    try:
        width = int(float(size.get(W + "w"))) - sum(
            int(float(margins.get(W + side) or 0)) for side in ("left", "right", "gutter")
        )
    except (AttributeError, TypeError, ValueError):
        return _DEFAULT_WIDTH
    return width if width > 2000 else _DEFAULT_WIDTH
