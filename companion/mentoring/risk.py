"""Engagements that need a look before they break, and what helps; pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from companion.models.watch import Remedy, Risk

REMEDIES: dict[Risk, tuple[Remedy, ...]] = {
    Risk.CONCERN: (Remedy.CALL, Remedy.REMATCH, Remedy.CLOSE),
    Risk.NOT_GOOD: (Remedy.CALL, Remedy.REMATCH, Remedy.CLOSE),
    Risk.NO_FIRST_CONTACT: (Remedy.NUDGE, Remedy.CALL, Remedy.REMATCH),
    Risk.SILENCE: (Remedy.NUDGE, Remedy.CALL, Remedy.EXTEND, Remedy.CLOSE),
    Risk.UNANSWERED: (Remedy.NUDGE, Remedy.CALL, Remedy.PROPOSE_NEXT),
    Risk.OVER_CAPACITY: (Remedy.CALL, Remedy.AGREE, Remedy.REMATCH),
}
"""What helps, the gentlest first."""

SHORT_WEEKS = 2
FIRST_CONTACT_DAYS = 5
FIRST_CONTACT_DAYS_SHORT = 2
SILENCE_DAYS = 14
SILENCE_DAYS_SHORT = 4
"""Days without a first contact, and of silence, after which an engagement is at risk; the short ones are for up to
two weeks (PRODUCT defaults: day 5 and 14; day 2 and 4 in a two-week engagement)."""

UNANSWERED_WORKING_DAYS = 2
"""Working days after which a proposal that somebody did not answer needs a look: on the last of the three before it
expires (PRODUCT default)."""


@dataclass(frozen=True, slots=True)
class Vital:
    """What is known of a running engagement without reading a word.

    Attributes:
        first_contact: day of the first check-in that told of being in touch, if any.
        last_sign: day of the last check-in of either side, if any.
        not_good_since: day since when the last answer of somebody is that the match is not good, if so.
        concern_since: day of the oldest concern that is not handled yet, if any.
        paused: nothing is asked of the two just now.
    """

    starts_on: date
    ends_on: date
    first_contact: date | None
    last_sign: date | None
    not_good_since: date | None = None
    concern_since: date | None = None
    paused: bool = False


def risks(vital: Vital, today: date) -> list[tuple[Risk, date]]:
    """The risks of a running engagement, each with the day since when it stands, the gravest first."""
    return sorted(_risks(vital, today), key=lambda found: list(Risk).index(found[0]))


def limits(weeks: float) -> tuple[int, int]:
    """Days until a first contact is missed, and until silence is, for an engagement of so many weeks."""
    if weeks <= SHORT_WEEKS:
        return FIRST_CONTACT_DAYS_SHORT, SILENCE_DAYS_SHORT
    return FIRST_CONTACT_DAYS, SILENCE_DAYS


def helps(found: Iterable[Risk]) -> list[Remedy]:
    """What helps against any of the risks, in the order of the remedies, each once."""
    wanted = {remedy for risk in found for remedy in REMEDIES[risk]}
    return [remedy for remedy in Remedy if remedy in wanted]


def unanswered(proposed_on: date, today: date) -> bool:
    """Whether a proposal that waits for an answer is about to expire."""
    return working_days(proposed_on, today) >= UNANSWERED_WORKING_DAYS


def working_days(first: date, last: date) -> int:
    """Days from Monday to Friday after the first, up to the last."""
    days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def _risks(vital: Vital, today: date) -> Iterator[tuple[Risk, date]]:
    if vital.concern_since is not None:
        yield Risk.CONCERN, vital.concern_since
    if vital.not_good_since is not None:
        yield Risk.NOT_GOOD, vital.not_good_since
    if vital.paused:
        return
    to_first, to_silence = limits(((vital.ends_on - vital.starts_on).days + 1) / 7)
    if vital.first_contact is None and (today - vital.starts_on).days >= to_first:
        yield Risk.NO_FIRST_CONTACT, vital.starts_on
    elif vital.last_sign is not None and (today - vital.last_sign).days >= to_silence:
        yield Risk.SILENCE, vital.last_sign
