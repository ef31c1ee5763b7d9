"""Bulk insert-or-update for both databases."""

from collections.abc import Mapping, Sequence
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
        rows: one mapping a row, all with the same columns.
        key: the columns of a unique constraint of the model.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(rows), CHUNK):
        chunk = [dict(row) for row in rows[start : start + CHUNK]]
        statement = insert(model).values(chunk)
        changed = {name: statement.excluded[name] for name in chunk[0] if name not in key}
        if changed:
            session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed))
        else:
            session.execute(statement.on_conflict_do_nothing(index_elements=list(key)))
