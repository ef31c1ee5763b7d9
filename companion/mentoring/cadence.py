"""When contact is due: weekly at first, then fortnightly, then monthly; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, chain, repeat, takewhile
from typing import Self

DUE_AGAIN_AFTER_DAYS = 6
"""Weekly, less a day: whoever checks in every Monday finds it open on every Monday."""

MOST_CONTACTS = 52
"""Rows a programme may give each kind of stretch: a year of weeks."""
WEEK, FORTNIGHT, MONTH = 7, 14, 28
"""Days of the stretches a programme's table is made of."""


@dataclass(frozen=True, slots=True)
class Table:
    """A cadence as it is typed: how many contacts a week, a fortnight and a month apart, one after the other."""

    weekly: int
    fortnightly: int
    monthly: int

    @classmethod
    def of(cls, contact_days: Sequence[int]) -> Self:
        """The table that gives these days from one contact to the next."""
        return cls(*(sum(days == step for days in contact_days) for step in (WEEK, FORTNIGHT, MONTH)))

    @property
    def contact_days(self) -> list[int]:
        """Days from one contact to the next."""
        return [*[WEEK] * self.weekly, *[FORTNIGHT] * self.fortnightly, *[MONTH] * self.monthly]

    def wrong(self) -> dict[str, str]:
        """A sentence for every number that cannot be used, by its name."""
        found = {}
        if not 1 <= self.weekly <= MOST_CONTACTS:
            # Trust shows by day 3 to 14 (D2), and who was never in touch by day 5 is at risk.
            found["weekly"] = f"Choose between 1 and {MOST_CONTACTS}: the first contact is due within a week."
        for name, number in (("fortnightly", self.fortnightly), ("monthly", self.monthly)):
            if not 0 <= number <= MOST_CONTACTS:
                found[name] = f"Choose between 0 and {MOST_CONTACTS}."
        return found


def is_asked(contact_days: Sequence[int], starts_on: date, last: date | None, today: date) -> bool:
    """Whether a check-in is asked for: always before the first, then once a stretch of the cadence, a day early.

    Args:
        last: day of the person's last check-in.
    """
    if last is None:
        return True
    passed = max(0, (last - starts_on).days)
    steps = zip(_steps(contact_days), accumulate(_steps(contact_days)), strict=False)
    stretch_days = next(step for step, end in steps if passed < end)
    return (today - last).days >= stretch_days - 1


def due_dates(starts_on: date, ends_on: date, contact_days: Sequence[int]) -> list[date]:
    """The days by which a contact is due, each the last day of its stretch; none after the engagement's last day.

    Args:
        contact_days: days from one contact to the next; the last one goes on.
    """
    lasts = (ends_on - starts_on).days
    offsets = takewhile(lambda offset: offset - 1 <= lasts, accumulate(_steps(contact_days)))
    return [starts_on + timedelta(days=offset - 1) for offset in offsets]


def stretch(starts_on: date, ends_on: date, contact_days: Sequence[int], due: date) -> tuple[date, date]:
    """The first and the last day of the stretch in which the contact that is due on a day may take place.

    Raises:
        ValueError: no contact is due on that day.
    """
    days = due_dates(starts_on, ends_on, contact_days)
    if due not in days:
        raise ValueError(f"no contact is due on {due}")
    position = days.index(due)
    return (days[position - 1] + timedelta(days=1) if position else starts_on), due


def stretch_due(
    starts_on: date, ends_on: date, contact_days: Sequence[int], first: date, last: date
) -> tuple[date, date] | None:
    """The stretch of the contact that is due between two days, both included; None where none is."""
    due = next((day for day in due_dates(starts_on, ends_on, contact_days) if first <= day <= last), None)
    return None if due is None else stretch(starts_on, ends_on, contact_days, due)


def _steps(contact_days: Sequence[int]) -> Iterator[int]:
    return chain(contact_days, repeat(contact_days[-1]))
