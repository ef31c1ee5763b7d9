"""Calling a platform's services: who is asked, with what, and what is believed."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
import responses

from companion.lti.connector import Connector, ServiceError, Tokens, next_link
from companion.lti.http import new_session
from companion.lti.keys import new_key_pair
from companion.lti.signing import Signer
from companion.store.lti import PlatformView
from tests.unit.companion.lti.platform import NOW, Clock

SITE = "https://lms.example.org"
TOKEN, SERVICE = f"{SITE}/token.php", f"{SITE}/services.php/roster"
PAIR = new_key_pair()
A, B = "https://scope/a", "https://scope/b"


def platform(client_id: str = "abc", issuer: str = SITE) -> PlatformView:
    return PlatformView(
        1, issuer, client_id, frozenset({"1"}), f"{issuer}/auth", TOKEN, f"{issuer}/keys", True
    )


def connector(
    of: PlatformView | None = None, tokens: Tokens | None = None, clock: Clock | None = None
) -> Connector:
    clock = clock or Clock()
    return Connector(
        of or platform(),
        signer=Signer(PAIR.kid, PAIR.private_pem),
        tokens=tokens or Tokens(clock),
        new_session=new_session,
        clock=clock,
    )


def grant(token: str = "t1", **more: Any) -> None:
    responses.post(TOKEN, json={"access_token": token, "expires_in": 3600, **more})


def asked(url: str) -> list[Any]:
    return [call.request for call in responses.calls if (call.request.url or "").startswith(url)]


@responses.activate
def test_a_token_is_asked_for_with_a_signed_request_that_lives_a_minute_and_is_made_once() -> None:
    grant()
    responses.get(SERVICE, json=[1])
    for _ in range(2):
        connector().get(SERVICE, [A], accept="application/json")
    claims = []
    for request in asked(TOKEN):
        sent = parse_qs(request.body)
        assert sent["grant_type"] == ["client_credentials"]
        assert sent["scope"] == [A]
        [assertion] = sent["client_assertion"]
        assert jwt.get_unverified_header(assertion)["kid"] == PAIR.kid
        key = jwt.PyJWK.from_dict(PAIR.public_jwk)
        options: Any = {"verify_exp": False, "verify_iat": False}
        claims.append(jwt.decode(assertion, key, algorithms=["RS256"], audience=TOKEN, options=options))
    one, other = claims
    assert (one["iss"], one["sub"]) == ("abc", "abc")
    assert one["iat"] == int(NOW.timestamp())
    assert one["exp"] - one["iat"] <= 300
    assert len(one["jti"]) >= 22
    assert one["jti"] != other["jti"]
    assert asked(SERVICE)[0].headers["Authorization"] == "Bearer t1"


@responses.activate
def test_a_token_is_kept_by_issuer_client_and_scopes() -> None:
    """The library keeps it by issuer and scopes alone: one client's token would be used by another."""
    grant()
    responses.get(SERVICE, json=[])
    tokens = Tokens(Clock())
    for one in (platform(), platform(), platform("other")):
        connector(one, tokens).get(SERVICE, [A], accept="*/*")
    assert len(asked(TOKEN)) == 2
    connector(platform(), tokens).get(SERVICE, [B, A], accept="*/*")
    connector(platform(), tokens).get(SERVICE, [A, B], accept="*/*")
    assert len(asked(TOKEN)) == 3


@pytest.mark.parametrize(("expires_in", "lives"), [(3600, 3540), (600, 540), (10**9, 3540), (30, 0)])
@responses.activate
def test_a_token_is_used_until_a_minute_before_its_end(expires_in: int, lives: int) -> None:
    grant(expires_in=expires_in)
    responses.get(SERVICE, json=[])
    clock = Clock()
    tokens = Tokens(clock)
    connector(tokens=tokens, clock=clock).get(SERVICE, [A], accept="*/*")
    clock.now += timedelta(seconds=lives) - timedelta(seconds=1)
    connector(tokens=tokens, clock=clock).get(SERVICE, [A], accept="*/*")
    assert len(asked(TOKEN)) == (1 if lives else 2)
    clock.now += timedelta(seconds=1)
    connector(tokens=tokens, clock=clock).get(SERVICE, [A], accept="*/*")
    assert len(asked(TOKEN)) == (2 if lives else 3)


@responses.activate
def test_a_token_that_is_no_longer_taken_is_asked_for_once_more_and_no_further() -> None:
    grant("old")
    responses.get(SERVICE, status=401)
    with pytest.raises(ServiceError) as refused:
        connector().get(SERVICE, [A], accept="*/*")
    assert refused.value.status == 401
    assert (len(asked(TOKEN)), len(asked(SERVICE))) == (2, 2)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/roster",
        "http://lms.example.org/roster",
        "https://lms.example.org.evil.example/",
        "file:///etc/passwd",
        "https://lms.example.org@evil.example/",
        "",
    ],
)
@responses.activate
def test_a_token_goes_to_the_platforms_own_host_alone(url: str) -> None:
    """The attack: a launch names a service elsewhere, to be handed our token."""
    with pytest.raises(ServiceError):
        connector().get(url, [A], accept="*/*")
    assert len(responses.calls) == 0


@pytest.mark.parametrize("status", [302, 400, 403, 404, 409, 500])
@responses.activate
def test_a_refusal_is_told_by_its_status_and_quotes_nothing(status: int) -> None:
    grant()
    responses.get(
        SERVICE, status=status, body="token t1 and a name", headers={"Location": "https://evil.example"}
    )
    with pytest.raises(ServiceError) as refused:
        connector().get(SERVICE, [A], accept="*/*")
    assert refused.value.status in (status, None)
    assert "t1" not in str(refused.value)
    assert len(asked("https://evil.example")) == 0


@pytest.mark.parametrize("granted", [{}, {"access_token": 7}, [], "x", None])
@responses.activate
def test_a_token_that_is_none_is_not_used(granted: Any) -> None:
    responses.post(TOKEN, json=granted)
    responses.get(SERVICE, json=[])
    with pytest.raises(ServiceError):
        connector().get(SERVICE, [A], accept="*/*")
    assert asked(SERVICE) == []


@pytest.mark.parametrize("body", ["<html>", "[" * 50_000])
@responses.activate
def test_an_answer_that_is_no_json_is_told_as_that(body: str) -> None:
    grant()
    responses.get(SERVICE, body=body)
    with pytest.raises(ServiceError, match="could not be read"):
        connector().get(SERVICE, [A], accept="*/*")


@responses.activate
def test_what_is_posted_goes_as_it_is() -> None:
    grant()
    responses.post(SERVICE, body="")
    page = connector().post(SERVICE, [A], json.dumps({"a": 1}), content_type="application/x+json")
    [request] = asked(SERVICE)
    assert (request.body, request.headers["Content-Type"]) == ('{"a": 1}', "application/x+json")
    assert page.body is None


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('<https://a/?from=2>; rel="next"', "https://a/?from=2"),
        ("<https://a/2>; rel=next", "https://a/2"),
        ('<https://a/1>; rel="prev", <https://a/3>; rel="next"', "https://a/3"),
        ('<https://a/3>; title="x"; rel="next last"', "https://a/3"),
        ('<https://a/3>; REL = "NEXT"', "https://a/3"),
        ('<https://a/1>; rel="prev"', None),
        ('<https://a/1>; rel="nextish"', None),
        ("<https://a/1>; rel=\u201cnext\u201d", None),
        ("", None),
    ],
)
def test_the_next_page_in_a_link_header(header: str, found: str | None) -> None:
    assert next_link(header) == found
