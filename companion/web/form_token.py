"""The form token of a page: what Flask-WTF makes of the session's and checks, signed by what is made once.

Flask-WTF makes a signer for every page, which first tries out how it writes.
"""

import hmac
from secrets import token_hex

from flask import Flask, g, request, session
from flask_wtf import CSRFProtect
from itsdangerous import BadData

from companion.web.signing import Serializer

FIELD = "csrf_token"
"""Where Flask-WTF looks for it: in the session, and in what is sent."""
SALT = "wtf-csrf-token"


def begin() -> None:
    """Give a new session its token: 160 random bits in hex, as Flask-WTF does."""
    session[FIELD] = token_hex(20)


class FormTokens(CSRFProtect):  # type: ignore[misc]  # it carries no types
    """Flask-WTF's check of every form that is sent; a good token is known by the signer that is made once."""

    def __init__(self, app: Flask) -> None:
        self._signer = Serializer(app.secret_key, SALT)
        super().__init__(app)
        _set_in_pages(app, self._signer)

    def protect(self, apply_exemptions: bool = False) -> None:
        """Raises CSRFError where a form has no token, or another's."""
        if request.blueprint == "widgets" and request.method == "POST" and self._good():
            g.csrf_valid = True
            return
        super().protect(apply_exemptions)

    def _good(self) -> bool:
        kept, sent = session.get(FIELD), request.form.get(FIELD)
        if not kept or not sent:
            return False
        try:
            return hmac.compare_digest(kept, self._signer.loads(sent))
        except BadData:
            return False


def _set_in_pages(app: Flask, signer: Serializer) -> None:
    """Let the templates say it, by the name that Flask-WTF gave it there."""

    def csrf_token() -> str:
        if FIELD not in g:
            if FIELD not in session:
                begin()
            setattr(g, FIELD, signer.dumps(session[FIELD]))
        return str(g.get(FIELD))

    app.jinja_env.globals[FIELD] = csrf_token
    # Flask-WTF gives its own to every page beside that.
    app.context_processor(lambda: {FIELD: csrf_token})
