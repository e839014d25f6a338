"""The application on a free port, a real Chromium, and axe-core fetched at test time only."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from waitress.server import create_server

from drafter.settings import read_settings
from drafter.web import create_app

AXE = "4.14.1"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "drafter-tests"
NO_SCRIPT = {"java_script_enabled": False}
BOTH = pytest.mark.parametrize("visit", [{}, NO_SCRIPT], indirect=True, ids=["script", "no-script"])
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"]


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application with a data folder of its own and no limit."""
    given = {"DRAFTER_DONNEES": str(tmp_path_factory.mktemp("donnees"))}
    given |= {"DRAFTER_LIMITE_PAR_MINUTE": "0", "DRAFTER_LIMITE_PAGES": "0"}
    return create_app(config={"SECRET_KEY": "browser"}, settings=read_settings(given))


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    """Where the application answers, as `drafter serve` runs it."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)
    app.extensions["store"].close()


@pytest.fixture(scope="session")
def browser(chromium_path: str, chromium_flags: list[str]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=chromium_flags)
        yield browser
        browser.close()


class Visit:
    """A window on the application; any request elsewhere, console error or page error fails the test."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:  # our own answers to faults
            self.complaints.append(message.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"request to {request.url}")

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.address + path)
        return self.page

    def send(self, name: str) -> Page:
        """Press a button and wait for its page."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        return self.page

    def main(self) -> Page:
        """Press the first visible button of the page itself, whatever its name."""
        with self.page.expect_navigation():
            self.page.locator("main form button:visible:not(.par-defaut)").first.click()
        return self.page

    def second(self) -> Visit:
        """Another window of the same person, watched as closely: its complaints come with ours."""
        other = Visit(self.page.context, self.address)
        other.complaints = self.complaints
        return other


def by_id(page: Page, name: str) -> Locator:
    """Ids hold dots, which a selector would read as classes."""
    return page.locator(f'[id="{name}"]')


def unfold(page: Page) -> Page:
    """The page with everything it hides shown."""
    page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    return page


@pytest.fixture
def visit(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Parametrize indirectly with options of the window, such as `{"java_script_enabled": False}`."""
    options = getattr(request, "param", {})
    wide = {"locale": "fr-FR", "viewport": {"width": 1280, "height": 900}}
    context = browser.new_context(**{**wide, **options})
    context.set_default_timeout(10_000)
    visit = Visit(context, address)
    yield visit
    context.close()
    assert not visit.complaints


@pytest.fixture(scope="session")
def axe() -> tuple[str, dict[str, Any]]:
    """The source of axe-core and its French words: a tool of the tests, never part of the project."""
    folder = CACHE / f"axe-core-{AXE}"
    if not (folder / "axe.min.js").is_file():
        if not (npm := shutil.which("npm")):
            pytest.skip("npm is not on this machine: pages are not checked with axe-core")
        folder.mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(
            [npm, "pack", f"axe-core@{AXE}", "--silent"], cwd=folder, capture_output=True, text=True, timeout=120
        )
        archive = folder / f"axe-core-{AXE}.tgz"
        if fetched.returncode or not archive.is_file():
            pytest.skip(f"npm could not fetch axe-core {AXE}: pages are not checked with it")
        with tarfile.open(archive) as package:
            for member in ("axe.min.js", "locales/fr.json"):
                stream = package.extractfile(f"package/{member}")
                assert stream is not None
                (folder / Path(member).name).write_bytes(stream.read())
        archive.unlink()
    words = json.loads((folder / "fr.json").read_text(encoding="utf-8"))
    return (folder / "axe.min.js").read_text(encoding="utf-8"), words


@pytest.fixture
def assert_accessible(axe: tuple[str, dict[str, Any]]) -> Any:
    source, words = axe

    def check(page: Page) -> None:
        page.evaluate(source)
        found = page.evaluate(
            "([words, tags]) => { axe.configure({locale: words});"
            " return axe.run(document, {runOnly: {type: 'tag', values: tags}}); }",
            [words, TAGS],
        )
        told = [
            f"{item['id']}: {item['help']} {[n['html'][:120] for n in item['nodes'][:3]]}"
            for item in found["violations"]
        ]
        assert not told, "\n".join(told)

    return check
