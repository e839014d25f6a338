"""What an operator and a buyer may rely on: headers, limits, logs without content, states told."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from drafter.library import Library
from drafter.settings import read_settings
from drafter.web import create_app
from drafter.web.limits import costly, makes_documents
from drafter.web.logs import JsonLines, ShortLines

from .conftest import CheckedClient
from .test_path import ARCHIVE, CLEANING, described

SAFE = {
    "DRAFTER_PRODUCTION": "oui",
    "DRAFTER_SECRET_KEY": "8f1c2b7a90de4356b1f07c2299aa51d38f1c2b7a90de4356b1f07c2299aa51d3",
    "DRAFTER_HOTES": "clauses.exemple.fr",
}
ABOUT = ("/mentions-legales", "/accessibilite", "/donnees-personnelles", "/nouveautes", "/aide")

Make = Callable[..., Flask]


@pytest.fixture
def made(library: Library, tmp_path: Path) -> Make:
    """An application as an operator sets it: `made({"DRAFTER_…": …}, FLASK_KEY=…)`."""

    def make(environment: dict[str, str] | None = None, **config: Any) -> Flask:
        config = {"SECRET_KEY": "test", "TESTING": True, **config}
        settings = read_settings({"DRAFTER_DONNEES": str(tmp_path), **(environment or {})})
        app = create_app(library, config, settings)
        app.test_client_class = CheckedClient
        return app

    return make


# --- headers, cookies, hosts -----------------------------------------------------------------------

OVER_TLS = {"base_url": "https://clauses.exemple.fr"}


def test_production_asks_browsers_to_stay_on_https(made: Make) -> None:
    client = made(SAFE).test_client()
    answer = client.get("/", **OVER_TLS)
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in client.get("/", base_url="http://clauses.exemple.fr").headers
    assert "Strict-Transport-Security" not in made().test_client().get("/", base_url="https://localhost").headers


def test_another_name_is_refused_in_one_line(made: Make) -> None:
    answer = made(SAFE).test_client().get("/", base_url="https://pirate.example")
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"
    assert "sous ce nom" in answer.get_data(as_text=True)


def test_forwarded_headers_count_only_behind_a_proxy(made: Make) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Request-Id": "vu-par-le-mandataire"}
    direct = made(SAFE).test_client().get("/", base_url="http://clauses.exemple.fr", headers=forwarded)
    assert "Strict-Transport-Security" not in direct.headers
    assert direct.headers["X-Request-Id"] != "vu-par-le-mandataire"
    behind = made({**SAFE, "DRAFTER_PROXYS": "1"}).test_client()
    answer = behind.get("/", base_url="http://clauses.exemple.fr", headers=forwarded)
    assert "Strict-Transport-Security" in answer.headers
    assert answer.headers["X-Request-Id"] == "vu-par-le-mandataire"
    hostile = behind.get("/", base_url="http://clauses.exemple.fr", headers={"X-Request-Id": "<script>" * 20})
    assert hostile.headers["X-Request-Id"].isalnum()


def test_an_old_key_still_opens_the_session(made: Make) -> None:
    """Keys turn without a page lost: a form filled before is shown again, or passes."""
    old, new = SAFE["DRAFTER_SECRET_KEY"], SAFE["DRAFTER_SECRET_KEY"][::-1]
    before = made(SAFE, SECRET_KEY=old).test_client()
    cookie = before.get("/", **OVER_TLS).headers["Set-Cookie"].split(";")[0].split("=", 1)
    after = made(SAFE, SECRET_KEY=new, SECRET_KEY_FALLBACKS=[old]).test_client()
    after.set_cookie(cookie[0], cookie[1], domain="clauses.exemple.fr")
    with after.session_transaction(**OVER_TLS) as session:
        assert "csrf_token" in session


# --- limits ----------------------------------------------------------------------------------------


def with_views(app: Flask) -> Flask:
    app.add_url_rule("/essai-couteux", "couteux", costly(lambda: "fait"))
    return app


def test_beyond_the_allowance_of_the_minute_one_is_told_when_to_come_back(made: Make) -> None:
    app = with_views(made({"DRAFTER_LIMITE_PAR_MINUTE": "3"}, RATELIMIT_ENABLED=True))
    client = app.test_client()
    assert [client.get("/essai-couteux").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get("/essai-couteux")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert "Attendez une minute" in answer.page.text
    assert client.get("/aide").status_code == 200  # reading is never counted
    other = client.get("/essai-couteux", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/essai/nettoyage-mediatheque"),
        ("GET", "/brouillon/" + "A" * 22),
        ("GET", "/avis/" + "A" * 22),
        ("POST", "/verifier"),
        ("POST", "/documents"),
        ("POST", "/apercu/ccap"),
        ("POST", "/estimation"),
    ],
)
def test_whatever_computes_counts_against_the_wide_allowance(made: Make, method: str, address: str) -> None:
    limits = {"DRAFTER_LIMITE_PAR_MINUTE": "1", "DRAFTER_LIMITE_PAGES": "3"}
    client = made(limits, RATELIMIT_ENABLED=True, WTF_CSRF_ENABLED=False).test_client()
    statuses = [client.open(address, method=method).status_code for _ in range(4)]
    assert 429 not in statuses[:3]
    assert statuses[3] == 429
    answer = client.open(address, method=method)
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert client.get("/aide").status_code == 200  # reading is never counted
    assert client.open(address, method=method, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code != 429


def test_each_allowance_closes_by_itself(made: Make) -> None:
    wide = with_views(made({"DRAFTER_LIMITE_PAR_MINUTE": "0", "DRAFTER_LIMITE_PAGES": "2"}, RATELIMIT_ENABLED=True))
    assert [wide.test_client().get("/essai-couteux").status_code for _ in range(3)] == [200, 200, 429]
    narrow = made({"DRAFTER_LIMITE_PAGES": "0"}, RATELIMIT_ENABLED=True).test_client()
    assert {narrow.post("/estimation").status_code for _ in range(310)} == {400}  # no token: nothing is computed


def test_a_refused_download_is_a_page_with_the_way_back(made: Make) -> None:
    app = made({"DRAFTER_LIMITE_PAR_MINUTE": "1"}, RATELIMIT_ENABLED=True, WTF_CSRF_ENABLED=False)
    client = app.test_client()
    statuses = [client.post("/telecharger/ccap.docx", data={"dossier": "{}"}).status_code for _ in range(2)]
    assert statuses == [422, 429]


def test_what_was_sent_too_early_is_sent_again_by_a_button(made: Make) -> None:
    app = made({"DRAFTER_LIMITE_PAR_MINUTE": "1"}, RATELIMIT_ENABLED=True)
    client, address = app.test_client(), f"/telecharger/{ARCHIVE}"
    page = client.post("/documents", data=described(client).sent("/verifier")).page
    sent = page.sent(address)
    assert client.post(address, data=sent).status_code == 200
    refused = client.post(address, data=sent)
    assert refused.status_code == 429
    again = refused.page.sent(address)
    assert again["dossier"] == sent["dossier"]
    later = made(WTF_CSRF_ENABLED=False).test_client().post(address, data=again)
    assert later.status_code == 200


def test_no_allowance_means_no_limit(made: Make) -> None:
    none = {"DRAFTER_LIMITE_PAR_MINUTE": "0", "DRAFTER_LIMITE_PAGES": "0"}
    client = with_views(made(none, RATELIMIT_ENABLED=True)).test_client()
    assert {client.get("/essai-couteux").status_code for _ in range(310)} == {200}


def test_few_documents_are_made_at_once(made: Make) -> None:
    app = made({"DRAFTER_LIMITE_DOCUMENTS": "1"}, DOCUMENTS_PATIENCE=0.05)
    started, finish = threading.Event(), threading.Event()

    @app.get("/essai-document", endpoint="document")
    @makes_documents
    def slow() -> str:
        started.set()
        assert finish.wait(10)
        return "fait"

    first: list[int] = []
    thread = threading.Thread(target=lambda: first.append(app.test_client().get("/essai-document").status_code))
    thread.start()
    assert started.wait(10)
    answer = app.test_client().get("/essai-document")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert app.test_client().get("/aide").status_code == 200
    finish.set()
    thread.join(10)
    assert first == [200]
    assert app.test_client().get("/essai-document").status_code == 200  # the turn was given back


def test_a_turn_is_given_back_after_a_crash(made: Make) -> None:
    app = made({"DRAFTER_LIMITE_DOCUMENTS": "1"}, DOCUMENTS_PATIENCE=0.05)

    @app.get("/essai-panne", endpoint="panne")
    @makes_documents
    def broken() -> str:
        raise RuntimeError("panne")

    assert [app.test_client().get("/essai-panne").status_code for _ in range(3)] == [500, 500, 500]


def test_the_tables_of_limits_name_pages_that_exist(app: Flask) -> None:
    from drafter.web.limits import COMPUTED, COSTLY, DOCUMENTS

    assert set(app.view_functions) >= COMPUTED | COSTLY | DOCUMENTS
    assert COSTLY >= DOCUMENTS


# --- logs ------------------------------------------------------------------------------------------

SECRET = "Zyx9-confidentiel"


@pytest.fixture
def journal() -> Iterator[Callable[[], str]]:
    """Everything that any logger says, as an operator reads it in production and in a terminal."""
    written = io.StringIO()
    root = logging.getLogger()
    level = root.level
    handlers = [logging.StreamHandler(written), logging.StreamHandler(written)]
    for handler, formatter in zip(handlers, (JsonLines(), ShortLines()), strict=True):
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written.getvalue
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_a_line_tells_the_route_and_never_its_address(made: Make, journal: Callable[[], str]) -> None:
    answer = (
        made().test_client().get(f"/exemple/{SECRET}?q={SECRET}", headers={"User-Agent": SECRET, "Referer": SECRET})
    )
    (line,) = [found for found in objects(journal()) if found["source"] == "drafter.web.requests"]
    assert line["statut"] == 404
    assert line["methode"] == "GET"
    assert line["route"].endswith(".example")
    assert line["requete"] == answer.headers["X-Request-Id"]
    assert line["duree_ms"] >= 0
    assert {"heure", "niveau", "version"} <= set(line)
    assert SECRET not in journal()


def test_nothing_typed_reaches_the_log(made: Make, journal: Callable[[], str]) -> None:
    """Every field of every form of the way, right or wrong, and files; then crashes that carry it."""
    client = made().test_client()
    home = client.get("/").page
    typed = dict.fromkeys((name for name, _ in home.form("/verifier").fields if name != "csrf_token"), SECRET)
    client.post("/verifier", data=home.sent("/verifier", **typed))
    plausible = {**CLEANING, "objet": f"Nettoyage {SECRET}", "acheteur_nom": SECRET}
    checked = client.post("/verifier", data=home.sent("/verifier", **plausible))
    assert SECRET in checked.get_data(as_text=True)
    form = checked.page.form("/verifier")
    kept = ("csrf_token", "dossier", "page", "action")
    changes = {name: SECRET for name, _ in form.fields if name not in kept}
    targets = {target.split("#")[0] for target in checked.page.addresses if target.startswith("/")}
    known = client.application.url_map.bind("localhost")
    assert "/brouillon" in targets
    by_view = {known.match(target, "POST")[0]: target for target in sorted(targets) if known.test(target, "POST")}
    assert len(by_view) > 8
    for view, target in by_view.items():
        client.post(target, data=form.data(**changes))
        if view in ("pages.verification", "drafts.save"):
            for data in (form.data(), form.data(csrf_token=SECRET), form.data(dossier=f'{{"{SECRET}": 1}}')):
                client.post(target, data=data)
    for address, field in (("/rouvrir", "fichier"), ("/inserer", "piece"), ("/controler", "piece")):
        file = (io.BytesIO(f"PK {SECRET}".encode()), f"{SECRET}.docx")
        client.post(address, data={field: file}, content_type="multipart/form-data")
    assert len(objects(journal())) > 10
    assert SECRET not in journal()


def test_a_crash_tells_its_place_and_not_its_words(made: Make, journal: Callable[[], str]) -> None:
    app = made(PROPAGATE_EXCEPTIONS=False)

    @app.get("/essai-panne")
    def broken() -> str:
        from drafter.market import load_text

        try:
            int(SECRET)
        except ValueError as error:
            logging.getLogger("autre.bibliotheque").warning("refusé : %s", SECRET)
            logging.getLogger("autre.bibliotheque").warning("refusé : %(mot)s", {"mot": SECRET})
            load_text(f"{{{SECRET}", "json", SECRET)
            raise KeyError(SECRET) from error
        return ""

    answer = app.test_client().get("/essai-panne")
    assert answer.status_code == 422
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("drafter.market.load_text", lambda *_: None)
        answer = app.test_client().get("/essai-panne")
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.page.text
    assert SECRET not in answer.page.text
    crash = next(line["erreur"] for line in objects(journal()) if "erreur" in line)
    assert crash["type"] == "KeyError"
    assert crash["cause"]["type"] == "ValueError"
    assert SECRET not in journal()


def test_supervision_does_not_fill_the_log(made: Make, journal: Callable[[], str]) -> None:
    client = made().test_client()
    client.get("/sante/vivant")
    client.get("/sante/pret")
    assert not [line for line in objects(journal()) if line["source"] == "drafter.web.requests"]


# --- health and figures ----------------------------------------------------------------------------


def test_alive_tells_the_versions(made: Make, library: Library) -> None:
    answer = made().test_client().get("/sante/vivant")
    assert answer.get_json() == {"etat": "vivant", "programme": "0.1.0", "bibliotheque": library.info.version}


def test_ready_tells_the_template_and_the_drafts(made: Make) -> None:
    answer = made({"DRAFTER_BROUILLONS": "non"}).test_client().get("/sante/pret")
    assert answer.status_code == 200
    state = answer.get_json()
    assert state["etat"] == "pret"
    assert state["brouillons"] == "fermés"
    assert len(state["modele"]) == 16


def test_a_database_at_rest_makes_the_service_not_ready(made: Make, journal: Callable[[], str]) -> None:
    app = made()

    def down() -> None:
        raise ConnectionError(f"could not connect to {SECRET}")

    app.extensions["ping_drafts"] = down
    answer = app.test_client().get("/sante/pret")
    assert answer.status_code == 503
    assert "DRAFTER_DATABASE_URL" in answer.get_json()["raisons"][0]
    assert SECRET not in journal()
    assert app.test_client().get("/sante/vivant").status_code == 200


def test_figures_are_closed_without_a_token(made: Make) -> None:
    assert made().test_client().get("/metrics").status_code == 404
    client = made({"DRAFTER_METRIQUES_JETON": "jeton-de-supervision"}).test_client()
    assert client.get("/metrics").status_code == 404
    wrong = client.get("/metrics", headers={"Authorization": "Bearer jeton-de-supervisiom"})
    assert wrong.status_code == 404
    client.get(f"/exemple/{SECRET}")
    answer = client.get("/metrics", headers={"Authorization": "Bearer jeton-de-supervision"})
    figures = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "drafter_requests_total{" in figures
    assert 'status="404"' in figures
    assert "drafter_request_seconds_bucket{" in figures
    assert SECRET not in figures


# --- pages about the service -----------------------------------------------------------------------


def test_what_the_operator_did_not_say_is_said_to_be_missing(made: Make) -> None:
    page = made().test_client().get("/mentions-legales").page
    assert page.text.count("Non renseigné") == 5


HOSTILE = '<img src=x onerror=alert(1)> {{7*7}} "'


def test_the_operator_is_named_on_each_page(made: Make) -> None:
    told = {
        "DRAFTER_ORGANISME": f"Département de X {HOSTILE}",
        "DRAFTER_ORGANISME_ADRESSE": "1 place du Marché, 00000 X",
        "DRAFTER_ORGANISME_COURRIEL": "marches@exemple.fr",
        "DRAFTER_DIRECTION_PUBLICATION": "La présidence",
        "DRAFTER_HEBERGEUR": "Hébergeur Y",
    }
    client = made(told).test_client()
    for address in ("/mentions-legales", "/accessibilite", "/donnees-personnelles"):
        html = client.get(address).get_data(as_text=True)
        assert "Non renseigné" not in html
        assert "Département de X" in html
        assert "<img src=x" not in html
        assert "49" not in html.split("Département de X", 1)[1][:80]


@pytest.mark.parametrize("address", ABOUT)
def test_every_page_tells_the_state_of_accessibility(made: Make, address: str) -> None:
    page = made().test_client().get(address).page
    assert "Accessibilité\u00a0: non conforme" in page.html
    for target in ("/mentions-legales", "/donnees-personnelles", "/nouveautes", "/accessibilite"):
        assert target in page.addresses


def test_an_audit_is_what_changes_the_state(made: Make) -> None:
    audited = {
        "DRAFTER_ACCESSIBILITE_ETAT": "partiellement conforme",
        "DRAFTER_ACCESSIBILITE_AUDIT": "2026-09-15",
        "DRAFTER_ACCESSIBILITE_TAUX": "74",
        "DRAFTER_ACCESSIBILITE_AUDITEUR": "Cabinet Z",
    }
    page = made(audited).test_client().get("/accessibilite").page
    text = page.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert page.title.startswith("Accessibilité\u00a0: partiellement conforme")
    assert "74 % des critères" in text
    assert "15 septembre 2026" in text
    assert "Cabinet Z" in text
    old = made({**audited, "DRAFTER_ACCESSIBILITE_AUDIT": "2020-09-15"}).test_client().get("/accessibilite").page
    assert old.title.startswith("Accessibilité\u00a0: non conforme")
    assert "plus de trois ans" in old.text.replace("\u00a0", " ")


def test_personal_data_tells_what_is_kept(made: Make) -> None:
    kept = made({"DRAFTER_BROUILLONS_JOURS": "30"}).test_client().get("/donnees-personnelles").page
    assert "30 jours après" in kept.text.replace("\u00a0", " ").replace("\u202f", " ")
    closed = made({"DRAFTER_BROUILLONS": "non"}).test_client().get("/donnees-personnelles").page
    assert "pas ouverts sur ce serveur" in closed.text


def test_the_news_are_those_of_this_program_and_of_this_library(made: Make, library: Library) -> None:
    from drafter.web.logs import VERSION

    text = made().test_client().get("/nouveautes").page.text.replace("\u00a0", " ")
    assert f"Version {VERSION}" in text
    assert f"Version {library.info.version} " in text
