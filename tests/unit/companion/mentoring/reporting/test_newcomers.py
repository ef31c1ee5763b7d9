"""Newcomers are grouped once they are many, or once they waited long enough for a mixed group."""

from datetime import date, timedelta

import pytest

from companion.mentoring.reporting.newcomers import ready

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("number", "weeks", "first", "grouped"),
    [
        (20, 0, False, True),
        (19, 3, False, False),
        (5, 4, False, True),
        (4, 52, False, False),
        (5, 0, True, True),
        (4, 9, True, False),
    ],
)
def test_newcomers_are_grouped(number: int, weeks: int, first: bool, grouped: bool) -> None:
    assert ready(number, TODAY - timedelta(weeks=weeks), TODAY, least=5, first=first) is grouped
