"""The accessibility checker sees the faults it is made for; test_documents runs it on every piece."""

from __future__ import annotations

import re
from datetime import date

import pytest

from drafter.word import render_docx
from drafter.word.package import read_parts, write_parts

from .accessibility import accessibility_faults, contrast
from .sample import SAMPLE

DOCUMENT, STYLES, CORE = "word/document.xml", "word/styles.xml", "docProps/core.xml"


@pytest.fixture(scope="module")
def sound() -> bytes:
    data = render_docx(SAMPLE, created=date(2026, 10, 1), library_version="1")
    assert accessibility_faults(data) == []
    return data


@pytest.mark.parametrize(
    ("part", "pattern", "new", "said"),
    [
        (CORE, "<dc:title>[^<]*", "<dc:title>", "title"),
        (CORE, "fr-FR", "en-US", "language"),
        (STYLES, '(<w:lang w:val=)"fr-FR"', r'\1"en-US"', "default language"),
        (DOCUMENT, "<w:r><w:t>", '<w:r><w:rPr><w:lang w:val="en-US"/></w:rPr><w:t>', "en-US"),
        (DOCUMENT, 'w:val="Titre1"', 'w:val="Titre3"', "follows level"),
        (DOCUMENT, 'w:val="Titre"', 'w:val="Normal"', "style Title"),
        (DOCUMENT, "<w:tblHeader/>", "", "no header row"),
        (DOCUMENT, "(<w:tcW [^>]*/>)", r'\1<w:gridSpan w:val="2"/>', "merged"),
        (DOCUMENT, "<w:tblDescription [^>]*/>", "", "no description"),
        (DOCUMENT, "(<w:sectPr)", r"<w:p/>\1", "empty paragraph"),
        (DOCUMENT, "(<w:sectPr)", r"<w:p><w:r><w:t>- un tiret</w:t></w:r></w:p>\1", "typed by hand"),
        (STYLES, '<w:color w:val="595959"/>', '<w:color w:val="999999"/>', "contrast"),
        (
            DOCUMENT,
            "(<w:sectPr)",
            r'<w:p><w:r><w:drawing><wp:docPr xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
            r'wordprocessingDrawing" id="9" descr=" "/></w:drawing></w:r></w:p>\1',
            "alternative text",
        ),
    ],
)
def test_each_fault_is_seen(sound: bytes, part: str, pattern: str, new: str, said: str) -> None:
    parts = read_parts(sound)
    changed, count = re.subn(pattern, new, parts[part].decode(), count=1)
    assert count == 1
    parts[part] = changed.encode()
    faults = accessibility_faults(write_parts(parts))
    assert any(said in fault for fault in faults), faults


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("767676", "FFFFFF") == pytest.approx(4.54, abs=0.01)
