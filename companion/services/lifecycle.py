"""Moving engagements on: by the people in them, and by the calendar. Where a move leads is said in one table.

What one of them says moves the others too: it takes effect once it can no longer be taken back (mentoring.undo).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

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
from companion.mentoring.undo import UNDO_FOR, can_be_undone
from companion.models.engagement import HOLDING, Engagement, EngagementMember, EngagementState
from companion.models.jobs import OutboxEntry
from companion.services.approval import note_work
from companion.services.leaving import part
from companion.services.meeting_places import note_engagements
from companion.services.mentoring import Viewer, mine
from companion.services.messages import Messenger
from companion.services.moving_on import tell_all
from companion.services.said import LONGEST_PAUSE
from companion.store import Database, Session, concerns, engagements, outbox, said

LEAVE = "mentoring.leave"
BEGIN = "mentoring.begin"
EXTEND = "mentoring.extend"
"""Kinds of work in the outbox: an exit or a refusal, that all accepted, that all wish to go on."""
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
        """Agree to a proposal; it begins after the last one did. Raises NotFoundError, ConflictError."""
        now = self._clock()
        with self._db.begin() as session:
            row, me = self._member(session, viewer, engagement_id, Move.ACCEPT)
            me.accepted_at, me.declined_at = me.accepted_at or now, None
            session.flush()
            if all(member.accepted_at for member in engagements.memberships(session, row.id)):
                self._move(row, Move.ACCEPT, Mover.MEMBER)
                note_later(session, BEGIN, row.id, me.person_id, now)
            return row.state

    def decline(self, viewer: Viewer, engagement_id: int) -> None:
        """Do without a proposal, and nobody is told why; a circle goes on without them.

        It takes effect when it can no longer be taken back. Raises NotFoundError, ConflictError.
        """
        now = self._clock()
        with self._db.begin() as session:
            row, me = self._member(session, viewer, engagement_id, Move.DECLINE)
            me.declined_at = now
            note_later(session, LEAVE, row.id, me.person_id, now)

    def pause(self, viewer: Viewer, engagement_id: int) -> None:
        """Let it rest, for four weeks at most. Raises NotFoundError, ConflictError."""
        with self._db.begin() as session:
            row, _ = self._member(session, viewer, engagement_id, Move.PAUSE)
            self._move(row, Move.PAUSE, Mover.MEMBER)
            row.paused_at, row.resumed_at = self._clock(), None

    def resume(self, viewer: Viewer, engagement_id: int) -> None:
        """Go on; the last day moves by the days it rested. Raises NotFoundError, ConflictError."""
        with self._db.begin() as session:
            row, _ = self._member(session, viewer, engagement_id, Move.RESUME)
            self._resume(row, Mover.MEMBER, self._clock())

    def extend(self, viewer: Viewer, engagement_id: int, weeks: int) -> None:
        """Wish for more weeks; it goes on once everybody does, and can no longer take it back.

        Raises:
            NotFoundError, ConflictError: as ever.
            InputError: it is too early, or not one of the lengths.
        """
        now = self._clock()
        with self._db.begin() as session:
            row, me = self._member(session, viewer, engagement_id, Move.EXTEND)
            if weeks not in EXTENSIONS or not may_extend(row.ends_on, now.date()):
                raise InputError(TOO_EARLY, {"weeks": TOO_EARLY})
            me.extension_until, me.extension_at = row.ends_on + timedelta(weeks=weeks), now
            session.flush()
            everybody = engagements.memberships(session, row.id)
            if extended_to(row.ends_on, [member.extension_until for member in everybody]) is not None:
                note_later(session, EXTEND, row.id, me.person_id, now)

    def leave_now(self, entry: OutboxEntry) -> None:
        """Carry out an exit or a refusal that was not taken back. Done twice it does nothing more."""
        engagement_id, person_id = int(entry.payload["engagement_id"]), int(entry.payload["person_id"])
        now = self._clock()
        with self._db.begin() as session:
            found = engagements.held_by(session, engagement_id, person_id)
            if found is None or found[0].state not in HOLDING:
                return
            row, leaver = found
            exit_row = concerns.exit_of(session, engagement_id, person_id)
            said_at = exit_row.created_at if exit_row else leaver.declined_at
            if said_at is not None and not can_be_undone(said_at, now):
                part(session, self._messenger, row, leaver, Mover.MEMBER, now)
                if exit_row is not None and not exit_row.rematch:
                    said.rest(session, person_id, now.date() + LONGEST_PAUSE, now)

    def begin_now(self, entry: OutboxEntry) -> None:
        """Begin what all accepted and nobody took back. Done twice it does nothing more."""
        with self._db.begin() as session:
            row = engagements.get(session, int(entry.payload["engagement_id"]), lock=True)
            if row is not None and row.state is EngagementState.ACCEPTED:
                self._begin_on_day(session, row, self._clock())

    def extend_now(self, entry: OutboxEntry) -> None:
        """Have go on what all wish to, where nobody took it back. Done twice it does nothing more."""
        now = self._clock()
        with self._db.begin() as session:
            row = engagements.get(session, int(entry.payload["engagement_id"]), lock=True)
            if row is None or row.state is not EngagementState.ACTIVE:
                return
            everybody = engagements.memberships(session, row.id)
            until = extended_to(row.ends_on, [member.extension_until for member in everybody])
            if until is None or _can_be_undone([member.extension_at for member in everybody], now):
                return
            self._move(row, Move.EXTEND, Mover.MEMBER)
            row.ends_on = until
            for member in everybody:
                member.extension_until = member.extension_at = None
            session.flush()
            note_engagements(session, [row.id], now)
            tell_all(session, self._messenger, row, Occasion.EXTENDED, now)

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
        over = engagements.finished(now.date(), now - UNDO_FOR)
        closed = engagements.move(session, leads(Move.CLOSE, Mover.CLOCK), over, ended_at=now)
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
        people = engagements.memberships(session, row.id)
        declined = any(one.declined_at for one in people)
        if row.starts_on > now.date() or declined or _can_be_undone([one.accepted_at for one in people], now):
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
        row.resumed_at = now
        row.ends_on += rested(row)

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


def note_later(session: Session, kind: str, engagement_id: int, person_id: int, now: datetime) -> None:
    """Note what is to be done with an engagement once what somebody said of it can no longer be taken back."""
    work = {"engagement_id": engagement_id, "person_id": person_id}
    key = f"{kind}-{engagement_id}-{person_id}-{now:%Y%m%d%H%M%S%f}"
    outbox.add(session, kind, {key: work}, now, due_at=now + UNDO_FOR)


def _can_be_undone(said: Sequence[datetime | None], now: datetime) -> bool:
    return any(moment is not None and can_be_undone(moment, now) for moment in said)


def rested(row: Engagement) -> timedelta:
    """The days of a rest that ended: by so many its last day moves."""
    if row.paused_at is None or row.resumed_at is None:
        return timedelta(0)
    return timedelta(days=(row.resumed_at.date() - row.paused_at.date()).days)
