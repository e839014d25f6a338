"""WordprocessingML read safely, and where each element stands in the bytes.

The host's text is never serialised again: what is inserted is spliced between its bytes, so that the rest of the
part stays as it came.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from drafter.word.host.safety import UnsafeFile

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NAMESPACE}}}"
VAL = W + "val"
P, PPR, R, RPR, T, TBL, TC, TR, SDT = (W + name for name in ("p", "pPr", "r", "rPr", "t", "tbl", "tc", "tr", "sdt"))
TAB, BR, INS, DEL, BODY, SECTION = (W + name for name in ("tab", "br", "ins", "del", "body", "sectPr"))

Element = Any
_OFF = frozenset({"0", "false", "off", "none"})
_DECLARED = re.compile(rb'\s+xmlns(?::\w+)?="[^"]*"')


def parse(content: bytes, name: str) -> Element:
    """The root of a part. Raises UnsafeFile when it is not XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnsafeFile(
            f"Ce document est abîmé (« {name} »). Ouvrez-le dans Word, laissez-le réparer, enregistrez, recommencez."
        ) from error


def value(parent: Element, name: str) -> str | None:
    """`w:val` of a child, None when the child or its value is absent."""
    child = parent.find(W + name)
    return None if child is None else child.get(VAL)


def on(parent: Element, name: str) -> bool | None:
    """A toggle such as `w:b`: None when it is not said."""
    child = parent.find(W + name)
    return None if child is None else child.get(VAL, "1") not in _OFF


def text_of(paragraph: Element) -> str:
    """What a reader sees once every revision is accepted: tabs and line breaks are spaces."""
    out = []
    for node in paragraph.iter(T, TAB, BR, W + "noBreakHyphen"):
        if node.tag == T:
            if not any(up.tag in (W + "moveFrom", DEL) for up in node.iterancestors(W + "moveFrom", DEL)):
                out.append(node.text or "")
        elif node.getparent().tag == R:
            out.append("-" if node.tag == W + "noBreakHyphen" else "\t" if node.tag == TAB else " ")
    return "".join(out)


def fragment(element: Element) -> str:
    """An element as text, without the namespaces that the root of its part already declares."""
    return _DECLARED.sub(b"", etree.tostring(element, with_tail=False)).decode()


class Source:
    """A part as bytes and as a tree, and the way from one to the other."""

    def __init__(self, content: bytes, name: str) -> None:
        self.root = parse(content, name)
        self.content = content
        self._starts: dict[str, list[int]] = {}
        self._ordinals: dict[str, dict[Element, int]] = {}
        if not self._matches():
            # Another prefix than `w:`, another encoding, a comment that holds a tag: one plain writing of it.
            self.content = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)
            self.root = parse(self.content, name)
            self._starts.clear()
            if not self._matches():
                raise UnsafeFile(
                    "Ce document est écrit d'une façon que Word n'emploie pas. Ouvrez-le dans Word, enregistrez-le, "
                    "puis recommencez."
                )

    def _matches(self) -> bool:
        return self.root.nsmap.get("w") == NAMESPACE and len(self.starts("p")) == sum(1 for _ in self.root.iter(P))

    def starts(self, name: str) -> list[int]:
        if name not in self._starts:
            tag = re.compile(rb"<w:" + name.encode() + rb"[\s>/]")
            self._starts[name] = [found.start() for found in tag.finditer(self.content)]
        return self._starts[name]

    def start(self, element: Element) -> int:
        """Where the element begins."""
        name = element.tag.removeprefix(W)
        if name not in self._ordinals:
            self._ordinals[name] = {found: place for place, found in enumerate(self.root.iter(element.tag))}
        return self.starts(name)[self._ordinals[name][element]]

    def span(self, element: Element) -> tuple[int, int]:
        """Where it begins and where the next one may begin; elements of its own kind may stand inside it."""
        start = self.start(element)
        name = re.escape(element.tag.removeprefix(W).encode())
        depth = 0
        for found in re.compile(rb"<(/?)w:" + name + rb"(?=[\s>/])[^>]*?(/?)>").finditer(self.content, start):
            if found[1]:
                depth -= 1
            elif not found[2]:
                depth += 1
            if depth == 0:
                return start, found.end()
        raise AssertionError("a parsed element always ends")
