"""Queries on the addresses at which a platform may register itself."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.lti import RegistrationLink


def add(session: Session, code_hash: str, now: datetime, expires_at: datetime) -> None:
    """Open an address."""
    session.add(RegistrationLink(code_hash=code_hash, created_at=now, expires_at=expires_at))


def use(session: Session, code_hash: str, now: datetime) -> bool:
    """Use an address: of several callers, in whatever process, one is told True."""
    used = session.execute(
        sa.update(RegistrationLink)
        .where(
            RegistrationLink.code_hash == code_hash,
            RegistrationLink.used_at.is_(None),
            RegistrationLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(RegistrationLink.code_hash)
    )
    return used.one_or_none() is not None


def note(session: Session, code_hash: str, problem: str) -> None:
    """Keep why it came to nothing, if there is such an address."""
    session.execute(
        sa.update(RegistrationLink)
        .where(RegistrationLink.code_hash == code_hash)
        .values(problem=problem[:500])
    )


def newest(session: Session, most: int = 5) -> Sequence[RegistrationLink]:
    """The addresses made last, newest first."""
    return session.scalars(
        sa.select(RegistrationLink)
        .order_by(RegistrationLink.created_at.desc(), RegistrationLink.code_hash)
        .limit(most)
    ).all()
