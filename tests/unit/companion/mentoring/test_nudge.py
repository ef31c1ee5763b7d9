"""When somebody is reminded."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.nudge import (
    MOST_UNANSWERED,
    WEEK,
    WIDGET,
    Cause,
    Reachable,
    decide,
    gave_up,
    is_quiet,
    local_day,
    next_chance,
)
from companion.models.care import NudgeKind

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
DUE = Cause(NudgeKind.CHECK_IN, 1, date(2026, 11, 2))
ZONES = st.none() | st.sampled_from(["Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Mars/Base"])


@given(ZONES, st.integers(1, 24 * 60), st.integers(0, 23), st.integers(0, 23))
def test_over_any_sixty_days_at_most_one_a_week_and_never_by_night(
    zone: str | None, start: int, first: int, last: int
) -> None:
    last_at: datetime | None = None
    sent: list[datetime] = []
    for hour in range(0, 60 * 24, 5):
        now = MONDAY + timedelta(hours=hour, minutes=start)
        person = Reachable(zone, (first, last), last_at)
        if decide([DUE], person, now):
            assert not is_quiet(person, now)
            sent.append(now)
            last_at = now
    gaps = [later - earlier for earlier, later in pairwise(sent)]
    assert all(gap >= WEEK for gap in gaps)
    assert len(sent) <= 9


def test_the_one_whom_others_wait_for_most_is_told_first() -> None:
    causes = [Cause(kind, 1, date(2026, 11, 1)) for kind in reversed(NudgeKind)]
    assert decide(causes, Reachable(), MONDAY) == Cause(NudgeKind.ASK, 1, date(2026, 11, 1))


def test_of_one_kind_the_oldest_is_told() -> None:
    older = Cause(NudgeKind.CHECK_IN, 9, date(2026, 10, 1))
    assert decide([DUE, older], Reachable(), MONDAY) == older


def test_nothing_waiting_is_nothing_told() -> None:
    assert decide([], Reachable(), MONDAY) is None


@pytest.mark.parametrize(
    "person",
    [
        Reachable(stopped=True),
        Reachable(silent=True),
        Reachable(unanswered=MOST_UNANSWERED),
        Reachable(last_at=MONDAY - WEEK + timedelta(minutes=1)),
    ],
    ids=["stopped", "low bandwidth or paused", "three unanswered", "told this week"],
)
def test_who_is_not_to_be_reminded_is_not(person: Reachable) -> None:
    assert decide([DUE], person, MONDAY) is None


def test_two_unanswered_still_leave_one_more() -> None:
    assert decide([DUE], Reachable(unanswered=MOST_UNANSWERED - 1), MONDAY) == DUE
    assert not gave_up(Reachable(unanswered=MOST_UNANSWERED - 1))


def test_night_is_that_of_the_person() -> None:
    assert not is_quiet(Reachable("Europe/Berlin"), MONDAY)
    assert is_quiet(Reachable("America/Los_Angeles"), MONDAY)
    assert is_quiet(Reachable(quiet=(11, 13)), MONDAY)
    assert not is_quiet(Reachable(quiet=(13, 11)), MONDAY)


def test_equal_hours_mean_no_quiet_but_the_weekend() -> None:
    assert not is_quiet(Reachable(quiet=(8, 8)), MONDAY)
    assert is_quiet(Reachable(quiet=(8, 8)), MONDAY - timedelta(days=1))


def test_a_nudge_waits_for_the_morning_and_for_monday() -> None:
    friday_evening = datetime(2026, 11, 6, 21, 30, tzinfo=UTC)
    assert next_chance(Reachable(), friday_evening) == datetime(2026, 11, 9, 8, tzinfo=UTC)
    assert next_chance(Reachable(stopped=True), friday_evening) is None


def test_the_day_is_that_of_the_person() -> None:
    late = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
    assert local_day("Europe/Berlin", late) == date(2026, 11, 3)
    assert local_day(None, late) == date(2026, 11, 2)


def test_every_kind_names_the_widget_that_does_the_job() -> None:
    assert set(WIDGET) == set(NudgeKind)
