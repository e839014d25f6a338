"""The buyer's package: parts read when asked for, and written back so that nothing else changes.

A part that was not changed keeps its compressed bytes, its date and its place: the file says itself that only
the text was touched.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

from drafter.word.host.safety import read_limited
from drafter.word.package.deflate import crc32, deflate

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UTF8 = 0x800
_EPOCH = (0, 33)  # midnight, 1 January 1980: the earliest a zip can say


class Package:
    """A checked package (see safety.py). Raises UnsafeFile when a part is damaged."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._archive = zipfile.ZipFile(BytesIO(data))
        self._infos = {info.filename: info for info in self._archive.infolist() if not info.is_dir()}

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def read(self, name: str) -> bytes:
        return read_limited(self._archive, self._infos[name])

    def raw(self, name: str) -> bytes:
        """The compressed bytes of a part, as they stand in the file."""
        info = self._infos[name]
        start = info.header_offset
        name_size, extra_size = _LOCAL.unpack_from(self._data, start)[9:11]
        start += _LOCAL.size + name_size + extra_size
        return self._data[start : start + info.compress_size]

    def rewrite(self, changed: Mapping[str, bytes]) -> bytes:
        """The package with the parts of `changed`, replaced or added at the end."""
        out, directory = bytearray(), bytearray()
        count = 0
        for name, info in self._infos.items():
            if name in changed:
                record = _packed(changed[name])
            else:
                record = (info.compress_type, info.CRC, info.file_size, self.raw(name))
            moment = _dos_time(info.date_time)
            _append(out, directory, info.filename, moment, record)
            count += 1
        for name in sorted(set(changed) - set(self._infos)):
            _append(out, directory, name, _EPOCH, _packed(changed[name]))
            count += 1
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(out), 0)
        return bytes(out + directory + end)


_Record = tuple[int, int, int, bytes]  # method, crc, size, compressed bytes


def _packed(content: bytes) -> _Record:
    return zipfile.ZIP_DEFLATED, crc32(content), len(content), deflate(content)


def _append(out: bytearray, directory: bytearray, name: str, moment: tuple[int, int], record: _Record) -> None:
    method, crc, size, body = record
    encoded = name.encode()
    flags = 0 if name.isascii() else _UTF8
    common = (20, flags, method, *moment, crc, len(body), size, len(encoded), 0)
    offset = len(out)
    out += _LOCAL.pack(b"PK\x03\x04", *common) + encoded + body
    directory += _CENTRAL.pack(b"PK\x01\x02", 20, *common, 0, 0, 0, 0, offset) + encoded


def _dos_time(moment: tuple[int, int, int, int, int, int]) -> tuple[int, int]:
    year, month, day, hour, minute, second = moment
    return hour << 11 | minute << 5 | second // 2, max(year - 1980, 0) << 9 | month << 5 | day
