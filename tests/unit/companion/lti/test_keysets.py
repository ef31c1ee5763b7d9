"""When a platform's key set is read, and which of its keys count."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.lti.errors import KeysUnreachableError, UnknownKeyError
from companion.lti.keysets import KeySets, parse
from tests.unit.companion.lti.platform import Clock, FakePlatform, public_jwk, rsa_key

URL = "https://lms.example.org/certs"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform(clock: Clock) -> FakePlatform:
    return FakePlatform(clock)


@pytest.fixture
def keys(clock: Clock, platform: FakePlatform) -> KeySets:
    return KeySets(platform.fetch, clock)


def rotate(platform: FakePlatform) -> None:
    platform.published = [public_jwk(rsa_key("second"), "second")]


def test_a_key_set_is_read_once_an_hour(clock: Clock, platform: FakePlatform, keys: KeySets) -> None:
    for _ in range(3):
        keys.find(URL, "first")
    clock.advance(minutes=59)
    keys.find(URL, "first")
    assert platform.fetched == [URL]
    clock.advance(minutes=1)
    keys.find(URL, "first")
    assert platform.fetched == [URL, URL]


def test_a_key_that_the_platform_took_back_stops_counting_within_the_hour(
    clock: Clock, platform: FakePlatform, keys: KeySets
) -> None:
    keys.find(URL, "first")
    rotate(platform)
    clock.advance(hours=1)
    with pytest.raises(UnknownKeyError):
        keys.find(URL, "first")


def test_a_new_key_is_found_by_reading_again(clock: Clock, platform: FakePlatform, keys: KeySets) -> None:
    keys.find(URL, "first")
    rotate(platform)
    clock.advance(seconds=30)
    assert keys.find(URL, "second").public_numbers() == rsa_key("second").public_key().public_numbers()
    assert len(platform.fetched) == 2


def test_unknown_keys_cause_at_most_one_request_in_30_seconds(
    clock: Clock, platform: FakePlatform, keys: KeySets
) -> None:
    for _ in range(5):
        with pytest.raises(UnknownKeyError):
            keys.find(URL, "unknown")
    assert len(platform.fetched) == 1
    clock.advance(seconds=29)
    with pytest.raises(UnknownKeyError):
        keys.find(URL, "unknown")
    assert len(platform.fetched) == 1
    clock.advance(seconds=1)
    with pytest.raises(UnknownKeyError):
        keys.find(URL, "unknown")
    assert len(platform.fetched) == 2


def test_one_platform_does_not_use_up_the_requests_of_another(platform: FakePlatform, keys: KeySets) -> None:
    with pytest.raises(UnknownKeyError):
        keys.find(URL, "unknown")
    keys.find("https://other.example.org/certs", "first")
    assert platform.fetched == [URL, "https://other.example.org/certs"]


def test_known_keys_keep_working_while_the_platform_is_out_of_reach(
    clock: Clock, platform: FakePlatform, keys: KeySets
) -> None:
    keys.find(URL, "first")
    platform.reachable = False
    clock.advance(minutes=1)
    with pytest.raises(KeysUnreachableError):
        keys.find(URL, "second")
    assert keys.find(URL, "first").key_size == 2048


def test_a_platform_out_of_reach_is_asked_again_after_30_seconds(
    clock: Clock, platform: FakePlatform, keys: KeySets
) -> None:
    platform.reachable = False
    for _ in range(3):
        with pytest.raises(KeysUnreachableError):
            keys.find(URL, "first")
    assert len(platform.fetched) == 1
    platform.reachable = True
    clock.advance(seconds=30)
    assert keys.find(URL, "first").key_size == 2048


GOOD = public_jwk(rsa_key("platform"), "good")


@pytest.mark.parametrize(
    "unusable",
    [
        {**GOOD, "kid": "bad", "alg": "HS256"},
        {**GOOD, "kid": "bad", "use": "enc"},
        {**GOOD, "kid": "bad", "kty": "EC"},
        {**GOOD, "kid": "bad", "n": "!"},
        {**GOOD, "kid": "bad", "n": 5},
        {**GOOD, "kid": "bad", "e": ""},
        {"kty": "oct", "kid": "bad", "k": "c2VjcmV0"},
        public_jwk(rsa_key("weak", 1024), "bad"),
        {key: value for key, value in GOOD.items() if key != "kid"},
        "bad",
        None,
    ],
)
def test_a_key_that_cannot_verify_rs256_is_left_out(unusable: Any) -> None:
    assert set(parse(json.dumps({"keys": [unusable, GOOD]}).encode())) == {"good"}


def test_a_key_without_alg_and_use_counts() -> None:
    bare = {name: GOOD[name] for name in ("kty", "kid", "n", "e")}
    assert set(parse(json.dumps({"keys": [bare]}).encode())) == {"good"}


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_what_is_no_key_set_is_refused(body: bytes) -> None:
    with pytest.raises(KeysUnreachableError):
        parse(body)
