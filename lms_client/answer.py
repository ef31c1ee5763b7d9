"""What an HTTP answer means: the JSON value in it, or one of the errors. Knows nothing of how it was sent."""

import codecs
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson

from lms_client.errors import (
    LmsError,
    Maintenance,
    MalformedReply,
    NotMoodle,
    Redirected,
    Unreachable,
    WebServicesOff,
    is_error,
)

ENDPOINT = "/webservice/rest/server.php"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: an HTTP answer, or in `failure` the reason why none did (`status` is then 0)."""

    status: int = 0
    body: bytes = b""
    location: str = ""
    retry_after: float | None = None
    failure: str = ""
    passing: bool = False
    """Whether the failure is of a kind that often passes, so that a read may be tried again."""


def value_of(function: str, answer: Answer) -> object:
    """The JSON value of an answer. Raises the LmsError that the answer stands for."""
    if answer.failure:
        raise Unreachable(function, answer.failure)
    if 300 <= answer.status < 400:
        raise Redirected(function, site_address(answer.location))
    value, readable = _parsed(answer.body)
    if readable and (answer.status == 200 or is_error(value)):
        return value
    raise _error_for(function, answer)


def _error_for(function: str, answer: Answer) -> LmsError:
    body = answer.body.strip()
    if answer.status in (429, 503):
        return Maintenance(function, retry_after=answer.retry_after)
    if answer.status >= 500:
        return Unreachable(function, f"it answered HTTP {answer.status}")
    if answer.status == 403 and not body:
        return WebServicesOff(function)
    if answer.status == 200 and body and not body.startswith(b"<"):
        return MalformedReply(function, "the whole of it, which is not complete JSON")
    found = "an empty answer" if not body else "a page" if body.startswith(b"<") else "an answer"
    return NotMoodle(function, f"{found} (HTTP {answer.status})")


def _parsed(body: bytes) -> tuple[object, bool]:
    text = body.removeprefix(codecs.BOM_UTF8)
    try:
        return orjson.loads(text), True
    except ValueError:
        pass  # perhaps half a letter, which Python's own takes as it is
    try:
        return json.loads(text), True
    except (ValueError, RecursionError):
        return None, False


def site_address(location: str) -> str | None:
    """The address of the site that a redirect points to, without query or credentials; None where it has none."""
    try:
        parts = urlsplit(location)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    host = f"[{host}]" if ":" in host else host
    path = parts.path.removesuffix(ENDPOINT) if parts.path.endswith(ENDPOINT) else ""
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{path}"
