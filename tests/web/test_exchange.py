"""Buyer and facilitateur: an opinion by file, by link, answered, and against a market that moved meanwhile."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from drafter import dossier
from drafter.dated import Status
from drafter.dossiers import Access
from drafter.draft.as_text import as_text
from drafter.pipeline import run
from drafter.settings import read_settings
from drafter.vocabulary import Outcome
from drafter.web import create_app

from .conftest import CheckedClient
from .test_path import SOCIAL, described

EFFORT, COST = "avis--0--taux_effort", "avis--0--cout_horaire"
REMARK = "remarque--social.insertion.heures"
AGREED = {"sens": "favorable"}
CHANGES = {
    EFFORT: "7,5",
    f"{EFFORT}--motif": "Deux structures disponibles",
    REMARK: "Réunion avant l'ordre de service.",
    "sens": "favorable_avec_modifications",
    "motif": "Le vivier du bassin le permet.",
    "structure": "Maison de l'emploi",
}
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} \u202e=cmd()"


def opened(client: Any, market: Any = None) -> Any:
    """The check page of a dossier that someone sent."""
    if market is None:
        return described(client)
    home = client.get("/").page
    upload = {"fichier": (io.BytesIO(market), "dossier.json")}
    return client.post("/rouvrir", data={**home.sent("/rouvrir"), **upload}, content_type="multipart/form-data").page


def giving(client: Any, page: Any = None) -> Any:
    page = page or described(client)
    answer = client.post("/avis", data=page.sent("/verifier"))
    assert answer.status_code == 200
    return answer.page


def given(client: Any, page: Any = None, **changes: str | None) -> bytes:
    """The file a facilitateur downloads."""
    answer = client.post("/avis", data=giving(client, page).sent("/avis", action="telecharger", **(changes or CHANGES)))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="dossier-avis.json"'
    return answer.data


def read(client: Any, page: Any, file: bytes, code: int = 200) -> Any:
    """« Avis reçu », from the buyer's own check page, once the file is opened."""
    first = client.post("/avis/recu", data=page.sent("/verifier")).page
    form = next(form for form in first.forms if "action" not in dict(form.fields) and len(form.fields) < 8)
    data = {**form.data(action="ouvrir"), "fichier": (io.BytesIO(file), "dossier-avis.json")}
    answer = client.post("/avis/recu", data=data, content_type="multipart/form-data")
    assert answer.status_code == code
    return answer.page


def market_in(page: Any, action: str = "/avis/recu") -> Any:
    return dossier.load(dict(page.form(action).fields)["dossier"])


def answered(client: Any, page: Any, /, **changes: str | None) -> Any:
    data = page.sent("/avis/recu", **{"action": "repondre", **changes})
    answer = client.post("/avis/recu", data=data)
    assert answer.status_code == 200
    return answer.page


# --- giving --------------------------------------------------------------------------------------


def test_the_facilitateur_reads_the_four_facts_first(client) -> None:
    page = giving(client)
    labels = [text for text in page.texts if text in ("Nature de l’achat", "Montant HT", "Durée", "Technicité")]
    assert labels[:4] == ["Nature de l’achat", "Montant HT", "Durée", "Technicité"]
    assert "L2112-2-1" in page.text
    assert any(status.label in page.text for status in Status if status is not Status.CERTAIN)
    assert "heures d’insertion" in page.text
    assert "Aucun nom de personne" in page.text


def test_every_example_can_be_read_and_stays_light(client, library) -> None:
    for name in library.examples:
        check = client.post("/verifier", data=client.get(f"/exemple/{name}").page.sent("/verifier")).page
        answer = client.post("/avis", data=check.sent("/verifier"))
        assert answer.status_code == 200, name
        assert len(answer.data) < 100_000, (name, len(answer.data))


def test_trying_figures_shows_their_effect_and_keeps_what_was_typed(client) -> None:
    page = giving(client)
    answer = client.post("/avis", data=page.sent("/avis", **CHANGES, action="recalculer"))
    fields = dict(answer.page.form("/avis").fields)
    assert {name: fields[name] for name in CHANGES} == CHANGES
    assert "Avec vos chiffres" in answer.page.text
    assert market_in(answer.page, "/avis") == market_in(page, "/avis")  # the market itself does not move


