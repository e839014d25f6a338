"""The JSON API: what it answers is what the command line answers, and every refusal says what to do."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import jsonschema_rs
import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import TestResponse

from drafter import dossier, open_data
from drafter.cli import main
from drafter.document_set import set_archive
from drafter.draft.as_plain import as_plain
from drafter.library import Library
from drafter.market import Market, market_data
from drafter.pipeline import run
from drafter.web import create_app
from drafter.web.api.explanation import Explanation, UnderstoodMarket
from drafter.web.api.openapi import FAULTY
from drafter.web.api.operations import EXAMPLE, PIECE_NAMES, PREFIX, ZIP
from drafter.web.api.problems import BY_NAME, KINDS, MAX_BODY, MEDIA_TYPE

HOURS = "social.insertion.heures"


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    return json.loads(app.test_client().get(f"{PREFIX}/openapi.json").data)


@pytest.fixture(scope="module")
def validators(document: dict[str, Any]) -> dict[str, jsonschema_rs.Draft202012Validator]:
    """A validator of each schema of the published document, references resolved inside it."""
    known = document["components"]
    return {
        name: jsonschema_rs.Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": known})
        for name in known["schemas"]
    }


def post(client: Any, path: str, body: Any, **options: Any) -> TestResponse:
    text = body if isinstance(body, bytes | str) else json.dumps(body, ensure_ascii=False)
    return client.post(PREFIX + path, data=text, **{"content_type": "application/json", **options})


def refused(answer: TestResponse, name: str) -> dict[str, Any]:
    """The members of a problem of this sort; it is never anything else, nor kept by anyone."""
    kind = BY_NAME[name]
    assert answer.status_code == kind.status, answer.get_data(as_text=True)
    assert answer.mimetype == MEDIA_TYPE
    assert answer.headers["Cache-Control"] == "no-store"
    found = json.loads(answer.data)
    assert list(found) == ["type", "title", "status", "detail", "erreurs"]
    assert found["type"] == f"/api#erreur-{name}"
    assert found["status"] == kind.status
    assert found["detail"]
    return found


def example(library: Library, name: str = EXAMPLE) -> dict[str, Any]:
    return market_data(library.examples[name])


# --- explain -------------------------------------------------------------------------------------


def test_every_example_market_is_explained_as_the_schema_says(client, library, validators) -> None:
    """By the published schema, and by the models, which refuse a key that nothing documents."""
    market_keys = {info.alias or name for name, info in Market.model_fields.items()}
    for name in library.examples:
        market = json.loads(client.get(f"{PREFIX}/exemples/{name}").data)
        validators["Marche"].validate(market)
        answer = post(client, "/explain", market)
        assert answer.status_code == 200
        data = json.loads(answer.data)
        validators["Explication"].validate(data)
        Explanation.model_validate(data)
        assert set(data["marche"]) <= market_keys | set(UnderstoodMarket.model_fields)


@pytest.mark.parametrize(
    "name", [EXAMPLE, "construction-ecole-lots", "restauration-scolaire", "voirie-programme", "lot-reserve"]
)
def test_explain_is_the_command_to_the_byte(client, library, tmp_path, name: str) -> None:
    file = tmp_path / "marche.json"
    file.write_text(json.dumps(example(library, name), ensure_ascii=False), encoding="utf-8")
    said = CliRunner().invoke(main, ["explain", str(file), "--json"])
    assert said.exit_code == 0
    answer = post(client, "/explain", file.read_bytes())
    assert answer.data == said.stdout_bytes
    assert post(client, "/explain", file.read_bytes()).data == answer.data


def test_a_dossier_is_read_as_its_market_is(client, library) -> None:
    kept = dossier.dump(library.examples[EXAMPLE], library)
    assert post(client, "/explain", kept).data == post(client, "/explain", example(library)).data


def test_the_stable_facts_of_the_documented_example(client, library) -> None:
    """What a reader of the documentation is told to expect, computed each time."""
    data = json.loads(post(client, "/explain", example(library)).data)
    assert data["marche"]["segment_code"] == "NET"
    assert data["marche"]["segment_origine"] == "cpv"
    assert data["marche"]["ccag"] == "fcs"
    assert [lot["lot"] for lot in data["calibrage"]["lots"]] == [None]
    assert data["calibrage"]["total"]["retenu"] > 0
    assert HOURS in [clause["id"] for clause in data["clauses"]]
    assert data["decp"]["considerationsSociales"] == ["Clause sociale"]
    assert data["bibliotheque"]["version"] == library.info.version


# --- draft ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("comments", [True, False])
def test_the_archive_is_that_of_the_pages(client, library, comments: bool) -> None:
    answer = post(client, f"/draft{'' if comments else '?commentaires=non'}", example(library))
    assert answer.mimetype == ZIP
    assert answer.headers["Content-Disposition"] == 'attachment; filename="dossier-clauses.zip"'
    assert answer.data == set_archive(run(library.examples[EXAMPLE], library), comments=comments)


def test_some_pieces_only(client, library) -> None:
    answer = post(client, "/draft?pieces=note,rc", example(library))
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert set(names) == {"rc-section.docx", "note-de-calibrage.docx", "calcul-des-heures.xlsx", "dossier.json"}
    alone = zipfile.ZipFile(io.BytesIO(post(client, "/draft?pieces=rc", example(library)).data))
    assert set(alone.namelist()) == {"rc-section.docx", "dossier.json"}
    assert dossier.load(alone.read("dossier.json").decode()) == library.examples[EXAMPLE]


def test_pieces_as_text(client, library, validators) -> None:
    documents = run(library.examples[EXAMPLE], library).documents
    data = json.loads(post(client, "/draft?format=json", example(library)).data)
    validators["TextesDesPieces"].validate(data)
    assert [row["piece"] for row in data["pieces"]] == [name for name in PIECE_NAMES if name in documents]
    for row in data["pieces"]:
        text = post(client, f"/draft/{row['piece']}?format=texte", example(library))
        assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert text.get_data(as_text=True) == row["texte"] == as_plain(documents[row["piece"]])
        assert row["a_completer"] == list(documents[row["piece"]].blanks)


def test_a_piece_that_no_clause_writes(client, library) -> None:
    """Small supplies: no hours, so no annex to the contract."""
    name = next(name for name, market in library.examples.items() if "ae" not in run(market, library).documents)
    refused(post(client, "/draft/ae", example(library, name)), "piece-absente")
    data = json.loads(post(client, "/draft?format=json&pieces=ae,note", example(library, name)).data)
    assert [row["piece"] for row in data["pieces"]] == ["note"]
    assert data["absentes"] == ["ae"]


# --- the library ---------------------------------------------------------------------------------


def get(client: Any, path: str) -> Any:
    answer = client.get(PREFIX + path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "application/json"
    return json.loads(answer.data)


def test_every_answer_about_the_library_follows_its_schema(client, document, validators) -> None:
    """Each GET of the document, with the examples of its parameters."""
    seen = 0
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if "requestBody" in operation:
                continue
            parameters = operation.get("parameters", [])
            address = path
            for item in parameters:
                address = address.replace(f"{{{item['name']}}}", str(item["example"]))
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            validators[schema].validate(get(client, address))
            for item in (item for item in parameters if item["in"] == "query"):
                validators[schema].validate(get(client, f"{path}?{item['name']}={item['example']}"))
            seen += 1
    assert seen == 11


def test_every_clause_follows_its_schema(client, library, validators) -> None:
    for name, clause in library.clauses.items():
        data = get(client, f"/clauses/{name}")
        validators["UneClause"].validate(data)
        assert data == open_data.clause_data(clause, library)


def test_every_segment_and_trade_is_found_by_its_id(client, library, validators) -> None:
    for segment in library.segments.values():
        for name in (segment.id, segment.code, *(trade.id for trade in segment.trades)):
            assert get(client, f"/segments/{name}")["segment"]["id"] == segment.id
        validators["UnSegment"].validate(get(client, f"/segments/{segment.id}"))


@pytest.mark.parametrize(("words", "code"), [("nettoyage", "NET"), ("90911200", "NET"), ("espaces verts", "EV")])
def test_a_segment_is_found_by_words_or_code(client, words: str, code: str) -> None:
    found = get(client, f"/segments?q={words}")["segments"]
    assert found[0]["code"] == code
    assert all(hit["motif"] for hit in found)


def test_a_found_segment_may_be_written_in_a_market(client, library) -> None:
    for hit in get(client, "/segments?q=peinture")["segments"]:
        data = json.loads(post(client, "/explain", {**example(library), "segment": hit["id"]}).data)
        assert hit["code"] in (data["marche"]["segment_code"], *_other_segments(library, hit["id"]))


def _other_segments(library: Library, name: str) -> tuple[str, ...]:
    return next((trade.also for key, trade in library.trades.items() if key == name), ())


def test_without_words_every_segment_is_listed(client, library) -> None:
    found = get(client, "/segments")["segments"]
    assert [hit["id"] for hit in found] == [segment.id for segment in library.segments.values()]


def test_clauses_page_by_page_are_all_the_active_ones_once(client, library) -> None:
    first = get(client, "/clauses")
    ids = [
        row["id"] for page in range(1, first["pages"] + 1) for row in get(client, f"/clauses?page={page}")["clauses"]
    ]
    active = {clause.id for clause in library.clauses.values() if clause.status == "active"}
    assert len(ids) == len(set(ids)) == first["total"]
    assert set(ids) == active
    refused(client.get(f"{PREFIX}/clauses?page={first['pages'] + 1}"), "introuvable")


def test_filters_hold(client, library) -> None:
    rows = get(client, "/clauses?segment=NET&type=condition_execution&famille=environnement&niveau=avance")["clauses"]
    assert rows
    for row in rows:
        assert "NET" in row["segments"]
        assert (row["type"], row["famille"]) == ("condition_execution", "environnement")
        assert "avance" in row["niveaux"]


def test_counts_are_those_of_the_library(client, library) -> None:
    counts = get(client, "/bibliotheque")["comptes"]
    assert counts["clauses_actives"] == sum(counts["clauses"].values()) == get(client, "/clauses")["total"]
    assert counts["obligations"] == len(get(client, "/bibliotheque/obligations")["obligations"]) == len(library.duties)
    assert counts["parametres"] == len(get(client, "/bibliotheque/parametres")["parametres"])
    assert counts["exemples"] == len(get(client, "/exemples")["exemples"]) == len(library.examples)


def test_every_figure_has_its_source_and_status(client) -> None:
    entries = [
        *(value for item in get(client, "/bibliotheque/parametres")["parametres"] for value in item["valeurs"]),
        *(value for item in get(client, "/bibliotheque/taux")["taux"] for value in item["valeurs"]),
    ]
    assert len(entries) > 50
    for entry in entries:
        assert entry["statut"]
        assert entry["source"]["titre"]
        assert entry["source"]["lu_le"]


def test_data_is_asked_for_again_only_when_it_changed(client) -> None:
    for path in ("/openapi.json", "/clauses", f"/clauses/{HOURS}", "/bibliotheque/taux", f"/exemples/{EXAMPLE}"):
        first = client.get(PREFIX + path)
        again = client.get(PREFIX + path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert not again.data


# --- refusals ------------------------------------------------------------------------------------


def test_every_fault_of_a_market_at_once(client, document) -> None:
    found = refused(post(client, "/explain", FAULTY), "marche")
    assert {row["champ"] for row in found["erreurs"]} == {"nature", "montant_ht", "date_lancement"}
    answers = document["paths"]["/explain"]["post"]["responses"]["422"]["content"][MEDIA_TYPE]["examples"]
    assert [answer["value"] for answer in answers.values()] == [found]


def test_places_in_lists_are_counted_from_one(client, library) -> None:
    market = {**example(library), "lots": [{"intitule": "Un"}, {"intitule": "Deux", "montant_ht": "x"}]}
    found = refused(post(client, "/explain", market), "marche")
    assert [row["champ"] for row in found["erreurs"]] == ["lots[2].montant_ht"]


def test_a_segment_that_does_not_exist(client, library) -> None:
    refused(post(client, "/draft", {**example(library), "segment": "plombrie-x"}), "marche")


def test_a_decision_that_cannot_stand(client, library) -> None:
    market = {**example(library), "decisions": [{"clause": HOURS, "choix": "retirer"}]}
    found = refused(post(client, "/explain", market), "regle")
    assert found["erreurs"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"objet": "a", "objet": "b"}',
        b'{"\\ud800": 1, "\\ud800": 2}',
        b'{"montant_ht": NaN}',
        b'{"montant_ht": Infinity}',
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"montant_ht": ' + b"9" * 10_000 + b"x}",
        b"objet: du YAML",
    ],
    ids=lambda body: body[:12].decode("latin-1"),
)
@pytest.mark.parametrize("path", ["/explain", "/draft", "/draft/rc"])
def test_what_is_no_json(client, path: str, body: bytes) -> None:
    refused(post(client, path, body), "lecture")


@pytest.mark.parametrize("body", [b"null", b"[]", b'"x"', b"12", b"true", b"{}", b'{"format": "autre"}', b"1e99999"])
def test_json_that_is_no_market(client, body: bytes) -> None:
    assert refused(post(client, "/explain", body), "marche")["erreurs"]


def test_too_large_by_its_length_or_piece_by_piece(client, library) -> None:
    market = json.dumps(example(library)).encode()
    assert post(client, "/explain", market + b" " * (MAX_BODY - len(market))).status_code == 200
    refused(post(client, "/explain", market + b" " * (MAX_BODY - len(market) + 1)), "taille")
    streamed = client.post(
        f"{PREFIX}/explain",
        input_stream=io.BytesIO(b" " * (MAX_BODY + 1)),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )
    refused(streamed, "taille")


def test_a_long_list_of_faults_ends(client, library) -> None:
    lots = [{"intitule": "", "montant_ht": "x", "duree_mois": "y", "cpv": "z"} for _ in range(100)]
    found = refused(post(client, "/explain", {**example(library), "lots": lots}), "marche")
    assert len(found["erreurs"]) == 101
    assert "autres" in found["erreurs"][-1]["message"]


@pytest.mark.parametrize("kind", ["", "text/plain", "text/json", "application/x-www-form-urlencoded", "*/*"])
def test_another_content_type(client, library, kind: str) -> None:
    refused(post(client, "/explain", example(library), content_type=kind), "type-de-contenu")


def test_a_compressed_body(client, library) -> None:
    answer = post(client, "/explain", example(library), headers={"Content-Encoding": "gzip"})
    refused(answer, "type-de-contenu")


def test_a_charset_beside_the_type(client, library) -> None:
    answer = post(client, "/explain", example(library), content_type="application/json; charset=utf-8")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/clauses?couleur=bleu", ["couleur"]),
        ("/clauses?segment=ZZZ&niveau=&page=0", ["niveau", "page", "segment"]),
        ("/clauses?page=1&page=2", ["page"]),
        ("/clauses?page=١", ["page"]),
        ("/segments?q=" + "x" * 201, ["q"]),
        ("/bibliotheque?x=1", ["x"]),
        ("/clauses?%00=%ff", ["\x00"]),
    ],
)
def test_words_of_the_address_are_read_strictly(client, path: str, names: list[str]) -> None:
    found = refused(client.get(PREFIX + path), "parametre")
    assert sorted(row["champ"] for row in found["erreurs"]) == names


def test_options_of_a_draft_are_read_strictly(client, library) -> None:
    for query in ("format=pdf", "pieces=", "pieces=ccap,xx", "pieces=ccap,", "commentaires=peut-etre"):
        refused(post(client, f"/draft?{query}", example(library)), "parametre")
    refused(post(client, "/draft/dce", example(library)), "introuvable")


@pytest.mark.parametrize("path", ["", "/", "/rien", "/clauses/", "/clauses/rien", "/segments/rien", "/exemples/rien"])
def test_addresses_that_lead_nowhere(client, path: str) -> None:
    refused(client.get(PREFIX + path), "introuvable")


def test_methods(client, library) -> None:
    for path, allowed in (("/explain", {"POST", "OPTIONS"}), ("/clauses", {"GET", "HEAD", "OPTIONS"})):
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "GET" if "POST" in allowed else "POST"):
            answer = client.open(PREFIX + path, method=method)
            refused(answer, "methode")
            assert set(answer.headers["Allow"].split(", ")) == allowed
        options = client.options(PREFIX + path)
        assert options.status_code == 200
        assert set(options.headers["Allow"].split(", ")) == allowed
    head = client.head(f"{PREFIX}/clauses")
    assert head.status_code == 200
    assert not head.data
    assert int(head.headers["Content-Length"]) > 0


@pytest.mark.parametrize("accept", [None, "*/*", "text/html", "image/png"])
def test_accept_is_not_read(client, library, accept: str | None) -> None:
    headers = {"Accept": accept} if accept else {}
    assert post(client, "/explain", example(library), headers=headers).mimetype == "application/json"
    refused(client.get(f"{PREFIX}/rien", headers=headers), "introuvable")


def test_no_cookie_and_no_other_origin(client, library) -> None:
    origin = {"Origin": "https://ailleurs.example", "Cookie": "drafter=x"}
    answers = [
        post(client, "/explain", example(library), headers=origin),
        client.get(f"{PREFIX}/clauses", headers=origin),
        client.get(f"{PREFIX}/rien", headers=origin),
        client.options(f"{PREFIX}/explain", headers={**origin, "Access-Control-Request-Method": "POST"}),
    ]
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert not [name for name in answer.headers.keys() if name.startswith("Access-Control-")]  # noqa: SIM118


def test_an_unexpected_error_shows_no_detail(library, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("détail interne")

    monkeypatch.setattr("drafter.web.api.views.explain", broken)
    client = create_app(library, {"SECRET_KEY": "x"}).test_client()
    answer = post(client, "/explain", example(library))
    refused(answer, "interne")
    assert "détail interne" not in answer.get_data(as_text=True)


def test_too_many_requests_and_too_many_documents(library) -> None:
    limited = create_app(library, {"SECRET_KEY": "x", "TESTING": True, "DOCUMENTS_AT_ONCE": 1, "DOCUMENTS_PATIENCE": 0})
    client = limited.test_client()
    assert post(client, "/draft/rc", example(library)).status_code == 200
    turns = _held_turn(limited)
    answer = post(client, "/draft/rc", example(library))
    refused(answer, "indisponible")
    assert int(answer.headers["Retry-After"]) > 0
    turns.release()
    assert post(client, "/draft/rc", example(library)).status_code == 200

    counted = create_app(library, {"SECRET_KEY": "x", "TESTING": True, "RATELIMIT_ENABLED": True}).test_client()
    codes = []
    for _ in range(1000):
        answer = post(counted, "/explain", b"{")
        codes.append(answer.status_code)
        if answer.status_code == 429:
            break
    assert codes[0] == 400
    refused(answer, "trop-de-demandes")
    assert int(answer.headers["Retry-After"]) > 0
    assert counted.get(f"{PREFIX}/clauses").status_code == 200


def _held_turn(app: Flask) -> Any:
    """The one turn of document making, taken."""
    guard = next(found for found in app.before_request_funcs[None] if found.__name__ == "wait_for_a_turn")
    turns = next(cell.cell_contents for cell in guard.__closure__ if hasattr(cell.cell_contents, "acquire"))
    assert turns.acquire(timeout=1)
    return turns


def test_sorts_of_errors_are_distinct() -> None:
    assert len({kind.name for kind in KINDS}) == len({kind.title for kind in KINDS}) == len(KINDS)
