"""Old formats turned into .docx by LibreOffice, in a process and a profile of its own: no macro, no link followed.

What comes back is read like any upload: under the same limits, in the same child.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

from drafter.errors import InputError
from drafter.word.host.safety import LIMITS, UnsafeFile, check_archive

_SECONDS = 60
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""
_KINDS = {"odt": "OpenDocument (.odt)", "doc": "Word 97-2003 (.doc)", "rtf": "RTF (.rtf)"}


def kind_of(data: bytes) -> str:
    """docx, odt, doc, rtf, or "" for what is none of them. Raises UnsafeFile for what is refused by name."""
    if data[:8] == _OLD_WORD:
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnsafeFile("Ce document est protégé par un mot de passe : retirez la protection, puis recommencez.")
        return "doc"
    if data[:5] == b"{\\rtf":
        return "rtf"
    if data[:5] == b"%PDF-":
        raise UnsafeFile(
            "Un PDF ne se modifie pas : ouvrez-le dans Word, qui le convertit, enregistrez-le en .docx, puis "
            "recommencez."
        )
    if data[:2] != b"PK":
        return ""
    infos = check_archive(data)
    if any(info.filename == "mimetype" for info in infos):
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open("mimetype") as stream:
            if stream.read(80).startswith(b"application/vnd.oasis.opendocument.text"):
                return "odt"
    return "docx"


def as_docx(data: bytes) -> tuple[bytes, str]:
    """The document as .docx, and a sentence that announces a conversion ("" when there was none)."""
    if len(data) > LIMITS.upload:
        raise UnsafeFile(f"Ce fichier dépasse {LIMITS.upload >> 20} Mo : retirez-en les images, puis recommencez.")
    kind = kind_of(data)
    if kind == "docx":
        return data, ""
    if kind not in _KINDS:
        raise UnsafeFile(
            "Ce fichier n'est pas un document Word (.docx). Ouvrez-le dans Word, enregistrez-le au format "
            "« Document Word (.docx) », puis recommencez."
        )
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise InputError(
            f"Ce document est au format {_KINDS[kind]} et LibreOffice n'est pas installé pour le convertir : "
            "enregistrez-le au format .docx, puis recommencez."
        )
    converted = _convert(office, data, kind)
    return converted, (
        f"Votre document {_KINDS[kind]} a été converti par LibreOffice : relisez la mise en page, et les modifications "
        "suivies s’il en contenait."
    )


def _convert(office: str, data: bytes, kind: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="drafter-") as name:
        folder = Path(name)
        source = folder / f"piece.{kind}"
        source.write_bytes(data)
        settings = folder / "profil" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_PROFILE, encoding="utf-8")
        command = [
            office,
            f"-env:UserInstallation={(folder / 'profil').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            str(folder / "sortie"),
            str(source),
        ]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd=folder
        )
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            _stop(process)
            raise UnsafeFile(
                "La conversion de ce document prend trop de temps : enregistrez-le au format .docx, puis recommencez."
            ) from None
        done = folder / "sortie" / "piece.docx"
        if not done.is_file() or done.stat().st_size > LIMITS.upload:
            raise UnsafeFile(
                "LibreOffice ne sait pas convertir ce document : enregistrez-le en .docx, puis recommencez."
            )
        return done.read_bytes()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """LibreOffice is a launcher and a worker: both are of the session we made."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
