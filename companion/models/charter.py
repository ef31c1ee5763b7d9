"""What the people of an engagement go by: the programme's charter, and how each of them likes to work."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, primary_key, references


class Charter(Base):
    """A version of a programme's charter. It is never changed: another version follows it."""

    __tablename__ = "charter"
    __table_args__ = (sa.UniqueConstraint("programme_id", "version"),)

    id: Mapped[int] = primary_key()
    programme_id: Mapped[int] = references("programme.id")
    version: Mapped[int]
    """From 1; where a programme has none, our own charter counts as version 0."""
    norms: Mapped[list[str]]
    """One sentence each."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(sa.String(300))
    """Name of the administrator, as it was then."""


class WorkStyle(Base):
    """How a person likes to work, for those who are in an engagement with them; each text is encrypted at rest."""

    __tablename__ = "work_style"

    person_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    reach_encrypted: Mapped[bytes | None]
    """How to reach me."""
    away_encrypted: Mapped[bytes | None]
    """When not."""
    feedback_encrypted: Mapped[bytes | None]
    """How I like feedback."""
    changed_at: Mapped[datetime]


class FullWeek(Base):
    """A week in which somebody has little room: nudges rest and the others are told, without a reason."""

    __tablename__ = "full_week"

    person_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    monday: Mapped[date] = mapped_column(primary_key=True)
    said_at: Mapped[datetime]
