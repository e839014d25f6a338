"""The checks see the defects they are made for."""

from __future__ import annotations

import pytest

from drafter.word.package import write_parts

from .checks import structural_faults

_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_START = '<w:bookmarkStart w:id="{}" w:name="{}"/>'
_END = '<w:bookmarkEnd w:id="{}"/>'
_FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> {} </w:instrText></w:r>'
_FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _faults(content: str) -> list[str]:
    xml = f"<w:document {_NS}><w:body><w:p>{content}</w:p></w:body></w:document>"
    return structural_faults(write_parts({"word/document.xml": xml.encode()}))


def test_a_sound_document_has_no_fault() -> None:
    mark = _START.format(1, "_Ref1") + _END.format(1)
    text = "<w:r><w:t>Les « clauses » de l’annexe</w:t></w:r>"
    assert _faults(mark + _FIELD.format(r"REF _Ref1 \r \h") + _FIELD_END + text) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (_START.format(1, "a"), "never closed"),
        (_END.format(1), "never opened"),
        (_START.format(1, "a") + _END.format(1) + _START.format(2, "a") + _END.format(2), "name a is used 2"),
        (_START.format(1, "a") + _START.format(1, "b") + _END.format(1), "id 1 is used 2"),
        (_FIELD.format("PAGE"), "field left open"),
        (_FIELD_END, "without its start"),
        (_FIELD.format("REF _Ref9") + _FIELD_END, "missing bookmark _Ref9"),
        ('<w:hyperlink w:anchor="x"/>', "missing bookmark x"),
        ("<w:r><w:t>{</w:t></w:r><w:r><w:t>{ nom }}</w:t></w:r>", "left over"),
        ("<w:r><w:t>{% if x %}</w:t></w:r>", "left over"),
        ("<w:r><w:t>Ville de «commune»</w:t></w:r>", "left over"),
    ],
)
def test_each_defect_is_seen(content: str, words: str) -> None:
    faults = _faults(content)
    assert len(faults) == 1
    assert words in faults[0]
