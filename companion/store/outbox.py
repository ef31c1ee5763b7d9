"""Queries on the outbox."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.jobs import OutboxEntry, OutboxState
from companion.store.slices import Slice, counted, narrowed, ordered
from companion.store.upsert import insert_new

SEALED = "sealed"
"""The part of a payload that says something to somebody; encrypted, and forgotten at the end."""

LEASE = timedelta(minutes=10)
"""How long one worker has for an entry before another may take it."""


def add(
    session: Session,
    kind: str,
    entries: Mapping[str, Mapping[str, Any]],
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Write entries by key, due at once unless a moment is given; one whose key is there already is left alone."""
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
                "due_at": due_at or now,
                "created_at": now,
            }
            for key, payload in entries.items()
        ],
        key=("key",),
    )


def take(session: Session, now: datetime, *, but_not: Collection[str] = ()) -> OutboxEntry | None:
    """Lease the next due entry: no other worker gets it until the lease ends.

    Args:
        but_not: kinds that cannot be done now.
    """
    due = (
        sa.select(OutboxEntry.id)
        .where(
            OutboxEntry.state == OutboxState.PENDING,
            OutboxEntry.due_at <= now,
            OutboxEntry.kind.not_in(but_not),
        )
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


def end(
    session: Session, entry: OutboxEntry, state: OutboxState, now: datetime, reason: str | None = None
) -> None:
    """The deed is done, passed on or dropped: what it said is forgotten."""
    payload = {name: value for name, value in entry.payload.items() if name != SEALED}
    _set(session, entry.id, state=state, done_at=now, last_error=reason, payload=payload)


def postpone(session: Session, entry_id: int, error: str, due_at: datetime) -> None:
    """It failed; try again at `due_at`."""
    _set(session, entry_id, due_at=due_at, last_error=error)


def give_up(session: Session, entry_id: int, error: str) -> None:
    """It failed for good; an administrator sees it."""
    _set(session, entry_id, state=OutboxState.FAILED, last_error=error)


def drop(session: Session, entry_id: int, now: datetime, reason: str) -> bool:
    """An administrator does not want it done any more; False where the entry was not given up."""
    entry = session.scalars(
        sa.select(OutboxEntry)
        .where(OutboxEntry.id == entry_id, OutboxEntry.state == OutboxState.FAILED)
        .with_for_update()
    ).first()
    if entry is None:
        return False
    end(session, entry, OutboxState.DROPPED, now, reason)
    return True


def withdraw(session: Session, prefix: str, now: datetime, reason: str) -> None:
    """Drop what waits untried, whose keys begin so: what it was to tell of is no more."""
    session.execute(
        sa.update(OutboxEntry)
        .where(
            OutboxEntry.state == OutboxState.PENDING,
            OutboxEntry.attempts == 0,
            OutboxEntry.key.startswith(prefix, autoescape=True),
        )
        .values(state=OutboxState.DROPPED, done_at=now, last_error=reason)
        .execution_options(synchronize_session=False)
    )


def drop_others(session: Session, entry: OutboxEntry, prefix: str, now: datetime, reason: str) -> None:
    """Drop what waits untried beside `entry`, whose keys begin alike: `entry` does it as well."""
    session.execute(
        sa.update(OutboxEntry)
        .where(
            OutboxEntry.state == OutboxState.PENDING,
            OutboxEntry.attempts == 0,
            OutboxEntry.id != entry.id,
            OutboxEntry.key.startswith(prefix, autoescape=True),
        )
        .values(state=OutboxState.DROPPED, done_at=now, last_error=reason)
        .execution_options(synchronize_session=False)
    )


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


def all_again(session: Session, now: datetime) -> int:
    """The same for all that was given up; gives how many entries that are."""
    found = session.scalars(
        sa.update(OutboxEntry)
        .where(OutboxEntry.state == OutboxState.FAILED)
        .values(state=OutboxState.PENDING, attempts=0, due_at=now)
        .returning(OutboxEntry.id)
        .execution_options(synchronize_session=False)
    )
    return len(found.all())


def forget(session: Session, before: datetime) -> int:
    """Take away what ended before a moment, done, passed on or dropped; gives how many entries."""
    ended = (OutboxState.DONE, OutboxState.PASSED_ON, OutboxState.DROPPED)
    gone = session.scalars(
        sa.delete(OutboxEntry)
        .where(OutboxEntry.state.in_(ended), OutboxEntry.done_at < before)
        .returning(OutboxEntry.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def counts(session: Session) -> dict[OutboxState, int]:
    """How many entries stand how."""
    rows = session.execute(sa.select(OutboxEntry.state, sa.func.count()).group_by(OutboxEntry.state))
    return {row[0]: row[1] for row in rows}


def figures(session: Session) -> Sequence[tuple[str, OutboxState, int, datetime | None]]:
    """Kind, state, number, and for what waits the moment the oldest was asked for."""
    rows = session.execute(
        sa.select(OutboxEntry.kind, OutboxEntry.state, sa.func.count(), sa.func.min(OutboxEntry.created_at))
        .group_by(OutboxEntry.kind, OutboxEntry.state)
        .order_by(OutboxEntry.kind, OutboxEntry.state)
    )
    return [
        (kind, state, number, since if state is OutboxState.PENDING else None)
        for kind, state, number, since in rows
    ]


def failed(session: Session, limit: int = 50) -> Sequence[OutboxEntry]:
    """The entries given up, newest first."""
    return session.scalars(
        sa.select(OutboxEntry)
        .where(OutboxEntry.state == OutboxState.FAILED)
        .order_by(OutboxEntry.id.desc())
        .limit(limit)
    ).all()


def listed(session: Session, wanted: Slice) -> tuple[Sequence[OutboxEntry], int]:
    """A slice of the entries, and how many its filters leave in all."""
    filters = {"state": OutboxEntry.state, "kind": OutboxEntry.kind}
    query = narrowed(sa.select(OutboxEntry), wanted, searched=(), filters=filters)
    total = counted(session, query)
    columns = {
        "id": OutboxEntry.id,
        "state": OutboxEntry.state,
        "attempts": OutboxEntry.attempts,
        "due_at": OutboxEntry.due_at,
    }
    return session.scalars(ordered(query, wanted.within(total), columns, OutboxEntry.id.desc())).all(), total


def _set(session: Session, entry_id: int, **values: Any) -> None:
    session.execute(
        sa.update(OutboxEntry)
        .where(OutboxEntry.id == entry_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
