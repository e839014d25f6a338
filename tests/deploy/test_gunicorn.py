"""Several processes, one killed under load: answers go on, and no draft that was acknowledged is lost."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from http.client import HTTPException

import pytest

from tests.web.reading import Page
from tests.web.test_path import CLEANING

from .conftest import FILES, ROOT, SAFE, Browser, Run, Service, outside

LINK = re.compile(r"/brouillon/([A-Za-z0-9_-]{16,})")


def refused(command: list[str], **variables: str) -> str:
    done = subprocess.run(command, cwd=ROOT, env=outside(**variables), capture_output=True, text=True, timeout=60)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


GUNICORN = [sys.executable, "-m", "gunicorn", "-c", str(FILES / "gunicorn.conf.py"), "drafter.web:create_app()"]
SERVE = [sys.executable, "-m", "drafter", "serve", "--port", "0"]


@pytest.mark.parametrize("command", [GUNICORN, SERVE], ids=["gunicorn", "serve"])
def test_production_does_not_start_without_a_key(command: list[str]) -> None:
    told = refused(command, DRAFTER_PRODUCTION="oui", DRAFTER_SECRET_KEY="changez-moi-changez-moi-changez-moi")
    assert "DRAFTER_SECRET_KEY : cette clé se devine" in told
    assert "DRAFTER_HOTES : il faut au moins un nom d'hôte" in told
    assert "changez-moi" not in told


def test_a_store_of_limits_that_is_not_installed_is_told() -> None:
    told = refused(SERVE, **SAFE, DRAFTER_LIMITES_STOCKAGE="memcached://nulle-part:11211")
    assert "DRAFTER_LIMITES_STOCKAGE" in told


class Load:
    """Readers that never stop; counts what they got."""

    def __init__(self, service: Service, path: str, readers: int = 4) -> None:
        self.found: Counter[str] = Counter()
        self._stop = threading.Event()
        self._service, self._path = service, path
        self._threads = [threading.Thread(target=self._read) for _ in range(readers)]

    def _read(self) -> None:
        browser = Browser(self._service.port)
        while not self._stop.is_set():
            try:
                self.found[str(browser.ask("GET", self._path)[0])] += 1
            except (OSError, HTTPException):
                self.found["broken"] += 1

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)


def test_a_process_killed_under_load_costs_a_few_requests(run: Run) -> None:
    service = run(2)
    before = service.workers()
    with Load(service, "/aide") as load:
        time.sleep(1.5)
        victim = service.kill_one()
        time.sleep(2.5)
        after = service.workers()
    assert len(after) == 2
    assert victim not in after
    assert after & before  # the other one went on
    lost = sum(load.found.values()) - load.found["200"]
    assert load.found["200"] > 50
    assert lost <= 4 * 3, load.found  # what the readers had in hand, and the connections then waiting
    assert service.browser.ask("GET", "/sante/pret")[0] == 200


def kept(browser: Browser) -> tuple[str, Page]:
    """A new draft, by the pages: its link, and the page that shows it."""
    home = Page(browser.ask("GET", "/")[1].decode())
    checked = Page(browser.ask("POST", "/verifier", home.sent("/verifier", **CLEANING))[1].decode())
    form = next(form for form in checked.forms if any(name == "dossier" for name, _ in form.fields))
    status, html = browser.ask("POST", "/brouillon", form.data())
    page = html.decode()
    assert status == 200, page[:2000]
    found = LINK.search(page)
    assert found, page[:2000]
    return found[0], Page(page)


def more(acknowledged: list[str]) -> None:
    """Waits until two more drafts were kept: however slow the machine, the kill falls among saves."""
    enough, end = len(acknowledged) + 2, time.monotonic() + 60
    while len(acknowledged) < enough:
        assert time.monotonic() < end, "no draft is kept any more"
        time.sleep(0.05)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_two_processes_share_the_drafts_and_one_may_die(run: Run, request: pytest.FixtureRequest, engine: str) -> None:
    variables = {"DRAFTER_LIMITE_PAR_MINUTE": "0", "DRAFTER_LIMITE_PAGES": "0"}
    if engine == "postgresql":
        variables["DRAFTER_DATABASE_URL"] = request.getfixturevalue("postgres")
        migrate = [sys.executable, "-m", "drafter", "migrate"]
        subprocess.run(migrate, cwd=ROOT, env=outside(**variables), check=True, capture_output=True, timeout=60)
    service = run(2, **variables)
    acknowledged: list[str] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            try:
                acknowledged.append(kept(Browser(service.port))[0])
            except (OSError, HTTPException, AssertionError, StopIteration):
                continue  # cut short by the kill: nothing was promised

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        for _ in range(3):
            more(acknowledged)
            service.kill_one()
        more(acknowledged)
    finally:
        stop.set()
        for writer in writers:
            writer.join(60)
    assert len(set(acknowledged)) == len(acknowledged)
    service.wait()
    # Each is read several times, so that both processes answer.
    assert {service.browser.ask("GET", link)[0] for link in acknowledged for _ in range(3)} == {200}


def test_the_log_and_the_figures_of_several_processes(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One line of JSON for all that is said; figures added up; not one link of a draft."""
    folder = tmp_path_factory.mktemp("mesures")
    token = "jeton-de-supervision"
    service = run(2, PROMETHEUS_MULTIPROC_DIR=str(folder), DRAFTER_METRIQUES_JETON=token)
    link, _ = kept(service.browser)
    for _ in range(20):
        assert service.browser.ask("GET", "/aide")[0] == 200
    assert service.browser.ask("GET", link)[0] == 200
    connection = subprocess.run(
        [sys.executable, "-c", _ASK, str(service.port), token], capture_output=True, text=True, timeout=30, check=True
    )
    (count,) = re.findall(
        r'requests_total\{method="GET",route="pages.help_page",status="200"\} ([\d.]+)', connection.stdout
    )
    assert float(count) == 20
    lines = [json.loads(line) for line in service.log.read_text(encoding="utf-8").splitlines() if line[:1] == "{"]
    assert sum(line.get("route") == "pages.help_page" for line in lines) == 20
    written = service.log.read_text(encoding="utf-8") + connection.stdout
    assert link.rsplit("/", 1)[1] not in written
    assert CLEANING["objet"] not in written


_ASK = """
import sys, urllib.request as u
port, token = sys.argv[1:]
headers = {"Host": "clauses.exemple.fr", "Authorization": f"Bearer {token}"}
print(u.urlopen(u.Request(f"http://127.0.0.1:{port}/metrics", headers=headers), timeout=10).read().decode())
"""
