"""The sections of the courses' pages: kept as they are read, course by course."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.care import CourseSection
from companion.models.lms import Course
from companion.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section as the LMS tells it; `number` is its place on the page, 0 the part on top."""

    number: int
    name: str


def of_course(session: Session, course_id: int) -> Sequence[CourseSection]:
    """The sections of one course of ours, in the order of its page."""
    return session.scalars(
        sa.select(CourseSection).where(CourseSection.course_id == course_id).order_by(CourseSection.number)
    ).all()


def names(session: Session, course_ids: Collection[int]) -> Mapping[tuple[int, int], str]:
    """Names by course of ours and number."""
    rows = session.execute(
        sa.select(CourseSection.course_id, CourseSection.number, CourseSection.name).where(
            CourseSection.course_id.in_(course_ids)
        )
    )
    return {(row[0], row[1]): row[2] for row in rows}


def keep(session: Session, site_id: int, course_lms_id: int, rows: Sequence[SectionRow]) -> None:
    """Make these the sections of the course with this number in the LMS."""
    course_id = session.scalar(
        sa.select(Course.id).where(Course.site_id == site_id, Course.lms_id == course_lms_id)
    )
    if course_id is None:
        return
    session.execute(
        sa.delete(CourseSection).where(
            CourseSection.course_id == course_id, CourseSection.number.not_in([row.number for row in rows])
        )
    )
    values = [{"course_id": course_id, "number": row.number, "name": row.name} for row in rows]
    upsert(session, CourseSection, values, key=("course_id", "number"))
