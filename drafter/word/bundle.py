"""The whole set of a market in Word: one file a piece, and one archive, always the same bytes."""

from __future__ import annotations

from collections.abc import Iterable

from drafter import dossier, french
from drafter.pipeline import Result
from drafter.word import render_docx
from drafter.word.package import write_parts

FILE_NAMES = {
    "ccap": "ccap-section.docx",
    "cctp": "cctp-section.docx",
    "rc": "rc-section.docx",
    "ae": "ae-annexe-insertion.docx",
    "note": "note-de-calibrage.docx",
    "decision": "fiche-de-decision.docx",
}


def render_pieces(
    result: Result, pieces: Iterable[str] = tuple(FILE_NAMES), *, comments: bool = True
) -> dict[str, bytes]:
    """The wanted pieces that exist for this market, as .docx bytes, each carrying the dossier.

    `comments`: the drafting notes and the legal basis of each clause as Word comments.
    """
    carried = dossier.dump(result.market, result.library)
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


def render_archive(result: Result, *, comments: bool = True) -> bytes:
    """A ZIP of the whole set and of the dossier file."""
    parts = {FILE_NAMES[piece]: data for piece, data in render_pieces(result, comments=comments).items()}
    from drafter.sheets import FILE_NAME, calibration_workbook

    parts[FILE_NAME] = calibration_workbook(result)
    parts["dossier.json"] = dossier.dump(result.market, result.library).encode()
    return write_parts(parts)
