"""What the rules of a programme look at, as few columns as they need: programmes may have 100,000 people."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.lms import CohortMember, Course
from companion.models.people import Enrolment, EnrolmentRole, Person


def taking_part(
    session: Session, course_ids: Collection[int], field: str | None, only: int | None = None
) -> Mapping[int, str | None]:
    """Our ids of the learners of these courses who may take part, each with the value of a profile field.

    Args:
        only: one person to look at, here and below; everybody where not given.
    """
    value = Person.profile[field].as_string() if field else sa.literal(None, sa.String)
    query = sa.select(Person.id, value).where(
        Person.removed_at.is_(None),
        Person.suspended.is_(False),
        Person.opted_out_at.is_(None),
        Person.id.in_(sa.select(Enrolment.person_id).where(*_learns(course_ids, only))),
    )
    return {row[0]: row[1] for row in session.execute(query.order_by(Person.id))}


def first_enrolled(
    session: Session, course_ids: Collection[int], only: int | None = None
) -> Mapping[int, datetime]:
    """When each learner of these courses was first enrolled in one of them, where the LMS told."""
    rows = session.execute(
        sa.select(Enrolment.person_id, sa.func.min(Enrolment.enrolled_at))
        .where(*_learns(course_ids, only), Enrolment.enrolled_at.is_not(None))
        .group_by(Enrolment.person_id)
    )
    return {person_id: moment for person_id, moment in rows if moment}


def completed(
    session: Session, course_ids: Collection[int], first: datetime, last: datetime, only: int | None = None
) -> Sequence[tuple[int, int, datetime]]:
    """Person, course and moment of every completion of these courses from `first` until before `last`."""
    rows = session.execute(
        sa.select(Enrolment.person_id, Enrolment.course_id, Enrolment.completed_at).where(
            *_learns(course_ids, only), Enrolment.completed_at >= first, Enrolment.completed_at < last
        )
    )
    return [(person_id, course_id, moment) for person_id, course_id, moment in rows if moment]


def in_cohort(session: Session, cohort_id: int, only: int | None = None) -> frozenset[int]:
    """Our ids of the people of an LMS cohort."""
    query = sa.select(CohortMember.person_id).where(CohortMember.cohort_id == cohort_id)
    return frozenset(session.scalars(query if only is None else query.where(CohortMember.person_id == only)))


def _learns(course_ids: Collection[int], only: int | None) -> tuple[sa.ColumnElement[bool], ...]:
    there = sa.select(Course.id).where(Course.id.in_(course_ids), Course.removed_at.is_(None))
    learns = (Enrolment.role == EnrolmentRole.LEARNER, Enrolment.course_id.in_(there))
    return learns if only is None else (*learns, Enrolment.person_id == only)
