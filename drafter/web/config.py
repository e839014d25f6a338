"""Settings of the application: safe limits, and the secret from the environment."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Mapping
from typing import Any

SECRET = "DRAFTER_SECRET_KEY"
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


def secret_key() -> str:
    """The key that signs the form tokens; a random one lasts as long as this process."""
    if key := os.environ.get(SECRET, ""):
        return key
    log.info("%s n'est pas défini : clé tirée au hasard, pour un usage local.", SECRET)
    return secrets.token_hex(32)
