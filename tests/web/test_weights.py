"""A market of a hundred lots weighs on no page: what is shown first is short, the rest comes when asked for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from drafter import dossier
from drafter.draft.blocks import Heading, Paragraph, Table, Text
from drafter.library import Library
from drafter.market import market_data
from drafter.pipeline import run
from drafter.web.fields import Fields, lot_numbers
from drafter.web.folded_lots import FIELD, lots_shown, unfolded
from drafter.web.lot_groups import groups
from drafter.web.preview import Marked, Place, Preview, marked, preview
from drafter.web.preview_parts import LEAST, part_at, parts_of, weight

from .reading import Page
from .test_decide import document, paragraph
from .test_path import CLEANING

LIGHT = 100_000
LOTS = 100
TRADES = (
    "Gros œuvre et maçonnerie",
    "Peinture et revêtements de sols",
    "Électricité, courants forts et faibles",
    "Plomberie, chauffage et ventilation",
    "Nettoyage des locaux",
    "Espaces verts",
    "Menuiseries extérieures",
    "Mobilier de bureau",
    "Restauration scolaire",
    "Transport de personnes",
)
REST = ", site {} du groupement, avec entretien, astreinte, déplacements et fournitures compris"
"""Titles of a hundred signs and more."""


def lot_fields() -> dict[str, str]:
    fields = {}
    for number in range(LOTS):
        fields[f"lots-{number}-intitule"] = TRADES[number % len(TRADES)] + REST.format(number + 1)
        fields[f"lots-{number}-montant_ht"] = f"{90_000 + 1_700 * number}"
        fields[f"lots-{number}-duree_mois"] = f"{10 + number % 30}"
    return fields


@pytest.fixture(scope="module")
def client(app: Flask) -> Any:
    return app.test_client()


@pytest.fixture(scope="module")
def decided(client: Any) -> Page:
    first = client.get("/").page
    changes = {**CLEANING, "montant_ht": "", "cpv": "", "ambition": "avance", "procedure": "appel_offres"}
    data = first.sent("/verifier", **changes)
    data.update(lot_fields())
    answer = client.post("/verifier", data=data)
    assert answer.status_code == 200
    assert len(answer.data) < LIGHT
    return answer.page


def lots_of(page: Page) -> list[dict[str, Any]]:
    market = dossier.load(page.sent("/verifier")["dossier"])
    return market_data(market)["lots"]


def with_value(data: MultiDict[str, str], **more: str) -> MultiDict[str, str]:
    return MultiDict([*data.items(multi=True), *more.items()])


@pytest.mark.parametrize("step", ["/decrire", "/loi", "/documents", "/brouillon"])
def test_each_step_is_light(client, decided: Page, step: str) -> None:
    answer = client.post(step, data=decided.sent("/verifier"))
    assert answer.status_code == 200
    assert len(answer.data) < LIGHT, len(answer.data)


@pytest.mark.parametrize("part", ["heures/11", "heures/91", "compris/1", "compris/51", "alertes"])
def test_folded_lots_come_alone_or_with_the_page(client, decided: Page, part: str) -> None:
    data = decided.sent("/verifier")
    piece = client.post(f"/verifier/partie/{part}", data=data)
    assert piece.status_code == 200
    whole = client.post("/verifier", data=with_value(data, ouvrir=part))
    assert len(whole.data) < LIGHT
    kind, _, first = part.partition("/")
    if first:
        said = f"site {int(first) + 3} du groupement"
        assert said in piece.text
        closed, opened = decided.html.count(said), whole.text.count(said)
        assert opened == closed + 1, "shown, where the page kept it folded"
        assert f'id="{kind}-{first}" open' in whole.text
    assert client.post("/verifier/partie/heures/7", data=data).status_code == 404


@pytest.mark.parametrize("piece", ["ccap", "cctp", "rc", "ae", "note", "decision"])
def test_a_piece_comes_in_parts(client, decided: Page, piece: str) -> None:
    """The first part, one in the middle and the last are light; every lot stands in one of the parts."""
    data = decided.sent("/verifier")
    first = client.post(f"/apercu/{piece}", data=data)
    assert len(first.data) < LIGHT, len(first.data)
    numbers = {int(found) for found in re.findall(rf"/apercu/{piece}\?partie=(\d+)", first.text)}
    if piece == "note":
        assert max(numbers) > 5
    for number in {max(numbers, default=1), max(numbers, default=1) // 2 + 1}:
        other = client.post(f"/apercu/{piece}?partie={number}", data=data)
        assert other.status_code == 200
        assert len(other.data) < LIGHT, (number, len(other.data))
    for place in sorted({address.partition("#")[2] for address in decided.addresses if f"/apercu/{piece}?" in address}):
        shown = client.post(f"/apercu/{piece}?lieu={place}", data=data).page
        assert place in shown.ids


# --- the first page ------------------------------------------------------------------------------


def test_folded_lots_are_sent_and_changed(client, decided: Page) -> None:
    """Nothing is lost on the way to the description, into another group of lots, and back."""
    page = client.post("/decrire", data=decided.sent("/verifier")).page
    fields = dict(page.form("/verifier").fields)
    assert len(lot_numbers(fields)) == 10
    assert lots_of(client.post("/verifier", data=page.sent("/verifier")).page) == lots_of(decided)
    page = client.post("/decrire", data=with_value(page.sent("/verifier"), deplier="lots-57-montant_ht")).page
    fields = dict(page.form("/verifier").fields)
    assert lot_numbers(fields) == list(range(50, 60))
    changed = client.post("/verifier", data=page.sent("/verifier", **{"lots-57-montant_ht": "123 456"})).page
    before, after = lots_of(decided), lots_of(changed)
    assert after[57]["montant_ht"] == 123_456
    assert [*after[:57], *after[58:]] == [*before[:57], *before[58:]]


def test_a_lot_at_fault_stands_open(client, decided: Page) -> None:
    page = client.post("/decrire", data=with_value(decided.sent("/verifier"), deplier="lots-30-intitule")).page
    answer = client.post("/verifier", data=page.sent("/verifier", **{"lots-33-montant_ht": "beaucoup"}))
    assert answer.status_code == 422
    fields = dict(answer.page.form("/verifier").fields)
    assert fields["lots-33-montant_ht"] == "beaucoup"
    assert "#lots-33-montant_ht" in answer.text
    assert len(lot_numbers(unfolded(answer.page.sent("/verifier")))) == LOTS


def test_lots_fold_only_when_they_are_many() -> None:
    few = Fields({f"lots-{number}-intitule": (f"Lot {number}",) for number in range(20)})
    assert not lots_shown(few).folded
    many = Fields({f"lots-{3 * number}-intitule": (f"Lot {number}",) for number in range(25)}, {"lots-72-cpv": ("x",)})
    rows = lots_shown(many, ("lots-3-cpv",)).rows
    assert [(row.rank, row.last) for row in rows if not row.open] == [(11, 20), (21, 24)]
    assert [row.rank for row in rows if row.open] == [*range(1, 11), 25]


@pytest.mark.parametrize("text", ["[", "[]", "3", '{"a":["x"]}', '{"5":"x"}', '{"99999":["x"]}', "[" * 50_000])
def test_an_altered_fold_is_no_lot(text: str) -> None:
    assert lot_numbers(unfolded(MultiDict({FIELD: text, "objet": "Achat"}))) == []


def test_groups_of_lots() -> None:
    assert [group.label for group in groups(range(20))] == ["Lots 1 à 20"]
    assert [group.label for group in groups(range(21))] == ["Lots 1 à 10", "Lots 11 à 20", "Lot 21"]


# --- parts of a piece ----------------------------------------------------------------------------


def long_piece(articles: int) -> Preview:
    words = paragraph("Une obligation qui se lit. " * 100)
    blocks = [block for number in range(articles) for block in (Heading(1, f"Titre {number}"), words)]
    piece = document(*blocks)
    return Preview(piece, piece.blocks, compared=False)


def test_parts_hold_the_whole_piece_in_order() -> None:
    shown = long_piece(60)
    parts = parts_of(shown, 40_000)
    assert len(parts) > 2
    assert tuple(block for part in parts for block in part.blocks) == shown.blocks
    assert all(isinstance(part.blocks[0], Heading) for part in parts)
    assert all(sum(map(weight, part.blocks)) <= 92_000 - 40_000 for part in parts)
    assert len(parts_of(long_piece(3), 40_000)) == 1


def test_a_block_alone_too_heavy_is_cut() -> None:
    rows = tuple(((Text(f"{number} " + "mot " * 40),),) for number in range(1_000))
    piece = document(Heading(1, "Table"), Table("Lots", ("Lot",), rows, total_row=True))
    parts = parts_of(Preview(piece, piece.blocks, compared=False), 20_000)
    tables = [block for part in parts for block in part.blocks if isinstance(block, Table)]
    assert tuple(row for table in tables for row in table.rows) == rows
    assert [table.total_row for table in tables] == [False] * (len(tables) - 1) + [True]
    assert len({table.caption for table in tables}) == 2


def test_a_blank_and_a_change_lead_to_their_part() -> None:
    before = long_piece(60).document
    last = paragraph("Par ")
    after = document(*before.blocks, Heading(1, "Fin"), last)
    shown = Preview(after, marked(before, after), compared=True)
    parts = parts_of(shown, 40_000)
    assert part_at(parts, shown.changes[-1].id, 1) is parts[-1]
    assert part_at(parts, "inconnu", 2) is parts[1]
    assert part_at(parts, "", 99) is parts[0]
    blank = Paragraph((Place("nom", "blanc-ccap-1"),))
    held = Preview(after, (*before.blocks, Marked("ajoute", (blank,), "changement-ccap-1", "")), compared=True)
    assert "blanc-ccap-1" in parts_of(held, 40_000)[-1].places


def test_a_dossier_too_heavy_leaves_room_for_the_piece() -> None:
    assert all(sum(map(weight, part.blocks)) <= LEAST for part in parts_of(long_piece(20), 500_000))


def test_examples_are_light(client: Any, library: Library) -> None:
    """What test_path.py does not weigh: the law lot by lot, and the pieces that take more than one page."""
    for name, market in library.examples.items():
        result = run(market, library)
        carried = {"page": "documents", "dossier": dossier.dump(market, library)}
        paths = [f"/apercu/{piece}" for piece in result.documents if len(parts_of(preview(result, piece), 3_000)) > 1]
        for path in [*paths, *(["/loi"] if market.lots else [])]:
            answer = client.post(path, data={**carried, "csrf_token": token(client)})
            assert answer.status_code == 200, (name, path)
            assert len(answer.data) < LIGHT, (name, path, len(answer.data))


def token(client: Any) -> str:
    return client.get("/").page.sent("/verifier")["csrf_token"]
