"""Queries on sync runs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from companion.models.base import table_of
from companion.models.jobs import SyncKind, SyncRun, SyncState
from companion.store.slices import Slice, counted, narrowed, ordered

DEAD_AFTER = timedelta(minutes=2)
"""A run silent for so long is taken for dead; one that waits for the LMS gives a sign every few seconds."""


def start(session: Session, site_id: int, scope: str, now: datetime) -> SyncRun | None:
    """Begin a run; None where one is under way. A dead one is first marked as failed.

    Args: scope: digest of what is followed.
    """
    session.execute(
        sa.update(SyncRun)
        .where(SyncRun.state == SyncState.RUNNING, SyncRun.heartbeat_at < now - DEAD_AFTER)
        .values(
            state=SyncState.FAILED,
            finished_at=now,
            error="It stopped without a word. Nothing was changed; the next sync goes on where it stopped.",
        )
        .execution_options(synchronize_session=False)
    )
    run = SyncRun(
        site_id=site_id,
        state=SyncState.RUNNING,
        started_at=now,
        heartbeat_at=now,
        kind=SyncKind.FULL,
        scope=scope,
        resumed=False,
        complete=False,
        phase="connecting",
        steps_done=0,
        held_back=0,
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


def page(session: Session, site_id: int, wanted: Slice) -> tuple[Sequence[SyncRun], int]:
    """The runs of a slice, and how many its filters leave: `state` and `kind`."""
    query = narrowed(
        sa.select(SyncRun).where(SyncRun.site_id == site_id),
        wanted,
        searched=(),
        filters={"state": SyncRun.state, "kind": SyncRun.kind},
    )
    total = counted(session, query)
    columns = {"started": SyncRun.id}
    return session.scalars(ordered(query, wanted.within(total), columns, SyncRun.id)).all(), total


def step(session: Session, run_id: int, now: datetime, steps: int) -> bool:
    """Count steps of the phase and give a sign of life. Gives what `write` gives."""
    counted = session.connection().execute(_STEP, {"run": run_id, "now": now, "more": steps})
    return counted.rowcount == 1


# Every page of a reading does this: made once, and of plain columns.
_RUN = table_of(SyncRun)
_STEP = (
    sa.update(_RUN)
    .where(_RUN.c.id == sa.bindparam("run"), _RUN.c.state == SyncState.RUNNING)
    .values(heartbeat_at=sa.bindparam("now"), steps_done=_RUN.c.steps_done + sa.bindparam("more"))
)


def last_done(session: Session, site_id: int) -> SyncRun | None:
    """The newest run that ended well."""
    return session.scalars(
        sa.select(SyncRun)
        .where(SyncRun.site_id == site_id, SyncRun.state == SyncState.DONE)
        .order_by(SyncRun.id.desc())
        .limit(1)
    ).first()


def last_complete(session: Session, site_id: int, kind: SyncKind | None = None) -> SyncRun | None:
    """The newest run, of a kind if one is given, that read all that it was to read."""
    query = (
        sa.select(SyncRun)
        .where(
            SyncRun.site_id == site_id,
            SyncRun.state == SyncState.DONE,
            SyncRun.complete,
            SyncRun.read_at.is_not(None),
        )
        .order_by(SyncRun.id.desc())
        .limit(1)
    )
    return session.scalars(query.where(SyncRun.kind == kind) if kind else query).first()
