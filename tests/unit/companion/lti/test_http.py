"""Reading a key set from a server that may be anything."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from companion.lti.errors import KeysUnreachableError
from companion.lti.guard import AddressGuard
from companion.lti.http import LIMIT, HttpKeySetFetcher, NoAnswerError, new_session

ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/certs": (200, {}, b'{"keys": []}'),
    "/moved": (302, {"Location": "/certs"}, b""),
    "/error": (500, {}, b'{"keys": []}'),
    "/large": (200, {}, b" " * (LIMIT + 1)),
    "/limit": (200, {}, b" " * LIMIT),
}


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))  # type: ignore[attr-defined]
        status, headers, body = ANSWERS[self.path]
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def _serving() -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    with HTTPServer(("127.0.0.1", 0), _Server) as server:
        server.seen = []  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", server.seen  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    with _serving() as found:
        yield found


Served = tuple[str, list[tuple[str, dict[str, str]]]]


def test_it_reads_the_body(served: Served) -> None:
    assert HttpKeySetFetcher()(f"{served[0]}/certs") == b'{"keys": []}'
    assert len(HttpKeySetFetcher()(f"{served[0]}/limit")) == LIMIT


def test_it_sends_no_password_of_this_machine(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w") as file:  # noqa: PTH123
        file.write("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", netrc)
    HttpKeySetFetcher()(f"{served[0]}/certs")
    assert "Authorization" not in served[1][-1][1]


@pytest.mark.parametrize("path", ["/moved", "/error", "/large"])
def test_it_refuses_redirects_errors_and_large_bodies(served: Served, path: str) -> None:
    before = len(served[1])
    with pytest.raises(KeysUnreachableError):
        HttpKeySetFetcher()(served[0] + path)
    assert len(served[1]) == before + 1


@pytest.mark.parametrize(
    "url",
    [
        "http://lms.example.org/certs",
        "file:///etc/passwd",
        "ftp://127.0.0.1/certs",
        "http://me@127.0.0.1/",
        "",
    ],
)
def test_it_asks_only_https_outside_this_machine(url: str) -> None:
    with pytest.raises(KeysUnreachableError):
        HttpKeySetFetcher()(url)


def test_it_gives_up_on_a_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(KeysUnreachableError):
            HttpKeySetFetcher(timeout=0.05)(f"http://127.0.0.1:{port}/certs")


def test_it_gives_up_on_a_body_that_takes_too_long(served: Served) -> None:
    moments = iter([0.0, 5.1, 5.2, 5.3])
    with pytest.raises(KeysUnreachableError):
        HttpKeySetFetcher(timeout=5.0, monotonic=lambda: next(moments))(f"{served[0]}/certs")


def test_it_says_nothing_about_a_closed_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(KeysUnreachableError) as refused:
        HttpKeySetFetcher()(f"http://127.0.0.1:{port}/certs")
    assert str(port) not in str(refused.value)


def test_a_guarded_session_connects_to_the_address_that_was_checked(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack: the name led to a public address when it was checked, and to ours when it is asked."""
    before = len(served[1])
    port = int(served[0].rpartition(":")[2])
    with new_session(guard=AddressGuard()) as session, pytest.raises(NoAnswerError):
        session.get(f"http://localhost:{port}/certs")
    assert len(served[1]) == before
    with new_session(guard=AddressGuard(loopback=True)) as session:
        assert session.get(f"http://localhost:{port}/certs").content == b'{"keys": []}'
    assert served[1][-1][1]["Host"] == f"localhost:{port}"


def test_a_guarded_session_asks_no_proxy(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    with new_session(guard=AddressGuard(loopback=True)) as session:
        assert session.get(f"{served[0]}/certs").ok


def test_the_bounds_hold_whatever_a_caller_asks_for(served: Served) -> None:
    with new_session() as session:
        for path in ("/moved", "/large"):
            with pytest.raises(NoAnswerError):
                session.get(served[0] + path, allow_redirects=True, timeout=600, stream=True)
        answer = session.get(f"{served[0]}/error")
    assert (answer.status_code, answer.json()) == (500, {"keys": []})
