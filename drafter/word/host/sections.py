"""Our pieces taken apart into what goes to different places of the host.

What we print for the buyer's own use (advice, list of versions) does not enter the host.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile

from drafter.draft.blocks import Block, Document, Heading, Inlines, Paragraph, Ref, Table, Text, plain_text
from drafter.french import NBSP

INSERTION, ENVIRONMENT, PENALTIES, DEROGATIONS = "insertion", "environnement", "penalites", "derogations"
REQUIREMENTS, CONDITIONS, CRITERION, ANNEX = "exigences", "conditions", "critere", "annexe"

LABELS = {
    INSERTION: "clause d’insertion sociale",
    ENVIRONMENT: "clause environnementale",
    PENALTIES: "pénalités sociales et environnementales",
    DEROGATIONS: "dérogations au CCAG",
    REQUIREMENTS: "exigences techniques",
    CONDITIONS: "conditions d’exécution",
    CRITERION: "critère environnemental",
    ANNEX: "annexe à l’acte d’engagement",
}


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks that stay together. `subject` is what an existing clause of the host would double."""

    key: str
    blocks: tuple[Block, ...]
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Derogation:
    """One line of the list that closes a CCAP: our article (by the key of its title), the CCAG's, what changes."""

    target: str
    ccag: str
    subject: str


@dataclass(frozen=True, slots=True)
class Parts:
    sections: tuple[Section, ...]
    derogations: tuple[Derogation, ...] = ()
    derogation_blocks: tuple[Block, ...] = ()
    ccag: str = ""
    blanks: tuple[str, ...] = field(default=())


def parts_of(documents: Mapping[str, Document], piece: str) -> Parts:
    """What the market writes into a document of this kind; a CCP holds both the CCAP's and the CCTP's."""
    sections: list[Section] = []
    derogations: tuple[Derogation, ...] = ()
    closing: tuple[Block, ...] = ()
    blanks: list[str] = []
    for key in ("ccap", "cctp") if piece == "ccp" else (piece,):
        if (document := documents.get(key)) is None:
            continue
        blanks += document.blanks
        articles = _articles(document.blocks)
        match key:
            case "ccap":
                last = next((item for item in articles if _closes(item)), ())
                derogations, closing = _derogations(last), last
                sections += _clauses([item for item in articles if item is not last])
            case "cctp":
                sections.append(Section(REQUIREMENTS, _joined(articles)))
            case "rc":
                scored = [item for item in articles if _is_criterion(item)]
                others = [item for item in articles if item not in scored]
                sections += [
                    Section(name, _joined(items))
                    for name, items in ((CONDITIONS, others), (CRITERION, scored))
                    if items
                ]
            case "ae":
                title = Heading(1, document.title)
                sections.append(Section(ANNEX, (title, *_deeper(_joined(articles)))))
    return Parts(tuple(sections), derogations, closing, _ccag(derogations), tuple(dict.fromkeys(blanks)))


def _articles(blocks: Iterable[Block]) -> list[tuple[Block, ...]]:
    """Cut before each title of level 1, without the notes and what follows the trace."""
    kept = takewhile(lambda block: not _is_trace(block), blocks)
    articles: list[list[Block]] = []
    for block in kept:
        if isinstance(block, Paragraph) and block.role == "note":
            continue
        if (isinstance(block, Heading) and block.level == 1) or not articles:
            articles.append([])
        articles[-1].append(block)
    return [tuple(item) for item in articles]


def _is_trace(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.role == "note" and plain_text(block.inlines).startswith("Traçabilité")


def _closes(article: tuple[Block, ...]) -> bool:
    head = article[0]
    return isinstance(head, Heading) and not head.origin and head.text.startswith("Dérogations au")


def _derogations(article: tuple[Block, ...]) -> tuple[Derogation, ...]:
    lines = []
    for table in (block for block in article if isinstance(block, Table)):
        for ours, ccag, subject in table.rows:
            target = next((item.target for item in ours if isinstance(item, Ref)), "")
            lines.append(Derogation(target, plain_text(ccag), plain_text(subject)))
    return tuple(lines)


def _ccag(derogations: Iterable[Derogation]) -> str:
    return next((word for item in derogations for word in item.ccag.split() if word.startswith("CCAG")), "")


def _clauses(articles: list[tuple[Block, ...]]) -> list[Section]:
    social = [item for item in articles if _origin(item).startswith("social")]
    others = [item for item in articles if item not in social]
    found = []
    if social:
        found.append(Section(INSERTION, _joined(social), INSERTION))
    if others:
        found.append(Section(ENVIRONMENT, _joined(others), ENVIRONMENT))
    return found


def _origin(article: tuple[Block, ...]) -> str:
    return next((block.origin for block in article if block.origin), "")


def _is_criterion(article: tuple[Block, ...]) -> bool:
    head = article[0]
    return isinstance(head, Heading) and head.text.startswith("Critère")


def _joined(articles: Iterable[tuple[Block, ...]]) -> tuple[Block, ...]:
    return tuple(block for article in articles for block in article)


def _deeper(blocks: Iterable[Block]) -> tuple[Block, ...]:
    return tuple(
        replace(block, level=min(3, block.level + 1)) if isinstance(block, Heading) else block  # type: ignore[arg-type]
        for block in blocks
    )


# --- penalties, when the host has an article for them -------------------------------------------------------


def without_penalties(section: Section) -> tuple[Section, Section | None]:
    """The section with a pointer where its penalties were, and the penalties as sub-articles of another article.

    The penalties keep the key of their title, so that every reference and derogation follows them; a sentence
    carries over the definitions of the article they leave.
    """
    stay: list[Block] = []
    gone: list[Block] = []
    article = Heading(1, "")
    moving = False
    for block in section.blocks:
        if isinstance(block, Heading):
            if block.level == 1:
                article = block
            moving = block.level == 2 and block.key.endswith("#penalites") and bool(article.key)
            if moving:
                stay += [replace(block, key="", notes=()), _pointer(block.key)]
                gone += [replace(block, level=1, text=_penalty_title(block.text, article.text)), _carry(article.key)]
                continue
            moving = moving and block.level > 2
        (gone if moving else stay).append(replace(block, level=2) if moving and isinstance(block, Heading) else block)
    moved = Section(PENALTIES, tuple(gone)) if gone else None
    return replace(section, blocks=tuple(stay)), moved


def _penalty_title(title: str, article: str) -> str:
    return title if title != "Pénalités" else f"Pénalités{NBSP}: {article[:1].lower()}{article[1:]}"


def _pointer(key: str) -> Paragraph:
    words: Inlines = (Text(f"Les pénalités applicables figurent à l’article{NBSP}"), Ref(key), Text("."))
    return Paragraph(words)


def _carry(key: str) -> Paragraph:
    words: Inlines = (
        Text(f"Les définitions et les règles de l’article{NBSP}"),
        Ref(key),
        Text(" valent pour le présent article."),
    )
    return Paragraph(words)
