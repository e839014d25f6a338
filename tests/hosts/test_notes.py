"""What goes with our text: notes as comments, blanks as controls, captions in the host's count."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from lxml import etree

from drafter.word.host import Options, Style, insert
from drafter.word.host.package import Package
from drafter.word.host.tracked import reject_all
from tests.hosts.builder import docx, p
from tests.hosts.habits import HOSTS, captions, commented, typed_decimal
from tests.hosts.reading import W, body, comments, text
from tests.hosts.sample import AUTHOR, NOTES, documents
from tests.hosts.test_package import parts
from tests.hosts.test_tracked import REVISION

WITH = Options(comments=REVISION.day)
TRACKED = Options(comments=REVISION.day, revision=REVISION)


def said(element: Any) -> str:
    return "".join(item.text or "" for item in element.iter(W + "t"))


def rewritten(data: bytes, **changed: bytes) -> bytes:
    """The package with other bytes for word/<name>.xml."""
    return Package(data).rewrite({f"word/{name}.xml": content for name, content in changed.items()})


# --- comments -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [WITH, TRACKED], ids=["simple", "suivi"])
def test_notes_hang_on_their_titles(options: Options) -> None:
    done = insert(typed_decimal(), documents(), options).docx
    first, second = comments(done)
    assert [said(line) for line in first] == list(NOTES)
    assert [said(line) for line in second] == [NOTES[0]]
    assert (first.get(W + "author"), first.get(W + "date")) == ("Service de rédaction", "2026-11-22T00:00:00Z")
    hung = {mark.get(W + "id"): mark.getparent().getparent() for mark in body(done).iter(W + "commentReference")}
    if options.revision:
        hung = {key: run.getparent() for key, run in hung.items()}
    assert [said(hung[item.get(W + "id")]) for item in (first, second)] == [
        "7. Clause d’insertion sociale",
        "5.3 Pénalités environnementales",
    ]


def test_a_document_without_comments_gets_the_part_and_nothing_else() -> None:
    host = typed_decimal()
    before, after = parts(host), parts(insert(host, documents(), WITH).docx)
    assert set(after) - set(before) == {"word/comments.xml"}
    assert {name for name in before if before[name] != after[name]} == {
        "word/document.xml",
        "word/_rels/document.xml.rels",
        "[Content_Types].xml",
    }


def test_comments_of_the_host_are_kept_as_they_are() -> None:
    host = commented()
    before, after = parts(host), parts(insert(host, documents(), WITH).docx)
    kept = before["word/comments.xml"].removesuffix(b"</w:comments>")
    assert after["word/comments.xml"].startswith(kept)
    assert {name for name in before if before[name] != after[name]} == {"word/document.xml", "word/comments.xml"}
    found = list(comments(insert(host, documents(), WITH).docx))
    ids = [int(item.get(W + "id")) for item in found]
    assert len(ids) == len(set(ids)) == 4
    assert min(ids[2:]) > 4000
    assert [item.get(W + "val") for item in found[2].iter(W + "pStyle")] == ["Commentaire"] * 2
    assert [item.get(W + "val") for item in found[2].iter(W + "rStyle")] == ["Marquedecommentaire"]


@pytest.mark.parametrize("empty", [False, True])
def test_a_part_written_in_another_way_is_understood(empty: bool) -> None:
    """Another prefix, another encoding, or no comment left in it."""
    content = parts(commented())["word/comments.xml"].decode()
    content = content.replace("<w:", "<x:").replace("</w:", "</x:").replace(" w:", " x:").replace("xmlns:w", "xmlns:x")
    content = content.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    if empty:
        content = content[: content.index("<x:comment ")].rstrip().removesuffix(">") + "/>"
    host = rewritten(commented(), comments=content.encode("latin-1"))
    found = list(comments(insert(host, documents(), WITH).docx))
    assert [said(item) for item in found] == [
        *([] if empty else ["Vérifier le montant.", "Sans place."]),
        "".join(NOTES),
        NOTES[0],
    ]


def test_no_comment_when_none_is_wanted() -> None:
    done = insert(typed_decimal(), documents(), Options())
    assert "word/comments.xml" not in parts(done.docx)
    assert not list(body(done.docx).iter(W + "commentReference"))
    assert not any("Commentaires" in line for line in done.report.a_verifier)


# --- blanks -------------------------------------------------------------------------------------------------


def controls_of(data: bytes) -> list[Any]:
    return [item for item in body(data).iter(W + "sdt") if item.find(f".//{W}showingPlcHdr") is not None]


@pytest.mark.parametrize("options", [WITH, TRACKED], ids=["simple", "suivi"])
def test_a_blank_is_a_control_in_the_look_of_the_host(options: Options) -> None:
    (control,) = controls_of(insert(HOSTS["word-francais"].make(), documents(), options).docx)
    assert said(control) == "[à compléter\u00a0: nom du facilitateur]"
    properties = control.find(W + "sdtPr")
    assert properties.find(W + "alias").get(W + "val") == "nom du facilitateur"
    assert properties.find(W + "tag").get(W + "val") == "nom-du-facilitateur"
    paragraph = next(control.iterancestors(W + "p"))
    assert said(paragraph) == "Le facilitateur est [à compléter\u00a0: nom du facilitateur]."


def test_a_tracked_control_goes_away_whole() -> None:
    tracked = body(insert(typed_decimal(), documents(), TRACKED).docx)
    (control,) = (item for item in tracked.iter(W + "sdt"))
    opened, closed = control.getprevious(), control.getnext()
    inside = list(control.find(W + "sdtContent"))
    assert [opened.tag, inside[0].tag] == [W + "customXmlInsRangeStart", W + "customXmlInsRangeEnd"]
    assert [inside[-1].tag, closed.tag] == [W + "customXmlInsRangeStart", W + "customXmlInsRangeEnd"]
    assert opened.get(W + "id") == inside[0].get(W + "id") != closed.get(W + "id") == inside[-1].get(W + "id")
    refused = reject_all(tracked, AUTHOR)
    assert not list(refused.iter(W + "sdt", W + "customXmlInsRangeStart", W + "customXmlInsRangeEnd"))


def test_ids_of_controls_differ_from_those_of_the_host() -> None:
    first = insert(typed_decimal(), documents(), Options()).docx
    (control,) = controls_of(first)
    key = control.find(f"{W}sdtPr/{W}id").get(W + "val")
    host = docx(
        f'<w:sdt><w:sdtPr><w:id w:val="{key}"/></w:sdtPr><w:sdtContent>{p("CCAP")}</w:sdtContent></w:sdt>'
        + etree.tostring(body(typed_decimal())[0]).decode().split(">", 1)[1].rsplit("<w:sectPr", 1)[0]
    )
    keys = [item.get(W + "val") for item in body(insert(host, documents(), Options()).docx).iter(W + "id")]
    assert len(keys) == len(set(keys)) == 2


# --- captions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize("options", [Options(), Options(revision=REVISION)], ids=["simple", "suivi"])
@pytest.mark.parametrize("below", [False, True], ids=["dessus", "dessous"])
def test_our_tables_join_the_count_of_the_host(below: bool, options: Options, style: Style) -> None:
    done = insert(captions(below=below), documents(), Options(style, options.revision))
    lines = [line for line in text(done.docx).splitlines() if line.startswith("Tableau")]
    assert lines == ["Tableau 1 : prix", "Tableau 2 : Documents de suivi", "Tableau 3 : sols", "Tableau 4 : vitres"]
    ours = next(item for item in body(done.docx).iter(W + "p") if "Documents de suivi" in said(item))
    assert "".join(item.text for item in ours.iter(W + "instrText")).strip() == r"SEQ Tableau \* ARABIC"
    assert (ours.getprevious() if below else ours.getnext()).tag == W + "tbl"
    assert (ours.find(f"{W}pPr/{W}pStyle") is not None) == (style is Style.HOST)
    moved = [(item.titre, item.avant, item.apres) for item in done.report.numeros if item.titre.startswith("Tableau")]
    assert moved == [("Tableau 2 : sols", "2", "3"), ("Tableau 3 : vitres", "3", "4")]
    assert any("F9 pour les renvois" in line for line in done.report.a_verifier)


@pytest.mark.parametrize("code", [r"SEQ Tableau \\* ROMAN", r"SEQ Tableau \\* ARABIC \\s 1", "SEQ Figure"])
def test_a_count_we_cannot_join_is_left_alone(code: str) -> None:
    content = parts(captions())["word/document.xml"].decode()
    if "Figure" in code:
        content = content.replace(">Tableau ", ">Figure ").replace("SEQ Tableau", "SEQ Figure")
    else:
        content = content.replace(r"SEQ Tableau \* ARABIC", code.replace("\\\\", "\\"))
    done = insert(rewritten(captions(), document=content.encode()), documents(), Options())
    assert "Documents de suivi" in text(done.docx).splitlines()
    assert not any("vitres" in item.titre for item in done.report.numeros)


def test_a_number_that_was_already_wrong_is_told_not_touched() -> None:
    content = parts(captions())["word/document.xml"].replace(
        b">3</w:t></w:r></w:fldSimple>", b">9</w:t></w:r></w:fldSimple>"
    )
    done = insert(rewritten(captions(), document=content), documents(), Options())
    assert "Tableau 9 : vitres" in text(done.docx)
    assert any("Tableau 9 : vitres" in line and "numéro 4" in line for line in done.report.a_verifier)


def test_the_archive_is_whole() -> None:
    with zipfile.ZipFile(BytesIO(insert(commented(), documents(), TRACKED).docx)) as archive:
        assert archive.testzip() is None
