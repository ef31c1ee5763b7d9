"""Queries on people."""

from sqlalchemy.orm import Session

from companion.models.people import Person


def get(session: Session, person_id: int) -> Person | None:
    """One person."""
    return session.get(Person, person_id)
