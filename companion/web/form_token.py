"""The form token of a page: what Flask-WTF makes of the session's and checks, signed by what is made once.

Flask-WTF makes a signer for every page, which first tries out how it writes.
"""

from secrets import token_hex

from flask import Flask, g, session

from companion.web.signing import Serializer

FIELD = "csrf_token"
"""Where Flask-WTF looks for it: in the session, and in what is sent."""
SALT = "wtf-csrf-token"


def begin() -> None:
    """Give a new session its token: 160 random bits in hex, as Flask-WTF does."""
    session[FIELD] = token_hex(20)


def set_form_token(app: Flask) -> None:
    """Let the templates say it, by the name that Flask-WTF gave it there."""
    signer = Serializer(app.secret_key, SALT)

    def csrf_token() -> str:
        if FIELD not in g:
            if FIELD not in session:
                begin()
            setattr(g, FIELD, signer.dumps(session[FIELD]))
        return str(g.get(FIELD))

    app.jinja_env.globals[FIELD] = csrf_token
    # Flask-WTF gives its own to every page beside that.
    app.context_processor(lambda: {FIELD: csrf_token})
