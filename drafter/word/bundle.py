"""The pieces of a market in Word: one file each, always the same bytes."""

from __future__ import annotations

from collections.abc import Iterable

from drafter import dossier, french
from drafter.pipeline import Result
from drafter.word import render_docx

FILE_NAMES = {
    "ccap": "ccap-section.docx",
    "cctp": "cctp-section.docx",
    "rc": "rc-section.docx",
    "ae": "ae-annexe-insertion.docx",
    "note": "note-de-calibrage.docx",
    "decision": "fiche-de-decision.docx",
}


def render_pieces(
    result: Result, pieces: Iterable[str] = tuple(FILE_NAMES), *, comments: bool = True, carry: bool = True
) -> dict[str, bytes]:
    """The wanted pieces that exist for this market, as .docx bytes.

    `comments`: the drafting notes and the legal basis of each clause as Word comments. `carry`: the dossier inside
    each, which re-opens it; without, for files sent to bidders, since it tells the estimate and the reasons.
    """
    carried = dossier.dump(result.market, result.library) if carry else None
    return {
        piece: render_docx(
            result.documents[piece],
            dossier=carried,
            created=result.on,
            library_version=result.library.info.version,
            buyer=french.typeset(result.market.buyer_name or ""),
            obj=french.typeset(result.market.object),
            comments=comments,
        )
        for piece in pieces
        if piece in result.documents
    }
