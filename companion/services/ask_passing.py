"""Passing an ask on, and what time does with those that nobody has answered."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from companion.mentoring.ask import OPEN_FOR, PASSED_ON_AFTER, Move, Part, moved
from companion.mentoring.routing import MOST_ASKED
from companion.mentoring.undo import UNDO_FOR, can_be_undone
from companion.models.exchange import AskedState, AskState
from companion.models.jobs import OutboxEntry
from companion.services.ask_moves import mine, move
from companion.services.asked_people import AT_FIRST, AskedPeople, having, part_of
from companion.services.mentoring import Viewer
from companion.store import Database, asks, lms, outbox

PASS_ON: Final = "mentoring.pass_on"  # noqa: S105 - a deed, no password
"""Kind of work in the outbox: what was passed on goes to the next once it can no longer be taken back."""
NEXT_STATES: Final = (AskState.OPEN, AskState.PASSED_ON)
"""States in which an ask is put to one more: in the others somebody has said a word."""


class AskPassingService:
    """Brings asks to the next who can answer them."""

    def __init__(self, db: Database, *, people: AskedPeople, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._people = people
        self._clock = clock

    def pass_on(self, viewer: Viewer, ask_id: int) -> None:
        """Give an ask back without a reason; the next able person is asked once it can no longer be taken back.

        Raises NotFoundError, ConflictError.
        """
        now = self._clock()
        with self._db.begin() as session:
            row, person_id = mine(session, viewer, ask_id)
            part = part_of(session, row, person_id)
            move(row, Move.PASS_ON, Part.ASKER if part is None else Part.ASKED, now)
            if part is not None:
                part.state, part.done_at = AskedState.PASSED_ON, now
            session.flush()
            if not having(session, row):
                row.state = moved(row.state, Move.RUN_OUT, Part.CLOCK)
            work = {"ask_id": row.id, "person_id": person_id}
            key = f"{PASS_ON}-{row.id}-{person_id}-{now:%Y%m%d%H%M%S%f}"
            outbox.add(session, PASS_ON, {key: work}, now, due_at=now + UNDO_FOR)

    def pass_on_now(self, entry: OutboxEntry) -> None:
        """Put an ask that was passed on to the next. Done twice it does nothing more."""
        now = self._clock()
        with self._db.begin() as session:
            lms.lock(session)
            row = asks.locked(session, int(entry.payload["ask_id"]))
            part = part_of(session, row, int(entry.payload["person_id"])) if row else None
            if row is None or part is None or row.state not in NEXT_STATES:
                return
            passed_at = part.done_at if part.state is AskedState.PASSED_ON else None
            stands = passed_at is not None and not can_be_undone(passed_at, now)
            if stands and len(having(session, row)) < AT_FIRST:
                self._people.put_to_next(session, row, now)

    def tick(self) -> int:
        """What time does: asks expire, and silent or passed-on ones are put to the next. Gives how many moved."""
        now = self._clock()
        with self._db.begin() as session:
            expired = asks.expire(session, now - OPEN_FOR, now)
        with self._db.read() as session:
            waiting = asks.left_waiting(session, now - PASSED_ON_AFTER, now - UNDO_FOR, MOST_ASKED)
        joined = 0
        for ask_id in waiting:
            with self._db.begin() as session:
                lms.lock(session)
                row = asks.locked(session, ask_id)
                if row is not None and row.state in NEXT_STATES:
                    joined += self._people.put_to_next(session, row, now)
        return expired + joined
