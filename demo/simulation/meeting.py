"""An engagement as those who live it know it."""

from dataclasses import dataclass
from datetime import date

from companion.models.engagement import EngagementState, Side
from companion.services.engagements import EngagementLine


@dataclass(frozen=True)
class Meeting:
    """People who meet in a course, and the activity of the check-in there."""

    engagement_id: int
    course_id: int
    module: int
    state: EngagementState
    starts_on: date
    ends_on: date
    learners: tuple[int, ...]
    advisers: tuple[int, ...]

    @property
    def learner_id(self) -> int:
        """The first learner: of a pair, the one."""
        return self.learners[0]

    @property
    def adviser_id(self) -> int:
        """The adviser."""
        return self.advisers[0]

    def of(self, side: Side | None) -> tuple[int, ...]:
        """The people of a side; all where none is named."""
        if side is None:
            return self.learners + self.advisers
        return self.learners if side is Side.LEARNER else self.advisers


def meeting_of(line: EngagementLine, modules: dict[int, int]) -> Meeting | None:
    """The engagement where a check-in stands in the course it meets in.

    Args:
        modules: the LMS's id of the check-in's activity, by course.
    """
    row = line.engagement
    if row.course_id is None or row.course_id not in modules:
        return None
    by_side = {
        side: tuple(member.person_id for member in line.members if member.side is side) for side in Side
    }
    if not all(by_side.values()):
        return None
    return Meeting(
        row.id,
        row.course_id,
        modules[row.course_id],
        row.state,
        row.starts_on,
        row.ends_on,
        by_side[Side.LEARNER],
        by_side[Side.ADVISER],
    )
