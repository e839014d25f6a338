"""Which purchase segment, and which trade, a market or a lot belongs to, and why.

In this order: what the person typed, the CPV code (the segment with the longest prefix), the words of the
object, else the generic segment. The words may refine the trade inside the segment that the code gives.
Nothing is learned at run time: the same words give the same answer, and the explanation names them.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from drafter import readers
from drafter.errors import Fault, InputError
from drafter.library.models import Segment, Trade
from drafter.vocabulary import Nature

GENERIC = "GEN"
GENERIC_TRADE = "divers-"
"""The trades `divers-<nature>` of the generic segment carry the rates of that nature; no word calls them."""

Origin = Literal["saisi", "cpv", "objet", "defaut"]


@dataclass(frozen=True, slots=True)
class Recognition:
    """The segment found, the trade when one is clear, and the French sentence that says why.

    `alternatives` are the other segments that the words of the object point to, best first, with their score.
    """

    segment: str
    segment_id: str
    trade: Trade | None
    origin: Origin
    explanation: str
    cpv_known: bool
    alternatives: tuple[tuple[str, float], ...] = ()

    @property
    def trade_id(self) -> str:
        return self.trade.id if self.trade else ""


def recognise(
    *,
    segment: str | None,
    cpv: str | None,
    text: str,
    nature: Nature,
    segments: Mapping[str, Segment],
    context_text: str = "",
    context_segment: str | None = None,
) -> Recognition:
    """The segment and trade of a market or lot. Raises InputError when `segment` names nothing.

    `context_text` and `context_segment` are the object and the segment of the whole market: they settle a
    trade that several segments share (a lot "peinture" of a renovation), and a lot whose title says nothing.
    """
    return _recogniser(segments).recognise(segment, cpv, text, nature, context_text, context_segment)


# --- words ---------------------------------------------------------------------------------------

_LOST = "\ufffd"
"""What some exports leave in the place of an accented letter."""
_TAG = re.compile(r"<[^<>]{0,40}>")
_TOKEN = re.compile(rf"[a-z0-9{_LOST}]+")
_ROAD = re.compile(r"(rd|rn)\d+")


def _listed(words: str) -> frozenset[str]:
    return frozenset(readers.plain(words).split())


_EMPTY = _listed(
    """a afin ainsi au aux avec ce ces cet cette chez d dans de des deux du elle en et
    etc il ils l la le les leur leurs lors n ne no notamment nos notre nous numero on ou par plus qu que qui s
    sa se ses si son sous sur tout toute toutes tous tres un une vers y"""
)
"""Words that separate nothing: left out of the phrases and of the texts."""
_PURPOSE = _listed("pour cadre vue destine destines destinee destinees")
"""What follows says what the purchase is for, not what it is (« mobilier pour la crèche »)."""

_SHORT = {
    "acq": "acquisition", "amgt": "amenagement", "amngt": "amenagement", "asst": "assainissement",
    "bat": "batiment", "bats": "batiment", "carrel": "carrelage", "chauf": "chauffage",
    "chauff": "chauffage", "clim": "climatisation", "cloison": "cloisons", "const": "construction",
    "constr": "construction", "construct": "construction", "couv": "couverture", "demo": "demolition",
    "demol": "demolition", "ecl": "eclairage", "eclair": "eclairage", "elec": "electricite",
    "elect": "electricite", "electr": "electricite", "entret": "entretien", "etanch": "etancheite",
    "ext": "exterieur", "fourn": "fourniture", "fournit": "fourniture", "inst": "installation",
    "instal": "installation", "int": "interieur", "logt": "logement", "logts": "logement",
    "maint": "maintenance", "menuis": "menuiserie", "nett": "nettoyage",
    "peint": "peinture", "plomb": "plomberie", "prest": "prestation", "refect": "refection",
    "rehab": "rehabilitation", "rehabilit": "rehabilitation", "renov": "renovation",
    "restruct": "restructuration", "rev": "revetement", "sanit": "sanitaire", "serrur": "serrurerie",
    "telecom": "telecommunications", "telecoms": "telecommunications", "terr": "terrassement",
    "trvx": "travaux", "tvx": "travaux", "tx": "travaux", "uvre": "oeuvre", "uvres": "oeuvre",
    "veh": "vehicule", "vent": "ventilation", "ventil": "ventilation",
}  # fmt: skip
"""Abbreviations as buyers type them, and « œuvre » when an export has lost its first letter."""


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """The word without its marks of plural and feminine: enough to match, never shown."""
    if len(word) <= 3:
        return word
    if word.endswith("eaux"):
        word = word[:-1]
    elif word.endswith("aux") and len(word) > 4:
        word = word[:-3] + "al"
    elif word[-1] in "sx":
        word = word[:-1]
    if len(word) > 4 and word[-1] == "e":
        word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word


def _words(text: str) -> Iterator[str]:
    for word in _TOKEN.findall(readers.plain(_TAG.sub(" ", text))):
        yield "rd" if _ROAD.fullmatch(word) else _SHORT.get(word, word)


_COMMON = frozenset(
    _stem(word)
    for word in _listed(
        # what is done
        """accompagnement achat acquisition amélioration aménagement aménager animation assistance collecte
        communication conception conseil construction construire contrôle création diagnostic distribution
        démontage dépannage dépose entretien exploitation extension extérieur fourniture formation gestion
        grands grosses installation installations intérieur livraison location maintenance mise mission
        modernisation organisation opération petits pose prestation produit programme projet publication
        recherche rédaction réalisation réaménagement réfection réhabilitation remise remplacement
        rénovation réparation restauration restructuration service surveillance traitement transformation
        travaux édition élaboration étude évaluation évolutive évolution"""
        # to what, where, how
        """
        abords accessibilité accueil ancien application atelier bibliothèque bureau bâtiment camping
        cantine carte caserne centre chemin château collège commune communal complexe conformité cour
        couverture crèche données documents eau école église électrique enfants énergie énergétique
        équipement espace événement existant exposition film foyer fête garantir groupe gymnase halle
        hôpital hôtel immeuble internat jeunes local logement lycée mairie maison manifestation matériel
        médiathèque mobile municipal musée neuf norme numérique parc parking patrimoine piscine place plan
        plateforme pont préau public quai radio rd ressource restaurant rivière route rue réseau résidence salle
        sanitaire scolaire secours site spectacle sport sportif stade stand stockage sécurité système
        table technique terrain théâtre tribune vestiaire ville zone"""
    )
)
"""Stems of words that go with any purchase: they tip the balance, they never weigh against a precise word."""


def _weight(stem: str) -> float:
    return 0.4 if stem in _COMMON else 1 + min(len(stem), 10) / 20


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
class _Reading:
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


_ABOUT = ("MOE", "PI", "ASS")

_NOTHING = _Reading({}, {}, {}, ())
_ENOUGH = 0.3
"""The score below which words designate nothing."""
_TELLING = 1.0
"""The score above which words speak by themselves: one precise word, early in the text."""
_CLEAR = 0.6
"""The score above which words name a trade inside a segment already known."""
_MAX_WORDS = 400


class _Recogniser:
    """The segments, compiled: prefixes by length, phrases by their first stem."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        self.segments = {segment.code: segment for segment in segments}
        self.order = {code: rank for rank, code in enumerate(self.segments)}
        self.trades = {trade.id: trade for segment in self.segments.values() for trade in segment.trades}
        self.parent = {trade.id: code for code, segment in self.segments.items() for trade in segment.trades}
        self.family = {
            code: tuple(trade for trade in self.trades.values() if self.parent[trade.id] == code or code in trade.also)
            for code in self.segments
        }
        self.prefixes = {prefix: code for code, segment in self.segments.items() for prefix in segment.cpv}
        self.phrases = self._compile()
        phrases = [phrase for listed in self.phrases.values() for phrase in listed]
        self.vocabulary = sorted({stem for phrase in phrases for stem in phrase.stems})
        self.lost: dict[str, str] = {}

    def _compile(self) -> dict[str, tuple[_Phrase, ...]]:
        shown: dict[tuple[str, ...], str] = {}
        owners: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
        excluded: dict[tuple[str, ...], list[str]] = defaultdict(list)

        def note(words: str) -> tuple[str, ...]:
            stems = tuple(_stem(word) for word in _words(words) if word not in _EMPTY)
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

    # --- reading words ---

    def _known(self, stem: str) -> str:
        """A stem with lost letters, as the likeliest word of the library: nearly always a lost « é »."""
        if _LOST not in stem:
            return stem
        if stem not in self.lost:
            found = stem
            if len(stem.replace(_LOST, "")) >= 3 and len(stem) <= 40:
                pattern = re.compile("(oe|[aceiou])".join(re.escape(part) for part in stem.split(_LOST)))
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

    def read(self, text: str, nature: Nature | None) -> _Reading:
        stems: list[str] = []
        places: list[float] = []
        purpose: list[bool] = []
        behind = lot = False
        for word in _words(text):
            if word in _EMPTY or word.isdigit():
                continue
            if len(stems) >= _MAX_WORDS:
                break
            behind = behind or word in _PURPOSE
            if word in ("lot", "lots"):
                behind, lot = False, bool(stems)
            places.append(2.0 if lot else max(0.6, 1 - 0.03 * len(stems)))
            stems.append(self._known(_stem(word)))
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
                    weights = tuple(_weight(stems[place]) * factors[place] * bonus for place in places)
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
        if match.phrase.stems[0] not in _COMMON or len(match.places) > 1:
            return False
        codes = {code for code, trade in match.phrase.owners if not trade}
        return any(codes.intersection(self.trades[trade].also) for _, trade in longer.phrase.owners if trade)

    def _behind_study(self, matches: tuple[_Match, ...], nature: Nature | None) -> tuple[_Match, ...]:
        """A study, an insurance, a works supervision is about a thing, whose words count for less."""
        about = {
            code
            for code in _ABOUT
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

    def _score(self, matches: tuple[_Match, ...], nature: Nature | None) -> _Reading:
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
        return _Reading(
            {code: sum(places.values()) for code, places in own.items() if code not in out},
            {owner: sum(places.values()) for owner, places in trades.items()},
            totals,
            matches,
        )

    # --- deciding ---

    def recognise(
        self,
        typed: str | None,
        cpv: str | None,
        text: str,
        nature: Nature,
        context_text: str,
        context_segment: str | None,
    ) -> Recognition:
        reading = self.read(text, nature)
        context = self.read(context_text, None)
        wider = (context_segment or "").strip().upper()
        if wider not in self.segments:
            wider = next((c for c, s in self.segments.items() if s.id == (context_segment or "")), "")
        digits = re.sub(r"\D", "", cpv or "")[:8]
        prefix, by_cpv = self._by_cpv(digits)
        cpv_known = bool(by_cpv) or not digits

        def answer(code: str, trade: Trade | None, origin: Origin, why: str) -> Recognition:
            segment = self.segments[code]
            if trade is None and code == GENERIC:
                trade = self.trades.get(GENERIC_TRADE + nature.value)
            ranked = self._ranked(reading.totals)
            others = [(other, round(score, 2)) for other, score in ranked if other != code and score >= _ENOUGH]
            return Recognition(code, segment.id, trade, origin, why, cpv_known, tuple(others[:3]))

        if typed is not None and typed.strip():
            code, named = self._typed(typed)
            if named is None:
                trade, said = self._trade(code, digits, reading)
                return answer(code, trade, "saisi", f"Segment saisi : {self._name(code)}.{said}")
            agreed = by_cpv in (code, *named.also)
            code = by_cpv if agreed else self._designated(named, reading, context, wider)
            why = f"Métier saisi : {named.label}, dans le segment {self._name(code)}."
            return answer(code, named, "saisi", why)
        unknown = ""
        if by_cpv:
            trade, said = self._trade(by_cpv, digits, reading)
            why = f"Le code CPV {digits} commence par {prefix}, qui désigne le segment {self._name(by_cpv)}."
            return answer(by_cpv, trade, "cpv", why + said + self._doubt(by_cpv, reading))
        if digits:
            unknown = f"Le code CPV {digits} n'est rattaché à aucun segment. "
        for read, where in ((reading, "L'objet"), (context, "L'objet du marché")):
            if wider and (read is context or wider in _ABOUT):
                break
            code = self._by_words(read, context, wider)
            if code:
                trade, said = self._trade(code, "", read)
                words = read.words_for(code, frozenset(trade.id for trade in self.family[code]))
                key = "aux mots-clés" if "», «" in words else "au mot-clé"
                why = f"{unknown}{where} répond {key} {words} du segment {self._name(code)}."
                return answer(code, trade, "objet", why + said)
        if wider:
            trade, said = self._trade(wider, "", reading)
            why = f"{unknown}L'intitulé ne dit pas mieux que le segment du marché, {self._name(wider)}."
            return answer(wider, trade, "objet", why + said)
        why = (
            f"{unknown}L'objet ne désigne aucun segment : le segment générique est retenu. "
            "Indiquez le segment, ou un code CPV précis."
        )
        return answer(GENERIC, None, "defaut", why)

    def _doubt(self, code: str, reading: _Reading) -> str:
        """A sentence when the words of the object clearly name another segment than the CPV code does."""
        ranked = self._ranked(reading.totals)
        if not ranked or ranked[0][1] < 2 * _TELLING or reading.totals.get(code, 0.0) * 2 > ranked[0][1]:
            return ""
        return f" L'objet ferait plutôt penser au segment {self._name(ranked[0][0])} : vérifiez le code."

    def _name(self, code: str) -> str:
        return f"{code} ({self.segments[code].label})"

    def _ranked(self, totals: Mapping[str, float]) -> list[tuple[str, float]]:
        return sorted(totals.items(), key=lambda item: (-item[1], self.order[item[0]]))

    def _by_cpv(self, digits: str) -> tuple[str, str]:
        """The longest prefix, and the code of its segment; empty when no segment has one."""
        for length in range(len(digits), 1, -1):
            if code := self.prefixes.get(digits[:length]):
                return digits[:length], code
        if GENERIC in self.segments and (trade := _longest_prefix(self.segments[GENERIC].trades, digits)):
            return trade[0], GENERIC
        return "", ""

    def _typed(self, typed: str) -> tuple[str, Trade | None]:
        """From a code, id or label: the segment, and the trade when it names one. Else InputError."""
        if trade := self.trades.get(typed.strip()):  # « cvc » is the trade, « CVC » the segment
            return self.parent[trade.id], trade
        wanted = readers.plain(typed)
        slug = re.sub(r"[^a-z0-9]+", "-", wanted).strip("-")
        for code, segment in self.segments.items():
            if slug in (code.lower(), segment.id) or wanted == readers.plain(segment.label):
                return code, None
        for trade in self.trades.values():
            if slug == trade.id or wanted == readers.plain(trade.label):
                return self.parent[trade.id], trade
        ids = [segment.id for segment in self.segments.values()] + list(self.trades)
        close = difflib.get_close_matches(slug, ids, n=3, cutoff=0.6)
        reading = self.read(typed, None)
        by_words = [trade for trade, _ in sorted(reading.trades.items(), key=lambda item: (-item[1], item[0]))]
        by_words += [self.segments[code].id for code, _ in self._ranked(reading.totals)]
        near = list(dict.fromkeys(close + by_words))[:3]
        shown = typed.strip()[:60]
        hint = (
            f"écrivez par exemple {' ou '.join(near)}" if near else "choisissez un segment de la liste, ou laissez vide"
        )
        raise InputError([Fault("segment", f"« {shown} » n'est ni un segment ni un métier connu : {hint}")])

    def _trade(self, code: str, digits: str, reading: _Reading) -> tuple[Trade | None, str]:
        """The trade inside a segment, and the sentence that says why. A precise word beats the code."""
        family = self.family[code]
        by_cpv = _longest_prefix(family, digits)
        scores = [(reading.trades.get(trade.id, 0.0), -rank) for rank, trade in enumerate(family)]
        score, rank = max(scores, default=(0.0, 0))
        if by_cpv and (score < _CLEAR or reading.trades.get(by_cpv[1].id, 0.0) >= score / 2):
            return by_cpv[1], f" Le début {by_cpv[0]} précise le métier : {by_cpv[1].label}."
        if score >= _CLEAR:
            trade = family[-rank]
            words = reading.words_for("", frozenset({trade.id}))
            return trade, f" Métier reconnu par {words} : {trade.label}."
        return None, ""

    def _by_words(self, reading: _Reading, context: _Reading, wider: str) -> str:
        """The segment that the words point to; empty when they are too few."""
        ranked = self._ranked(reading.totals)
        if not ranked or ranked[0][1] < _ENOUGH or (wider and ranked[0][1] < _TELLING):
            return ""
        top, score = ranked[0]
        leading = max(self.family[top], key=lambda trade: reading.trades.get(trade.id, 0.0), default=None)
        if leading is None or not leading.also or reading.trades.get(leading.id, 0.0) < _ENOUGH:
            level = [code for code, value in ranked if value == score]
            return max(level, key=lambda code: (reading.own.get(code, 0.0), -self.order[code]))
        family = (self.parent[leading.id], *leading.also)
        near = [code for code, value in ranked if code in family and value >= score * 0.75]
        return self._designated(leading, reading, context, wider, tuple(near)) if near else top

    def _designated(
        self, trade: Trade, reading: _Reading, context: _Reading, wider: str, among: tuple[str, ...] = ()
    ) -> str:
        """Which segment of a shared trade: the one that the object and the market's own words name."""
        family = (self.parent[trade.id], *trade.also)

        def named(code: str) -> float:
            said = reading.own.get(code, 0.0) + 0.6 * context.own.get(code, 0.0)
            return said + (2.0 if wider == code else 0.0)

        choices = [code for code in family if not among or code in among or wider == code]
        return max(choices, key=lambda code: (round(named(code), 6), -family.index(code)))


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


def _longest_prefix(trades: Iterable[Trade], digits: str) -> tuple[str, Trade] | None:
    found = [(len(prefix), prefix, trade) for trade in trades for prefix in trade.cpv if digits.startswith(prefix)]
    return max(found, key=lambda item: item[0])[1:] if found else None


_MAX_KEPT = 4
_kept: dict[tuple[int, ...], _Recogniser] = {}


def _recogniser(segments: Mapping[str, Segment]) -> _Recogniser:
    """Compiled once for the same segments: a kept recogniser holds them, so that no id is reused."""
    key = tuple(id(segment) for segment in segments.values())
    found = _kept.get(key)
    if found is None:
        found = _Recogniser(segments.values())
        if len(_kept) >= _MAX_KEPT:
            _kept.clear()
        _kept[key] = found
    return found
