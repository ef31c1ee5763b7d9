"""Queries on people."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.people import Person


def get(session: Session, person_id: int) -> Person | None:
    """One person."""
    return session.get(Person, person_id)


def count(session: Session, site_id: int) -> int:
    """How many people of a site are still in the LMS."""
    return (
        session.scalar(
            sa.select(sa.func.count()).where(Person.site_id == site_id, Person.removed_at.is_(None))
        )
        or 0
    )
