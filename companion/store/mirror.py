"""The mirror of the LMS: plain rows out, changes in."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.lms import Cohort, CohortMember, Course
from companion.models.people import Enrolment, Person
from companion.store.mirror_rows import (
    Changes,
    CohortRow,
    CourseRow,
    EnrolmentKey,
    EnrolmentRow,
    Mirror,
    PersonRow,
)
from companion.store.upsert import upsert

__all__ = [
    "Changes",
    "CohortRow",
    "CourseRow",
    "EnrolmentKey",
    "EnrolmentRow",
    "Mirror",
    "PersonRow",
    "apply",
    "load",
]

CHUNK = 500
"""Ids in one condition: SQLite allows 32,766 parameters in a statement, PostgreSQL 65,535."""


def load(session: Session, site_id: int) -> Mirror:
    """What is stored of a site: its courses and people that are still in the LMS, its cohorts, and every enrolment.

    The enrolments of what has gone are part of it, so that whoever comes back is found as known before.
    """
    courses, people = session.scalars(_present(Course, site_id)), session.scalars(_present(Person, site_id))
    return Mirror(
        courses={c.lms_id: CourseRow(c.lms_id, c.short_name, c.full_name, c.visible) for c in courses},
        people={person.lms_id: _person_row(person) for person in people},
        enrolments={(row.person_lms_id, row.course_lms_id): row for row in _enrolments(session, site_id)},
        cohorts=_load_cohorts(session, site_id),
    )


def apply(session: Session, site_id: int, changes: Changes, now: datetime) -> None:
    """Write the changes; somebody who comes back after a removal is the same person again."""
    upsert(
        session,
        Course,
        [{**asdict(row), "site_id": site_id, "removed_at": None} for row in changes.courses],
        key=("site_id", "lms_id"),
    )
    upsert(
        session, Person, [_person_values(row, site_id) for row in changes.people], key=("site_id", "lms_id")
    )
    _mark_gone(session, Course, site_id, changes.courses_gone, now)
    _mark_gone(session, Person, site_id, changes.people_gone, now)
    _apply_enrolments(session, site_id, changes)
    _apply_cohorts(session, site_id, changes)


def _present(model: type[Person] | type[Course], site_id: int) -> sa.Select[Any]:
    return sa.select(model).where(model.site_id == site_id, model.removed_at.is_(None))


def _person_row(row: Person) -> PersonRow:
    return PersonRow(
        row.lms_id,
        row.full_name,
        row.email,
        row.id_number,
        row.language,
        row.time_zone,
        row.department,
        tuple(row.interests),
        tuple(sorted(row.profile.items())),
        row.suspended,
        row.first_access,
        row.last_access,
    )


def _enrolments(session: Session, site_id: int) -> Iterable[EnrolmentRow]:
    rows = session.execute(
        sa.select(
            Person.lms_id,
            Course.lms_id,
            Enrolment.role,
            Enrolment.enrolled_at,
            Enrolment.completed_at,
            Enrolment.last_access,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Person.site_id == site_id)
    )
    return (EnrolmentRow(*row) for row in rows)


def _person_values(row: PersonRow, site_id: int) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in PersonRow.__slots__}
    return {
        **values,
        "interests": list(row.interests),
        "profile": dict(row.profile),
        "site_id": site_id,
        "removed_at": None,
    }


def _mark_gone(
    session: Session, model: type[Person] | type[Course], site_id: int, lms_ids: Sequence[int], now: datetime
) -> None:
    for chunk in _chunks(lms_ids):
        session.execute(
            sa.update(model)
            .where(model.site_id == site_id, model.lms_id.in_(chunk))
            .values(removed_at=now)
            .execution_options(synchronize_session=False)
        )


def _ids(session: Session, model: type[Person] | type[Course] | type[Cohort], site_id: int) -> dict[int, int]:
    rows = session.execute(sa.select(model.lms_id, model.id).where(model.site_id == site_id))
    return {row.lms_id: row.id for row in rows}


def _apply_enrolments(session: Session, site_id: int, changes: Changes) -> None:
    if not changes.enrolments and not changes.enrolments_gone:
        return
    people, courses = _ids(session, Person, site_id), _ids(session, Course, site_id)
    gone: dict[int, list[int]] = {}
    for person_lms_id, course_lms_id in changes.enrolments_gone:
        gone.setdefault(courses[course_lms_id], []).append(people[person_lms_id])
    for course_id, person_ids in gone.items():
        for chunk in _chunks(person_ids):
            session.execute(
                sa.delete(Enrolment).where(Enrolment.course_id == course_id, Enrolment.person_id.in_(chunk))
            )
    upsert(
        session,
        Enrolment,
        [
            {
                "person_id": people[row.person_lms_id],
                "course_id": courses[row.course_lms_id],
                "role": row.role,
                "enrolled_at": row.enrolled_at,
                "completed_at": row.completed_at,
                "last_access": row.last_access,
            }
            for row in changes.enrolments
        ],
        key=("person_id", "course_id"),
    )


def _load_cohorts(session: Session, site_id: int) -> dict[int, CohortRow]:
    members: dict[int, set[int]] = {}
    for cohort_id, person_lms_id in session.execute(
        sa.select(CohortMember.cohort_id, Person.lms_id)
        .join(Person, Person.id == CohortMember.person_id)
        .where(Person.site_id == site_id, Person.removed_at.is_(None))
    ):
        members.setdefault(cohort_id, set()).add(person_lms_id)
    return {
        row.lms_id: CohortRow(row.lms_id, row.name, frozenset(members.get(row.id, ())))
        for row in session.scalars(sa.select(Cohort).where(Cohort.site_id == site_id))
    }


def _apply_cohorts(session: Session, site_id: int, changes: Changes) -> None:
    for chunk in _chunks(changes.cohorts_gone):
        session.execute(sa.delete(Cohort).where(Cohort.site_id == site_id, Cohort.lms_id.in_(chunk)))
    upsert(
        session,
        Cohort,
        [{"site_id": site_id, "lms_id": row.lms_id, "name": row.name} for row in changes.cohorts],
        key=("site_id", "lms_id"),
    )
    if not changes.cohorts:
        return
    people, cohorts = _ids(session, Person, site_id), _ids(session, Cohort, site_id)
    changed = [cohorts[row.lms_id] for row in changes.cohorts]
    session.execute(sa.delete(CohortMember).where(CohortMember.cohort_id.in_(changed)))
    upsert(
        session,
        CohortMember,
        [
            {"cohort_id": cohorts[row.lms_id], "person_id": people[member]}
            for row in changes.cohorts
            for member in sorted(row.members)
            if member in people
        ],
        key=("cohort_id", "person_id"),
    )


def _chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
