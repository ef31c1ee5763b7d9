"""The life of an ask: its states, who may move it where, and when time does; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from companion.models.exchange import AskState, WordKind

MOST_OPEN = 3
"""Asks somebody may have open at a time (PRODUCT default)."""
ASK_LIMIT = 400
"""Characters of a question: enough to say what was tried."""
ANSWER_LIMIT = 1000
"""Characters of an answer."""
OPEN_FOR = timedelta(days=7)
"""An ask is a one-week micro-engagement (PRODUCT)."""
PASSED_ON_AFTER = timedelta(days=2)
"""Whoever stays silent so long is not left with it: the next is asked as well."""
ENGAGEMENT_WEEKS = 1
"""What an ask becomes, if both wish."""
OPEN_STATES = frozenset({AskState.OPEN, AskState.MORE_WANTED, AskState.ANSWERED, AskState.PASSED_ON})
"""States in which somebody still waits for something; they count for MOST_OPEN, an answered one excepted."""
WAITING_STATES = OPEN_STATES - {AskState.ANSWERED}


class Part(StrEnum):
    """What somebody is to an ask."""

    ASKER = "asker"
    ASKED = "asked"
    CLOCK = "clock"


class Move(StrEnum):
    """What can be done with an ask."""

    ANSWER = "answer"
    WANT_MORE = "want_more"
    ADD = "add"
    PASS_ON = "pass_on"  # noqa: S105 - a move, no password
    RUN_OUT = "run_out"
    RESOLVE = "resolve"
    EXPIRE = "expire"


BY: dict[Move, Part] = {
    Move.ANSWER: Part.ASKED,
    Move.WANT_MORE: Part.ASKED,
    Move.ADD: Part.ASKER,
    Move.PASS_ON: Part.ASKED,
    Move.RUN_OUT: Part.CLOCK,
    Move.RESOLVE: Part.ASKER,
    Move.EXPIRE: Part.CLOCK,
}
"""Who makes a move. RUN_OUT: the last one asked passed it on and nobody else has room just now."""

KIND_OF = {
    Move.ANSWER: WordKind.ANSWER,
    Move.WANT_MORE: WordKind.WANT_MORE,
    Move.ADD: WordKind.ADDITION,
}
"""What is said with a move."""
MOVE_OF = {kind: move for move, kind in KIND_OF.items()}
"""The move that something said is."""

MOVES: dict[AskState, dict[Move, AskState]] = {
    AskState.OPEN: {
        Move.ANSWER: AskState.ANSWERED,
        Move.WANT_MORE: AskState.MORE_WANTED,
        Move.ADD: AskState.OPEN,
        Move.PASS_ON: AskState.OPEN,
        Move.RUN_OUT: AskState.PASSED_ON,
        Move.RESOLVE: AskState.RESOLVED,
        Move.EXPIRE: AskState.EXPIRED,
    },
    AskState.MORE_WANTED: {
        Move.ANSWER: AskState.ANSWERED,
        Move.WANT_MORE: AskState.MORE_WANTED,
        Move.ADD: AskState.OPEN,
        Move.PASS_ON: AskState.OPEN,
        Move.RUN_OUT: AskState.PASSED_ON,
        Move.RESOLVE: AskState.RESOLVED,
        Move.EXPIRE: AskState.EXPIRED,
    },
    AskState.ANSWERED: {
        Move.ANSWER: AskState.ANSWERED,
        Move.ADD: AskState.OPEN,
        Move.RESOLVE: AskState.RESOLVED,
        Move.EXPIRE: AskState.EXPIRED,
    },
    AskState.PASSED_ON: {
        Move.ADD: AskState.OPEN,
        Move.RESOLVE: AskState.RESOLVED,
        Move.EXPIRE: AskState.EXPIRED,
    },
    AskState.RESOLVED: {},
    AskState.EXPIRED: {},
}
"""Where each move leads; what is not here is not allowed."""


class ForbiddenMoveError(Exception):
    """An ask in this state cannot be moved so, or not by this person."""


def moved(state: AskState, move: Move, part: Part) -> AskState:
    """The state after a move; raises ForbiddenMoveError."""
    if BY[move] is not part or move not in MOVES[state]:
        raise ForbiddenMoveError(f"{part} cannot {move} an ask that is {state}")
    return MOVES[state][move]


def replayed(said: Iterable[Move]) -> AskState:
    """Where an open ask stands after what was said in it; what a state does not allow leaves it as it is."""
    state = AskState.OPEN
    for move in said:
        state = MOVES[state].get(move, state)
    return state


def may_ask(waiting: int) -> bool:
    """Whether somebody with so many waiting asks may put another."""
    return waiting < MOST_OPEN


@dataclass(frozen=True, slots=True)
class Times:
    """The moments of an ask that time is counted from."""

    asked_at: datetime
    last_at: datetime
    """Of the last thing that happened in it, by anybody."""


def is_over(state: AskState, times: Times, now: datetime) -> bool:
    """Whether an ask expires: a week after the last word in it. An answered one nobody resolved closes so as well."""
    return state in OPEN_STATES and now - times.last_at >= OPEN_FOR


def is_left(asked_at: datetime, now: datetime) -> bool:
    """Whether somebody who was asked then and stayed silent is joined by the next."""
    return now - asked_at >= PASSED_ON_AFTER


def becomes_engagement(asker_wishes: bool, adviser_wishes: bool, together: bool) -> bool:
    """Whether an ask becomes a one-week engagement: both wish, and they are not in one already."""
    return asker_wishes and adviser_wishes and not together
