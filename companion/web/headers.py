"""Headers by surface: widgets may be framed by the enabled platforms, everything else by nobody."""

from flask import Flask, Response, g, request

from companion.store.lti import LaunchView
from companion.web.context import services

FRAMED = frozenset({"widgets", "lti"})
"""Blueprints whose pages stand in frames of the LMS."""


def add_headers(response: Response) -> Response:
    """Content-Security-Policy and its like on every answer."""
    framed = request.blueprint in FRAMED
    shown = framed and not 300 <= response.status_code < 400  # a redirect shows nothing
    ancestors = " ".join(sorted(_ancestors()) if shown else ()) or "'none'"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
        f"{_connects()}"
        f"form-action 'self'{_form_action()}; base-uri 'none'; frame-ancestors {ancestors}"
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


def let_frame(origin: str) -> None:
    """Let this one answer stand in a frame of `origin`, which is no enabled platform yet."""
    g.also_framed_by = origin


def let_post_to(origin: str) -> None:
    """Let the form of this one page go to `origin`."""
    g.also_posts_to = origin


def _ancestors() -> set[str]:
    """A widget may stand in its own platform's pages alone; before it is known whose it is, in any enabled one's."""
    launch: LaunchView | None = g.get("launch")
    known = [launch.platform_origin] if launch else services().lti.frame_ancestors()
    return {*known, *filter(None, [g.get("also_framed_by")])}


def _form_action() -> str:
    origin: str | None = g.get("also_posts_to")
    return f" {origin}" if origin else ""


def _connects() -> str:
    """Pages of the admin may ask for parts of themselves; a widget's script asks for nothing."""
    return "connect-src 'self'; " if request.blueprint == "admin" else ""


def set_headers(app: Flask) -> None:
    """Add the headers to every answer of the application."""
    app.after_request(add_headers)
