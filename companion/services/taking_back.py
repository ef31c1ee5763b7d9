"""Taking back what moved an engagement, or is about to, within ten minutes: as if it had not been said."""

from collections.abc import Callable, Mapping
from datetime import datetime

from companion.errors import ConflictError
from companion.mentoring.engagement import Move, Mover, leads, moved
from companion.mentoring.undo import TOO_LATE, UNDO_FOR
from companion.models.engagement import Engagement, EngagementMember, EngagementState
from companion.services.lifecycle import rested
from companion.services.mentoring import Viewer
from companion.store import Database, engagements
from companion.store.sent import SentKind


class TakingBackService:
    """Takes back what somebody said of an engagement of theirs. What it would have done waits as long."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def undo(self, viewer: Viewer, kind: SentKind, number: str) -> None:
        """Take back what the viewer said of the engagement of this number.

        Raises:
            ConflictError: it is too late, or others have moved it on since.
        """
        after = self._clock() - UNDO_FOR
        with self._db.begin() as session:
            found = engagements.held_by(session, int(number), viewer.person_id or 0)
            if found is None or not UNDONE[kind](*found, after):
                raise ConflictError(TOO_LATE)


def _accepted(row: Engagement, me: EngagementMember, after: datetime) -> bool:
    if not _lately(me.accepted_at, after) or row.state not in leads(Move.ACCEPT, Mover.MEMBER) | leads(
        Move.TAKE_BACK, Mover.MEMBER
    ):
        return False
    me.accepted_at = None
    if row.state is EngagementState.ACCEPTED:
        row.state = moved(row.state, Move.TAKE_BACK, Mover.MEMBER)
    return True


def _declined(_row: Engagement, me: EngagementMember, after: datetime) -> bool:
    if not _lately(me.declined_at, after):
        return False
    me.declined_at = None
    return True


def _paused(row: Engagement, _me: EngagementMember, after: datetime) -> bool:
    if row.state is not EngagementState.PAUSED or not _lately(row.paused_at, after):
        return False
    row.state, row.paused_at = moved(row.state, Move.RESUME, Mover.MEMBER), None
    return True


def _resumed(row: Engagement, _me: EngagementMember, after: datetime) -> bool:
    if row.state is not EngagementState.ACTIVE or not _lately(row.resumed_at, after):
        return False
    row.state = moved(row.state, Move.PAUSE, Mover.MEMBER)
    row.ends_on -= rested(row)
    row.resumed_at = None
    return True


def _wished_longer(_row: Engagement, me: EngagementMember, after: datetime) -> bool:
    if not _lately(me.extension_at, after):
        return False
    me.extension_until = me.extension_at = None
    return True


def _charter(_row: Engagement, me: EngagementMember, after: datetime) -> bool:
    if not _lately(me.charter_accepted_at, after):
        return False
    me.charter_version = me.charter_accepted_at = None
    return True


def _lately(moment: datetime | None, after: datetime) -> bool:
    return moment is not None and moment > after


UNDONE: Mapping[SentKind, Callable[[Engagement, EngagementMember, datetime], bool]] = {
    SentKind.ACCEPTED: _accepted,
    SentKind.DECLINED: _declined,
    SentKind.PAUSED: _paused,
    SentKind.RESUMED: _resumed,
    SentKind.WISHED_LONGER: _wished_longer,
    SentKind.CHARTER: _charter,
}
"""How each is taken back, given the engagement, what is kept of the person in it, and the moment that is long enough
ago; false where it is too late."""
