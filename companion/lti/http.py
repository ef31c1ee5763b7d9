"""The one place of LTI that sends requests: https outside this machine, no redirects, bounded in time and size."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from socket import socket
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.connection import create_connection

from companion.lti import addresses
from companion.lti.errors import KeysUnreachableError
from companion.lti.guard import AddressGuard

LIMIT: Final = 100_000
"""Bytes a key set or a configuration may have; Moodle's have about 500 and 3,000."""
SERVICE_LIMIT: Final = 5_000_000
"""Bytes an answer of a service may have: Moodle's roster has about 250 a person, and may come in one page."""
TIMEOUT: Final = 5.0

Monotonic = Callable[[], float]
Session = requests.Session
NewSession = Callable[[], requests.Session]
NoAnswerError = requests.RequestException
"""Base of what a session raises where no answer within its bounds came."""


class TooLongError(requests.RequestException):
    """The answer is too large, or too slow."""


class HttpKeySetFetcher:
    """Reads key sets."""

    def __init__(self, *, timeout: float = TIMEOUT, monotonic: Monotonic = time.monotonic) -> None:
        """Args: timeout: seconds to connect, for each answer of the peer, and for the whole body."""
        self._timeout = timeout
        self._monotonic = monotonic

    def __call__(self, url: str) -> bytes:
        """The body of the key set; raises KeysUnreachableError."""
        try:
            with new_session(timeout=self._timeout, monotonic=self._monotonic) as session:
                response = session.get(url, headers={"Accept": "application/json"})
        except requests.RequestException:
            raise KeysUnreachableError from None
        if response.status_code != requests.codes.ok:
            raise KeysUnreachableError
        return response.content


def clock_apart(url: str) -> timedelta | None:
    """How far our clock is ahead of that of a server, by what it says of the time; None where it says nothing.

    Raises KeysUnreachableError where the address gives no key set.
    """
    try:
        with new_session() as session:
            before = datetime.now(UTC)
            response = session.get(url, headers={"Accept": "application/json"})
    except requests.RequestException:
        raise KeysUnreachableError from None
    if response.status_code != requests.codes.ok:
        raise KeysUnreachableError
    try:
        told = parsedate_to_datetime(response.headers["Date"])
    except (KeyError, ValueError):
        return None
    return before - told if told.tzinfo else None


def new_session(
    *,
    timeout: float = TIMEOUT,
    limit: int = LIMIT,
    guard: AddressGuard | None = None,
    monotonic: Monotonic = time.monotonic,
) -> requests.Session:
    """A session that keeps the bounds whatever its user asks for, and never looks for passwords in ~/.netrc.

    Args:
        timeout: seconds to connect, for each answer of the peer, and for the whole body.
        limit: bytes a body may have.
        guard: checks every address that is connected to, where the name was chosen by somebody else; no proxy is
            used then, because it would look the name up by itself.
    """
    session = requests.Session()
    session.trust_env = guard is None
    session.auth = _no_credentials
    session.headers["User-Agent"] = "Cairn"
    adapter = _BoundedAdapter(timeout, limit, guard, monotonic)
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    return session


class _BoundedAdapter(HTTPAdapter):
    def __init__(self, timeout: float, limit: int, guard: AddressGuard | None, monotonic: Monotonic) -> None:
        self._timeout = timeout
        self._limit = limit
        self._guard = guard
        self._monotonic = monotonic
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **options)
        manager: PoolManager = self.poolmanager
        if self._guard is not None:
            manager.pool_classes_by_scheme = _guarded_pools(self._guard)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        if not addresses.is_safe(request.url or ""):
            raise requests.exceptions.InvalidURL(request=request)
        response = super().send(request, *args, **{**options, "stream": True, "timeout": self._timeout})
        with response:
            if response.is_redirect:
                raise requests.TooManyRedirects(response=response)
            body = self._body(response.iter_content(8192))
        return _again(response, body)

    def _body(self, chunks: Iterable[bytes]) -> bytes:
        deadline = self._monotonic() + self._timeout
        body = b""
        for chunk in chunks:
            body += chunk
            if len(body) > self._limit or self._monotonic() > deadline:
                raise TooLongError
        return body


def _again(response: requests.Response, body: bytes) -> requests.Response:
    """The response with its body to be read anew."""
    whole = requests.Response()
    whole.status_code, whole.reason, whole.url = response.status_code, response.reason, response.url
    whole.headers, whole.encoding = response.headers, response.encoding
    whole.request = response.request
    whole.raw = BytesIO(body)
    return whole


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _guarded_pools(guard: AddressGuard) -> dict[str, type[HTTPConnectionPool]]:
    """Pools whose connections go to the very address that was checked: a second look-up could give another."""

    def connect(connection: HTTPConnection) -> socket:
        address = guard.resolve(connection.host, connection.port)
        return create_connection((address, connection.port), connection.timeout)

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket:
            return connect(self)

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket:
            return connect(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}
