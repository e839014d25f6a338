"""Words of a criterion or a clause that the law forbids, doubts, or that bind nobody: where, why, the way out.

Pure, in linear time, and never raises on a text. The words themselves are data (`library.warnings`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from drafter.library.warnings import Pattern, TextScope, WarningRule, Warnings, Weight
from drafter.phrases import Finder, Phrase, Sentence, Span, sentences

EXCERPT = 220
"""Characters of the sentence that are quoted around the words found."""
_BEFORE, _AFTER = 6, 6
"""Words within which a negation bears on the words found."""
_MOST = 50
"""Findings after which a text has been told enough."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Words found in a text. `position` is where they begin; `excerpt` is their sentence, cut when long."""

    id: str
    words: str
    excerpt: str
    position: int
    message: str
    way_out: str
    weight: Weight = Weight.ALERT


def check_text(text: str, scope: TextScope, warnings: Warnings) -> tuple[Finding, ...]:
    """What a text of this kind raises, in its order; the same words raise one rule once."""
    compiled = _compiled(warnings, scope)
    found: list[Finding] = []
    seen: set[tuple[str, str]] = set()
    read = [(sentence, tuple(compiled.finder.find(text, sentence))) for sentence in sentences(text)]
    lifted = {
        (place, id(entry.pattern))
        for sentence, hits in read
        for phrase, _ in hits
        for place, table in ((sentence.paragraph, compiled.near), (None, compiled.anywhere))
        for entry in table.get(phrase.shown, ())
    }
    for sentence, hits in read:
        for entry, span in _raised(sentence, hits, compiled, lifted):
            start, end = sentence.tokens[span.first].start, sentence.tokens[span.last].end
            words = " ".join(text[start:end].split())
            if (entry.rule.id, words.lower()) in seen:
                continue
            seen.add((entry.rule.id, words.lower()))
            found.append(_finding(text, sentence, words, start, end, entry))
            if len(found) == _MOST:
                return tuple(found)
    return tuple(found)


def has_any(text: str, phrases: Sequence[str]) -> bool:
    """Whether one of the phrases stands in the text."""
    finder = _finder(tuple(phrases))
    return any(True for sentence in sentences(text) for _ in finder.find(text, sentence))


# --- compiled ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    rule: WarningRule
    pattern: Pattern


@dataclass(frozen=True, slots=True, eq=False)
class _Compiled:
    """All phrases of one scope, whatever they do, found in one pass; then what each does."""

    finder: Finder
    raising: dict[str, tuple[_Entry, ...]]
    unless: dict[str, tuple[_Entry, ...]]
    near: dict[str, tuple[_Entry, ...]]
    anywhere: dict[str, tuple[_Entry, ...]]
    within: dict[str, tuple[_Entry, ...]]
    before: frozenset[str]
    after: frozenset[str]


@lru_cache(maxsize=16)
def _compiled(warnings: Warnings, scope: TextScope) -> _Compiled:
    tables: tuple[dict[str, list[_Entry]], ...] = tuple(defaultdict(list) for _ in range(5))
    for rule in warnings.rules.values():
        for pattern in rule.patterns:
            if scope in (pattern.scopes or rule.scopes):
                entry = _Entry(rule, pattern)
                lists = (pattern.words, pattern.unless, pattern.unless_near, pattern.unless_anywhere, pattern.within)
                for table, phrases in zip(tables, lists, strict=True):
                    for phrase in phrases:
                        table[phrase].append(entry)
    before, after = frozenset(warnings.negations.before), frozenset(warnings.negations.after)
    every = dict.fromkeys([phrase for table in tables for phrase in table] + sorted(before | after))
    raising, unless, near, anywhere, within = (
        {phrase: tuple(items) for phrase, items in table.items()} for table in tables
    )
    finder = Finder((Phrase.read(phrase) for phrase in every), warnings.common_names)
    return _Compiled(finder, raising, unless, near, anywhere, within, before, after)


@lru_cache(maxsize=16)
def _finder(phrases: tuple[str, ...]) -> Finder:
    return Finder(Phrase.read(phrase) for phrase in phrases)


# --- one sentence --------------------------------------------------------------------------------


Hits = tuple[tuple[Phrase, Span], ...]


def _raised(
    sentence: Sentence, hits: Hits, compiled: _Compiled, lifted: set[tuple[int | None, int]]
) -> list[tuple[_Entry, Span]]:
    """The rules that the phrases found in a sentence raise, once what lifts them is taken away."""
    candidates: list[tuple[_Entry, Span]] = []
    unless: set[int] = set()
    within: dict[int, list[Span]] = defaultdict(list)
    negations: list[tuple[bool, Span]] = []
    for phrase, span in hits:
        name = phrase.shown
        candidates += [(entry, span) for entry in compiled.raising.get(name, ())]
        unless.update(id(entry.pattern) for entry in compiled.unless.get(name, ()))
        for entry in compiled.within.get(name, ()):
            within[id(entry.pattern)].append(span)
        negations += [(True, span)] if name in compiled.before else []
        negations += [(False, span)] if name in compiled.after else []
    kept: dict[str, list[tuple[_Entry, Span]]] = defaultdict(list)
    for entry, span in sorted(candidates, key=lambda item: (item[1].first, item[1].last)):
        pattern = id(entry.pattern)
        if pattern in unless or {(sentence.paragraph, pattern), (None, pattern)} & lifted:
            continue
        if any(other.first <= span.first and span.last <= other.last for other in within[pattern]):
            continue
        if _denied(span, negations):
            continue
        same = kept[entry.rule.id]
        if not (same and same[-1][1].meets(span)):
            same.append((entry, span))
    return sorted((item for items in kept.values() for item in items), key=lambda item: item[1].first)


def _denied(span: Span, negations: Iterable[tuple[bool, Span]]) -> bool:
    return any(
        0 < span.first - other.last <= _BEFORE if before else 0 < other.first - span.last <= _AFTER
        for before, other in negations
    )


def _finding(text: str, sentence: Sentence, words: str, start: int, end: int, entry: _Entry) -> Finding:
    rule, pattern = entry.rule, entry.pattern
    said = pattern.note or rule.rule
    cited = f" ({rule.cited})" if rule.cited else ""
    body, stop = (said[:-1], ".") if said.endswith(".") else (said, "")
    return Finding(
        rule.id,
        words,
        _excerpt(text, sentence, start, end),
        start,
        f"{body}{cited}{stop}",
        pattern.way_out or rule.way_out,
        rule.weight,
    )


def _excerpt(text: str, sentence: Sentence, start: int, end: int) -> str:
    """The sentence on one line; when long, the part around the words, cut between words."""
    first, last = sentence.start, sentence.end
    if last - first > EXCERPT:
        room = max(0, EXCERPT - (end - start)) // 2
        if first < start - room:
            first = _after_space(text, start - room, start)
        if end + room < last:
            last = _before_space(text, end, end + room)
    shown = " ".join(text[first:last].split())[: 2 * EXCERPT]
    return f"{'… ' if first > sentence.start else ''}{shown}{' …' if last < sentence.end else ''}"


def _after_space(text: str, low: int, high: int) -> int:
    return next((place + 1 for place in range(low, high) if text[place].isspace()), high)


def _before_space(text: str, low: int, high: int) -> int:
    return next((place for place in range(high, low, -1) if text[place - 1].isspace()), low)
