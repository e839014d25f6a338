"""The JSON API, `/api/v1`, and its reference page, `/api`: for the servers of buyers' software.

Public, without cookie or token, closed to scripts of other sites (no CORS header is ever sent). The table
`operations` says what there is; routes, checks, OpenAPI and the reference page are made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any, cast

from flask import Blueprint, Flask, Response, request
from flask_wtf import CSRFProtect

from drafter.library import Library
from drafter.web.api.openapi import document
from drafter.web.api.operations import PREFIX, Operation, operations
from drafter.web.api.problems import MAX_BODY, problem
from drafter.web.api.reading import read_query
from drafter.web.api.reference import blueprint as reference
from drafter.web.api.views import VIEWS
from drafter.web.clause_search import Catalogue

__all__ = ["Api", "is_api", "problem", "register_api"]


class Api:
    """What the API offers for one library; its description is made once, when first asked for."""

    def __init__(self, catalogue: Catalogue, library: Library) -> None:
        self._library = library
        self.operations = operations(catalogue)

    @cached_property
    def document(self) -> dict[str, Any]:
        return document(self.operations, self._library)


def register_api(app: Flask) -> None:
    """After the catalogue and the CSRF guard, which it stays outside of: there is no session to protect."""
    api = Api(app.extensions["catalogue"], app.extensions["library"])
    app.extensions["api"] = api
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    for operation in api.operations:
        path = operation.path.replace("{", "<").replace("}", ">")
        view = _reading_first(operation, VIEWS[operation.name])
        blueprint.add_url_rule(path, operation.name, view, methods=[operation.method.upper()])
    blueprint.register_error_handler(Exception, problem)
    cast(CSRFProtect, app.extensions["csrf"]).exempt(blueprint)
    app.before_request(_keep_bodies_small)
    app.register_blueprint(blueprint)
    app.register_blueprint(reference)


def is_api(path: str) -> bool:
    """Whether an address is the API's, even when nothing answers there."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def _reading_first(operation: Operation, view: Callable[..., Response]) -> Callable[..., Response]:
    @wraps(view)
    def answer(**path: str) -> Response:
        return view(read_query(operation), **path)

    return answer


def _keep_bodies_small() -> None:
    if is_api(request.path):
        request.max_content_length = MAX_BODY
