"""What a document adds to its template: parts, and the lines that declare them to the package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from drafter.word.package import Part

RELATIONSHIPS = "word/_rels/document.xml.rels"
CONTENT_TYPES = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Addition:
    """`links` are Relationship elements of the main document, `types` elements of the content types."""

    parts: Mapping[str, Part] = field(default_factory=dict)
    links: str = ""
    types: str = ""


def add(parts: Mapping[str, Part], additions: Iterable[Addition]) -> dict[str, Part]:
    """The parts with the additions declared. The two parts that declare must not be packed yet."""
    result = dict(parts)
    links = types = ""
    for addition in additions:
        result |= addition.parts
        links += addition.links
        types += addition.types
    for name, end, lines in ((RELATIONSHIPS, b"</Relationships>", links), (CONTENT_TYPES, b"</Types>", types)):
        if lines:
            declaring = result[name]
            if not isinstance(declaring, bytes):
                raise TypeError(f"{name} is packed: nothing can be added to it")
            result[name] = declaring.replace(end, lines.encode() + end)
    return result
