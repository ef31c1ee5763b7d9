"""Writing many rows at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.base import UtcDateTime

Values = Sequence[Any]
Process = Callable[[Any], Any]
AT_A_TIME = 1000


def fill(session: Session, table: sa.Table, columns: Sequence[str], rows: Iterable[Values]) -> None:
    """Insert rows that are new; raises IntegrityError of SQLAlchemy's or the driver's where one is not.

    Args:
        columns: names, in the order of the values of each row.
    """
    connection = session.connection()
    process = [_processor(connection.dialect, table.c[name].type) for name in columns]
    names = ", ".join(columns)
    cursor = connection.connection.cursor()
    try:
        if connection.dialect.name == "postgresql":
            with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                for page in _adapted(rows, process):
                    for row in page:
                        copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
            for page in _adapted(rows, process):
                cursor.executemany(statement, page)
    finally:
        cursor.close()


def _adapted(rows: Iterable[Values], process: Sequence[Process | None]) -> Iterator[list[Values]]:
    """Makes of Python values what the driver takes, as each column's type would, some rows at a time.

    Column by column, as that spares a call of ours for each row.
    """
    source = iter(rows)
    while page := list(islice(source, AT_A_TIME)):
        columns = (
            [None if value is None else one(value) for value in column] if one else column
            for column, one in zip(zip(*page, strict=True), process, strict=True)
        )
        yield list(zip(*columns, strict=True))


def _processor(dialect: sa.Dialect, kind: Any) -> Process | None:
    # Most of what is staged are moments: made by the type's own layers they take half of the time that storing takes.
    if isinstance(kind, sa.Boolean):
        return None  # both drivers take it as it is
    if isinstance(kind, UtcDateTime):
        return _moment_text if dialect.name == "sqlite" else _moment
    found: Process | None = kind.dialect_impl(dialect).bind_processor(dialect)
    if found and isinstance(kind, sa.Enum) and kind.enum_class:
        return {each: found(each) for each in kind.enum_class}.__getitem__
    return found


def _moment(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a naive datetime was about to be stored; give it a time zone")
    return value


def _moment_text(value: datetime) -> str:
    """As SQLAlchemy writes a moment on SQLite: UTC, to the microsecond, without a zone.

    Put together from what many moments have in common: for each anew, Python takes three times as long, and half of
    what is stored in a sync are moments.
    """
    utc = value if value.tzinfo is UTC else _moment(value).astimezone(UTC)
    if utc.microsecond:
        return utc.isoformat(" ", "microseconds")[:26]
    return f"{_day(utc.toordinal())}{_MINUTES[utc.hour * 60 + utc.minute]}{_SECONDS[utc.second]}"


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return date.fromordinal(number).isoformat()


_MINUTES = [f" {minute // 60:02}:{minute % 60:02}:" for minute in range(24 * 60)]
_SECONDS = [f"{second:02}.000000" for second in range(60)]
