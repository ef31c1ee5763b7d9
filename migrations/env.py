"""Alembic's entry: runs the revisions on the connection it is given, or on DATABASE_URL."""

import os

import sqlalchemy as sa
from alembic import context

from companion.models import Base
from companion.models.base import UtcDateTime


def plain_types(kind: str, item: object, _context: object) -> str | bool:
    """Revisions name SQLAlchemy's own types, so that they outlive the classes of today."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run(connection: sa.Connection) -> None:
    """Run the revisions in one transaction; batch mode, because SQLite cannot alter a table in place."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with sa.create_engine(os.environ["DATABASE_URL"]).connect() as own:
        run(own)
