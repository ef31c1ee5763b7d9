"""Access tokens for a tool's own key, and the roster they open."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from flask.testing import FlaskClient

from sandbox import Registration, Sandbox, Tool
from sandbox.lti.keys import key_id, key_set
from sandbox.lti.tokens import ASSERTION_TYPE, fetch_json

ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


@pytest.fixture(scope="module")
def tool_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def jwks_url(tool_key: RSAPrivateKey) -> Iterator[str]:
    """A tool's key set, served on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(key_set(tool_key)).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
            """Keep the test's output clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/jwks"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def registration(sandbox: Sandbox, jwks_url: str) -> Registration:
    launch = "http://localhost:5000/lti/launch"
    return sandbox.register_tool(Tool("Cairn", "http://localhost:5000/lti/login", launch, jwks_url, [launch]))


def ask(
    client: FlaskClient, sandbox: Sandbox, registration: Registration, key: RSAPrivateKey, **changes: Any
) -> dict[str, str]:
    """The form of a token request; `claims` and other fields can be changed."""
    now = sandbox.site.epoch()
    claims = {
        "iss": registration.client_id,
        "sub": registration.client_id,
        "aud": registration.token_url,
        "iat": now,
        "exp": now + 60,
        "jti": "1",
    } | changes.pop("claims", {})
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": jwt.encode(claims, key, "RS256", headers={"kid": key_id(key)}),
        "scope": f"{ROSTER} {SCORE}",
    } | changes


def test_token_opens_the_roster_in_pages(
    client: FlaskClient, sandbox: Sandbox, registration: Registration, tool_key: RSAPrivateKey
) -> None:
    granted = client.post("/mod/lti/token.php", data=ask(client, sandbox, registration, tool_key)).get_json()
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 3600)
    assert set(granted["scope"].split()) == {ROSTER, SCORE}

    course = sandbox.find_course("ONB-SALES").id
    address: str | None = f"/mod/lti/services.php/CourseSection/{course}/bindings/1/memberships?limit=7"
    seen: list[str] = []
    while address:
        reply = client.get(address, headers={"Authorization": f"Bearer {granted['access_token']}"})
        assert reply.mimetype == "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
        seen += [member["user_id"] for member in reply.get_json()["members"]]
        link = reply.headers.get("Link", "")
        address = link.removeprefix("<").partition(">")[0].removeprefix(sandbox.site.base_url) or None
    assert seen == [str(row.person) for row in sandbox.world.enrolments_in(course)]


def test_roster_of_one_role(
    client: FlaskClient, sandbox: Sandbox, registration: Registration, tool_key: RSAPrivateKey
) -> None:
    token = client.post("/mod/lti/token.php", data=ask(client, sandbox, registration, tool_key)).get_json()
    course = sandbox.find_course("ONB-SALES").id
    reply = client.get(
        f"/mod/lti/services.php/CourseSection/{course}/bindings/1/memberships",
        query_string={"role": "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"},
        headers={"Authorization": f"Bearer {token['access_token']}"},
    )
    assert [member["ext_user_username"] for member in reply.get_json()["members"]] == ["ines"]


def test_roster_needs_a_live_token_with_its_scope(
    client: FlaskClient, sandbox: Sandbox, registration: Registration, tool_key: RSAPrivateKey, clock: Any
) -> None:
    address = "/mod/lti/services.php/CourseSection/2/bindings/1/memberships"
    assert client.get(address).status_code == 401
    narrow = client.post("/mod/lti/token.php", data=ask(client, sandbox, registration, tool_key, scope=SCORE))
    token = narrow.get_json()["access_token"]
    assert client.get(address, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    wide = client.post("/mod/lti/token.php", data=ask(client, sandbox, registration, tool_key)).get_json()
    headers = {"Authorization": f"Bearer {wide['access_token']}"}
    assert client.get(address, headers=headers).status_code == 200
    assert client.get(address.replace("/2/", "/99/"), headers=headers).status_code == 404
    assert client.get(address.replace("bindings/1", "bindings/2"), headers=headers).status_code == 401
    clock.move(seconds=3600)
    assert client.get(address, headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "other"}, "unsupported_grant_type"),
        ({"client_assertion": "x.y"}, "invalid_client"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"claims": {"sub": "somebody"}}, "invalid_client"),
        ({"claims": {"iss": "somebody"}}, "invalid_client"),
        ({"claims": {"exp": 1}}, "invalid_client"),
    ],
)
def test_token_requests_that_are_refused(
    client: FlaskClient,
    sandbox: Sandbox,
    registration: Registration,
    tool_key: RSAPrivateKey,
    changes: dict[str, Any],
    error: str,
) -> None:
    reply = client.post("/mod/lti/token.php", data=ask(client, sandbox, registration, tool_key, **changes))
    assert (reply.status_code, reply.get_json()) == (400, {"error": error})


def test_a_key_that_is_not_the_tools_is_refused(
    client: FlaskClient, sandbox: Sandbox, registration: Registration, platform_key: RSAPrivateKey
) -> None:
    reply = client.post("/mod/lti/token.php", data=ask(client, sandbox, registration, platform_key))
    assert reply.get_json() == {"error": "invalid_client"}


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/x"])
def test_keys_are_fetched_by_http_alone(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        fetch_json(url)


def test_unreachable_keys_are_a_refusal(
    client: FlaskClient, sandbox: Sandbox, registration: Registration, tool_key: RSAPrivateKey
) -> None:
    (tool,) = sandbox.world.tools.values()
    tool.jwks_url = "http://127.0.0.1:1/jwks"
    reply = client.post("/mod/lti/token.php", data=ask(client, sandbox, registration, tool_key))
    assert reply.get_json() == {"error": "invalid_client"}


def test_configuration_leads_to_what_is_served(client: FlaskClient, registration: Registration) -> None:
    configuration = client.get("/mod/lti/openid-configuration.php").get_json()
    assert configuration["issuer"] == registration.issuer
    assert configuration["authorization_endpoint"] == registration.auth_url
    assert configuration["token_endpoint"] == registration.token_url
    assert configuration["jwks_uri"] == registration.jwks_url
