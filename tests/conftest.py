"""Fixtures shared by all tests: the clock, settings, databases, services, the application."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings

from companion.models import Base
from companion.services.registry import Services, build_services
from companion.store import Database, schema
from config import Settings, database_url
from tests.applications import application
from tests.begun import Begun, Kept, Stage, staged
from tests.clock import Clock
from tests.copies import Rows, fill, rows_of
from tests.sites import Lms
from tests.watched import WatchedClients

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "a password of the tests"

# No test asserts how long anything takes: other work on the machine would decide it.
hypothesis_settings.register_profile("cairn", deadline=None)
hypothesis_settings.load_profile("cairn")


class RecordedQueue:
    """A queue that only remembers what was asked for."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, job: str) -> None:
        self.sent.append(job)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is moved."""
    return Clock(NOW)


@pytest.fixture(scope="session")
def postgres_url() -> str | None:
    """A server's address, where one answers."""
    given = os.environ.get("CAIRN_TEST_POSTGRES_URL", "")
    url = database_url(given, Path()) if given else "postgresql+psycopg://localhost/cairn_test"
    engine = sa.create_engine(url, connect_args={"connect_timeout": 2})
    try:
        engine.connect().close()
    except sa.exc.OperationalError:
        return None
    finally:
        engine.dispose()
    return url


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy, so that the migrations run once."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.sqlite3"
    db = Database(f"sqlite:///{path}")
    schema.upgrade(db)
    _into_one_file(db)
    db.dispose()
    return path


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str | None) -> Iterator[str | None]:
    """A migrated PostgreSQL database to copy: a template of this run alone."""
    if postgres_url is None:
        yield None
        return
    with _postgres_database(postgres_url, "template") as url:
        db = Database(url)
        schema.upgrade(db)
        db.dispose()
        yield url


@pytest.fixture(scope="session")
def shared_postgres(postgres_url: str | None, empty_postgres: str | None) -> Iterator[str | None]:
    """A migrated PostgreSQL database that test after test is given, each time emptied."""
    if postgres_url is None or empty_postgres is None:
        yield None
        return
    with _postgres_database(postgres_url, "test", empty_postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_database_url(
    request: pytest.FixtureRequest, tmp_path: Path, empty_sqlite: Path, shared_postgres: str | None
) -> str:
    """A migrated, empty database, once of each kind."""
    if request.param == "sqlite":
        return _copy_of(empty_sqlite, tmp_path)
    if shared_postgres is None:
        pytest.skip("no PostgreSQL server answers")
    _empty(shared_postgres)
    return shared_postgres


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def bare_database_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_url: str | None
) -> Iterator[str]:
    """A database without a single table, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.sqlite3'}"
        return
    if postgres_url is None:
        pytest.skip("no PostgreSQL server answers")
    with _postgres_database(postgres_url, "bare") as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path, empty_sqlite: Path) -> str:
    """A migrated, empty SQLite database."""
    return _copy_of(empty_sqlite, tmp_path)


@pytest.fixture
def db(any_database_url: str) -> Iterator[Database]:
    """A database, once of each kind."""
    database = Database(any_database_url)
    yield database
    database.dispose()


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings with secrets of the tests; anything can be put in for."""
    return lambda **changes: settings_of(tmp_path / "data", **changes)


