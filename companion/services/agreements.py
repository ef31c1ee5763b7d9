"""What people go by: the charter they accept, how they like to work, and the weeks in which they have little room."""

from collections.abc import Callable
from datetime import datetime

from companion.mentoring.check_in import clean_note
from companion.mentoring.work_style import monday
from companion.models.engagement import HOLDING
from companion.services.known import known
from companion.services.mentoring import Viewer, mine
from companion.store import Database, Texts, charters, programmes


class AgreementService:
    """Charters, work styles and full weeks."""

    def __init__(self, db: Database, *, texts: Texts, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._texts = texts
        self._clock = clock

    def accept_charter(self, viewer: Viewer, engagement_id: int, version: int) -> None:
        """Accept the version that was read; a newer one asks again. Raises NotFoundError."""
        with self._db.begin() as session:
            row, person_id = mine(session, viewer, engagement_id, HOLDING)
            programme = programmes.get(session, row.programme_id)
            current = programme.charter_version if programme else 0
            charters.accept(session, row.id, person_id, min(version, current), self._clock())

    def set_style(self, viewer: Viewer, *, reach: str, away: str, feedback: str) -> None:
        """Keep how the viewer likes to work; an empty line takes the old one away. Raises NotFoundError."""
        with self._db.begin() as session:
            seal = self._texts.seal
            sealed = {
                "reach_encrypted": seal(clean_note(reach)),
                "away_encrypted": seal(clean_note(away)),
                "feedback_encrypted": seal(clean_note(feedback)),
            }
            charters.set_style(session, known(viewer), {**sealed, "changed_at": self._clock()})

    def set_full_week(self, viewer: Viewer, full: bool) -> None:
        """Say, or take back, that this week is full: nudges rest and the others see it. Raises NotFoundError."""
        now = self._clock()
        with self._db.begin() as session:
            charters.set_full(session, known(viewer), monday(now.date()), full, now)
