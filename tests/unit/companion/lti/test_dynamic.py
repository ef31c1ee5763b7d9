"""Registering with a platform that may say anything."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from companion.lti.dynamic import PLATFORM, TOOL, Invitation, ToolDescription, register
from companion.lti.errors import InvalidPlatformError, RegistrationFailedError
from companion.lti.guard import AddressGuard
from companion.lti.http import LIMIT, new_session
from companion.lti.registration import Registration
from tests.unit.companion.lti.platform import FIXTURES

GUARD = AddressGuard(loopback=True)
BASE = "https://cairn.example.org:8443"
TOOL_OF_OURS = ToolDescription(
    BASE, f"{BASE}/lti/login", f"{BASE}/lti/launch", f"{BASE}/lti/jwks", f"{BASE}/static/img/mark.svg"
)


@dataclass
class FakeMoodle:
    """A platform with the recorded configuration and answer of a Moodle 4.5.6, each to be spoiled."""

    url: str = ""
    configuration: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    body: bytes | None = None
    sent: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def begin(self, url: str) -> None:
        def read(name: str) -> Any:
            return json.loads((Path(FIXTURES) / name).read_text().replace("http://localhost:8081", url))

        self.url = url
        self.configuration = read("lti_openid_configuration.json")
        self.answer = read("lti_dynamic_registration.json")["response"][1]

    @property
    def invitation(self) -> Invitation:
        return Invitation(f"{self.url}/mod/lti/openid-configuration.php", "one-time token")


@pytest.fixture
def moodle() -> Iterator[FakeMoodle]:
    fake = FakeMoodle()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fake.sent.append((self.path, dict(self.headers), b""))
            self._reply(200, fake.body if fake.body is not None else json.dumps(fake.configuration).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fake.sent.append((self.path, dict(self.headers), body))
            self._reply(fake.status, json.dumps(fake.answer).encode())

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        fake.begin(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield fake
        server.shutdown()
        thread.join()


def go(moodle: FakeMoodle) -> Registration:
    return register(
        moodle.invitation, TOOL_OF_OURS, new_session=lambda: new_session(guard=GUARD), guard=GUARD
    )


def test_what_moodle_answered_becomes_a_registration(moodle: FakeMoodle) -> None:
    made = go(moodle)
    assert made == Registration(
        issuer=moodle.url,
        client_id="z8p4hYERXqrJl3W",
        deployment_ids=["2"],
        auth_url=f"{moodle.url}/mod/lti/auth.php",
        token_url=f"{moodle.url}/mod/lti/token.php",
        jwks_url=f"{moodle.url}/mod/lti/certs.php",
    )


def test_what_is_sent(moodle: FakeMoodle) -> None:
    go(moodle)
    path, headers, body = moodle.sent[-1]
    sent = json.loads(body)
    assert path == "/mod/lti/openid-registration.php"
    assert headers["Authorization"] == "Bearer one-time token"
    assert sent["token_endpoint_auth_method"] == "private_key_jwt"
    assert sent["redirect_uris"] == [f"{BASE}/lti/launch"]
    assert set(sent["scope"].split()) == {
        "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
        "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
        "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    }
    told = sent[TOOL]
    assert told["domain"] == "cairn.example.org:8443"
    assert told["claims"] == ["iss", "sub"], "no names, no addresses"
    assert told["custom_parameters"] == {"tool": "cairn"}
    assert [one["type"] for one in told["messages"]] == ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]


def test_only_what_the_platform_offers_is_asked_for(moodle: FakeMoodle) -> None:
    moodle.configuration["scopes_supported"] = ["openid"]
    moodle.configuration[PLATFORM]["messages_supported"] = [{"type": "LtiResourceLinkRequest"}]
    go(moodle)
    sent = json.loads(moodle.sent[-1][2])
    assert sent["scope"] == ""
    assert [one["type"] for one in sent[TOOL]["messages"]] == ["LtiResourceLinkRequest"]


Spoil = Callable[[FakeMoodle], Any]


def named(**values: Any) -> Spoil:
    return lambda moodle: moodle.configuration.update(values)


def lacking(name: str) -> Spoil:
    return lambda moodle: moodle.configuration.pop(name)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(named(issuer="https://moodle.example.org"), id="speaks for another site"),
        pytest.param(named(issuer="http://127.0.0.1:1"), id="speaks for another port"),
        pytest.param(named(jwks_uri="https://evil.example/keys"), id="keys elsewhere"),
        pytest.param(named(token_endpoint="https://evil.example/token"), id="token elsewhere"),
        pytest.param(named(authorization_endpoint="javascript:alert(1)"), id="authorises by script"),
        pytest.param(named(registration_endpoint="https://10.0.0.7/x"), id="registers in our network"),
        pytest.param(named(id_token_signing_alg_values_supported=["HS256"]), id="does not sign"),
        pytest.param(named(issuer=7), id="issuer is a number"),
        pytest.param(lacking("issuer"), id="no issuer"),
        pytest.param(lacking("registration_endpoint"), id="no registration endpoint"),
        pytest.param(lacking(PLATFORM), id="no platform"),
        pytest.param(lambda moodle: setattr(moodle, "body", b"[1, 2]"), id="a list"),
        pytest.param(lambda moodle: setattr(moodle, "body", b"<html>"), id="a page"),
        pytest.param(lambda moodle: setattr(moodle, "body", b" " * (LIMIT + 1)), id="too large"),
        pytest.param(lambda moodle: setattr(moodle, "body", b"[" * 50_000), id="nested too deep"),
    ],
)
def test_a_configuration_that_cannot_be_believed_is_told_nothing(moodle: FakeMoodle, spoil: Spoil) -> None:
    spoil(moodle)
    with pytest.raises((RegistrationFailedError, InvalidPlatformError)) as refused:
        go(moodle)
    assert [path for path, _headers, body in moodle.sent if body] == [], "the token goes nowhere"
    assert "token" not in str(refused.value).replace("token address", "")


@pytest.mark.parametrize("status", [302, 400, 401, 500])
def test_a_platform_that_refuses_is_told_in_words(moodle: FakeMoodle, status: int) -> None:
    moodle.status, moodle.answer = status, {"error": "the secret one-time token"}
    with pytest.raises(RegistrationFailedError) as refused:
        go(moodle)
    assert "secret" not in str(refused.value)
    assert len(moodle.sent) == 2, "no redirect was followed"


@pytest.mark.parametrize("spoiled", [{}, {"client_id": "x"}, {"client_id": 3, TOOL: {"deployment_id": "1"}}])
def test_an_answer_without_ids_is_no_registration(moodle: FakeMoodle, spoiled: dict[str, Any]) -> None:
    moodle.answer = spoiled
    with pytest.raises(RegistrationFailedError):
        go(moodle)


def test_a_platform_that_names_no_deployment_is_registered_by_hand(moodle: FakeMoodle) -> None:
    del moodle.answer[TOOL]["deployment_id"]
    with pytest.raises(RegistrationFailedError, match="by hand"):
        go(moodle)


def test_a_private_platform_is_told_how_it_could_be_allowed(moodle: FakeMoodle) -> None:
    with pytest.raises(RegistrationFailedError, match="CAIRN_ALLOW_PRIVATE_LMS=true"):
        register(moodle.invitation, TOOL_OF_OURS, new_session=new_session, guard=AddressGuard())
    assert moodle.sent == []


def test_nothing_prints_the_token(moodle: FakeMoodle) -> None:
    assert "one-time" not in repr(moodle.invitation)
