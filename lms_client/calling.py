"""What the client's halves share: a transport, and one way of calling a function."""

from collections.abc import Callable
from typing import TypeVar

from lms_client.errors import error_from, is_error
from lms_client.params import Params
from lms_client.transport import Transport

Call = Callable[[str, Params], object]
"""A function's name and parameters to the JSON value it answered; raises LmsError."""
T = TypeVar("T")
Unread = Callable[[], T]
"""An answer that has come: called, it makes records of it, without waiting for Moodle. Raises what is unfit in it.

Who asks for much can so send the next request first.
"""


def checked(function: str, body: object) -> object:
    """The body of a reply. Raises the error it stands for: Moodle tells errors under HTTP 200."""
    if isinstance(body, dict) and is_error(body):
        raise error_from(function, body)
    return body


class Caller:
    """Holds the transport and calls through it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _call(self, function: str, params: Params) -> object:
        return checked(function, self._transport.call(function, params))
