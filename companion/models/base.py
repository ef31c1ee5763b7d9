"""The declarative base and the column types that behave alike on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

# SQLite only numbers a row by itself when its key is exactly INTEGER.
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: stored as UTC, refused when naive, given back as UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored; give it a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(kind: type[StrEnum]) -> sa.Enum:
    """A column that holds the values of a StrEnum as text, so that adding one needs no migration."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=30,
        values_callable=lambda e: [m.value for m in e],
    )


def primary_key() -> Any:
    """A numbered primary key of 64 bits."""
    return mapped_column(BigId, primary_key=True, autoincrement=True)


def references(target: str, *, on_delete: str = "CASCADE", index: bool = True, **options: Any) -> Any:
    """A foreign key with an index, which neither database makes by itself for the referring side.

    Args: index: not where a key of the table begins with the column, and serves as well.
    """
    return mapped_column(BigId, sa.ForeignKey(target, ondelete=on_delete), index=index, **options)


class Base(DeclarativeBase):
    """All tables; constraint names are fixed so that migrations can name them on both databases."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime(),
        dict[str, Any]: sa.JSON(),
        dict[str, str]: sa.JSON(),
        dict[str, int]: sa.JSON(),
        list[str]: sa.JSON(),
        list[int]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


def table_of(model: type[Base]) -> sa.Table:
    """The table of a model, for statements of plain columns: they cost a fraction of those that load objects."""
    return Base.metadata.tables[model.__tablename__]
