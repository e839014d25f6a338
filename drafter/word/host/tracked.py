"""Tracked changes accepted or refused, as Word does it: what proves that an insertion can be undone.

Only the changes of one author are settled: those the host already held are not ours to judge. Comments are not
tracked changes: one whose mark goes away with refused text goes away too (`comments_left`).
"""

from __future__ import annotations

from drafter.word.host.xml import DEL, INS, PPR, RPR, SDT, TBL, TC, TR, Element, P, T, W

_PROPERTIES = W + "trPr"
_CONTROL, _CONTROL_END = W + "customXmlInsRangeStart", W + "customXmlInsRangeEnd"
_RANGES = (("bookmarkStart", "bookmarkEnd"), ("commentRangeStart", "commentRangeEnd"))


def accept_all(root: Element, author: str) -> Element:
    """The body once the changes of `author` are accepted. Changed in place, and returned."""
    return _settle(root, author, kept=INS, gone=DEL)


def reject_all(root: Element, author: str) -> Element:
    """The body once the changes of `author` are refused. Changed in place, and returned."""
    return _settle(root, author, kept=DEL, gone=INS)


def comments_left(root: Element, comments: Element) -> list[Element]:
    """The comments that still show once the changes of `root` are settled: those the text still refers to."""
    shown = {mark.get(W + "id") for mark in root.iter(W + "commentReference")}
    return [item for item in comments.iterchildren(W + "comment") if item.get(W + "id") in shown]


def _settle(root: Element, author: str, *, kept: str, gone: str) -> Element:
    ours = [item for item in root.iter(kept, gone) if item.get(W + "author") == author]
    for item in ours:
        parent = item.getparent()
        if parent is None:
            continue
        if parent.tag == _PROPERTIES:
            row = parent.getparent()
            if item.tag == gone:
                _remove(row)
            else:
                parent.remove(item)
                _drop_if_empty(parent)
        elif parent.tag == RPR:
            paragraph = parent.getparent().getparent()
            parent.remove(item)
            _drop_if_empty(parent)
            if item.tag == gone:
                paragraph.set("gone", "1")  # joined below, once its runs are settled
            else:
                _drop_if_empty(paragraph.find(PPR))
        elif item.tag == gone:
            parent.remove(item)
        else:
            _unwrap(item)
    _settle_controls(root, author, kept=kept == INS)
    for paragraph in list(root.iter(P)):
        if paragraph.attrib.pop("gone", None):
            _join_next(paragraph)
    for table in list(root.iter(TBL)):
        if next(table.iterchildren(TR), None) is None:
            _remove(table)
    return root


def _settle_controls(root: Element, author: str, *, kept: bool) -> None:
    """A range over the tag of a content control says that the control was inserted; refused, its text alone stays."""
    ours = [item for item in root.iter(_CONTROL) if item.get(W + "author") == author]
    keys = {item.get(W + "id") for item in ours}
    controls = [item.getnext() for item in ours if item.getnext() is not None and item.getnext().tag == SDT]
    for mark in [*ours, *(item for item in root.iter(_CONTROL_END) if item.get(W + "id") in keys)]:
        _remove(mark)
    for control in controls if not kept else ():
        for child in list(control.find(W + "sdtContent")):
            control.addprevious(child)
        _remove(control)


def _unwrap(item: Element) -> None:
    for text in item.iter(W + "delText", W + "delInstrText"):
        text.tag = T if text.tag == W + "delText" else W + "instrText"
    parent, spot = item.getparent(), item.getparent().index(item)
    for child in list(item):
        parent.insert(spot, child)
        spot += 1
    parent.remove(item)


def _join_next(paragraph: Element) -> None:
    """A paragraph whose mark goes away flows into the next; an empty one simply goes."""
    rest = [child for child in paragraph if child.tag != PPR and child not in _own_ranges(paragraph)]
    following = paragraph.getnext()
    if rest and following is not None and following.tag == P:
        spot = 1 if following.find(PPR) is not None else 0
        for child in reversed(rest):
            following.insert(spot, child)
    elif rest:
        return
    if following is None and paragraph.getparent().tag == TC:
        return  # a cell ends with a paragraph
    _remove(paragraph)


def _own_ranges(paragraph: Element) -> list[Element]:
    """Bookmarks and ranges of comments that begin and end in a paragraph go away with it."""
    found: list[Element] = []
    for start, end in _RANGES:
        ends = {item.get(W + "id"): item for item in paragraph.iterchildren(W + end)}
        for item in paragraph.iterchildren(W + start):
            if item.get(W + "id") in ends:
                found += (item, ends[item.get(W + "id")])
    return found


def _drop_if_empty(element: Element | None) -> None:
    if element is not None and len(element) == 0 and not element.attrib:
        _remove(element)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
