"""Queries on widgets standing in course pages, and on the runs that place them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from companion.models.lms import Course
from companion.models.placement import Placement, PlacementRun, PlacementState
from companion.models.programme import ProgrammeCourse
from companion.store.slices import Slice, counted, narrowed, ordered
from companion.store.upsert import upsert

DEAD_AFTER = timedelta(minutes=10)
"""A run silent for so long is taken for dead; the longest single wait for the LMS is one minute."""

STOPPED = "It stopped without a word. Ask for it again: what stands already is found."


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


def page(
    session: Session, programme_id: int, wanted: Slice
) -> tuple[Sequence[tuple[Placement, Course]], int]:
    """Placements of a slice in the courses of a programme, with their courses, and how many its filters leave."""
    query = narrowed(
        sa.select(Placement, Course)
        .join(Course, Course.id == Placement.course_id)
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Course.id)
        .where(ProgrammeCourse.programme_id == programme_id, Course.removed_at.is_(None)),
        wanted,
        searched=[Course.full_name],
        filters={"widget": Placement.widget},
    )
    total = counted(session, query)
    columns = {"course": Course.full_name, "widget": Placement.widget, "seen": Placement.placed_at}
    rows = session.execute(ordered(query, wanted.within(total), columns, Placement.id))
    return [(row[0], row[1]) for row in rows], total


def numbers(session: Session, programme_ids: Sequence[int]) -> Mapping[int, int]:
    """How many widgets stood in the courses of each programme when last placed."""
    rows = session.execute(
        sa.select(ProgrammeCourse.programme_id, sa.func.count(Placement.id))
        .join(Placement, Placement.course_id == ProgrammeCourse.course_id)
        .join(Course, Course.id == ProgrammeCourse.course_id)
        .where(ProgrammeCourse.programme_id.in_(programme_ids), Course.removed_at.is_(None))
        .group_by(ProgrammeCourse.programme_id)
    )
    return {row[0]: row[1] for row in rows}


def number(session: Session, site_id: int) -> int:
    """How many widgets stood in the courses of a site when last placed."""
    query = sa.select(sa.func.count(Placement.id)).join(Course, Course.id == Placement.course_id)
    return session.scalars(query.where(Course.site_id == site_id, Course.removed_at.is_(None))).one()


def find(session: Session, course_id: int, widget: str) -> Placement | None:
    """The placement of a widget in a course."""
    return session.scalars(
        sa.select(Placement).where(Placement.course_id == course_id, Placement.widget == widget)
    ).first()


def ask(session: Session, run: PlacementRun) -> PlacementRun:
    """Note that something is to be done; it takes the place of what was asked for the programme and has not begun."""
    session.execute(
        sa.delete(PlacementRun)
        .where(PlacementRun.programme_id == run.programme_id, PlacementRun.state == PlacementState.ASKED)
        .execution_options(synchronize_session=False)
    )
    return add(session, run)


def add(session: Session, run: PlacementRun) -> PlacementRun:
    """Store a new run."""
    session.add(run)
    session.flush()
    return run


def next_asked(session: Session, site_id: int) -> PlacementRun | None:
    """What was asked for longest ago and has not begun."""
    return session.scalars(
        sa.select(PlacementRun)
        .where(PlacementRun.site_id == site_id, PlacementRun.state == PlacementState.ASKED)
        .order_by(PlacementRun.id)
        .limit(1)
    ).first()


def start(session: Session, run_id: int, now: datetime) -> bool:
    """Begin what was asked for; False where it has begun already or another run of the site is under way.

    A dead run is first marked as failed.
    """
    session.execute(
        sa.update(PlacementRun)
        .where(PlacementRun.state == PlacementState.RUNNING, PlacementRun.heartbeat_at < now - DEAD_AFTER)
        .values(state=PlacementState.FAILED, finished_at=now, error=STOPPED)
        .execution_options(synchronize_session=False)
    )
    try:
        with session.begin_nested():
            return _write(
                session, run_id, PlacementState.ASKED, state=PlacementState.RUNNING, heartbeat_at=now
            )
    except IntegrityError:
        return False


def write(session: Session, run_id: int, now: datetime, **values: Any) -> bool:
    """Write to a run under way and give a sign of life; False where it has ended, perhaps taken for dead."""
    return _write(session, run_id, PlacementState.RUNNING, heartbeat_at=now, **values)


def runs_of(session: Session, programme_id: int, wanted: Slice) -> tuple[Sequence[PlacementRun], int]:
    """The runs of a slice of a programme's, and how many there are."""
    query = sa.select(PlacementRun).where(PlacementRun.programme_id == programme_id)
    total = counted(session, query)
    columns = {"when": PlacementRun.id}
    return session.scalars(ordered(query, wanted.within(total), columns, PlacementRun.id)).all(), total


def unfinished(session: Session, programme_ids: Collection[int]) -> Sequence[PlacementRun]:
    """Of the newest run of each programme, those that were asked for, are under way, or failed."""
    newest = (
        sa.select(sa.func.max(PlacementRun.id))
        .where(PlacementRun.programme_id.in_(programme_ids))
        .group_by(PlacementRun.programme_id)
    )
    query = sa.select(PlacementRun).where(
        PlacementRun.id.in_(newest), PlacementRun.state != PlacementState.DONE
    )
    return session.scalars(query.order_by(PlacementRun.id)).all()


def _write(session: Session, run_id: int, before: PlacementState, /, **values: Any) -> bool:
    written = session.execute(
        sa.update(PlacementRun)
        .where(PlacementRun.id == run_id, PlacementRun.state == before)
        .values(**values)
        .returning(PlacementRun.id)
        .execution_options(synchronize_session=False)
    )
    return written.one_or_none() is not None
