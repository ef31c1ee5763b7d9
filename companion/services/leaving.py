"""Leaving all engagements at once, as somebody does who stops taking part: kindly, and without a reason."""

from collections.abc import Sequence
from datetime import datetime

from companion.mentoring.engagement import MOVES, Move
from companion.mentoring.nudge_words import words_of
from companion.models.engagement import EngagementMember, Side
from companion.services.messages import Messenger
from companion.store import Session, leaving, people


def leave_all(session: Session, messenger: Messenger, person_id: int, now: datetime) -> int:
    """End the person's engagements, or leave a circle that can go on without them; tells the others. Gives how many."""
    found = leaving.holding_of(session, person_id)
    gone = people.get(session, person_id)
    for row, member in found:
        member.left_at = now
        others = leaving.others(session, row.id, person_id)
        if not goes_on(others):
            move = Move.LEAVE if Move.LEAVE in MOVES[row.state] else Move.DECLINE
            row.state, row.ended_at = MOVES[row.state].get(move, MOVES[row.state][Move.STOP]), now
        for other in others:
            _tell(session, messenger, other.person_id, gone.full_name if gone else "", row.id, now)
    return len(found)


def goes_on(others: Sequence[EngagementMember]) -> bool:
    """Whether those who stay are still a circle: three at least, with somebody on both sides."""
    return len(others) > 2 and {Side.LEARNER, Side.ADVISER} <= {one.side for one in others}


def _tell(
    session: Session, messenger: Messenger, person_id: int, name: str, engagement_id: int, now: datetime
) -> None:
    person = people.get(session, person_id)
    words = words_of("left", person.language if person else None, (name,))
    key = f"left-{engagement_id}-{person_id}-{now:%Y%m%d}"
    messenger.queue_message(session, person_id, key, words.subject, words.text)
