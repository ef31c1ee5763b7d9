"""Queries on the outbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.jobs import OutboxEntry, OutboxState
from companion.store.upsert import insert_new

LEASE = timedelta(minutes=10)
"""How long one worker has for an entry before another may take it."""


def add(session: Session, kind: str, entries: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
    """Write entries by key; one whose key is there already is left alone."""
    insert_new(
        session,
        OutboxEntry,
        [
            {
                "kind": kind,
                "key": key,
                "payload": dict(payload),
                "state": OutboxState.PENDING,
                "attempts": 0,
                "due_at": now,
                "created_at": now,
            }
            for key, payload in entries.items()
        ],
        key=("key",),
    )


def take(session: Session, now: datetime) -> OutboxEntry | None:
    """Lease the next due entry: no other worker gets it until the lease ends."""
    due = (
        sa.select(OutboxEntry.id)
        .where(OutboxEntry.state == OutboxState.PENDING, OutboxEntry.due_at <= now)
        .order_by(OutboxEntry.due_at, OutboxEntry.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return session.scalars(
        sa.update(OutboxEntry)
        .where(OutboxEntry.id == due)
        .values(due_at=now + LEASE, attempts=OutboxEntry.attempts + 1)
        .returning(OutboxEntry)
        .execution_options(synchronize_session=False)
    ).first()


def finish(session: Session, entry_id: int, now: datetime) -> None:
    """The deed is done."""
    _set(session, entry_id, state=OutboxState.DONE, done_at=now, last_error=None)


def postpone(session: Session, entry_id: int, error: str, due_at: datetime) -> None:
    """It failed; try again at `due_at`."""
    _set(session, entry_id, due_at=due_at, last_error=error)


def give_up(session: Session, entry_id: int, error: str) -> None:
    """It failed for good; an administrator sees it."""
    _set(session, entry_id, state=OutboxState.FAILED, last_error=error)


def again(session: Session, entry_id: int, now: datetime) -> bool:
    """An administrator asks for one more series of attempts; False where the entry was not given up."""
    found = session.execute(
        sa.update(OutboxEntry)
        .where(OutboxEntry.id == entry_id, OutboxEntry.state == OutboxState.FAILED)
        .values(state=OutboxState.PENDING, attempts=0, due_at=now)
        .returning(OutboxEntry.id)
        .execution_options(synchronize_session=False)
    )
    return found.one_or_none() is not None


def counts(session: Session) -> dict[OutboxState, int]:
    """How many entries stand how."""
    rows = session.execute(sa.select(OutboxEntry.state, sa.func.count()).group_by(OutboxEntry.state))
    return {row[0]: row[1] for row in rows}


def failed(session: Session, limit: int = 50) -> Sequence[OutboxEntry]:
    """The entries given up, newest first."""
    return session.scalars(
        sa.select(OutboxEntry)
        .where(OutboxEntry.state == OutboxState.FAILED)
        .order_by(OutboxEntry.id.desc())
        .limit(limit)
    ).all()


def _set(session: Session, entry_id: int, **values: Any) -> None:
    session.execute(
        sa.update(OutboxEntry)
        .where(OutboxEntry.id == entry_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
