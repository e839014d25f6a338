"""A .docx is a zip of parts. Reading one, and writing one that depends on nothing but its parts."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

Parts = dict[str, bytes]

# The earliest date a zip can hold: the file must not tell when, or where, it was made.
_EPOCH = (1980, 1, 1, 0, 0, 0)
# Readers that stream a package want its types and root relationships first; the body comes next.
_FIRST = ("[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels")


def read_parts(data: bytes) -> Parts:
    """Every part of a package of ours, in file order. Not for uploads: nothing is limited here."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def write_parts(parts: Mapping[str, bytes]) -> bytes:
    """The package as bytes: fixed order, fixed dates, no trace of the machine. Same parts, same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(parts, key=_rank):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # else the byte differs between Windows and the others
            archive.writestr(info, parts[name])
    return buffer.getvalue()


def _rank(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)
