"""Bulk insert-or-update for both databases."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

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
    if rows:
        _execute(session, _upsert(_dialect(session), model, tuple(rows[0]), tuple(key)), rows)


def insert_new(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> None:
    """Insert the rows whose `key` columns are not there yet; the others stay as they are. Args as of `upsert`."""
    if rows:
        _execute(session, _insert_new(_dialect(session), model, tuple(key)), rows)


def insert_once(
    session: Session | sa.Connection, model: type[Base], row: Mapping[str, Any], *, key: Sequence[str]
) -> bool:
    """Insert a row, unless its `key` columns are there already; gives whether it was inserted."""
    connection = session.connection() if isinstance(session, Session) else session
    insert = _insert_once(connection.dialect.name, model, tuple(key))
    return connection.execute(insert, dict(row)).first() is not None


def insert_into(session: Session, model: type[Base]) -> Insert:
    """An INSERT of the dialect in use, which knows ON CONFLICT."""
    return _insert(_dialect(session), model)


# Made once for each table: to put a statement together takes longer than to run it.
@lru_cache(maxsize=256)
def _upsert(dialect: str, model: type[Base], columns: tuple[str, ...], key: tuple[str, ...]) -> Insert:
    changed = [name for name in columns if name not in key]
    if not changed:
        return _insert_new(dialect, model, key)
    insert = _insert(dialect, model)
    values = {name: insert.excluded[name] for name in changed}
    return insert.on_conflict_do_update(index_elements=list(key), set_=values)


@lru_cache(maxsize=256)
def _insert_new(dialect: str, model: type[Base], key: tuple[str, ...]) -> Insert:
    return _insert(dialect, model).on_conflict_do_nothing(index_elements=list(key))


@lru_cache(maxsize=256)
def _insert_once(dialect: str, model: type[Base], key: tuple[str, ...]) -> ReturningInsert[Any]:
    return _insert_new(dialect, model, key).returning(model.__table__.c[key[0]])


def _insert(dialect: str, model: type[Base]) -> Insert:
    return (postgresql.insert if dialect == "postgresql" else sqlite.insert)(model)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _execute(session: Session, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    # Many executions of one small statement, which both drivers do in bulk: a statement of many rows would
    # have to be put together anew each time, and is limited in its parameters.
    session.connection().execute(statement, [dict(row) for row in rows])
