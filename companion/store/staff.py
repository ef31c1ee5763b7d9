"""Queries on administrators."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.staff import Administrator


def by_email(session: Session, email: str) -> Administrator | None:
    """The account of an address, whatever its case."""
    return session.scalars(
        sa.select(Administrator).where(Administrator.email == email.strip().lower())
    ).first()


def get(session: Session, administrator_id: int) -> Administrator | None:
    """One account."""
    return session.get(Administrator, administrator_id)


def add(session: Session, row: Administrator) -> Administrator:
    """Store a new account."""
    session.add(row)
    session.flush()
    return row


def all_of(session: Session) -> Sequence[Administrator]:
    """All accounts, by name."""
    return session.scalars(sa.select(Administrator).order_by(Administrator.name, Administrator.id)).all()
