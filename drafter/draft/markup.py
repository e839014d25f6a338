"""The text of a clause, as the jurist writes it -> a tree of templates, compiled once.

Markdown is parsed before any value is put in, so what a buyer types is never read as markup. The
dialect: headings `##` to `####`, paragraphs, flat lists, simple tables, bold, italic, `{{ champ }}`,
`{{ renvoi:cle }}`, `[[blanc]]` and `:::si {fait: valeur}` passages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from drafter import yaml_text
from drafter.conditions import Condition, ConditionError, parse
from drafter.errors import DrafterError
from drafter.facts import KINDS


@dataclass(frozen=True, slots=True)
class Words:
    text: str
    strong: bool = False
    emph: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """`{{ name }}`: a parameter of the clause, or a common field."""

    name: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """`{{ renvoi:key }}`: a numbered reference to a heading of the same clause."""

    key: str


@dataclass(frozen=True, slots=True)
class Gap:
    """`[[label]]`: what only the buyer can write."""

    label: str


Span = Words | Field | Link | Gap
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class HeadingPart:
    level: int
    spans: Spans
    key: str


@dataclass(frozen=True, slots=True)
class ParagraphPart:
    spans: Spans


@dataclass(frozen=True, slots=True)
class ListPart:
    items: tuple[Spans, ...]
    ordered: bool


@dataclass(frozen=True, slots=True)
class TablePart:
    header: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]


@dataclass(frozen=True, slots=True)
class BlockField:
    """A field alone on its line: it writes a whole table."""

    name: str


Part = HeadingPart | ParagraphPart | ListPart | TablePart | BlockField


@dataclass(frozen=True, slots=True)
class Passage:
    """Parts that hold together, under a condition or none."""

    parts: tuple[Part, ...]
    condition: Condition | None = None


class MarkupError(ValueError):
    """A French sentence on what cannot be read in a clause's text."""


BLOCK_FIELDS = frozenset(
    {
        "tableau_heures",
        "tableau_engagement",
        "tableau_preuves",
        "tableau_penalites",
        "tableau_criteres",
        "cadre_reponse",
        "labels",
    }
)
_MARKDOWN = MarkdownIt("zero").enable(["heading", "list", "table", "emphasis", "newline"])
_KEY = re.compile(r"\s*\{#([a-z0-9-]+)\}\s*$")
_TAG = re.compile(r"\{\{\s*(?P<field>[a-z][a-z0-9_]*(?::[a-z0-9-]+)?)\s*\}\}|\[\[(?P<gap>[^\]\n]+)\]\]")


@lru_cache(maxsize=4096)
def compile_text(text: str) -> tuple[Passage, ...]:
    """The passages of one piece of one clause. Raises MarkupError."""
    return tuple(_passages(text))


def _passages(text: str) -> Iterator[Passage]:
    condition: Condition | None = None
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if not line.startswith(":::"):
            lines.append(line)
            continue
        if parts := _parts("\n".join(lines)):
            yield Passage(parts, condition)
        lines = []
        body = line[3:].strip()
        if inside and body:
            raise MarkupError(
                f"« {line} » : les passages conditionnels ne s'emboîtent pas, fermez le premier par « ::: »"
            )
        if not inside and not body.startswith("si "):
            raise MarkupError(f"« {line} » : écrivez « :::si {{fait: valeur}} »")
        condition = _condition(body[3:]) if body else None
        inside = bool(body)
    if inside:
        raise MarkupError("un passage « :::si » n'est pas fermé par « ::: »")
    if parts := _parts("\n".join(lines)):
        yield Passage(parts)


def _condition(text: str) -> Condition:
    try:
        return parse(yaml_text.load(text), KINDS)
    except (DrafterError, ConditionError) as error:
        raise MarkupError(f":::si {text} : {error}") from None


def _parts(text: str) -> tuple[Part, ...]:
    tokens = _MARKDOWN.parse(text)
    parts: list[Part] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        end = _closing(tokens, index)
        inner = tokens[index + 1 : end]
        match token.type:
            case "heading_open":
                parts.append(_heading(token, inner))
            case "paragraph_open":
                parts.append(_paragraph(inner[0]))
            case "bullet_list_open" | "ordered_list_open":
                parts.append(_list(inner, ordered=token.type.startswith("ordered")))
            case "table_open":
                parts.append(_table(inner))
            case _:
                raise MarkupError(f"ce passage ne se lit pas : « {token.content or token.type} »")
        index = end + 1
    return tuple(parts)


