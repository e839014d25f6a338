"""Insertion hours and penalties that a piece writes: found, and compared with the calibrage and the SMIC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from drafter import french
from drafter.cautions import typed_penalties
from drafter.checkup.criteria import Criteria
from drafter.checkup.findings import Finding, excerpt
from drafter.checkup.piece import Article, Passage, Piece
from drafter.checkup.seek import articles_on, seeker
from drafter.checkup.stale import AMOUNT, amount
from drafter.dated import Status
from drafter.library.pieces import Level
from drafter.phrases import Sentence, fold, sentences
from drafter.values import Euros, Hours, Rate

_HOURS = re.compile(
    r"(?<![\d.,/])(\d{1,3}(?:[ \u00a0\u202f.]\d{3}){1,2}|\d{1,6})\)?[ \u00a0\u202f]{0,2}(?:heures?\b|h\b)"
    r"(?![ \u00a0\u202f]{0,2}(?:\d|/|par\b|hebdomadaire|mensuel|quotidien|ouvr|calendaire|de (?:retard|délai)|suivant))"
)
_DELAY = re.compile(r"(?:delais?|sous|dans les|avant|apres|moins de|plus de|au-dela de|pendant)\s*(?:de\s*)?$")
_VOLUME = re.compile(r"insertion|reserv|consacr|volume|nombre d.heures|effort|engage")
_RATIO = re.compile(r"par tranche|pour chaque tranche|% des heures|% du (?:temps|volume|nombre)|heures? pour")
_ELSEWHERE = re.compile(r"annexe|acte d.engagement|tableau|bordereau")
_CELL = 5
"""Words of a cell that says a volume and nothing else."""
_PENALTY = re.compile(r"penalit")


@dataclass(frozen=True, slots=True)
class Volume:
    """Hours written as the effort of the contractor, in a sentence of a paragraph."""

    hours: Hours
    passage: Passage
    sentence: Sentence
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Social:
    """What the piece writes on insertion: its articles, the paragraphs that speak of it, hours, penalties per hour."""

    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]
    volumes: tuple[Volume, ...]
    ratio: bool
    penalties: tuple[tuple[Passage, Euros], ...]
    sanctioned: bool
    elsewhere: bool
    """Whether the articles send to an annex, or hold a table of bare figures."""

    @property
    def held(self) -> bool:
        return bool(self.articles or self.volumes or self.ratio)


def read_social(piece: Piece, criteria: Criteria) -> Social:
    subjects = criteria.words.subjects
    subject, penalties = subjects["insertion"], subjects["penalites"]
    articles = articles_on(piece, subject, but=penalties)
    inside = {passage.place for article in articles for passage in piece.within(article)}
    on_subject = [
        passage for passage in piece.passages if passage.place in inside or seeker(subject.texts).any(passage.text)
    ]
    both = (seeker(penalties.titles), seeker(subject.titles))
    penal = [article for article in piece.articles if all(words.any(article.title) for words in both)]
    also = {passage.place for article in penal for passage in piece.within(article)}
    fined = [passage for passage in piece.passages if passage.place in also] + on_subject
    per_hour = [
        (passage, sum_)
        for passage in fined
        for sum_ in (_titled(passage.text) if passage.place in also else typed_penalties(passage.text))
    ]
    return Social(
        tuple(articles),
        tuple(on_subject),
        tuple(volume for passage in on_subject for volume in _volumes(passage, passage.place in inside)),
        any(_RATIO.search(fold(passage.text)) for passage in on_subject),
        tuple(dict.fromkeys(per_hour)),
        bool(also) or any(_PENALTY.search(fold(passage.text)) for passage in fined),
        any(
            _ELSEWHERE.search(fold(passage.text)) or passage.text.replace(" ", "").isdecimal()
            for passage in on_subject
            if passage.place in inside
        ),
    )


def _titled(text: str) -> Iterator[Euros]:
    """Amounts per hour under a title of penalties, whose sentences need not repeat the word."""
    for sentence in sentences(text):
        yield from typed_penalties(f"Pénalité : {text[sentence.start : sentence.end]}")


def _volumes(passage: Passage, inside: bool) -> Iterator[Volume]:
    for sentence in sentences(passage.text):
        said = fold(passage.text[sentence.start : sentence.end])
        cell = len(sentence.tokens) <= _CELL
        if _RATIO.search(said) or not ("insertion" in said or (inside and (cell or _VOLUME.search(said)))):
            continue
        if _PENALTY.search(said):
            continue
        for match in _HOURS.finditer(passage.text, sentence.start, sentence.end):
            before = fold(passage.text[max(sentence.start, match.start() - 25) : match.start()])
            if not _DELAY.search(before):
                hours = Hours(int(re.sub(r"\D", "", match[1])))
                yield Volume(hours, passage, sentence, match.start(), match.end())


def check_hours(piece: Piece, social: Social, criteria: Criteria) -> Iterator[Finding]:
    """The hours of the clause: none written, or out of what the calibrage of the market gives."""
    if not social.held:
        return
    if social.articles and not (social.volumes or social.ratio or social.elsewhere):
        yield _at(
            piece,
            social.articles[0].place,
            Finding(
                "HEURES-ABSENTES",
                Level.COMPLETE,
                None,
                "",
                "",
                "Clause d'insertion sans volume d'heures lisible",
                "Nous ne lisons ni volume d'heures, ni part du temps de travail, ni ratio par tranche de commandes "
                "dans cette clause. Le CCAG demande que le CCAP fixe le volume horaire à la charge du titulaire : "
                "s'il est dans l'acte d'engagement ou une annexe, renvoyez-y.",
                "le volume d'heures du calibrage, ou le renvoi à l'annexe qui le fixe",
                "CCAG-TIC 2021, article 16.1 (les autres CCAG par analogie)",
                Status.PROBABLE,
                "https://code-commande-publique.com/ccag-tic-2021-article-16",
            ),
        )
    if criteria.hours is None or not social.volumes:
        return
    most = max(social.volumes, key=lambda volume: volume.hours.value)
    low, advised, high = criteria.hours.low, criteria.hours.advised, criteria.hours.high
    total = sum((volume.hours for volume in social.volumes), Hours(0))
    if most.hours <= high and total >= low:  # several volumes: one a lot, or the total said again
        return
    if advised:
        several = f" (tous les volumes lus font {french.hours(total)})" if len(social.volumes) > 1 else ""
        written = f"Le plus grand volume écrit est de {french.hours(most.hours)}{several}"
        told = f"{written} ; le calibrage de ce marché donne de {french.hours(low)} à {french.hours(high)}."
        proposed = f"{french.hours(advised)}, ou la raison de l'écart dans la note de calibrage"
    else:
        told = f"La pièce écrit {french.hours(most.hours)} ; ce calibrage ne conseille pas de clause d'heures."
        proposed = "une autre condition sociale, ou la raison de garder des heures"
    yield _at(
        piece,
        most.passage.place,
        Finding(
            "HEURES-CALIBRAGE",
            Level.VERIFY,
            None,
            "",
            excerpt(most.passage.text, most.start, most.end, most.sentence),
            "Heures hors de la fourchette du calibrage",
            told,
            proposed,
            "Calibrage du marché",
            Status.DECISION,
        ),
    )


def check_penalties(piece: Piece, social: Social, criteria: Criteria) -> Iterator[Finding]:
    """Penalties of the insertion clause: none, or out of the usual multiples of the SMIC, or of the market's size."""
    if social.articles and not social.sanctioned:
        yield _at(
            piece,
            social.articles[0].place,
            Finding(
                "PENALITE-INSERTION",
                Level.COMPLETE,
                None,
                "",
                "",
                "Clause d'insertion sans pénalité lisible",
                "Nous ne lisons aucune pénalité pour les heures non réalisées. Le CCAG renvoie leur montant au CCAP : "
                "sans montant, la clause reste sans sanction.",
                "un montant par heure non réalisée, après mise en demeure, avec un plafond propre",
                "CCAP d'un accord-cadre de l'État (CCAG-TIC, décembre 2025) et CCAG-Travaux 2021",
                Status.PROBABLE,
                "https://github.com/hadrienblanc/marche_public_010_aquarel",
            ),
        )
    if criteria.smic is None or criteria.penalty_times is None:
        return
    smic, limit = Euros(criteria.smic), Euros(criteria.smic * criteria.penalty_times)
    for passage, sum_ in social.penalties:
        if smic <= sum_ <= limit:
            continue
        times = f"{french.number(criteria.penalty_times)} fois le SMIC horaire ({french.euros(limit)})"
        told = (
            f"{french.euros(sum_)} par heure non réalisée dépassent {times} : une pénalité manifestement "
            "excessive peut être modérée par le juge (référence à vérifier)."
            if sum_ > limit
            else f"{french.euros(sum_)} par heure non réalisée font moins que le SMIC horaire ({french.euros(smic)}) : "
            "ne pas réaliser l'heure coûterait moins que de la réaliser."
        )
        yield _at(
            piece,
            passage.place,
            Finding(
                "PENALITE-HEURE",
                Level.VERIFY,
                None,
                "",
                excerpt(passage.text, 0, min(len(passage.text), 200)),
                "Pénalité par heure hors de l'usage",
                told,
                f"un montant entre {french.euros(smic)} et {french.euros(limit)} par heure, usage à confirmer par le "
                "facilitateur",
                "Réglage du service ; aucune norme nationale n'a été retrouvée",
                Status.DECISION,
            ),
        )


