"""The engine and the unit of work: one `begin()` is one transaction."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from companion.store import audit

TRUSTED_SECONDS = 20.0
"""How long a pooled connection of PostgreSQL may have rested before it is tried."""


class Database:
    """Opens sessions on SQLite or PostgreSQL. Constructing it connects to nothing."""

    def __init__(self, url: str) -> None:
        """Args: url: SQLAlchemy address, `sqlite:///…` or `postgresql+psycopg://…`."""
        address = sa.make_url(url)
        self.dialect = address.get_backend_name()
        # Parameters are people's names and words: hidden, they stay out of exceptions, and so out of logs.
        if self.dialect == "sqlite":
            if address.database and address.database != ":memory:":
                Path(address.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = sa.create_engine(url, hide_parameters=True, connect_args={"timeout": 30})
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin)
        else:
            self.engine = _pooled(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._single = self._without_transactions(url)
        self.engines = [self.engine, self._single]
        self._held = _Held()
        self._readers = sessionmaker(self._single, expire_on_commit=False, autoflush=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction: committed at the end of the block, rolled back by an exception."""
        with self._sessions.begin() as session, audit.noted(session):
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; whatever it holds at the end is dropped.

        Each of its statements sees what was kept when it began, on both databases alike: there is no transaction
        around them, and so no round trip for one.
        """
        with self._readers() as session:
            yield session

    @contextmanager
    def statements(self) -> Iterator[sa.Connection]:
        """A connection on which every statement is a transaction of its own, kept when it returns.

        One round trip instead of three, for what is one statement: what has to be kept or lost together needs
        `begin()`.
        """
        if not self._held.wanted:
            with self._single.connect() as connection:
                yield connection
            return
        if self._held.connection is None:
            self._held.connection = self._single.connect()
        try:
            yield self._held.connection
        except BaseException:
            self._give_back()  # it may be what failed
            raise

    def hold(self) -> None:
        """Keep the connection of `statements()` at hand in this thread, until `release()`: for a request.

        To take one from the pool and to give it back takes as long as a statement.
        """
        self._held.wanted = True

    def release(self) -> None:
        """Give back what was held in this thread, if anything was."""
        self._held.wanted = False
        self._give_back()

    def _give_back(self) -> None:
        connection, self._held.connection = self._held.connection, None
        if connection is not None:
            connection.close()

    def _without_transactions(self, url: str) -> sa.Engine:
        """An engine on which nothing is begun: each statement is a transaction of its own."""
        if self.dialect == "sqlite":
            return sa.create_engine(
                url, hide_parameters=True, pool=self.engine.pool
            )  # nothing listens to `begin`
        # Connections of its own: to switch one back and forth takes as long as a statement, both times.
        return _pooled(url, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True)

    def dispose(self) -> None:
        """Close every connection of the pools."""
        for engine in self.engines:
            engine.dispose()


class _Held(threading.local):
    """What a thread keeps at hand of connections whose statements are transactions of their own."""

    wanted = False
    connection: sa.Connection | None = None


def _pooled(url: str, **options: Any) -> sa.Engine:
    engine = sa.create_engine(url, hide_parameters=True, pool_size=8, max_overflow=8, **options)
    sa.event.listen(engine, "checkin", _note_return)
    sa.event.listen(engine, "checkout", _try_after_rest)
    return engine


def _note_return(_connection: Any, record: Any) -> None:
    record.info["returned"] = time.monotonic()


def _try_after_rest(connection: Any, record: Any, _proxy: Any) -> None:
    # A server or a firewall may have dropped a connection that rested; one used a moment ago is taken for good.
    if time.monotonic() - record.info.get("returned", time.monotonic()) > TRUSTED_SECONDS:
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except Exception as problem:
            raise sa.exc.DisconnectionError from problem


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions of its own accord: _begin does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    # Taking the write lock at once lets a second writer wait; upgrading later would fail it instead.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
