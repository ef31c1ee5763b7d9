"""Dynamic registration: a tool that the administrator invites registers itself, and waits to be activated."""

import secrets
import string
from dataclasses import replace
from threading import Lock
from typing import Any
from urllib.parse import urlencode, urlsplit

from sandbox.lti.claims import AGS_SCOPES, NRPS_SCOPE
from sandbox.records import ToolType
from sandbox.sandbox import Sandbox

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"


class RefusedRegistrationError(Exception):
    """The HTTP status, and Moodle's word for what is wrong."""

    def __init__(self, status: int, word: str) -> None:
        self.status = status
        super().__init__(word)


class Invitations:
    """The registration tokens given out, in memory: each is good once."""

    def __init__(self) -> None:
        self._open: dict[str, int] = {}
        self._used: set[str] = set()
        self._lock = Lock()

    def invite(self, sandbox: Sandbox, url: str, tool: int) -> str:
        """The tool's address with what it needs to register; `tool` is the one to bring up to date, or 0."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._open[token] = tool
        query = urlencode(
            {
                "openid_configuration": sandbox.site.url("/mod/lti/openid-configuration.php"),
                "registration_token": token,
            }
        )
        return f"{url}{'&' if urlsplit(url).query else '?'}{query}"

    def use(self, token: str) -> int:
        """The tool to bring up to date, or 0; raises RefusedRegistrationError."""
        with self._lock:
            if token in self._used:
                raise RefusedRegistrationError(401, "token_already_used")
            if token not in self._open:
                raise RefusedRegistrationError(401, "missing_registration_token")
            self._used.add(token)
            return self._open.pop(token)


def register(sandbox: Sandbox, sent: Any, known: int) -> dict[str, Any]:
    """Keep the tool that `sent` describes, with Moodle's checks; gives the answer. Raises RefusedRegistrationError."""
    told = sent.get(TOOL) if isinstance(sent, dict) else None
    if not isinstance(told, dict):
        raise RefusedRegistrationError(400, f"missing_{TOOL}")
    _check(sent, told)
    with sandbox.change() as world:
        old = world.tools.get(known)
        identifier = old.id if old else world.next_id("tools")
        made = ToolType(
            id=identifier,
            client_id=old.client_id if old else _client_id(),
            name=sent["client_name"],
            login_url=sent["initiate_login_uri"],
            launch_url=told["target_link_uri"],
            jwks_url=sent["jwks_uri"],
            redirect_uris=list(sent["redirect_uris"]),
            pending=old.pending if old else True,
            scopes=[one for one in sent.get("scope", "").split() if one in (*AGS_SCOPES, NRPS_SCOPE)],
            custom="\n".join(f"{name}={value}" for name, value in told.get("custom_parameters", {}).items()),
            deep_linking=any(one.get("type") == "LtiDeepLinkingRequest" for one in told.get("messages", [])),
        )
        world.tools[identifier] = made
    return _answer(made, told)


def activate(sandbox: Sandbox, tool: int) -> None:
    """Let a tool that registered itself be used. Raises KeyError."""
    with sandbox.change() as world:
        world.tools[tool] = replace(world.tools[tool], pending=False)


def _check(sent: dict[str, Any], told: dict[str, Any]) -> None:
    for name in ("response_types", "initiate_login_uri", "redirect_uris", "client_name", "jwks_uri"):
        if not sent.get(name):
            raise RefusedRegistrationError(400, f"missing_{name}")
    if not told.get("domain"):
        raise RefusedRegistrationError(400, "missing_domain")
    if urlsplit(str(told.get("target_link_uri"))).netloc != told["domain"]:
        raise RefusedRegistrationError(400, "domain_targetlinkuri_mismatch")
    if "id_token" not in sent["response_types"]:
        raise RefusedRegistrationError(400, "invalid_response_types")
    if sent.get("token_endpoint_auth_method") != "private_key_jwt":
        raise RefusedRegistrationError(400, "invalid_token_endpoint_auth_method")


def _answer(made: ToolType, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "client_id": made.client_id,
        "response_types": ["id_token"],
        "jwks_uri": made.jwks_url,
        "initiate_login_uri": made.login_url,
        "grant_types": ["client_credentials", "implicit"],
        "redirect_uris": made.redirect_uris,
        "application_type": "web",
        "token_endpoint_auth_method": "private_key_jwt",
        "client_name": made.name,
        "scope": " ".join(made.scopes),
        TOOL: {
            "version": "1.3.0",
            "deployment_id": str(made.id),
            "target_link_uri": made.launch_url,
            "domain": told["domain"],
            "description": told.get("description", ""),
        },
    }


def _client_id() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(15))
