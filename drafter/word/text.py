"""Text typed by people, made safe for an XML part."""

from __future__ import annotations

import re

# What XML 1.0 cannot hold even escaped. Word pastes bring some (\x0b); one is enough to lose the file.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ATTRIBUTE_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def clean(text: str) -> str:
    """The text without forbidden characters; every kind of line end becomes a newline."""
    return _FORBIDDEN.sub("", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """Cleaned, on one line: for a header, a property, an attribute. No-break spaces are kept."""
    return re.sub(r"[ \t\n]+", " ", clean(text)).strip(" ")


def escape(text: str) -> str:
    """Already cleaned text as XML content."""
    return text.translate(_ESCAPES)


def attribute(text: str) -> str:
    """A cleaned, escaped, one-line attribute value, quotes not included."""
    return one_line(text).translate(_ATTRIBUTE_ESCAPES)
