"""The captions of the host's tables that Word counts: ours join the count, those after them are counted again.

Only a plain counter is joined ("SEQ Tableau", from 1 to the end): one that starts again in each chapter, or shows
letters, is left alone, and our captions then bear no number.
"""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from drafter.french import NBSP
from drafter.word.host.exemplars import cut_whole
from drafter.word.host.looks import Look
from drafter.word.host.outline import Outline, Para
from drafter.word.host.xml import TBL, Element, T, W

_SEQ = re.compile(r"\s*SEQ\s+(\w+)\s*(.*?)\s*$", re.DOTALL)
_PLAIN = re.compile(r"(?:\\\*\s*(?:ARABIC|MERGEFORMAT)\s*)*", re.IGNORECASE)
_LEAD = re.compile(r"\s*tab(?:leau|le|\.)?[\s\u00a0]*(?:n\s*°[\s\u00a0]*)?$", re.IGNORECASE)
_AFTER = re.compile(r"[\s\u00a0]*[:.\u2013\u2014-][\s\u00a0]*|[\s\u00a0]+")
_CHAR, _INSTRUCTION, _SIMPLE = W + "fldChar", W + "instrText", W + "fldSimple"


@dataclass(frozen=True, slots=True)
class CaptionLook:
    """`name` of the counter; what is written before and after the number; `below`: the caption follows its table."""

    look: Look
    name: str
    lead: str
    after: str
    below: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """One caption of the host, its rank in the count, and where its number stands in the text of its paragraph."""

    para: Para
    rank: int
    start: int
    shown: str

    @property
    def right(self) -> bool:
        """Whether it shows what Word would compute."""
        return self.shown == str(self.rank)


@dataclass(frozen=True, slots=True)
class Captions:
    """`look` is None when the host has no counter to join."""

    look: CaptionLook | None = None
    counted: Sequence[Counted] = ()

    def before(self, place: int) -> int:
        """How many captions stand before the paragraph of this rank."""
        return sum(item.para.place < place for item in self.counted)


def read_captions(outline: Outline, gone: Collection[int] = ()) -> Captions:
    """`gone`: places of the paragraphs about to be removed, which no longer count."""
    if b"SEQ" not in outline.source.content:
        return Captions()
    found = [(para, *item) for para in outline.paras if para.place not in gone for item in _sequences(para.element)]
    ours = [item for item in found if _LEAD.fullmatch(_text(item[0])[: item[3]])]
    if not ours:
        return Captions()
    name = Tally(item[1] for item in ours).most_common(1)[0][0]
    series = [item for item in found if item[1] == name]
    if not all(_PLAIN.fullmatch(switches) for _, _, switches, _, _ in series):
        return Captions()
    counted = [Counted(para, rank, start, shown) for rank, (para, _, _, start, shown) in enumerate(series, 1)]
    model = next(item for item in counted if any(item.para is para for para, *_ in ours))
    text = _text(model.para)
    after = _AFTER.match(text, model.start + len(model.shown))
    look = CaptionLook(
        cut_whole(model.para, outline),
        name,
        text[: model.start],
        after[0] if after and after.end() < len(text) else f"{NBSP}: ",
        _below(counted),
    )
    return Captions(look, counted)


def _text(para: Para) -> str:
    return "".join(text.text or "" for text in para.element.iter(T))


def _below(counted: Sequence[Counted]) -> bool:
    """Captions follow their tables when more of them do than not."""
    elements = [item.para.element for item in counted]
    under = sum(_is_table(element.getprevious()) for element in elements)
    over = sum(_is_table(element.getnext()) for element in elements)
    return under > over


def _is_table(element: Element | None) -> bool:
    return element is not None and element.tag == TBL


def _sequences(paragraph: Element) -> Iterator[tuple[str, str, int, str]]:
    """Name, switches, start and result of each SEQ field that begins and ends in the paragraph."""
    position = 0
    text: list[str] = []
    fields: list[tuple[list[str], list[int]]] = []  # of the fields now open: the instruction, where the result begins
    for node in paragraph.iter(T, _CHAR, _INSTRUCTION, _SIMPLE):
        if node.tag == T:
            text.append(node.text or "")
            position += len(text[-1])
        elif node.tag == _SIMPLE:
            if found := _SEQ.match(node.get(W + "instr", "")):
                yield found[1], found[2], position, "".join(node.itertext(T))
        elif node.tag == _INSTRUCTION:
            if fields and not fields[-1][1]:
                fields[-1][0].append(node.text or "")
        elif node.get(W + "fldCharType") == "begin":
            fields.append(([], []))
        elif fields and node.get(W + "fldCharType") == "separate":
            fields[-1][1].append(position)
        elif fields and node.get(W + "fldCharType") == "end":
            instruction, result = fields.pop()
            if result and (found := _SEQ.match("".join(instruction))):
                yield found[1], found[2], result[0], "".join(text)[result[0] :]
