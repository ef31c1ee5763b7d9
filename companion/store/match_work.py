"""Queries on the work of a matching run: who has which piece, and for how long."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from companion.models.matching import MatchRun, MatchShard, RunState

LEASE = timedelta(minutes=10)
"""How long a worker may be silent before another takes its piece; a round over 100,000 people takes seconds."""
MOST_ATTEMPTS = 3


def begin(session: Session, run: MatchRun) -> MatchRun | None:
    """Store a run that is to be worked out; None where one of the programme already is."""
    try:
        with session.begin_nested():
            session.add(run)
    except IntegrityError:
        return None
    return run


def take_run(session: Session, now: datetime, run_id: int | None = None) -> MatchRun | None:
    """Lease a run that waits for its next step: to be prepared, or, all shards being done, put together."""
    open_shard = sa.exists().where(MatchShard.run_id == MatchRun.id, MatchShard.result.is_(None))
    due = (
        sa.select(MatchRun.id)
        .where(MatchRun.state == RunState.RUNNING, ~open_shard, _free(MatchRun.lease_until, now))
        .order_by(MatchRun.id)
        .limit(1)
    )
    if run_id is not None:
        due = due.where(MatchRun.id == run_id)
    return session.scalars(
        sa.update(MatchRun)
        .where(MatchRun.id == due.with_for_update(skip_locked=True).scalar_subquery())
        .values(lease_until=now + LEASE)
        .returning(MatchRun)
        .execution_options(synchronize_session=False)
    ).first()


def take_shard(session: Session, now: datetime, run_id: int | None = None) -> MatchShard | None:
    """Lease the next shard that nobody has, oldest runs first."""
    due = (
        sa.select(MatchShard.id)
        .join(MatchRun, MatchRun.id == MatchShard.run_id)
        .where(
            MatchRun.state == RunState.RUNNING,
            MatchShard.result.is_(None),
            _free(MatchShard.lease_until, now),
        )
        .order_by(MatchShard.run_id, MatchShard.position)
        .limit(1)
    )
    if run_id is not None:
        due = due.where(MatchRun.id == run_id)
    return session.scalars(
        sa.update(MatchShard)
        .where(MatchShard.id == due.with_for_update(skip_locked=True, of=MatchShard).scalar_subquery())
        .values(lease_until=now + LEASE, attempts=MatchShard.attempts + 1)
        .returning(MatchShard)
        .execution_options(synchronize_session=False)
    ).first()


def _free(lease: Any, now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(lease.is_(None), lease <= now)


def keep_run(session: Session, run_id: int, lease: datetime, until: datetime, **values: Any) -> bool:
    """Write to a run and prolong its lease; False where it was decided, or the lease is another's by now."""
    return _written(
        session,
        sa.update(MatchRun).where(
            MatchRun.id == run_id, MatchRun.state == RunState.RUNNING, MatchRun.lease_until == lease
        ),
        {"lease_until": until, **values},
    )


def keep_shard(session: Session, shard_id: int, lease: datetime, until: datetime) -> bool:
    """Prolong the lease of a shard; False where its run was stopped, or the lease is another's by now."""
    running = sa.select(MatchRun.id).where(MatchRun.state == RunState.RUNNING)
    return _written(
        session,
        sa.update(MatchShard).where(
            MatchShard.id == shard_id, MatchShard.lease_until == lease, MatchShard.run_id.in_(running)
        ),
        {"lease_until": until},
    )


def finish_shard(session: Session, shard_id: int, result: Mapping[str, Any]) -> bool:
    """Keep the result of a shard; False where another worker was first."""
    return _written(
        session,
        sa.update(MatchShard).where(MatchShard.id == shard_id, MatchShard.result.is_(None)),
        {"result": dict(result), "lease_until": None},
    )


def release_shard(session: Session, shard_id: int) -> None:
    """Let another worker take the shard."""
    session.execute(sa.update(MatchShard).where(MatchShard.id == shard_id).values(lease_until=None))


def count(session: Session, run_id: int) -> tuple[int, int]:
    """Shards done, and all of them."""
    row = session.execute(
        sa.select(sa.func.count(MatchShard.result), sa.func.count()).where(MatchShard.run_id == run_id)
    ).one()
    return int(row[0]), int(row[1])


def shards(session: Session, run_id: int) -> Sequence[MatchShard]:
    """The shards of a run in order."""
    return session.scalars(
        sa.select(MatchShard).where(MatchShard.run_id == run_id).order_by(MatchShard.position)
    ).all()


def tell(session: Session, run_id: int, phase: str, counts: Mapping[str, int]) -> None:
    """Say how far a run has come, to whoever looks; nothing depends on it."""
    session.execute(
        sa.update(MatchRun)
        .where(MatchRun.id == run_id, MatchRun.state == RunState.RUNNING)
        .values(phase=phase[:100], counts=dict(counts))
        .execution_options(synchronize_session=False)
    )


def fail(session: Session, run_id: int, error: str, now: datetime) -> None:
    """End a run that cannot be worked out, and forget its people."""
    session.execute(
        sa.update(MatchRun)
        .where(MatchRun.id == run_id, MatchRun.state == RunState.RUNNING)
        .values(state=RunState.FAILED, error=error[:500], decided_at=now, lease_until=None, frame_sealed=None)
        .execution_options(synchronize_session=False)
    )
    forget(session, run_id)


def forget(session: Session, run_id: int) -> None:
    """Take away the people a run was worked out from: what was decided needs them no more."""
    session.execute(sa.delete(MatchShard).where(MatchShard.run_id == run_id))
    session.execute(
        sa.update(MatchRun)
        .where(MatchRun.id == run_id)
        .values(frame_sealed=None)
        .execution_options(synchronize_session=False)
    )


def forget_discarded(session: Session, before: datetime) -> None:
    """Forget the people of the runs that were discarded before."""
    old = sa.select(MatchRun.id).where(
        MatchRun.state == RunState.DISCARDED, MatchRun.decided_at < before, MatchRun.frame_sealed.is_not(None)
    )
    for run_id in session.scalars(old).all():
        forget(session, run_id)


def _written(session: Session, statement: sa.Update, values: Mapping[str, Any]) -> bool:
    done = session.execute(statement.values(**values).execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]
