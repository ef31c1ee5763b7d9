"""Fresh databases with the whole schema, on SQLite and, where CAIRN_TEST_POSTGRES_URL names one, PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from companion.models import Base
from companion.store import Database

POSTGRES_URL = os.environ.get("CAIRN_TEST_POSTGRES_URL", "")
KINDS = ("sqlite", "postgresql") if POSTGRES_URL else ("sqlite",)


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Database]:
    """A database of its own, gone at the end."""
    if kind == "sqlite":
        with _created(Database(f"sqlite:///{folder / 'test.sqlite3'}")) as db:
            yield db
        return
    schema = f"t_{uuid4().hex}"
    admin = sa.create_engine(POSTGRES_URL)
    with admin.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
    address = sa.make_url(POSTGRES_URL).update_query_dict({"options": f"-csearch_path={schema}"})
    with _created(Database(address.render_as_string(hide_password=False))) as db:
        yield db
    with admin.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@contextmanager
def _created(db: Database) -> Iterator[Database]:
    Base.metadata.create_all(db.engine)
    try:
        yield db
    finally:
        db.dispose()
