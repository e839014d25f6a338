"""The check-up of a piece: what is read in built and real pieces, the commented copy, the command."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from drafter.checkup.check import check
from drafter.checkup.criteria import for_date
from drafter.checkup.findings import Finding, Report
from drafter.cli import main
from drafter.dated import Status
from drafter.errors import DrafterError
from drafter.library import load_library
from drafter.library.pieces import Level
from drafter.paths import CLAUSE_LIBRARY
from drafter.word.host.checkup import commented, piece_from
from drafter.word.host.checkup_upload import checkup_upload
from drafter.word.host.package import Package
from drafter.word.host.safety import UnsafeFile, check_package
from tests.hosts.builder import COVER, p, pieces
from tests.hosts.builder import docx as package
from tests.hosts.habits import HOSTS, typed_decimal
from tests.hosts.habits import commented as with_comments
from tests.hosts.reading import W, body, canonical, outline, text
from tests.hosts.test_package import breaks, findings, parts
from tests.word.checks import structural_faults

ON = date(2026, 11, 22)
CRITERIA = for_date(load_library(), ON)
MARKET = str(CLAUSE_LIBRARY / "examples" / "nettoyage-mediatheque.yaml")
SHORT = [name for name in HOSTS if name != "trois-cents-pages"]

OLD = (
    ("Objet du marché", ("Entretien des locaux, en application de l’article 28 du code des marchés publics.",)),
    ("Pièces contractuelles", ("Le CCAG-FCS approuvé par arrêté du 19 janvier 2009.",)),
    (
        "Clause d’insertion sociale",
        (
            "Le titulaire réserve 9 000 heures d’insertion à des personnes orientées par Pôle emploi.",
            "Une pénalité de 200 € par heure non réalisée s’applique. Le fichier est déclaré à la CNIL.",
        ),
    ),
    ("Résiliation", ("La résiliation pour faute suit l’article 32 du CCAG-FCS.",)),
    ("Dérogations au CCAG", ("Néant",)),
)


def old_piece() -> bytes:
    return package(COVER + pieces(lambda rank, title: p(f"{rank}. {title}", bold=True), articles=OLD))


def checked(data: bytes, kind: str | None = None) -> Report:
    return check(piece_from(outline(data), kind), CRITERIA)


def copy(data: bytes, found: tuple[Finding, ...]) -> bytes:
    return commented(Package(data), outline(data), found, ON)


def without_comments(data: bytes) -> Any:
    """The body once the reader has deleted every comment."""
    root = body(data)
    for mark in list(root.iter(W + "commentRangeStart", W + "commentRangeEnd")):
        mark.getparent().remove(mark)
    for mark in list(root.iter(W + "commentReference")):
        run = mark.getparent()
        run.getparent().remove(run)
    return root


def comments(data: bytes) -> list[str]:
    found = next(name for name in parts(data) if re.search(r"comments\d*\.xml$", name))
    root = etree.fromstring(parts(data)[found])
    return ["\n".join("".join(line.itertext()) for line in item.iter(W + "p")) for item in root]


# --- reading ------------------------------------------------------------------------------------------------


def test_an_old_piece_is_told_with_its_places() -> None:
    report = checked(old_piece())
    assert report.kind == "ccap"
    places = {finding.id: finding.article for finding in report.findings}
    assert places == {
        "CR-03": "",
        "OBS-CODE-2006": "1 Objet du marché",
        "OBS-CCAG-2009": "2 Pièces contractuelles",
        "OBS-POLE-EMPLOI": "3 Clause d’insertion sociale",
        "OBS-CNIL": "3 Clause d’insertion sociale",
        "PENALITE-HEURE": "3 Clause d’insertion sociale",
        "CCAG-ARTICLE": "4 Résiliation",
    }


@pytest.mark.parametrize("name", SHORT)
def test_usual_pieces_raise_no_false_alarm(name: str) -> None:
    """Pieces of our making without a stale word: only what the law asks, and what they derogate from."""
    found = {finding.id for finding in checked(HOSTS[name].make(), "ccap").findings}
    assert found <= {"CR-03", "CR-04", "CCAG-DEROGATION", "PENALITE-INSERTION", "HEURES-ABSENTES"}, found


def test_a_table_of_contents_is_not_read() -> None:
    lines = p("Pôle emploi ........ 12") + p("Pôle emploi\t12")
    assert "OBS-POLE-EMPLOI" not in {item.id for item in checked(package(COVER + lines)).findings}


# --- the commented copy -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*SHORT, "ancienne"])
def test_comments_come_off_and_nothing_else_changed(name: str, tmp_path: Path) -> None:
    host = old_piece() if name == "ancienne" else HOSTS[name].make()
    before_ids = {mark.get(W + "id") for mark in body(host).iter(W + "commentReference")}
    found = checked(host, "ccap").findings
    assert found
    done = copy(host, found)
    assert copy(host, found) == done
    assert text(done) == text(host)
    if not before_ids:
        assert canonical(without_comments(done)) == canonical(body(host))
    changed = {key for key, value in parts(done).items() if parts(host).get(key) != value}
    assert {re.sub(r"\d", "", key) for key in changed} <= {
        "word/document.xml",
        "word/comments.xml",
        "word/_rels/document.xml.rels",
        "[Content_Types].xml",
    }
    for key in set(parts(host)) - changed:
        assert Package(host).raw(key) == Package(done).raw(key)
    check_package(done)
    assert set(structural_faults(done)) - set(structural_faults(host)) == set()
    assert findings(done, tmp_path / "apres.docx") - findings(host, tmp_path / "avant.docx") == set()
    assert breaks(done, tmp_path / "apres.docx") - breaks(host, tmp_path / "avant.docx") == set()
    docx.Document(BytesIO(done))


def test_each_finding_has_its_comment_on_its_paragraph() -> None:
    host = old_piece()
    found = checked(host).findings
    done = copy(host, found)
    said = comments(done)
    assert len(said) == len(found)
    assert any("Proposition\u00a0: France Travail." in comment for comment in said)
    anchored = {
        "".join(item.text or "" for item in paragraph.iter(W + "t"))
        for paragraph in body(done).iter(W + "p")
        if paragraph.find(W + "commentRangeStart") is not None
    }
    assert any("Pôle emploi" in words for words in anchored)
    assert any(words.startswith("Cahier des clauses") for words in anchored)  # the duties: the whole piece


def test_comments_of_the_piece_are_kept() -> None:
    host = with_comments()
    before = comments(host)
    done = copy(host, checked(host, "ccap").findings)
    assert comments(done)[: len(before)] == before
    identifiers = [mark.get(W + "id") for mark in body(done).iter(W + "commentRangeStart")]
    assert len(set(identifiers)) == len(identifiers)


def test_a_piece_without_findings_is_given_back() -> None:
    host = typed_decimal()
    assert parts(copy(host, ())) == parts(host)


def test_hostile_words_are_written_as_words() -> None:
    bad = Finding("X", Level.VERIFY, 0, "", "", "<w:p>&\x01{{x}}", "a\nb", "]]>", "s", Status.CERTAIN)
    host = typed_decimal()
    said = comments(copy(host, (bad,)))
    assert "<w:p>&{{x}}" in said[0]
    assert "]]>" in said[0]


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, 18), min_size=1), st.sampled_from(SHORT))
def test_any_paragraph_may_be_commented(places: set[int], name: str) -> None:
    host = HOSTS[name].make()
    read = outline(host)
    chosen = [para.place for para in read.paras if not para.empty and para.place in places]
    found = tuple(
        Finding("X", Level.VERIFY, place, "", "", "Titre", "Message", "", "", Status.CERTAIN) for place in chosen
    )
    done = copy(host, found)
    assert text(done) == text(host)
    check_package(done)


# --- uploads ------------------------------------------------------------------------------------------------


def test_an_upload_is_judged_in_a_child() -> None:
    done = checkup_upload(old_piece(), CRITERIA, ON, copy=True)
    assert done.report.findings == checked(old_piece()).findings
    assert len(comments(done.docx)) == len(done.report.findings)
    assert checkup_upload(old_piece(), CRITERIA, ON).docx == b""


@pytest.mark.parametrize("data", [b"", b"x", b"PK\x03\x04", b"%PDF-1.7", old_piece()[:900]])
def test_rubbish_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(UnsafeFile, match=r"Word"):
        checkup_upload(data, CRITERIA, ON)


def test_a_hostile_package_never_breaks_the_parent() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(old_piece())) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if name == "word/document.xml" else content)
    with pytest.raises(DrafterError):
        checkup_upload(buffer.getvalue(), CRITERIA, ON)


# --- the command --------------------------------------------------------------------------------------------


@pytest.fixture
def piece(tmp_path: Path) -> Path:
    path = tmp_path / "ccap-2019.docx"
    path.write_bytes(old_piece())
    return path


def drafter(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["checkup", *map(str, arguments)])


def test_the_command_prints_findings(piece: Path) -> None:
    done = drafter(piece)
    assert done.exit_code == 0
    assert "Pôle emploi" in done.stdout
    assert "aucun marché n’est décrit" in done.stdout
    assert done.stderr == ""


def test_the_command_with_a_market_and_a_copy(piece: Path, tmp_path: Path) -> None:
    out = tmp_path / "relue.docx"
    done = drafter(piece, MARKET, "--json", "--copie", out)
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    assert (data["format"], data["piece"]) == ("drafter-controle", "ccap")
    assert "HEURES-CALIBRAGE" in {item["id"] for item in data["constats"]}
    assert len(comments(out.read_bytes())) == len(data["constats"])
    assert sum(data["totaux"].values()) == len(data["constats"])


def test_what_the_command_refuses(piece: Path, tmp_path: Path) -> None:
    before = piece.read_bytes()
    assert drafter(piece, "--copie", piece).exit_code == 2
    assert piece.read_bytes() == before
    assert drafter(piece, "--piece", "bon").exit_code == 2
    assert drafter(tmp_path / "absent.docx").exit_code == 3
    rubbish = tmp_path / "x.docx"
    rubbish.write_bytes(b"PK\x03\x04 rien")
    done = drafter(rubbish, "--copie", tmp_path / "y.docx")
    assert done.exit_code == 3
    assert "Document Word" in done.stderr
    assert not (tmp_path / "y.docx").exists()


# --- the real pieces ----------------------------------------------------------------------------------------

CCAP = "ccap_vallee_sud_grand_paris_2025_reconstruit.docx"
CCP = "ccp_camp_des_milles_2017_reconstruit.docx"
AE = "ae_vallee_sud_grand_paris_2025_natif_word.docx"


@pytest.fixture
def real(shared_data: Path) -> Callable[[str], bytes]:
    folder = shared_data / "ccap"
    if not folder.is_dir():
        pytest.skip("no real pieces: put them in ../shared/data/ccap")
    return lambda name: (folder / name).read_bytes()


def told(report: Report) -> list[tuple[str, str]]:
    return [(finding.id, finding.article.split(" ")[0]) for finding in report.findings]


@pytest.mark.shared
def test_a_recent_ccap(real: Callable[[str], bytes]) -> None:
    """Of 2025, under the CCAG-TIC: nothing of an older law, no clause of ours, one article of another CCAG."""
    report = checked(real(CCAP))
    assert told(report) == [("CR-03", ""), ("CR-04", ""), ("CCAG-AUTRE", "8.2")]
    held = {item.subject: item.where for item in report.held}
    assert held["penalites"] == ("18 Pénalités",)
    assert held["derogations"] == ("23 Dérogations aux documents généraux",)
    assert held["insertion"] == held["environnement"] == ()


@pytest.mark.shared
def test_a_ccp_of_2017(real: Callable[[str], bytes]) -> None:
    """Under the decree of 2016 and the CCAG-FCS of 2009."""
    report = checked(real(CCP))
    assert report.kind == "ccp"
    assert told(report) == [
        ("CR-03", ""),
        ("CR-04", ""),
        ("OBS-DECRET-2016", "1.3"),
        ("OBS-CCAG-2009", "4.1"),
        ("OBS-ORDONNANCE-2015", "4.1"),
        ("OBS-DECRET-2016", "4.1"),
        ("OBS-DECRET-2016", "4.3"),
        ("CCAG-ARTICLE", "4.9"),
        ("OBS-DECRET-2016", "4.10"),
    ]


@pytest.mark.shared
def test_an_act_of_engagement(real: Callable[[str], bytes]) -> None:
    report = checked(real(AE))
    assert (report.kind, report.findings) == ("ae", ())
    assert any("acte d'engagement" in note for note in report.notes)


@pytest.mark.shared
@pytest.mark.parametrize("name", [CCAP, CCP])
def test_the_copy_of_a_real_piece(real: Callable[[str], bytes], name: str, tmp_path: Path) -> None:
    host = real(name)
    done = copy(host, checked(host).findings)
    assert canonical(without_comments(done)) == canonical(body(host))
    assert findings(done, tmp_path / "apres.docx") - findings(host, tmp_path / "avant.docx") == set()
    assert breaks(done, tmp_path / "apres.docx") - breaks(host, tmp_path / "avant.docx") == set()
