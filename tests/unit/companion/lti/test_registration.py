"""Which registrations are accepted."""

from dataclasses import replace
from typing import Any

import pytest

from companion.lti.errors import InvalidPlatformError
from companion.lti.registration import Registration

MOODLE = Registration(
    "https://moodle.example.org",
    "abc123",
    ["1"],
    "https://moodle.example.org/mod/lti/auth.php",
    "https://moodle.example.org/mod/lti/token.php",
    "https://moodle.example.org/mod/lti/certs.php",
)


def test_a_moodle_on_https_is_accepted() -> None:
    MOODLE.check()


def test_one_on_this_machine_needs_no_https() -> None:
    local = "http://localhost:8081"
    Registration(local, "abc123", ["1", "2"], f"{local}/a", f"{local}/t", f"{local}/c").check()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"jwks_url": "https://evil.example/certs"},
            "The key set address is on another host than the issuer",
        ),
        ({"auth_url": "https://evil.example/auth"}, "The authentication address is on another host"),
        ({"token_url": "https://moodle.example.org.evil.example/"}, "The token address is on another host"),
        ({"jwks_url": "http://moodle.example.org/certs"}, "The key set address has to begin with https"),
        ({"issuer": "http://moodle.example.org"}, "The issuer has to begin with https"),
        ({"issuer": "moodle.example.org"}, "The issuer is not a web address"),
        ({"issuer": "https://moodle.example.org?x=1"}, "plain address"),
        (
            {"auth_url": "https://me:pw@moodle.example.org/"},
            "The authentication address is not a web address",
        ),
        ({"deployment_ids": []}, "at least one deployment id"),
        ({"deployment_ids": ["1", ""]}, "A deployment id has 1 to 255"),
        ({"client_id": ""}, "A client id has 1 to 255"),
        ({"client_id": "x" * 256}, "A client id has 1 to 255"),
        ({"client_id": "a\nb"}, "A client id has 1 to 255"),
    ],
)
def test_what_could_speak_for_others_or_cannot_work_is_refused(
    changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidPlatformError, match=sentence) as refused:
        replace(MOODLE, **changed).check()
    assert (refused.value.http_status, refused.value.code) == (400, "invalid_platform")
