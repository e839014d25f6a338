"""Documents as Word will read them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import ooxml_integrity
import pytest
from docx.document import Document as OpenedDocument
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openxml_audit import OpenXmlValidator

from drafter.draft.blocks import (
    Blank,
    Block,
    Document,
    Heading,
    Inline,
    Inlines,
    ListBlock,
    Paragraph,
    Ref,
    Table,
    Text,
)
from drafter.errors import LibraryError
from drafter.word import HOUSE_TEMPLATE, read_dossier, render_docx
from drafter.word.package import read_parts, write_parts
from drafter.word.templates import HouseTemplate, load_template

from .checks import W, structural_faults
from .sample import SAMPLE

CREATED = date(2026, 10, 1)
BUYER, OBJECT = "Commune de X", "Nettoyage de la médiathèque"
NASTY = "{{ 7*7 }} {% if x %} <w:br/> A & B </w:t> ]]> \"'"


def _render(*blocks: Block, **changes: Any) -> bytes:
    document = Document("cctp", "Titre", "Sous-titre", blocks, **changes)
    return render_docx(document, created=CREATED, library_version="2026.11")


def _body(data: bytes) -> Any:
    return etree.fromstring(read_parts(data)["word/document.xml"])


def _open(data: bytes) -> OpenedDocument:
    return docx.Document(BytesIO(data))


def _t(text: str) -> Inlines:
    return (Text(text),)


def _paragraph(*inlines: Inline) -> Paragraph:
    return Paragraph(inlines)


def _last(data: bytes) -> Any:
    return _body(data).findall(f".//{W}p")[-1]


@pytest.fixture(scope="module")
def sample() -> bytes:
    return render_docx(
        SAMPLE,
        dossier='{"objet": "A & B"}',
        created=CREATED,
        library_version="2026.11",
        buyer=BUYER,
        obj=OBJECT,
    )


# The whole piece


def test_nothing_is_found_by_the_validators(sample: bytes, tmp_path: Path) -> None:
    path = tmp_path / "sample.docx"
    path.write_bytes(sample)
    result = OpenXmlValidator().validate(path)
    assert [str(error) for error in result.errors] == []
    assert [str(finding) for finding in ooxml_integrity.check(str(path))] == []
    assert structural_faults(sample) == []


def test_python_docx_reopens_it(sample: bytes) -> None:
    document = _open(sample)
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles[:4] == ["Acheteur", "Title", "Subtitle", "Objet du marché"]
    assert {"Heading 1", "Heading 2", "Heading 3", "Note au rédacteur", "Chapeau"} <= set(styles)
    assert len(document.tables) == 3
    header = document.sections[0].header.paragraphs[0].text
    assert header == f"{BUYER} – {OBJECT}"
    assert "Cahier des clauses" in document.sections[0].footer.paragraphs[0].text
    assert "2026.11" in document.sections[0].footer.paragraphs[0].text


def test_properties(sample: bytes) -> None:
    core = _open(sample).core_properties
    assert core.title == f"{SAMPLE.title} – {OBJECT}"
    assert core.subject == OBJECT
    assert core.author == core.last_modified_by == "Drafter"
    assert core.language == "fr-FR"
    assert core.created is not None
    assert core.created.isoformat() == "2026-10-01T00:00:00+00:00"
    custom = read_parts(sample)["docProps/custom.xml"].decode()
    assert "<vt:lpwstr>2026.11</vt:lpwstr>" in custom
    assert "SOC-01@2" in custom


def test_same_inputs_same_bytes(sample: bytes) -> None:
    load_template.cache_clear()
    again = render_docx(
        SAMPLE,
        dossier='{"objet": "A & B"}',
        created=CREATED,
        library_version="2026.11",
        buyer=BUYER,
        obj=OBJECT,
    )
    assert again == sample


def test_the_dossier_comes_back(sample: bytes) -> None:
    assert read_dossier(sample) == '{"objet": "A & B"}'


def test_a_piece_without_buyer_nor_object_has_no_hole() -> None:
    data = render_docx(Document("rc", "Titre", "", ()), created=CREATED, library_version="1")
    assert [paragraph.text for paragraph in _open(data).paragraphs] == ["Titre"]
    assert _open(data).sections[0].header.paragraphs[0].text == ""


# What people type


def test_what_people_type_comes_out_literally() -> None:
    data = render_docx(
        Document("rc", NASTY, NASTY, (Heading(1, NASTY), _paragraph(Text(NASTY))), properties={NASTY: NASTY}),
        created=CREATED,
        library_version=NASTY,
        buyer=NASTY,
        obj=NASTY,
    )
    document = _open(data)
    assert [paragraph.text for paragraph in document.paragraphs] == [NASTY] * 5
    assert document.sections[0].header.paragraphs[0].text == f"{NASTY} – {NASTY}"
    assert document.core_properties.subject == NASTY


@given(st.text(), st.text(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_text_gives_a_readable_document(text: str, other: str, strong: bool) -> None:
    data = _render(
        Heading(1, text, key="k"),
        _paragraph(Text(text, strong=strong), Blank(other), Ref("k", text)),
        ListBlock((_t(text), _t(other))),
        Table(text, (text, other), ((_t(other), _t(text)),)),
        blanks=(text,),
        properties={"p": other},
    )
    _open(data)
    assert [fault for fault in structural_faults(data) if "left over" not in fault] == []


def test_control_characters_are_dropped() -> None:
    data = _render(_paragraph(Text("a\x00\x0b\x1fb\ufffe\uffff\ud800c")))
    assert _open(data).paragraphs[-1].text == "abc"


def test_newlines_and_tabs_become_what_word_calls_them() -> None:
    paragraph = _last(_render(_paragraph(Text(" a\r\nb\u2028c\td "))))
    run = paragraph.find(W + "r")
    assert [etree.QName(child).localname for child in run] == ["t", "br", "t", "br", "t", "tab", "t"]
    texts = run.findall(W + "t")
    assert texts[0].text == " a"
    assert texts[-1].text == "d "
    assert all(text.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve" for text in texts)


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("le 1er mars", ["er"]),
        ("la 1re et la 2e", ["re", "e"]),
        ("CO2e, v1.1er, a1er, 1ere, https://x.fr/1er, 100e", []),
    ],
)
def test_ordinals_are_raised(text: str, raised: list[str]) -> None:
    data = _render(_paragraph(Text(text, emph=True)))
    runs = _last(data).findall(W + "r")
    assert [_open_text(run) for run in runs if run.find(f"{W}rPr/{W}vertAlign") is not None] == raised
    assert _open(data).paragraphs[-1].text == text


def _open_text(element: Any) -> str:
    return "".join(piece.text or "" for piece in element.iter(W + "t"))


# Blocks


def test_headings_carry_a_stable_bookmark() -> None:
    blocks = (Heading(1, "Objet", key="objet", number="1"), Heading(2, "Sans clé", number="1.1"))
    marks = _body(_render(*blocks)).findall(f".//{W}bookmarkStart")
    assert len(marks) == 1
    name = marks[0].get(W + "name")
    assert name.startswith("_Ref")
    again = _body(_render(Heading(1, "Autre"), *(replace(blocks[0], number="2"),)))
    assert again.find(f".//{W}bookmarkStart").get(W + "name") == name


@pytest.mark.parametrize(
    ("label", "before", "cached", "lower"),
    [
        ("Article 1", "", "Article 1", False),
        ("l’article 1", "l’", "article 1", True),
        ("", "", "Article 1", False),
    ],
)
def test_a_reference_to_an_article(label: str, before: str, cached: str, lower: bool) -> None:
    data = _render(Heading(1, "Objet", key="o"), _paragraph(Ref("o", label)))
    assert structural_faults(data) == []
    _assert_field(_last(data), before, cached, lower)


def test_a_reference_below_an_article_keeps_its_words_outside_the_field() -> None:
    blocks = (Heading(1, "A"), Heading(2, "B"), Heading(3, "C", key="c"))
    data = _render(*blocks, _paragraph(Ref("c", "Article 1.1.1")))
    _assert_field(_last(data), "Article ", "1.1.1", False)


def _assert_field(paragraph: Any, before: str, cached: str, lower: bool) -> None:
    runs = paragraph.findall(W + "r")
    field = runs[-5:]
    assert "".join(map(_open_text, runs[:-5])) == before
    kinds = [run.find(W + "fldChar").get(W + "fldCharType") for run in (field[0], field[2], field[4])]
    assert kinds == ["begin", "separate", "end"]
    instruction = field[1].find(W + "instrText").text
    assert r"\r \h" in instruction
    assert (r"\* Lower" in instruction) is lower
    assert _open_text(field[3]) == cached


def test_a_reference_to_another_piece_is_plain_text() -> None:
    data = _render(_paragraph(Ref("ailleurs", "l’article 6 du CCAP")))
    assert _last(data).find(f".//{W}fldChar") is None
    assert _open(data).paragraphs[-1].text == "l’article 6 du CCAP"
    with pytest.raises(ValueError, match="ailleurs"):
        _render(_paragraph(Ref("ailleurs")))


def test_a_label_without_the_number_is_a_link() -> None:
    data = _render(Heading(1, "Objet", key="o"), _paragraph(Ref("o", "ci-dessus")))
    assert _last(data).find(W + "hyperlink") is not None
    assert structural_faults(data) == []


def test_a_document_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="Word will print 1"):
        _render(Heading(1, "Objet", number="2"))
    with pytest.raises(ValueError, match="the key 'k'"):
        _render(Heading(1, "A", key="k"), Heading(1, "B", key="k"))
    with pytest.raises(ValueError, match="differ in length"):
        _render(Table("T", ("a", "b"), ((_t("1"),),)))
    with pytest.raises(ValueError, match="3 widths for 1"):
        _render(Table("T", ("a",), ((_t("1"),),), widths=(1, 2, 3)))


def test_each_numbered_list_restarts() -> None:
    items = (_t("un"), _t("deux"))
    data = _render(ListBlock(items, ordered=True), ListBlock(items), ListBlock(items, ordered=True))
    used = [item.get(W + "val") for item in _body(data).iter(W + "numId")]
    assert len(used) == 4
    assert len(set(used)) == 2
    numbering = etree.fromstring(read_parts(data)["word/numbering.xml"])
    nums = {num.get(W + "numId"): num for num in numbering.findall(W + "num")}
    for key in used:
        assert nums[key].find(f"{W}lvlOverride/{W}startOverride").get(W + "val") == "1"


def test_a_table_is_ready_for_paper_and_for_a_screen_reader() -> None:
    table = Table(
        "Heures & lots",
        ("Lot", "Heures"),
        ((_t("1"), _t("800")), (_t("Total"), _t("800"))),
        widths=(3, 1),
        numeric=frozenset({1}),
        total_row=True,
    )
    data = _render(_paragraph(Text("Avant")), table, _paragraph(Text("Après")))
    body = _body(data)
    tbl = body.find(f".//{W}tbl")
    assert tbl.find(f".//{W}tblCaption").get(W + "val") == "Heures & lots"
    assert "Lot, Heures" in tbl.find(f".//{W}tblDescription").get(W + "val")
    rows = tbl.findall(W + "tr")
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False]
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    widths = [int(column.get(W + "w")) for column in tbl.iter(W + "gridCol")]
    assert widths == [6804, 2268]
    for row in rows:
        aligned = [cell.find(f".//{W}jc") is not None for cell in row.findall(W + "tc")]
        assert aligned == [False, True]
    styles = [row.find(f".//{W}pStyle").get(W + "val") for row in rows]
    assert styles == ["En-ttedetableau", "Textedetableau", "Totaldetableau"]
    caption = tbl.getprevious()
    assert _open_text(caption) == "Tableau\u00a01\u00a0– Heures & lots"
    assert "SEQ Tableau" in caption.find(f".//{W}instrText").text


def test_tables_are_numbered_in_order_and_never_merge() -> None:
    rows = ((_t("1"),),)
    data = _render(Table("A", ("x",), rows), Table("", (), rows), Table("B", ("",), rows))
    body = _body(data).find(W + "body")
    names = [etree.QName(child).localname for child in body]
    assert "tbl tbl" not in " ".join(names)
    assert names[-2:] == ["p", "sectPr"]
    captions = [text for text in map(_open_text, body.findall(W + "p")) if text.startswith("Tableau")]
    assert captions == ["Tableau\u00a01\u00a0– A", "Tableau\u00a02\u00a0– B"]
    assert len(list(body.iter(W + "tblHeader"))) == 1


def test_a_blank_is_a_named_content_control() -> None:
    label = "nom du « référent » & courriel " + "x" * 80
    data = _render(_paragraph(Blank(label), Blank(label), Blank("date")))
    controls = list(_body(data).iter(W + "sdt"))
    assert _open_text(controls[2]) == "[à compléter\u00a0: date]"
    assert controls[2].find(f"{W}sdtPr/{W}tag").get(W + "val") == "date"
    assert controls[0].find(f".//{W}rStyle").get(W + "val") == "Champcomplter"
    ids = [int(control.find(f"{W}sdtPr/{W}id").get(W + "val")) for control in controls]
    assert len(set(ids)) == 3
    assert all(0 < value < 2**31 for value in ids)
    assert all(len(control.find(f"{W}sdtPr/{W}alias").get(W + "val")) <= 64 for control in controls)


def test_blanks_are_listed_once_at_the_end() -> None:
    data = _render(_paragraph(Blank("date"), Blank("lieu")), blanks=("date", "lieu", "date"))
    assert [paragraph.text for paragraph in _open(data).paragraphs[-2:]] == ["date", "lieu"]


def test_a_note_is_labelled_once_a_box() -> None:
    notes = tuple(Paragraph(_t(text), role="note") for text in ("un", "deux"))
    texts = [paragraph.text for paragraph in _open(_render(*notes)).paragraphs[-2:]]
    assert texts == ["Note au rédacteur\u00a0– un", "deux"]


# The template


def test_a_template_without_our_styles_says_which() -> None:
    parts = read_parts(HOUSE_TEMPLATE.read_bytes())
    for old in ("Note au rédacteur", "Tableau maison"):
        parts["word/styles.xml"] = parts["word/styles.xml"].replace(f'"{old}"'.encode(), b'"Autre"')
    with pytest.raises(LibraryError) as caught:
        HouseTemplate(write_parts(parts), "essai.docx")
    assert len(caught.value.faults) == 2
    assert "Note au rédacteur" in str(caught.value)


def test_a_template_with_a_bad_tag_says_where() -> None:
    parts = read_parts(HOUSE_TEMPLATE.read_bytes())
    parts["word/header1.xml"] = parts["word/header1.xml"].replace(b"{{ acheteur }}", b"{{ acheteur }")
    with pytest.raises(LibraryError, match=r"essai\.docx, word/header1\.xml"):
        HouseTemplate(write_parts(parts), "essai.docx")


def test_a_missing_template_is_said(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="absent ou illisible"):
        load_template(tmp_path / "rien.docx")


# LibreOffice


@pytest.mark.office
def test_libreoffice_prints_it(sample: bytes, tmp_path: Path, to_pdf: Callable[[Path], Path]) -> None:
    path = tmp_path / "sample.docx"
    path.write_bytes(sample)
    pdf = to_pdf(path)
    pdftotext = shutil.which("pdftotext")
    if pdftotext is None:
        pytest.skip("pdftotext is not on this machine: install poppler-utils")
    text = subprocess.run([pdftotext, "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    text = " ".join(text.split())
    for expected in (
        "Cahier des clauses administratives particulières",
        "Article 1. Insertion par l’activité économique",
        "1.1 Engagement du titulaire",
        "2.2.1 Pénalités",
        "Tableau 3 – Indicateurs environnementaux",
        "[à compléter : nom du facilitateur]",
        "2. propose un plan d’embauche sous dix jours.",
        "Note au rédacteur – avant publication, complétez",
        f"{BUYER} – {OBJECT}",
        "l’article 2.2.1",
    ):
        assert expected in text
    assert "1. reçoit du facilitateur" in text, "the second numbered list does not restart"
    assert re.search(r"Page 2 sur [5-7]\b", text)  # fonts differ between machines
    assert text.count("Échéance Pièce Contenu attendu") > 1, "the header row is not repeated"
