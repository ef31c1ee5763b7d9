"""How long an engagement lasts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.engagement import LENGTHS, last_day


def test_the_lengths_are_those_of_the_product() -> None:
    assert LENGTHS == (1, 2, 4, 12)


@pytest.mark.parametrize(
    ("weeks", "last"),
    [(1, date(2026, 11, 29)), (2, date(2026, 12, 6)), (4, date(2026, 12, 20)), (12, date(2027, 2, 14))],
)
def test_it_ends_the_day_before_the_same_weekday(weeks: int, last: date) -> None:
    assert last_day(date(2026, 11, 23), weeks) == last


@given(st.dates(max_value=date(9990, 1, 1)), st.sampled_from(LENGTHS))
def test_it_lasts_whole_weeks_first_and_last_day_included(starts_on: date, weeks: int) -> None:
    assert (last_day(starts_on, weeks) - starts_on + timedelta(days=1)).days == 7 * weeks
