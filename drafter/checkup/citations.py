"""Articles of the CCAG that a piece cites: of the right CCAG, at the right number, and listed when derogated from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from drafter import french
from drafter.checkup.criteria import Criteria
from drafter.checkup.findings import Finding, excerpt
from drafter.checkup.piece import Article, Passage, Piece
from drafter.checkup.seek import articles_on, seeker
from drafter.dated import Status
from drafter.library.models import CcagModel
from drafter.library.pieces import CcagSubject, Level
from drafter.phrases import Sentence, fold, sentences

_S = r"[\s\u00a0\u202f]{0,2}"
_ACRONYM = r"c\.?c\.?a\.?g\.?(?:[\s\u00a0/–-]{0,3}(travaux|f\.?c\.?s|t\.?i\.?c|p\.?i|m\.?o\.?e|m\.?i)\b\.?)?"
_NUMBER = r"\d{1,2}(?:\.\d{1,2}){0,4}"
_CITED = re.compile(
    rf"(?i)\bart(?:icles?|\.){_S}({_NUMBER}(?:{_S}(?:,|et|ou|à){_S}(?:l[’']article{_S})?{_NUMBER}){{0,8}}){_S}"
    rf"(?:du|des|de{_S}ce|dudit|du{_S}dit){_S}(?:présent{_S})?{_ACRONYM}"
)
_NAMED = re.compile(rf"(?i)\b{_ACRONYM}")
_NUMBERS = re.compile(_NUMBER)
_LISTED = re.compile(r"[^\w.]+")
_DEROGATES = re.compile(r"(?<!sans )(?<!pas )\bderog(?:ation|e\b|ent\b)")
_ENOUGH, _MOST_PART = 5, 0.7
"""Mentions that make a CCAG the one of the piece, and their least part of all."""
_NEAR = 15


@dataclass(frozen=True, slots=True)
class _Citation:
    numbers: tuple[str, ...]
    ccag: str
    named: bool
    """Whether the CCAG is named there, or understood."""
    start: int
    end: int


def ccag_of(piece: Piece) -> str:
    """The CCAG that the piece names most (`fcs`), empty when it names none, or several as much."""
    named = Counter(
        name for passage in piece.passages if _may_cite(passage.text) for name in _names(passage.text) if name
    )
    if not named:
        return ""
    name, count = named.most_common(1)[0]
    return name if count >= _MOST_PART * named.total() else ""


def check_citations(piece: Piece, criteria: Criteria) -> Iterator[Finding]:
    main = ccag_of(piece)
    often = sum(name == main for passage in piece.passages for name in _names(passage.text)) >= _ENOUGH
    models = {model.acronym.removeprefix("CCAG-").lower(): model for model in criteria.ccags}
    if main in models and criteria.ccag and criteria.ccag != models[main].acronym:
        yield _other_market(models[main], criteria.ccag)
    default = main or criteria.ccag.removeprefix("CCAG-").lower()
    for passage in piece.passages:
        if not _may_cite(passage.text):
            continue
        for sentence in sentences(passage.text):
            citations = list(_citations(passage.text, sentence, default))
            if main and often:
                for citation in citations:
                    if citation.named and citation.ccag != main and citation.ccag in models and main in models:
                        yield _stray(piece, passage, sentence, citation, models[main], models[citation.ccag])
            yield from _numbers(piece, passage, sentence, citations, models, criteria.words.ccag_subjects)


def _may_cite(text: str) -> bool:
    folded = text.lower()
    return "ccag" in folded or "c.c.a.g" in folded


def _names(text: str) -> list[str]:
    return [(match[1] or "").replace(".", "").lower() for match in _NAMED.finditer(text)]


def _citations(text: str, sentence: Sentence, default: str) -> Iterator[_Citation]:
    for match in _CITED.finditer(text, sentence.start, sentence.end):
        name = (match[2] or "").replace(".", "").lower()
        if name and name != default and default in _LISTED.split(text[match.end() : match.end() + 30].lower()):
            name = default  # « du CCAG-FCS, TIC et PI »
        yield _Citation(tuple(_NUMBERS.findall(match[1])), name or default, bool(name), match.start(), match.end())


def _related(cited: str, number: str) -> bool:
    """The article itself, one above it or one below it."""
    return cited == number or cited.startswith(f"{number}.") or number.startswith(f"{cited}.")


def _numbers(
    piece: Piece,
    passage: Passage,
    sentence: Sentence,
    citations: list[_Citation],
    models: Mapping[str, CcagModel],
    subjects: tuple[CcagSubject, ...],
) -> Iterator[Finding]:
    """A sentence that cites one article and speaks of one subject, to which the CCAG gives another article."""
    if len(citations) != 1 or len(citations[0].numbers) != 1 or citations[0].ccag not in models:
        return
    citation = citations[0]
    model, number = models[citation.ccag], citation.numbers[0]
    spoken = []
    for subject in subjects:
        hits = list(seeker(subject.words).in_sentence(passage.text, sentence))
        if hits and subject.key in model.articles:
            spoken.append((subject, min(_words_between(passage.text, hit.start, hit.end, citation) for hit in hits)))
    if any((right := model.articles[subject.key].number) and _related(number, right) for subject, _ in spoken):
        return
    if len(spoken) != 1:
        return
    subject, distance = spoken[0]
    entry = model.articles[subject.key]
    if entry.number is None or distance > _NEAR:
        return
    others = [
        other.acronym
        for other in models.values()
        if other is not model
        and subject.key in other.articles
        and (theirs := other.articles[subject.key].number)
        and (number == theirs or number.startswith(f"{theirs}."))
    ]
    if not others and subject.key != "resiliation":
        return  # the sentence may rightly cite an article on something else
    words = f"Le {model.acronym} de 2021 traite de {subject.label} à son article {entry.number}"
    message = (
        f"{words} ; le numéro {number} est celui du {french.joined(others)}."
        if others
        else f"{words}. Le numéro {number} n'y correspond pas : il vient peut-être d'un CCAG plus ancien."
    )
    source, link = (model.source.title, model.source.link or "") if model.source else ("", "")
    yield Finding(
        "CCAG-ARTICLE",
        Level.MEND if others and entry.status is Status.CERTAIN else Level.VERIFY,
        passage.place,
        _article(piece, passage.place),
        excerpt(passage.text, citation.start, citation.end, sentence),
        "Numéro d'article du CCAG",
        message,
        f"l'article {entry.number} du {model.acronym}",
        source,
        entry.status,
        link,
    )


def _words_between(text: str, start: int, end: int, citation: _Citation) -> int:
    low, high = (end, citation.start) if end <= citation.start else (citation.end, start)
    return len(text[low:high].split()) if low < high else 0


def _stray(
    piece: Piece, passage: Passage, sentence: Sentence, citation: _Citation, main: CcagModel, other: CcagModel
) -> Finding:
    numbers = french.joined(list(citation.numbers))
    return Finding(
        "CCAG-AUTRE",
        Level.VERIFY,
        passage.place,
        _article(piece, passage.place),
        excerpt(passage.text, citation.start, citation.end, sentence),
        "Renvoi à un autre CCAG",
        f"La pièce se réfère au {main.acronym}, et cette phrase à l'article {numbers} du {other.acronym} : sans doute "
        "un reste d'une autre pièce. Un CCAG ne vaut que si le marché s'y réfère.",
        f"l'article du {main.acronym} sur le même sujet, après avoir relu son numéro",
        "Code de la commande publique, R2112-2",
        Status.CERTAIN,
        "https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000037701019",
    )


def _other_market(main: CcagModel, wanted: str) -> Finding:
    return Finding(
        "CCAG-MARCHE",
        Level.VERIFY,
        None,
        "",
        "",
        "CCAG de la pièce et CCAG du marché",
        f"La pièce se réfère surtout au {main.acronym}, le marché est décrit sous le {wanted}.",
        f"Corrigez le CCAG du marché, ou relisez tous les renvois de la pièce au {main.acronym}.",
        "Comparaison de la pièce et du marché",
        Status.CERTAIN,
    )


def _article(piece: Piece, place: int) -> str:
    article = piece.article_of(place)
    return article.shown if article else ""


# --- derogations --------------------------------------------------------------------------------------------


def check_derogations(piece: Piece, criteria: Criteria) -> Iterator[Finding]:
    """Derogations written in the articles and missing from the last one, which must list them (CCAG, 1.2)."""
    if piece.kind not in ("ccap", "ccp", None) or "derogations" not in criteria.words.subjects:
        return
    listing = articles_on(piece, criteria.words.subjects["derogations"])
    last = listing[-1] if listing else None
    listed = _listed(piece, last)
    model = next((item for item in criteria.ccags if item.acronym.lower() == f"ccag-{ccag_of(piece)}"), None)
    source = model.source if model else None
    entry = model.articles.get("derogations") if model else None
    for passage in piece.passages:
        if last is not None and last.place <= passage.place < last.end:
            continue
        if not _may_cite(passage.text) or ("érog" not in passage.text and "erog" not in passage.text):
            continue
        for sentence in sentences(passage.text):
            if not _DEROGATES.search(fold(passage.text[sentence.start : sentence.end])):
                continue
            for citation in _citations(passage.text, sentence, ""):
                missing = [one for one in citation.numbers if not any(_covers(known, one) for known in listed)]
                if not missing:
                    continue
                where = f"l'article « {last.shown} »" if last else "un dernier article « Dérogations au CCAG »"
                numbers = french.joined(missing)
                yield Finding(
                    "CCAG-DEROGATION",
                    Level.COMPLETE,
                    passage.place,
                    _article(piece, passage.place),
                    excerpt(passage.text, citation.start, citation.end, sentence),
                    "Dérogation qui n'est pas récapitulée",
                    f"La pièce déroge ici à l'article {numbers} du CCAG ; "
                    + ("sa liste des dérogations ne le dit pas." if last else "elle n'a pas de liste des dérogations.")
                    + " Le CCAG (article 1.2) demande que le dernier article du CCAP les récapitule.",
                    f"une ligne dans {where} : article {numbers} du CCAG",
                    source.title if source else "CCAG de 2021, article 1.2",
                    entry.status if entry else Status.PROBABLE,
                    (source.link or "") if source else "",
                )


def _listed(piece: Piece, last: Article | None) -> frozenset[str]:
    if last is None:
        return frozenset()
    return frozenset(number for passage in piece.within(last) for number in _NUMBERS.findall(passage.text))


def _covers(listed: str, cited: str) -> bool:
    return listed == cited or cited.startswith(f"{listed}.")
