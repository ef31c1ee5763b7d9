"""The audit log: entries chained by hash, added by the transaction that does what they tell of.

Whoever acts is set once for a request or a command (`acting`). The first transaction of theirs that changes something
adds the entry by itself, so that no change can be made that leaves none; a service that has more to tell notes it
(`note`), and its entry stands instead.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.audit import AuditEntry
from companion.store.slices import Slice, counted, narrowed, ordered

GENESIS: Final = "0" * 64
"""What the first entry has for the hash of the one before it."""
LONGEST_DETAIL: Final = 200
AT_ONCE: Final = 1000
_LOCK: Final = 0x4155444954  # "AUDIT": the lock of PostgreSQL that entries are added under
_NOTES: Final = "audit_notes"
Detail = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account by its e-mail address, or what acts in nobody's name."""

    name: str
    id: int | None = None


ITSELF: Final = Actor("Cairn itself")
COMMAND_LINE: Final = Actor("command line")


@dataclass(frozen=True, slots=True)
class Subject:
    """What something was done to, by its kind and number; a person too is only a number here."""

    kind: str
    id: str | int


@dataclass(slots=True)
class Deed:
    """What somebody is about to do.

    Attributes:
        action: its name in the log; None where nothing but what is noted goes into the log.
        noted: whether an entry tells of it already.
    """

    actor: Actor
    clock: Callable[[], datetime]
    action: str | None = None
    subject: Subject | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)
    noted: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """An entry that is yet to be written."""

    at: datetime
    actor: Actor
    action: str
    subject: Subject | None
    details: Mapping[str, Detail]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking the chain found.

    Attributes:
        broken: number of the first entry that is not as it was written; None where all are.
        entries: how many there are.
        head: the hash of the last one. Kept elsewhere, it proves later that none was cut off.
        seen: whether the hash that was kept is among them.
    """

    broken: int | None
    entries: int
    head: str
    seen: bool = False


_deed: ContextVar[Deed | None] = ContextVar("deed", default=None)


def begin_deed(deed: Deed | None) -> Token[Deed | None]:
    """Somebody acts from now on, or nobody any more."""
    return _deed.set(deed)


def end_deed(token: Token[Deed | None]) -> None:
    """Whoever acted before acts again."""
    _deed.reset(token)


@contextmanager
def acting(deed: Deed) -> Iterator[None]:
    """Somebody acts within the block."""
    token = begin_deed(deed)
    try:
        yield
    finally:
        end_deed(token)


def actor() -> Actor:
    """Who acts now."""
    deed = _deed.get()
    return deed.actor if deed else ITSELF


def note(
    session: Session,
    action: str,
    subject: Subject | None = None,
    details: Mapping[str, Detail] | None = None,
    *,
    at: datetime,
    by: Actor | None = None,
) -> None:
    """Have the transaction write an entry when it ends.

    Args:
        details: numbers, states, names of settings. Never what a person wrote.
        by: who acted, where that is not known to the request: somebody who is just signing in.
    """
    entry = Note(at, by or actor(), action, subject, dict(details or {}))
    session.info.setdefault(_NOTES, []).append(entry)


@contextmanager
def noted(session: Session) -> Iterator[None]:
    """Write what was noted in the block; and where somebody acts and nothing was, that they changed something."""
    deed = _deed.get()
    changes = _changes(session) if deed and deed.action and not deed.noted else []
    yield
    session.flush()
    notes: list[Note] = session.info.pop(_NOTES, [])
    if deed and deed.action and not deed.noted and not notes and changes:
        notes = [Note(deed.clock(), deed.actor, deed.action, deed.subject, deed.details)]
    if notes:
        _append(session, notes)
        if deed:
            deed.noted = True


def _changes(session: Session) -> list[bool]:
    """A list that has an item for each statement of the transaction that changes a row."""
    found: list[bool] = []

    def look(_connection: Any, cursor: Any, _statement: Any, _values: Any, context: Any, _many: Any) -> None:
        # What gives rows back (RETURNING) has counted none yet.
        touched = cursor.rowcount or cursor.description
        if context.isinsert or ((context.isupdate or context.isdelete) and touched):
            found.append(True)

    sa.event.listen(session.connection(), "after_cursor_execute", look)
    return found


def _append(session: Session, notes: list[Note]) -> None:
    # Last in its transaction, so that whoever waits for the log holds nothing that the one before still needs.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    last = session.execute(
        sa.select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    number, previous = (last[0], last[1]) if last else (0, GENESIS)
    for each in notes:
        number += 1
        row = _row(number, previous, each)
        session.add(row)
        previous = row.hash
    session.flush()


def _row(number: int, previous: str, entry: Note) -> AuditEntry:
    row = AuditEntry(
        number=number,
        at=entry.at,
        actor_id=entry.actor.id,
        actor=entry.actor.name[:300],
        action=entry.action,
        subject_kind=entry.subject.kind if entry.subject else None,
        subject_id=str(entry.subject.id)[:64] if entry.subject else None,
        details={name: _short(value) for name, value in entry.details.items()},
        previous_hash=previous,
    )
    row.hash = digest(row)
    return row


def _short(value: Detail) -> Detail:
    return value[:LONGEST_DETAIL] if isinstance(value, str) else value


def digest(row: AuditEntry) -> str:
    """The hash of an entry, as it stands: hexadecimal SHA-256."""
    told = {
        "number": row.number,
        "at": row.at.isoformat(timespec="microseconds"),
        "actor_id": row.actor_id,
        "actor": row.actor,
        "action": row.action,
        "subject_kind": row.subject_kind,
        "subject_id": row.subject_id,
        "details": row.details,
    }
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{row.previous_hash}\n{canonical}".encode()).hexdigest()


def verify(session: Session, kept: str | None = None) -> Verdict:
    """Go along the chain from its beginning. Args: kept: a hash that an entry must have, as an earlier head."""
    number, previous, seen = 0, GENESIS, kept == GENESIS
    for row in _in_order(session):
        number += 1
        if row.number != number or row.previous_hash != previous or row.hash != digest(row):
            return Verdict(number, number - 1, previous, seen)
        previous = row.hash
        seen = seen or kept == row.hash
    return Verdict(None, number, previous, seen)


def _in_order(session: Session) -> Iterator[AuditEntry]:
    last = -sys.maxsize
    while True:
        query = sa.select(AuditEntry).where(AuditEntry.number > last).order_by(AuditEntry.number)
        rows = session.scalars(query.limit(AT_ONCE)).all()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].number
        session.expunge_all()


COLUMNS: Final = {"number": AuditEntry.number, "actor": AuditEntry.actor, "action": AuditEntry.action}
FILTERS: Final = {"actor": AuditEntry.actor, "action": AuditEntry.action}


def listed(session: Session, wanted: Slice, since: datetime | None = None) -> tuple[list[AuditEntry], int]:
    """The entries of a slice, from a moment on where one is given, and how many its filters leave in all."""
    query = sa.select(AuditEntry)
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    query = narrowed(query, wanted, searched=[AuditEntry.actor, AuditEntry.subject_id], filters=FILTERS)
    total = counted(session, query)
    rows = session.scalars(ordered(query, wanted.within(total), COLUMNS, AuditEntry.number)).all()
    return list(rows), total


def known(session: Session) -> tuple[list[str], list[str]]:
    """The actors and the actions that the log holds, in order."""
    actors = session.scalars(sa.select(AuditEntry.actor).distinct().order_by(AuditEntry.actor)).all()
    actions = session.scalars(sa.select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()
    return list(actors), list(actions)