def check_flat(piece: Piece, passages: list[Passage], criteria: Criteria) -> Iterator[Finding]:
    """A single penalty of a social or environmental article that is large for this market."""
    if criteria.amount is None or not criteria.amount or criteria.penalty_part is None:
        return
    limit = criteria.amount.value * criteria.penalty_part
    for passage in passages:
        for sentence in sentences(passage.text):
            if not _PENALTY.search(fold(passage.text[sentence.start : sentence.end])):
                continue
            for match in AMOUNT.finditer(passage.text, sentence.start, sentence.end):
                if (sum_ := amount(match)) > limit:
                    part = french.percent(Rate(criteria.penalty_part))
                    yield _at(
                        piece,
                        passage.place,
                        Finding(
                            "PENALITE-FORFAIT",
                            Level.VERIFY,
                            None,
                            "",
                            excerpt(passage.text, match.start(), match.end(), sentence),
                            "Pénalité lourde pour ce marché",
                            f"{french.euros(Euros(sum_))} pour un seul manquement dépassent {part} du montant du "
                            f"marché ({french.euros(criteria.amount)} HT).",
                            "un montant proportionné au manquement, et un plafond propre à ces pénalités",
                            "Réglage du service, par analogie avec le plafond des pénalités de retard des CCAG de 2021",
                            Status.DECISION,
                        ),
                    )


def _at(piece: Piece, place: int, finding: Finding) -> Finding:
    article = piece.article_of(place)
    return replace(finding, place=place, article=article.shown if article else "")
