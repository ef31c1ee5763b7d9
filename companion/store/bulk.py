"""Writing many rows at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

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
    dialect = connection.dialect
    processors = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns]

    def adapt(row: Values) -> list[Any]:
        return [
            value if process is None or value is None else process(value)
            for process, value in zip(processors, row, strict=True)
        ]

    return adapt
