"""The sections of the courses' pages: kept as they are read, course by course."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.lms import Course, CourseSection
from companion.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section as the LMS tells it; `number` is its place on the page, 0 the part on top."""

    lms_id: int
    number: int
    name: str


def of_course(session: Session, course_id: int) -> Sequence[CourseSection]:
    """The sections of one course of ours, in the order of its page."""
    return session.scalars(
        sa.select(CourseSection)
        .where(CourseSection.course_id == course_id)
        .order_by(CourseSection.number, CourseSection.id)
    ).all()


def keep(session: Session, site_id: int, course_lms_id: int, rows: Sequence[SectionRow]) -> None:
    """Make these the sections of the course with this number in the LMS; those that stay keep their ids."""
    course_id = session.scalar(
        sa.select(Course.id).where(Course.site_id == site_id, Course.lms_id == course_lms_id)
    )
    if course_id is None:
        return
    session.execute(
        sa.delete(CourseSection).where(
            CourseSection.course_id == course_id, CourseSection.lms_id.not_in([row.lms_id for row in rows])
        )
    )
    values = [
        {"course_id": course_id, "lms_id": row.lms_id, "number": row.number, "name": row.name} for row in rows
    ]
    upsert(session, CourseSection, values, key=("course_id", "lms_id"))
