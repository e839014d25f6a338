"""Find French phrases in a text, whatever their accents, case, number and gender, in linear time.

A phrase is what a jurist writes in a data file: plain words, with four marks and no other syntax.

    politique RSE                     small words (le, de, d'…) may stand anywhere between: politique de la RSE
    producteur|éleveur local          one word or the other
    implant*                          every word that begins so (four letters at least)
    effectif … entreprise             up to four words between
    rayon de {nombre} km              a number, in figures or in letters
    association {Nom}                 a proper name, right after
    =de préférence                    this very small word is required

Knows nothing of the market or the library, keeps no state and never raises on a text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

_SMALL = "le la les l un une des de du d a au aux son sa ses leur leurs ce cet cette ces notre nos votre vos"
SMALL = frozenset(_SMALL.split())
"""Words that may stand between those of a phrase, and are dropped when a phrase is read."""
GAP = 4
"""Words that `…` may cover."""
_SMALL_RUN = 3
_PREFIX = 4
_FIGURES = (
    "deux trois quatre cinq six sept huit neuf dix douze quinze vingt trente quarante cinquante soixante cent mille"
)
_NUMBERS = frozenset(_FIGURES.split())
_TOKEN = re.compile(r"\d+|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
_BREAK = re.compile(r"[!?;]|\.(?=\s|$)|\n[ \t]*(?=[\n\-*•–#|>]|\d{1,3}[.)])")
_SHORT = re.compile(r"(?:\b(?:art|R|L|D|n|al|ex|cf|env|min|max|M|Mme)|\d)$")
"""What a full stop may follow without ending a sentence: `art. 3`, `R. 2111-7`."""
_APART = frozenset(',:()[]/«»"“”')
_BEFORE_NAME = frozenset(",:()[]/")


@dataclass(frozen=True, slots=True)
class Token:
    """One word or number of a text, and where it stands in it."""

    shown: str
    folded: str
    stem: str
    start: int
    end: int

    @property
    def small(self) -> bool:
        return self.folded in SMALL


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of one sentence; `paragraph` counts the blank lines before it."""

    start: int
    end: int
    paragraph: int
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens `first` to `last` of a sentence, both included."""

    first: int
    last: int

    def meets(self, other: Span) -> bool:
        return self.first <= other.last and other.first <= self.last


def fold(word: str) -> str:
    """Lower case, without accents."""
    spread = unicodedata.normalize("NFKD", word.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(char for char in spread if not unicodedata.combining(char)).lower()


def stem(folded: str) -> str:
    """Without the marks of plural and feminine. `locaux` keeps its own stem: it is not « local »."""
    if len(folded) <= 3:
        return folded
    if folded[-1] in "sx":
        folded = folded[:-1]
    feminine = folded
    while len(folded) > 3 and folded[-1] == "e":
        folded = folded[:-1]
    return folded[:-1] if folded != feminine and len(folded) > 3 and folded[-1] == "s" else folded


def tokens(text: str, offset: int = 0) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        folded = fold(match[0])
        yield Token(match[0], folded, stem(folded), offset + match.start(), offset + match.end())


def sentences(text: str) -> Iterator[Sentence]:
    """Sentences, list items and lines of a table; a line that merely wraps does not end one."""
    paragraph = start = 0
    for match in (*_BREAK.finditer(text), None):
        stop = match.start() if match else len(text)
        if match and match[0] == "." and _SHORT.search(text, max(start, stop - 6), stop):
            following = text[match.end() : match.end() + 2].strip()
            if following[:1].isdigit() or following[:1].islower():
                continue
        if found := tuple(tokens(text[start:stop], start)):
            yield Sentence(start, stop, paragraph, found)
        if match:
            paragraph += match[0].startswith("\n") and text[match.end() : match.end() + 1] == "\n"
            start = match.end()


# --- phrases -------------------------------------------------------------------------------------


class PhraseError(ValueError):
    """A French sentence on a phrase that cannot be read."""


@dataclass(frozen=True, slots=True)
class _Word:
    """One place of a phrase."""

    kind: str
    """mot, ecart, nombre or nom."""
    stems: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()

    def takes(self, token: Token) -> bool:
        return token.stem in self.stems or any(token.folded.startswith(prefix) for prefix in self.prefixes)


@dataclass(frozen=True, slots=True)
class Phrase:
    shown: str
    words: tuple[_Word, ...] = field(compare=False)

    @staticmethod
    def read(text: str) -> Phrase:
        """Raises PhraseError."""
        words = [word for part in text.split() for word in _read_word(part, text)]
        if not words or words[0].kind != "mot" or words[-1].kind == "ecart":
            raise PhraseError(f"« {text} » doit commencer par un mot et ne pas finir par « … »")
        if len(words) > 12 or sum(word.kind == "ecart" for word in words) > 2:
            raise PhraseError(f"« {text} » est trop long : douze mots et deux « … » au plus")
        return Phrase(text, tuple(words))


def _read_word(part: str, whole: str) -> Iterator[_Word]:
    if part == "…":
        yield _Word("ecart")
    elif part == "{nombre}":
        yield _Word("nombre")
    elif part == "{Nom}":
        yield _Word("nom")
    elif "|" in part:
        choices = [word for choice in part.split("|") for word in _read_word(choice, whole)]
        if any(word.kind != "mot" for word in choices):
            raise PhraseError(f"« {whole} » : seuls des mots se séparent par « | »")
        if not choices:
            raise PhraseError(f"« {whole} » : « {part} » n'a que de petits mots, marquez-les d'un « = »")
        stems = frozenset(one for word in choices for one in word.stems)
        yield _Word("mot", stems, tuple(one for word in choices for one in word.prefixes))
    elif part.startswith("="):
        yield _Word("mot", frozenset({stem(fold(part[1:]))}))
    elif part.endswith("*"):
        prefix = fold(part[:-1])
        if len(prefix) < _PREFIX or not prefix.isalpha():
            raise PhraseError(f"« {whole} » : « * » suit quatre lettres au moins")
        yield _Word("mot", prefixes=(prefix,))
    else:
        found = list(tokens(part))
        if not found or re.search(r"[*{}=…]", part):
            raise PhraseError(f"« {whole} » : « {part} » n'est ni un mot ni un signe connu")
        yield from (_Word("mot", frozenset({token.stem})) for token in found if not token.small)


class Finder:
    """Phrases compiled once, found together: one look at each word of the text."""

    def __init__(self, phrases: Iterable[Phrase], common_names: Iterable[str] = ()) -> None:
        self._common = frozenset(fold(name) for name in common_names)
        self._by_stem: dict[str, list[Phrase]] = defaultdict(list)
        self._by_prefix: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in phrases:
            for one in phrase.words[0].stems:
                self._by_stem[one].append(phrase)
            for prefix in phrase.words[0].prefixes:
                if phrase not in self._by_prefix[prefix[:_PREFIX]]:
                    self._by_prefix[prefix[:_PREFIX]].append(phrase)

    def find(self, text: str, sentence: Sentence) -> Iterator[tuple[Phrase, Span]]:
        """Every place where a phrase begins, with the shortest reading of it."""
        found = sentence.tokens
        for index, token in enumerate(found):
            starting = (*self._by_stem.get(token.stem, ()), *self._by_prefix.get(token.folded[:_PREFIX], ()))
            for phrase in dict.fromkeys(starting):
                if phrase.words[0].takes(token):
                    last = self._match(text, found, index, phrase.words[1:], index)
                    if last >= 0:
                        yield phrase, Span(index, last)

    def _match(self, text: str, found: Sequence[Token], last: int, words: tuple[_Word, ...], anchor: int) -> int:
        """Index of the last token when `words` follow the token `last`, -1 when they do not."""
        if not words:
            return last
        word, rest = words[0], words[1:]
        if word.kind == "ecart":
            covered = 0
            place = last
            while covered <= GAP and place < len(found):
                if (end := self._match(text, found, place, rest, anchor)) >= 0:
                    return end
                place += 1
                while place < len(found) and found[place].small:
                    place += 1
                covered += 1
            return -1
        for place in range(last + 1, min(last + 2 + _SMALL_RUN, len(found))):
            token = found[place]
            if (end := self._take(text, found, place, word, last)) >= 0:
                return self._match(text, found, end, rest, anchor)
            if not token.small:
                return -1
        return -1

    def _take(self, text: str, found: Sequence[Token], place: int, word: _Word, last: int) -> int:
        """Index of the last token that `word` takes from `place` on, -1 when it takes none."""
        token = found[place]
        if word.kind == "nombre":
            if token.folded in _NUMBERS:
                return place
            if not token.folded.isdigit():
                return -1
            end = place
            while end + 1 < len(found) and end < place + 2 and found[end + 1].folded.isdigit():
                end += 1
            return end
        if word.kind == "nom":
            return place if self._is_name(text, found[last], token) else -1
        return place if word.takes(token) else -1

    def _is_name(self, text: str, before: Token, token: Token) -> bool:
        """Capitalised, not one of the common names, nothing but spaces and quotes since the word before."""
        if not token.shown[0].isupper() or token.folded in self._common or token.small:
            return False
        if any(char in _BEFORE_NAME for char in text[before.end : token.start]):
            return False
        shouted = before.shown.isupper() and len(before.shown) > 1 and before.folded not in self._common
        return not (shouted and token.shown.isupper())
