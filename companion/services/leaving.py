"""Parting from an engagement: it ends, or goes on with those who stay. Kindly, and without a reason."""

from datetime import datetime

from companion.mentoring.engagement import MOVES, Move, Mover, goes_on, moved
from companion.mentoring.messages import Occasion
from companion.models.engagement import RUNNING, Engagement, EngagementMember, EngagementState
from companion.services.meeting_places import note_engagements
from companion.services.messages import Messenger
from companion.services.moving_on import tell
from companion.store import Session, engagements, leaving


def part(
    session: Session,
    messenger: Messenger,
    row: Engagement,
    leaver: EngagementMember,
    by: Mover,
    now: datetime,
) -> None:
    """Take somebody out of an engagement. It ends unless those who stay are still one; they are told if it ran."""
    members = engagements.members(session, [row.id])[row.id]
    rest = [member for member in members if member.person_id != leaver.person_id]
    ran, occasion = row.state is not EngagementState.PROPOSED, Occasion.LEFT_CIRCLE
    leaver.left_at = now
    if not goes_on(member.side for member in rest):
        row.state, row.ended_at, occasion = moved(row.state, _move(row.state, by), by), now, Occasion.LEFT
    elif not ran and all(member.accepted for member in rest):
        # Only the one who leaves had not answered. It begins with the next turn of the calendar.
        row.state = moved(row.state, Move.ACCEPT, Mover.MEMBER)
    session.flush()
    if row.state in RUNNING:
        note_engagements(session, [row.id], now)
    if ran:
        left = [member for member in members if member.person_id == leaver.person_id]
        tell(session, messenger, row, occasion, [member.person_id for member in rest], left, now)


def leave_all(session: Session, messenger: Messenger, person_id: int, by: Mover, now: datetime) -> int:
    """Part from all engagements, as somebody does who stops taking part or left the LMS; gives how many."""
    found = leaving.holding_of(session, person_id)
    for row, member in found:
        part(session, messenger, row, member, by, now)
    return len(found)


def leave_gone(session: Session, messenger: Messenger, site_id: int, now: datetime) -> int:
    """Part from those whom the LMS of a site no longer has, or suspended; gives how many people."""
    gone = leaving.gone(session, site_id)
    for person_id in gone:
        leave_all(session, messenger, person_id, Mover.LMS, now)
    return len(gone)


def _move(state: EngagementState, by: Mover) -> Move:
    if by is Mover.LMS:
        return Move.STOP
    return Move.LEAVE if Move.LEAVE in MOVES[state] else Move.DECLINE
