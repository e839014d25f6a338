"""Changes to what the host already says: digits of a typed number, paragraphs that go away. Plain or tracked."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from drafter.word.host.marks import Marker
from drafter.word.host.xml import DEL, INS, NAMESPACE, PPR, RPR, TR, Element, P, R, T, W, fragment

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_RANGES = re.compile(rb"<w:(bookmarkStart|bookmarkEnd|commentRangeStart|commentRangeEnd)\b[^>]*?w:id=\"(\d+)\"[^>]*?/>")


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes from `start` to `end` become `text`. `rank` orders those that begin at the same place."""

    start: int
    end: int
    text: str
    rank: int = 0


def spliced(content: bytes, edits: Iterable[Edit]) -> bytes:
    """The part with its edits; the rest is copied. Edits never overlap."""
    out: list[bytes] = []
    position = 0
    for edit in sorted(edits, key=lambda item: (item.start, item.end, item.rank)):
        assert edit.start >= position, "two changes of the same passage"
        out += [content[position : edit.start], edit.text.encode()]
        position = edit.end
    return b"".join((*out, content[position:]))


def holds_revision(paragraph: Element) -> bool:
    return next(paragraph.iter(INS, DEL, W + "moveFrom", W + "moveTo"), None) is not None


def retyped(paragraph: Element, start: int, end: int, new: str, marker: Marker) -> str:
    """The paragraph with the signs from `start` to `end` of its text replaced. Runs are cut, their looks kept."""
    paragraph = copy.deepcopy(paragraph)
    position, last = 0, None
    for text in list(paragraph.iter(T)):
        size = len(text.text or "")
        low, high = max(start - position, 0), min(end - position, size)
        position += size
        if low >= high:
            continue
        if marker.revision is None:
            text.text = (text.text or "")[:low] + ("" if last is not None else new) + (text.text or "")[high:]
            text.set(_SPACE, "preserve")
            last = text
            continue
        last = _cut(text, low, high, marker)
    if marker.revision is not None and last is not None:
        properties = last.find(R).find(RPR)
        run = etree.SubElement(_revision(INS, marker), R)
        if properties is not None:
            run.append(copy.deepcopy(properties))
        etree.SubElement(run, T).text = new
        last.addnext(run.getparent())
    return fragment(paragraph)


def _revision(tag: str, marker: Marker) -> Element:
    name = tag.removeprefix(W)
    shell = f'<x xmlns:w="{NAMESPACE}">{marker.mark(name)}</x>'
    return etree.fromstring(shell)[0]


def _cut(text: Element, low: int, high: int, marker: Marker) -> Element:
    """The run of `text` cut in three; the middle is put in a deletion, which is returned."""
    run = text.getparent()
    before, after = copy.deepcopy(run), copy.deepcopy(run)
    spot = run.index(text)
    words = text.text or ""
    for half, keep in ((before, words[:low]), (after, words[high:])):
        half[spot].text = keep
        half[spot].set(_SPACE, "preserve")
    for child in list(before)[spot + 1 :]:
        before.remove(child)
    for child in list(after)[:spot]:
        if child.tag != RPR:
            after.remove(child)
    for child in list(run):
        if child is not text and child.tag != RPR:
            run.remove(child)
    text.text = words[low:high]
    text.tag = W + "delText"
    text.set(_SPACE, "preserve")
    deletion = _revision(DEL, marker)
    run.addprevious(deletion)
    deletion.append(run)
    if words[:low] or any(child.tag not in (RPR, T) for child in before):
        deletion.addprevious(before)
    if words[high:] or any(child.tag not in (RPR, T) for child in after):
        deletion.addnext(after)
    return deletion


def deleted(block: Element, marker: Marker) -> str:
    """A paragraph or a table marked as deleted: its marks, its runs and its rows."""
    block = copy.deepcopy(block)
    for row in block.iter(TR):
        properties = row.find(W + "trPr")
        if properties is None:
            properties = etree.Element(W + "trPr")
            own = row.find(W + "tblPrEx")
            row.insert(0 if own is None else row.index(own) + 1, properties)
        properties.append(_revision(DEL, marker))
    for paragraph in [block, *block.iter(P)] if block.tag == P else list(block.iter(P)):
        if paragraph is block and paragraph.tag != P:
            continue
        _delete_paragraph(paragraph, marker)
    return fragment(block)


def _delete_paragraph(paragraph: Element, marker: Marker) -> None:
    properties = paragraph.find(PPR)
    if properties is None:
        properties = etree.Element(PPR)
        paragraph.insert(0, properties)
    mark = properties.find(RPR)
    if mark is None:
        mark = etree.Element(RPR)
        spot = next((i for i, child in enumerate(properties) if child.tag in (W + "sectPr", W + "pPrChange")), None)
        properties.insert(len(properties) if spot is None else spot, mark)
    if mark.find(DEL) is None:
        ours = mark.find(INS)
        mark.insert(0 if ours is None else mark.index(ours) + 1, _revision(DEL, marker))
    for run in list(paragraph.iter(R)):
        if any(up.tag in (DEL, W + "moveFrom") for up in run.iterancestors(DEL, W + "moveFrom", P)):
            continue
        for text in run.iter(T, W + "instrText"):
            text.tag = W + ("delText" if text.tag == T else "delInstrText")
            text.set(_SPACE, "preserve")
        deletion = _revision(DEL, marker)
        run.addprevious(deletion)
        deletion.append(run)


def removal(content: bytes, start: int, end: int) -> str:
    """What must stay of a removed passage: the ends of ranges (bookmarks, comments) that begin or end outside it."""
    found = [(mark[1].decode(), mark[2], mark[0].decode()) for mark in _RANGES.finditer(content, start, end)]
    whole = {
        (name.removesuffix("Start"), key)
        for name, key, _ in found
        if name.endswith("Start") and any(n == name.replace("Start", "End") and k == key for n, k, _ in found)
    }
    kept: Sequence[str] = [xml for name, key, xml in found if (re.sub(r"(Start|End)$", "", name), key) not in whole]
    return "".join(kept)
