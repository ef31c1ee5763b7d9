"""Rows as JSON knows them, for what somebody takes along."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy.orm import Session

Rows = Sequence[Mapping[str, Any]]


def mappings(session: Session, query: Any) -> Rows:
    """What a query finds, by the names of its columns."""
    return [{name: plain(value) for name, value in row.items()} for row in session.execute(query).mappings()]


def plain(value: object) -> object:
    """A value as JSON knows it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
