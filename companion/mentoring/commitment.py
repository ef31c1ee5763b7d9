"""Commitments: an intent, a day and a sign; kept, renegotiated, late or dropped; pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from companion.models.commitment import CommitmentState

MOST_OPEN = 3
"""Commitments somebody has open in an engagement at a time (PRODUCT default)."""
INTENT_LIMIT = 140
"""Characters of each of the two sentences."""
FURTHEST = timedelta(weeks=12)
"""A commitment is due within the longest engagement."""


class Outcome(StrEnum):
    """What its maker says on the day."""

    KEPT = "kept"
    RENEGOTIATED = "renegotiated"
    DROPPED = "dropped"


class SettledError(Exception):
    """A commitment that came to an end is not changed again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a commitment stands.

    Attributes:
        was_late: it was renegotiated after its day.
    """

    state: CommitmentState
    due_on: date
    was_late: bool = False


def settle(standing: Standing, outcome: Outcome, today: date, new_day: date | None = None) -> Standing:
    """Where it stands after what its maker said.

    Renegotiated by its day, it counts as kept if the new day is kept; renegotiated later, or kept later, it is late.

    Args:
        new_day: for RENEGOTIATED, after today.

    Raises:
        SettledError: it is not open.
        ValueError: there is no new day, or it is none to commit to.
    """
    if standing.state is not CommitmentState.OPEN:
        raise SettledError
    past = today > standing.due_on
    if outcome is Outcome.DROPPED:
        return Standing(CommitmentState.DROPPED, standing.due_on, standing.was_late)
    if outcome is Outcome.KEPT:
        late = past or standing.was_late
        return Standing(
            CommitmentState.LATE if late else CommitmentState.KEPT, standing.due_on, standing.was_late
        )
    if new_day is None or new_day <= today or not may_be_due(new_day, today):
        raise ValueError("a renegotiated commitment needs a day to come")
    return Standing(CommitmentState.OPEN, new_day, standing.was_late or past)


def may_be_due(day: date, today: date) -> bool:
    """Whether somebody can commit to a day: today, or within twelve weeks."""
    return today <= day <= today + FURTHEST


def asks_for_follow_up(standing: Standing, today: date) -> bool:
    """Whether its day has come and its maker has not said what became of it."""
    return standing.state is CommitmentState.OPEN and standing.due_on <= today


def may_commit(opened: int) -> bool:
    """Whether somebody with so many open commitments may make another."""
    return opened < MOST_OPEN
