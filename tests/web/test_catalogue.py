"""The library in a browser: search, one page a clause, coverage, open data."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from drafter import french
from drafter.coverage import coverage
from drafter.draft.blocks import Heading
from drafter.library import Library
from drafter.library.clause import Clause
from drafter.library.terms import ClauseType, Family
from drafter.readers import plain
from drafter.specimen import specimen
from drafter.vocabulary import Ambition, Piece
from drafter.web import catalogue
from drafter.web.catalogue import catalogue_url
from drafter.web.clause_search import PAGE_SIZE, Catalogue, row_name, short_why
from drafter.web.clause_view import clause_page, close_clauses
from drafter.web.condition_words import when_lines

HOURS = "social.insertion.heures"
PRODUCTS = "env.nettoyage.produits"
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def found(library: Library) -> Catalogue:
    return Catalogue(library)


def search(found: Catalogue, **arguments: str) -> Any:
    return found.search(found.read(arguments))


def everything(found: Catalogue, **arguments: str) -> list[Clause]:
    pages = search(found, **arguments).pages
    return [clause for page in range(1, pages + 1) for clause in search(found, **arguments, page=str(page)).clauses]


def shown(text: str) -> str:
    return french.typeset(text)


# --- search --------------------------------------------------------------------------------------


def test_all_the_words_must_be_there_and_accents_do_not_count(found: Catalogue) -> None:
    one, other = everything(found, q="véhicule électrique"), everything(found, q="VEHICULES electriques")
    assert one
    assert {clause.id for clause in one} <= {clause.id for clause in everything(found, q="vehicule")}
    assert {clause.id for clause in other} >= {
        clause.id for clause in one if "électriques" in str(clause.texts) and "véhicules" in str(clause.texts)
    }
    for clause in one:
        assert "vehicule" in plain(str(clause))
        assert "electrique" in plain(str(clause))


def test_a_word_is_found_from_its_beginning_only(found: Catalogue) -> None:
    """« eau » is no part of « bureau »."""
    for clause in everything(found, q="eau"):
        assert re.search(r"\beau", plain(f"{clause.title} {clause.id} {clause.stake} {clause!s}")), clause.id
    assert any("bureau" in plain(str(clause.texts)) for clause in found.active)


def test_titles_come_first(found: Catalogue) -> None:
    titled = ["emballage" in plain(clause.title) for clause in everything(found, q="emballage")]
    assert titled[0]
    assert titled == sorted(titled, reverse=True)


def test_an_id_is_found(found: Catalogue) -> None:
    assert everything(found, q=HOURS)[0].id == HOURS


def test_each_filter_keeps_what_it_says(found: Catalogue) -> None:
    for facet in search(found).facets:
        for option in facet.options:
            kept = everything(found, **{facet.filter.name: option.value})
            assert len(kept) == option.count, (facet.filter.name, option.value)
            assert all(option.value in map(str, facet.filter.of(clause)) for clause in kept)


def test_filters_add_up_and_counts_foresee_the_next_choice(found: Catalogue) -> None:
    first = search(found, segment="NET", niveau="exemplaire")
    for facet in first.facets:
        if facet.filter.name == "type":
            for option in facet.options:
                then = search(found, segment="NET", niveau="exemplaire", type=option.value)
                assert then.count == option.count
                assert all("NET" in clause.segments and Ambition.EXEMPLARY in clause.levels for clause in then.clauses)


def test_pages_hold_every_clause_once(found: Catalogue) -> None:
    whole = search(found)
    assert whole.count == len(found.active)
    assert whole.pages == -(-whole.count // PAGE_SIZE)
    names = [clause.id for clause in everything(found)]
    assert len(names) == len(set(names)) == whole.count


@pytest.mark.parametrize("page", ["0", "-3", "9999", "abc", "٣", "9" * 30, ""])
def test_a_page_that_does_not_exist(found: Catalogue, page: str) -> None:
    result = search(found, page=page)
    assert 1 <= result.query.page <= result.pages
    assert result.clauses


def test_only_active_clauses_are_listed(library: Library) -> None:
    retired = library.clauses[PRODUCTS].model_copy(update={"status": "retiree"})
    other = Catalogue(Library(**{**vars_of(library), "clauses": {**library.clauses, PRODUCTS: retired}}))
    assert PRODUCTS not in {clause.id for clause in other.active}


def vars_of(library: Library) -> dict[str, Any]:
    return {name: getattr(library, name) for name in Library.__dataclass_fields__}


def test_every_cell_of_the_coverage_leads_to_its_clauses(found: Catalogue, library: Library) -> None:
    for row in coverage(library).rows:
        for kind, cell in row.cells.items():
            kept = everything(found, couverture=row_name(row.code), type=str(kind))
            assert sorted(clause.id for clause in kept) == sorted(cell.clauses), (row.code, kind)
        assert search(found, couverture=row_name(row.code)).count == row.total
    social = {clause.id for clause in everything(found, couverture="social")}
    assert social == {clause.id for clause in found.active if clause.family in (Family.SOCIAL, Family.INSERTION)}


def test_one_line_of_why(library: Library) -> None:
    for clause in library.clauses.values():
        line = short_why(clause)
        assert line
        assert len(line) <= 181
        assert "\n" not in line


# --- the list ------------------------------------------------------------------------------------


def test_the_list(client, library: Library, found: Catalogue) -> None:
    answer = client.get("/bibliotheque")
    assert answer.status_code == 200
    assert len(answer.data) < 100_000
    assert answer.page.title == "La bibliothèque de clauses – drafter"
    for clause in search(found).clauses:
        assert f"/bibliotheque/clauses/{clause.id}" in answer.page.addresses
        assert shown(clause.title) in answer.page.text
        assert shown(short_why(clause)) in answer.page.text
    assert "/bibliotheque?page=2" in answer.page.addresses


def test_the_form_shows_what_was_asked(client) -> None:
    page = client.get("/bibliotheque?q=produits&segment=NET&niveau=socle").page
    fields = dict(page.form("/bibliotheque").fields)
    assert fields["q"] == "produits"
    assert fields["segment"] == "NET"
    assert fields["niveau"] == "socle"
    assert fields["type"] == ""


def test_an_empty_field_is_no_part_of_the_address(client) -> None:
    answer = client.get("/bibliotheque?q=&segment=NET&type=&page=2")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/bibliotheque?segment=NET&page=2"
    assert client.get("/bibliotheque?q=").headers["Location"] == "/bibliotheque"
    hostile = client.get("/bibliotheque?q=&_external=1&_scheme=javascript&endpoint=x&_anchor=y")
    assert hostile.headers["Location"].startswith("/bibliotheque?")


def test_nothing_found_says_how_to_widen(client) -> None:
    page = client.get("/bibliotheque?q=introuvablement&segment=NET").page
    assert "Aucune clause" in page.text
    assert "/bibliotheque?segment=NET" in page.addresses
    assert "Sans les mots cherchés" in page.text
    nothing = client.get("/bibliotheque?q=introuvablement").page
    assert "Sans les mots cherchés" in nothing.text


@pytest.mark.parametrize("name", ["q", "segment", "type", "piece", "famille", "niveau", "enjeu", "couverture", "page"])
def test_hostile_arguments(client, name: str) -> None:
    for text in (HOSTILE, "x" * 5000, "{{ 7 * 7 }}", "\u202e\x00", "é" * 300):
        client.typed = (text[:40],)
        answer = client.get(f"/bibliotheque?{urlencode({name: text})}")
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.data
    client.typed = ()


def test_an_unknown_filter_is_told(client) -> None:
    page = client.get("/bibliotheque?segment=ZZZ").page
    assert shown("« ZZZ » n'est pas connu dans la liste « Achat » : ce filtre est ignoré.") in page.text


# --- one clause ----------------------------------------------------------------------------------


def test_every_clause_has_its_page(client, library: Library) -> None:
    """The page itself is checked by the client: one h1, French spaces, labels, ids, addresses."""
    for clause in library.clauses.values():
        answer = client.get(f"/bibliotheque/clauses/{clause.id}")
        assert answer.status_code == 200, clause.id
        assert len(answer.data) < 100_000, clause.id
        page = answer.page
        assert page.found["h1"] == [shown(clause.title)]
        assert clause.id in page.text
        for piece in clause.texts:
            assert f'id="brut-{piece.lower()}"' in page.html
        for basis in clause.legal_basis:
            assert basis.link is None or basis.link in page.addresses, (clause.id, basis.article)
        for source in clause.sources:
            assert source.link is None or source.link in page.addresses
        for name in (*clause.goes_with, *clause.replaces, *clause.conflicts):
            assert f"/bibliotheque/clauses/{name}" in page.addresses, (clause.id, name)
        for parameter in clause.parameters.values():
            assert shown(parameter.label) in page.text, clause.id
        for use in clause.penalties:  # in a table of the page, or in the text of a clause that has its own
            assert f"{use.code}. {shown(library.penalties[use.code].title)}" in page.text, (clause.id, use.code)


def test_another_level_writes_other_figures(client, library: Library) -> None:
    rate = library.clauses[PRODUCTS].parameters
    moving = next(item for item in rate.values() if item.exemplary is not None)
    base = client.get(f"/bibliotheque/clauses/{PRODUCTS}?niveau=socle").get_data(as_text=True)
    high = client.get(f"/bibliotheque/clauses/{PRODUCTS}?niveau=exemplaire").get_data(as_text=True)
    assert f"<mark>{french.show(moving.default)}</mark>" in base
    assert f"<mark>{french.show(moving.exemplary)}</mark>" in high
    assert client.get(f"/bibliotheque/clauses/{PRODUCTS}?niveau={HOSTILE}").status_code == 200


def test_ties_hold_both_ways(library: Library) -> None:
    for clause in library.clauses.values():
        for name in clause.conflicts:
            ties = dict(clause_page(library.clauses[name], library, date(2026, 11, 22), None).links)
            assert clause in ties["Ne se choisit pas avec"]


def test_an_article_still_to_come_is_not_shown(library: Library) -> None:
    duty = library.clauses[HOURS]
    early = clause_page(duty, library, date(1990, 1, 1), None)
    today = clause_page(duty, library, date(2026, 11, 22), None)
    dated = [
        basis
        for basis in duty.legal_basis
        if (article := library.articles.find(basis.text, basis.article)) and article.start
    ]
    assert len(today.legal_basis) == len(duty.legal_basis)
    assert len(early.legal_basis) == len(duty.legal_basis) - len(dated)


def test_a_retired_clause_keeps_its_page_and_says_so(library: Library) -> None:
    retired = library.clauses[PRODUCTS].model_copy(update={"status": "retiree"})
    changed = Library(**{**vars_of(library), "clauses": {**library.clauses, PRODUCTS: retired}})
    from drafter.web import create_app

    text = create_app(changed, {"SECRET_KEY": "x"}).test_client().get(f"/bibliotheque/clauses/{PRODUCTS}")
    assert "Retirée\u00a0: cette clause n’est plus proposée" in text.get_data(as_text=True)


def test_an_unknown_id_proposes_close_ones(client) -> None:
    answer = client.get(f"/bibliotheque/clauses/{PRODUCTS[:-1]}")
    assert answer.status_code == 404
    assert answer.page.title == "Erreur\u00a0: Clause introuvable – drafter"
    assert f"/bibliotheque/clauses/{PRODUCTS}" in answer.page.addresses
    assert client.get("/bibliotheque/clauses/zzzz.docx").status_code == 404
    assert client.get("/bibliotheque/clauses/zzzz.json").status_code == 404
    hostile = client.get("/bibliotheque/clauses/%22%3E%3Cscript%3Ealert(1)")
    assert hostile.status_code == 404
    assert b"<script>alert" not in hostile.data


def test_close_ids(library: Library) -> None:
    assert close_clauses("social.insertion.heure", library)[0].id == HOURS
    assert any("nettoyage" in clause.id for clause in close_clauses("nettoyage", library))
    assert close_clauses("", library) == ()
    assert len(close_clauses("x" * 10_000, library)) <= 5


def test_the_address_of_a_clause_for_other_pages(app: Flask) -> None:
    with app.test_request_context():
        assert catalogue_url(HOURS) == f"/bibliotheque/clauses/{HOURS}"
    assert app.jinja_env.globals["catalogue_url"] is catalogue_url


def test_conditions_are_said_in_french(library: Library) -> None:
    for clause in library.clauses.values():
        for line in when_lines(clause, library):
            assert not re.search(r"\b[a-z]+_[a-z]+\b|[{}\[\]]", line), (clause.id, line)
            if line.startswith("Segment"):
                assert not set(re.findall(r"\w+", line)) & set(library.segments), (clause.id, line)


# --- in Word -------------------------------------------------------------------------------------


def test_a_clause_in_word(client, library: Library) -> None:
    answer = client.get(f"/bibliotheque/clauses/{PRODUCTS}.docx")
    assert answer.status_code == 200
    assert answer.mimetype == catalogue.DOCX
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{PRODUCTS}.docx"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        body = package.read("word/document.xml").decode()
    text = re.sub(r"<[^>]+>", "", body)
    assert shown(library.clauses[PRODUCTS].title) in text
    for code in {use.code for use in library.clauses[PRODUCTS].penalties}:
        assert f"{code}. " in text
    assert client.get(f"/bibliotheque/clauses/{PRODUCTS}.docx").data == answer.data
    assert client.get(f"/bibliotheque/clauses/{PRODUCTS}.docx?niveau=exemplaire").data != answer.data


def test_a_word_file_holds_each_piece(library: Library) -> None:
    found = specimen(library.clauses[HOURS], library)
    titles = {block.text for block in found.document.blocks if isinstance(block, Heading)}
    for document in found.pieces.values():
        assert {block.text for block in document.blocks if isinstance(block, Heading)} <= titles
    assert set(found.pieces) == {Piece.CCAP, Piece.RC, Piece.AE}


# --- coverage and open data ----------------------------------------------------------------------


def test_the_coverage(client, library: Library) -> None:
    answer = client.get("/bibliotheque/couverture")
    assert answer.status_code == 200
    assert len(answer.data) < 100_000
    for row in coverage(library).rows:
        assert shown(row.label) in answer.page.text
        for gap in row.gaps:
            assert shown(gap) in answer.page.text
        for kind, cell in row.cells.items():
            address = f"/bibliotheque?couverture={row_name(row.code)}&type={kind}"
            assert (address in answer.page.addresses) is bool(cell.clauses), (row.code, kind)


def test_the_open_data_is_documented(client) -> None:
    page = client.get("/bibliotheque/donnees").page
    assert {"/bibliotheque/clauses.csv", "/bibliotheque/clauses.json"} <= set(page.addresses)
    assert "texte_cctp" in page.text


@pytest.mark.parametrize("path", ["clauses.json", "clauses.csv", f"clauses/{PRODUCTS}.json"])
def test_open_data_is_asked_again_only_when_it_changed(client, library: Library, path: str) -> None:
    answer = client.get(f"/bibliotheque/{path}")
    assert answer.status_code == 200
    tag = answer.headers["ETag"]
    assert tag.startswith(f'"{library.info.version}-')
    again = client.get(f"/bibliotheque/{path}", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert not again.data
    assert client.get(f"/bibliotheque/{path}", headers={"If-None-Match": '"2020.1-0"'}).status_code == 200


def test_one_clause_as_data(client, library: Library) -> None:
    data = json.loads(client.get(f"/bibliotheque/clauses/{PRODUCTS}.json").data)
    assert data["bibliotheque"]["version"] == library.info.version
    assert data["clause"]["id"] == PRODUCTS
    whole = json.loads(client.get("/bibliotheque/clauses.json").data)
    assert data["clause"] in whole["clauses"]
    assert len(whole["clauses"]) == len(library.clauses)


def test_types_have_a_name() -> None:
    from drafter.library.terms import Access, Basis, Maturity, Stake
    from drafter.web import clause_words as words

    for table, kind in (
        (words.TYPES, ClauseType),
        (words.FAMILIES, Family),
        (words.STAKES, Stake),
        (words.MATURITY, Maturity),
        (words.ACCESS, Access),
        (words.BASES, Basis),
    ):
        assert set(table) == set(kind)  # type: ignore[call-overload]
