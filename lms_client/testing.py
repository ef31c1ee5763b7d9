"""Transports for the tests of those who use this package: one replays recorded replies, one answers as it is told."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms_client.functions import Function
from lms_client.params import Params, flatten

Reply = Any
"""A JSON value, an error to raise, or a function of the parameters that gives a JSON value."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded call: the form fields that were sent, without the token, and the JSON value answered."""

    function: str
    request: Mapping[str, str]
    response: Any

    @classmethod
    def load(cls, path: Path) -> "Recording":
        """Read a file of one JSON object with `function`, `request` and `response`."""
        kept = json.loads(path.read_text(encoding="utf-8"))
        protocol = ("wstoken", "wsfunction", "moodlewsrestformat")
        request = {key: str(value) for key, value in kept["request"].items() if key not in protocol}
        return cls(kept["function"], request, kept["response"])


class ReplayTransport:
    """Answers each call with the recording of the same function and the same form fields, however often.

    Any other call raises AssertionError, which names the function and the fields that no recording has.
    """

    def __init__(self, recordings: Iterable[Recording]) -> None:
        self._recordings = list(recordings)

    def call(self, function: str, params: Params) -> object:
        request = flatten(params)
        of_function = [each for each in self._recordings if each.function == function]
        for recording in of_function:
            if recording.request == request:
                return recording.response
        closest = [sorted(set(request.items()) ^ set(each.request.items())) for each in of_function]
        raise AssertionError(f"No recording of {function} with these fields. Differences to each: {closest}")


class FakeTransport:
    """Answers as it is told, and keeps what it was asked in `calls`.

    Each function has one reply, given for every call, or a list under `in_turn`, whose last is kept for further calls.
    A function without a reply raises AssertionError.
    """

    def __init__(self, replies: Mapping[Function, Reply] | Mapping[str, Reply] | None = None) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._replies: dict[str, list[Reply]] = {
            str(name): [reply] for name, reply in (replies or {}).items()
        }

    def in_turn(self, function: str, *replies: Reply) -> None:
        """Answer the next calls of a function with these, one after the other."""
        self._replies[str(function)] = list(replies)

    def call(self, function: str, params: Params) -> object:
        self.calls.append((str(function), dict(params)))
        replies = self._replies.get(str(function))
        if not replies:
            raise AssertionError(f"FakeTransport was given no reply to {function}.")
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply(params) if callable(reply) else reply
