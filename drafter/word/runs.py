"""Text -> runs, and the few fragments every block is made of. The only way for typed text into the XML.

Most of the time of a document goes through here, and most texts come back: the clauses are the same from one
market to the next. So a text is cleaned, escaped and cut into runs once, and kept while it is in use.
"""

from __future__ import annotations

import re
from functools import lru_cache

from drafter.word.text import clean, escape

NBSP = "\u00a0"
KEEP_NEXT = "<w:keepNext/>"

# An ordinal is raised: 1er, 2e. Not in an address, nor in "CO2e" or "1.1er".
_ORDINAL = re.compile(r"(?<![\w/.@-])(\d{1,2})(er|re|ers|res|e)(?!\w)")
# Nothing to clean, to escape or to raise: three texts out of four.
_PLAIN = re.compile("[^0-9&<>\x00-\x1f\u2028\u2029\ud800-\udfff\ufffe\uffff]*")
_BREAKS = re.compile("([\n\t])")
_BREAK_XML = {"\n": "<w:br/>", "\t": "<w:tab/>"}
_KEPT_TEXTS, _LONG = 8_192, 1_000  # texts, characters: about 4 MB, 20 at worst


def runs(text: str, properties: str = "") -> str:
    """Runs for a text of any content, with the given run properties; 1er, 2e get their raised ending."""
    # A long text is not kept: what a process remembers stays small, whatever people type.
    return _kept_runs(text, properties) if len(text) < _LONG else _runs(text, properties)


def _runs(text: str, properties: str) -> str:
    if _PLAIN.fullmatch(text):
        return _run(text, properties) if text else ""
    text = clean(text)
    out, position = [], 0
    for found in _ORDINAL.finditer(text):
        out.append(_any_run(text[position : found.end(1)], properties))
        out.append(_any_run(found[2], properties + '<w:vertAlign w:val="superscript"/>'))
        position = found.end()
    if position < len(text):
        out.append(_any_run(text[position:], properties))
    return "".join(out)


_kept_runs = lru_cache(maxsize=_KEPT_TEXTS)(_runs)
forget_texts = _kept_runs.cache_clear  # for a measure of texts never seen


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
    space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
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
