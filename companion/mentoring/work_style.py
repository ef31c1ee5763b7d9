"""How somebody likes to work, and the weeks in which they have little room; pure."""

from datetime import date, timedelta

STYLE_LIMIT = 140
"""Characters of each of the three lines."""


def monday(day: date) -> date:
    """The Monday that stands for the week of a day."""
    return day - timedelta(days=day.weekday())
