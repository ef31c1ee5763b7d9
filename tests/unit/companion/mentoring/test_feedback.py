"""When feedback is due."""

from datetime import date, timedelta

import pytest

from companion.mentoring.engagement import LENGTHS, last_day
from companion.mentoring.feedback import fit_days, fit_is_due, may_request, trust_is_due
from companion.models.engagement import Fit

START = date(2026, 11, 23)


def on(day: int) -> date:
    """The date of a day of the engagement, counted from 1."""
    return START + timedelta(days=day - 1)


@pytest.mark.parametrize(("weeks", "days"), [(1, [5]), (2, [7, 12]), (4, [7, 14, 26]), (12, [7, 42, 82])])
def test_the_fit_is_asked_on_day_7_in_the_middle_and_at_the_close(weeks: int, days: list[int]) -> None:
    assert fit_days(START, last_day(START, weeks)) == [on(day) for day in days]


@pytest.mark.parametrize("weeks", LENGTHS)
def test_it_is_asked_within_every_engagement_and_never_before_its_time(weeks: int) -> None:
    end = last_day(START, weeks)
    assert not fit_is_due(START, end, [], START)
    assert fit_is_due(START, end, [], end)


def test_whoever_answered_is_left_alone_until_the_next_time() -> None:
    end = last_day(START, 4)
    said = [(on(8), Fit.GOOD)]
    assert [fit_is_due(START, end, said, on(day)) for day in (8, 13, 14, 28)] == [False, False, True, True]


def test_whoever_is_unsure_is_asked_again_after_seven_days() -> None:
    end = last_day(START, 12)
    unsure = [(on(8), Fit.UNSURE)]
    assert [fit_is_due(START, end, unsure, on(day)) for day in (14, 15)] == [False, True]
    settled = [(on(15), Fit.NOT_GOOD), *unsure]
    assert not fit_is_due(START, end, settled, on(22))


def test_one_item_a_week_and_one_request_a_week() -> None:
    assert [trust_is_due(on(1), on(day)) for day in (1, 6, 7)] == [False, False, True]
    assert [may_request(on(1), on(day)) for day in (7, 8)] == [False, True]
    assert trust_is_due(None, on(1))
    assert may_request(None, on(1))
