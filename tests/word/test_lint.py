"""The template linter: silent on ours, and it names each fault it is made for."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest

from drafter.word import HOUSE_TEMPLATE
from drafter.word.lint import lint_file, lint_template
from drafter.word.package import Parts, read_parts, write_parts

DOCUMENT, HEADER, STYLES = "word/document.xml", "word/header1.xml", "word/styles.xml"


def _replace(part: str, old: str, new: str) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        assert old.encode() in parts[part], f"{old} is no longer in {part}"
        parts[part] = parts[part].replace(old.encode(), new.encode(), 1)

    return change


def _remove_endif(parts: Parts) -> None:
    parts[DOCUMENT] = parts[DOCUMENT].replace(b"{%p endif %}", b"", 1)


def test_the_house_template_has_no_fault() -> None:
    assert lint_file(HOUSE_TEMPLATE) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_replace(HEADER, "{{ acheteur }}", "{{ achteur }}"), "« achteur » n'existe pas"),
        (_replace(HEADER, "{{ acheteur }}", "{{ acheteur }"), "mal écrite"),
        (_remove_endif, "mal écrite"),
        (_replace(HEADER, "{{ acheteur }}", "{{ acheteur | safe }}"), "« safe »"),
        (_replace(HEADER, "{{ objet }}", "{{ ob</w:t></w:r><w:r><w:t>jet }}"), "coupée"),
        (_replace(DOCUMENT, "{{p corps }}", "{{ titre }}"), "0 trouvée"),
        (_replace(STYLES, '"Note au rédacteur"', '"Autre"'), "« Note au rédacteur »"),
        (_replace(STYLES, '"Table Grid"', '"Light Shading Accent 1"'), "modèle par défaut"),
        (_replace(STYLES, 'w:lang w:val="fr-FR"', 'w:lang w:val="en-US"'), "fr-FR"),
        (lambda parts: parts.update({"word/stylesWithEffects.xml": b"<x/>"}), "stylesWithEffects"),
    ],
    ids=["unknown", "open", "unbalanced", "safe", "split", "no body", "style", "foreign style", "language", "part"],
)
def test_each_fault_is_named(change: Callable[[Parts], None], said: str) -> None:
    parts = read_parts(HOUSE_TEMPLATE.read_bytes())
    change(parts)
    faults = lint_template(parts, "essai.docx")
    assert any(said in str(fault) for fault in faults), faults
    assert all(str(fault).startswith("essai.docx") for fault in faults)


def test_a_document_of_python_docx_is_no_template() -> None:
    buffer = BytesIO()
    docx.Document().save(buffer)
    said = " ".join(str(fault) for fault in lint_template(read_parts(buffer.getvalue()), "essai.docx"))
    assert "stylesWithEffects" in said
    assert "« Chapeau »" in said


def test_a_file_that_is_no_template_is_said(tmp_path: Path) -> None:
    (tmp_path / "rien.docx").write_bytes(b"rien")
    (tmp_path / "vide.docx").write_bytes(write_parts({"a.xml": b"<a/>"}))
    for name in ("absent.docx", "rien.docx", "vide.docx"):
        assert len(lint_file(tmp_path / name)) == 1
