"""The mirror of the LMS: plain rows out, changes in, keyed on the LMS's own ids."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.lms import Cohort, CohortMember, Course
from companion.models.people import Enrolment, EnrolmentRole, Person
from companion.store.upsert import upsert

CHUNK = 500
"""Ids in one condition: SQLite allows 32,766 parameters in a statement, PostgreSQL 65,535."""


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course as the LMS tells it."""

    lms_id: int
    short_name: str
    full_name: str
    visible: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as the LMS tells it; `profile` as sorted pairs, so that rows compare."""

    lms_id: int
    full_name: str
    email: str | None
    id_number: str | None
    language: str | None
    time_zone: str | None
    department: str | None
    interests: tuple[str, ...]
    profile: tuple[tuple[str, str], ...]
    suspended: bool
    first_access: datetime | None
    last_access: datetime | None


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """A person in a course, both by the LMS's ids."""

    person_lms_id: int
    course_lms_id: int
    role: EnrolmentRole
    enrolled_at: datetime | None
    completed_at: datetime | None
    last_access: datetime | None


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort and its members by the LMS's ids."""

    lms_id: int
    name: str
    members: frozenset[int]


EnrolmentKey = tuple[int, int]
"""Person and course, by the LMS's ids."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is stored of a site."""

    courses: Mapping[int, CourseRow]
    people: Mapping[int, PersonRow]
    enrolments: Mapping[EnrolmentKey, EnrolmentRow]
    cohorts: Mapping[int, CohortRow]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a sync will write; removals by the LMS's ids."""

    courses: tuple[CourseRow, ...] = ()
    courses_gone: tuple[int, ...] = ()
    people: tuple[PersonRow, ...] = ()
    people_gone: tuple[int, ...] = ()
    enrolments: tuple[EnrolmentRow, ...] = ()
    enrolments_gone: tuple[EnrolmentKey, ...] = ()
    cohorts: tuple[CohortRow, ...] = ()
    cohorts_gone: tuple[int, ...] = ()

    def counts(self) -> dict[str, int]:
        """How many of each, for the run record."""
        return {name: len(value) for name, value in asdict(self).items() if value}


def load(session: Session, site_id: int) -> Mirror:
    """Everything stored of a site that is still in the LMS."""
    people = {row.id: row for row in session.scalars(_present(Person, site_id))}
    courses = {row.id: row for row in session.scalars(_present(Course, site_id))}
    return Mirror(
        courses={
            row.lms_id: CourseRow(row.lms_id, row.short_name, row.full_name, row.visible)
            for row in courses.values()
        },
        people={row.lms_id: _person_row(row) for row in people.values()},
        enrolments={
            (people[row.person_id].lms_id, courses[row.course_id].lms_id): EnrolmentRow(
                people[row.person_id].lms_id,
                courses[row.course_id].lms_id,
                row.role,
                row.enrolled_at,
                row.completed_at,
                row.last_access,
            )
            for row in session.scalars(
                sa.select(Enrolment)
                .join(Person, Person.id == Enrolment.person_id)
                .where(Person.site_id == site_id)
            )
            if row.person_id in people and row.course_id in courses
        },
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
    for person_lms_id, course_lms_id in changes.enrolments_gone:
        session.execute(
            sa.delete(Enrolment).where(
                Enrolment.person_id == people[person_lms_id], Enrolment.course_id == courses[course_lms_id]
            )
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
    if changes.cohorts_gone:
        session.execute(
            sa.delete(Cohort).where(Cohort.site_id == site_id, Cohort.lms_id.in_(changes.cohorts_gone))
        )
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
