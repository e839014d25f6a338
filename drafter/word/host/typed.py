"""Numbers typed by hand at the head of a title: read, shifted, written again in the same manner."""

from __future__ import annotations

import re
from dataclasses import dataclass

from drafter.word.host.numbering import from_roman, letters, written

_WORDS = r"(?:articles?|art\.?|chapitre|titre|section|partie|§)"
_NUMBER = re.compile(
    rf"^(?P<lead>\s*(?:(?P<word>{_WORDS})[\s\u00a0]*(?:n[°o][\s\u00a0]*)?)?)"
    r"(?P<number>\d{1,3}(?:[.\-]\d{1,3})*|[IVXLC]{1,7}(?:[.\-]\d{1,3})*|[A-Z](?:[.\-]\d{1,3})*)"
    r"(?P<after>[\s\u00a0]*(?:[.):°]|[–—-])?[.:]?[\s\u00a0\t]*(?:[–—:-][\s\u00a0]*)?)(?P<title>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_TOP = re.compile(r"(?i)chapitre|titre|section|partie")
# What makes a number the beginning of a sentence or of a measure, not of a title.
_NOT_A_TITLE = re.compile(
    r"(?:du|de|des|d[’']|l[’']|la|le|les|et|à|au|aux|ou|est|sont|heures?|jours?|mois|ans?|euros?)(?!\w)|[€%]"
)


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """`lead` + number + `after` + `title` is the whole text. `marks` stand between the values ("4.2")."""

    lead: str
    word: str
    values: tuple[int, ...]
    formats: tuple[str, ...]
    marks: tuple[str, ...]
    after: str
    title: str

    @property
    def number(self) -> str:
        return written_number(self.values, self.formats, self.marks)

    @property
    def kind(self) -> str:
        """What the level of the title is told from: the word, or the form and the depth."""
        if _TOP.fullmatch(self.word.strip()):
            return "chapitre"
        if self.word and len(self.values) == 1:
            return "article"
        return f"{self.formats[0]}{len(self.values)}"

    def moved(self, place: int, by: int) -> tuple[int, ...]:
        return (*self.values[:place], self.values[place] + by, *self.values[place + 1 :])


def written_number(values: tuple[int, ...], formats: tuple[str, ...], marks: tuple[str, ...]) -> str:
    """`4.2` from (4, 2); levels beyond the known formats and marks are decimal, after a full stop."""
    out = ""
    for place, count in enumerate(values):
        mark = "" if place == 0 else marks[place - 1] if place <= len(marks) else "."
        out += mark + written(count, formats[place] if place < len(formats) else "decimal")
    return out


def read_number(text: str, *, prefer_letters: bool = False) -> TypedNumber | None:
    """The number typed at the head of `text`, None when there is none.

    A lone letter or a roman number needs a mark after it ("A.", "IV –") or a word before it.
    """
    found = _NUMBER.match(text)
    if not found:
        return None
    word, number, after, title = found["word"] or "", found["number"], found["after"], found["title"]
    lead = found["lead"]
    if word and not lead[len(lead.rstrip()) - 1 :].strip() and lead == lead.rstrip():
        return None
    if word and lead.rstrip() == lead and word[-1:].isalpha():
        return None  # "Articles" read as "Article" + "s"
    if not title.strip() and not word:
        return None
    if _NOT_A_TITLE.match(title) and not (after.strip() and word):
        return None
    parts = re.split(r"[.\-]", number)
    marks = tuple(re.findall(r"[.\-]", number))
    if parts[0].isdecimal():
        if not word and not after and not (title[:1].isupper() and len(parts) > 1):
            return None
        if not word and not after.strip() and len(parts) == 1 and title[:1].islower():
            return None
        form, first = "decimal", int(parts[0])
    else:
        head = _head(parts[0], prefer_letters)
        if head is None or not (word or after.strip() or len(parts) > 1):
            return None
        form, first = head
    values = (first, *(int(part) for part in parts[1:]))
    return TypedNumber(lead, word, values, (form, *("decimal",) * (len(parts) - 1)), marks, after, title)


def _head(part: str, prefer_letters: bool) -> tuple[str, int] | None:
    if not part.isupper():
        return None
    letter = ("upperLetter", ord(part) - 64) if len(part) == 1 and letters(ord(part) - 64) == part else None
    number = from_roman(part)
    numeral = ("upperRoman", number) if number else None
    return (letter or numeral) if prefer_letters else (numeral or letter)
