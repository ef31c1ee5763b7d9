"""A matching run and what it proposed, kept with everything that explains it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, enum_column, primary_key, references


class RunState(StrEnum):
    """Where a matching run stands."""

    RUNNING = "running"
    """Being worked out, or waiting for a worker that does."""
    FAILED = "failed"
    PROPOSED = "proposed"
    APPROVING = "approving"
    """Somebody approved it; a worker forms its engagements, some at a time. Nothing of it can be changed any more."""
    APPROVED = "approved"
    DISCARDED = "discarded"


class Instruction(StrEnum):
    """What a coordinator decided about a pair for every matching to come."""

    PIN = "pin"
    """To be formed, before all others."""
    FORBID = "forbid"
    """Never to be formed."""


class MatchRun(Base):
    """One run of the matching for one programme."""

    __tablename__ = "match_run"
    __table_args__ = (
        # Two proposals of one programme are never worked out at the same time.
        sa.Index(
            "uq_match_run_running",
            "programme_id",
            unique=True,
            sqlite_where=sa.text("state = 'running' AND NOT what_if"),
            postgresql_where=sa.text("state = 'running' AND NOT what_if"),
        ),
    )

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
    what_if: Mapped[bool] = mapped_column(default=False)
    """Worked out only to be looked at: it is compared with the newest proposal and can never be approved."""
    phase: Mapped[str] = mapped_column(sa.String(100), default="")
    """What is being done, in words."""
    counts: Mapped[dict[str, int]] = mapped_column(default=dict)
    """Shards in all and done, rounds, and the gap of the last round; then pairs in all and decided."""
    lease_until: Mapped[datetime | None]
    """Until when one worker has the last step, which puts the shards together, for itself."""
    frame_sealed: Mapped[bytes | None]
    """The request without its people, as the shards' inputs; gone once the run is decided."""
    certificate: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Value, bound, bonus and the rest of what is proven; empty for circles."""
    fairness: Mapped[list[Any]] = mapped_column(default=list)
    """Coverage and mean points by group, warned groups first."""
    error: Mapped[str | None] = mapped_column(sa.String(500))


class MatchShard(Base):
    """One piece of a run, worked out by whichever worker takes it; gone with the decision, or a day after a discard."""

    __tablename__ = "match_shard"
    __table_args__ = (sa.UniqueConstraint("run_id", "position"),)

    id: Mapped[int] = primary_key()
    run_id: Mapped[int] = references("match_run.id")
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(300))
    input_sealed: Mapped[bytes]
    """The people as they were when the run was prepared: JSON, compressed, encrypted with the text key."""
    result: Mapped[dict[str, Any] | None]
    """Pairs, points, gap, rounds and prices; empty until it is worked out."""
    lease_until: Mapped[datetime | None]
    """Until when one worker has it for itself."""
    attempts: Mapped[int] = mapped_column(default=0)


class ProposedPair(Base):
    """A pair as proposed or chosen, with its reasons."""

    __tablename__ = "proposed_pair"
    __table_args__ = (sa.UniqueConstraint("run_id", "learner_id"),)

    id: Mapped[int] = primary_key()
    run_id: Mapped[int | None] = references("match_run.id")
    """Empty where the learner chose, or was proposed the next best."""
    learner_id: Mapped[int] = references("person.id")
    adviser_id: Mapped[int] = references("person.id")
    points: Mapped[int]
    reasons: Mapped[list[Any]]
    """Objects of rule, points and what is said for them: a ground (matching.grounds) with its values, no sentence."""
    circle: Mapped[int | None]
    """Pairs of one number become one circle around their adviser."""
    joins_id: Mapped[int | None] = references("engagement.id")
    """The running circle of this adviser that the learner is to join, instead of one that begins."""
    by_hand: Mapped[bool] = mapped_column(default=False)
    """Whether a coordinator put the two together."""
    decided_at: Mapped[datetime | None]
    """When it was approved; until then it can be changed."""
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


class PairInstruction(Base):
    """A pair that every matching of a programme forms first, or never forms, until it is taken back."""

    __tablename__ = "pair_instruction"
    __table_args__ = (sa.UniqueConstraint("programme_id", "learner_id", "adviser_id"),)

    id: Mapped[int] = primary_key()
    programme_id: Mapped[int] = references("programme.id")
    learner_id: Mapped[int] = references("person.id")
    adviser_id: Mapped[int] = references("person.id")
    kind: Mapped[Instruction] = mapped_column(enum_column(Instruction))
    given_by: Mapped[str] = mapped_column(sa.String(300))
    given_at: Mapped[datetime]
