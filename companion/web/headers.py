"""Headers by surface: widgets may be framed by the enabled platforms, everything else by nobody."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from flask import Flask, Response, g, request

from companion.store.lti import LaunchView
from companion.web.context import services

NOBODY = "'none'"
FRAMED = frozenset({"widgets", "lti"})
"""Blueprints whose pages stand in frames of the LMS."""


def add_headers(response: Response) -> Response:
    """Content-Security-Policy and its like on every answer."""
    blueprint = request.blueprint
    framed = blueprint in FRAMED
    shown = framed and not 300 <= response.status_code < 400  # a redirect shows nothing
    ancestors = tuple(sorted(_ancestors())) if shown else ()
    # Pages of the admin may ask for parts of themselves; a widget's script asks for nothing.
    asks = blueprint == "admin"
    headers = _headers(ancestors, g.get("also_posts_to"), framed=framed, asks=asks, https=request.is_secure)
    response.headers.extend(headers)
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


@lru_cache(maxsize=256)
def _headers(
    ancestors: Sequence[str], posts_to: str | None, *, framed: bool, asks: bool, https: bool
) -> Mapping[str, str]:
    connects = "connect-src 'self'; " if asks else ""
    to = f" {posts_to}" if posts_to else ""
    headers = {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
            f"{connects}form-action 'self'{to}; base-uri 'none'; "
            f"frame-ancestors {' '.join(ancestors) or NOBODY}"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    if not framed:
        headers |= {"Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY"}
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


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


def set_headers(app: Flask) -> None:
    """Add the headers to every answer of the application."""
    app.after_request(add_headers)
