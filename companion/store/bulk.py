"""Writing many rows at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.base import UtcDateTime

Values = Sequence[Any]


def fill(session: Session, table: sa.Table, columns: Sequence[str], rows: Iterable[Values]) -> None:
    """Insert rows that are new; raises IntegrityError of SQLAlchemy's or the driver's where one is not.

    Args:
        columns: names, in the order of the values of each row.
    """
    connection = session.connection()
    adapt = _adapter(connection, table, columns)
    names = ", ".join(columns)
    cursor = connection.connection.cursor()
    try:
        if connection.dialect.name == "postgresql":
            with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(adapt(row))
        else:
            marks = ", ".join("?" * len(columns))
            statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
            cursor.executemany(statement, [adapt(row) for row in rows])
    finally:
        cursor.close()


def _adapter(
    connection: sa.Connection, table: sa.Table, columns: Sequence[str]
) -> Callable[[Values], list[Any]]:
    """Makes of Python values what the driver takes, as each column's type would."""
    needed = [
        (place, process)
        for place, name in enumerate(columns)
        if (process := _processor(connection.dialect, table.c[name].type))
    ]

    def adapt(row: Values) -> list[Any]:
        values = list(row)
        for place, process in needed:
            if values[place] is not None:
                values[place] = process(values[place])
        return values

    return adapt


def _processor(dialect: sa.Dialect, kind: Any) -> Callable[[Any], Any] | None:
    # Most of what is staged are moments: made by the type's own layers they take half of the time that storing takes.
    if isinstance(kind, UtcDateTime):
        return _moment_text if dialect.name == "sqlite" else _moment
    found: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _moment(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a naive datetime was about to be stored; give it a time zone")
    return value


def _moment_text(value: datetime) -> str:
    """As SQLAlchemy writes a moment on SQLite: UTC, to the microsecond, without a zone."""
    return _moment(value).astimezone(UTC).isoformat(" ", "microseconds")[:26]
