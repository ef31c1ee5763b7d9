"""Queries on administrators."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.staff import Administrator


def by_email(session: Session, email: str) -> Administrator | None:
    """The account of an address, whatever its case."""
    if "\0" in email:  # PostgreSQL refuses even to look for such a text
        return None
    return session.scalars(
        sa.select(Administrator).where(Administrator.email == email.strip().lower())
    ).first()


def get(session: Session, administrator_id: int, *, lock: bool = False) -> Administrator | None:
    """One account; with `lock` nobody else changes it until the transaction ends."""
    return session.get(Administrator, administrator_id, with_for_update=lock)


def add(session: Session, row: Administrator) -> Administrator:
    """Store a new account."""
    session.add(row)
    session.flush()
    return row


def all_of(session: Session) -> Sequence[Administrator]:
    """All accounts, by name."""
    return session.scalars(sa.select(Administrator).order_by(Administrator.name, Administrator.id)).all()
