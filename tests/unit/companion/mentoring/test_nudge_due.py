"""What waits for somebody in a running engagement."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.engagement import LENGTHS, last_day
from companion.mentoring.nudge_due import Lived, waits
from companion.models.care import NudgeKind
from companion.models.engagement import Fit

MONDAY = date(2026, 11, 2)


def _lived(weeks: int, **known: object) -> Lived:
    given = {"starts_on": MONDAY, "ends_on": last_day(MONDAY, weeks), "contact_days": [7]}
    return Lived(**{**given, "in_touch": True, **known})  # type: ignore[arg-type]


def _kinds(lived: Lived, day: int) -> set[NudgeKind]:
    return {kind for kind, _ in waits(lived, MONDAY + timedelta(days=day - 1))}


@pytest.mark.parametrize(("weeks", "day"), [(1, 2), (2, 2), (4, 4), (12, 4)])
def test_a_first_contact_is_missed_before_it_is_a_risk(weeks: int, day: int) -> None:
    quiet = _lived(weeks, in_touch=False)
    assert NudgeKind.FIRST_CONTACT not in _kinds(quiet, day - 1)
    assert NudgeKind.FIRST_CONTACT in _kinds(quiet, day)


@pytest.mark.parametrize(("weeks", "day"), [(1, 4), (2, 7), (4, 21), (12, 77)])
def test_the_end_is_told_of_in_the_last_week_or_half(weeks: int, day: int) -> None:
    assert NudgeKind.CLOSE not in _kinds(_lived(weeks), day - 1)
    assert NudgeKind.CLOSE in _kinds(_lived(weeks), day)
    told = _lived(weeks, told_of_end=MONDAY + timedelta(days=day - 1))
    assert NudgeKind.CLOSE not in _kinds(told, day + 1)


def test_an_end_that_moved_on_is_told_of_again() -> None:
    assert NudgeKind.CLOSE in _kinds(_lived(4, told_of_end=MONDAY + timedelta(days=10)), 24)


def test_who_was_unsure_of_the_fit_is_asked_again_after_a_week() -> None:
    unsure = _lived(12, fit=(MONDAY + timedelta(days=7), Fit.UNSURE))
    assert NudgeKind.FEEDBACK not in _kinds(unsure, 14)
    assert NudgeKind.FEEDBACK in _kinds(unsure, 15)
    settled = _lived(12, fit=(MONDAY + timedelta(days=7), Fit.GOOD))
    assert NudgeKind.FEEDBACK not in _kinds(settled, 15)


@given(st.sampled_from(LENGTHS), st.sampled_from(([7], [7, 14], [7, 14, 28])), st.integers(1, 84))
def test_whoever_did_all_of_it_today_is_asked_for_nothing_but_the_end(
    weeks: int, contact_days: list[int], day: int
) -> None:
    today = MONDAY + timedelta(days=day - 1)
    lived = _lived(weeks, contact_days=contact_days, checked_in=today, fit=(today, Fit.GOOD), trusted=today)
    assert _kinds(lived, day) <= {NudgeKind.CLOSE}