def test_the_file_carries_the_opinion_and_nothing_else_changes(client) -> None:
    page = described(client)
    market = dossier.load(given(client, page).decode())
    (opinion,) = market.opinions
    assert market.model_copy(update={"opinions": ()}) == market_in(page, "/verifier")
    (item,) = opinion.propositions
    assert (item.figure, item.after, item.outcome, item.lot) == ("taux_effort", "0.075", Outcome.PENDING, None)
    assert opinion.structure == "Maison de l'emploi"
    assert [(remark.clause, remark.text) for remark in opinion.remarks] == [
        ("social.insertion.heures", "Réunion avant l'ordre de service.")
    ]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, {"sens"}),
        ({"sens": "sans_clause"}, {"motif"}),
        ({"sens": "peut-être"}, {"sens"}),
        ({**AGREED, EFFORT: "7", f"{EFFORT}--motif": "x"}, {"sens"}),
        ({**CHANGES, f"{EFFORT}--motif": ""}, {f"{EFFORT}--motif"}),
        ({**CHANGES, EFFORT: ""}, {EFFORT}),
        ({**CHANGES, EFFORT: "beaucoup"}, {EFFORT}),
        ({**CHANGES, EFFORT: "700"}, {EFFORT}),
        ({**CHANGES, "structure": "x" * 1001}, {"structure"}),
        ({**CHANGES, REMARK: "x" * 10_001}, {REMARK}),
    ],
)
def test_a_fault_is_beside_its_field_and_nothing_typed_is_lost(client, changes, wrong) -> None:
    answer = client.post("/avis", data=giving(client).sent("/avis", action="telecharger", **changes))
    assert answer.status_code == 422
    assert answer.page.title.startswith("Erreur")
    assert {
        name
        for name in dict(answer.page.form("/avis").fields) | {"sens": ""}
        if f'id="{name}-erreur"' in answer.page.html
    } == wrong
    fields = dict(answer.page.form("/avis").fields)
    assert {name: fields.get(name) for name in changes if changes[name] != "peut-être"} == {
        name: text for name, text in changes.items() if text != "peut-être"
    }


def test_lots_past_a_few_open_one_at_a_time_and_keep_their_figures(client) -> None:
    lots = [{"intitule": f"Lot {name}", "montant_ht": 200_000} for name in "ABCDE"]
    facts = {"objet": "Nettoyage", "nature": "services", "cpv": "90919200", "duree_mois": 48, "lots": lots}
    page = giving(client, opened(client, json.dumps({**facts, "date_lancement": "2026-10-01"}).encode()))
    assert "avis--1--taux_effort" in dict(page.form("/avis").fields)
    assert "avis--3--taux_effort" not in dict(page.form("/avis").fields)
    typed = {"avis--1--taux_effort": "8", "avis--1--taux_effort--motif": "Vivier"}
    page = client.post("/avis", data=page.sent("/avis", **typed, voir="3")).page
    assert dict(page.form("/avis").fields)["avis--1--taux_effort"] == "8"
    more = {"avis--3--heures": "150", "avis--3--heures--motif": "Habilitations"}
    final = {"sens": "favorable_avec_modifications", "motif": "Voir lots"}
    answer = client.post("/avis", data=page.sent("/avis", **more, **final, action="telecharger"))
    (opinion,) = dossier.load(answer.data.decode()).opinions
    assert [(item.lot, str(item.figure), item.after) for item in opinion.propositions] == [
        (1, "taux_effort", "0.08"),
        (3, "heures", "150"),
    ]


# --- answering -----------------------------------------------------------------------------------


