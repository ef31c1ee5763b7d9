"""When contact is due: weekly at first, then fortnightly, then monthly; pure."""

from datetime import date, timedelta
from itertools import accumulate

STEPS = (*[7] * 4, *[14] * 3, *[28] * 2)
"""Days from one contact to the next: weekly x 4, fortnightly x 3, monthly x 2. Nine contacts, after the pairs in
Microsoft's buddy pilot who met more than eight times in their first 90 days and agreed most that it helped (a
self-reported figure: a hint for the cadence, never a promise)."""

_OFFSETS = tuple(accumulate(STEPS))


def due_dates(starts_on: date, ends_on: date) -> list[date]:
    """The days by which a contact is due, each the last day of its stretch; none after the engagement's last day."""
    days = [starts_on + timedelta(days=offset - 1) for offset in _OFFSETS]
    return [day for day in days if day <= ends_on]


def due_within(starts_on: date, ends_on: date, first: date, last: date) -> bool:
    """Whether a contact is due between two days, both included."""
    return any(first <= day <= last for day in due_dates(starts_on, ends_on))


def stretch(starts_on: date, ends_on: date, due: date) -> tuple[date, date]:
    """The first and the last day of the stretch in which the contact that is due on a day may take place.

    Raises:
        ValueError: no contact is due on that day.
    """
    days = due_dates(starts_on, ends_on)
    if due not in days:
        raise ValueError(f"no contact is due on {due}")
    position = days.index(due)
    return (days[position - 1] + timedelta(days=1) if position else starts_on), due
