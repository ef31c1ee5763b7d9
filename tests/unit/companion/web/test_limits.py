"""Calls counted in a moving window."""

import pytest

from companion.web import limits
from companion.web.limits import WINDOW, Calls


class Watch:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def calls(watch: Watch) -> Calls:
    return Calls(watch)


def test_so_many_are_answered_in_any_minute(calls: Calls, watch: Watch) -> None:
    answers = []
    for _ in range(8):
        answers.append(calls.allow("door", "a", 3))
        watch.at += WINDOW / 4
    # The fourth comes while the first still counts; from then on one goes as another comes.
    assert answers == [True, True, True, False, True, True, True, False]


def test_what_is_refused_does_not_prolong_the_wait(calls: Calls, watch: Watch) -> None:
    assert calls.allow("door", "a", 1)
    for _ in range(5):
        watch.at += WINDOW / 6
        assert not calls.allow("door", "a", 1)
    watch.at += WINDOW / 6
    assert calls.allow("door", "a", 1)


def test_callers_and_doors_are_counted_apart(calls: Calls) -> None:
    assert calls.allow("door", "a", 1)
    assert calls.allow("door", "b", 1)
    assert calls.allow("gate", "a", 1)
    assert not calls.allow("door", "a", 1)


def test_many_callers_make_nobody_forgotten_too_soon(
    calls: Calls, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack: calls from many addresses, so that one's own are forgotten."""
    monkeypatch.setattr(limits, "REMEMBERED", 10)
    crowd = Calls(watch)
    assert crowd.allow("door", "a", 1)
    for number in range(50):
        assert crowd.allow("door", str(number), 1)
    assert not crowd.allow("door", "a", 1)


def test_who_called_long_ago_takes_no_memory(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REMEMBERED", 10)
    crowd = Calls(watch)
    sizes = []
    for _ in range(20):
        for number in range(10):
            crowd.allow("door", f"{watch.at} {number}", 1)
        sizes.append(len(crowd._made))
        watch.at += 2 * WINDOW
    assert max(sizes) <= 20
