"""Nothing typed is ever lost, and each fault stands beside its field."""

from __future__ import annotations

import io
import json
import re

import pytest

from drafter.errors import Fault, InputError
from drafter.web import create_app
from drafter.web.fields import sentences

from .test_path import CLEANING, SOCIAL, described

HOSTILE = (
    "{{7*7}}",
    "{% for x in y %}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a\x00b\x0b\x1f\x7f",
    "\u202eedohtem",
    "x" * 10_000,
    "' OR 1=1 --",
    "&amp; &lt;b&gt;",
)


def refused(client, **changes):
    home = client.get("/").page
    answer = client.post("/verifier", data=home.sent("/verifier", **changes))
    assert answer.status_code == 422
    assert answer.page.title.startswith("Erreur\u00a0: ")
    html = answer.get_data(as_text=True)
    assert html.count('role="alert"') == 1
    links = re.findall(r'<li><a href="#([^"]+)">', html)
    assert set(links) <= set(answer.page.ids)
    return answer.page, links


def test_an_empty_form_says_everything_at_once(client) -> None:
    page, links = refused(client, date_lancement="")
    assert links == ["objet", "nature", "montant_ht", "duree_mois", "date_lancement"]
    assert "Indiquez ce que vous achetez" in page.text
    for name in links:
        assert f"{name}-erreur" in page.ids


ABSURD = {
    "montant_ht": "beaucoup",
    "duree_mois": "-3",
    "date_lancement": "31/02/2026",
    "cpv": "12",
    "montant_min_ht": "250,000",
    "calibrage-taux_effort": "500 %",
    "calibrage-cout_horaire": "1000",
    "calibrage-part_main_oeuvre": "abc",
    "departement": "x" * 2000,
    "achats_annuels_ht": "?",
    "date_accord_cadre": "hier",
}


def test_each_fault_is_beside_its_field_and_what_was_typed_stays(client) -> None:
    page, links = refused(client, **{**CLEANING, **ABSURD})
    assert set(links) == set(ABSURD)
    fields = dict(page.form("/verifier").fields)
    assert {name: fields[name] for name in ABSURD} == ABSURD
    invalid = {found["id"] for found in page.controls if found.get("aria-invalid") == "true"}
    assert invalid == set(ABSURD)
    for found in page.controls:
        if found.get("aria-invalid"):
            assert f"{found['id']}-erreur" in found["aria-describedby"].split()
            assert set(found["aria-describedby"].split()) <= set(page.ids)


def test_faults_of_lots_name_the_lot(client) -> None:
    lots = {"lots-0-intitule": "", "lots-4-intitule": "Deux", "lots-4-montant_ht": "x", "lots-9-montant_ht": "5"}
    page, links = refused(client, **CLEANING, **lots)
    assert links == ["lots-4-montant_ht", "lots-9-intitule"]
    assert "Lot 3" in page.text.replace("\u00a0", " ")


def test_a_rule_over_two_fields(client) -> None:
    _, links = refused(client, **{**CLEANING, "montant_min_ht": "9 000", "montant_max_ht": "1 000"})
    assert links == ["montant_min_ht"]


