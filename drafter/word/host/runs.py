"""Runs: their properties in the order of the schema, their text with its tabs and line breaks."""

from __future__ import annotations

import re
from functools import lru_cache

from drafter.word.text import clean, escape

_ORDER = """
    rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish
    webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang
    eastAsianLayout specVanish oMath
"""
_RANK = {name: rank for rank, name in enumerate(_ORDER.split())}
_ELEMENT = re.compile(r"<w:(\w+)\b[^>]*?(?:/>|>.*?</w:\1>)", re.DOTALL)
_BREAKS = re.compile("([\n\t])")

BOLD, ITALIC = "<w:b/>", "<w:i/>"
# What a blank looks like in our own documents, where a style says it.
BLANK = '<w:color w:val="7A4B00"/><w:u w:val="dotted"/><w:shd w:val="clear" w:color="auto" w:fill="FFF2CC"/>'


@lru_cache(maxsize=512)
def with_properties(run: str, *more: str) -> str:
    """Run properties plus others, which win, in the order of the schema."""
    found: dict[str, str] = {}
    for xml in (run, *more):
        for element in _ELEMENT.finditer(xml):
            found[element[1]] = element[0]
    return "".join(xml for _, xml in sorted(found.items(), key=lambda item: _RANK.get(item[0], 99)))


def run(text: str, properties: str = "") -> str:
    """A run of plain text; "" for no text. Newlines and tabs become Word's."""
    text = clean(text)
    if not text:
        return ""
    pieces = "".join(
        "<w:br/>" if piece == "\n" else "<w:tab/>" if piece == "\t" else _text(piece)
        for piece in _BREAKS.split(text)
        if piece
    )
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{pieces}</w:r>"


def _text(text: str) -> str:
    space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() or "  " in text else ""
    return f"<w:t{space}>{escape(text)}</w:t>"


def field(instruction: str, cached: str, properties: str = "") -> str:
    """A field with the result Word will compute, so that nothing is stale before F9."""
    head = f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}"
    return (
        f'{head}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'{head}<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'{head}<w:fldChar w:fldCharType="separate"/></w:r>{run(cached, properties)}'
        f'{head}<w:fldChar w:fldCharType="end"/></w:r>'
    )
