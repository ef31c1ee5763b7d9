"""The rules of an engagement: how long it lasts and when it first went silent."""

from datetime import date, timedelta

LENGTHS = (1, 2, 4, 12)
"""Weeks an engagement may last: "a week or two" (D2), a month, or a quarter."""


def last_day(starts_on: date, weeks: int) -> date:
    """The last day of an engagement, itself included."""
    return starts_on + timedelta(weeks=weeks) - timedelta(days=1)
