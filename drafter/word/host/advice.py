"""What to check by hand after an insertion, whatever was inserted."""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Iterator

from drafter.word.host.outline import Outline

_CCAG = re.compile(r"(?i)c\.?c\.?a\.?g\.?[\s\u00a0/-]*(travaux|f\.?c\.?s|t\.?i\.?c|p\.?i\b|m\.?o\.?e|m\.?i\b)")


def advice(outline: Outline, ccag: str, *, references: bool, comments: bool) -> Iterator[str]:
    """`ccag`: that of the market. `references`: we wrote fields. `comments`: we wrote some."""
    content = outline.source.content
    if any(para.contents for para in outline.paras) or b"TOC \\" in content:
        yield "Table des matières : dans Word, sélectionnez tout (Ctrl+A), puis F9."
    else:
        yield "Sommaire : s’il est tapé à la main, ajoutez-y les articles insérés."
    if references:
        yield "Renvois insérés : ce sont des champs, F9 les met à jour si vous déplacez des articles."
    if comments:
        yield (
            "Commentaires de « Service de rédaction » : ils disent pourquoi chaque article est là et sur quelle base "
            "légale. Retirez-les avant publication (Révision > Supprimer) ; ceux d’autres auteurs sont à vous."
        )
    cited = Tally(_acronym(found) for para in outline.paras if _names(para.text) for found in _CCAG.findall(para.text))
    ours = ccag.removeprefix("CCAG-").upper()
    theirs = cited.most_common(1)[0][0] if cited else ours
    if ours and theirs != ours:
        yield (
            f"Votre pièce cite surtout le CCAG-{theirs} ; le marché est décrit sous le CCAG-{ours} : les articles "
            "insérés renvoient à ce dernier, corrigez le CCAG du marché et recommencez."
        )
    if b"<w:ins " in content or b"<w:del " in content:
        yield "Votre pièce contient déjà des modifications suivies : elles sont restées telles quelles."


def _names(text: str) -> bool:
    return "CAG" in text or "A.G" in text or "cag" in text


def _acronym(found: str) -> str:
    return re.sub(r"\W", "", found).upper()
