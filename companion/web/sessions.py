"""Two jars for sessions: one for administrators, and one for each launch of a widget.

A widget stands in a frame of another site. Its cookie is partitioned by that site, sent to the addresses of its
own launch alone, and holds nothing but the launch and the form token. So several widgets on one page, and the
admin in another tab, never touch each other's sessions.
"""

from datetime import datetime

from flask import Flask, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Response
from itsdangerous import URLSafeTimedSerializer

WIDGET_PREFIX = "/w/"


class TwoJars(SecureCookieSessionInterface):
    """Signed cookie sessions whose name, path and flags depend on where the request goes."""

    def __init__(self) -> None:
        self._signers: dict[Flask, URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The same one for every request of an application, which signs with one key."""
        if app not in self._signers:
            self._signers[app] = super().get_signing_serializer(app)
        return self._signers[app]

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As the library does, without working out a cookie where none is to be set."""
        if session.modified or session.permanent:
            super().save_session(app, session, response)
        elif session.accessed:
            response.vary.add("Cookie")

    def get_cookie_name(self, app: Flask) -> str:
        """A name of its own for each jar."""
        return "cairn_widget" if _launch_id() else "cairn_admin"

    def get_cookie_path(self, app: Flask) -> str:
        """The addresses of one launch, or everything."""
        found = _launch_id()
        return f"{WIDGET_PREFIX}{found}" if found else "/"

    def get_cookie_samesite(self, app: Flask) -> str:
        """A frame of another site needs None; administrators' sessions stay on our site."""
        return "None" if _launch_id() else "Lax"

    def get_cookie_secure(self, app: Flask) -> bool:
        """Always, but for the admin on plain http on loopback."""
        return bool(_launch_id()) or app.config["PREFERRED_URL_SCHEME"] == "https"

    def get_cookie_partitioned(self, app: Flask) -> bool:
        """Only a partitioned cookie comes back where third-party cookies are blocked."""
        return bool(_launch_id())

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        """With the browser: the launch and the sign-in have ends of their own on the server."""
        return None


def _launch_id() -> str | None:
    """The launch this request belongs to, also while it is being opened."""
    opened: str | None = g.get("opened_launch")
    if opened:
        return opened
    if request.path.startswith(WIDGET_PREFIX):
        return request.path.removeprefix(WIDGET_PREFIX).split("/")[0] or None
    return None
