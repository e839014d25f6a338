"""French no-break spaces in the words of the templates themselves, placed once, when a template is compiled.

Templates are written with plain spaces and apostrophes; text inside tags is left alone. What comes from
the market is never touched: it is shown as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from drafter.french import typeset

_TAG = re.compile(r"(<[^>]*>?)")
_PAD = "0"
"""Stands for a printed value on either side of a text, so that « {{ n }} heures » is bound as « 3 heures » is."""


class FrenchSpaces(Extension):
    """Typesets the static text of every template."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        in_tag = False
        tokens = list(stream)
        for index, token in enumerate(tokens):
            if token.type != "data":
                yield token
                continue
            after_value = index > 0 and tokens[index - 1].type in ("variable_end", "block_end")
            before_value = index + 1 < len(tokens) and tokens[index + 1].type == "variable_begin"
            text, in_tag = _typeset(token.value, in_tag, after_value, before_value)
            yield Token(token.lineno, token.type, text)


def _typeset(text: str, in_tag: bool, after_value: bool, before_value: bool) -> tuple[str, bool]:
    """The text, and whether it ends inside a tag."""
    head = ""
    if in_tag:
        head, closing, text = text.partition(">")
        head += closing
        if not closing:
            return head, True
        after_value = False
    pieces = list(_pieces(text))
    ends_in_tag = bool(pieces) and pieces[-1].startswith("<") and not pieces[-1].endswith(">")
    shown = [
        piece
        if piece.startswith("<") or not piece.strip()
        else _padded(piece, after_value and place == 0, before_value and place == len(pieces) - 1)
        for place, piece in enumerate(pieces)
    ]
    return head + "".join(shown), ends_in_tag


def _pieces(text: str) -> Iterator[str]:
    yield from (piece for piece in _TAG.split(text) if piece)


def _padded(text: str, before: bool, after: bool) -> str:
    start, end = _PAD if before else "", _PAD if after else ""
    result = typeset(f"{start}{text}{end}")
    return result[len(start) : len(result) - len(end)]
