"""Queries on sync runs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from companion.models.jobs import SyncRun, SyncState

DEAD_AFTER = timedelta(minutes=10)
"""A run silent for so long is taken for dead; the longest single wait for the LMS is one minute."""


def start(session: Session, site_id: int, now: datetime) -> SyncRun | None:
    """Begin a run; None where one is under way. A dead one is first marked as failed."""
    session.execute(
        sa.update(SyncRun)
        .where(SyncRun.state == SyncState.RUNNING, SyncRun.heartbeat_at < now - DEAD_AFTER)
        .values(
            state=SyncState.FAILED, finished_at=now, error="It stopped without a word. Nothing was changed."
        )
        .execution_options(synchronize_session=False)
    )
    run = SyncRun(
        site_id=site_id,
        state=SyncState.RUNNING,
        started_at=now,
        heartbeat_at=now,
        phase="connecting",
        counts={},
        problems=[],
    )
    try:
        with session.begin_nested():
            session.add(run)
    except IntegrityError:
        return None
    return run


def write(session: Session, run_id: int, now: datetime, **values: Any) -> bool:
    """Write to a run and give a sign of life; False where it has ended, perhaps because it was taken for dead.

    Until the transaction ends nobody else can take the run for dead.
    """
    written = session.execute(
        sa.update(SyncRun)
        .where(SyncRun.id == run_id, SyncRun.state == SyncState.RUNNING)
        .values(heartbeat_at=now, **values)
        .returning(SyncRun.id)
        .execution_options(synchronize_session=False)
    )
    return written.one_or_none() is not None


def latest(session: Session, site_id: int, limit: int = 20) -> Sequence[SyncRun]:
    """The newest runs first."""
    return session.scalars(
        sa.select(SyncRun).where(SyncRun.site_id == site_id).order_by(SyncRun.id.desc()).limit(limit)
    ).all()


def last_done(session: Session, site_id: int) -> SyncRun | None:
    """The newest run that ended well."""
    return session.scalars(
        sa.select(SyncRun)
        .where(SyncRun.site_id == site_id, SyncRun.state == SyncState.DONE)
        .order_by(SyncRun.id.desc())
        .limit(1)
    ).first()
