"""Two jars for sessions: one for administrators, and one for each launch of a widget.

A widget stands in a frame of another site. Its cookie is partitioned by that site, sent to the addresses of its
own launch alone, and holds nothing but the launch and the form token. So several widgets on one page, and the
admin in another tab, never touch each other's sessions.
"""

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

from companion.web.cookies import set_cookie
from companion.web.signing import Serializer

WIDGET_PREFIX = "/w/"


class TwoJars(SecureCookieSessionInterface):
    """Signed cookie sessions whose name, path and flags depend on where the request goes.

    They end with the browser: the launch and the sign-in have ends of their own on the server.
    """

    def __init__(self, app: Flask) -> None:
        """Args: app: whose secret key, and those before it, sign the cookies."""
        self._serializer = Serializer(
            [*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.secret_key],
            self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
        )
        self._max_age = int(app.permanent_session_lifetime.total_seconds())
        self._https = app.config["PREFERRED_URL_SCHEME"] == "https"

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """What the cookie of this request's jar holds; nothing where it is not signed by us."""
        kept = request.cookies.get(_name(_launch_id()))
        try:
            return self.session_class(self._serializer.loads(kept, max_age=self._max_age) if kept else None)
        except BadSignature:
            return self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where the session changed, or remove it where nothing is left in it.

        Administrators' sessions stay on our site; they may be kept over plain http, as it is on loopback alone.
        """
        if session.accessed:
            response.headers.add("Vary", "Cookie")
        if not session.modified:
            return
        launch_id = _launch_id()
        kept = self._serializer.dumps(dict(session)) if session else ""
        set_cookie(
            response,
            _name(launch_id),
            kept,
            path=f"{WIDGET_PREFIX}{launch_id}" if launch_id else "/",
            max_age=None if session else 0,
            secure=bool(launch_id) or self._https,
            framed=bool(launch_id),
        )


def _name(launch_id: str | None) -> str:
    """A name of its own for each jar."""
    return "cairn_widget" if launch_id else "cairn_admin"


def _launch_id() -> str | None:
    """The launch this request belongs to, also while it is being opened."""
    opened: str | None = g.get("opened_launch")
    if opened:
        return opened
    if request.path.startswith(WIDGET_PREFIX):
        return request.path.removeprefix(WIDGET_PREFIX).split("/")[0] or None
    return None
