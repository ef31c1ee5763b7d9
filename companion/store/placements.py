"""Queries on widgets standing in course pages."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.lms import Course
from companion.models.placement import Placement
from companion.store.upsert import upsert


def record(session: Session, rows: Sequence[dict[str, object]], courses: Sequence[int]) -> None:
    """Make `rows` the placements of these courses."""
    session.execute(sa.delete(Placement).where(Placement.course_id.in_(courses)))
    upsert(session, Placement, rows, key=("course_id", "widget"))


def of_courses(session: Session, course_ids: Sequence[int]) -> Sequence[tuple[Placement, Course]]:
    """Placements with their courses, by course name and widget."""
    rows = session.execute(
        sa.select(Placement, Course)
        .join(Course, Course.id == Placement.course_id)
        .where(Placement.course_id.in_(course_ids))
        .order_by(Course.full_name, Placement.widget)
    )
    return [(row[0], row[1]) for row in rows]


def find(session: Session, course_id: int, widget: str) -> Placement | None:
    """The placement of a widget in a course."""
    return session.scalars(
        sa.select(Placement).where(Placement.course_id == course_id, Placement.widget == widget)
    ).first()
