"""A slice of a long list: which rows, in which order. Filtering, sorting and paging happen in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

Columns = Mapping[str, sa.SQLColumnExpression[Any]]
AnyRows = sa.Select[*tuple[Any, ...]]
Rows = TypeVar("Rows", bound=AnyRows)


@dataclass(frozen=True, slots=True)
class Slice:
    """What is wanted of a list.

    Attributes:
        sort: key of the column to sort by.
        descending: whether the largest comes first.
        offset: rows to leave out at the beginning.
        limit: rows at most.
        text: what one of the columns searched must contain, whatever the case; empty for all.
        only: value by the key of a column; rows with another value are left out.
    """

    sort: str
    descending: bool = False
    offset: int = 0
    limit: int = 50
    text: str = ""
    only: Mapping[str, Any] = field(default_factory=dict)

    def within(self, total: int) -> "Slice":
        """The same slice, or the last one there is where it lies behind the end of `total` rows."""
        last = max(0, (total - 1) // self.limit * self.limit)
        return replace(self, offset=min(self.offset, last))


def counted(session: Session, query: AnyRows) -> int:
    """How many rows a query has."""
    return session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0


def containing(text: str, columns: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Where one of the columns contains the text, whatever the case; its wildcards stand for themselves."""
    return sa.or_(*(column.icontains(text, autoescape=True) for column in columns))


def narrowed(query: Rows, wanted: Slice, *, searched: Sequence[Any], filters: Columns) -> Rows:
    """The query with only the rows that the slice's text and filters leave. Filters it does not know are ignored."""
    if wanted.text:
        query = query.where(containing(wanted.text, searched))
    for key, value in wanted.only.items():
        if key in filters:
            query = query.where(filters[key] == value)
    return query


def ordered(query: Rows, wanted: Slice, columns: Columns, last: Any) -> Rows:
    """The query in order, cut to the slice. `last`, a unique column, decides between equals.

    Raises:
        KeyError: the slice sorts by a column that is not among these.
    """
    column = columns[wanted.sort]
    first = column.desc() if wanted.descending else column.asc()
    return query.order_by(first, last).offset(wanted.offset).limit(wanted.limit)
