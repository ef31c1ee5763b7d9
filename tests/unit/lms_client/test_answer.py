"""What an HTTP answer means."""

import pytest

from lms_client import (
    LmsError,
    Maintenance,
    MalformedReply,
    NotMoodle,
    Redirected,
    Unreachable,
    WebServicesOff,
)
from lms_client.answer import Answer, site_address, value_of


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b"true", True),
        (b"[]", []),
        (b'{"warnings": []}', {"warnings": []}),
        (b"\xef\xbb\xbf[1]", [1]),
        (b" \n[9007199254740993]\n", [9007199254740993]),
        ('"שלום 👋"'.encode(), "שלום 👋"),
        (rb'["\ud83d"]', ["\ud83d"]),
    ],
)
def test_any_json_value_is_an_answer(body: bytes, value: object) -> None:
    assert value_of("core_x", Answer(200, body)) == value


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (Answer(failure="no answer within 60 seconds"), Unreachable, "no answer within 60 seconds"),
        (Answer(403), WebServicesOff, "enable web services"),
        (Answer(403, b"<html>denied"), NotMoodle, "a page (HTTP 403)"),
        (Answer(404, b"<!DOCTYPE html>"), NotMoodle, "a page (HTTP 404)"),
        (Answer(404, b"nothing here"), NotMoodle, "an answer (HTTP 404)"),
        (Answer(401, b'{"error": "sign in"}'), NotMoodle, "an answer (HTTP 401)"),
        (Answer(200, b"\n<!DOCTYPE html><html>"), NotMoodle, "a page (HTTP 200)"),
        (Answer(200, b'<?xml version="1.0"?>'), NotMoodle, "a page (HTTP 200)"),
        (Answer(200, b""), NotMoodle, "an empty answer (HTTP 200)"),
        (Answer(200, b" \n"), NotMoodle, "an empty answer (HTTP 200)"),
        (Answer(503, b"<html>", retry_after=300), Maintenance, "in 300 seconds"),
        (Answer(429), Maintenance, "later"),
        (Answer(500), Unreachable, "HTTP 500"),
        (Answer(502, b"<html>"), Unreachable, "HTTP 502"),
        (Answer(200, b'[{"id": 1, "fullname": "Ro'), MalformedReply, "not complete JSON"),
        (Answer(200, b"[" * 200_000), MalformedReply, "not complete JSON"),
        (Answer(200, b'"\xff"'), MalformedReply, "not complete JSON"),
        (
            Answer(301, location="https://new.example/webservice/rest/server.php"),
            Redirected,
            "https://new.example:",
        ),
    ],
)
def test_what_is_no_json_value_is_told_for_what_it_is(
    answer: Answer, kind: type[LmsError], says: str
) -> None:
    with pytest.raises(LmsError) as caught:
        value_of("core_x", answer)
    assert type(caught.value) is kind
    assert says in str(caught.value)
    assert caught.value.__context__ is None


def test_moodles_own_error_counts_under_any_status() -> None:
    error = {"exception": "x", "errorcode": "invalidtoken", "message": ""}
    body = b'{"exception": "x", "errorcode": "invalidtoken", "message": ""}'
    assert value_of("core_x", Answer(403, body)) == error
    assert value_of("core_x", Answer(500, body)) == error


@pytest.mark.parametrize(
    ("location", "address"),
    [
        ("https://new.example/webservice/rest/server.php", "https://new.example"),
        (
            "https://new.example:8443/moodle/webservice/rest/server.php?a=b#c",
            "https://new.example:8443/moodle",
        ),
        ("https://new.example/login/index.php?wstoken=abc", "https://new.example"),
        ("https://user:pass@new.example/webservice/rest/server.php", "https://new.example"),
        ("http://[::1]:8080/webservice/rest/server.php", "http://[::1]:8080"),
        ("", None),
        ("ftp://new.example/", None),
        ("https://", None),
        ("http://[broken", None),
        ("http://new.example:port/", None),
    ],
)
def test_the_address_behind_a_redirect(location: str, address: str | None) -> None:
    assert site_address(location) == address
