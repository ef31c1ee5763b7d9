"""Every launch that must not pass: it answers with its own error and leaves nothing behind."""

import hashlib
import hmac
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from companion.lti import binding
from companion.lti.claims import CORE
from companion.lti.errors import LtiError, StateUnknownError, UnknownKeyError
from companion.lti.keysets import KeySets
from companion.lti.launch import MAX_TOKEN, LaunchAttempt, verify
from companion.models.lti import LoginState
from companion.services.lti import LoginRedirect
from companion.store.lti import PendingLogin, PlatformView
from tests.unit.companion.lti.platform import (
    BASE_URL,
    NOW,
    TARGET,
    Clock,
    FakePlatform,
    public_jwk,
    rsa_key,
    segment,
    sign,
)
from tests.unit.companion.lti.world import World

Answer = Callable[[World, LoginRedirect], dict[str, str]]


class Bad(NamedTuple):
    """A launch that must not pass, and how it is refused."""

    name: str
    answer: Answer
    code: str
    status: int


def token(**options: Any) -> Answer:
    """The platform's answer with another id_token; options as for FakePlatform.make_token."""
    return lambda world, begun: world.platform.answer(begun, **options)


def form(**fields: str | None) -> Answer:
    """The platform's answer with other fields."""

    def answer(world: World, begun: LoginRedirect) -> dict[str, str]:
        changed = {**world.platform.answer(begun), **fields}
        return {name: value for name, value in changed.items() if value is not None}

    return answer


def seconds(**claims: int) -> Answer:
    """The platform's answer with times so many seconds from now."""
    return token(**{name: int(NOW.timestamp()) + offset for name, offset in claims.items()})


def unsigned(world: World, begun: LoginRedirect) -> dict[str, str]:
    answer = world.platform.answer(begun)
    _header, body, _signature = answer["id_token"].split(".")
    header = segment(json.dumps({"alg": "none", "kid": world.platform.kid}).encode())
    return {**answer, "id_token": f"{header}.{body}."}


def signed_with_the_public_key(world: World, begun: LoginRedirect) -> dict[str, str]:
    answer = world.platform.answer(begun)
    body = answer["id_token"].split(".")[1]
    header = segment(json.dumps({"alg": "HS256", "kid": world.platform.kid}).encode())
    pem = world.platform.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    mac = hmac.new(pem, f"{header}.{body}".encode(), hashlib.sha256).digest()
    return {**answer, "id_token": f"{header}.{body}.{segment(mac)}"}


def changed_after_signing(world: World, begun: LoginRedirect) -> dict[str, str]:
    answer = world.platform.answer(begun)
    header, _body, signature = answer["id_token"].split(".")
    other = world.platform.answer(begun, sub="2")["id_token"].split(".")[1]
    return {**answer, "id_token": f"{header}.{other}.{signature}"}


def key_set_out_of_reach(world: World, begun: LoginRedirect) -> dict[str, str]:
    world.platform.reachable = False
    return world.platform.answer(begun)


def token_of_another_login(world: World, begun: LoginRedirect) -> dict[str, str]:
    seen = world.platform.answer(world.begin())
    return {**world.platform.answer(begun), "id_token": seen["id_token"]}


def kid_of_another_type(world: World, begun: LoginRedirect) -> dict[str, str]:
    answer = world.platform.answer(begun)
    header = segment(json.dumps({"alg": "RS256", "kid": [world.platform.kid]}).encode())
    return {**answer, "id_token": ".".join([header, *answer["id_token"].split(".")[1:]])}


def after_the_platform_was_disabled(world: World, begun: LoginRedirect) -> dict[str, str]:
    world.service.set_enabled(world.platform_id, False)
    return world.platform.answer(begun)


def after_the_deployment_was_taken_away(world: World, begun: LoginRedirect) -> dict[str, str]:
    world.platform.deployment_id = "2"
    world.platform.register(world.service)
    return world.platform.answer(begun)


def after_eleven_minutes(world: World, begun: LoginRedirect) -> dict[str, str]:
    world.clock.advance(minutes=11)
    return world.platform.answer(begun)


def resource_link_null(world: World, begun: LoginRedirect) -> dict[str, str]:
    claims = world.platform.claims(nonce=parse_qs(urlsplit(begun.url).query)["nonce"][0])
    return payload(json.dumps({**claims, CORE + "resource_link": None}).encode())(world, begun)


