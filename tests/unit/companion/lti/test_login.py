"""What a login initiation is answered with."""

from urllib.parse import parse_qs, urlsplit

import pytest

from companion.lti.errors import LtiError
from companion.services.lti import LtiService
from tests.unit.companion.lti.platform import TARGET, FakePlatform, recorded
from tests.unit.companion.lti.world import World


def test_the_recorded_login_leads_back_to_the_platform_with_the_recorded_fields(world: World) -> None:
    url = urlsplit(world.begin().url)
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}

    assert f"{url.scheme}://{url.netloc}{url.path}" == "http://localhost:8081/mod/lti/auth.php"
    expected = dict(recorded()["auth_request"])
    assert set(asked) == set(expected)
    for fresh in ("state", "nonce"):
        expected.pop(fresh)
        asked.pop(fresh)
    assert asked == expected


def test_state_nonce_and_cookie_have_at_least_128_random_bits_each_and_never_repeat(world: World) -> None:
    seen = set()
    for _ in range(20):
        begun = world.begin()
        asked = parse_qs(urlsplit(begun.url).query)
        values = {asked["state"][0].removeprefix("state-"), asked["nonce"][0], begun.cookie_value}
        assert all(len(value) >= 22 for value in values)
        seen |= values | {begun.cookie_name}
    assert len(seen) == 80


def test_the_cookie_lives_ten_minutes_and_only_hashes_are_stored(world: World) -> None:
    begun = world.begin()
    asked = parse_qs(urlsplit(begun.url).query)
    assert begun.max_age == 600
    with world.db.engine.connect() as connection:
        [row] = connection.exec_driver_sql("SELECT * FROM lti_login").all()
    for secret in (asked["state"][0], asked["nonce"][0], begun.cookie_value):
        assert secret not in str(row)


def test_over_https_the_cookie_cannot_be_set_by_a_neighbouring_host(world: World) -> None:
    service = LtiService(
        world.db,
        secrets=world.cipher,
        clock=world.clock,
        base_url="https://cairn.example.org/",
        fetch=world.platform.fetch,
    )
    form = world.platform.initiation(target_link_uri="https://cairn.example.org/lti/launch")
    begun = service.begin_login(form)
    assert begun.cookie_name.startswith("__Host-cairn-login-")
    assert parse_qs(urlsplit(begun.url).query)["redirect_uri"] == ["https://cairn.example.org/lti/launch"]

    token = world.platform.make_token(
        nonce=parse_qs(urlsplit(begun.url).query)["nonce"][0],
        target_link_uri="https://cairn.example.org/lti/launch",
    )
    answer = {"state": parse_qs(urlsplit(begun.url).query)["state"][0], "id_token": token}
    assert world.service.launch(
        service.finish_launch(answer, {begun.cookie_name: begun.cookie_value}).launch_id
    )


@pytest.mark.parametrize(
    ("changed", "code", "status"),
    [
        ({"iss": None}, "missing_parameter", 400),
        ({"login_hint": None}, "missing_parameter", 400),
        ({"target_link_uri": ""}, "missing_parameter", 400),
        ({"iss": "http://localhost:9999"}, "unknown_platform", 403),
        ({"client_id": "other"}, "unknown_platform", 403),
        ({"lti_deployment_id": "99"}, "wrong_deployment", 403),
        ({"target_link_uri": "https://evil.example/lti/launch"}, "wrong_target", 400),
        ({"target_link_uri": "http://127.0.0.1:5001/lti/launch"}, "wrong_target", 400),
        ({"target_link_uri": "http://127.0.0.1:5000@evil.example/"}, "wrong_target", 400),
        ({"target_link_uri": "javascript:alert(1)"}, "wrong_target", 400),
        ({"login_hint": "x" * 2001}, "too_large", 400),
        ({"lti_message_hint": "x" * 4001}, "too_large", 400),
        ({"iss": "http://localhost:8081\x00"}, "malformed", 400),
        ({"login_hint": "\ud800"}, "malformed", 400),
    ],
)
def test_a_bad_initiation_is_refused_and_leaves_no_login(
    world: World, changed: dict[str, str | None], code: str, status: int
) -> None:
    with pytest.raises(LtiError) as refused:
        world.begin(**changed)
    assert (refused.value.code, refused.value.http_status) == (code, status)
    assert world.counts() == (0, 0, 0)


def test_a_disabled_platform_is_refused(world: World) -> None:
    world.service.set_enabled(world.platform_id, False)
    with pytest.raises(LtiError) as refused:
        world.begin()
    assert (refused.value.code, refused.value.http_status) == ("platform_disabled", 403)


def test_client_id_and_deployment_id_may_be_left_out_where_the_issuer_has_one_client(world: World) -> None:
    begun = world.begin(client_id=None, lti_deployment_id=None, lti_message_hint=None)
    asked = parse_qs(urlsplit(begun.url).query)
    assert asked["client_id"] == ["abc123"]
    assert "lti_message_hint" not in asked


def test_an_issuer_with_two_clients_has_to_say_which(world: World) -> None:
    second = FakePlatform(world.clock)
    second.client_id = "second"
    second.register(world.service)

    with pytest.raises(LtiError) as refused:
        world.begin(client_id=None)
    assert refused.value.code == "missing_parameter"
    assert "client_id" in str(refused.value)
    begun = world.begin(client_id="second")
    answer = second.answer(begun, aud="second")
    assert world.finish(begun, answer).widget == "check-in"


def test_an_authentication_address_that_has_a_query_keeps_it(world: World) -> None:
    issuer = FakePlatform.issuer
    world.service.register_platform(
        issuer, "abc123", ["1"], f"{issuer}/auth?tenant=7", f"{issuer}/token", f"{issuer}/certs"
    )
    assert parse_qs(urlsplit(world.begin().url).query)["tenant"] == ["7"]


def test_a_deep_linked_target_of_ours_is_kept_for_the_launch(world: World) -> None:
    begun = world.begin(target_link_uri=f"{TARGET}?from=course")
    answer = world.platform.answer(begun, target_link_uri=f"{TARGET}?from=course")
    assert world.finish(begun, answer).launch_id
