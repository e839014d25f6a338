"""A .docx is a zip of parts. Reading one, and writing one that depends on nothing but its parts.

The records of the zip are written here rather than by `zipfile`: a part that does not change from one document
to the next is compressed once, and copied.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from struct import Struct

from drafter.word.package.deflate import crc32, deflate

Parts = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Packed:
    """A part as the package holds it: its whole record, and its entry in the directory less its place."""

    record: bytes
    entry: bytes
    name: bytes


Part = bytes | Packed

# Readers that stream a package want its types and root relationships first; the body comes next.
_FIRST = {
    name: rank
    for rank, name in enumerate(
        ("[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels")
    )
}
_SMALL = 4_096  # bytes
_PACKED_ALREADY = (".docx", ".png", ".jpg", ".jpeg")  # to deflate them again gains nothing

_DEFLATED, _STORED = 8, 0
_VERSION = 20  # the zip format that knows deflate
_UTF8 = 0x800  # the name holds more than ASCII
# The earliest date a zip can hold, 1 January 1980: the file must not tell when it was made.
_TIME, _DATE = 0, 0x21
_LOCAL = Struct("<4s5H3L2H")
_ENTRY = Struct("<4s6H3L5HL")
_PLACE = Struct("<L")
_END = Struct("<4s4H2LH")


def read_parts(data: bytes) -> Parts:
    """Every part of a package of ours, in file order. Not for uploads: nothing is limited here."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def pack_part(name: str, content: bytes, *, store: bool = False) -> Packed:
    """The part as the package holds it, to be written many times; compressed, unless `store` or pointless."""
    stored = store or name.endswith(_PACKED_ALREADY)
    data = content if stored else deflate(content)
    encoded = name.encode()
    facts = (
        *(0 if name.isascii() else _UTF8, _STORED if stored else _DEFLATED, _TIME, _DATE),
        *(crc32(content), len(data), len(content), len(encoded), 0),
    )
    local = _LOCAL.pack(b"PK\3\4", _VERSION, *facts)
    return Packed(
        b"".join((local, encoded, data)), _ENTRY.pack(b"PK\1\2", _VERSION, _VERSION, *facts, 0, 0, 0, 0), encoded
    )


def write_parts(parts: Mapping[str, Part], *, store: bool = False) -> bytes:
    """The package as bytes: fixed order, fixed dates, no trace of the machine. Same parts, same bytes.

    `store` compresses nothing, for a package that is itself a part: its bytes are then the same everywhere.
    For packages of less than 4 GiB and 65 536 parts: beyond, struct.error.
    """
    records: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name in sorted(parts, key=_rank):
        part = parts[name]
        packed = part if isinstance(part, Packed) else _packed(name, part, store)
        records.append(packed.record)
        directory += (packed.entry, _PLACE.pack(offset), packed.name)
        offset += len(packed.record)
    index = b"".join(directory)
    end = _END.pack(b"PK\5\6", 0, 0, len(parts), len(parts), len(index), offset, 0)
    return b"".join((*records, index, end))


def _packed(name: str, content: bytes, store: bool) -> Packed:
    # The compressor takes longer to start than to compress a header, and documents share most of their small parts.
    return _kept(name, content, store) if len(content) < _SMALL else pack_part(name, content, store=store)


@lru_cache(maxsize=128)
def _kept(name: str, content: bytes, store: bool) -> Packed:
    return pack_part(name, content, store=store)


@lru_cache(maxsize=256)
def _rank(name: str) -> tuple[int, str]:
    return (_FIRST.get(name, len(_FIRST)), name)
