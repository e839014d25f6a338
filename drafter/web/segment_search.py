"""The segment or the trade that a few typed words, or the first figures of a CPV code, may mean.

The words and the codes are those that recognise a market; here a word may be unfinished or misspelt.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from drafter import readers
from drafter.library import Library
from drafter.recognition import GENERIC, GENERIC_TRADE, _recogniser
from drafter.recognition.words import EMPTY, stem_of, tokens
from drafter.vocabulary import Nature

MOST = 8
_LONGEST_QUERY = 120
_IN_LABEL, _IN_WORDS = 1.5, 0.8
"""What an unfinished word is worth, in the label and in the words of an entry."""
_CLOSE = 0.8
_LAST = 1_000
"""Works come after, at equal score: « cantine » names the meals more often than the building."""


@dataclass(frozen=True)
class Hit:
    """One segment or trade. `within` is the segment of a trade, `why` the words or the code that matched."""

    id: str
    label: str
    within: str
    why: str


@dataclass(frozen=True)
class _Entry:
    id: str
    label: str
    code: str
    within: str
    words: tuple[str, ...]
    cpv: tuple[str, ...]


def find_segments(query: str, library: Library, most: int = MOST, nature: Nature | None = None) -> tuple[Hit, ...]:
    """The best ones first, those of the nature before the others; nothing for an empty or meaningless query."""
    text = readers.clean(query)[:_LONGEST_QUERY]
    digits = re.sub(r"(-\d)?$", "", text.replace(" ", "")) if re.fullmatch(r"[\d ]{2,}(-\d)?", text) else ""
    found = _by_code(digits, library) if digits else _by_words(text, library, nature)
    return tuple(hit for _, _, hit in sorted(found, key=lambda item: item[:2])[:most])


def _entries(library: Library) -> Iterator[_Entry]:
    for segment in library.segments.values():
        yield _Entry(segment.id, segment.label, segment.code, "", segment.words, segment.cpv)
        for trade in segment.trades:
            words = () if trade.id.startswith(GENERIC_TRADE) else trade.words
            yield _Entry(trade.id, trade.label, segment.code, segment.label, words, trade.cpv)


def _by_code(digits: str, library: Library) -> Iterator[tuple[float, int, Hit]]:
    """Entries whose prefix begins the code, the longest first; else those that the figures typed begin."""
    for rank, entry in enumerate(_entries(library)):
        prefixes = [p for p in entry.cpv if digits.startswith(p) or p.startswith(digits)]
        if prefixes:
            best = max(prefixes, key=lambda prefix: (digits.startswith(prefix), len(prefix)))
            said = f"CPV {digits}" if best == digits else f"codes CPV en {best}"
            yield -len(best) if digits.startswith(best) else 0, rank, Hit(entry.id, entry.label, entry.within, said)


def _by_words(text: str, library: Library, nature: Nature | None) -> Iterator[tuple[float, int, Hit]]:
    reader = _recogniser(library.segments)
    typed = [word for word in tokens(text) if word not in EMPTY and len(word) > 1]
    if not typed:
        return
    known = set(reader.vocabulary)
    mended = [word if stem_of(word) in known else _close(word, reader.vocabulary) or word for word in typed]
    reading = reader.read(" ".join(mended), nature)
    for rank, entry in enumerate(_entries(library)):
        scores = reading.trades if entry.within else reading.totals
        score = scores.get(entry.id if entry.within else entry.code, 0.0)
        begun = [_begun(word, entry) for word in mended]
        score += sum(worth for worth, _ in begun)
        if entry.code == GENERIC or not score:
            continue
        shown = [word for _, word in begun if word]
        if not entry.within and not shown:
            family = frozenset(trade.id for trade in reader.family[entry.code])
            shown = re.findall(r"« (.+?) »", reading.words_for(entry.code, family))
        elif not shown:
            shown = re.findall(r"« (.+?) »", reading.words_for("", frozenset({entry.id})))
        words = ", ".join(f"« {word} »" for word in list(dict.fromkeys(shown))[:3])
        place = rank + (_LAST if reader.segments[entry.code].natures[0] is Nature.WORKS else 0)
        yield -round(score, 6), place, Hit(entry.id, entry.label, entry.within, words)


def _begun(word: str, entry: _Entry) -> tuple[float, str]:
    """What a word, perhaps unfinished, is worth for an entry, and the words of the entry that it begins."""
    stem = stem_of(word)
    if any(other.startswith((word, stem)) for other in tokens(entry.label)):
        return _IN_LABEL, next((w for w in entry.words if _begins(stem, w)), "") or entry.label
    if len(word) > 2 and (found := next((w for w in entry.words if _begins(stem, w)), "")):
        return _IN_WORDS, found
    return 0.0, ""


def _begins(stem: str, words: str) -> bool:
    return any(other.startswith(stem) for other in tokens(words))


def _close(word: str, vocabulary: list[str]) -> str:
    """The stem that a misspelt word, perhaps unfinished, is nearest to; empty for a short or far one."""
    stem = stem_of(word)
    if len(stem) < 4:
        return ""
    whole = [known for known in vocabulary if abs(len(known) - len(stem)) < 3 and known[0] == stem[0]]
    if found := difflib.get_close_matches(stem, whole, n=1, cutoff=_CLOSE):
        return found[0]
    begun = {known[: len(stem) + 1]: known for known in reversed(vocabulary) if known[0] == stem[0]}
    return begun.get(next(iter(difflib.get_close_matches(stem, begun, n=1, cutoff=_CLOSE)), ""), "")