def payload(data: bytes) -> Answer:
    """The platform's answer, soundly signed over anything."""

    def answer(world: World, begun: LoginRedirect) -> dict[str, str]:
        signed = sign(data, world.platform.key, headers={"kid": world.platform.kid})
        return {**world.platform.answer(begun), "id_token": signed}

    return answer


OTHER = rsa_key("somebody else")

BAD = [
    Bad("signed by another key", token(key=OTHER), "bad_signature", 401),
    Bad("changed after signing", changed_after_signing, "bad_signature", 401),
    Bad("alg none", unsigned, "bad_algorithm", 401),
    Bad("HS256 with the public key", signed_with_the_public_key, "bad_algorithm", 401),
    Bad("PS256", token(algorithm="PS256"), "bad_algorithm", 401),
    Bad("no kid", token(headers={}), "unknown_key", 401),
    Bad("unknown kid", token(headers={"kid": "other"}), "unknown_key", 401),
    Bad("kid of another type", kid_of_another_type, "unknown_key", 401),
    Bad("key set out of reach", key_set_out_of_reach, "keys_unreachable", 401),
    Bad("wrong issuer", token(iss="http://localhost:9999"), "wrong_issuer", 401),
    Bad("issuer with a slash", token(iss="http://localhost:8081/"), "wrong_issuer", 401),
    Bad("no issuer", token(iss=None), "malformed", 400),
    Bad("wrong audience", token(aud="other"), "wrong_audience", 401),
    Bad("no audience", token(aud=None), "malformed", 400),
    Bad("empty audiences", token(aud=[]), "malformed", 400),
    Bad("several audiences without azp", token(aud=["abc123", "other"]), "wrong_audience", 401),
    Bad("azp of another", token(aud=["abc123", "other"], azp="other"), "wrong_audience", 401),
    Bad("azp of another, one audience", token(azp="other"), "wrong_audience", 401),
    Bad("wrong deployment", token(deployment_id="99"), "wrong_deployment", 403),
    Bad("no deployment", token(deployment_id=None), "malformed", 400),
    Bad("expired", seconds(iat=-120, exp=-10), "expired", 401),
    Bad("no expiry", token(exp=None), "malformed", 400),
    Bad("expiry without end", token(exp=float("inf")), "malformed", 400),
    Bad("expiry as text", token(exp="1795399645"), "malformed", 400),
    Bad("expiry beyond all dates", token(exp=10**400), "malformed", 400),
    Bad("issued in the future", seconds(iat=11), "not_yet_valid", 401),
    Bad("no time of issue", token(iat=None), "malformed", 400),
    Bad("not before the future", seconds(nbf=11), "not_yet_valid", 401),
    Bad("id_token of another login", token_of_another_login, "replayed", 401),
    Bad("wrong nonce", token(nonce="a" * 43), "replayed", 401),
    Bad("no nonce", token(nonce=None), "malformed", 400),
    Bad("nonce of another type", token(nonce=7), "malformed", 400),
    Bad("login older than ten minutes", after_eleven_minutes, "expired", 401),
    Bad("platform disabled meanwhile", after_the_platform_was_disabled, "platform_disabled", 403),
    Bad("deployment taken away meanwhile", after_the_deployment_was_taken_away, "wrong_deployment", 403),
    Bad("wrong version", token(version="1.1"), "wrong_version", 400),
    Bad("no version", token(version=None), "malformed", 400),
    Bad("unknown message type", token(message_type="LtiUnheardOf"), "wrong_message_type", 400),
    Bad(
        "deep linking, without its claims",
        token(message_type="LtiDeepLinkingRequest"),
        "malformed",
        400,
    ),
    Bad("no message type", token(message_type=None), "malformed", 400),
    Bad(
        "target of another origin",
        token(target_link_uri="https://evil.example/lti/launch"),
        "wrong_target",
        400,
    ),
    Bad("another target of ours", token(target_link_uri=f"{BASE_URL}/admin"), "wrong_target", 400),
    Bad("no target", token(target_link_uri=None), "malformed", 400),
    Bad("no subject", token(sub=None), "malformed", 400),
    Bad("subject with a NUL", token(sub="5\x00"), "malformed", 400),
    Bad("subject with half a surrogate pair", token(sub="\ud800"), "malformed", 400),
    Bad("subject too long", token(sub="5" * 256), "malformed", 400),
    Bad("no roles", token(roles=None), "malformed", 400),
    Bad("no resource link", token(resource_link=None), "malformed", 400),
    Bad("resource link null", resource_link_null, "malformed", 400),
    Bad("resource link as text", token(resource_link="2"), "malformed", 400),
    Bad("unknown widget", token(custom={"widget": "admin"}), "unknown_widget", 400),
    Bad("widget that was not substituted", token(custom={"widget": "$Widget"}), "unknown_widget", 400),
    Bad("oversized id_token", token(name="x" * MAX_TOKEN), "too_large", 400),
    Bad("no id_token", form(id_token=None), "missing_parameter", 400),
    Bad("error of the platform", form(id_token=None, error="login_required"), "platform_refused", 401),
    Bad("two parts", form(id_token="e30.e30"), "malformed", 400),
    Bad("not base64", form(id_token="?.?.?"), "malformed", 400),
    Bad("not ASCII", form(id_token="ü.ü.ü"), "malformed", 400),
    Bad("not even encodable", form(id_token="\ud800.a.b"), "malformed", 400),
    Bad("header is a list", form(id_token="W10.e30.AAAA"), "malformed", 400),
    Bad("body is a list", payload(b"[]"), "malformed", 400),
    Bad("body is not JSON", payload(b"{"), "malformed", 400),
    Bad("body nested without end", payload(b"[" * 20_000), "malformed", 400),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_bad_launch_is_refused_spends_its_state_and_leaves_nothing_behind(world: World, bad: Bad) -> None:
    world.mirror_site()
    before = world.everything()
    begun = world.begin()
    answer = bad.answer(world, begun)
    others = world.counts()[2] - 1  # logins that the attack itself began

    with pytest.raises(LtiError) as refused:
        world.finish(begun, answer)

    assert (refused.value.code, refused.value.http_status) == (bad.code, bad.status)
    assert world.everything() == before | {LoginState.__tablename__: others}
    for secret in (answer.get("id_token"), answer["state"], begun.cookie_value, "Hana", "abc123"):
        assert secret is None or secret not in f"{refused.value!s} {refused.value!r}"

    with pytest.raises(StateUnknownError):
        world.finish(begun, world.platform.answer(begun))


def test_no_cookie_and_the_cookie_of_another_browser_are_told_apart(world: World) -> None:
    for cookies, code in (({}, "no_cookie"), ({"other": "x"}, "no_cookie"), (None, "state_other_browser")):
        mine, theirs = world.begin(), world.begin()
        sent = {mine.cookie_name: theirs.cookie_value} if cookies is None else cookies
        with pytest.raises(LtiError) as refused:
            world.service.finish_launch(world.platform.answer(mine), sent)
        assert (refused.value.code, refused.value.http_status) == (code, 401)
        assert world.counts()[0] == 0


def test_the_attack_a_key_of_an_address_that_was_given_up_proves_nothing(world: World) -> None:
    world.launched()  # its key is known now
    begun = world.begin()
    world.platform.published = []
    world.platform.register(world.service, keys="other.php")
    with pytest.raises(UnknownKeyError):
        world.finish(begun, world.platform.answer(begun))
    assert world.counts()[0] == 1


def test_nobody_is_refused_for_what_the_platform_was_a_moment_ago(world: World) -> None:
    world.launched()
    begun = world.begin()
    world.platform.deployment_id = "2"
    world.platform.register(world.service)
    world.finish(begun, world.platform.answer(begun, deployment_id="2"))
    assert world.counts()[0] == 2


def test_the_state_is_not_what_its_cookie_holds(world: World) -> None:
    """The state also passes through the platform: knowing it is not enough to finish the login elsewhere."""
    begun = world.begin()
    answer = world.platform.answer(begun)
    with pytest.raises(LtiError) as refused:
        world.service.finish_launch(answer, {begun.cookie_name: answer["state"]})
    assert refused.value.code == "state_other_browser"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (None, "missing_parameter"),
        ("", "missing_parameter"),
        ("a" * 43, "state_unknown"),
        ("short", "malformed"),
        ("a" * 201, "malformed"),
        ("\x00" * 43, "malformed"),
    ],
)
def test_a_state_that_is_not_ours_is_refused(world: World, state: str | None, code: str) -> None:
    begun = world.begin()
    with pytest.raises(LtiError) as refused:
        world.finish(begun, form(state=state)(world, begun))
    assert refused.value.code == code
    assert world.counts() == (0, 0, 1)


