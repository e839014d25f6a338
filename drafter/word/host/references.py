"""References typed in the host, and what they become when articles move."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from drafter.word.host.outline import Outline
from drafter.word.host.report import TypedReference

_REFERENCE = re.compile(r"(?i)\b(?:articles?|art\.|paragraphes?|chapitres?|§)[\s\u00a0]*(?:n[°o][\s\u00a0]*)?")
_HINTS = ("rticle", "RTICLE", "rt.", "aragraphe", "hapitre", "§", "HAPITRE")
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)(?![\d-])")
_AND = re.compile(r"[\s\u00a0]*(?:,|et|ou|à)[\s\u00a0]*(?=\d)")
# Someone else's article: of a CCAG, a code, a law…
_ELSEWHERE = re.compile(
    r"(?i)[\s\u00a0.,;)]*(?:(?:du|de la|de l[’']|des|au|aux)[\s\u00a0]+)?"
    r"(?:présente?s?[\s\u00a0]+)?(?:c\.?c\.?a\.?g|c\.?c\.?t\.?p|code\b|loi\b|décret|arrêté|règlement|directive|rgpd|"
    r"acte d[’']engagement|convention)"
)


def typed_references(outline: Outline, moved: Mapping[tuple[int, ...], str]) -> list[TypedReference]:
    """Mentions of the articles of `moved` (old numbers to new), in the order of the text."""
    if not moved:
        return []
    heads = {title.place for title in outline.titles}
    found: list[TypedReference] = []
    for para in outline.paras:
        if para.contents or para.place in heads or not _hinted(para.text):
            continue
        for match in _REFERENCE.finditer(para.text):
            numbers, end = _numbers(para.text, match.end())
            if _ELSEWHERE.match(para.text, end):
                continue
            for number in numbers:
                new = moved.get(tuple(int(part) for part in number.split(".")))
                if new is not None:
                    excerpt = para.text[max(0, match.start() - 50) : end + 50].strip()
                    found.append(TypedReference(f"article {number}", new, excerpt))
    return found


def _hinted(text: str) -> bool:
    for hint in _HINTS:  # noqa: SIM110  (any() would cost three times as much, on every paragraph)
        if hint in text:
            return True
    return False


def _numbers(text: str, position: int) -> tuple[Sequence[str], int]:
    """The numbers of "12.1, 12.2 et 13", and where they end."""
    numbers: list[str] = []
    while match := _NUMBER.match(text, position):
        numbers.append(match[1])
        position = match.end()
        if not (link := _AND.match(text, position)):
            break
        position = link.end()
    return numbers, position