def test_by_file_the_buyer_accepts(client, library) -> None:
    check = described(client)
    page = read(client, check, given(client, check))
    assert "Le marché n’est plus celui" not in page.text
    assert "Deux structures disponibles" in page.text
    before = market_in(page)
    assert before.overrides.effort is None  # nothing moves before the answer
    page = answered(client, page, **{"suite--0--0": "acceptee"})
    market = market_in(page)
    assert market.overrides.effort.percent == 7.5
    assert market.overrides.reasons["taux_effort"].by == "facilitateur"
    assert "Le marché n’est plus celui" not in page.text
    assert market.opinions[0].propositions[0].outcome is Outcome.ACCEPTED
    back = client.post("/verifier", data=page.sent("/avis/recu"))
    assert back.status_code == 200
    assert market_in(back.page, "/verifier") == market
    for piece in ("note", "decision"):
        words = as_text(run(market, library).documents[piece])
        assert "Maison de l’emploi" in words, piece
        assert "Acceptée" in words, piece


def test_by_file_the_buyer_refuses_with_a_reason(client) -> None:
    check = described(client)
    page = read(client, check, given(client, check))
    changes = {"suite--0--0": "refusee", "suite--0--0--motif": "Équipes trop petites"}
    market = market_in(answered(client, page, **changes))
    assert market.overrides.effort is None
    (item,) = market.opinions[0].propositions
    assert (item.outcome, item.outcome_reason) == (Outcome.REFUSED, "Équipes trop petites")


def test_all_at_once(client) -> None:
    check = described(client)
    file = given(client, check, **{**CHANGES, COST: "31", f"{COST}--motif": "Grille locale"})
    market = market_in(answered(client, read(client, check, file), action="tout-0"))
    assert (market.overrides.effort.percent, market.overrides.hourly_cost.value) == (7.5, 31)


def test_a_market_that_moved_is_compared_and_nothing_is_written_over(client) -> None:
    """The buyer doubled the amount and typed a rate while the opinion was on its way."""
    check = described(client)
    file = given(client, check)
    moved = described(client, montant_ht="500 000")
    typed = client.post("/verifier/calibrage", data=moved.sent("/verifier")).page
    moved = client.post("/verifier", data=typed.sent("/verifier/calibrage", **{"k--0--taux_effort": "6"})).page
    page = read(client, moved, file)
    assert "Le marché n’est plus celui que le facilitateur a lu" in page.text
    assert "500\u202f000\u00a0€" in page.text
    assert "250\u202f000\u00a0€" in page.text
    assert "changé depuis" in page.text
    assert market_in(page).amount.value == 500_000
    assert market_in(page).overrides.effort.percent == 6
    done = market_in(answered(client, page, **{"suite--0--0": "acceptee"}))
    assert (done.amount.value, done.overrides.effort.percent) == (500_000, 7.5)
    back = market_in(answered(client, page, reprendre="montant_ht"))
    assert (back.amount.value, back.overrides.effort.percent) == (250_000, 6)
    assert len(back.opinions) == 1


def test_two_facilitateurs(client) -> None:
    check = described(client)
    first = given(client, check)
    second = given(client, check, sens="sans_clause", motif="Chantier trop court", structure="Une autre maison")
    page = read(client, check, first)
    data = {**page.forms[-1].data(action="ouvrir"), "fichier": (io.BytesIO(second), "b.json")}
    page = client.post("/avis/recu", data=data, content_type="multipart/form-data").page
    assert [item.structure for item in market_in(page).opinions] == ["Maison de l'emploi", "Une autre maison"]
    again = {**page.forms[-1].data(action="ouvrir"), "fichier": (io.BytesIO(second), "b.json")}
    page = client.post("/avis/recu", data=again, content_type="multipart/form-data").page
    assert len(market_in(page).opinions) == 2
    assert "déjà dans votre dossier" in page.text


def test_an_opinion_against_a_clause_withdraws_nothing_by_itself(client) -> None:
    check = described(client)
    page = read(client, check, given(client, check, sens="sans_clause", motif="Site interdit aux publics"))
    assert "CR-04" in page.text
    assert "dérogation motivée" in page.text
    assert market_in(page).decisions == ()
    page = answered(client, page, **{"retirer--0": "social.insertion.heures"})
    (decision,) = market_in(page).decisions
    assert (decision.clause, decision.choice, decision.reason) == (
        "social.insertion.heures",
        "retirer",
        "Site interdit aux publics",
    )
    back = client.post("/verifier", data=page.sent("/avis/recu")).page
    assert f"{SOCIAL}--garder" not in dict(back.form("/verifier").fields)


