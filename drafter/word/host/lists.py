"""Lists of our own, when the host has none to copy: real ones, added to its numbering part.

A document without that part gets typed marks ("1°", "–"), which is what such a document already does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

NUMBERING = "word/numbering.xml"
_ABSTRACT = re.compile(rb'<w:abstractNum\b[^>]*?w:abstractNumId="(\d+)"')
_NUM = re.compile(rb'<w:num\b[^>]*?w:numId="(\d+)"')
_FIRST_NUM = re.compile(rb"<w:num[\s>]")
_AFTER_NUMS = re.compile(rb"<w:numIdMacAtCleanup\b|</w:numbering>")


def _definition(key: int, nsid: str, form: str, text: str) -> str:
    return (
        f'<w:abstractNum w:abstractNumId="{key}"><w:nsid w:val="{nsid}"/><w:multiLevelType w:val="singleLevel"/>'
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
        '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="567" w:hanging="283"/></w:pPr></w:lvl></w:abstractNum>'
    )


@dataclass
class HostLists:
    """`content`: the numbering part of the host, None when it has none."""

    content: bytes | None
    _bullet: int | None = None
    _ordered: int | None = None
    _definitions: list[str] = field(default_factory=list)
    _nums: list[str] = field(default_factory=list)

    @property
    def real(self) -> bool:
        return self.content is not None and b"<w:numbering" in self.content

    def bullets(self) -> int:
        """The numId of one bulleted list, shared by all of ours."""
        if self._bullet is None:
            abstract = self._abstract("7D2A41C6", "bullet", "–")
            self._bullet = self._num(abstract, restart=False)
        return self._bullet

    def ordered(self) -> int:
        """The numId of a new list that begins at 1."""
        if self._ordered is None:
            self._ordered = self._abstract("7D2A41C7", "decimal", "%1.")
        return self._num(self._ordered, restart=True)

    def written(self) -> bytes | None:
        """The part with our lists, None when nothing was asked for."""
        if not self._nums or self.content is None:
            return None
        end = _AFTER_NUMS.search(self.content)
        first = _FIRST_NUM.search(self.content) or end
        if first is None or end is None:
            return None
        definitions, nums = "".join(self._definitions).encode(), "".join(self._nums).encode()
        head, between, tail = self.content[: first.start()], self.content[first.start() : end.start()], end.start()
        return head + definitions + between + nums + self.content[tail:]

    def _abstract(self, nsid: str, form: str, text: str) -> int:
        key = self._above(_ABSTRACT) + len(self._definitions)
        self._definitions.append(_definition(key, nsid, form, text))
        return key

    def _num(self, abstract: int, *, restart: bool) -> int:
        key = self._above(_NUM) + len(self._nums)
        override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if restart else ""
        self._nums.append(f'<w:num w:numId="{key}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>')
        return key

    def _above(self, pattern: re.Pattern[bytes]) -> int:
        return max((int(found) for found in pattern.findall(self.content or b"")), default=0) + 1
