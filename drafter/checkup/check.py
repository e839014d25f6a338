"""The whole check-up: a piece and criteria in, a report out. Pure, and linear in the length of the piece."""

from __future__ import annotations

from collections.abc import Iterator

from drafter import french
from drafter.checkup.amounts import Social, check_flat, check_hours, check_penalties, read_social
from drafter.checkup.citations import ccag_of, check_citations, check_derogations
from drafter.checkup.criteria import Criteria, Expected
from drafter.checkup.findings import KINDS, Finding, Held, Report, excerpt
from drafter.checkup.piece import Article, Passage, Piece
from drafter.checkup.seek import articles_on, passages_on, seeker
from drafter.checkup.stale import old_figures, stale_references
from drafter.dated import Status
from drafter.library.pieces import Level
from drafter.library.warnings import TextScope, Weight
from drafter.phrases import fold
from drafter.wording import check_text

MOST = 400
"""Findings after which a piece has been told enough."""
_SHOWN = 6
_SUBJECTS = ("insertion", "environnement", "penalites", "derogations")


def check(piece: Piece, criteria: Criteria) -> Report:
    """What the piece holds, lacks, and carries from other years. An empty library of words finds nothing."""
    words = criteria.words
    if any(name not in words.subjects for name in _SUBJECTS):
        return Report(piece.kind, criteria.basis, criteria.library, (), (), ())
    social = read_social(piece, criteria)
    green = articles_on(piece, words.subjects["environnement"], but=words.subjects["penalites"])
    held = tuple(_held(piece, criteria, social, green))
    ours = _passages(piece, (*social.articles, *green))
    findings = [
        *_duties(piece, criteria, held),
        *check_hours(piece, social, criteria),
        *check_penalties(piece, social, criteria),
        *_green_penalties(piece, green, criteria),
        *check_flat(piece, ours, criteria),
        *check_citations(piece, criteria),
        *check_derogations(piece, criteria),
        *stale_references(piece, criteria),
        *old_figures(piece, criteria),
        *_wording(piece, (*social.articles, *green), criteria),
    ]
    order = sorted(findings, key=lambda item: -1 if item.place is None else item.place)
    notes = list(_notes(piece, criteria))
    if len(order) > MOST:
        notes.append(f"Seuls les {MOST} premiers constats sont donnés, sur {len(order)}.")
    return Report(piece.kind, criteria.basis, criteria.library, held, tuple(order[:MOST]), tuple(notes))


def _passages(piece: Piece, articles: tuple[Article, ...]) -> list[Passage]:
    return list(dict.fromkeys(passage for article in articles for passage in piece.within(article)))


# --- what it holds ------------------------------------------------------------------------------------------


def _held(piece: Piece, criteria: Criteria, social: Social, green: list[Article]) -> Iterator[Held]:
    subjects = criteria.words.subjects
    hours = tuple(dict.fromkeys(french.hours(volume.hours) for volume in social.volumes))
    sums = tuple(dict.fromkeys(f"{french.euros(sum_)} par heure" for _, sum_ in social.penalties))
    details = (
        *((f"heures lues : {french.joined(list(hours[:_SHOWN]))}",) if hours else ()),
        *(("un ratio ou une part du temps de travail",) if social.ratio else ()),
        *((f"pénalité lue : {french.joined(list(sums[:_SHOWN]))}",) if sums else ()),
    )
    mentioned = [piece.article_of(volume.passage.place) for volume in social.volumes]
    yield Held(
        "insertion",
        subjects["insertion"].label,
        tuple(_shown([*social.articles, *(item for item in mentioned if item)])),
        details,
    )
    yield Held("environnement", subjects["environnement"].label, tuple(_shown(green)))
    if piece.kind == "rc":
        for name in ("critere", "prix_seul"):
            if (subject := subjects.get(name)) is not None:
                found = [piece.article_of(passage.place) for passage, _ in passages_on(piece, subject)]
                yield Held(name, subject.label, tuple(_shown([item for item in found if item])))
    else:
        penal = articles_on(piece, subjects["penalites"])
        yield Held("penalites", subjects["penalites"].label, tuple(_shown(penal)))
        listing = articles_on(piece, subjects["derogations"])
        yield Held("derogations", subjects["derogations"].label, tuple(_shown(listing[-1:])))


def _shown(articles: list[Article]) -> list[str]:
    return list(dict.fromkeys(article.shown for article in articles))[:_SHOWN]


# --- what the law asks --------------------------------------------------------------------------------------


def _duties(piece: Piece, criteria: Criteria, held: tuple[Held, ...]) -> Iterator[Finding]:
    present = {item.subject for item in held if item.where}
    for duty in criteria.expected:
        if piece.kind not in duty.pieces:
            continue
        subject = criteria.words.subjects[duty.subject]
        mentions = list(passages_on(piece, subject)) if duty.subject not in present else []
        if duty.absent:
            yield from _forbidden(piece, criteria, duty)
        elif duty.subject in present:
            continue
        elif duty.subject == "environnement" and duty.pieces == ("cctp",) and len(mentions) > 1:
            continue  # requirements of a technical piece stand in its articles, under their own titles
        else:
            yield _missing(piece, duty, subject.label, mentions[0][0] if mentions else None)


