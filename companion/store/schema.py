"""Bringing a database to the schema of this version, by Alembic."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from companion.store.database import Database


class BrokenReferencesError(Exception):
    """A migration left rows that refer to nothing; it was taken back."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(f"Rows of {', '.join(tables)} would refer to nothing; nothing was changed.")


MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def upgrade(db: Database, revision: str = "head") -> None:
    """Run the missing migrations, all in one transaction."""
    with _altering(db) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(db: Database, revision: str) -> None:
    """Take migrations back, down to `revision` ("base" for all)."""
    with _altering(db) as connection:
        command.downgrade(_config(connection), revision)


def is_current(db: Database) -> bool:
    """Whether the database has the schema of this version."""
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory(str(MIGRATIONS)).get_current_head()


@contextmanager
def _altering(db: Database) -> Iterator[sa.Connection]:
    with db.engine.connect() as connection:
        if db.dialect != "sqlite":
            with connection.begin():
                yield connection
            return
        # SQLite alters a table by making it anew. While it drops the old one, rows that refer to it would go as well.
        _check_references(connection, "OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise BrokenReferencesError(sorted({row[0] for row in broken}))
        finally:
            _check_references(connection, "ON")


def _check_references(connection: sa.Connection, how: str) -> None:
    # Asked of the driver itself: within a transaction, as the engine would ask, it has no effect.
    own: Any = connection.connection.driver_connection
    own.execute(f"PRAGMA foreign_keys={how}")


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
