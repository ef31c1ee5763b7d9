"""Moving engagements on: by the people in them, and by the calendar. Where a move leads is said in one table."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from companion.errors import ConflictError, InputError
from companion.mentoring.engagement import (
    EXTENSIONS,
    MOST_PAUSED,
    ForbiddenMoveError,
    Move,
    Mover,
    extended_to,
    leads,
    may_extend,
    moved,
)
from companion.mentoring.messages import Occasion
from companion.mentoring.risk import working_days
from companion.models.engagement import HOLDING, Engagement, EngagementMember, EngagementState
from companion.models.jobs import OutboxEntry
from companion.services.approval import note_work
from companion.services.leaving import part
from companion.services.meeting_places import note_engagements
from companion.services.mentoring import Viewer, mine
from companion.services.messages import Messenger
from companion.services.moving_on import tell_all
from companion.store import Database, Session, concerns, engagements

LEAVE = "mentoring.leave"
"""Kind of work in the outbox: an exit takes effect once it can no longer be taken back."""
PROPOSAL_DAYS = 3
"""Working days after which a proposal that somebody did not answer expires (PRODUCT default)."""

MOVED_ON = "This stands otherwise by now. Reload the course page."
TOO_EARLY = "You can go on together from two weeks before the end."


class LifecycleService:
    """Every change of an engagement's state that people or the calendar make."""

    def __init__(self, db: Database, *, messenger: Messenger, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._messenger = messenger
        self._clock = clock

    def accept(self, viewer: Viewer, engagement_id: int) -> EngagementState:
        """Agree to a proposal; it begins when the last one did. Raises NotFoundError, ConflictError."""
        now = self._clock()
        with self._db.begin() as session:
            row, me = self._member(session, viewer, engagement_id, Move.ACCEPT)
            me.accepted_at = me.accepted_at or now
            session.flush()
            if all(member.accepted_at for member in engagements.memberships(session, row.id)):
                self._move(row, Move.ACCEPT, Mover.MEMBER)
                if row.starts_on <= now.date():
                    self._begin(session, row, now)
            return row.state

    def decline(self, viewer: Viewer, engagement_id: int) -> None:
        """Do without a proposal, and nobody is told why; a circle goes on without them.

        Raises NotFoundError, ConflictError.
        """
        with self._db.begin() as session:
            row, me = self._member(session, viewer, engagement_id, Move.DECLINE)
            part(session, self._messenger, row, me, Mover.MEMBER, self._clock())

    def pause(self, viewer: Viewer, engagement_id: int) -> None:
        """Let it rest, for four weeks at most. Raises NotFoundError, ConflictError."""
        with self._db.begin() as session:
            row, _ = self._member(session, viewer, engagement_id, Move.PAUSE)
            self._move(row, Move.PAUSE, Mover.MEMBER)
            row.paused_at = self._clock()

    def resume(self, viewer: Viewer, engagement_id: int) -> None:
        """Go on; the last day moves by the days it rested. Raises NotFoundError, ConflictError."""
        with self._db.begin() as session:
            row, _ = self._member(session, viewer, engagement_id, Move.RESUME)
            self._resume(row, Mover.MEMBER, self._clock())

    def extend(self, viewer: Viewer, engagement_id: int, weeks: int) -> date | None:
        """Wish for more weeks; gives the new last day once everybody does.

        Raises:
            NotFoundError, ConflictError: as ever.
            InputError: it is too early, or not one of the lengths.
        """
        now = self._clock()
        with self._db.begin() as session:
            row, me = self._member(session, viewer, engagement_id, Move.EXTEND)
            if weeks not in EXTENSIONS or not may_extend(row.ends_on, now.date()):
                raise InputError(TOO_EARLY, {"weeks": TOO_EARLY})
            me.extension_until = row.ends_on + timedelta(weeks=weeks)
            session.flush()
            everybody = engagements.memberships(session, row.id)
            until = extended_to(row.ends_on, [member.extension_until for member in everybody])
            if until is not None:
                self._move(row, Move.EXTEND, Mover.MEMBER)
                row.ends_on = until
                for member in everybody:
                    member.extension_until = None
                session.flush()
                note_engagements(session, [row.id], now)
                tell_all(session, self._messenger, row, Occasion.EXTENDED, now)
            return until

    def leave_now(self, entry: OutboxEntry) -> None:
        """Carry out an exit that was not taken back. Done twice it does nothing more."""
        engagement_id, person_id = int(entry.payload["engagement_id"]), int(entry.payload["person_id"])
        now = self._clock()
        with self._db.begin() as session:
            row = engagements.get(session, engagement_id, lock=True)
            if row is None or concerns.exit_of(session, engagement_id, person_id) is None:
                return
            leaver = engagements.membership(session, engagement_id, person_id)
            if leaver.left_at is None and row.state in HOLDING:
                part(session, self._messenger, row, leaver, Mover.MEMBER, now)

    def turn(self) -> Mapping[str, int]:
        """What the calendar asks for: begin, resume, expire, close. Gives how many of each; safe to do twice."""
        now = self._clock()
        with self._db.begin() as session:
            return {
                "begun": self._each(session, EngagementState.ACCEPTED, now, self._begin_on_day),
                "resumed": self._each(session, EngagementState.PAUSED, now, self._resume_in_time),
                "expired": self._each(session, EngagementState.PROPOSED, now, self._expire),
                "closed": self._close(session, now),
            }

    def _close(self, session: Session, now: datetime) -> int:
        closed = engagements.move(
            session, leads(Move.CLOSE, Mover.CLOCK), engagements.finished(now.date()), ended_at=now
        )
        for engagement_id in closed:
            row = engagements.get(session, engagement_id)
            if row is not None:
                tell_all(session, self._messenger, row, Occasion.CLOSED, now)
        return len(closed)

    def _each(
        self,
        session: Session,
        state: EngagementState,
        now: datetime,
        deed: Callable[[Session, Engagement, datetime], bool],
    ) -> int:
        return sum(deed(session, row, now) for row in engagements.in_state(session, state))

    def _begin_on_day(self, session: Session, row: Engagement, now: datetime) -> bool:
        if row.starts_on > now.date():
            return False
        self._begin(session, row, now)
        return True

    def _resume_in_time(self, session: Session, row: Engagement, now: datetime) -> bool:
        if row.paused_at is None or now - row.paused_at < MOST_PAUSED:
            return False
        self._resume(row, Mover.CLOCK, now)
        return True

    def _expire(self, session: Session, row: Engagement, now: datetime) -> bool:
        if working_days(row.created_at.date(), now.date()) <= PROPOSAL_DAYS:
            return False
        self._move(row, Move.EXPIRE, Mover.CLOCK)
        row.ended_at = now
        return True

    def _begin(self, session: Session, row: Engagement, now: datetime) -> None:
        self._move(row, Move.BEGIN, Mover.CLOCK)
        length = row.ends_on - row.starts_on
        row.starts_on = now.date()
        row.ends_on = row.starts_on + length
        session.flush()
        note_work(session, [row], now)

    def _resume(self, row: Engagement, by: Mover, now: datetime) -> None:
        self._move(row, Move.RESUME, by)
        if row.paused_at is not None:
            row.ends_on += timedelta(days=(now.date() - row.paused_at.date()).days)
        row.paused_at = None

    def _member(
        self, session: Session, viewer: Viewer, engagement_id: int, move: Move
    ) -> tuple[Engagement, EngagementMember]:
        """The engagement, locked, and the viewer in it; raises ConflictError where the move leads nowhere."""
        _, person_id = mine(session, viewer, engagement_id, tuple(EngagementState))
        row = engagements.get(session, engagement_id, lock=True)
        if row is None or row.state not in leads(move, Mover.MEMBER):
            raise ConflictError(MOVED_ON)
        return row, engagements.membership(session, engagement_id, person_id)

    def _move(self, row: Engagement, move: Move, by: Mover) -> None:
        try:
            row.state = moved(row.state, move, by)
        except ForbiddenMoveError as problem:
            raise ConflictError(MOVED_ON) from problem