def _missing(piece: Piece, duty: Expected, label: str, mention: Passage | None) -> Finding:
    article = piece.article_of(mention.place) if mention else None
    seen = f"Un passage en parle sans en faire un article (« {article.shown} »). " if article else ""
    other = " Si une autre pièce du marché la porte, gardez-en la référence." if duty.subject == "environnement" else ""
    return Finding(
        duty.id,
        Level.COMPLETE if duty.sure else Level.VERIFY,
        mention.place if mention else None,
        article.shown if article else "",
        excerpt(mention.text, 0, min(len(mention.text), 120)) if mention else "",
        f"Absent de cette pièce : {label}" if duty.sure else f"Absent de cette pièce, et dû sous condition : {label}",
        f"{duty.title} ({duty.article}). {duty.reason} {seen}Nous n'avons trouvé aucun article sur ce sujet.{other}",
        "l'article que ce service rédige pour le marché (page « Votre pièce », ou drafter insert)",
        duty.source,
        duty.status,
        duty.link,
    )


def _forbidden(piece: Piece, criteria: Criteria, duty: Expected) -> Iterator[Finding]:
    for passage, hit in passages_on(piece, criteria.words.subjects[duty.subject]):
        article = piece.article_of(passage.place)
        yield Finding(
            duty.id,
            Level.MEND if duty.sure else Level.VERIFY,
            passage.place,
            article.shown if article else "",
            excerpt(passage.text, hit.start, hit.end, hit.sentence),
            "Critère unique du prix",
            f"{duty.title} ({duty.article}). {duty.reason}",
            "plusieurs critères dont un tient compte de l'environnement, ou le seul coût s'il intègre l'environnement",
            duty.source,
            duty.status,
            duty.link,
        )


def _green_penalties(piece: Piece, green: list[Article], criteria: Criteria) -> Iterator[Finding]:
    """An environmental article of a CCAP with no penalty, there or in the article of penalties."""
    if not green or piece.kind not in ("ccap", "ccp"):
        return
    subjects = criteria.words.subjects
    penal = articles_on(piece, subjects["penalites"])
    if any("penalit" in fold(passage.text) for article in green for passage in piece.within(article)):
        return
    words = seeker((*subjects["environnement"].titles, *subjects["environnement"].texts))
    if any(words.any(passage.text) for article in penal for passage in piece.within(article)):
        return
    yield Finding(
        "PENALITE-ENVIRONNEMENT",
        Level.COMPLETE,
        green[0].place,
        green[0].shown,
        "",
        "Clause environnementale sans pénalité lisible",
        "Nous ne lisons aucune pénalité pour les manquements à cette clause. Le CCAG demande des obligations "
        "vérifiables, et des pénalités que le CCAP fixe.",
        "une pénalité par manquement vérifiable, dans l'article des pénalités",
        "Clause environnementale générale des CCAG de 2021 (marche-public.fr)",
        Status.PROBABLE,
        "https://marche-public.fr/Marches-publics/Definitions/Entrees/Clause-environnementale-generale-ccag.htm",
    )


# --- how it is worded ---------------------------------------------------------------------------------------


def _wording(piece: Piece, articles: tuple[Article, ...], criteria: Criteria) -> Iterator[Finding]:
    """The warnings on words, over the social and environmental articles, or the criteria of an RC."""
    if piece.kind == "rc":
        found = [passage for passage, _ in passages_on(piece, criteria.words.subjects["critere"])]
        yield from _worded(piece, found, TextScope.CRITERION, criteria)
        return
    done: set[int] = set()
    for article in articles:
        passages = [passage for passage in piece.within(article) if passage.place not in done]
        done |= {passage.place for passage in passages}
        yield from _worded(piece, passages, TextScope.OWN_CLAUSE, criteria)


def _worded(piece: Piece, passages: list[Passage], scope: TextScope, criteria: Criteria) -> Iterator[Finding]:
    starts, text = [], ""
    for passage in passages:
        starts.append(len(text))
        text += passage.text + "\n\n"
    for raised in check_text(text, scope, criteria.warnings):
        if raised.weight is not Weight.ALERT:
            continue
        passage = passages[max(rank for rank, start in enumerate(starts) if start <= raised.position)]
        article = piece.article_of(passage.place)
        rule = criteria.warnings.rules[raised.id]
        yield Finding(
            raised.id,
            Level.VERIFY,
            passage.place,
            article.shown if article else "",
            raised.excerpt,
            f"{rule.title} : « {raised.words} »",
            raised.message,
            raised.way_out.removesuffix("."),
            rule.source.title,
            rule.status,
            rule.source.link or "",
        )


def _notes(piece: Piece, criteria: Criteria) -> Iterator[str]:
    yield (
        "Ce contrôle lit des mots et des numéros : il signale, il ne remplace pas une relecture. Une absence de "
        "constat ne vaut pas validation."
    )
    if piece.kind is None:
        yield (
            "Rien dans les premières lignes ne dit quelle pièce c'est : les obligations n'ont pas été comparées. "
            "Précisez-la, puis recommencez."
        )
    elif not any(piece.kind in duty.pieces for duty in criteria.expected):
        yield f"Aucune des obligations suivies ne s'écrit d'abord dans cette pièce ({KINDS[piece.kind]})."
    if not piece.articles:
        yield "Nous n'avons reconnu aucun titre d'article dans cette pièce : les articles ne sont pas nommés."
    if not ccag_of(piece) and piece.kind in ("ccap", "ccp") and not criteria.ccag:
        yield "La pièce ne nomme pas un CCAG plus que les autres : les renvois qui ne le nomment pas ne sont pas lus."
