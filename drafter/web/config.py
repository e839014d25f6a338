"""What Flask is told: safe limits, and what the operator decided."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any, cast

from flask import Flask, current_app
from werkzeug.middleware.proxy_fix import ProxyFix

from drafter.settings import Settings

MAX_BODY = 2 * 1024 * 1024

log = logging.getLogger("drafter.web")

LIMITS: Mapping[str, Any] = {
    "MAX_CONTENT_LENGTH": MAX_BODY,
    "MAX_FORM_MEMORY_SIZE": MAX_BODY,
    "MAX_FORM_PARTS": 5_000,  # 100 lots of 7 fields, 40 clauses of 20 parameters
    "SESSION_COOKIE_NAME": "drafter",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_TIME_LIMIT": None,  # a page left open over lunch still sends
    "WTF_CSRF_SSL_STRICT": False,  # we send no referrer; the token is enough
    "SEND_FILE_MAX_AGE_DEFAULT": 31_536_000,  # the address of a static file changes with its content
}


def configure(app: Flask, settings: Settings, config: Mapping[str, Any]) -> None:
    """`config` is over the settings: tests say there what no operator may."""
    app.config.from_mapping(LIMITS)
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_fallbacks),
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        SESSION_COOKIE_SECURE=settings.production,
    )
    app.config.from_mapping(config)
    if not app.config["SECRET_KEY"]:
        app.config["SECRET_KEY"] = secrets.token_hex(32)
        log.info("DRAFTER_SECRET_KEY n'est pas défini : clé tirée au hasard, pour un usage local.")
    if settings.proxies:
        # The name of the host is not taken from the proxy: it passes `Host` on (see docs/deploiement/nginx.conf).
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0
        )
    app.extensions["settings"] = settings


def settings() -> Settings:
    """The settings of the application that answers this request."""
    return cast(Settings, current_app.extensions["settings"])
