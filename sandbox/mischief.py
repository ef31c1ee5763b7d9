"""Misbehaviour that tests switch on: the ways in which a real Moodle was seen, or is known, to let its callers down."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock
from typing import Literal, cast, get_args

from sandbox.errors import ServiceError, database_error, invalid_token, moodle_error, no_permission

Mode = Literal[
    "slow",
    "busy",
    "maintenance",
    "invalid_token",
    "html",
    "empty",
    "truncated",
    "cut_off",
    "warnings",
    "unknown_error",
    "no_errorcode",
    "web_services_off",
    "missing_function",
    "missing_capability",
    "failing_page",
    "server_error",
]
WISHES = "MODE[:FUNCTION[:TIMES[:AFTER]]]"
"""How a command line says it; several are parted by commas."""
PARTICIPANTS = "core_enrol_get_enrolled_users"
ERRORS: dict[Mode, Callable[[], ServiceError]] = {
    "invalid_token": invalid_token,
    "missing_capability": lambda: no_permission("View participants"),
    "failing_page": database_error,
    "unknown_error": lambda: moodle_error("quitenew", "Something that no release before knew"),
    "no_errorcode": lambda: moodle_error("", "Exception - something broke"),
}


def wishes(text: str) -> str:
    """A checked argument of a command line; raises ArgumentTypeError."""
    try:
        Mischief().add_all(text)
    except ValueError as problem:
        raise ArgumentTypeError(str(problem)) from None
    return text


@dataclass
class Rule:
    """One kind of misbehaviour and how many matching requests it still passes over and then spoils (None: all)."""

    mode: Mode
    function: str | None
    times: int | None
    after: int
    seconds: float

    def takes(self, function: str) -> bool:
        """Whether this request is spoilt; counts it."""
        if self.function not in (None, function) or self.times == 0:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Mischief:
    """The rules in force."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._released = Event()
        self._lock = Lock()

    def add(self, mode: Mode, *, function: str | None, times: int | None, after: int, seconds: float) -> None:
        """Add a rule. Raises ValueError for an unknown mode, or where a function must be named and is not."""
        if mode not in get_args(Mode):
            raise ValueError(f"Unknown misbehaviour {mode!r}: choose one of {', '.join(get_args(Mode))}.")
        if mode == "missing_function" and function is None:
            raise ValueError(
                "Name the function that is missing: misbehave('missing_function', function=...)."
            )
        if mode == "failing_page":
            function = function or PARTICIPANTS
        self._released.clear()
        with self._lock:
            self._rules.append(Rule(mode, function, times, after, seconds))

    def add_all(self, wishes: str) -> None:
        """Add rules as `WISHES` says.

        Raises ValueError as `add` does, and where a number is none.
        """
        for wish in filter(None, wishes.split(",")):
            mode, function, times, after, *_ = [*wish.strip().split(":"), "", "", ""]
            self.add(
                cast("Mode", mode),
                function=function or None,
                times=int(times) if times else None,
                after=int(after or 0),
                seconds=30.0,
            )

    def clear(self) -> None:
        """Behave again, and let go of the requests that `slow` holds back."""
        with self._lock:
            self._rules.clear()
        self._released.set()

    def next_for(self, function: str) -> Rule | None:
        """The rule that spoils a request for `function`, if there is one."""
        with self._lock:
            return next((rule for rule in self._rules if rule.takes(function)), None)

    def error_for(self, function: str) -> ServiceError | None:
        """The error a rule makes of one call within a batch: only rules that name its function look so far."""
        with self._lock:
            for rule in self._rules:
                if rule.mode in ERRORS and rule.function == function and rule.takes(function):
                    return ERRORS[rule.mode]()
        return None

    def missing_functions(self) -> set[str]:
        with self._lock:
            return {
                rule.function for rule in self._rules if rule.mode == "missing_function" and rule.function
            }

    def hold(self, seconds: float) -> None:
        """Keep a request waiting, at most until `clear`."""
        self._released.wait(seconds)