@pytest.fixture(scope="session")
def quick_hasher() -> PasswordHasher:
    """argon2id as weak as it goes: its strength is not what the tests are about."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def queue() -> RecordedQueue:
    """Where jobs were asked for."""
    return RecordedQueue()


@pytest.fixture
def settings(make_settings: Callable[..., Settings], sqlite_url: str) -> Settings:
    """Settings on a SQLite database."""
    return make_settings(database_url=sqlite_url)


@pytest.fixture
def services(
    settings: Settings, clock: Clock, queue: RecordedQueue, quick_hasher: PasswordHasher
) -> Iterator[Services]:
    """All services, on SQLite, with the clock of the test."""
    built = build_services(settings, clock=clock, queue=queue, hasher=quick_hasher)
    built.lti.ensure_key()
    yield built
    built.db.dispose()


@pytest.fixture
def services_on(
    any_database_url: str, tmp_path: Path, clock: Clock, queue: RecordedQueue, quick_hasher: PasswordHasher
) -> Iterator[Services]:
    """All services, once on each kind of database; none may wait for Moodle within a transaction."""
    with _built(any_database_url, tmp_path, clock, queue, quick_hasher) as built:
        yield built


@pytest.fixture
def lms(stage: Stage, clock: Clock) -> Lms:
    """A sandbox LMS of 60 people, served on loopback, as it was seeded."""
    return stage.fresh(clock)


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """A sandbox LMS of 60 people, served once for all tests; each finds it as if it were its own."""
    with staged(NOW) as made:
        yield made


@pytest.fixture(scope="session")
def begun_sqlite(
    stage: Stage, empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, quick_hasher: PasswordHasher
) -> Kept:
    """The main job done on SQLite, to copy."""
    folder = tmp_path_factory.mktemp("begun")
    url = _copy_of(empty_sqlite, folder)
    clock = Clock(NOW)
    with _built(url, folder, clock, RecordedQueue(), quick_hasher) as built:
        kept = stage.begin(built, url, clock)
        _into_one_file(built.db)
    return kept


@pytest.fixture(scope="session")
def begun_postgres(
    stage: Stage,
    shared_postgres: str | None,
    tmp_path_factory: pytest.TempPathFactory,
    quick_hasher: PasswordHasher,
) -> tuple[Kept, Rows] | None:
    """The main job done on PostgreSQL, with every row it left, to be filled in again."""
    if shared_postgres is None:
        return None
    folder, clock = tmp_path_factory.mktemp("begun"), Clock(NOW)
    _empty(shared_postgres)
    with _built(shared_postgres, folder, clock, RecordedQueue(), quick_hasher) as built:
        return stage.begin(built, shared_postgres, clock), rows_of(built.db)


@pytest.fixture
def begun(
    stage: Stage,
    begun_sqlite: Kept,
    tmp_path: Path,
    clock: Clock,
    queue: RecordedQueue,
    quick_hasher: PasswordHasher,
) -> Iterator[Begun]:
    """An installation with running engagements and placed widgets, on SQLite."""
    url = _copy_of(Path(begun_sqlite.database.removeprefix("sqlite:///")), tmp_path)
    with _built(url, tmp_path, clock, queue, quick_hasher) as built:
        yield stage.set_for(built, begun_sqlite, clock)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def begun_on(
    request: pytest.FixtureRequest,
    stage: Stage,
    tmp_path: Path,
    clock: Clock,
    queue: RecordedQueue,
    quick_hasher: PasswordHasher,
) -> Iterator[Begun]:
    """The same, once on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("begun")
        return
    found: tuple[Kept, Rows] | None = request.getfixturevalue("begun_postgres")
    if found is None:
        pytest.skip("no PostgreSQL server answers")
    kept, rows = found
    _empty(kept.database)
    fill(kept.database, rows)
    with _built(kept.database, tmp_path, clock, queue, quick_hasher) as built:
        yield stage.set_for(built, kept, clock)


@pytest.fixture
def app(settings: Settings, services: Services) -> Flask:
    """The application."""
    return application(settings, services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts, signed in nowhere."""
    return app.test_client()


def settings_of(data_dir: Path, **changes: object) -> Settings:
    """Settings with secrets of the tests; anything can be put in for."""
    values: dict[str, object] = {
        "base_url": "http://127.0.0.1:8080",
        "secret_key": "k" * 48,
        "encryption_key": "ZW5jcnlwdGlvbi1rZXktb2YtdGhlLXRlc3RzLTMyISE=",
        "text_key": "dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE=",
        "database_url": "sqlite://",
        "data_dir": data_dir,
    }
    return Settings(**{**values, **changes})  # type: ignore[arg-type]


@contextmanager
def _built(
    url: str, folder: Path, clock: Clock, queue: RecordedQueue, hasher: PasswordHasher
) -> Iterator[Services]:
    clients = WatchedClients()
    settings = settings_of(folder / "data", database_url=url)
    services = build_services(settings, clock=clock, new_client=clients, queue=queue, hasher=hasher)
    clients.watch(services.db)
    try:
        services.lti.ensure_key()
        yield services
    finally:
        services.db.dispose()


def _into_one_file(db: Database) -> None:
    """Bring what is in the write-ahead log into the file itself, so that it can be copied."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy_of(empty: Path, folder: Path) -> str:
    path = folder / "cairn.sqlite3"
    path.write_bytes(empty.read_bytes())
    return f"sqlite:///{path}"


@contextmanager
def _postgres_database(server: str, purpose: str, template: str | None = None) -> Iterator[str]:
    """A database of this run, made (as a copy of `template`) and dropped again; gives its address."""
    name = f"cairn_{purpose}_{os.getpid()}"
    copied = f' TEMPLATE "{sa.make_url(template).database}"' if template else ""
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    _in_server(server, drop, f'CREATE DATABASE "{name}"{copied}')
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _in_server(server, drop)


def _empty(url: str) -> None:
    emptied = [f'DELETE FROM "{table.name}"' for table in reversed(Base.metadata.sorted_tables)]
    # Only who owns the table can switch off what refuses to delete from it.
    switch = 'ALTER TABLE "audit_entry" {} TRIGGER USER'
    _in_server(url, _END_OTHERS, "; ".join([switch.format("DISABLE"), *emptied, switch.format("ENABLE")]))


_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def _in_server(url: str, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
