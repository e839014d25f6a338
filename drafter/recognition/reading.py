"""What the words of a text point to: the phrases of the segments found in it, and their scores."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from drafter.library.models import Segment
from drafter.recognition.words import COMMON, EMPTY, LOST, PURPOSE, stem_of, tokens, weight_of
from drafter.vocabulary import Nature

GENERIC = "GEN"
GENERIC_TRADE = "divers-"
"""The trades `divers-<nature>` of the generic segment carry the rates of that nature; no word calls them."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    shown: str
    stems: tuple[str, ...]
    owners: tuple[tuple[str, str], ...]
    """(segment code, trade id) of each entry that lists it; no trade id for the segment's own words."""
    excluded_by: tuple[str, ...]
    """Codes of the segments that the phrase rules out."""


@dataclass(frozen=True, slots=True)
class _Match:
    phrase: _Phrase
    places: tuple[int, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words of a text point to."""

    own: Mapping[str, float]
    trades: Mapping[str, float]
    totals: Mapping[str, float]
    matches: tuple[_Match, ...]

    def words_for(self, code: str, trades: frozenset[str]) -> str:
        shown: list[tuple[int, str]] = []
        for match in self.matches:
            if any((owner == code and not trade) or trade in trades for owner, trade in match.phrase.owners):
                shown.append((match.places[0], match.phrase.shown))
        words = list(dict.fromkeys(word for _, word in sorted(shown)))
        return ", ".join(f"« {word} »" for word in words[:4])


ABOUT = ("MOE", "PI", "ASS")

_NOTHING = Reading({}, {}, {}, ())
_MAX_WORDS = 400


class Reader:
    """The words of the segments, compiled: phrases by their first stem."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        self.segments = {segment.code: segment for segment in segments}
        self.trades = {trade.id: trade for segment in self.segments.values() for trade in segment.trades}
        self.parent = {trade.id: code for code, segment in self.segments.items() for trade in segment.trades}
        self.family = {
            code: tuple(trade for trade in self.trades.values() if self.parent[trade.id] == code or code in trade.also)
            for code in self.segments
        }
        self.phrases = self._compile()
        phrases = [phrase for listed in self.phrases.values() for phrase in listed]
        self.vocabulary = sorted({stem for phrase in phrases for stem in phrase.stems})
        self.lost: dict[str, str] = {}

    def _compile(self) -> dict[str, tuple[_Phrase, ...]]:
        shown: dict[tuple[str, ...], str] = {}
        owners: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
        excluded: dict[tuple[str, ...], list[str]] = defaultdict(list)

        def note(words: str) -> tuple[str, ...]:
            stems = tuple(stem_of(word) for word in tokens(words) if word not in EMPTY)
            if stems:
                shown.setdefault(stems, words)
            return stems

        for code, segment in self.segments.items():
            for words in segment.words:
                if stems := note(words):
                    owners[stems].append((code, ""))
            for words in segment.excluded_words:
                if stems := note(words):
                    excluded[stems].append(code)
            for trade in segment.trades:
                for words in () if trade.id.startswith(GENERIC_TRADE) else trade.words:
                    if stems := note(words):
                        owners[stems].append((code, trade.id))
        compiled: dict[str, list[_Phrase]] = defaultdict(list)
        for stems, words in shown.items():
            compiled[stems[0]].append(_Phrase(words, stems, tuple(owners[stems]), tuple(excluded[stems])))
        return {first: tuple(phrases) for first, phrases in compiled.items()}

    def _known(self, stem: str) -> str:
        """A stem with lost letters, as the likeliest word of the library: nearly always a lost « é »."""
        if LOST not in stem:
            return stem
        if stem not in self.lost:
            found = stem
            if len(stem.replace(LOST, "")) >= 3 and len(stem) <= 40:
                pattern = re.compile("(oe|[aceiou])".join(re.escape(part) for part in stem.split(LOST)))
                candidates = []
                for word in self.vocabulary:
                    if match := pattern.fullmatch(word):
                        candidates.append((sum(letter != "e" for letter in match.groups()), word))
                if candidates and min(candidates)[0] <= 1:
                    found = min(candidates)[1]
            if len(self.lost) < 10_000:
                self.lost[stem] = found
            return found
        return self.lost[stem]

    def read(self, text: str, nature: Nature | None) -> Reading:
        stems: list[str] = []
        places: list[float] = []
        purpose: list[bool] = []
        behind = lot = False
        for word in tokens(text):
            if word in EMPTY or word.isdigit():
                continue
            if len(stems) >= _MAX_WORDS:
                break
            behind = behind or word in PURPOSE
            if word in ("lot", "lots"):
                behind, lot = False, bool(stems)
            places.append(2.0 if lot else max(0.6, 1 - 0.03 * len(stems)))
            stems.append(self._known(stem_of(word)))
            purpose.append(behind)
        matches = self._longest(stems, places)
        if any(purpose) and any(not purpose[match.places[0]] for match in matches):
            damped = [place * (0.45 if far else 1) for place, far in zip(places, purpose, strict=True)]
            matches = self._longest(stems, damped)
        return self._score(self._behind_study(matches, nature), nature) if matches else _NOTHING

    def _longest(self, stems: list[str], factors: list[float]) -> tuple[_Match, ...]:
        """The phrases found, without those that longer ones cover (« nettoyage de chantier »)."""
        found: list[_Match] = []
        for start, stem in enumerate(stems):
            for phrase in self.phrases.get(stem, ()):
                places = _follow(phrase.stems, stems, start)
                if places:
                    spread = places[-1] - places[0] + 1 - len(places)
                    bonus = (1.15 if len(places) > 1 else 1) * 0.9**spread
                    weights = tuple(weight_of(stems[place]) * factors[place] * bonus for place in places)
                    found.append(_Match(phrase, places, weights))
        found.sort(key=lambda found: (-len(found.places), -sum(found.weights), found.places, found.phrase.stems))
        kept: list[_Match] = []
        covers: dict[int, _Match] = {}
        for match in found:
            longer = [covers[place] for place in match.places if place in covers]
            covered = len(longer) == len(match.places)
            covered = covered and all(len(other.places) > len(match.places) for other in longer)
            if covered and not self._settles(match, longer[0]):
                continue
            kept.append(match)
            for place in match.places:
                covers.setdefault(place, match)
        return tuple(kept)

    def _settles(self, match: _Match, longer: _Match) -> bool:
        """Whether a covered word tells the segment of a shared trade (« réfection » in « réfection de toiture »)."""
        if match.phrase.stems[0] not in COMMON or len(match.places) > 1:
            return False
        codes = {code for code, trade in match.phrase.owners if not trade}
        return any(codes.intersection(self.trades[trade].also) for _, trade in longer.phrase.owners if trade)

    def _behind_study(self, matches: tuple[_Match, ...], nature: Nature | None) -> tuple[_Match, ...]:
        """A study, an insurance, a works supervision is about a thing, whose words count for less."""
        about = {
            code
            for code in ABOUT
            if code in self.segments and (nature is None or nature in self.segments[code].natures)
        }
        if not any(
            code in about and (len(match.places) > 1 or match.places[0] < 3) and sum(match.weights) >= 0.8
            for match in matches
            for code, _ in match.phrase.owners
        ):
            return matches
        return tuple(
            match
            if any(code in about for code, _ in match.phrase.owners)
            else _Match(match.phrase, match.places, tuple(0.25 * weight for weight in match.weights))
            for match in matches
        )

    def _score(self, matches: tuple[_Match, ...], nature: Nature | None) -> Reading:
        own: dict[str, dict[int, float]] = defaultdict(dict)
        trades: dict[str, dict[int, float]] = defaultdict(dict)
        out: set[str] = set()
        for match in matches:
            if match.places[-1] - match.places[0] + 1 == len(match.places):
                out.update(match.phrase.excluded_by)
            for code, owner in match.phrase.owners:
                places = trades[owner] if owner else own[code]
                for place, weight in zip(match.places, match.weights, strict=True):
                    places[place] = max(places.get(place, 0.0), weight)
        totals: dict[str, float] = {}
        for code, segment in self.segments.items():
            if code in out:
                continue
            places = dict(own.get(code, {}))
            for trade in self.family[code]:
                for place, weight in trades.get(trade.id, {}).items():
                    places[place] = max(places.get(place, 0.0), weight)
            if places:
                totals[code] = sum(places[place] for place in sorted(places)) * _fit(segment, nature)
        return Reading(
            {code: sum(places.values()) for code, places in own.items() if code not in out},
            {owner: sum(places.values()) for owner, places in trades.items()},
            totals,
            matches,
        )


def _fit(segment: Segment, nature: Nature | None) -> float:
    """How much a segment's words count for a market of that nature."""
    if nature is None or segment.natures[0] is nature:
        return 1.0
    return 0.9 if nature in segment.natures else 0.35


def _follow(wanted: tuple[str, ...], stems: list[str], start: int) -> tuple[int, ...]:
    """Where the words of a phrase stand, in order, at most two others between them; empty if they do not."""
    places = [start]
    slipped = 0
    for stem in wanted[1:]:
        here = places[-1] + 1
        while here < len(stems) and stems[here] != stem and slipped < 2:
            here += 1
            slipped += 1
        if here >= len(stems) or stems[here] != stem:
            return ()
        places.append(here)
    return tuple(places)
