"""Text -> runs, and the few fragments every block is made of. The only way for typed text into the XML.

Most of the time of a document goes through here, and most texts come back: the clauses are the same from one
market to the next. So a text is cleaned, escaped and cut into runs once, and kept while it is in use.
"""

from __future__ import annotations

import re
from functools import lru_cache

from drafter.draft.blocks import Text
from drafter.word.text import clean, escape

NBSP = "\u00a0"
KEEP_NEXT = "<w:keepNext/>"

# An ordinal is raised: 1er, 2e. Not in an address, nor in "CO2e" or "1.1er". The digit comes first in the pattern,
# and what may not stand before it next: a search for a digit is fast, one that looks back from every letter is not.
_ORDINAL = re.compile(r"[0-9](?<![\w/.@-][0-9])[0-9]?(er|re|ers|res|e)(?!\w)")
# Nothing to clean, to escape or to raise, so no digit before an "e" or an "r": nearly every text.
_ASIDE = "&<>\x00-\x1f\u2028\u2029\ud800-\udfff\ufffe\uffff"
_PLAIN = re.compile(f"[^0-9{_ASIDE}]*(?:[0-9](?![er])[^0-9{_ASIDE}]*)*")
_SUPERSCRIPT = '<w:vertAlign w:val="superscript"/>'
_BREAKS = re.compile("([\n\t])")
_BREAK_XML = {"\n": "<w:br/>", "\t": "<w:tab/>"}
_PLAIN_TEXTS, _OTHER_TEXTS = 8_192, 1_024  # of each look
_LONG = 1_000  # characters; with the numbers above, about 4 MB, 50 at worst


class _Runs(dict[str, str]):
    """The runs of every text already seen, under one look. A plain dict: a text of a table costs one look-up."""

    def __init__(self, properties: str, most: int) -> None:
        self._properties = properties
        self._most = most

    def __missing__(self, text: str) -> str:
        made = _cut(text, self._properties)
        if len(text) < _LONG:  # what a process remembers stays small, whatever people type
            if len(self) >= self._most:
                self.clear()  # those in use come back with the next document
            self[text] = made
        return made


_STRONG, _EMPH = "<w:b/>", "<w:i/>"
# strong, emph -> the runs of that look.
_LOOKS = {
    (False, False): _Runs("", _PLAIN_TEXTS),
    (True, False): _Runs(_STRONG, _OTHER_TEXTS),
    (False, True): _Runs(_EMPH, _OTHER_TEXTS),
    (True, True): _Runs(_STRONG + _EMPH, _OTHER_TEXTS),
}
_plain_look = _LOOKS[False, False]


def runs(text: str) -> str:
    """Runs for a text of any content; 1er, 2e get their raised ending."""
    return _plain_look[text]


def runs_of(part: Text) -> str:
    """The same, in bold or in italics when the part says so."""
    return _LOOKS[part.strong, part.emph][part.text] if part.strong or part.emph else _plain_look[part.text]


def forget_texts() -> None:
    """For a measure of texts never seen."""
    for look in _LOOKS.values():
        look.clear()


def _cut(text: str, properties: str) -> str:
    if _PLAIN.fullmatch(text):
        return _run(text, properties) if text else ""
    text = clean(text)
    out, position = [], 0
    for found in _ORDINAL.finditer(text):
        out.append(_any_run(text[position : found.start(1)], properties))
        out.append(_any_run(found[1], properties + _SUPERSCRIPT))
        position = found.end()
    if position < len(text):
        out.append(_any_run(text[position:], properties))
    return "".join(out)


@lru_cache(maxsize=1_024)
def one_run(text: str, properties: str = "") -> str:
    """One run of cleaned text, ordinals left as they are: a label, the cached result of a field."""
    return _any_run(text, properties)


@lru_cache(maxsize=1_024)
def field(instruction: str, cached: str) -> str:
    """A field in its five runs; `cached` is what is read until Word computes it again."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f"{one_run(cached)}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def paragraph(style: str, content: str, extra: str = "") -> str:
    """A paragraph. `extra` holds its direct properties, in the order of the schema."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{content}</w:p>'


def _run(text: str, properties: str) -> str:
    """A run of text that needs neither escaping nor breaks."""
    # Without xml:space, a reader may drop the blanks at both ends, and only those.
    space = "" if text == text.strip() else ' xml:space="preserve"'
    if properties:
        return f"<w:r><w:rPr>{properties}</w:rPr><w:t{space}>{text}</w:t></w:r>"
    return f"<w:r><w:t{space}>{text}</w:t></w:r>"


def _any_run(text: str, properties: str) -> str:
    """One run of cleaned text; newlines and tabs become what Word calls them."""
    if not text:
        return ""
    if "\n" not in text and "\t" not in text:
        return _run(escape(text), properties)
    rpr = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    content = "".join(
        _BREAK_XML.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>'
        for piece in _BREAKS.split(text)
        if piece
    )
    return f"<w:r>{rpr}{content}</w:r>"
