"""The dossier inside a document, and what a hostile file may try."""

from __future__ import annotations

import contextlib
import json
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafter.errors import InputError
from drafter.paths import TEMPLATES
from drafter.word import read_dossier
from drafter.word.dossier import NAMESPACE, embed_dossier
from drafter.word.package import read_parts, write_parts

MAISON = (TEMPLATES / "docx" / "maison.docx").read_bytes()
WITH_DOSSIER = write_parts(embed_dossier(read_parts(MAISON), "{}"))
HEAD = f'<dossier xmlns="{NAMESPACE}">'


def _package(**parts: bytes) -> bytes:
    return write_parts({f"customXml/{name}.xml": content for name, content in parts.items()})


def test_no_dossier() -> None:
    assert read_dossier(MAISON) is None


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_any_json_comes_back(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    back = read_dossier(write_parts(embed_dossier(read_parts(MAISON), text)))
    assert back is not None
    assert json.loads(back) == value


def test_an_ordinary_text_comes_back_to_the_letter() -> None:
    text = '{\n  "objet": "Travaux <d\'été> & « voirie »",\n\t"n": 1\n}\n'
    assert read_dossier(write_parts(embed_dossier(read_parts(MAISON), text))) == text


def test_a_second_dossier_replaces_the_first() -> None:
    once = embed_dossier(read_parts(MAISON), '{"a": 1}')
    twice = embed_dossier(once, '{"a": 2}')
    assert twice.keys() == once.keys()
    assert read_dossier(write_parts(twice)) == '{"a": 2}'


def test_word_may_rename_the_part() -> None:
    data = _package(item1=b"<other/>", item7=f"{HEAD}{{}}</dossier>".encode())
    assert read_dossier(data) == "{}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "n'est pas un document Word", id="empty"),
        pytest.param(b"PK\x03\x04 not a zip", "n'est pas un document Word", id="not a zip"),
        pytest.param(MAISON[:-40], "n'est pas un document Word", id="cut"),
        pytest.param(b"\0" * (20 * 1024 * 1024 + 1), "20 Mo", id="large file"),
        pytest.param(
            _package(item1=f"<!DOCTYPE x [<!ENTITY a 'b'>]>{HEAD}&a;</dossier>".encode()),
            "déclaration interdite",
            id="doctype",
        ),
        pytest.param(_package(item1=HEAD.encode()), "abîmées", id="not XML"),
        pytest.param(_package(item1=HEAD.encode() + b" " * 6_000_000), "5 Mo", id="bomb in a part"),
        pytest.param(_package(item1=b" " * 3_000_000, item2=b" " * 3_000_000), "5 Mo", id="bomb in two"),
        pytest.param(write_parts({f"a{n}": b"" for n in range(2_001)}), "trop d'éléments", id="entries"),
    ],
)
def test_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_dossier(data)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("customXml/item1.xml", "<a/>")
        archive.writestr("customXml/item1.xml", "<b/>")
    with pytest.raises(InputError, match="deux fois"):
        read_dossier(buffer.getvalue())


@given(st.binary(max_size=200), st.integers(0, len(WITH_DOSSIER)))
def test_noise_is_refused_or_read_never_worse(noise: bytes, place: int) -> None:
    with contextlib.suppress(InputError):
        read_dossier(WITH_DOSSIER[:place] + noise + WITH_DOSSIER[place + len(noise) :])
