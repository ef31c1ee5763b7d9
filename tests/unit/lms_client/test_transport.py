"""What goes over the wire and what does not, against a server on loopback."""

import gzip
import json
import logging
import pickle
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
import responses

from lms_client import (
    LmsError,
    Maintenance,
    MalformedReply,
    MoodleClient,
    NewGroup,
    NotMoodle,
    Redirected,
    RequestsTransport,
    Retries,
    Timeouts,
    Unreachable,
)
from lms_client.functions import Function
from lms_client.transport import normalised

TOKEN = "5ec2e7d0e5ca1ab1e0ddba11deadbeef"
READ, WRITE = Function.CATEGORIES, Function.DELETE_GROUPS
ENDPOINT = "https://moodle.example/webservice/rest/server.php"

Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Seen:
    """A request as the server got it."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {key: value for key, (value,) in parse_qs(self.body.decode(), keep_blank_values=True).items()}


@dataclass
class Server:
    """A server on loopback that gives its replies in turn, the last for ever."""

    address: str
    replies: list[Reply] = field(default_factory=lambda: [(200, {}, b"[]")])
    seen: list[Seen] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.seen.append(Seen(self.path, dict(self.headers), body))
            status, headers, answer = state.replies.pop(0) if len(state.replies) > 1 else state.replies[0]
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(answer))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Server(f"http://127.0.0.1:{listening.server_port}")
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    listening.shutdown()
    thread.join()
    listening.server_close()


def transport(address: str, waits: list[float] | None = None, **options: Any) -> RequestsTransport:
    kept = [] if waits is None else waits
    return RequestsTransport(address, TOKEN, sleep=kept.append, **options)


def test_the_token_goes_in_the_body_and_nowhere_else(server: Server) -> None:
    transport(server.address + "/moodle/").call(READ, {"criteria": [{"key": "id", "value": 2}]})
    (seen,) = server.seen
    assert seen.path == "/moodle/webservice/rest/server.php"
    assert seen.form == {
        "wstoken": TOKEN,
        "wsfunction": "core_course_get_categories",
        "moodlewsrestformat": "json",
        "criteria[0][key]": "id",
        "criteria[0][value]": "2",
    }
    assert TOKEN not in str(seen.headers) + seen.path
    assert "lms-client" in seen.headers["User-Agent"]


def test_any_text_arrives_as_it_was(server: Server) -> None:
    text = "שלום 👋 a&b=c%20+\n<b>"
    transport(server.address).call(READ, {"text": text})
    assert server.seen[0].form["text"] == text


def test_parameters_cannot_take_the_place_of_the_token(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport(server.address).call(READ, {"note": f"x&wstoken=other&wsfunction={WRITE}"})
    assert server.seen[0].form["wstoken"] == TOKEN
    assert server.seen[0].form["wsfunction"] == READ


def test_compressed_answers_are_read(server: Server) -> None:
    server.replies = [(200, {"Content-Encoding": "gzip"}, gzip.compress(b'{"a": "\xc3\xa9"}'))]
    assert transport(server.address).call(READ, {}) == {"a": "é"}


def test_an_answer_that_unpacks_beyond_the_limit_is_dropped(server: Server) -> None:
    server.replies = [(200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 5_000_000 + b"[]"))]
    with pytest.raises(Unreachable, match="larger than 1000000 bytes"):
        transport(server.address, size_limit=1_000_000).call(READ, {})
    assert len(server.seen) == 1


def test_cookies_are_not_kept(server: Server) -> None:
    server.replies = [(200, {"Set-Cookie": "MoodleSession=abc; path=/"}, b"[]")]
    sending = transport(server.address)
    sending.call(READ, {})
    sending.call(READ, {})
    assert "Cookie" not in server.seen[1].headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_told_and_not_followed(server: Server, status: int) -> None:
    server.replies = [(status, {"Location": "/learn/webservice/rest/server.php?x=1"}, b"")]
    with pytest.raises(Redirected) as caught:
        transport(server.address).call(READ, {})
    assert caught.value.target == f"{server.address}/learn"
    assert len(server.seen) == 1


@pytest.mark.parametrize("location", ["", "http://[", "ftp://x"])
def test_a_redirect_to_nowhere(server: Server, location: str) -> None:
    server.replies = [(301, {"Location": location}, b"")]
    with pytest.raises(Redirected) as caught:
        transport(server.address).call(READ, {})
    assert caught.value.target is None


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_read_is_tried_again_and_waits_longer_each_time(server: Server, status: int) -> None:
    waits: list[float] = []
    server.replies = [(status, {}, b"<html>"), (status, {}, b"<html>"), (200, {}, b"[1]")]
    assert transport(server.address, waits).call(READ, {}) == [1]
    assert waits == [0.5, 1.0]


def test_it_gives_up_after_the_last_attempt(server: Server) -> None:
    waits: list[float] = []
    server.replies = [(502, {}, b"")]
    with pytest.raises(Unreachable):
        transport(server.address, waits, retries=Retries(attempts=2, wait=3)).call(READ, {})
    assert (len(server.seen), waits) == (2, [3])


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_changes_something_is_sent_once(server: Server, status: int) -> None:
    waits: list[float] = []
    server.replies = [(status, {"Retry-After": "1"}, b"<html>"), (200, {}, b"null")]
    with pytest.raises((Unreachable, Maintenance)):
        transport(server.address, waits).call(WRITE, {"groupids": [1]})
    assert (len(server.seen), waits) == (1, [])


def test_what_moodle_says_to_wait_is_waited(server: Server) -> None:
    waits: list[float] = []
    server.replies = [(503, {"Retry-After": "7"}, b"<html>"), (200, {}, b"[]")]
    transport(server.address, waits).call(READ, {})
    assert waits == [7]


def test_a_long_maintenance_is_told_at_once(server: Server) -> None:
    waits: list[float] = []
    server.replies = [(503, {"Retry-After": "300"}, b"<!DOCTYPE html><title>Maintenance</title>")]
    with pytest.raises(Maintenance) as caught:
        transport(server.address, waits).call(READ, {})
    assert (caught.value.retry_after, len(server.seen), waits) == (300, 1, [])


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Mon, 23 Nov 2026 08:10:00 GMT", 600),
        ("Mon, 23 Nov 2026 07:00:00 GMT", 0),
        ("Mon, 23 Nov 2026 08:10:00", 600),
        ("soon", None),
        ("-5", None),
        ("٣", None),
    ],
)
def test_retry_after_as_a_date(header: str, seconds: float | None) -> None:
    def clock() -> datetime:
        return datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    assert transport("https://moodle.example", clock=clock)._seconds(header) == seconds


def test_an_error_page_is_not_tried_again(server: Server) -> None:
    server.replies = [(500, {}, b"<html>")]
    with pytest.raises(Unreachable):
        transport(server.address).call(READ, {})
    assert len(server.seen) == 1


def test_an_answer_cut_off_on_the_way_is_no_answer(server: Server) -> None:
    server.replies = [(200, {"Content-Length": "5000", "Connection": "close"}, b'[{"id": 1}')]
    with pytest.raises(LmsError) as caught:
        transport(server.address).call(WRITE, {})
    assert isinstance(caught.value, (Unreachable, MalformedReply))


FAILURES = [
    (requests.exceptions.ConnectTimeout("x"), 3, "no connection within 5 seconds"),
    (requests.exceptions.ConnectionError("x"), 3, "could not be made, or broke"),
    (requests.exceptions.ChunkedEncodingError("x"), 3, "could not be made, or broke"),
    (requests.exceptions.ReadTimeout("x"), 3, "no answer within 60 seconds"),
    (requests.exceptions.SSLError("x"), 1, "TLS"),
    (requests.exceptions.ContentDecodingError("x"), 1, "could not be handled"),
]


@pytest.mark.parametrize(("failure", "attempts", "says"), FAILURES, ids=lambda item: type(item).__name__)
@responses.activate
def test_failures_of_the_network(failure: Exception, attempts: int, says: str) -> None:
    responses.post(ENDPOINT, body=failure)
    with pytest.raises(Unreachable, match=says):
        transport("https://moodle.example").call(READ, {})
    assert len(responses.calls) == attempts


@responses.activate
def test_a_site_that_took_too_long_is_left_alone_for_a_while() -> None:
    responses.post(ENDPOINT, body=requests.exceptions.ReadTimeout("x"))
    responses.post(ENDPOINT, json=[])
    waits: list[float] = []
    RequestsTransport("https://moodle.example", "x", sleep=waits.append).call(READ, {})
    assert waits == [15]


@pytest.mark.parametrize(("failure", "attempts", "says"), FAILURES, ids=lambda item: type(item).__name__)
@responses.activate
def test_no_failure_sends_a_change_twice(failure: Exception, attempts: int, says: str) -> None:
    responses.post(ENDPOINT, body=failure)
    with pytest.raises(Unreachable, match="It may have been carried out"):
        transport("https://moodle.example").call(WRITE, {"groupids": [1]})
    assert len(responses.calls) == 1


@responses.activate
def test_certificates_are_verified_and_time_outs_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    sent = responses.post(ENDPOINT, json=[])
    transport("https://moodle.example", timeouts=Timeouts(connect=2, read=9)).call(READ, {})
    options: dict[str, Any] = sent.calls[0].request.req_kwargs
    assert (options["verify"], options["timeout"]) == (True, (2, 9))


def test_nobody_listens() -> None:
    listening = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    address = f"http://127.0.0.1:{listening.server_port}"
    listening.server_close()
    waits: list[float] = []
    with pytest.raises(Unreachable):
        transport(address, waits).call(READ, {})
    assert waits == [0.5, 1.0]


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://learn.example", "https://learn.example"),
        (" https://learn.example/ ", "https://learn.example"),
        ("http://localhost:8081/moodle//", "http://localhost:8081/moodle"),
        ("http://[::1]:8081", "http://[::1]:8081"),
    ],
)
def test_addresses_lose_their_last_slash_and_gain_nothing(given: str, address: str) -> None:
    assert normalised(given) == address


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "learn.example",
        "ftp://learn.example",
        "file:///etc/passwd",
        "https://",
        "https://learn.example:port",
        "http://[broken",
        "https://learn.example/a b",
        "https://learn.example/\r\nHost: other",
        "https://admin:hunter2@learn.example",
        "https://learn.example?wstoken=hunter2",
        "https://learn.example#hunter2",
    ],
)
def test_what_is_no_address_is_refused_without_being_quoted(wrong: str) -> None:
    with pytest.raises(ValueError, match="The address of Moodle must") as caught:
        normalised(wrong)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["", "  ", "abc\r\nX: y", "tökén"])
def test_what_is_no_token_is_refused_without_being_quoted(wrong: str) -> None:
    with pytest.raises(ValueError, match="A token is a line of letters and digits") as caught:
        RequestsTransport("https://learn.example", wrong)
    assert not wrong.strip() or wrong.strip() not in str(caught.value)


# The attack: every way in which the token, or what a person wrote, might get into a log or an error report.

ECHO = json.dumps(
    {"exception": TOKEN, "errorcode": TOKEN, "message": TOKEN, "debuginfo": f"wstoken={TOKEN} Rosa"}
).encode()
HOSTILE: list[Reply] = [
    (200, {}, ECHO),
    (200, {}, TOKEN.encode()),
    (200, {}, b"<html>" + TOKEN.encode()),
    (200, {}, b'{"sitename": "' + TOKEN.encode()),
    (200, {}, json.dumps([{"id": TOKEN, "name": TOKEN}]).encode()),
    (200, {}, json.dumps({TOKEN: TOKEN}).encode()),
    (301, {"Location": f"https://x/?wstoken={TOKEN}"}, b""),
    (301, {"Location": f"https://{TOKEN}@x/webservice/rest/server.php"}, b""),
    (403, {}, TOKEN.encode()),
    (502, {"Retry-After": TOKEN}, TOKEN.encode()),
    (503, {"Retry-After": TOKEN}, TOKEN.encode()),
]


def everything_about(error: BaseException) -> str:
    """What an eager error reporter shows: the whole chain with the local variables of our own frames."""
    shown = []
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    shown.append("".join(report.format()))
    chain: BaseException | None = error
    while chain is not None:
        shown += [str(chain), repr(chain), repr(vars(chain)), repr(chain.args)]
        chain = chain.__cause__ or chain.__context__
    return "\n".join(shown)


@pytest.mark.parametrize("reply", HOSTILE, ids=lambda reply: f"{reply[0]}-{reply[2][:12]!r}")
@pytest.mark.parametrize("change", [False, True])
def test_no_reply_brings_the_token_into_an_error_or_a_log(
    server: Server, reply: Reply, change: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.replies = [reply]
    client = MoodleClient(transport(server.address))
    asked = partial(client.create_groups, [NewGroup(1, "Rosa and Kofi")]) if change else client.categories
    with pytest.raises(LmsError) as caught:
        asked()
    told = str(caught.value) + repr(caught.value) + repr(vars(caught.value)) + caplog.text
    assert TOKEN not in told
    assert "Rosa" not in told
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert server.seen[0].form["wstoken"] == TOKEN


@pytest.mark.parametrize(
    "failure", [failure for failure, _, _ in FAILURES], ids=lambda item: type(item).__name__
)
@responses.activate
def test_no_failure_brings_the_token_into_a_traceback(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    responses.post(ENDPOINT, body=failure)
    with pytest.raises(LmsError) as caught:
        transport("https://moodle.example").call(READ, {})
    assert TOKEN not in everything_about(caught.value) + caplog.text


@responses.activate
def test_a_fault_inside_the_sending_shows_no_token_in_our_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("fault")

    monkeypatch.setattr(requests.Session, "send", fail)
    with pytest.raises(RuntimeError) as caught:
        transport("https://moodle.example").call(READ, {})
    assert TOKEN not in everything_about(caught.value)


def test_no_repr_shows_the_token() -> None:
    sending = RequestsTransport("https://learn.example/", TOKEN)
    client = MoodleClient.connect("https://learn.example/", TOKEN)
    assert repr(client) == "MoodleClient(RequestsTransport('https://learn.example'))"
    for shown in (sending, client, vars(sending), vars(client), sending._token, sending._session):
        assert TOKEN not in f"{shown!r} {shown!s} {shown}"


def test_the_token_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="not written out"):
        pickle.dumps(RequestsTransport("https://learn.example", TOKEN)._token)


def test_what_is_not_moodle_is_told(server: Server) -> None:
    server.replies = [(404, {}, b"<!DOCTYPE html><title>Not found</title>")]
    with pytest.raises(NotMoodle, match="address is that of Moodle's front page"):
        transport(server.address).call(READ, {})
