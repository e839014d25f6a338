"""What the tests look at: texts, outlines, canonical XML."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from lxml import etree

from drafter.word.host.outline import Outline
from drafter.word.host.package import Package
from drafter.word.host.reading import read_host

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def outline(data: bytes) -> Outline:
    return read_host(Package(data))


def body(data: bytes) -> Any:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def comments(data: bytes) -> Any:
    """The comments part, an empty one when there is none."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        name = "word/comments.xml"
        return etree.fromstring(archive.read(name)) if name in archive.namelist() else etree.Element(W + "comments")


def text(data: bytes) -> str:
    """Every paragraph on its line, deletions left out."""
    return "\n".join("".join(part.text or "" for part in item.iter(W + "t")) for item in body(data).iter(W + "p"))


def titles(data: bytes) -> list[str]:
    return [f"{title.label.rstrip('.: –-')} {title.text}".strip() for title in outline(data).titles]


def canonical(root: Any) -> bytes:
    """One writing for all trees that mean the same: runs of one look joined, empty properties dropped."""
    for properties in list(root.iter(W + "rPr")):
        if len(properties) == 0:
            properties.getparent().remove(properties)
    for properties in list(root.iter(W + "pPr")):
        if len(properties) == 0:
            properties.getparent().remove(properties)
    for paragraph in root.iter(W + "p"):
        _join_runs(paragraph)
    for item in root.iter(W + "t"):
        item.attrib.pop(_SPACE, None)
    result: bytes = etree.tostring(root, method="c14n", exclusive=True)
    return result


def _join_runs(paragraph: Any) -> None:
    previous = None
    for child in list(paragraph):
        if child.tag == W + "r" and previous is not None and _look(previous) == _look(child):
            for item in list(child):
                if item.tag == W + "rPr":
                    continue
                if item.tag == W + "t" and len(previous) and previous[-1].tag == W + "t":
                    previous[-1].text = (previous[-1].text or "") + (item.text or "")
                else:
                    previous.append(item)
            paragraph.remove(child)
        else:
            previous = child if child.tag == W + "r" else None


def _look(run: Any) -> bytes:
    properties = run.find(W + "rPr")
    look: bytes = b"" if properties is None else etree.tostring(properties, method="c14n")
    return look
