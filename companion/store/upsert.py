"""Bulk insert-or-update for both databases."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from companion.models.base import Base

Insert = postgresql.Insert | sqlite.Insert


def upsert(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> None:
    """Insert the rows, or update those whose `key` columns are already there.

    Args:
        rows: one mapping a row, all with the same columns, no two with the same key.
        key: the columns of a unique constraint of the model.
    """
    if not rows:
        return
    insert = _insert(session, model)
    changed = {name: insert.excluded[name] for name in rows[0] if name not in key}
    if changed:
        _execute(session, insert.on_conflict_do_update(index_elements=list(key), set_=changed), rows)
    else:
        insert_new(session, model, rows, key=key)


def insert_new(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> None:
    """Insert the rows whose `key` columns are not there yet; the others stay as they are. Args as of `upsert`."""
    if rows:
        _execute(session, _insert(session, model).on_conflict_do_nothing(index_elements=list(key)), rows)


def _insert(session: Session, model: type[Base]) -> Insert:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(model)


def _execute(session: Session, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    # Many executions of one small statement, which both drivers do in bulk: a statement of many rows would
    # have to be put together anew each time, and is limited in its parameters.
    session.connection().execute(statement, [dict(row) for row in rows])
