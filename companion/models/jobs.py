"""What runs in the background: jobs, sync runs and the outbox."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, enum_column, primary_key, references


class SyncState(StrEnum):
    """How a sync run stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class SyncKind(StrEnum):
    """What a sync reads."""

    FULL = "full"
    CHANGES = "changes"


class SyncRun(Base):
    """One reading of the LMS."""

    __tablename__ = "sync_run"
    __table_args__ = (
        # Two runs of one site never overlap, whatever started them.
        sa.Index(
            "uq_sync_run_running",
            "site_id",
            unique=True,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        ),
    )

    id: Mapped[int] = primary_key()
    site_id: Mapped[int] = references("site.id")
    state: Mapped[SyncState] = mapped_column(enum_column(SyncState))
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    """Last sign of life; a run silent for two minutes is taken for dead."""
    finished_at: Mapped[datetime | None]
    kind: Mapped[SyncKind] = mapped_column(enum_column(SyncKind))
    scope: Mapped[str] = mapped_column(sa.String(64))
    """Digest of the courses followed and the profile fields kept: changes serve only where it is the same."""
    route: Mapped[str | None] = mapped_column(sa.String(30))
    """Where enrolment and completion times came from."""
    read_at: Mapped[datetime | None]
    """When the reading began that it applied: in an earlier run, if it went on from there."""
    resumed: Mapped[bool]
    """It went on from the pages that an earlier run had kept."""
    complete: Mapped[bool]
    phase: Mapped[str] = mapped_column(sa.String(50))
    steps_done: Mapped[int]
    steps: Mapped[int | None]
    """How many there are in the phase, where it is known."""
    held_back: Mapped[int]
    """People and courses that have gone and are kept until an administrator allows their removal."""
    counts: Mapped[dict[str, int]]
    problems: Mapped[list[str]]
    """Sentences for the administrator: what could not be read, and what was therefore left as it was."""
    error: Mapped[str | None] = mapped_column(sa.String(500))


class OutboxState(StrEnum):
    """How work for the outside world stands."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    """Given up; an administrator can have it tried again or drop it."""
    PASSED_ON = "passed_on"
    """Refused on this way; an entry of its own tries the other."""
    DROPPED = "dropped"
    """No longer needed, or an administrator does not want it."""


class OutboxEntry(Base):
    """Work for the outside world, written in the transaction that decided it, done afterwards by a job."""

    __tablename__ = "outbox"

    id: Mapped[int] = primary_key()
    kind: Mapped[str] = mapped_column(sa.String(50))
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    """Names the deed, so that deciding it twice does it once."""
    payload: Mapped[dict[str, Any]]
    state: Mapped[OutboxState] = mapped_column(enum_column(OutboxState))
    attempts: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(index=True)
    """Not before this moment: moved on while somebody works on it and after each failure."""
    last_error: Mapped[str | None] = mapped_column(sa.String(500))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class JobRecord(Base):
    """A job and its last run: whether the worker lives, and how long things take."""

    __tablename__ = "job_record"

    job: Mapped[str] = mapped_column(sa.String(50), primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    """Empty while it runs, or where its process died."""
    milliseconds: Mapped[int] = mapped_column(sa.BigInteger)
    """How long all its runs took together."""
    runs: Mapped[int]
    failures: Mapped[int]
    error: Mapped[str | None] = mapped_column(sa.String(100))
    """The kind of the last failure; empty after a run that went well."""
