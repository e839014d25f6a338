"""What an uploaded package must be before anything in it is parsed.

Everything is read from the central directory first (sizes, names, overlaps), then each XML part once, with a
counter, looking only for what Word would run or fetch. Every refusal is one French sentence that says what to do.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from drafter.errors import InputError

DOCUMENT = "word/document.xml"
_MAIN_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


class UnsafeFile(InputError):
    """The file is not opened: what it holds, or what it costs, is not that of a document to draft in."""


@dataclass(frozen=True, slots=True)
class Limits:
    """In bytes, but for the ratio and the count."""

    upload: int = 20 << 20
    entries: int = 2_000
    total: int = 200 << 20
    xml_part: int = 50 << 20
    document: int = 30 << 20
    other_part: int = 50 << 20
    ratio: int = 200
    ratio_from: int = 1 << 20


LIMITS = Limits()
_OPEN_AND_SAVE = "Ouvrez-le dans Word, enregistrez-le au format « Document Word (.docx) », puis recommencez."
_MACROS = re.compile(r"(?i)vbaProject|vbaData|/activeX/|customUI")
_HEADER = struct.Struct("<4s5H3L2H")


def check_package(data: bytes, limits: Limits = LIMITS) -> tuple[str, ...]:
    """What the person should know about a package that may be opened. Raises UnsafeFile for any other."""
    infos = check_archive(data, limits)
    names = {info.filename for info in infos}
    if any(_MACROS.search(name) for name in names):
        raise UnsafeFile("Ce document contient des macros : enregistrez-le sans macros (.docx), puis recommencez.")
    if "[Content_Types].xml" not in names or DOCUMENT not in names:
        raise UnsafeFile(f"Ce fichier n'est pas un document Word (.docx). {_OPEN_AND_SAVE}")
    notes: list[str] = []
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for info in infos:
            if info.filename.lower().endswith((".xml", ".rels", ".vml")):
                part = read_limited(archive, info, limits)
                _check_xml(info.filename, part)
                notes += _check_part(info.filename, part)
    if any("/embeddings/" in name for name in names):
        notes.append(
            "La pièce contient des objets incorporés (classeurs, images liées à un logiciel) : laissés intacts."
        )
    return tuple(dict.fromkeys(notes))


def check_archive(data: bytes, limits: Limits = LIMITS) -> list[zipfile.ZipInfo]:
    """The entries of an archive whose directory is honest and within the limits. Nothing is decompressed."""
    if len(data) > limits.upload:
        raise UnsafeFile(f"Ce fichier dépasse {limits.upload >> 20} Mo : retirez-en les images, puis recommencez.")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as error:
        raise UnsafeFile(f"Ce fichier n'est pas un document Word (.docx) lisible. {_OPEN_AND_SAVE}") from error
    if len(infos) > limits.entries:
        raise UnsafeFile("Ce fichier contient trop d'éléments pour un document Word : il n'a pas été ouvert.")
    names = [info.filename for info in infos]
    if len({name.lower() for name in names}) != len(names):
        raise UnsafeFile(f"Ce fichier contient deux fois le même élément : il n'a pas été ouvert. {_OPEN_AND_SAVE}")
    if any(_strange(name) for name in names):
        raise UnsafeFile(f"Ce fichier contient un élément au nom interdit : il n'a pas été ouvert. {_OPEN_AND_SAVE}")
    if any(info.flag_bits & 0x1 for info in infos):
        raise UnsafeFile("Ce document est protégé par un mot de passe : retirez la protection, puis recommencez.")
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
        raise UnsafeFile(f"Ce fichier est compressé d'une façon que Word n'emploie pas. {_OPEN_AND_SAVE}")
    if sum(info.file_size for info in infos) > limits.total or any(_too_big(info, limits) for info in infos):
        raise UnsafeFile("Une fois décompressé, ce fichier serait démesuré : il n'a pas été ouvert.")
    _check_layout(data, infos)
    return infos


def read_limited(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits = LIMITS) -> bytes:
    """The part, never more than its limit: the size the file announces is not believed."""
    limit = _limit(info.filename, limits)
    try:
        with archive.open(info) as stream:
            part = stream.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError, struct.error) as error:
        raise UnsafeFile(f"Ce document est abîmé (« {info.filename[:80]} »). {_OPEN_AND_SAVE}") from error
    if len(part) > limit:
        raise UnsafeFile("Une fois décompressé, ce fichier serait démesuré : il n'a pas été ouvert.")
    return part


def _strange(name: str) -> bool:
    return (
        not name
        or name.startswith("/")
        or "\\" in name
        or ":" in name
        or ".." in name.split("/")
        or any(ord(sign) < 32 for sign in name)
    )


def _limit(name: str, limits: Limits) -> int:
    if name == DOCUMENT:
        return limits.document
    return limits.xml_part if name.lower().endswith((".xml", ".rels")) else limits.other_part


def _too_big(info: zipfile.ZipInfo, limits: Limits) -> bool:
    dense = info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1)
    return dense or info.file_size > _limit(info.filename, limits)


def _check_layout(data: bytes, infos: list[zipfile.ZipInfo]) -> None:
    """Entries that share bytes make a small file cost a lot; a local header under another name fools readers."""
    end = 0
    for info in sorted(infos, key=lambda item: item.header_offset):
        start = info.header_offset
        header = data[start : start + _HEADER.size]
        if start < end or len(header) < _HEADER.size or header[:4] != b"PK\x03\x04":
            raise UnsafeFile(f"Ce fichier est mal formé : il n'a pas été ouvert. {_OPEN_AND_SAVE}")
        name_size, extra_size = _HEADER.unpack(header)[9:11]
        end = start + _HEADER.size + name_size + extra_size + info.compress_size
        name = data[start + _HEADER.size : start + _HEADER.size + name_size]
        if end > len(data) or name != info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437"):
            raise UnsafeFile(f"Ce fichier est mal formé : il n'a pas été ouvert. {_OPEN_AND_SAVE}")


# --- what Word would run or fetch ----------------------------------------------------------------------

_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""\b(TargetMode|Target|Type)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_LINK = re.compile(rb"(?i)(?:https?|mailto|tel):|#")
_FIELD = re.compile(rb"<w:instrText[^>]*>([^<]*)")
_SIMPLE_FIELD = re.compile(rb"""w:instr\s*=\s*["']([^"']*)""")
_FETCHES = re.compile(rb"(?i)\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE)\b")


def _check_xml(name: str, part: bytes) -> None:
    head = part[:4]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:4] in (b"\x00\x00\xfe\xff", b"<\x00?\x00", b"\x00<\x00?"):
        raise UnsafeFile(f"Ce document emploie un codage que Word n'emploie pas. {_OPEN_AND_SAVE}")
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise UnsafeFile(f"Ce document contient une déclaration interdite (« {name[:80]} ») : il n'a pas été ouvert.")


