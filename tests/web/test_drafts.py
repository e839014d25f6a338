"""Drafts in a browser: kept when asked, opened by their link, never written over, gone when asked."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from drafter.dossiers import Access, Store
from drafter.library import Library
from drafter.settings import Settings
from drafter.web import create_app, drafts
from drafter.web.draft_link import now

from .conftest import CheckedClient
from .reading import Page

EXAMPLE = "nettoyage-mediatheque"
HEAVY = 100_000


@pytest.fixture
def make_app(library: Library, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        settings = Settings(**{"data_dir": tmp_path / "donnees", **changes})
        app = create_app(library, {"SECRET_KEY": "test", "TESTING": True}, settings)
        app.test_client_class = CheckedClient
        made.append(app)
        return app

    yield make
    for app in made:
        if "store" in app.extensions:
            app.extensions["store"].close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def store(app: Flask) -> Store:
    found: Store = app.extensions["store"]
    return found


def check_page(client: Any, example: str = EXAMPLE) -> Page:
    described: Page = client.get(f"/exemple/{example}").page
    checked: Page = client.post("/verifier", data=described.sent("/verifier")).page
    return checked


def form_of(page: Page) -> Any:
    """The one form of the page, as a browser sends it."""
    return page.forms[-1].data()


def keep(client: Any, page: Page | None = None) -> Page:
    answer = client.post("/brouillon", data=form_of(page or check_page(client)))
    assert answer.status_code == 200
    kept: Page = answer.page
    return kept


def token_of(page: Page) -> str:
    return str(form_of(page)["brouillon"])


def renamed(page: Page, **facts: Any) -> Any:
    """The form of the page with other facts in the dossier it carries."""
    data = form_of(page)
    dossier = json.loads(data["dossier"])
    dossier["marche"] |= facts
    data["dossier"] = json.dumps(dossier)
    return data


def market_in(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(form_of(page)["dossier"])["marche"]
    return found


# --- keeping and opening -------------------------------------------------------------------------


def test_nothing_is_kept_unless_asked(client: Any, tmp_path: Path) -> None:
    page = check_page(client)
    client.post("/documents", data=form_of(page))
    assert "Rien n’est gardé sur ce serveur tant que vous ne le demandez pas" in page.text
    assert not (tmp_path / "donnees").exists()


@pytest.mark.parametrize("step", ["/verifier", "/documents"])
def test_a_draft_is_kept_and_opened_again(client: Any, app: Flask, step: str) -> None:
    page = client.post(step, data=form_of(check_page(client))).page
    kept = keep(client, page)
    token = token_of(kept)
    assert f"http://localhost/brouillon/{token}" in kept.html
    assert "Toute personne qui l’a peut lire, modifier et supprimer le brouillon" in kept.text
    assert "Gardé jusqu’au" in kept.text
    other = app.test_client()  # another browser, another day
    answer = other.get(f"/brouillon/{token}")
    assert answer.status_code == 200
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert market_in(answer.page) == market_in(page)
    assert "Vérifier et décider" in answer.page.title


def test_what_is_decided_is_in_the_draft(client: Any) -> None:
    page = check_page(client)
    data = form_of(page)
    box = next(name for name in data if name.startswith("c--") and name.endswith("--garder"))
    reason = box.replace("--garder", "--motif")
    data.poplist(box)
    data[reason] = "Déjà au <b>marché</b> {{ 7*7 }}"
    kept = client.post("/brouillon", data=data).page
    opened = client.get(f"/brouillon/{token_of(kept)}").page
    assert form_of(opened)[reason] == "Déjà au <b>marché</b> {{ 7*7 }}"
    assert box not in form_of(opened)


def test_a_faulty_page_is_mended_before_it_is_kept(client: Any, tmp_path: Path) -> None:
    data = form_of(check_page(client))
    data.poplist(next(name for name in data if name.startswith("c--") and name.endswith("--garder")))
    answer = client.post("/brouillon", data=data)
    assert answer.status_code == 422
    assert "À corriger avant de continuer" in answer.page.text
    assert not (tmp_path / "donnees").exists()


def test_the_draft_follows_from_page_to_page_and_is_saved(client: Any, store: Store) -> None:
    token = token_of(keep(client))
    page = client.get(f"/brouillon/{token}").page
    for step in ("/documents", "/verifier", "/loi", "/decrire"):
        page = client.post(step, data=form_of(page)).page
        assert (token_of(page), form_of(page)["revision"]) == (token, "1")
    described = form_of(page)
    described["objet"] = "Nettoyage, revu"
    page = client.post("/verifier", data=described).page
    answer = client.post("/brouillon", data=form_of(page))
    assert answer.status_code == 200
    assert "Enregistré le" in answer.page.text
    assert form_of(answer.page)["revision"] == "2"
    again = client.post("/brouillon", data=form_of(answer.page))  # nothing changed: no new version
    assert form_of(again.page)["revision"] == "2"
    assert [version.revision for version in store.history(token, now())] == [2, 1]


def test_opening_a_link_changes_nothing(client: Any, store: Store) -> None:
    kept = keep(client)
    token = token_of(kept)
    reader = shared(client, kept, "lecture")
    before = (store.open(token, now()), store.history(token, now()), store.links(token, now()))
    for address in (f"/brouillon/{token}", reader, f"{reader}?piece=ccap", f"{reader}?piece=%3Cb%3E"):
        assert client.get(address).status_code == 200
    assert (store.open(token, now()), store.history(token, now()), store.links(token, now())) == before
    for address in ("/brouillon", "/brouillon/supprimer/x", "/brouillon/a/b"):
        assert client.get(address).status_code in (404, 405)


def test_an_older_version_is_shown_then_taken_up_again(client: Any, store: Store) -> None:
    kept = keep(client)
    token = token_of(kept)
    changed = client.post("/brouillon", data=renamed(kept, objet="Nettoyage, revu")).page
    managed = client.post("/brouillon/gerer", data=form_of(changed)).page
    data = form_of(managed)
    data["version"] = "1"
    older = client.post("/brouillon/version", data=data).page
    assert "pas encore remise" in older.text
    assert store.open(token, now()).revision == 2
    client.post("/brouillon", data=form_of(older))
    assert json.loads(store.open(token, now()).content)["marche"] == market_in(kept)
    assert store.open(token, now()).revision == 3
    for wrong in ("99", "", "1e3", "-1"):
        data["version"] = wrong
        assert client.post("/brouillon/version", data=data).status_code == 422


def test_a_page_with_changes_says_they_are_not_saved(client: Any) -> None:
    kept = keep(client)
    same = client.post("/brouillon/gerer", data=form_of(kept)).page
    changed = client.post("/brouillon/gerer", data=renamed(kept, objet="Autre objet de nettoyage")).page
    words = "ne sont pas encore enregistrés"
    assert (words in same.text, words in changed.text) == (False, True)


def test_an_older_version_asks_before_it_takes_the_place_of_changes(client: Any, store: Store) -> None:
    kept = keep(client)
    token = token_of(kept)
    page = client.post("/brouillon", data=renamed(kept, objet="Nettoyage, revu")).page
    data = renamed(client.post("/brouillon/gerer", data=form_of(page)).page, objet="Pas encore enregistré")
    data["version"] = "1"
    asked = client.post("/brouillon/version", data=data).page
    assert "Enregistrez d’abord" in asked.text
    assert market_in(asked)["objet"] == "Pas encore enregistré"
    saved = client.post("/brouillon", data=form_of(asked))  # its first button
    assert (saved.status_code, now_kept(store, token)["objet"]) == (200, "Pas encore enregistré")
    assert 'name="remplacer" value="1"' in asked.html  # its second button
    data = form_of(asked)
    data["remplacer"] = "1"
    shown = client.post("/brouillon/version", data=data).page
    assert market_in(shown) == market_in(kept)
    assert store.open(token, now()).revision == 3  # nothing more is written


def test_another_save_meanwhile_is_no_change_of_this_page(client: Any, store: Store) -> None:
    kept = keep(client)
    managed = client.post("/brouillon/gerer", data=form_of(kept)).page
    store.save(token_of(kept), store.open(token_of(kept), now()).content.replace("Nettoyage", "Entretien"), 1, now())
    data = form_of(managed)
    data["version"] = "1"
    assert "pas encore remise" in client.post("/brouillon/version", data=data).page.text


# --- a dossier that no longer reads --------------------------------------------------------------

LATER = '{"format": "drafter-dossier", "version": 99, "marche": {"objet": "Gardé < entier > {{ 7*7 }}"}}'


def given_back(client: Any, page: Page, words: str) -> str:
    """What the button of these words gives as a file."""
    forms = [form for form in page.forms if "texte" in form.data()]
    buttons = re.findall(r"Garder le (?:brouillon|dossier)[^(]+", page.text)
    assert len(buttons) == len(forms)
    (form,) = (form for form, button in zip(forms, buttons, strict=True) if words in button)
    answer = client.post("/dossier-tel-quel", data=form.data())
    assert answer.headers["Content-Disposition"] == 'attachment; filename="dossier-clauses.json"'
    return str(answer.get_data(as_text=True))


def test_a_draft_that_no_longer_reads_is_given_back_whole(client: Any, store: Store) -> None:
    _, token = store.keep(LATER, now())
    answer = client.get(f"/brouillon/{token}")
    assert answer.status_code == 422
    assert "mettez le service à jour" in answer.page.text
    assert given_back(client, answer.page, "Garder le brouillon tel quel") == LATER


def test_a_draft_that_the_library_refuses_is_given_back_whole(client: Any, store: Store) -> None:
    kept = keep(client)
    gone = store.open(token_of(kept), now()).content.replace('"objet"', '"segment": "segment-disparu", "objet"')
    for access in Access:
        _, token = store.keep(gone, now())
        link = token if access is Access.EDIT else store.share(token, access, now())
        answer = client.get(f"/brouillon/{link}", follow_redirects=True)
        assert answer.status_code == 422
        assert "segment-disparu" in answer.page.text
        assert given_back(client, answer.page, "Garder le brouillon tel quel") == gone


def test_a_conflict_with_what_no_longer_reads_gives_both_back(client: Any, store: Store) -> None:
    kept = keep(client)
    store.save(token_of(kept), LATER, 1, now())
    mine = renamed(kept, objet="Nettoyage, revu")
    answer = client.post("/brouillon", data=mine)
    assert answer.status_code == 422
    assert given_back(client, answer.page, "Garder le brouillon tel quel") == LATER
    page = given_back(client, answer.page, "Garder le dossier de cette page")
    assert json.loads(page)["marche"]["objet"] == "Nettoyage, revu"
    assert store.open(token_of(kept), now()).content == LATER
    managed = form_of(kept)
    managed["version"] = "2"
    shown = client.post("/brouillon/version", data=managed).page
    assert given_back(client, shown, "Garder le brouillon tel quel") == LATER


def test_a_page_whose_dossier_no_longer_reads_gives_it_back(client: Any) -> None:
    data = form_of(check_page(client))
    data["dossier"] = LATER
    answer = client.post("/verifier", data=data)
    assert answer.status_code == 422
    assert given_back(client, answer.page, "Garder le dossier de cette page") == LATER


def test_a_draft_deleted_meanwhile_leaves_the_dossier_of_the_page(client: Any, store: Store) -> None:
    kept = keep(client)
    store.delete(token_of(kept), now())
    answer = client.post("/brouillon/gerer", data=form_of(kept))
    assert answer.status_code == 410
    assert json.loads(given_back(client, answer.page, "Garder le dossier de cette page"))["marche"] == market_in(kept)


def test_nothing_is_given_back_where_nothing_was_sent(client: Any) -> None:
    assert "/dossier-tel-quel" not in client.get("/brouillon/" + "A" * 22).page.html
    assert client.post("/dossier-tel-quel").status_code == 400


# --- sharing -------------------------------------------------------------------------------------


def shared(client: Any, page: Page, access: str) -> str:
    data = form_of(page)
    data["acces"] = access
    found = client.post("/brouillon/partager", data=data).page
    link = re.search(r'id="lien-nouveau" value="http://localhost([^"]+)"', found.html)
    assert link
    return link[1]


def test_a_reading_link_shows_everything_and_changes_nothing(client: Any, app: Flask) -> None:
    kept = keep(client)
    reader = app.test_client()
    address = shared(client, kept, "lecture")
    page = reader.get(address).page
    assert token_of(kept) not in page.html
    assert {name for name, _ in page.forms[-1].fields} == {"csrf_token", "page", "dossier"}
    assert [field for field in page.controls if field.get("type") != "submit"] == []
    for words in (
        "Ce lien permet de lire, pas de changer",
        "Ce que la loi impose",
        "Heures d’insertion",
        "clauses retenues",
    ):
        assert words in page.text
    preview = reader.get(f"{address}?piece=ccap").page
    assert 'id="apercu"' in preview.html
    word = next(found for found in page.addresses if found.endswith(".docx"))
    assert reader.post(word, data=form_of(page)).data[:2] == b"PK"
    refused = reader.post("/brouillon", data={**form_of(page).to_dict(), "brouillon": address[-22:], "revision": "1"})
    assert refused.status_code == 409
    assert "ne permet pas cette action" in refused.page.text


def test_an_opinion_link_leads_to_the_page_of_opinions(client: Any, app: Flask) -> None:
    address = shared(client, keep(client), "avis")
    answer = app.test_client().get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, address.replace("/brouillon/", "/avis/"))


def test_a_link_is_withdrawn(client: Any, app: Flask, store: Store) -> None:
    kept = keep(client)
    address = shared(client, kept, "lecture")
    data = form_of(kept)
    data["lien"] = next(link.id for link in store.links(token_of(kept), now()) if not link.in_use)
    assert "Lien retiré" in client.post("/brouillon/retirer", data=data).page.text
    answer = app.test_client().get(address)
    assert (answer.status_code, "a été retiré par l’acheteur" in answer.page.text) == (410, True)


# --- links that open nothing ---------------------------------------------------------------------


@pytest.mark.parametrize("token", ["A" * 22, "x", "A" * 5000, "%00", "%C3%A9" * 22, "<script>"])
def test_an_unknown_link(client: Any, token: str) -> None:
    keep(client)
    answer = client.get(f"/brouillon/{token}")
    assert answer.status_code == 404
    assert "n’ouvre aucun brouillon" in answer.page.text


def test_a_deleted_draft_says_so_and_the_work_goes_on(client: Any, app: Flask, store: Store) -> None:
    kept = keep(client)
    token = token_of(kept)
    asked = client.post("/brouillon/supprimer", data=form_of(kept)).page
    assert "Supprimer définitivement" in asked.text
    assert store.open(token, now())  # nothing yet
    data = form_of(asked)
    data["confirmer"] = "1"
    gone = client.post("/brouillon/supprimer", data=data).page
    assert "brouillon" not in form_of(gone)
    assert market_in(client.post("/verifier", data=form_of(gone)).page) == market_in(kept)
    answer = app.test_client().get(f"/brouillon/{token}")
    assert (answer.status_code, "a été supprimé" in answer.page.text) == (410, True)


def test_saving_a_draft_that_someone_deleted_keeps_the_work(client: Any, store: Store) -> None:
    kept = keep(client)
    store.delete(token_of(kept), now())
    answer = client.post("/brouillon", data=renamed(kept, objet="Nettoyage, revu"))
    assert answer.status_code == 409
    assert "a été supprimé" in answer.page.text
    assert "brouillon" not in form_of(answer.page)
    assert market_in(answer.page)["objet"] == "Nettoyage, revu"
    assert token_of(keep(client, answer.page)) != token_of(kept)


def test_an_expired_draft_says_so(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of(keep(client))
    monkeypatch.setattr(drafts, "now", lambda: now() + timedelta(days=91))
    answer = client.get(f"/brouillon/{token}")
    assert (answer.status_code, "a expiré" in answer.page.text) == (410, True)


@pytest.mark.parametrize("revision", ["", "0", "9" * 50, "-1", "1.5", "é"])
def test_a_revision_that_means_nothing_writes_nothing_over(client: Any, store: Store, revision: str) -> None:
    kept = keep(client)
    data = renamed(kept, objet="Nettoyage, revu")
    data["revision"] = revision
    answer = client.post("/brouillon", data=data)
    assert answer.status_code in (200, 409)
    assert store.open(token_of(kept), now()).revision == 1
    assert market_in(answer.page)["objet"] == "Nettoyage, revu"


# --- two people at once --------------------------------------------------------------------------


@pytest.fixture
def conflict(client: Any, app: Flask) -> tuple[str, Page]:
    """Two people open the same draft; the other saves first. The page that the second one gets."""
    token = token_of(keep(client))
    mine, theirs = client.get(f"/brouillon/{token}").page, app.test_client()
    other = theirs.get(f"/brouillon/{token}").page
    theirs.post("/brouillon", data=renamed(other, objet="Objet de l'autre", duree_mois="30"))
    answer = client.post("/brouillon", data=renamed(mine, objet="Mon objet", montant_ht="199000"))
    assert answer.status_code == 409
    return token, answer.page


def now_kept(store: Store, token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(store.open(token, now()).content)["marche"]
    return found


def amount(market: dict[str, Any]) -> float:
    return float(market["montant_ht"])


def choose(client: Any, page: Page, choice: str, *taken: str) -> Any:
    data = form_of(page)
    data["choix"] = choice
    data.setlist("prendre", list(taken))
    return client.post("/brouillon/conflit", data=data)


def test_both_versions_are_shown_and_nothing_is_written(conflict: tuple[str, Page], store: Store) -> None:
    token, page = conflict
    for words in ("Mon objet", "Objet de l’autre", "199", "30", "Réunir les deux"):
        assert words in page.text
    assert now_kept(store, token)["objet"] == "Objet de l'autre"
    assert len(store.history(token, now())) == 2


def test_mine_over_theirs(client: Any, conflict: tuple[str, Page], store: Store) -> None:
    token, page = conflict
    assert choose(client, page, "mienne").status_code == 200
    assert now_kept(store, token)["objet"] == "Mon objet"
    assert json.loads(store.version(token, 2, now()).content)["marche"]["objet"] == "Objet de l'autre"


def test_theirs_over_mine(client: Any, conflict: tuple[str, Page], store: Store) -> None:
    token, page = conflict
    shown = choose(client, page, "autre").page
    assert market_in(shown)["objet"] == now_kept(store, token)["objet"] == "Objet de l'autre"
    assert json.loads(store.version(token, 3, now()).content)["marche"]["objet"] == "Mon objet"


def test_both_are_joined(client: Any, conflict: tuple[str, Page], store: Store) -> None:
    token, page = conflict
    assert choose(client, page, "reunir").status_code == 200
    both = now_kept(store, token)
    assert (both["objet"], amount(both), float(both["duree_mois"])) == ("Mon objet", 199_000, 30)


def test_a_collision_goes_to_the_one_chosen(client: Any, conflict: tuple[str, Page], store: Store) -> None:
    token, page = conflict
    (collision,) = [field for field in page.controls if field.get("name") == "prendre"]
    choose(client, page, "reunir", str(collision["value"]), "nature", "<b>")
    both = now_kept(store, token)
    assert (both["objet"], amount(both), float(both["duree_mois"])) == ("Objet de l'autre", 199_000, 30)


def test_a_third_save_meanwhile_is_compared_again(client: Any, conflict: tuple[str, Page], store: Store) -> None:
    token, page = conflict
    store.save(token, store.version(token, 1, now()).content, 2, now())
    for choice in ("mienne", "autre", "reunir", "", "<b>"):
        answer = choose(client, page, choice)
        assert answer.status_code == 409
        assert market_in(answer.page)["objet"] == "Mon objet"
    assert store.open(token, now()).revision == 3
    assert choose(client, answer.page, "reunir").status_code == 200
    assert now_kept(store, token)["objet"] == "Mon objet"


def test_a_comparison_sent_elsewhere_is_compared_again(client: Any, conflict: tuple[str, Page], store: Store) -> None:
    token, page = conflict
    stale = form_of(page)
    stale["csrf_token"] = "périmé"
    shown = client.post("/brouillon/conflit", data=stale)
    for again in (form_of(page), form_of(shown.page)):
        answer = client.post("/brouillon", data=again)
        assert (answer.status_code, "Réunir les deux" in answer.page.text) == (409, True)
    assert now_kept(store, token)["objet"] == "Objet de l'autre"


# --- when the store cannot -----------------------------------------------------------------------


def test_a_closed_store_says_so_and_offers_the_file(make_app: Callable[..., Flask]) -> None:
    client: Any = make_app(drafts=False).test_client()
    page = check_page(client)
    assert "Ce serveur ne garde aucun brouillon" in page.text
    assert "Garder un brouillon" not in page.text
    answer = client.post("/brouillon", data=form_of(page))
    assert (answer.status_code, market_in(answer.page)) == (409, market_in(page))
    answer = client.get("/brouillon/" + "A" * 22)
    assert (answer.status_code, "ne garde pas de brouillon" in answer.page.text) == (404, True)


def test_a_store_that_cannot_write_loses_nothing(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    client: Any = make_app(data_dir=tmp_path / "fichier" / "sous").test_client()
    page = check_page(client)
    for step in ("/verifier", "/documents"):
        page = client.post(step, data=form_of(page)).page
        answer = client.post("/brouillon", data=form_of(page))
        assert answer.status_code == 503
        assert "n’est pas confirmé" in answer.page.text
        assert market_in(answer.page) == market_in(page)


def test_a_server_that_is_down_gives_503(make_app: Callable[..., Flask]) -> None:
    client: Any = make_app(database_url="postgresql+psycopg://u:secret@127.0.0.1:1/b").test_client()
    answer = client.get("/brouillon/" + "A" * 22)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "secret" not in answer.page.html


# --- secrets -------------------------------------------------------------------------------------


def test_a_post_without_its_token_of_the_page_deletes_nothing(client: Any, store: Store) -> None:
    kept = keep(client)
    data = {**form_of(kept).to_dict(), "confirmer": "1", "csrf_token": "faux"}
    assert client.post("/brouillon/supprimer", data=data).status_code == 400
    assert store.open(token_of(kept), now())


def test_no_log_holds_a_link_or_what_was_typed(client: Any, caplog: pytest.LogCaptureFixture, store: Store) -> None:
    with caplog.at_level(logging.DEBUG):
        kept = keep(client)
        token = token_of(kept)
        client.get(f"/brouillon/{token}")
        client.post("/brouillon", data=renamed(kept, objet="Secret de consultation"))
        client.post("/brouillon", data=renamed(kept, objet="Autre secret de consultation"))
        store.delete(token, now())
        client.get(f"/brouillon/{token}")
    assert caplog.records
    assert token not in caplog.text
    assert "secret de consultation" not in caplog.text.lower()


@pytest.mark.parametrize("example", ["programme-travaux-neuf-lots", EXAMPLE])
def test_pages_stay_light(client: Any, library: Library, example: str) -> None:
    name = (
        example if example in library.examples else max(library.examples, key=lambda k: len(library.examples[k].lots))
    )
    kept = keep(client, check_page(client, name))
    address = shared(client, kept, "lecture")
    for found in (kept, client.get(address).page):
        assert len(found.html.encode()) < HEAVY
