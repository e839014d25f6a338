"""The set of a market as files, whoever asks for it: a command, a page, the API, a programme."""

from __future__ import annotations

from collections.abc import Iterable

from drafter import dossier
from drafter.followup.exports import record_files
from drafter.followup.plan import plan_of
from drafter.pipeline import Result
from drafter.sheets import FILE_NAME, calibration_workbook
from drafter.word.bundle import FILE_NAMES, render_pieces
from drafter.word.package import write_parts

DOSSIER = "dossier.json"
PIECES = tuple(FILE_NAMES)


def set_files(
    result: Result, pieces: Iterable[str] = PIECES, *, comments: bool = True, carry: bool = True
) -> dict[str, bytes]:
    """By file name: the wanted pieces that exist, the workbook with the note it details, the obligations as data
    with the whole set. `comments` and `carry`: see `render_pieces`.
    """
    wanted = tuple(pieces)
    rendered = render_pieces(result, wanted, comments=comments, carry=carry)
    files = {FILE_NAMES[piece]: data for piece, data in rendered.items()}
    if "note" in wanted:
        files[FILE_NAME] = calibration_workbook(result)
    if set(wanted) == set(PIECES):
        files |= record_files(plan_of(result))
    return files


def set_archive(result: Result, pieces: Iterable[str] = PIECES, *, comments: bool = True, carry: bool = True) -> bytes:
    """The same in a ZIP, always the same bytes, and the dossier file beside them."""
    kept = {DOSSIER: dossier.dump(result.market, result.library).encode()}
    return write_parts(set_files(result, pieces, comments=comments, carry=carry) | kept)
