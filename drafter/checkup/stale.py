"""References that the law has left behind: words, article numbers, figures of other years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from drafter import french
from drafter.checkup.criteria import Criteria, OldFigure
from drafter.checkup.findings import Finding, cited, excerpt
from drafter.checkup.piece import Passage, Piece
from drafter.checkup.seek import seeker
from drafter.library.pieces import Level, Stale
from drafter.phrases import fold, sentences

AMOUNT = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[ \u00a0\u202f.]\d{3}){1,3}|\d{1,9})(?:,(\d{1,2}))?(?!\d)[ \u00a0\u202f]{0,2}(?:€|euros?\b)"
)
_ABOUT = {
    "seuil": re.compile(r"seuils?\b|procedures? formalisees?|appel d.offres"),
    "dispense": re.compile(r"dispens|sans publicite|sans mise en concurrence"),
    "smic": re.compile(r"\bsmic\b"),
}
_TITLES = {
    "seuil": "Seuil européen d'une autre année",
    "dispense": "Seuil de dispense d'une autre année",
    "smic": "SMIC d'une autre date",
}


def stale_references(piece: Piece, criteria: Criteria) -> Iterator[Finding]:
    rules = criteria.words.stale
    starting = {phrase: rule for rule in rules for phrase in rule.words}
    every = seeker(tuple(starting))
    numbers = [(rule, _number(article)) for rule in rules for article in rule.articles]
    for passage in piece.passages:
        told: set[str] = set()
        for hit in every.hits(passage.text):
            rule = starting[hit.phrase]
            if rule.id not in told and _stands(rule, passage.text):
                told.add(rule.id)
                yield _finding(piece, passage, rule, excerpt(passage.text, hit.start, hit.end, hit.sentence))
        for rule, number in numbers:
            found = number.search(passage.text)
            if found and rule.id not in told and _stands(rule, passage.text):
                told.add(rule.id)
                yield _finding(piece, passage, rule, excerpt(passage.text, found.start(), found.end()))


def _number(article: str) -> re.Pattern[str]:
    """An article number in any writing: L323-3, L. 323-3, L.323-3."""
    letter, rest = article[0], re.escape(article[1:])
    return re.compile(rf"(?<!\w){letter}\.?[ \u00a0\u202f]?{rest}(?![\w-])")


def _stands(rule: Stale, text: str) -> bool:
    if rule.near and not seeker(rule.near).any(text):
        return False
    return not (rule.unless and seeker(rule.unless).any(text))


def _finding(piece: Piece, passage: Passage, rule: Stale, shown: str) -> Finding:
    article = piece.article_of(passage.place)
    source, link = cited(rule.source)
    return Finding(
        rule.id,
        rule.level,
        passage.place,
        article.shown if article else "",
        shown,
        rule.title,
        rule.explanation,
        rule.replacement,
        source,
        rule.status,
        link,
    )


def old_figures(piece: Piece, criteria: Criteria) -> Iterator[Finding]:
    """Amounts that were a threshold or the SMIC, in a sentence that speaks of one."""
    for passage in piece.passages:
        if "€" not in passage.text and "euro" not in passage.text:
            continue
        told: set[tuple[str, Fraction]] = set()
        for sentence in sentences(passage.text):
            said = fold(passage.text[sentence.start : sentence.end])
            kinds = [kind for kind, about in _ABOUT.items() if about.search(said)]
            if not kinds:
                continue
            for match in AMOUNT.finditer(passage.text, sentence.start, sentence.end):
                value = amount(match)
                old = _held(criteria, kinds, value)
                if old is None or (old.kind, value) in told:
                    continue
                told.add((old.kind, value))
                yield _old(piece, passage, old, excerpt(passage.text, match.start(), match.end(), sentence))


def amount(match: re.Match[str]) -> Fraction:
    cents = (match[2] or "").ljust(2, "0")
    return Fraction(int(re.sub(r"\D", "", match[1]))) + Fraction(int(cents), 100)


def _held(criteria: Criteria, kinds: list[str], value: Fraction) -> OldFigure | None:
    return next((old for old in criteria.old_figures if old.kind in kinds and old.value == value), None)


def _old(piece: Piece, passage: Passage, old: OldFigure, shown: str) -> Finding:
    article = piece.article_of(passage.place)
    source, link = cited(old.source)
    return Finding(
        f"DATE-{old.kind.upper()}",
        Level.MEND,
        passage.place,
        article.shown if article else "",
        shown,
        _TITLES[old.kind],
        f"Cette valeur était celle de « {old.label} » jusqu'au {french.day(old.until)}.",
        f"{old.now}, ou le renvoi au texte sans le chiffre, qui ne vieillit pas",
        source,
        old.status,
        link,
    )
