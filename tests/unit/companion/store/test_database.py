"""One `begin()` is one transaction, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
import sqlalchemy as sa

from companion.models.lms import Course, Site
from companion.models.programme import Programme
from companion.store import Database
from tests import rows


def count(db: Database, model: type[Site] | type[Course] = Site) -> int:
    with db.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_block_that_ends_is_kept(db: Database) -> None:
    with db.begin() as session:
        rows.site(session)
    assert count(db) == 1


def test_a_block_that_fails_leaves_nothing(db: Database) -> None:
    def work() -> None:
        with db.begin() as session:
            rows.site(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert count(db) == 0


def test_reading_keeps_nothing(db: Database) -> None:
    with db.read() as session:
        session.connection().exec_driver_sql("SELECT 1")
    with db.begin() as session:
        site = rows.site(session)
    with db.read() as session:
        session.get_one(Site, site.id).name = "Changed while reading"
    with db.read() as session:
        assert session.get_one(Site, site.id).name == "Acme Learning"


def test_what_was_read_can_be_used_afterwards(db: Database) -> None:
    with db.begin() as session:
        rows.site(session)
    with db.read() as session:
        found = session.scalars(sa.select(Site)).one()
    assert found.name == "Acme Learning"


def test_rows_go_with_what_they_belong_to(db: Database) -> None:
    """SQLite looks at foreign keys only where it is told to."""
    with db.begin() as session:
        rows.course(session, rows.site(session))
    with db.begin() as session:
        session.execute(sa.delete(Site))
    assert count(db, Course) == 0


def test_a_row_of_nothing_is_refused(db: Database) -> None:
    values = {"site_id": 4711, "lms_id": 1, "short_name": "S", "full_name": "S", "visible": True}
    with pytest.raises(sa.exc.IntegrityError), db.begin() as session:
        session.execute(sa.insert(Course).values(**values))


def test_a_failure_does_not_quote_what_was_to_be_stored(db: Database) -> None:
    values = {
        "site_id": 4711,
        "lms_id": 1,
        "short_name": "S",
        "full_name": "Somebody's words",
        "visible": True,
    }
    with pytest.raises(sa.exc.IntegrityError) as raised, db.begin() as session:
        session.execute(sa.insert(Course).values(**values))
    assert "Somebody's words" not in str(raised.value)


def test_a_reader_is_not_held_up_by_a_writer_and_sees_the_state_before(db: Database) -> None:
    with db.begin() as session:
        rows.site(session)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(count, db).result(timeout=20) == 0
    assert count(db) == 1


def test_two_writers_of_an_embedded_database_wait_for_each_other(sqlite_url: str) -> None:
    """Both read, then write what they read plus one: neither fails, and nothing is lost."""
    db = Database(sqlite_url)
    with db.begin() as session:
        site_id = rows.site(session, template_course_id=0).id
    together = Barrier(2)

    def work() -> None:
        together.wait()
        for _ in range(20):
            with db.begin() as session:
                row = session.get_one(Site, site_id)
                row.template_course_id = (row.template_course_id or 0) + 1

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work) for _ in range(2)]:
            done.result(timeout=60)
    with db.read() as session:
        assert session.get_one(Site, site_id).template_course_id == 40
    db.dispose()


def test_a_second_writer_waits_until_the_first_has_ended(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    begun = Event()

    def second() -> int:
        begun.set()
        with db.begin() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Site)) or 0

    with ThreadPoolExecutor(1) as pool:
        with db.begin() as session:
            rows.site(session)
            session.flush()  # only now is the write lock taken
            waiting = pool.submit(second)
            assert begun.wait(20)
        assert waiting.result(timeout=20) == 1
    db.dispose()


def test_the_folder_of_an_embedded_database_is_made(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'new' / 'folder' / 'cairn.sqlite3'}")
    with db.read() as session:
        assert session.scalar(sa.text("SELECT 1")) == 1
    db.dispose()


def test_constructing_connects_to_nothing() -> None:
    db = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    assert db.dialect == "postgresql"
    db.dispose()


def test_a_connection_dropped_while_it_rested_is_replaced(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion.store.database.TRUSTED_SECONDS", -1.0)
    with db.read() as session:
        session.scalar(sa.select(1))
    if db.dialect == "postgresql":
        killer = sa.create_engine(db.engine.url, isolation_level="AUTOCOMMIT")
        with killer.connect() as other:
            other.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        killer.dispose()
    with db.read() as session:
        assert session.scalar(sa.select(1)) == 1


def test_what_a_reader_adds_by_mistake_is_not_kept(db: Database) -> None:
    with db.read() as session:
        session.add(Programme())  # not even complete: it must never be sent
        session.scalar(sa.select(sa.func.count()).select_from(Programme))
    with db.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Programme)) == 0


def test_single_statements_of_a_request_share_a_connection_which_is_given_back(db: Database) -> None:
    def used() -> tuple[sa.Connection, object]:
        with db.statements() as connection:
            assert connection.scalar(sa.select(1)) == 1
            return connection, connection.connection.dbapi_connection

    def in_use() -> int:
        pool = db.engines[-1].pool
        assert isinstance(pool, sa.QueuePool)
        return pool.checkedout()

    used()
    assert in_use() == 0, "nothing is held where nobody asked for it"
    db.hold()
    first = used()
    assert used() == first
    with db.statements() as outer:
        assert used()[0] is outer, "one within the other"
    with ThreadPoolExecutor(1) as other:
        assert other.submit(used).result() != first, "another thread has its own"
    assert in_use() == 1
    with pytest.raises(sa.exc.DBAPIError), db.statements() as connection:
        connection.execute(sa.text("SELECT nothing FROM nowhere"))
    assert in_use() == 0, "what failed is not used again"
    assert used()[0] is not first[0]
    db.release()
    db.release()
    assert in_use() == 0
    used()
    assert in_use() == 0, "and the next request asks anew"
