"""The dossier a document carries: a JSON text in a custom XML part, so that the file explains itself.

Word, LibreOffice and python-docx keep the part through an edit; Word may rename it, so it is found by
its namespace, never by its name.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from itertools import count

from lxml import etree  # type: ignore[import-untyped]

from drafter.errors import InputError
from drafter.word.package import Part, pack_part
from drafter.word.package.addition import Addition, add
from drafter.word.text import escape

NAMESPACE = "urn:drafter:dossier:1"
_ITEM_ID = "{5D0A64F2-6F3B-4B0E-9C57-2D1B7A6E8F10}"
_ROOT = f"{{{NAMESPACE}}}dossier"

_MAX_FILE = 20 * 1024 * 1024
_MAX_ENTRIES = 2_000
_MAX_PART = 5 * 1024 * 1024
_CUSTOM_XML = re.compile(r"customXml/[^/]+\.xml", re.IGNORECASE)

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PROPS_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
# JSON says these as \uXXXX with the same meaning; XML cannot hold some and would change others.
_NOT_IN_XML = re.compile("[\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@lru_cache(maxsize=4)
def dossier_parts(dossier: str) -> Addition:
    """The JSON text as a custom XML part, compressed once: every piece of a set carries the same."""
    addition = _addition(dossier, 1)
    packed = {name: pack_part(name, content) for name, content in addition.parts.items() if isinstance(content, bytes)}
    return replace(addition, parts=packed)


def _addition(dossier: str, number: int) -> Addition:
    item, props = f"customXml/item{number}.xml", f"customXml/itemProps{number}.xml"
    parts: dict[str, Part] = {
        item: _content(dossier),
        props: (
            f'{_HEAD}<ds:datastoreItem xmlns:ds="{_OFFICE}/customXml" ds:itemID="{_ITEM_ID}">'
            f'<ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
        ).encode(),
        f"customXml/_rels/item{number}.xml.rels": (
            f'{_HEAD}<Relationships xmlns="{_RELATIONSHIPS}"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/relationships/customXmlProps" Target="itemProps{number}.xml"/></Relationships>'
        ).encode(),
    }
    return Addition(
        parts,
        f'<Relationship Id="rIdDossier" Type="{_OFFICE}/relationships/customXml" Target="../{item}"/>',
        f'<Override PartName="/{props}" ContentType="{_PROPS_TYPE}"/>',
    )


def embed_dossier(parts: Mapping[str, Part], dossier: str) -> dict[str, Part]:
    """The parts of any document plus the JSON text `dossier`, which replaces a former one."""
    for name, content in parts.items():
        held = isinstance(content, bytes) and f'<dossier xmlns="{NAMESPACE}"'.encode() in content
        if held and _CUSTOM_XML.fullmatch(name):
            return {**parts, name: _content(dossier)}
    number = next(n for n in count(1) if f"customXml/item{n}.xml" not in parts)
    return add(parts, [_addition(dossier, number)])


def _content(dossier: str) -> bytes:
    text = escape(_NOT_IN_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", dossier))
    return f'{_HEAD}<dossier xmlns="{NAMESPACE}">{text}</dossier>'.encode()


def read_dossier(data: bytes) -> str | None:
    """The JSON text carried by a document, or None. `data` may come from anyone: nothing in it is trusted.

    Raises InputError when the file is not a .docx, is too large, or tries something.
    """
    if len(data) > _MAX_FILE:
        raise InputError("Le fichier dépasse 20 Mo. Déposez un document Word plus léger (sans images).")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for part in _custom_parts(archive):
                if NAMESPACE.encode() in part and (text := _dossier_of(part)) is not None:
                    return text
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise InputError(
            "Ce fichier n'est pas un document Word (.docx) lisible. Ouvrez-le dans Word, enregistrez-le "
            "au format .docx, puis déposez-le de nouveau."
        ) from error
    return None


def _custom_parts(archive: zipfile.ZipFile) -> Iterator[bytes]:
    infos = archive.infolist()
    if len(infos) > _MAX_ENTRIES:
        raise InputError("Le fichier contient trop d'éléments pour un document Word. Il n'a pas été ouvert.")
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise InputError("Le fichier contient deux fois le même élément. Il n'a pas été ouvert.")
    budget = _MAX_PART  # shared by all custom parts: many small ones must not cost more than a large one
    for info in infos:
        if not _CUSTOM_XML.fullmatch(info.filename):
            continue
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError("Le document est compressé d'une façon que Word n'emploie pas.")
        if info.flag_bits & 0x1:
            raise InputError("Le document est protégé par un mot de passe. Retirez la protection d'abord.")
        with archive.open(info) as stream:
            part = stream.read(budget + 1)  # the size announced by the file is not believed
        budget -= len(part)
        if budget < 0:
            raise InputError("Les données jointes au document dépassent 5 Mo. Elles n'ont pas été lues.")
        yield part


def _dossier_of(part: bytes) -> str | None:
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise InputError("Les données jointes au document contiennent une déclaration interdite.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise InputError("Les données jointes au document sont abîmées et ne peuvent être relues.") from error
    return (root.text or "") if root.tag == _ROOT else None
