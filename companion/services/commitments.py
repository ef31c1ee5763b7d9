"""Commitments by either side of an engagement, and what became of them."""

from collections.abc import Callable
from datetime import date, datetime

from companion.errors import ConflictError, InputError, NotFoundError
from companion.mentoring.check_in import clean_note
from companion.mentoring.commitment import (
    Outcome,
    SettledError,
    Standing,
    may_be_due,
    may_commit,
    settle,
)
from companion.mentoring.undo import TOO_LATE, UNDO_FOR
from companion.models.commitment import Commitment, CommitmentDay, CommitmentState
from companion.services.mentoring import Viewer, agreed
from companion.store import Database, Texts, commitments, engagements
from companion.store.sent import SentKind

SAY_WHAT = "Write in one sentence what you mean to do."
TOO_MANY = "Three of your commitments are open. Settle one of them first: less is more."
WRONG_DAY = "Choose a day within the next twelve weeks."
LATER_DAY = "Choose a day to come, within twelve weeks."
SETTLED = "This commitment came to its end already."
NONE = "This commitment is not yours, or it was taken back. Reload the course page."


class CommitmentService:
    """Makes and settles commitments. Everybody in the engagement sees them; their maker alone moves them."""

    def __init__(self, db: Database, *, texts: Texts, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._texts = texts
        self._clock = clock

    def make(
        self, viewer: Viewer, engagement_id: int, *, intent: str, sign: str, due_on: date, form_key: str
    ) -> None:
        """Make a commitment; the same form a second time is kept once.

        Raises:
            NotFoundError, ConflictError: the engagement is not open to the viewer, or the charter waits.
            InputError: nothing was said, the day is none to commit to, or three are open.
        """
        now, said = self._clock(), clean_note(intent)
        if not said:
            raise InputError(SAY_WHAT, {"intent": SAY_WHAT})
        if not may_be_due(due_on, now.date()):
            raise InputError(WRONG_DAY, {"due": WRONG_DAY})
        with self._db.begin() as session:
            row, person_id = agreed(session, viewer, engagement_id)
            kept = Commitment(
                engagement_id=row.id,
                person_id=person_id,
                intent_encrypted=self._texts.seal(said),
                sign_encrypted=self._texts.seal(clean_note(sign)),
                due_on=due_on,
                state=CommitmentState.OPEN,
                was_late=False,
                created_at=now,
                form_key=form_key,
            )
            opened = commitments.open_of(session, row.id, person_id)
            if engagements.add_once(session, kept) and not may_commit(opened):
                raise InputError(TOO_MANY, {"intent": TOO_MANY})

    def settle(
        self,
        viewer: Viewer,
        engagement_id: int,
        commitment_id: int,
        outcome: Outcome,
        new_day: date | None = None,
    ) -> None:
        """Say what became of one's own commitment.

        Raises:
            NotFoundError: it is not the viewer's.
            ConflictError: it came to its end already.
            InputError: renegotiated to a day that is none to commit to.
        """
        now = self._clock()
        with self._db.begin() as session:
            row, person_id = agreed(session, viewer, engagement_id)
            found = commitments.own(session, commitment_id, row.id, person_id)
            if found is None:
                raise NotFoundError(NONE)
            before = Standing(found.state, found.due_on, found.was_late)
            try:
                after = settle(before, outcome, now.date(), new_day)
            except SettledError:
                raise ConflictError(SETTLED) from None
            except ValueError:
                raise InputError(LATER_DAY, {"due": LATER_DAY}) from None
            if outcome is Outcome.RENEGOTIATED:
                in_time = now.date() <= found.due_on
                moved = CommitmentDay(
                    commitment_id=found.id, due_on=found.due_on, moved_at=now, in_time=in_time
                )
                commitments.add_day(session, moved)
            found.state, found.due_on, found.was_late = after.state, after.due_on, after.was_late
            found.settled_at = None if after.state is CommitmentState.OPEN else now

    def undo(self, viewer: Viewer, _kind: SentKind, number: str) -> None:
        """Take back what was said of one's own commitment within the last ten minutes; raises ConflictError."""
        after = self._clock() - UNDO_FOR
        with self._db.begin() as session:
            found = commitments.settled_by(session, number, viewer.person_id or 0)
            moved = commitments.days_kept(session, found.id) if found else ()
            if found is not None and found.settled_at is not None and found.settled_at > after:
                found.state, found.settled_at = CommitmentState.OPEN, None
            elif found is not None and moved and moved[0].moved_at > after:
                found.due_on = moved[0].due_on
                found.was_late = any(not day.in_time for day in moved[1:])
                session.delete(moved[0])
            else:
                raise ConflictError(TOO_LATE)
