"""When feedback is due, and when it may be asked for; pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from companion.models.engagement import Fit

FIRST = timedelta(days=6)
"""The fit is first asked for on day 7 (PRODUCT)."""
AGAIN = timedelta(days=7)
"""Whoever was unsure is asked again after so long (PRODUCT)."""
CLOSING = timedelta(days=2)
"""The last time is open from two days before the last day: afterwards nobody comes back."""
TRUST_EVERY = timedelta(days=6)
"""One trust item a week, less a day, as for the check-in."""
REQUEST_EVERY = timedelta(days=7)
"""How often somebody may ask the others of an engagement for feedback."""
WORDS_LIMIT = 280
"""Characters of each of the two answers in words."""
ABOUT_LIMIT = 140
"""Characters of what somebody asks feedback on."""


def fit_days(starts_on: date, ends_on: date) -> list[date]:
    """The days from which the fit is asked for: day 7, the middle, and the close; those that coincide once."""
    middle = starts_on + (ends_on - starts_on) / 2
    closing = max(starts_on, ends_on - CLOSING)
    days = {closing}
    if starts_on + FIRST < closing:
        days |= {starts_on + FIRST, max(middle, starts_on + FIRST)}
    return sorted(days)


def fit_is_due(starts_on: date, ends_on: date, said: Sequence[tuple[date, Fit]], today: date) -> bool:
    """Whether somebody is asked how the match fits.

    Args:
        said: what they said so far, with the day, the newest first.
    """
    past = [day for day in fit_days(starts_on, ends_on) if day <= today]
    if not said:
        return bool(past)
    last, fit = said[0]
    if fit is Fit.UNSURE and today - last >= AGAIN:
        return True
    return bool(past) and last < past[-1]


def trust_is_due(last: date | None, today: date) -> bool:
    """Whether the item of the week is asked for, given the day of the last one."""
    return last is None or today - last >= TRUST_EVERY


def may_request(last: date | None, today: date) -> bool:
    """Whether somebody may ask for feedback again."""
    return last is None or today - last >= REQUEST_EVERY
