"""Text typed by people, made safe for an XML part."""

from __future__ import annotations

import re
from functools import lru_cache

# What XML 1.0 cannot hold even escaped. Word pastes bring some (\x0b); one is enough to lose the file.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CLEAN = re.compile("[^\x00-\x08\x0b-\x1f\u2028\u2029\ud800-\udfff\ufffe\uffff]*")
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
_BLANKS = re.compile("[ \t\n]+")


def clean(text: str) -> str:
    """The text without forbidden characters; every kind of line end becomes a newline."""
    if _CLEAN.fullmatch(text):
        return text
    return _FORBIDDEN.sub("", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """Cleaned, on one line: for a header, a property, an attribute. No-break spaces are kept."""
    return _BLANKS.sub(" ", clean(text)).strip(" ")


def escape(text: str) -> str:
    """Already cleaned text as XML content."""
    # Three searches that find nothing cost a twentieth of str.translate on a text with accents.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """A cleaned, escaped, one-line attribute value, quotes not included."""
    # Captions and column titles come back in every document; a long text is not kept.
    return _kept_attribute(text) if len(text) < 1_000 else _attribute(text)


def _attribute(text: str) -> str:
    return escape(one_line(text)).replace('"', "&quot;")


_kept_attribute = lru_cache(maxsize=512)(_attribute)
