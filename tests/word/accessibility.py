"""What a screen reader needs of a .docx. Reusable: `accessibility_faults(data)`.

No public checker was found for Word files; these are the rules of the office suites' own checkers and of the
public sector's guides, where a file can be judged without being seen.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from .checks import W

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_TYPED_BULLET = re.compile(r"\s*(?:[-–—•*]|\d+[.)])\s")
_SMALLEST_CONTRAST = 4.5  # WCAG AA for text of a normal size
_GAP = "20"  # a line of one point between two tables is a joint, not a space


def accessibility_faults(data: bytes) -> list[str]:
    """What is wrong, one sentence a fault."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith(".xml")}
    styles = etree.fromstring(parts["word/styles.xml"])
    body = etree.fromstring(parts["word/document.xml"]).find(W + "body")
    names = {style.get(W + "styleId"): style.find(W + "name").get(W + "val") for style in styles.iter(W + "style")}
    return [
        *_properties(etree.fromstring(parts["docProps/core.xml"])),
        *_languages(styles, parts),
        *_headings(body, names),
        *_tables(body),
        *_drawings(body),
        *_spacing(body),
        *_typed_lists(body),
        *_contrasts(styles),
    ]


def _properties(core: Any) -> Iterator[str]:
    for name, wanted in (("title", None), ("language", "fr-FR")):
        found = core.findtext(_DC + name) or ""
        if not found.strip() or (wanted and found != wanted):
            yield f"the property {name} is {found!r}"


def _languages(styles: Any, parts: dict[str, bytes]) -> Iterator[str]:
    default = styles.find(f"{W}docDefaults//{W}lang")
    if default is None or default.get(W + "val") != "fr-FR":
        yield "the default language is not fr-FR"
    for name, content in parts.items():
        for found in re.findall(rb'<w:lang w:val="([^"]+)"', content):
            if found != b"fr-FR":
                yield f"{name} holds text in {found.decode()}"


def _headings(body: Any, names: dict[str, str]) -> Iterator[str]:
    level = 0
    titles = 0
    for paragraph in body.iter(W + "p"):
        style = names.get(_style(paragraph), "")
        titles += style == "Title"
        if found := _HEADING.fullmatch(style):
            here = int(found[1])
            if here > level + 1:
                yield f"a title of level {here} follows level {level}: {_text(paragraph)[:50]}"
            if not _text(paragraph).strip():
                yield f"an empty title of level {here}"
            level = here
    if titles != 1:
        yield f"{titles} paragraphs have the style Title"


def _tables(body: Any) -> Iterator[str]:
    for number, table in enumerate(body.iter(W + "tbl"), 1):
        rows = table.findall(W + "tr")
        if rows[0].find(f"{W}trPr/{W}tblHeader") is None:
            yield f"table {number} has no header row"
        if any(row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows[1:]):
            yield f"table {number} has a header row out of place"
        if any(True for kind in ("gridSpan", "vMerge") for _ in table.iter(W + kind)):
            yield f"table {number} has merged cells"
        if any(row.find(f".//{W}tbl") is not None for row in rows):
            yield f"table {number} holds another table"
        if table.find(f"{W}tblPr/{W}tblDescription") is None:
            yield f"table {number} has no description"
        if any(not _text(cell).strip() for cell in rows[0].iter(W + "tc")):
            yield f"table {number} has an empty header cell"


def _drawings(body: Any) -> Iterator[str]:
    for properties in body.iter(_WP + "docPr"):
        if not (properties.get("descr") or "").strip():
            yield f"drawing {properties.get('id')} has no alternative text"


def _spacing(body: Any) -> Iterator[str]:
    for paragraph in body.findall(W + "p"):
        line = paragraph.find(f"{W}pPr/{W}spacing")
        joint = line is not None and line.get(W + "line") == _GAP
        if not joint and not _text(paragraph).strip() and next(paragraph.iter(W + "drawing"), None) is None:
            yield "an empty paragraph is used as a space"


def _typed_lists(body: Any) -> Iterator[str]:
    for paragraph in body.findall(W + "p"):
        if _TYPED_BULLET.match(_text(paragraph)):
            yield f"a list is typed by hand: {_text(paragraph)[:50]}"


def _contrasts(styles: Any) -> Iterator[str]:
    for style in styles.iter(W + "style"):
        properties = style.find(W + "rPr")
        ink = properties.find(W + "color") if properties is not None else None
        if ink is None or ink.get(W + "val") == "auto":
            continue
        shades = [shade.get(W + "fill") for shade in style.iter(W + "shd")]
        paper = next((fill for fill in shades if fill and fill != "auto"), "FFFFFF")
        ratio = contrast(ink.get(W + "val"), paper)
        if ratio < _SMALLEST_CONTRAST:
            yield f"style {style.find(W + 'name').get(W + 'val')}: contrast {ratio:.1f}"


def contrast(ink: str, paper: str) -> float:
    """The ratio of WCAG 2 between two colours written as six hexadecimal digits."""
    light, dark = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if style is None else style.get(W + "val")


def _text(element: Any) -> str:
    return "".join(piece.text or "" for piece in element.iter(W + "t"))
