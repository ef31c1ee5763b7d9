"""What waits for somebody in a running engagement, so that they may be reminded of it; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from companion.mentoring.cadence import DUE_AGAIN_AFTER_DAYS, is_asked
from companion.mentoring.feedback import fit_is_due
from companion.mentoring.risk import SHORT_WEEKS
from companion.models.care import NudgeKind
from companion.models.engagement import Fit

FIRST_CONTACT_AFTER = timedelta(days=3)
FIRST_CONTACT_AFTER_SHORT = timedelta(days=1)
"""Reminded before an engagement is at risk by it: day 5, or day 2 in one of up to two weeks (PRODUCT default)."""
CLOSING_DAYS = 7
"""Its end is told of from so many days before: with one reminder a week, whoever may have one still gets it in time.
In a short engagement it is half its days at most."""
PULSE_AFTER = timedelta(days=14)
"""The item of trust is offered every week; it is reminded of once a week was let pass."""


@dataclass(frozen=True, slots=True)
class Lived:
    """How a person's running engagement went so far, without a word of what was said.

    Attributes:
        starts_on: its first day, or the day the person joined it while it ran.
        in_touch: somebody in it told of a contact since then.
        checked_in: day of the person's last check-in.
        fit: their last word on the fit, with its day.
        trusted: day of their last item of trust.
        told_of_end: day of their last reminder of its end.
    """

    starts_on: date
    ends_on: date
    contact_days: Sequence[int]
    in_touch: bool
    checked_in: date | None = None
    fit: tuple[date, Fit] | None = None
    trusted: date | None = None
    told_of_end: date | None = None


def waits(lived: Lived, today: date) -> Iterator[tuple[NudgeKind, date]]:
    """What waits for the person, each with the day it began to."""
    if not lived.in_touch and today - lived.starts_on >= _first_contact_after(lived):
        yield NudgeKind.FIRST_CONTACT, lived.starts_on
    closing = lived.ends_on - closing_days(lived.starts_on, lived.ends_on)
    if closing <= today <= lived.ends_on and (lived.told_of_end is None or lived.told_of_end < closing):
        yield NudgeKind.CLOSE, closing
    if fit_is_due(lived.starts_on, lived.ends_on, [lived.fit] if lived.fit else [], today):
        yield NudgeKind.FEEDBACK, lived.fit[0] if lived.fit else lived.starts_on
    if check_in_is_due(lived, today):
        yield NudgeKind.CHECK_IN, lived.checked_in or lived.starts_on
    trusted = lived.trusted or lived.starts_on
    if today - trusted >= PULSE_AFTER:
        yield NudgeKind.PULSE, trusted


def check_in_is_due(lived: Lived, today: date) -> bool:
    """Whether a check-in is asked for by the cadence, and the last one, or the beginning, is a week ago."""
    last = lived.checked_in
    long_ago = (today - (last or lived.starts_on)).days >= DUE_AGAIN_AFTER_DAYS
    return long_ago and is_asked(lived.contact_days, lived.starts_on, last, today)


def closing_days(starts_on: date, ends_on: date) -> timedelta:
    """How long before its last day the end of an engagement is told of."""
    return timedelta(days=min(CLOSING_DAYS, ((ends_on - starts_on).days + 1) // 2))


def _first_contact_after(lived: Lived) -> timedelta:
    weeks = ((lived.ends_on - lived.starts_on).days + 1) / 7
    return FIRST_CONTACT_AFTER_SHORT if weeks <= SHORT_WEEKS else FIRST_CONTACT_AFTER
