"""Engagements as administrators see them: people, dates, states and counts, never a word of what was written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from companion.models.engagement import RUNNING, Engagement, Fit
from companion.store import Database, engagements, lms
from companion.store.engagements import Activity, Member

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


class EngagementService:
    """Lists engagements for administrators."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def of_programme(self, programme_id: int) -> list[EngagementLine]:
        """The engagements of a programme: running ones first."""
        today = self._clock().date()
        with self._db.read() as session:
            rows = engagements.of_programme(session, programme_id)
            ids = [row.id for row in rows]
            members = engagements.members(session, ids)
            activity = engagements.activity(session, ids)
            courses = {row.course_id: lms.course(session, row.course_id) for row in rows if row.course_id}
            return [
                EngagementLine(
                    row,
                    tuple(members[row.id]),
                    activity[row.id],
                    found.full_name if row.course_id and (found := courses[row.course_id]) else None,
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
