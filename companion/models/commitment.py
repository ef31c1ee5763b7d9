"""Commitments: an intent, a day, and how the two will know; each text is encrypted at rest."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, enum_column, primary_key, references


class CommitmentState(StrEnum):
    """Where a commitment stands."""

    OPEN = "open"
    KEPT = "kept"
    """By its day, or by the day it was renegotiated to in time."""
    LATE = "late"
    """Kept after its day, or renegotiated only then."""
    DROPPED = "dropped"


class Commitment(Base):
    """What one person of an engagement means to do, for all in it to see."""

    __tablename__ = "commitment"
    __table_args__ = (sa.Index("ix_commitment_state_due_on", "state", "due_on"),)

    id: Mapped[int] = primary_key()
    engagement_id: Mapped[int] = references("engagement.id")
    person_id: Mapped[int] = references("person.id")
    intent_encrypted: Mapped[bytes | None]
    sign_encrypted: Mapped[bytes | None]
    """How will we know."""
    due_on: Mapped[date]
    """As it was agreed last."""
    state: Mapped[CommitmentState] = mapped_column(enum_column(CommitmentState))
    was_late: Mapped[bool]
    """It was renegotiated when its day was past: kept now means late."""
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)


class CommitmentDay(Base):
    """A day that a commitment was due on before it was renegotiated."""

    __tablename__ = "commitment_day"

    id: Mapped[int] = primary_key()
    commitment_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("commitment.id", ondelete="CASCADE"), index=True
    )
    due_on: Mapped[date]
    moved_at: Mapped[datetime]
    in_time: Mapped[bool]
