"""What the service tells the buyer about an article: why, what to check, on what legal basis. Never contract text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drafter import french
from drafter.library.clause import Clause, LegalBasis
from drafter.proposal import Proposal
from drafter.vocabulary import Piece

_PART = re.compile(r"[LRD]([23])\d{3}")
_CODE_ARTICLE = re.compile(r"\b([LRD])\.? ?(?=\d)")


def clause_notes(proposal: Proposal, piece: Piece, *, concession: bool) -> tuple[str, ...]:
    """The lines to hang on the first title that the clause writes into `piece`.

    The piece that carries the obligation says everything; the others recall the legal basis and name that piece.
    """
    clause = proposal.clause
    lines = [f"Base légale : {_legal_basis(clause.legal_basis, concession)}."]
    if piece is clause.piece:
        lines = [*_advice(clause), *lines]
    else:
        lines.append(f"Pourquoi cette clause, à quoi veiller : voir le commentaire de la pièce {clause.piece}.")
    lines.append(f"Clause {clause.id}, version {clause.version}. Commentaire à supprimer avant publication.")
    return tuple(french.typeset(line) for line in lines)


def _advice(clause: Clause) -> list[str]:
    return [f"Pourquoi : {_joined(clause.why)}", f"À vérifier : {_joined(clause.caution)}"]


def _legal_basis(all_of: Sequence[LegalBasis], concession: bool) -> str:
    """« Code de la commande publique, articles L. 2112-2 et L. 2112-3 », those of the kind of contract at hand.

    The code has a part for procurement contracts (2) and one for concessions (3). The links stay in the library.
    """
    other = "2" if concession else "3"
    kept = [basis for basis in all_of if (part := _PART.match(basis.article)) is None or part[1] != other]
    articles: dict[str, list[str]] = {}
    for basis in kept or all_of:
        named = _CODE_ARTICLE.sub(r"\1. ", basis.article)
        articles.setdefault(basis.text, []).append(named)
    return " ; ".join(_named(text, list(dict.fromkeys(numbers))) for text, numbers in articles.items())


def _named(text: str, numbers: list[str]) -> str:
    several = len(numbers) > 1 or " et " in numbers[0] or " à " in numbers[0]
    return f"{text}, article{'s' if several else ''} {', '.join(numbers)}"


def _joined(prose: str) -> str:
    return " ".join(prose.split())