def test_withdrawing_asks_why(client) -> None:
    check = described(client)
    page = read(client, check, given(client, check, sens="sans_clause", motif="x"))
    changes = {"retirer--0": "social.insertion.heures", "retirer--0--motif": "", "action": "repondre"}
    answer = client.post("/avis/recu", data=page.sent("/avis/recu", **changes))
    assert answer.status_code == 422
    assert market_in(answer.page).decisions == ()


@pytest.mark.parametrize("file", [b"", b"{}", b"\x00\xff", b'{"format": "autre"}'])
def test_a_wrong_file_is_told_and_loses_nothing(client, file: bytes) -> None:
    check = described(client)
    page = read(client, check, file, 422)
    assert market_in(page) == market_in(check, "/verifier")


def test_a_file_without_opinion_is_told(client) -> None:
    check = described(client)
    page = read(client, check, dict(check.form("/verifier").fields)["dossier"].encode(), 422)
    assert "ne porte aucun avis" in page.text


def test_hostile_words_stay_words(client, library) -> None:
    client.typed = (HOSTILE[:20], "alert(1)", "7*7", "cmd()")
    check = described(client)
    file = given(client, check, **{**CHANGES, REMARK: HOSTILE, "motif": HOSTILE, f"{EFFORT}--motif": HOSTILE})
    page = read(client, check, file)
    assert "<script>alert" not in page.html
    assert "\u202e" not in page.html
    page = answered(client, page, **{"suite--0--0": "refusee", "suite--0--0--motif": HOSTILE})
    assert "<script>alert" not in page.html
    back = client.post("/verifier", data=page.sent("/avis/recu")).page
    assert "<script>alert" not in back.html
    for piece in ("note", "decision"):
        assert "{{ 7*7 }}" in as_text(run(market_in(page), library).documents[piece])


def test_numbers_that_no_page_sends_change_nothing(client) -> None:
    check = described(client)
    page = read(client, check, given(client, check))
    before = market_in(page)
    for name in ("suite--9--0", "suite--0--9", "suite--x--y", "retirer--9", "tout-9"):
        assert market_in(answered(client, page, **{name: "acceptee"})) == before
    assert market_in(answered(client, page, action="tout-999")) == before
    assert market_in(answered(client, page, reprendre="inconnu")) == before


def test_the_box_is_on_the_check_page(client) -> None:
    page = described(client)
    assert "Demander l’avis du facilitateur" in page.text
    assert {"/avis", "/avis/recu"} <= set(page.addresses)


def test_the_file_to_send_holds_what_the_page_has_just_been_told(client) -> None:
    page = described(client)
    changes = {f"{SOCIAL}--garder": None, f"{SOCIAL}--motif": "Locaux classés"}
    answer = client.post("/avis/dossier", data=page.sent("/verifier", **changes))
    assert answer.mimetype == "application/json"
    (decision,) = dossier.load(answer.data.decode()).decisions
    assert decision.reason == "Locaux classés"
    wrong = client.post("/avis/dossier", data=page.sent("/verifier", **{f"{SOCIAL}--garder": None}))
    assert wrong.status_code == 422


def test_pages_are_not_listed(client) -> None:
    answer = client.post("/avis", data=described(client).sent("/verifier"))
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"


# --- by a link -----------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path, library) -> Any:
    """A server that keeps drafts."""
    settings = read_settings({"DRAFTER_DONNEES": str(tmp_path)})
    app = create_app(library, {"SECRET_KEY": "test", "TESTING": True}, settings)
    app.test_client_class = CheckedClient
    return app.test_client()


