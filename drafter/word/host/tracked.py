"""Tracked changes accepted or refused, as Word does it: what proves that an insertion can be undone.

Only the changes of one author are settled: those the host already held are not ours to judge.
"""

from __future__ import annotations

from drafter.word.host.xml import DEL, INS, PPR, RPR, TBL, TC, TR, Element, P, T, W

_PROPERTIES = W + "trPr"


def accept_all(root: Element, author: str) -> Element:
    """The body once the changes of `author` are accepted. Changed in place, and returned."""
    return _settle(root, author, kept=INS, gone=DEL)


def reject_all(root: Element, author: str) -> Element:
    """The body once the changes of `author` are refused. Changed in place, and returned."""
    return _settle(root, author, kept=DEL, gone=INS)


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
    for paragraph in list(root.iter(P)):
        if paragraph.attrib.pop("gone", None):
            _join_next(paragraph)
    for table in list(root.iter(TBL)):
        if next(table.iterchildren(TR), None) is None:
            _remove(table)
    return root


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
    rest = [child for child in paragraph if child.tag != PPR and child not in _own_bookmarks(paragraph)]
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


def _own_bookmarks(paragraph: Element) -> list[Element]:
    """Bookmarks that begin and end in a paragraph go away with it."""
    starts = list(paragraph.iterchildren(W + "bookmarkStart"))
    ends = {item.get(W + "id"): item for item in paragraph.iterchildren(W + "bookmarkEnd")}
    return [mark for item in starts if item.get(W + "id") in ends for mark in (item, ends[item.get(W + "id")])]


def _drop_if_empty(element: Element | None) -> None:
    if element is not None and len(element) == 0 and not element.attrib:
        _remove(element)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
