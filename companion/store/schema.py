"""Bringing a database to the schema of this version, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from companion.store.database import Database

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def upgrade(db: Database, revision: str = "head") -> None:
    """Run the missing migrations, all in one transaction."""
    with db.engine.connect() as connection:
        command.upgrade(_config(connection), revision)
        connection.commit()


def downgrade(db: Database, revision: str) -> None:
    """Take migrations back, down to `revision` ("base" for all)."""
    with db.engine.connect() as connection:
        command.downgrade(_config(connection), revision)
        connection.commit()


def is_current(db: Database) -> bool:
    """Whether the database has the schema of this version."""
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
