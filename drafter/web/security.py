"""What every answer carries so that a browser trusts nothing but us, and keeps nothing."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


YEAR = 31_536_000


def register_headers(app: Flask, *, production: bool = False) -> None:
    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if production and request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
        if request.endpoint != "static":
            # An estimate before a consultation is confidential; public data says its own.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def unlisted(response: Response) -> Response:
    """Nothing that a secret link opens may enter a search engine."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