def _check_part(name: str, part: bytes) -> list[str]:
    if name == "[Content_Types].xml":
        if b"macroEnabled" in part:
            raise UnsafeFile("Ce document contient des macros : enregistrez-le sans macros (.docx), puis recommencez.")
        if _MAIN_TYPE not in part:
            raise UnsafeFile(f"Ce fichier est un modèle ou un autre format de Word. {_OPEN_AND_SAVE}")
    if name.endswith(".rels"):
        return _check_relationships(part)
    if name == "word/settings.xml" and re.search(rb'<w:documentProtection\b[^>]*w:enforcement="(?:1|true|on)"', part):
        raise UnsafeFile(
            "Ce document est protégé contre les modifications : dans Word, Révision > Restreindre la modification > "
            "Désactiver la protection, enregistrez, puis recommencez."
        )
    if not name.startswith("word/"):
        return []
    if b"purl.oclc.org/ooxml" in part[:4000]:
        raise UnsafeFile(f"Ce document est au format « Strict Open XML ». {_OPEN_AND_SAVE}")
    if b"<w:altChunk" in part or b"<w:subDoc" in part:
        raise UnsafeFile(
            "Ce document est fait de plusieurs fichiers joints : dans Word, enregistrez-le en un seul document."
        )
    instructions = b"".join(_FIELD.findall(part)) + b" ".join(_SIMPLE_FIELD.findall(part))
    if _FETCHES.search(instructions):
        raise UnsafeFile(
            "Ce document va chercher du contenu dans d'autres fichiers (champ INCLUDE ou DDE) : remplacez ces champs "
            "par leur texte (Ctrl+Maj+F9), enregistrez, puis recommencez."
        )
    return []


def _check_relationships(part: bytes) -> list[str]:
    notes = []
    for found in _RELATIONSHIP.findall(part):
        values = {key: double or single for key, double, single in _ATTRIBUTE.findall(found)}
        if values.get(b"TargetMode") != b"External":
            continue
        kind, target = values.get(b"Type", b"").rsplit(b"/", 1)[-1], values.get(b"Target", b"").strip()
        if kind == b"hyperlink":
            if not _LINK.match(target):
                notes.append("La pièce contient un lien vers un fichier local : laissé tel quel, à vérifier.")
        elif kind == b"attachedTemplate" and not re.match(rb"(?i)(?:https?|ftp):|\\\\|//|file://[^/]", target):
            notes.append("La pièce garde le nom du modèle (.dot) qui a servi à l'écrire : sans effet sur l'insertion.")
        else:
            raise UnsafeFile(
                "Ce document est lié à un fichier extérieur (image, modèle ou objet) : rompez les liaisons dans Word "
                "(Fichier > Informations > Modifier les liens d'accès aux fichiers), puis recommencez."
            )
    return notes
