"""The pieces that the API sends are sound Word documents, each with its dossier inside."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from drafter import dossier
from drafter.library import Library, load_library
from drafter.market import market_data
from drafter.web import create_app
from drafter.web.api.operations import DOCX, EXAMPLE, PIECE_NAMES, PREFIX
from drafter.word import read_dossier
from drafter.word.bundle import FILE_NAMES

from .checks import structural_faults


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module")
def client(library: Library) -> FlaskClient:
    return create_app(library, {"SECRET_KEY": "test", "TESTING": True}).test_client()


def piece(client: FlaskClient, name: str, market: dict[str, Any]) -> bytes:
    answer = client.post(f"{PREFIX}/draft/{name}", json=market)
    assert answer.status_code == 200
    assert answer.mimetype == DOCX
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{FILE_NAMES[name]}"'
    return answer.data


@pytest.mark.parametrize("name", PIECE_NAMES)
def test_each_piece_is_sound_and_carries_its_dossier(client: FlaskClient, library: Library, name: str) -> None:
    data = piece(client, name, market_data(library.examples[EXAMPLE]))
    assert structural_faults(data) == []
    carried = read_dossier(data)
    assert carried is not None
    assert dossier.load(carried) == library.examples[EXAMPLE]


def test_nothing_typed_is_computed(client: FlaskClient, library: Library) -> None:
    """The only template text left is what was typed, as it was."""
    typed = "Nettoyage {{ 7 * 7 }} <b>=1+1</b> & Cie"
    faults = structural_faults(piece(client, "note", {**market_data(library.examples[EXAMPLE]), "objet": typed}))
    assert faults
    assert all(fault.endswith(f"template text left over: {typed}") for fault in faults)
