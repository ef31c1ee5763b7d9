"""What ties a launch to its login and its browser: the state, its cookie, and their hashes."""

import hashlib
import hmac
import re
from collections.abc import Mapping

from companion.lti.errors import MalformedError, MissingParameterError

_STATE = re.compile(r"[A-Za-z0-9_-]{22,200}")


def digest(secret: str) -> str:
    """SHA-256 in hex; enough for secrets of 128 random bits or more, which nobody can guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, stored: str) -> bool:
    """Whether `stored` is the digest of the secret, in constant time."""
    return hmac.compare_digest(digest(secret), stored)


def cookie_name(state: str, *, secure: bool) -> str:
    """The cookie of one login, so that several widgets of a page can launch at once.

    Over https the name has the prefix that keeps neighbouring hosts from setting it (RFC 6265bis, section 4.1.3.2).
    """
    return f"{'__Host-' if secure else ''}cairn-login-{digest(state)[:32]}"


def state_of(form: Mapping[str, str]) -> str:
    """The state of a launch; raises MissingParameterError or MalformedError."""
    state = form.get("state")
    if not state:
        raise MissingParameterError("state")
    if not _STATE.fullmatch(state):
        raise MalformedError
    return state
