"""Headers by surface: widgets may be framed by the enabled platforms, everything else by nobody."""

from flask import Flask, Response, request

from companion.web.context import services

FRAMED = frozenset({"widgets", "lti"})
"""Blueprints whose pages stand in frames of the LMS."""


def add_headers(response: Response) -> Response:
    """Content-Security-Policy and its like on every answer."""
    framed = request.blueprint in FRAMED
    ancestors = (" ".join(services().lti.frame_ancestors()) if framed else "") or "'none'"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if not framed:
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["X-Frame-Options"] = "DENY"
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def set_headers(app: Flask) -> None:
    """Add the headers to every answer of the application."""
    app.after_request(add_headers)
