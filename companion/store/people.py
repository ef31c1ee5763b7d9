"""Queries on people."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.people import Enrolment, Person
from companion.models.programme import ProgrammeCourse
from companion.store.slices import containing


def get(session: Session, person_id: int) -> Person | None:
    """One person."""
    return session.get(Person, person_id)


def by_ids(session: Session, person_ids: Sequence[int]) -> Mapping[int, Person]:
    """People by id."""
    return {row.id: row for row in session.scalars(sa.select(Person).where(Person.id.in_(person_ids)))}


def names(session: Session, person_ids: Collection[int | None]) -> Mapping[int | None, str]:
    """Full names by id."""
    wanted = {each for each in person_ids if each is not None}
    rows = session.execute(sa.select(Person.id, Person.full_name).where(Person.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def named_like(session: Session, programme_id: int, text: str, limit: int = 20) -> Sequence[Person]:
    """People in the courses of a programme whose name contains the text, by name; nobody where it is empty."""
    if not text.strip():
        return ()
    enrolled = (
        sa.select(Enrolment.person_id)
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Enrolment.course_id)
        .where(ProgrammeCourse.programme_id == programme_id)
    )
    return session.scalars(
        sa.select(Person)
        .where(containing(text.strip(), [Person.full_name]), Person.id.in_(enrolled))
        .order_by(Person.full_name, Person.id)
        .limit(limit)
    ).all()
