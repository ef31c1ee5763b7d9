"""Shared working hours on a given day, from real time zones with their daylight saving."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from companion.matching.grounds import SPAN, Clock
from companion.matching.profiles import Profile
from companion.matching.words import listed

Span = tuple[datetime, datetime]
NEIGHBOURS = (-1, 0, 1)
"""Somebody far away works part of the learner's day on the calendar day before or after."""


def zone_of(person: Profile) -> ZoneInfo | None:
    """Return the person's time zone; None where it is not given or not in the time-zone database."""
    return _zone(person.time_zone) if person.time_zone else None


@lru_cache(maxsize=1000)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def working_span(person: Profile, zone: ZoneInfo, on: date) -> Span:
    """Return start and end, in UTC, of the working day that begins on this local date."""
    start, end = person.working_hours
    return _utc(zone, on, start), _utc(zone, on, end if end > start else end + 24)


def shared_spans(learner: Profile, adviser: Profile, on: date) -> list[Span] | None:
    """Return when both work during the learner's working day, in UTC; None where a time zone is not known."""
    mine, theirs = zone_of(learner), zone_of(adviser)
    if mine is None or theirs is None:
        return None
    start, end = working_span(learner, mine, on)
    others = [working_span(adviser, theirs, on + timedelta(days=shift)) for shift in NEIGHBOURS]
    overlaps = ((max(start, first), min(end, last)) for first, last in others)
    return [(first, last) for first, last in overlaps if first < last]


def shared_minutes(
    learners: Sequence[Profile], advisers: Sequence[Profile], on: date
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return the shared minutes of every pair, learners by advisers, and whether both time zones are known.

    The minutes are 0 where they are not known.
    """
    starts, known_learners = _minutes(learners, on, (0,))
    others, known_advisers = _minutes(advisers, on, NEIGHBOURS)
    minutes = np.zeros((len(learners), len(advisers)), np.int32)
    for shift in range(len(NEIGHBOURS)):
        first = np.maximum.outer(starts[:, 0, 0], others[:, shift, 0])
        last = np.minimum.outer(starts[:, 0, 1], others[:, shift, 1])
        minutes += np.maximum(last - first, 0)
    known = np.logical_and.outer(known_learners, known_advisers)
    return minutes * known, known


def own_minutes(people: Sequence[Profile], on: date) -> NDArray[np.int32]:
    """Return the length of each person's working day in minutes; 0 where the time zone is not known."""
    minutes, _ = _minutes(people, on, (0,))
    length: NDArray[np.int32] = minutes[:, 0, 1] - minutes[:, 0, 0]
    return length


def on_clock(spans: Sequence[Span], zone: ZoneInfo | None) -> Clock:
    """Return from when until when, such as 9:00 and 12:30, as read on a clock in this zone (None: UTC)."""
    clock = zone or UTC
    return tuple((_clock(first.astimezone(clock)), _clock(last.astimezone(clock))) for first, last in spans)


def clock_times(spans: Sequence[Span], zone: ZoneInfo | None) -> str:
    """Return "9:00 to 12:30" in English, as read on a clock in this zone (None: UTC)."""
    return listed(SPAN % {"first": first, "last": last} for first, last in on_clock(spans, zone))


class WorkingDays:
    """Working days around one date, worked out once for each time zone and hours."""

    def __init__(self, on: date, shifts: tuple[int, ...] = NEIGHBOURS) -> None:
        self._on = on
        self._shifts = shifts
        self._known: dict[tuple[str | None, tuple[int, int]], tuple[tuple[int, int], ...]] = {}

    def of(self, person: Profile) -> tuple[tuple[int, int], ...]:
        """Return start and end of each day in minutes from midnight UTC; empty where the time zone is not known."""
        key = person.time_zone, person.working_hours
        if key not in self._known:
            self._known[key] = self._days(person)
        return self._known[key]

    def _days(self, person: Profile) -> tuple[tuple[int, int], ...]:
        zone = zone_of(person)
        if zone is None:
            return ()
        midnight = datetime.combine(self._on, time(), UTC)
        days = (working_span(person, zone, self._on + timedelta(days=shift)) for shift in self._shifts)
        return tuple(_since(midnight, day) for day in days)


def _minutes(
    people: Sequence[Profile], on: date, shifts: tuple[int, ...]
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Working days as minutes from midnight UTC of the day (person, shift, start and end), and who is known."""
    days = WorkingDays(on, shifts)
    minutes = np.zeros((len(people), len(shifts), 2), np.int32)
    is_known = np.zeros(len(people), np.bool_)
    for row, person in enumerate(people):
        if own := days.of(person):
            minutes[row], is_known[row] = own, True
    return minutes, is_known


def _since(midnight: datetime, span: Span) -> tuple[int, int]:
    minute = timedelta(minutes=1)
    return (span[0] - midnight) // minute, (span[1] - midnight) // minute


def _utc(zone: ZoneInfo, on: date, hour: int) -> datetime:
    days, hours = divmod(hour, 24)
    return datetime.combine(on + timedelta(days=days), time(hours), zone).astimezone(UTC)


def _clock(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02}"
