"""Queries on people."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.people import Person


def get(session: Session, person_id: int) -> Person | None:
    """One person."""
    return session.get(Person, person_id)


def by_ids(session: Session, person_ids: Sequence[int]) -> Mapping[int, Person]:
    """People by id."""
    return {row.id: row for row in session.scalars(sa.select(Person).where(Person.id.in_(person_ids)))}
