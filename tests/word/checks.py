"""Structural checks of a .docx that no public validator makes. Reusable: `structural_faults(data)`.

Word repairs or refuses a file that fails one of them; LibreOffice may lose most of its text silently.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from io import BytesIO
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STORY = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
_REFERENCE = re.compile(r"\s*(?:REF|PAGEREF|NOTEREF)\s+(\S+)")
# A mail-merge field holds no space inside its guillemets; a French quotation always does.
_LEFTOVER = re.compile(r"\{\{|\{%|\{#|«\w+»")


def story_parts(data: bytes) -> dict[str, Any]:
    """The parts that hold text a reader sees, parsed."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist() if _STORY.fullmatch(name)}


def structural_faults(data: bytes) -> list[str]:
    """What is wrong, one sentence a fault; an empty list for a sound document."""
    stories = story_parts(data)
    names = {mark.get(W + "name") for root in stories.values() for mark in root.iter(W + "bookmarkStart")}
    faults = []
    for part, root in stories.items():
        found = [
            *_unclosed_bookmarks(root),
            *_unbalanced_fields(root),
            *_dangling_references(root, names),
            *_leftovers(root),
        ]
        faults += [f"{part}: {fault}" for fault in found]
    counts = Counter(mark.get(W + "name") for root in stories.values() for mark in root.iter(W + "bookmarkStart"))
    faults += [f"bookmark name {name} is used {count} times" for name, count in counts.items() if count > 1]
    return faults


def _unclosed_bookmarks(root: Any) -> list[str]:
    starts = Counter(mark.get(W + "id") for mark in root.iter(W + "bookmarkStart"))
    ends = Counter(mark.get(W + "id") for mark in root.iter(W + "bookmarkEnd"))
    faults = [f"bookmark {key} is never closed" for key in starts if key not in ends]
    faults += [f"bookmark {key} is closed but never opened" for key in ends if key not in starts]
    return faults + [f"bookmark id {key} is used {count} times" for key, count in starts.items() if count > 1]


def _unbalanced_fields(root: Any) -> list[str]:
    faults = []
    for paragraph in root.iter(W + "p"):
        depth = 0
        for char in paragraph.iter(W + "fldChar"):
            depth += {"begin": 1, "end": -1}.get(char.get(W + "fldCharType"), 0)
            if depth < 0:
                break
        if depth:
            faults.append(f"field left {'open' if depth > 0 else 'without its start'}: {_text(paragraph)[:60]}")
    return faults


def _dangling_references(root: Any, names: set[str]) -> list[str]:
    targets = [
        found[1] for instruction in root.iter(W + "instrText") if (found := _REFERENCE.match(instruction.text or ""))
    ]
    targets += [link.get(W + "anchor") for link in root.iter(W + "hyperlink") if link.get(W + "anchor")]
    return [f"reference to the missing bookmark {name}" for name in targets if name not in names]


def _leftovers(root: Any) -> list[str]:
    return [
        f"template text left over: {_text(paragraph)[:60]}"
        for paragraph in root.iter(W + "p")
        if _LEFTOVER.search(_text(paragraph))
    ]


def _text(paragraph: Any) -> str:
    return "".join(piece.text or "" for piece in paragraph.iter(W + "t"))
