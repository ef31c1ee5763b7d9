"""Shared working hours over time zones, daylight saving and the date line."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.matching import Profile
from companion.matching.hours import clock_times, own_minutes, shared_minutes, shared_spans, zone_of

SUMMER = date(2026, 7, 1)
WINTER = date(2026, 12, 1)
BETWEEN_CHANGES = date(2026, 3, 16)
"""New York has changed its clocks (8 March 2026), Europe has not (29 March)."""
ZONES = [
    "Europe/Lisbon",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "America/Los_Angeles",
    "Pacific/Apia",
]


def person(zone: str | None, hours: tuple[int, int] = (9, 17)) -> Profile:
    return Profile(person_id=1, time_zone=zone, working_hours=hours)


def hours_shared(one: Profile, other: Profile, on: date) -> float:
    minutes, known = shared_minutes([one], [other], on)
    assert known[0, 0]
    return float(minutes[0, 0]) / 60


@pytest.mark.parametrize(
    ("mine", "theirs", "on", "hours"),
    [
        ("Europe/Lisbon", "Europe/Lisbon", SUMMER, 8),
        ("Europe/Lisbon", "America/New_York", SUMMER, 3),
        ("Europe/Lisbon", "America/New_York", BETWEEN_CHANGES, 4),
        ("Europe/London", "Asia/Kolkata", SUMMER, 3.5),
        ("Europe/London", "Asia/Kolkata", WINTER, 2.5),
        ("Europe/London", "Europe/Moscow", SUMMER, 6),
        ("Europe/London", "Europe/Moscow", WINTER, 5),
        ("Europe/Berlin", "Australia/Sydney", SUMMER, 0),
    ],
)
def test_shared_hours_follow_real_clocks(mine: str, theirs: str, on: date, hours: float) -> None:
    assert hours_shared(person(mine), person(theirs), on) == hours
    assert hours_shared(person(theirs), person(mine), on) == hours


def test_somebody_over_the_date_line_works_on_another_calendar_day() -> None:
    # 9 to 17 in Los Angeles (UTC-7) is 16 to 24 UTC; 9 to 17 in Auckland (UTC+12) the day after is 21 to 5 UTC.
    assert hours_shared(person("America/Los_Angeles"), person("Pacific/Auckland"), SUMMER) == 3


def test_a_night_shift_runs_into_the_next_day() -> None:
    night = person("Europe/Berlin", (22, 6))
    assert hours_shared(night, person("Europe/Berlin", (4, 12)), SUMMER) == 2
    assert hours_shared(night, person("Asia/Tokyo", (9, 17)), WINTER) == 5


def test_a_working_day_over_the_change_of_clocks_has_its_real_length() -> None:
    change = date(2026, 3, 29)
    assert own_minutes(
        [person("Europe/Berlin", (0, 8)), person("Europe/Berlin"), person(None)], change
    ).tolist() == [
        7 * 60,
        8 * 60,
        0,
    ]


@pytest.mark.parametrize("zone", [None, "", "99", "Europe", "Europe/Atlantis", "/etc/passwd", "../UTC"])
def test_a_zone_that_is_not_in_the_database_is_not_known(zone: str | None) -> None:
    minutes, known = shared_minutes([person(zone)], [person("Europe/Lisbon")], SUMMER)
    assert zone_of(person(zone)) is None
    assert (minutes[0, 0], known[0, 0]) == (0, False)
    assert shared_spans(person(zone), person("Europe/Lisbon"), SUMMER) is None


def test_times_are_read_on_the_clock_asked_for() -> None:
    learner, adviser = person("Europe/Lisbon"), person("Asia/Kolkata")
    spans = shared_spans(learner, adviser, SUMMER) or []
    assert clock_times(spans, zone_of(learner)) == "9:00 to 12:30"
    assert clock_times(spans, zone_of(adviser)) == "13:30 to 17:00"
    assert clock_times(spans, None) == "8:00 to 11:30"


def test_two_stretches_of_one_day_are_both_named() -> None:
    spans = shared_spans(person("UTC", (8, 20)), person("UTC", (18, 10)), SUMMER) or []
    assert clock_times(spans, None) == "8:00 to 10:00 and 18:00 to 20:00"


@st.composite
def workers(draw: st.DrawFn) -> Profile:
    start, end = draw(
        st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda hours: hours[0] != hours[1])
    )
    return person(draw(st.sampled_from(ZONES)), (start, end))


@given(workers(), workers(), st.dates(date(2024, 1, 2), date(2027, 1, 1)))
def test_the_matrix_agrees_with_the_spans_and_never_exceeds_the_day(
    one: Profile, other: Profile, on: date
) -> None:
    minutes, _ = shared_minutes([one], [other], on)
    spans = shared_spans(one, other, on) or []
    assert timedelta(minutes=int(minutes[0, 0])) == sum((last - first for first, last in spans), timedelta())
    assert minutes[0, 0] <= own_minutes([one], on)[0]
