"""The one place that sends: the token in the body, time-outs, retries of reads, a limit to the answer's size."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import NoReturn, Protocol
from urllib.parse import urlencode, urljoin, urlsplit

import requests

from lms_client.answer import ENDPOINT, Answer, value_of
from lms_client.functions import READS
from lms_client.params import Params, flatten

USER_AGENT = "lms-client/1.0 (Moodle web services)"
PIECE = 1024 * 1024
"""Bytes of an answer that are read at a time; a thread that reads many small ones waits for its turn each time."""
SIZE_LIMIT = 128 * 1024 * 1024  # bytes; 20,000 courses in one answer are about 50 MB


class Transport(Protocol):
    """What a client sends through."""

    def call(self, function: str, params: Params) -> object:
        """Call a function and return the JSON value it answered, be it Moodle's word for an error.

        Raises SiteError or MalformedReply where no JSON value came back.
        """


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, and for the next piece of an answer."""

    connect: float = 5
    read: float = 60


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a read is sent at most; waits in seconds, doubled each time, Retry-After going before them.

    A site that took too long is left alone for `after_timeout` before it is asked again: it may be at the last request
    still. A longer wait than `longest_wait` is not sat out: the error is raised, and says how long to wait.
    """

    attempts: int = 3
    wait: float = 0.5
    after_timeout: float = 15
    longest_wait: float = 30


TIMEOUTS = Timeouts()
RETRIES = Retries()


class RequestsTransport:
    """Sends over HTTP(S) to one Moodle site. TLS certificates are verified, redirects and cookies are not followed.

    Raises ValueError for an address or a token that can't be one.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeouts: Timeouts = TIMEOUTS,
        retries: Retries = RETRIES,
        user_agent: str = USER_AGENT,
        size_limit: int = SIZE_LIMIT,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.address = normalised(base_url)
        self._token = _Token(token)
        self._timeouts = timeouts
        self._retries = retries
        self._size_limit = size_limit
        self._sleep = sleep
        self._clock = clock
        self._session = _Session()
        self._session.headers["User-Agent"] = user_agent
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address!r})"

    def call(self, function: str, params: Params) -> object:
        form = {"wsfunction": str(function), "moodlewsrestformat": "json", **flatten(params)}
        answer = self._send(form)
        for wait in self._waits(function):
            delay = wait if answer.retry_after is None else answer.retry_after
            if not answer.passing or delay > self._retries.longest_wait:
                break
            self._sleep(delay)
            answer = self._send(form)
        return value_of(function, answer)

    def _waits(self, function: str) -> Iterator[float]:
        """A wait for each further attempt; none for what changes something in Moodle."""
        further = self._retries.attempts - 1 if function in READS else 0
        return (self._retries.wait * 2**number for number in range(further))

    def _send(self, form: dict[str, str]) -> Answer:
        # The library's exceptions end here: they hold the request, and the request holds the token.
        try:
            return self._exchange(form)
        except requests.exceptions.SSLError:
            return Answer(failure="its TLS certificate or connection could not be verified")
        except requests.exceptions.ConnectTimeout:
            return Answer(failure=f"no connection within {self._timeouts.connect:g} seconds", passing=True)
        except requests.exceptions.Timeout:
            failure = f"no answer within {self._timeouts.read:g} seconds"
            return Answer(failure=failure, retry_after=self._retries.after_timeout, passing=True)
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError):
            return Answer(failure="the connection could not be made, or broke", passing=True)
        except requests.exceptions.RequestException:
            return Answer(failure="the request or its answer could not be handled")

    def _exchange(self, form: dict[str, str]) -> Answer:
        endpoint = self.address + ENDPOINT
        limits = (self._timeouts.connect, self._timeouts.read)
        with self._session.post(
            endpoint, data=form, auth=self._token, timeout=limits, allow_redirects=False, stream=True
        ) as response:
            body = bytearray()
            for piece in response.iter_content(PIECE):
                body += piece
                if len(body) > self._size_limit:
                    return Answer(failure=f"its answer is larger than {self._size_limit} bytes")
            location = response.headers.get("Location", "")
            return Answer(
                status=response.status_code,
                body=bytes(body),
                location=_joined(endpoint, location),
                retry_after=self._seconds(response.headers.get("Retry-After", "")),
                passing=response.status_code in (429, 502, 503, 504),
            )

    def _seconds(self, retry_after: str) -> float | None:
        """The wait that a Retry-After header asks for, given as seconds or as a date (RFC 9110, 10.2.3)."""
        if retry_after.isascii() and retry_after.isdigit():
            return float(retry_after)
        try:
            until = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - self._clock()).total_seconds())


class _Session(requests.Session):
    """Knows no redirects: the library would read their whole body and prepare the next request, token and all."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _Token:
    """Puts the token into the body at the last moment, so that no other object or stack frame of ours holds it.

    As the `auth` of a request it also keeps `requests` from adding what a .netrc file says.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not value.isascii() or not value.isprintable() or not value.strip():
            raise ValueError(
                "A token is a line of letters and digits, as Moodle shows it once when it is created."
            )
        self._value = value.strip()

    def __repr__(self) -> str:
        return "<token>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A token is not written out: pass the address and the token on, not what holds them.")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        form = request.body if isinstance(request.body, str) else ""
        request.body = f"{urlencode({'wstoken': self._value})}&{form}"
        return request


def normalised(base_url: str) -> str:
    """The address of a site without a slash at its end.

    Raises ValueError, without quoting the address, where it is not a plain http:// or https:// one.
    """
    address = base_url.strip()
    try:
        parts = urlsplit(address)
        plain = (
            parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        plain = False
    if not plain or not address.isprintable() or " " in address:
        raise ValueError(
            "The address of Moodle must be a whole one, like https://learn.example.org or http://host/moodle."
        )
    if "@" in parts.netloc or "?" in address or "#" in address:
        raise ValueError(
            "The address of Moodle must hold no user name, '?' or '#': it is that of its front page."
        )
    return address.rstrip("/")


def _joined(endpoint: str, location: str) -> str:
    try:
        return urljoin(endpoint, location) if location else ""
    except ValueError:
        return ""