def test_a_segment_that_does_not_exist(client) -> None:
    page, links = refused(client, **CLEANING, segment="plombrie-zinguerie-x")
    assert links == ["segment"]
    assert dict(page.form("/verifier").fields)["segment"] == "plombrie-zinguerie-x"
    _, links = refused(client, **CLEANING, **{"lots-0-intitule": "Un", "lots-0-segment": "zzzzzz"})
    assert links == ["lots-0-segment"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_escaped_everywhere(client, text: str) -> None:
    client.typed = (text, text[:30], "49", "RO", "amp", "onerror")
    changes = {
        **CLEANING,
        "objet": f"Nettoyage {text}"[:10_000],
        "acheteur_nom": text[:900],
        "lots-0-intitule": text[:900],
    }
    home = client.get("/").page
    answer = client.post("/verifier", data=home.sent("/verifier", **changes, **{"lots-0-montant_ht": "250000"}))
    assert answer.status_code == 200
    assert "onerror" not in answer.page.attributes
    page = answer.page
    for piece in ("", "ccap", "decision"):
        shown = client.post("/verifier", data=page.sent("/verifier", apercu=piece))
        html = shown.get_data(as_text=True)
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "\x00" not in html
        assert "Nettoyage 49" not in html
    assert client.post("/documents", data=page.sent("/verifier")).status_code == 200
    bad = client.post("/verifier", data=home.sent("/verifier", **{**changes, "montant_ht": text}))
    assert bad.status_code == 422
    kept = dict(bad.page.form("/verifier").fields)
    assert kept["objet"].replace("\x00", "") == changes["objet"].replace("\x00", "")


def test_a_clause_withdrawn_without_a_reason(client) -> None:
    page = described(client)
    data = page.sent("/verifier", **{f"{SOCIAL}--garder": None, "k--0--heures": "450"})
    for target in ("/verifier", "/documents"):
        answer = client.post(target, data=data)
        assert answer.status_code == 422
        assert f'<a href="#{SOCIAL}--motif">' in answer.get_data(as_text=True)
        fields = dict(answer.page.form("/verifier").fields)
        assert f"{SOCIAL}--garder" not in fields
        assert json.loads(fields["dossier"])["marche"]["calibrage"]["heures"] == 450


def test_choices_that_cannot_stand_survive_a_way_through_the_first_page(client) -> None:
    page = described(client)
    changes = {
        f"{SOCIAL}--garder": None,
        f"{SOCIAL}--p--delai_reunion": "900",
        "k--0--taux_effort": "500 %",
        "o--CR-04--motif": "Motif sans dérogation",
    }
    wrong = client.post("/verifier", data=page.sent("/verifier", **changes))
    assert wrong.status_code == 422
    back = client.post("/decrire", data=wrong.page.sent("/verifier")).page
    again = client.post("/verifier", data=back.sent("/verifier"))
    assert again.status_code == 422
    fields = dict(again.page.form("/verifier").fields)
    assert fields["k--0--taux_effort"] == "500 %"
    assert fields["o--CR-04--motif"] == "Motif sans dérogation"
    assert f"{SOCIAL}--garder" not in fields


def test_a_parameter_out_of_bounds(client) -> None:
    page = described(client)
    answer = client.post("/verifier", data=page.sent("/verifier", **{f"{SOCIAL}--p--delai_reunion": "900"}))
    assert answer.status_code == 422
    assert f'<a href="#{SOCIAL}--p--delai_reunion">' in answer.get_data(as_text=True)
    assert dict(answer.page.form("/verifier").fields)[f"{SOCIAL}--p--delai_reunion"] == "900"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("", b""),
        ("dossier.json", b"{"),
        ("dossier.json", b"\xff\xfe\x00"),
        ("dossier.json", b'{"objet": "x"}'),
        ("dossier.json", b'{"format": "autre"}'),
        ("dossier.json", b"[" * 50_000),
        ("autre.docx", b"PK\x03\x04 pas un zip"),
        ("marche.yaml", b"a: &a [*a]"),
    ],
)
def test_a_file_that_is_no_dossier(client, name: str, content: bytes) -> None:
    home = client.get("/").page
    data = {**home.sent("/rouvrir"), **{"fichier": (io.BytesIO(content), name)}}
    answer = client.post("/rouvrir", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert '<a href="#fichier">' in answer.get_data(as_text=True)


def test_a_dossier_altered_on_the_way(client) -> None:
    page = described(client)
    for text in ("", "{", "null", '{"format":"drafter-dossier","version":99,"marche":{}}'):
        for target in ("/verifier", "/documents", "/telecharger/dossier-clauses.json"):
            answer = client.post(target, data=page.sent("/verifier", dossier=text))
            assert answer.status_code == 422


@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_that_are_not_there(client, method: str) -> None:
    assert client.get("/nulle-part").status_code == 404
    assert client.get("/exemple/nulle-part").status_code == 404
    assert client.get("/verifier").status_code == 405


def test_an_expired_token_loses_nothing(client) -> None:
    home = client.get("/").page
    answer = client.post("/verifier", data=home.sent("/verifier", **CLEANING, csrf_token="faux"))
    assert answer.status_code == 400
    assert "envoyez-la de nouveau" in answer.page.text
    fields = dict(answer.page.form("/verifier").fields)
    assert fields["montant_ht"] == CLEANING["montant_ht"]
    second = client.post("/verifier", data=answer.page.sent("/verifier")).page
    changes = {"csrf_token": "", f"{SOCIAL}--garder": None, f"{SOCIAL}--motif": "Motif"}
    again = client.post("/verifier", data=second.sent("/verifier", **changes))
    assert again.status_code == 400
    assert dict(again.page.form("/verifier").fields)[f"{SOCIAL}--motif"] == "Motif"
    third = client.post("/documents", data=again.page.sent("/verifier")).page
    last = client.post(
        "/telecharger/dossier-clauses.zip", data=third.sent("/telecharger/dossier-clauses.zip", csrf_token="x")
    )
    assert last.status_code == 400
    assert "envoyez-la de nouveau" in last.page.text
    assert client.post("/verifier", data={"page": "verifier", "dossier": "{"}).status_code == 422


@pytest.mark.parametrize("address", ["/suivi", "/inserer", "/controler"])
def test_an_expired_token_shows_a_page_that_takes_a_file_again(client, address: str) -> None:
    """As it was, and not the first page over an emptied description."""
    sent = described(client).sent("/verifier", action="ouvrir")
    page = client.post(address, data=sent).page
    stale = page.form(address).data(csrf_token="périmé")
    again = client.post(address, data=stale)
    assert (again.status_code, again.page.found["h1"]) == (400, page.found["h1"])
    assert "envoyez-la de nouveau" in again.page.text
    assert dict(again.page.form(address).fields)["dossier"] == stale["dossier"]


def test_an_expired_token_never_empties_the_description(client) -> None:
    sent = described(client).sent("/verifier", page="inconnue", csrf_token="périmé")
    fields = dict(client.post("/verifier", data=sent).page.form("/verifier").fields)
    assert fields["objet"] == CLEANING["objet"]


LONG = "9" * 5000


@pytest.mark.parametrize(
    ("target", "changes"),
    [
        ("/verifier/calibrage", {"voir": LONG}),
        ("/verifier/calibrage", {f"k--{LONG}--taux_effort": "5"}),
        ("/decrire", {"page": "decrire", "action": f"retirer-lot-{LONG}"}),
        ("/verifier", {"page": "decrire", "lots-0-intitule": "A", "lots-0-origine": LONG}),
        ("/avis", {"voir": LONG}),
        ("/verifier", {"dossier": f'{{"format":"drafter-dossier","version":{LONG},"marche":{{}}}}'}),
        ("/verifier", {"dossier": f'{{"format":"drafter-dossier","version":"{LONG}","marche":{{}}}}'}),
    ],
)
def test_a_number_without_end_is_no_crash(client, target: str, changes: dict[str, str]) -> None:
    """More digits than Python reads as a number."""
    answer = client.post(target, data=described(client).sent("/verifier", **changes))
    assert answer.status_code in (200, 422)


def test_too_much_is_refused_in_french(client) -> None:
    home = client.get("/").page
    answer = client.post("/verifier", data=home.sent("/verifier", objet="x" * 3_000_000))
    assert answer.status_code == 413
    assert "2\u00a0Mo" in answer.page.text


def test_an_unexpected_error_shows_no_detail(library, monkeypatch) -> None:
    from drafter.web import describe

    def broken(*_: object) -> None:
        raise RuntimeError("détail interne")

    monkeypatch.setattr(describe, "today", broken)
    answer = create_app(library, {"SECRET_KEY": "x"}).test_client().get("/")
    assert answer.status_code == 500
    assert "détail interne" not in answer.get_data(as_text=True)
    assert "Le service n’a pas pu répondre" in answer.get_data(as_text=True)


def test_past_the_first_faults_the_rest_is_counted() -> None:
    error = InputError([Fault(f"lots[{number}]", "écrivez un montant") for number in range(1, 8)])
    assert len(sentences(error)) == 7
    assert sentences(error, 6)[0] == "Lots[1]\u00a0: écrivez un montant."
    assert sentences(error, 6)[6:] == ["Et 1\u00a0autre point à corriger."]
    assert sentences(error, 5)[5:] == ["Et 2\u00a0autres points à corriger."]
