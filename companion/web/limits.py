"""Rate limits by address, on what can be called without a session."""

from collections import deque
from collections.abc import Callable
from functools import wraps
from threading import Lock
from time import monotonic
from typing import Any, Final, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

SIGN_IN: Final = 20
REGISTER: Final = 10
LAUNCH: Final = 1200
"""A whole company may sit behind one address, and each course page launches two widgets at once."""
OPEN_DOOR: Final = 60
"""Calendar programs of a whole company may come from one address, but each only a few times a day."""
WINDOW: Final = 60.0
"""Seconds in which so many calls are answered."""
REMEMBERED: Final = 10_000
"""Callers kept in mind before those whose calls have all passed the window are forgotten."""


class Calls:
    """Counts calls in a moving window; for all threads of a process.

    Counted in each process by itself: with several processes behind one address the limit is that much higher.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        """Args: now: seconds, of a clock that never goes back."""
        self._now = now
        self._lock = Lock()
        self._made: dict[tuple[str, str], deque[float]] = {}
        self._remembered = REMEMBERED

    def allow(self, what: str, caller: str, most: int) -> bool:
        """Whether the caller may; a call that may not is not counted."""
        now = self._now()
        with self._lock:
            made = self._made.get((what, caller))
            if made is None:
                self._forget(now)
                made = self._made[what, caller] = deque()
            while made and made[0] <= now - WINDOW:
                made.popleft()
            if len(made) >= most:
                return False
            made.append(now)
            return True

    def _forget(self, now: float) -> None:
        if len(self._made) >= self._remembered:
            self._made = {key: made for key, made in self._made.items() if made[-1] > now - WINDOW}
            self._remembered = max(REMEMBERED, 2 * len(self._made))  # seldom, however many call


def limited(most: int) -> Callable[[View], View]:
    """Answer so many calls a minute from one address, and 429 to those beyond; goes below the permission."""

    def wrap(view: View) -> View:
        @wraps(view)
        def call(*args: Any, **kwargs: Any) -> Any:
            calls: Calls = current_app.extensions["cairn_calls"]
            if not calls.allow(request.endpoint or "", request.remote_addr or "", most):
                abort(429)
            return view(*args, **kwargs)

        return call  # type: ignore[return-value]

    return wrap


def set_limits(app: Flask) -> None:
    """Count the calls of this application."""
    app.extensions["cairn_calls"] = Calls()
