"""What is stored of a site, as plain rows keyed on the LMS's own ids, for tests to compare."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.lms import Cohort, CohortMember, Course
from companion.models.people import Enrolment, EnrolmentRole, Person
from companion.store.mirror import CourseRow


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
