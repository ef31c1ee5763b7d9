"""Engagements as administrators see them: people, dates, states and counts, never a word of what was written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.errors import NotFoundError
from companion.models.engagement import RUNNING, Engagement, Fit
from companion.models.programme import Programme
from companion.store import Database, Session, engagements, lms, programmes
from companion.store.engagements import Activity, Member
from companion.store.slices import Slice

SILENT_AFTER_DAYS = {1: 2, 2: 2, 4: 5, 12: 5}
"""Days without a first contact after which an engagement of so many weeks needs a look (PRODUCT defaults)."""


@dataclass(frozen=True, slots=True)
class EngagementLine:
    """One engagement in a list."""

    engagement: Engagement
    members: tuple[Member, ...]
    activity: Activity
    course: str | None
    concerns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EngagementPage:
    """A slice of the engagements of a programme; `total` of those that the filters leave, `running` of all."""

    programme: Programme
    lines: tuple[EngagementLine, ...]
    total: int
    running: int


class EngagementService:
    """Lists engagements for administrators."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def of_programme(self, programme_id: int) -> list[EngagementLine]:
        """The engagements of a programme: running ones first."""
        with self._db.read() as session:
            return self._lines(session, engagements.of_programme(session, programme_id))

    def page(self, programme_id: int, wanted: Slice) -> EngagementPage:
        """A slice of the engagements of a programme; raises NotFoundError."""
        with self._db.read() as session:
            programme = programmes.get(session, programme_id)
            if programme is None:
                raise NotFoundError("There is no such programme.")
            rows, total = engagements.page(session, programme_id, wanted)
            running = engagements.running(session, programme_id)
            return EngagementPage(programme, tuple(self._lines(session, rows, left=True)), total, running)

    def _lines(
        self, session: Session, rows: Sequence[Engagement], *, left: bool = False
    ) -> list[EngagementLine]:
        today = self._clock().date()
        ids = [row.id for row in rows]
        members, activity = engagements.members(session, ids, left=left), engagements.activity(session, ids)
        courses = lms.courses_by_ids(session, {row.course_id for row in rows if row.course_id})
        return [
            EngagementLine(
                row,
                tuple(members[row.id]),
                activity[row.id],
                courses[row.course_id].full_name if row.course_id and row.course_id in courses else None,
                _concerns(row, activity[row.id], (today - row.starts_on).days),
            )
            for row in rows
        ]


def _concerns(row: Engagement, activity: Activity, days: int) -> tuple[str, ...]:
    if row.state not in RUNNING:
        return ()
    weeks = ((row.ends_on - row.starts_on).days + 1) // 7
    found = []
    if activity.check_ins == 0 and days >= SILENT_AFTER_DAYS.get(weeks, 5):
        found.append(f"No check-in in the first {days} days")
    if Fit.NOT_GOOD in activity.fits:
        found.append("Somebody said the match is not good")
    return tuple(found)
