"""The life of an engagement: how long it lasts, its states, and who may move it where; pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from companion.models.engagement import RUNNING, EngagementState, Side

LENGTHS = (1, 2, 4, 12)
"""Weeks an engagement may last: "a week or two" (D2), a month, or a quarter."""
CIRCLE = range(3, 9)
"""People in a circle: 4 to 6 are meant, 8 the hard limit (PRODUCT); with 3 it is one of which somebody left."""
EXTENSIONS = (1, 2, 4)
"""Weeks by which the people of an engagement may extend it at a time."""
EXTEND_FROM_DAYS = 14
"""Days before its last day from which an extension can be asked for."""


class Mover(StrEnum):
    """Who moves an engagement."""

    MEMBER = "member"
    COORDINATOR = "coordinator"
    CLOCK = "clock"
    LMS = "lms"
    """Somebody left the LMS."""


class Move(StrEnum):
    """What can be done with an engagement."""

    ACCEPT = "accept"
    """The last of its people accepted it."""
    DECLINE = "decline"
    TAKE_BACK = "take_back"
    """One of them took their acceptance back before it began."""
    EXPIRE = "expire"
    """Nobody answered in time."""
    BEGIN = "begin"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    CLOSE = "close"
    LEAVE = "leave"
    """By a no-fault exit."""
    STOP = "stop"
    """From outside: by a coordinator, or because somebody left the LMS."""


BY: dict[Move, frozenset[Mover]] = {
    Move.ACCEPT: frozenset({Mover.MEMBER}),
    Move.DECLINE: frozenset({Mover.MEMBER}),
    Move.TAKE_BACK: frozenset({Mover.MEMBER}),
    Move.EXPIRE: frozenset({Mover.CLOCK}),
    Move.BEGIN: frozenset({Mover.CLOCK}),
    Move.PAUSE: frozenset({Mover.MEMBER, Mover.COORDINATOR}),
    Move.RESUME: frozenset({Mover.MEMBER, Mover.COORDINATOR, Mover.CLOCK}),
    Move.EXTEND: frozenset({Mover.MEMBER, Mover.COORDINATOR}),
    Move.CLOSE: frozenset({Mover.CLOCK}),
    Move.LEAVE: frozenset({Mover.MEMBER}),
    Move.STOP: frozenset({Mover.COORDINATOR, Mover.LMS}),
}
"""Who makes a move."""

MOVES: dict[EngagementState, dict[Move, EngagementState]] = {
    EngagementState.PROPOSED: {
        Move.ACCEPT: EngagementState.ACCEPTED,
        Move.DECLINE: EngagementState.ENDED_EARLY,
        Move.EXPIRE: EngagementState.ENDED_EARLY,
        Move.STOP: EngagementState.ENDED_EARLY,
    },
    EngagementState.ACCEPTED: {
        Move.BEGIN: EngagementState.ACTIVE,
        Move.TAKE_BACK: EngagementState.PROPOSED,
        Move.DECLINE: EngagementState.ENDED_EARLY,
        Move.STOP: EngagementState.ENDED_EARLY,
    },
    EngagementState.ACTIVE: {
        Move.PAUSE: EngagementState.PAUSED,
        Move.EXTEND: EngagementState.ACTIVE,
        Move.CLOSE: EngagementState.CLOSED,
        Move.LEAVE: EngagementState.ENDED_EARLY,
        Move.STOP: EngagementState.ENDED_EARLY,
    },
    EngagementState.PAUSED: {
        Move.RESUME: EngagementState.ACTIVE,
        Move.LEAVE: EngagementState.ENDED_EARLY,
        Move.STOP: EngagementState.ENDED_EARLY,
    },
    EngagementState.CLOSED: {},
    EngagementState.ENDED_EARLY: {},
}
"""Where each move leads; what is not here is not allowed."""

MOST_PAUSED = timedelta(days=28)
"""A pause of so long ends by itself: the clock resumes it, and its people are asked how to go on."""


class ForbiddenMoveError(Exception):
    """An engagement in this state cannot be moved so, or not by them."""


def moved(state: EngagementState, move: Move, by: Mover) -> EngagementState:
    """The state after a move; raises ForbiddenMoveError."""
    if by not in BY[move] or move not in MOVES[state]:
        raise ForbiddenMoveError(f"{by} cannot {move} an engagement that is {state}")
    return MOVES[state][move]


def leads(move: Move, by: Mover) -> dict[EngagementState, EngagementState]:
    """Where a move leads, by the state it starts from; raises ForbiddenMoveError where they never make it."""
    if by not in BY[move]:
        raise ForbiddenMoveError(f"{by} cannot {move} an engagement")
    return {state: moves[move] for state, moves in MOVES.items() if move in moves}


def is_open(state: EngagementState) -> bool:
    """Whether the people in it may write: it is active, or rests."""
    return state in RUNNING


def last_day(starts_on: date, weeks: int) -> date:
    """The last day of an engagement, itself included."""
    return starts_on + timedelta(weeks=weeks) - timedelta(days=1)


def may_extend(ends_on: date, today: date) -> bool:
    """Whether its last day is near enough to ask for more."""
    return 0 <= (ends_on - today).days <= EXTEND_FROM_DAYS


def extended_to(ends_on: date, wishes: Iterable[date | None]) -> date | None:
    """The new last day once everybody wishes one: the nearest of those wished; None until then."""
    wished = list(wishes)
    days = [day for day in wished if day is not None and day > ends_on]
    return min(days) if days and len(days) == len(wished) else None


def goes_on(sides: Iterable[Side]) -> bool:
    """Whether the people who remain after somebody left are still an engagement: both sides are there."""
    return {Side.LEARNER, Side.ADVISER} <= set(sides)
