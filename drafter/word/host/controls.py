"""Blanks as content controls: one click selects the blank, the first key replaces it.

A tracked control is marked as Word marks one: a range around its opening tag, another around its closing tag, and
its text inserted like any other. Refused, nothing of it stays.
"""

from __future__ import annotations

import re
from zlib import crc32

from drafter.french import NBSP
from drafter.word.host.marks import Marker
from drafter.word.host.runs import BLANK, run, with_properties
from drafter.word.targets import slug
from drafter.word.text import attribute, clean

_ID = re.compile(rb'<w:id w:val="(-?\d+)"')


class Controls:
    """Hands out control ids that the host (`content`) does not use, the same for the same insertion."""

    def __init__(self, content: bytes) -> None:
        self._taken = {int(found) for found in _ID.findall(content)}

    def blank(self, label: str, properties: str, marker: Marker) -> str:
        """A control that shows what is missing. What is typed in it takes the look of the text around."""
        label = clean(label)
        shown = run(f"[à compléter{NBSP}: {label}]", with_properties(properties, BLANK))
        own = f"<w:rPr>{properties}</w:rPr>" if properties else ""
        opened, opening = marker.control_tag()
        closing, closed = marker.control_tag()
        return (
            f'{opened}<w:sdt><w:sdtPr>{own}<w:alias w:val="{attribute(label[:64])}"/><w:tag w:val="{slug(label)}"/>'
            f'<w:id w:val="{self._id(label)}"/><w:showingPlcHdr/></w:sdtPr>'
            f"<w:sdtContent>{opening}{marker.around(shown)}{closing}</w:sdtContent></w:sdt>{closed}"
        )

    def _id(self, label: str) -> int:
        value = crc32(label.encode()) & 0x7FFFFFFF or 1
        while value in self._taken:
            value = value % 0x7FFFFFFF + 1
        self._taken.add(value)
        return value