def asked(client: Any) -> tuple[Any, str]:
    """The buyer's page with the link, and the address of the facilitateur's page."""
    page = described(client)
    answer = client.post("/avis/lien", data=page.sent("/verifier"))
    assert answer.status_code == 200
    shown = [found["value"] or "" for found in answer.page.controls if "readonly" in found]
    link = next(text for text in shown if "/avis/" in text)
    return answer.page, "/avis/" + link.rpartition("/")[2]


def test_by_link_the_opinion_reaches_the_buyer(served) -> None:
    buyer, address = asked(served)
    page = served.get(address).page
    assert "Transmettre l’avis" in page.text
    sent = served.post(address, data=page.sent(address, action="transmettre", **CHANGES))
    assert sent.status_code == 200
    assert "Avis transmis" in sent.page.text
    check = served.post("/verifier", data=buyer.sent("/brouillon/gerer")).page
    assert "1\u00a0avis arrivé par le lien" in check.text
    received = served.post("/avis/recu", data=check.sent("/verifier")).page
    assert "Deux structures disponibles" in received.text
    assert "Le marché n’est plus celui" not in received.text
    done = answered(served, received, **{"suite--0--0": "acceptee"})
    assert "enregistrées dans le brouillon" in done.text
    assert market_in(done).overrides.effort.percent == 7.5
    token = dict(buyer.form("/brouillon/gerer").fields)["brouillon"]
    kept = served.get(f"/brouillon/{token}").page
    assert market_in(kept, "/verifier") == market_in(done)
    store = served.application.extensions["store"]
    assert [str(item.outcome) for item in store.opinions(token, datetime.now(UTC))] == ["acceptee"]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        (CHANGES, "refusee"),
        ({"sens": "favorable"}, "lue"),
        ({"sens": "sans_clause", "motif": "Aucune structure."}, "lue"),
    ],
    ids=["figures", "agreed", "no clause"],
)
def test_an_opinion_waits_no_more_once_answered_by_any_way(served, changes: dict[str, str], outcome: str) -> None:
    """Also when the draft moved while the buyer answered, and was joined after."""
    buyer, address = asked(served)
    page = served.get(address).page
    assert served.post(address, data=page.sent(address, action="transmettre", **changes)).status_code == 200
    form = buyer.sent("/brouillon/gerer")
    check = served.post("/verifier", data=form).page
    assert "1\u00a0avis arrivé par le lien" in check.text
    received = served.post("/avis/recu", data=check.sent("/verifier")).page
    store = served.application.extensions["store"]
    content = json.loads(store.open(form["brouillon"], datetime.now(UTC)).content)
    content["marche"]["montant_ht"] = 300_000
    store.save(form["brouillon"], json.dumps(content), int(form["revision"]), datetime.now(UTC))
    done = answered(served, received, **({"suite--0--0": "refusee"} if changes is CHANGES else {}))
    back = served.post("/verifier", data=done.sent("/avis/recu")).page
    assert "arrivé par le lien" not in back.text  # the dossier of the page holds it
    conflict = served.post("/brouillon", data=back.sent("/verifier")).page
    joined = served.post("/brouillon/conflit", data=conflict.sent("/brouillon/conflit", choix="reunir"))
    assert joined.status_code == 200
    kept = served.get(f"/brouillon/{form['brouillon']}").page
    assert "arrivé par le lien" not in kept.text
    assert len(market_in(kept, "/verifier").opinions) == 1
    assert [str(item.outcome) for item in store.opinions(form["brouillon"], datetime.now(UTC))] == [outcome]
    words = {"refusee": "Refusé.", "lue": "Lu et versé au dossier."}[outcome]
    assert words in served.get(address).page.text


