"""Bulk insert-or-update for both databases."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from companion.models.base import Base

CHUNK = 500
"""Rows a statement: SQLite allows 32,766 parameters in one, PostgreSQL 65,535."""


def upsert(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> None:
    """Insert the rows, or update those whose `key` columns are already there.

    Args:
        rows: one mapping a row, all with the same columns, no two with the same key.
        key: the columns of a unique constraint of the model.
    """
    for insert in _inserts(session, model, rows):
        changed = {name: insert.excluded[name] for name in rows[0] if name not in key}
        if changed:
            session.execute(insert.on_conflict_do_update(index_elements=list(key), set_=changed))
        else:
            session.execute(insert.on_conflict_do_nothing(index_elements=list(key)))


def insert_new(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> None:
    """Insert the rows whose `key` columns are not there yet; the others stay as they are. Args as of `upsert`."""
    for insert in _inserts(session, model, rows):
        session.execute(insert.on_conflict_do_nothing(index_elements=list(key)))


def _inserts(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]
) -> Iterator[postgresql.Insert | sqlite.Insert]:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(rows), CHUNK):
        yield insert(model).values([dict(row) for row in rows[start : start + CHUNK]])