def test_an_id_token_posted_again_is_refused_and_asks_to_reload(world: World) -> None:
    begun = world.begin()
    answer = world.platform.answer(begun)
    world.finish(begun, answer)

    with pytest.raises(StateUnknownError, match="Reload the course page"):
        world.finish(begun, answer)
    assert world.counts()[0] == 1


def test_a_token_of_another_registration_of_the_same_issuer_is_refused(world: World) -> None:
    begun = world.begin()
    second = FakePlatform(world.clock)
    second.client_id = "second"
    second.register(world.service)
    with pytest.raises(LtiError) as refused:
        world.finish(begun, world.platform.answer(begun, aud="second"))
    assert refused.value.code == "wrong_audience"


@pytest.mark.parametrize(("iat", "exp", "nbf"), [(10, 60, None), (-60, -9, None), (0, 60, 10)])
def test_ten_seconds_between_the_clocks_are_allowed(
    world: World, iat: int, exp: int, nbf: int | None
) -> None:
    now = int(NOW.timestamp())
    times = {"iat": now + iat, "exp": now + exp, "nbf": None if nbf is None else now + nbf}
    assert world.launched(**times).launch_id


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["abc123"]},
        {"aud": ["other", "abc123"], "azp": "abc123"},
        {"azp": "abc123"},
        {"exp": NOW.timestamp() + 30.5},
    ],
)
def test_what_the_specification_allows_passes(world: World, claims: dict[str, Any]) -> None:
    assert world.launched(**claims).widget == "check-in"


