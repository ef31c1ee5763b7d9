"""What must happen as time goes by: engagements close on their last day, spent launches are forgotten."""

from collections.abc import Callable
from datetime import datetime

from companion.mentoring.engagement import Move, Mover, leads
from companion.services.lti import LtiService
from companion.services.sign_ins import SignInService
from companion.store import Database, engagements


class UpkeepService:
    """Does what the calendar asks for."""

    def __init__(
        self, db: Database, *, lti: LtiService, sign_ins: SignInService, clock: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._lti = lti
        self._sign_ins = sign_ins
        self._clock = clock

    def run(self) -> int:
        """Close engagements whose last day is past; gives how many."""
        now = self._clock()
        with self._db.begin() as session:
            closed = engagements.move(
                session,
                leads(Move.CLOSE, Mover.CLOCK),
                engagements.finished(now.date()),
                ended_at=now,
            )
        self._lti.purge()
        self._sign_ins.forget()
        return len(closed)