def test_an_opinion_that_no_longer_reads_hides_no_other(served) -> None:
    buyer, address = asked(served)
    store, day = served.application.extensions["store"], datetime.now(UTC)
    later = '{"format": "drafter-dossier", "version": 99, "marche": {}}'
    store.leave_opinion(address.rpartition("/")[2], later, 1, day)
    page = served.get(address).page
    served.post(address, data=page.sent(address, action="transmettre", **CHANGES))
    check = served.post("/verifier", data=buyer.sent("/brouillon/gerer")).page
    assert "1\u00a0avis arrivé par le lien" in check.text
    received = served.post("/avis/recu", data=check.sent("/verifier")).page
    assert "1\u00a0avis arrivé par le lien ne se lit plus" in received.text
    assert "Deux structures disponibles" in received.text
    assert "enregistrées dans le brouillon" in answered(served, received, **{"suite--0--0": "acceptee"}).text
    outcomes = [str(item.outcome) for item in store.opinions(buyer.sent("/brouillon/gerer")["brouillon"], day)]
    assert sorted(outcomes) == ["acceptee", "en_attente"]


def test_what_a_link_shows_is_said_where_it_is_made(served) -> None:
    words = "le dossier entier, y compris les avis déjà donnés par d’autres structures"
    assert words in described(served).text
    assert words in asked(served)[0].text


def test_by_link_one_finds_what_became_of_an_opinion(served) -> None:
    buyer, address = asked(served)
    page = served.get(address).page
    assert "Vos avis transmis" not in page.text
    served.post(address, data=page.sent(address, action="transmettre", **CHANGES))
    assert "En attente de la réponse du donneur d’ordre" in served.get(address).page.text
    received = served.post("/avis/recu", data=buyer.sent("/brouillon/gerer")).page
    reason = {"suite--0--0": "refusee", "suite--0--0--motif": "Bassin <d'emploi> trop loin."}
    answered(served, received, **reason)
    text = served.get(address).page.text
    assert "Refusé." in text
    assert "Bassin <d'emploi> trop loin." in text
    other = "/avis/" + served.application.extensions["store"].share(
        buyer.sent("/brouillon/gerer")["brouillon"], Access.OPINION, datetime.now(UTC)
    )
    assert "Vos avis transmis" not in served.get(other).page.text


def test_by_link_against_a_draft_that_moved(served) -> None:
    buyer, address = asked(served)
    page = served.get(address).page
    check = served.post("/verifier", data=buyer.sent("/brouillon/gerer")).page
    typed = served.post("/verifier/calibrage", data=check.sent("/verifier")).page
    check = served.post("/verifier", data=typed.sent("/verifier/calibrage", **{"k--0--taux_effort": "6"})).page
    check = served.post("/brouillon", data=check.sent("/verifier")).page
    sent = served.post(address, data=page.sent(address, action="transmettre", **CHANGES)).page
    assert "a changé depuis que vous l’avez ouvert" in sent.text
    received = served.post("/avis/recu", data=check.sent("/verifier")).page
    assert "Le marché n’est plus celui que le facilitateur a lu" in received.text
    assert market_in(received).overrides.effort.percent == 6


def test_a_link_that_dies_meanwhile_keeps_what_was_typed(served) -> None:
    buyer, address = asked(served)
    page = served.get(address).page
    served.post("/brouillon/supprimer", data=buyer.sent("/brouillon/gerer", confirmer="1"))
    answer = served.post(address, data=page.sent(address, action="transmettre", **CHANGES))
    assert answer.status_code == 422
    assert "supprimé" in answer.page.text
    fields = dict(answer.page.form(address).fields)
    assert {name: fields[name] for name in CHANGES} == CHANGES
    file = served.post(address, data=answer.page.sent(address, action="telecharger"))
    assert len(dossier.load(file.data.decode()).opinions) == 1


def test_unknown_links(served, client) -> None:
    assert served.get("/avis/" + "a" * 22).status_code == 404
    assert client.get("/avis/x").status_code in (404, 422)


def test_the_page_is_shown_again_when_its_token_is_stale(library) -> None:
    app = create_app(library, {"SECRET_KEY": "test", "TESTING": True, "WTF_CSRF_ENABLED": True})
    app.test_client_class = CheckedClient
    client = app.test_client()
    page = giving(client)
    answer = client.post("/avis", data=page.sent("/avis", action="telecharger", csrf_token="vieux", **CHANGES))
    assert answer.status_code == 400
    fields = dict(answer.page.form("/avis").fields)
    assert {name: fields[name] for name in CHANGES} == CHANGES
