"""Queries on sync runs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

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


def get(session: Session, run_id: int) -> SyncRun:
    """One run, which must exist."""
    return session.get_one(SyncRun, run_id)


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
