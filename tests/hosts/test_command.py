"""`drafter insert`, as a person runs it."""

from __future__ import annotations

import json
import subprocess
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drafter.cli import main
from drafter.paths import CLAUSE_LIBRARY
from drafter.word.host import Options, convert, insert_upload
from drafter.word.host.safety import check_package
from tests.hosts.habits import typed_decimal
from tests.hosts.reading import body, comments, text, titles
from tests.hosts.sample import documents

MARKET = str(CLAUSE_LIBRARY / "examples" / "nettoyage-mediatheque.yaml")


@pytest.fixture
def piece(tmp_path: Path) -> Path:
    path = tmp_path / "mon-ccap.docx"
    path.write_bytes(typed_decimal())
    return path


def drafter(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["insert", *map(str, arguments)])


def test_plain(piece: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "apres.docx", tmp_path / "rapport.json"
    done = drafter(piece, MARKET, "-o", out, "--report", report)
    assert (done.exit_code, done.stdout) == (0, f"{out}\n")
    assert "Clause d’insertion sociale" in text(out.read_bytes())
    check_package(out.read_bytes())
    data = json.loads(report.read_text(encoding="utf-8"))
    assert data["format"] == "drafter-insertion"
    assert data["inseres"][0]["titres"][0] == "7 Clause d’insertion sociale"
    assert "Inséré : clause d’insertion sociale" in done.stderr


def test_tracked_by_the_buyer(piece: Path, tmp_path: Path) -> None:
    out = tmp_path / "apres.docx"
    assert drafter(piece, MARKET, "-o", out, "--tracked", "--auteur", "Ville & Cie").exit_code == 0
    authors = {
        value for item in body(out.read_bytes()).iter() for key, value in item.attrib.items() if key.endswith("}author")
    }
    assert authors == {"Ville & Cie"}


def test_notes_unless_they_are_not_wanted(piece: Path, tmp_path: Path) -> None:
    with_notes, without = tmp_path / "avec.docx", tmp_path / "sans.docx"
    assert drafter(piece, MARKET, "-o", with_notes).exit_code == 0
    assert drafter(piece, MARKET, "-o", without, "--sans-commentaires").exit_code == 0
    assert any("Base légale" in "".join(item.itertext()) for item in comments(with_notes.read_bytes()))
    assert len(comments(without.read_bytes())) == 0
    assert text(with_notes.read_bytes()) == text(without.read_bytes())


def test_places_by_hand(piece: Path, tmp_path: Path) -> None:
    out = tmp_path / "apres.docx"
    assert drafter(piece, MARKET, "-o", out, "--place", "insertion=3", "--place", "penalites=5.1").exit_code == 0
    found = titles(out.read_bytes())
    assert "4 Clause d’insertion sociale" in found
    assert any(title.startswith("6.1.1 Pénalités") for title in found)


def test_the_outline_is_shown_when_a_place_does_not_exist(piece: Path, tmp_path: Path) -> None:
    out = tmp_path / "apres.docx"
    done = drafter(piece, MARKET, "-o", out, "--place", "insertion=42")
    assert done.exit_code == 2
    assert "Plan de votre pièce :" in done.stderr
    assert "6 Résiliation" in done.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--place", "insertion"), 2, "ne dit pas où écrire"),
        (("--place", "prix=3"), 1, "n'est pas une partie"),
        (("--style", "joli"), 2, "--style"),
    ],
)
def test_what_is_refused(piece: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = drafter(piece, MARKET, "-o", tmp_path / "apres.docx", *arguments)
    assert done.exit_code == code
    assert words in done.stderr


def test_neither_the_piece_nor_rubbish_is_written_over(piece: Path, tmp_path: Path) -> None:
    before = piece.read_bytes()
    assert drafter(piece, MARKET, "-o", piece).exit_code == 2
    assert piece.read_bytes() == before
    rubbish = tmp_path / "x.docx"
    rubbish.write_bytes(b"PK\x03\x04 rien")
    done = drafter(rubbish, MARKET, "-o", tmp_path / "apres.docx")
    assert done.exit_code == 3
    assert "Document Word" in done.stderr
    assert drafter(tmp_path / "absent.docx", MARKET, "-o", tmp_path / "y.docx").exit_code == 3


@pytest.mark.office
@pytest.mark.parametrize("kind", ["odt", "doc"])
def test_old_formats_are_converted_and_announced(piece: Path, tmp_path: Path, soffice: str, kind: str) -> None:
    profile = (tmp_path / "profil").as_uri()
    command = [
        soffice,
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        tmp_path,
        piece,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    done = insert_upload((tmp_path / f"mon-ccap.{kind}").read_bytes(), documents(), Options())
    assert "LibreOffice" in done.report.a_verifier[0]
    assert "7 Clause d’insertion sociale" in titles(done.docx)


def test_old_formats_without_libreoffice_are_refused_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(convert.shutil, "which", lambda name: None)
    with pytest.raises(convert.InputError, match=r"LibreOffice n'est pas installé"):
        insert_upload(rb"{\rtf1 bonjour}", documents(), Options())


@pytest.mark.office
def test_a_conversion_fetches_nothing(soffice: str) -> None:
    """A document whose picture lives on a server: LibreOffice would call it, under its usual settings."""
    assert soffice
    calls: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        converted, note = convert.as_docx(linked_picture(f"http://127.0.0.1:{server.server_address[1]}/x.png"))
        server.shutdown()
    assert "LibreOffice" in note
    assert "CCAP" in text(converted)
    assert calls == []


def linked_picture(address: str) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    kind = "application/vnd.oasis.opendocument.text"
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{office}:manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{kind}"/>'
            '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<o:document-content xmlns:o="{office}:office:1.0" xmlns:t="{office}:text:1.0" '
            f'xmlns:d="{office}:drawing:1.0" '
            f'xmlns:x="http://www.w3.org/1999/xlink" xmlns:s="{office}:svg-compatible:1.0" o:version="1.2">'
            "<o:body><o:text>"
            '<t:p>CCAP <d:frame s:width="2cm" s:height="2cm" t:anchor-type="as-char">'
            f'<d:image x:href="{address}" x:type="simple" x:show="embed" x:actuate="onLoad"/></d:frame></t:p>'
            "</o:text></o:body></o:document-content>",
        )
    return buffer.getvalue()