def test_a_weak_key_of_the_platform_proves_nothing(world: World) -> None:
    weak = rsa_key("weak", 1024)
    world.platform.published = [public_jwk(weak, world.platform.kid)]
    begun = world.begin()
    answer = world.platform.answer(begun, key=OTHER)
    with pytest.raises(LtiError) as refused:
        world.finish(begun, answer)
    assert refused.value.code == "unknown_key"


PLATFORM = PlatformView(
    id=1,
    issuer=FakePlatform.issuer,
    client_id=FakePlatform.client_id,
    deployment_ids=frozenset({"1"}),
    auth_url=f"{FakePlatform.issuer}/auth",
    token_url=f"{FakePlatform.issuer}/token",
    jwks_url=f"{FakePlatform.issuer}/certs",
    enabled=True,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)
NAMES = [*sorted(FakePlatform(Clock()).claims()), "azp", "nbf", CORE + "for_user"]


@given(name=st.sampled_from(NAMES), value=JSON)
def test_whatever_a_claim_holds_it_passes_or_is_refused(name: str, value: Any) -> None:
    platform = FakePlatform(Clock())
    body = json.dumps({**platform.claims(nonce="n" * 43), name: value}).encode()
    with suppress(LtiError):
        claims = _verify(platform, sign(body, platform.key, headers={"kid": platform.kid}))
        assert (claims.issuer, claims.deployment_id) == (platform.issuer, "1")


@given(
    text=st.text(max_size=60)
    | st.from_regex(r"[A-Za-z0-9_-]{0,30}\.[A-Za-z0-9_-]{0,30}\.[A-Za-z0-9_-]{0,30}")
)
def test_whatever_stands_for_an_id_token_is_refused(text: str) -> None:
    with pytest.raises(LtiError):
        _verify(FakePlatform(Clock()), text)


def _verify(platform: FakePlatform, id_token: str) -> Any:
    state = "s" * 43
    login = PendingLogin(1, binding.digest("n" * 43), binding.digest("cookie"), TARGET, NOW.replace(hour=3))
    cookies = {binding.cookie_name(state, secure=False): "cookie"}
    attempt = LaunchAttempt({"state": state, "id_token": id_token}, cookies, login, PLATFORM)
    return verify(attempt, keys=KeySets(platform.fetch, platform.clock), now=NOW, base_url=BASE_URL)
