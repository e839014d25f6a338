"""A client that checks every page it is given."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from drafter.library import Library, load_library
from drafter.settings import read_settings
from drafter.web import create_app

from .reading import Page, check_page

POLICY = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'")


class CheckedClient(FlaskClient):
    """Each answer is looked at: headers always, the page itself when it is HTML."""

    typed: tuple[str, ...] = ()

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **{"buffered": True, **kwargs})
        check_headers(answer)
        whole = answer.get_data().startswith(b"<!DOCTYPE")  # else a part of a page, for the script that asked for it
        if answer.mimetype == "text/html" and whole and answer.status_code not in (301, 302, 308):
            page = Page(answer.get_data(as_text=True))
            check_page(page, self.typed)
            answer.page = page  # type: ignore[attr-defined]
        return answer


def check_headers(answer: TestResponse) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert all(part in policy for part in POLICY)
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Permissions-Policy" in answer.headers
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    if not answer.request.path.startswith("/static/"):
        public = "ETag" in answer.headers  # the open data of the library, and nothing else
        assert not public or answer.request.path.startswith(("/bibliotheque/clauses", "/api/v1/"))
        assert answer.headers["Cache-Control"] == ("no-cache" if public else "no-store")


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="session")
def app(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """With a data folder of its own: nothing of the person who runs the tests is read or written."""
    settings = read_settings({"DRAFTER_DONNEES": str(tmp_path_factory.mktemp("donnees"))})
    app = create_app(library, {"SECRET_KEY": "test", "TESTING": True}, settings)
    app.test_client_class = CheckedClient
    return app


@pytest.fixture
def client(app: Flask) -> Any:
    return app.test_client()
