"""Deciding the segment and the trade: what was typed, then the CPV code, the words, the whole market."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from drafter import readers
from drafter.errors import Fault, InputError
from drafter.library.models import Segment, Trade
from drafter.recognition.reading import ABOUT, GENERIC, GENERIC_TRADE, Reader, Reading
from drafter.vocabulary import Nature

_ENOUGH = 0.3
"""The score below which words designate nothing."""
_TELLING = 1.0
"""The score above which words speak by themselves: one precise word, early in the text."""
_CLEAR = 0.6
"""The score above which words name a trade inside a segment already known."""

_BUILDINGS = ("BATN", "RENO", "DEMO")
_WORKS = (*_BUILDINGS, "VRD", "EAU", "EP", "EV", "MODU")
_WORKS_CODES = ("44", "45")
"""CPV divisions of building materials and works."""

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


class _Recogniser(Reader):
    """A reader that decides: it knows the CPV prefixes and the order of the segments as well."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        super().__init__(segments)
        self.order = {code: rank for rank, code in enumerate(self.segments)}
        self.prefixes = {prefix: code for code, segment in self.segments.items() for prefix in segment.cpv}

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
        if (by_cpv, wider) == ("BATN", "RENO") and not reading.own.get("BATN"):
            trade, said = self._trade(wider, digits, reading)
            why = (
                f"Le code CPV {digits} désigne des travaux de bâtiment, neuf ou ancien, et le marché rénove : "
                f"le segment {self._name(wider)} est retenu."
            )
            return answer(wider, trade, "cpv", why + said)
        if by_cpv and (code := self._overruling(by_cpv, digits, reading)):
            trade, said = self._trade(code, "", reading)
            words = reading.words_for(code, frozenset(trade.id for trade in self.family[code]))
            why = (
                f"Le code CPV {digits} désigne le segment {self._name(by_cpv)}, mais l'objet nomme {words} : "
                f"le segment {self._name(code)} est retenu. Corrigez l'un ou l'autre s'il le faut."
            )
            return answer(code, trade, "objet", why + said)
        if by_cpv:
            trade, said = self._trade(by_cpv, digits, reading)
            why = f"Le code CPV {digits} commence par {prefix}, qui désigne le segment {self._name(by_cpv)}."
            return answer(by_cpv, trade, "cpv", why + said + self._doubt(by_cpv, reading))
        if digits:
            unknown = f"Le code CPV {digits} n'est rattaché à aucun segment. "
        for read, where in ((reading, "L'objet"), (context, "L'objet du marché")):
            if wider and (read is context or wider in ABOUT):
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

    def _overruling(self, code: str, digits: str, reading: Reading) -> str:
        """The segment that the object names against the CPV code; empty when the code stands.

        Works codes are the least sure: the nomenclature does not part new buildings from old ones, and each lot
        of an operation often bears the code of another.
        """
        ranked = self._ranked(reading.totals)
        if not ranked or ranked[0][0] == code:
            return ""
        (top, score), silent = ranked[0], reading.totals.get(code, 0.0)
        if code in ABOUT and top not in ABOUT:
            return ""  # an insurance, a study: its object names the thing it is about
        if score >= 2 * _TELLING and 2 * silent <= score:
            return top
        if not digits.startswith(_WORKS_CODES) or top not in _WORKS or code not in _WORKS:
            return ""
        if code == "BATN" and top == "RENO":
            return top if reading.own.get(top, 0.0) > max(reading.own.get(code, 0.0), _ENOUGH) else ""
        wanted = _TELLING if code in _BUILDINGS else 1.5 * _TELLING
        return top if score >= wanted and 2 * silent <= score else ""

    def _doubt(self, code: str, reading: Reading) -> str:
        """A sentence when the words of the object name another segment, not loud enough to overrule the CPV code."""
        ranked = self._ranked(reading.totals)
        if code in ABOUT or not ranked or ranked[0][1] < _TELLING:
            return ""
        if reading.totals.get(code, 0.0) * 2 > ranked[0][1]:
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

    def _trade(self, code: str, digits: str, reading: Reading) -> tuple[Trade | None, str]:
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

    def _by_words(self, reading: Reading, context: Reading, wider: str) -> str:
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
        self, trade: Trade, reading: Reading, context: Reading, wider: str, among: tuple[str, ...] = ()
    ) -> str:
        """Which segment of a shared trade: the one that the object and the market's own words name."""
        family = (self.parent[trade.id], *trade.also)

        def named(code: str) -> float:
            said = reading.own.get(code, 0.0) + 0.6 * context.own.get(code, 0.0)
            return said + (2.0 if wider == code else 0.0)

        choices = [code for code in family if not among or code in among or wider == code]
        return max(choices, key=lambda code: (round(named(code), 6), -family.index(code)))


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
