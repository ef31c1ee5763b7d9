"""Who is new and who has recently learned, by each rule, at the edges of each window."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.populations import (
    Candidate,
    Rules,
    is_new,
    is_recent,
    populations,
    profile_date,
)
from companion.models.programme import NewHireRule

TODAY = date(2026, 11, 23)
RULES = Rules(NewHireRule.PROFILE_DATE, new_hire_days=30, recent_from_days=14, recent_to_days=180)
BY_COHORT = replace(RULES, new_hire_rule=NewHireRule.COHORT)
BY_ENROLMENT = replace(RULES, new_hire_rule=NewHireRule.FIRST_ENROLMENT)
NOBODY = Candidate(person_id=1, hire_date=None, in_cohort=False, first_enrolled_at=None, finished={})


def ago(days: int, at: time = time(12, 0)) -> datetime:
    return datetime.combine(TODAY - timedelta(days=days), at, UTC)


def hired(days: int) -> Candidate:
    return replace(NOBODY, hire_date=(TODAY - timedelta(days=days)).isoformat())


@pytest.mark.parametrize(("days", "new"), [(-1, False), (0, True), (30, True), (31, False)])
def test_the_profile_date_counts_from_its_day_to_the_last_of_the_window(days: int, new: bool) -> None:
    assert is_new(hired(days), RULES, TODAY) is new


@pytest.mark.parametrize(("days", "new"), [(-1, False), (0, True), (30, True), (31, False)])
def test_the_first_enrolment_counts_from_its_day_to_the_last_of_the_window(days: int, new: bool) -> None:
    for moment in (time(0, 0), time(23, 59)):
        candidate = replace(NOBODY, first_enrolled_at=ago(days, moment))
        assert is_new(candidate, BY_ENROLMENT, TODAY) is new


@pytest.mark.parametrize("member", [True, False])
def test_the_cohort_counts_whatever_the_dates_say(member: bool) -> None:
    candidate = replace(hired(900 if member else 1), in_cohort=member)
    assert is_new(candidate, BY_COHORT, TODAY) is member


@pytest.mark.parametrize("rules", [RULES, BY_COHORT, BY_ENROLMENT])
def test_whom_nothing_is_known_of_is_not_new(rules: Rules) -> None:
    assert not is_new(NOBODY, rules, TODAY)


def test_a_rule_looks_at_nothing_but_its_own() -> None:
    everything_else = replace(hired(1), in_cohort=True)
    assert not is_new(everything_else, BY_ENROLMENT, TODAY)
    assert not is_new(replace(NOBODY, in_cohort=True, first_enrolled_at=ago(1)), RULES, TODAY)


@pytest.mark.parametrize(
    ("days", "recent"), [(13, False), (14, True), (180, True), (181, False), (-5, False)]
)
def test_the_window_of_recent_learners_includes_both_its_ends(days: int, recent: bool) -> None:
    for moment in (time(0, 0), time(23, 59)):
        assert is_recent(ago(days, moment), RULES, TODAY) is recent


def test_one_completion_within_the_window_is_enough() -> None:
    both = replace(NOBODY, finished={4: ago(700), 5: ago(20)})
    old = replace(NOBODY, person_id=2, finished={4: ago(700)})
    assert populations([both, old], RULES, TODAY).recent_learners == (1,)


def test_who_is_still_new_does_not_advise_yet() -> None:
    quick = replace(hired(20), finished={4: ago(15)})
    found = populations([quick], RULES, TODAY)
    assert (found.new_hires, found.recent_learners) == ((1,), ())


candidates = st.builds(
    Candidate,
    person_id=st.integers(1, 10**6),
    hire_date=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)).map(str) | st.text(max_size=12),
    in_cohort=st.booleans(),
    first_enrolled_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    finished=st.dictionaries(st.integers(1, 3), st.datetimes(timezones=st.just(UTC))),
)


@given(st.lists(candidates, max_size=20, unique_by=lambda c: c.person_id), st.sampled_from(NewHireRule))
def test_nobody_is_both_and_the_order_is_kept(given_people: list[Candidate], rule: NewHireRule) -> None:
    found = populations(given_people, replace(RULES, new_hire_rule=rule), TODAY)
    order = [candidate.person_id for candidate in given_people]
    assert not set(found.new_hires) & set(found.recent_learners)
    assert list(found.new_hires) == [p for p in order if p in found.new_hires]
    assert list(found.recent_learners) == [p for p in order if p in found.recent_learners]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-01", date(2026, 11, 1)),
        ("2026-11-01T08:30:00+02:00", date(2026, 11, 1)),
        ("20261101", date(2026, 11, 1)),
        (" 2026-11-01 ", date(2026, 11, 1)),
        ("1793491200", date(2026, 11, 1)),
        (" 1793491200 ", date(2026, 11, 1)),
        ("-86400", date(1969, 12, 31)),
        ("0", None),
        ("", None),
        ("  ", None),
        (None, None),
        ("2026", None),
        ("1/11/2026", None),
        ("1 November 2026", None),
        ("2026-13-01", None),
        ("--12345", None),
        ("²²²²²²", None),
        ("99999999999999999999", None),
        ("soon", None),
    ],
)
def test_a_profile_date_is_seconds_or_iso(value: str | None, expected: date | None) -> None:
    assert profile_date(value) == expected


@given(st.text(max_size=40) | st.integers().map(str))
def test_no_profile_field_can_stop_a_matching(value: Any) -> None:
    found = profile_date(value)
    assert found is None or isinstance(found, date)


@given(st.dates(date(1971, 1, 1), date(2200, 1, 1)))
def test_both_forms_of_a_date_mean_the_same_day(day: date) -> None:
    seconds = int(datetime.combine(day, time(12), UTC).timestamp())
    iso = profile_date(day.isoformat())
    assert iso == day
    if len(str(seconds)) != 8:  # eight digits are a date without hyphens, never a moment of 1970 to 1973
        assert profile_date(str(seconds)) == day
