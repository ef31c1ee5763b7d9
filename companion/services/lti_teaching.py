"""What somebody who teaches a course sees of the mentoring in it: where the widgets stand, and numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from companion.errors import LmsError, NotReadyError
from companion.services.connection import Connection
from companion.services.lti_roster import LtiRosterService
from companion.store import Database, lti_counts, placements
from companion.store.lti_counts import Count

FEWEST: Final = 5
"""A number about fewer people is not shown: it could tell of one of them (PRODUCT, D15)."""
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CourseCounts:
    """Numbers about a course.

    Attributes:
        placements: widget and address of each that stands in its page.
        members: people on the roster; None where the platform offers none, or could not be reached.
        running, check_ins: None where they are about fewer than 5 people, none included.
    """

    placements: tuple[tuple[str, str], ...]
    members: int | None
    running: int | None
    check_ins: int | None


class LtiTeachingService:
    """Counts for teachers."""

    def __init__(
        self,
        db: Database,
        *,
        rosters: LtiRosterService,
        connection: Connection,
        clock: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._rosters = rosters
        self._connection = connection
        self._clock = clock

    def course(self, course_id: int) -> CourseCounts:
        """The numbers about a course; may wait for the platform's roster."""
        with self._db.read() as session:
            standing = placements.of_courses(session, [course_id])
            running = lti_counts.running(session, course_id)
            check_ins = lti_counts.check_ins(session, course_id, self._clock() - WEEK)
        return CourseCounts(
            tuple((row.widget, self._address(row.lms_module_id)) for row, _ in standing),
            _shown(self._members(course_id)),
            _shown(running),
            _shown(check_ins),
        )

    def _members(self, course_id: int) -> Count:
        try:
            number = self._rosters.count(course_id)
        except (LmsError, NotReadyError):
            return Count(0, 0)
        return Count(number, number)

    def _address(self, module_id: int) -> str:
        return f"{self._connection.site().base_url}/mod/lti/view.php?id={module_id}"


def _shown(count: Count) -> int | None:
    return count.number if count.people >= FEWEST else None
