"""What is remembered of things sent, in the cookie of a launch."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from types import SimpleNamespace

import pytest
from flask import Flask, current_app, session
from flask.sessions import SecureCookieSessionInterface

from companion.store.sent import SentKind
from companion.web.widgets.remembered import MOST, forget, offered, remember
from companion.web.widgets.undo import WORDS

START = datetime(2026, 11, 25, 9, 30, 0, 700_000, UTC)


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Within a request of an application whose services tell this time."""
    app, clock = Flask(__name__), Clock()
    app.secret_key = "of the test"
    app.extensions["cairn"] = SimpleNamespace(clock=clock)
    with app.test_request_context("/"):
        yield clock


def names() -> list[str]:
    return [one.name for one in offered()]


def test_each_is_offered_for_ten_minutes_the_newest_first(clock: Clock) -> None:
    remember(SentKind.CHECK_IN, "a")
    clock.now += timedelta(minutes=4)
    remember(SentKind.THANKS, "b")
    assert names() == ["thanks:b", "check_in:a"]
    clock.now += timedelta(minutes=6)
    assert names() == ["thanks:b"]
    assert len(session["sent"]) == 1, "what is over leaves the cookie"
    clock.now += timedelta(minutes=4)
    assert names() == []


def test_any_of_them_can_be_taken_and_each_once(clock: Clock) -> None:
    remember(SentKind.CHECK_IN, "a")
    remember(SentKind.THANKS, "b")
    one = forget("check_in:a")
    assert one is not None
    assert (one.kind, one.key) == ("check_in", "a")
    assert forget("check_in:a") is None
    assert forget("lesson:c") is None, "the attack: a name that was never sent from here"
    assert names() == ["thanks:b"]


def test_what_moved_the_same_is_taken_back_from_the_newest_on(clock: Clock) -> None:
    remember(SentKind.PAUSED, "7", about="engagement-7")
    clock.now += timedelta(seconds=30)
    remember(SentKind.RESUMED, "7", about="engagement-7")
    remember(SentKind.PAUSED, "8", about="engagement-8")
    assert names() == ["paused:8", "resumed:7"]
    assert forget("paused:7") is None
    assert forget("resumed:7") is not None
    assert names() == ["paused:8", "paused:7"]


def test_the_same_done_twice_comes_back_step_by_step(clock: Clock) -> None:
    for _ in range(2):
        remember(SentKind.SETTLED, "3", about="commitment-3")
        clock.now += timedelta(minutes=1)
    assert names() == ["settled:3"]
    forget("settled:3")
    assert names() == ["settled:3"]
    assert [one.at for one in offered()] == [int(START.timestamp())]


def test_the_newest_few_are_remembered_and_the_cookie_stays_small(clock: Clock) -> None:
    for _ in range(MOST + 3):
        remember(SentKind.WISHED_LONGER, token_urlsafe(24), about=f"engagement-{2**63 - 1}")
        clock.now += timedelta(seconds=1)
    remember(SentKind.CHECK_IN, "newest")
    assert names()[0] == "check_in:newest"
    assert len(session["sent"]) == MOST
    signer = SecureCookieSessionInterface().get_signing_serializer(current_app._get_current_object())  # type: ignore[attr-defined]
    assert signer is not None
    assert len(signer.dumps(dict(session))) < 700


def test_everything_that_is_sent_has_a_name_to_be_taken_back_by() -> None:
    assert set(WORDS) == set(SentKind)
