"""When contact is due: weekly at first, then fortnightly, then monthly; pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate

from companion.models.programme import Cadence

STEPS = (*[7] * 4, *[14] * 3, *[28] * 2)
"""Days from one contact to the next: weekly x 4, fortnightly x 3, monthly x 2. Nine contacts, after the pairs in
Microsoft's buddy pilot who met more than eight times in their first 90 days and agreed most that it helped (a
self-reported figure: a hint for the cadence, never a promise)."""

DUE_AGAIN_AFTER_DAYS = STEPS[0] - 1
"""Weekly, less a day: whoever checks in every Monday finds it open on every Monday."""

CADENCES: dict[Cadence, tuple[int, ...]] = {
    Cadence.TAPERING: STEPS,
    Cadence.WEEKLY: (7,) * 12,
    Cadence.FORTNIGHTLY: (7, *[14] * 6),
}
"""Days from one contact to the next, by the cadence of a programme. The first is always due within a week."""


def is_asked(steps: Sequence[int], starts_on: date, last: date | None, today: date) -> bool:
    """Whether a check-in is asked for: always before the first, then once a stretch of the cadence, a day early.

    Args:
        last: day of the person's last check-in.
    """
    if last is None:
        return True
    passed = max(0, (last - starts_on).days)
    stretch_days = next(
        (step for step, end in zip(steps, accumulate(steps), strict=True) if passed < end), steps[-1]
    )
    return (today - last).days >= stretch_days - 1


def due_dates(starts_on: date, ends_on: date, steps: Sequence[int] = STEPS) -> list[date]:
    """The days by which a contact is due, each the last day of its stretch; none after the engagement's last day."""
    days = [starts_on + timedelta(days=offset - 1) for offset in accumulate(steps)]
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
