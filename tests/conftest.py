"""Fixtures shared by all tests: the clock, settings, databases, services, the application."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from companion.app import create_app
from companion.services.registry import Services, build_services
from companion.store import Database, schema
from config import Settings, database_url
from tests.clock import Clock
from tests.sites import Lms, serve_lms

PASSWORD = "a password of the tests"


class RecordedQueue:
    """A queue that only remembers what was asked for."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, job: str) -> None:
        self.sent.append(job)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is moved."""
    return Clock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


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
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.dispose()
    return path


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str | None) -> Iterator[str | None]:
    """A migrated PostgreSQL database to copy: a template of this run alone."""
    if postgres_url is None:
        yield None
        return
    name = f"cairn_template_{os.getpid()}"
    _in_server(postgres_url, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    url = sa.make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    db = Database(url)
    schema.upgrade(db)
    db.dispose()
    yield url
    _in_server(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_database_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    empty_sqlite: Path,
    postgres_url: str | None,
    empty_postgres: str | None,
) -> Iterator[str]:
    """A migrated, empty database, once of each kind."""
    if request.param == "sqlite":
        yield _copy_of(empty_sqlite, tmp_path)
        return
    if postgres_url is None or empty_postgres is None:
        pytest.skip("no PostgreSQL server answers")
    name = f"cairn_test_{os.getpid()}"
    template = sa.make_url(empty_postgres).database
    _in_server(
        postgres_url,
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{template}"',
    )
    yield sa.make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    _in_server(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


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

    def make(**changes: object) -> Settings:
        values: dict[str, object] = {
            "base_url": "http://127.0.0.1:8080",
            "secret_key": "k" * 48,
            "encryption_key": "ZW5jcnlwdGlvbi1rZXktb2YtdGhlLXRlc3RzLTMyISE=",
            "text_key": "dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE=",
            "database_url": "sqlite://",
            "data_dir": tmp_path / "data",
        }
        return Settings(**{**values, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
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
def lms(clock: Clock) -> Iterator[Lms]:
    """A sandbox LMS of 60 people, served on loopback."""
    with serve_lms(clock) as served:
        yield served


@pytest.fixture
def app(settings: Settings, services: Services) -> Flask:
    """The application."""
    application = create_app(settings, services)
    application.testing = False  # errors become pages, as they do for people
    return application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts, signed in nowhere."""
    return app.test_client()


def _copy_of(empty: Path, folder: Path) -> str:
    path = folder / "cairn.sqlite3"
    path.write_bytes(empty.read_bytes())
    return f"sqlite:///{path}"


def _in_server(url: str, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
