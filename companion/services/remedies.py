"""What a coordinator does about an engagement at risk: remind, extend, match anew, close."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from companion.errors import ConflictError, NotFoundError
from companion.mentoring.engagement import ForbiddenMoveError, Move, Mover, moved
from companion.mentoring.messages import Occasion
from companion.models.engagement import Engagement, EngagementState
from companion.models.watch import Remedy
from companion.services.meeting_places import note_engagements
from companion.services.messages import Messenger
from companion.services.moving_on import tell_all
from companion.services.nudges import NudgeService
from companion.store import Database, Session, engagements

EXTENSION = timedelta(weeks=2)
"""What a coordinator adds at a time: "a week or two" (D2)."""

MOVED_ON = "This engagement has moved on in the meantime. Nothing was done."
NOBODY = (
    "Nobody was reminded: they were within this week, it is night or weekend where they are, or they wish no "
    "reminders. A call may do more."
)


class Remedies:
    """Each remedy is a transaction; who is concerned is told kindly, and without a reason."""

    def __init__(
        self, db: Database, *, messenger: Messenger, nudges: NudgeService, clock: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._messenger = messenger
        self._nudges = nudges
        self._clock = clock

    def all(self) -> Mapping[Remedy, Callable[[int], None]]:
        """What is done for each remedy, by the id of the engagement; each raises ConflictError where it cannot be."""
        return {
            Remedy.NUDGE: self.nudge,
            Remedy.EXTEND: self.extend,
            Remedy.PROPOSE_NEXT: self.propose_next,
            Remedy.REMATCH: self.rematch,
            Remedy.CLOSE: self.close,
        }

    def nudge(self, engagement_id: int) -> None:
        """Remind the people in it, within the rules that hold for every nudge."""
        if not self._nudges.remind(engagement_id):
            raise ConflictError(NOBODY)

    def extend(self, engagement_id: int) -> None:
        """Give them two more weeks."""
        with self._db.begin() as session:
            row = self._move(session, engagement_id, Move.EXTEND)
            row.ends_on += EXTENSION
            session.flush()
            note_engagements(session, [row.id], self._clock())
            tell_all(session, self._messenger, row, Occasion.GIVEN_TIME, self._clock())

    def rematch(self, engagement_id: int) -> None:
        """End it without fault; the next match looks for others for both, and never joins these two again."""
        now = self._clock()
        with self._db.begin() as session:
            row = self._move(session, engagement_id, Move.STOP)
            row.ended_at = now
            tell_all(session, self._messenger, row, Occasion.LEFT, now)
            for member in engagements.memberships(session, engagement_id):
                member.left_at = now

    def propose_next(self, engagement_id: int) -> None:
        """Withdraw a proposal that nobody answered; the next best is proposed by the job that does so."""
        with self._db.begin() as session:
            row = engagements.get(session, engagement_id, lock=True)
            if row is not None and row.state is not EngagementState.PROPOSED:
                raise ConflictError(MOVED_ON)
            self._move(session, engagement_id, Move.STOP).ended_at = self._clock()

    def close(self, engagement_id: int) -> None:
        """End it with thanks."""
        with self._db.begin() as session:
            row = self._move(session, engagement_id, Move.STOP)
            row.ended_at = self._clock()
            tell_all(session, self._messenger, row, Occasion.CLOSED, row.ended_at)

    def _move(self, session: Session, engagement_id: int, move: Move) -> Engagement:
        row = engagements.get(session, engagement_id, lock=True)
        if row is None:
            raise NotFoundError("There is no such engagement.")
        try:
            row.state = moved(row.state, move, Mover.COORDINATOR)
        except ForbiddenMoveError as problem:
            raise ConflictError(MOVED_ON) from problem
        return row
