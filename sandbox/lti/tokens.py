"""Access tokens for a tool that signs its request with its own key (client_credentials, private_key_jwt)."""

import json
import secrets
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

import jwt

from sandbox.lti.claims import AGS_SCOPES, NRPS_SCOPE
from sandbox.records import ToolType
from sandbox.site import Site

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME = 3600  # seconds, as in Moodle
FETCH_SECONDS = 5.0
PERMITTED = (*AGS_SCOPES, NRPS_SCOPE)

FetchJson = Callable[[str], Any]


class TokenRefusedError(Exception):
    """The OAuth error code is the message."""


def fetch_json(url: str) -> Any:
    """The JSON at an address that a registered tool gave. Raises OSError or ValueError."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("Keys are fetched by http and https alone.")
    with urllib.request.urlopen(url, timeout=FETCH_SECONDS) as reply:  # noqa: S310 - checked above
        return json.load(reply)


class AccessTokens:
    """The tokens given out, in memory."""

    def __init__(self) -> None:
        self._given: dict[str, tuple[int, frozenset[str], int]] = {}

    def grant(self, site: Site, form: Mapping[str, str], fetch: FetchJson) -> dict[str, Any]:
        """Moodle's token reply. Raises TokenRefusedError with the error that Moodle would name."""
        wanted = ("client_assertion", "client_assertion_type", "grant_type", "scope")
        if not all(form.get(name) for name in wanted):
            raise TokenRefusedError("invalid_request")
        if form["client_assertion_type"] != ASSERTION_TYPE or form["grant_type"] != "client_credentials":
            raise TokenRefusedError("unsupported_grant_type")
        tool = _signed_by(site, form["client_assertion"], fetch)
        scopes = [scope for scope in form["scope"].split() if scope in PERMITTED]
        if not scopes:
            raise TokenRefusedError("invalid_scope")
        token = secrets.token_hex(16)
        self._given[token] = (tool.id, frozenset(scopes), site.epoch() + LIFETIME)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "scope": " ".join(scopes),
        }

    def tool_for(self, site: Site, token: str, scope: str) -> int | None:
        """The tool a live token with this scope was given to."""
        tool, scopes, expires = self._given.get(token, (0, frozenset[str](), 0))
        return tool if scope in scopes and site.epoch() < expires else None


def _signed_by(site: Site, assertion: str, fetch: FetchJson) -> ToolType:
    """The tool whose key signed the assertion, fetched from its own address at every request."""
    try:
        claimed = jwt.decode(assertion, options={"verify_signature": False}).get("sub")
        tool = next(tool for tool in site.world.tools.values() if tool.client_id == claimed)
        keys = jwt.PyJWKSet.from_dict(fetch(tool.jwks_url))
        key = keys[jwt.get_unverified_header(assertion).get("kid", "")]
        checks: Any = {"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        claims = jwt.decode(assertion, key, algorithms=["RS256"], options=checks)
    except (jwt.PyJWTError, StopIteration, KeyError, OSError, ValueError):
        raise TokenRefusedError("invalid_client") from None
    if not claims.get("iss") == claims.get("sub") == tool.client_id or claims.get("exp", 0) < site.epoch():
        raise TokenRefusedError("invalid_client")
    return tool