def _closing(tokens: list[Token], start: int) -> int:
    """Index of the token that closes the block opened at `start`."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    raise MarkupError("un bloc n'est pas fermé")


def _heading(token: Token, inner: list[Token]) -> HeadingPart:
    level = int(token.tag[1]) - 1
    if not 1 <= level <= 3:
        raise MarkupError(f"« {inner[0].content} » : les titres d'une clause vont de ## à ####")
    content, key = inner[0].content, ""
    if match := _KEY.search(content):
        content, key = content[: match.start()], match[1]
    return HeadingPart(level, _tags(content, strong=False, emph=False), key)


def _paragraph(inline: Token) -> ParagraphPart | BlockField:
    spans = _spans(inline)
    if len(spans) == 1 and isinstance(spans[0], Field) and spans[0].name in BLOCK_FIELDS:
        return BlockField(spans[0].name)
    for span in spans:
        if isinstance(span, Field) and span.name in BLOCK_FIELDS:
            raise MarkupError(f"{{{{ {span.name} }}}} écrit un tableau : placez-le seul sur sa ligne")
    return ParagraphPart(spans)


def _list(inner: list[Token], *, ordered: bool) -> ListPart:
    items: list[Spans] = []
    for index, token in enumerate(inner):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            raise MarkupError("les listes ne s'emboîtent pas : faites-en deux, ou un sous-article")
        if token.type == "list_item_open":
            content = [item for item in inner[index + 1 : _closing(inner, index)] if item.type == "inline"]
            if len(content) != 1:
                raise MarkupError("un élément de liste tient en un paragraphe")
            items.append(_spans(content[0]))
    return ListPart(tuple(items), ordered)


def _table(inner: list[Token]) -> TablePart:
    rows: list[tuple[Spans, ...]] = []
    for index, token in enumerate(inner):
        if token.type == "tr_open":
            cells = inner[index + 1 : _closing(inner, index)]
            rows.append(tuple(_spans(cell) for cell in cells if cell.type == "inline"))
    return TablePart(rows[0], tuple(rows[1:]))


def _spans(inline: Token) -> Spans:
    spans: list[Span] = []
    strong = emph = False
    pending = ""

    def flush() -> None:
        nonlocal pending
        if pending:
            spans.extend(_tags(pending, strong=strong, emph=emph))
            pending = ""

    for token in inline.children or []:
        match token.type:
            case "text":
                pending += token.content
            case "softbreak":
                pending += " "
            case "strong_open" | "strong_close":
                flush()
                strong = token.type == "strong_open"
            case "em_open" | "em_close":
                flush()
                emph = token.type == "em_open"
            case _:
                raise MarkupError(f"« {token.content or token.type} » n'est pas admis dans le texte d'une clause")
    flush()
    return tuple(spans)


def _tags(text: str, *, strong: bool, emph: bool) -> Spans:
    spans: list[Span] = []
    position = 0
    for match in _TAG.finditer(text):
        if words := text[position : match.start()]:
            spans.append(Words(words, strong, emph))
        if match["gap"]:
            spans.append(Gap(match["gap"].strip()))
        elif match["field"].startswith("renvoi:"):
            spans.append(Link(match["field"].removeprefix("renvoi:")))
        elif ":" in match["field"]:
            raise MarkupError(f"« {match[0]} » : seul « renvoi: » prend deux-points")
        else:
            spans.append(Field(match["field"], strong))
        position = match.end()
    if words := text[position:]:
        spans.append(Words(words, strong, emph))
    for span in spans:
        if isinstance(span, Words) and re.search(r"\{\{|\}\}|\[\[|\]\]", span.text):
            raise MarkupError(f"« {span.text.strip()[:60]} » : accolades ou crochets mal fermés")
    return tuple(spans)


def spans_of(passages: tuple[Passage, ...]) -> Iterator[Span]:
    """Every span of a text, whatever block holds it."""
    for passage in passages:
        for part in passage.parts:
            match part:
                case HeadingPart(_, spans, _) | ParagraphPart(spans):
                    yield from spans
                case ListPart(items, _):
                    for item in items:
                        yield from item
                case TablePart(header, rows):
                    for row in (header, *rows):
                        for cell in row:
                            yield from cell
                case BlockField(name):
                    yield Field(name)


def holds_block(text: str, name: str) -> bool:
    """Whether a text has the block field `name` on a line of its own. Raises MarkupError."""
    return any(part == BlockField(name) for passage in compile_text(text) for part in passage.parts)
