"""A matching run and what it proposed, kept with everything that explains it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, enum_column, primary_key, references


class RunState(StrEnum):
    """Where a matching run stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DISCARDED = "discarded"


class MatchRun(Base):
    """One run of the matching for one programme."""

    __tablename__ = "match_run"

    id: Mapped[int] = primary_key()
    programme_id: Mapped[int] = references("programme.id")
    state: Mapped[RunState] = mapped_column(enum_column(RunState))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(sa.String(300))
    programme_version: Mapped[int]
    parameters: Mapped[dict[str, Any]]
    """Weights, window, date and the other inputs apart from the people."""
    input_hash: Mapped[str] = mapped_column(sa.String(64))
    solver: Mapped[str] = mapped_column(sa.String(100))
    versions: Mapped[dict[str, str]]
    points: Mapped[int]
    gap: Mapped[int]
    """Points that a better matching could still gain at most; 0 where proven optimal."""
    learners: Mapped[int]
    advisers: Mapped[int]


class ProposedPair(Base):
    """A pair as proposed, with its reasons."""

    __tablename__ = "proposed_pair"
    __table_args__ = (sa.UniqueConstraint("run_id", "learner_id"),)

    id: Mapped[int] = primary_key()
    run_id: Mapped[int] = references("match_run.id")
    learner_id: Mapped[int] = references("person.id")
    adviser_id: Mapped[int] = references("person.id")
    points: Mapped[int]
    reasons: Mapped[list[Any]]
    """Objects of rule, points, and the sentence for the learner, the adviser and the administrator."""
    engagement_id: Mapped[int | None] = references("engagement.id", on_delete="SET NULL")
    """Set on approval; a pair that could no longer be formed then has a refusal in its place."""
    refusal: Mapped[str | None] = mapped_column(sa.String(300))


class UnmatchedLearner(Base):
    """A learner the run could not pair, with the reason that binds."""

    __tablename__ = "unmatched_learner"
    __table_args__ = (sa.UniqueConstraint("run_id", "person_id"),)

    id: Mapped[int] = primary_key()
    run_id: Mapped[int] = references("match_run.id")
    person_id: Mapped[int] = references("person.id")
    code: Mapped[str] = mapped_column(sa.String(50))
    text: Mapped[str] = mapped_column(sa.String(500))
