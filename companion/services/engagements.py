"""Engagements as administrators see them: people, dates, states and counts, never a word of what was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from companion.errors import NotFoundError
from companion.models.engagement import Engagement
from companion.models.programme import Programme
from companion.models.watch import Risk
from companion.store import Database, Session, engagements, lms, programmes, watch
from companion.store.engagements import Activity, Member
from companion.store.slices import Slice


@dataclass(frozen=True, slots=True)
class EngagementLine:
    """One engagement in a list; `risks` as the watch saw them last, each with the day since when it stands."""

    engagement: Engagement
    members: tuple[Member, ...]
    activity: Activity
    course: str | None
    risks: tuple[tuple[Risk, date], ...]


@dataclass(frozen=True, slots=True)
class EngagementPage:
    """A slice of the engagements of a programme; `total` of those that the filters leave, `running` of all."""

    programme: Programme
    lines: tuple[EngagementLine, ...]
    total: int
    running: int


class EngagementService:
    """Lists engagements for administrators."""

    def __init__(self, db: Database) -> None:
        self._db = db

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
        ids = [row.id for row in rows]
        risks = watch.standing(session, ids)
        members, activity = engagements.members(session, ids, left=left), engagements.activity(session, ids)
        courses = lms.courses_by_ids(session, {row.course_id for row in rows if row.course_id})
        return [
            EngagementLine(
                row,
                tuple(members[row.id]),
                activity[row.id],
                courses[row.course_id].full_name if row.course_id and row.course_id in courses else None,
                tuple(risks.get(row.id, ())),
            )
            for row in rows
        ]
