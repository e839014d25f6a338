"""Figures for a supervision: how many requests, how long, which documents. No content, no address.

With several processes, `PROMETHEUS_MULTIPROC_DIR` names the folder where each one writes its own figures; the
library reads it by itself, before this module is imported.
"""

from __future__ import annotations

import os

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from drafter.web.logs import METHODS, seconds

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
KINDS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/zip": "zip",
    "text/calendar": "ics",
}

_REGISTRY = CollectorRegistry()
_REQUESTS = Counter("drafter_requests", "Requests answered", ("route", "method", "status"), registry=_REGISTRY)
_SECONDS = Histogram("drafter_request_seconds", "Time to answer", ("route",), buckets=BUCKETS, registry=_REGISTRY)
_DOCUMENTS = Counter("drafter_documents", "Documents made", ("kind",), registry=_REGISTRY)


def register_metrics(app: Flask) -> None:
    @app.after_request
    def count(response: Response) -> Response:
        route = request.endpoint or "inconnue"
        method = request.method if request.method in METHODS else "autre"
        _REQUESTS.labels(route, method, str(response.status_code)).inc()
        _SECONDS.labels(route).observe(seconds())
        if response.status_code == 200 and (kind := KINDS.get(response.mimetype or "")):
            _DOCUMENTS.labels(kind).inc()
        return response


def exposition() -> bytes:
    """The figures of this process, or of all of them when they share a folder."""
    if MULTIPROCESS not in os.environ:
        return generate_latest(_REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
