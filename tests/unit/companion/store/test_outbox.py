"""The outbox: a deed is noted once, taken by one worker at a time, and never forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from companion.models.jobs import OutboxEntry, OutboxState
from companion.store import Database, outbox
from companion.store.outbox import LEASE
from tests.rows import NOW

SECOND = timedelta(seconds=1)


def note(db: Database, *keys: str, at: datetime = NOW) -> None:
    with db.begin() as session:
        outbox.add(session, "lms.groups", {key: {"of": key} for key in keys}, at)


def take(db: Database, at: datetime = NOW) -> str | None:
    with db.begin() as session:
        found = outbox.take(session, at)
        return found.key if found else None


def entry(db: Database, key: str) -> OutboxEntry:
    with db.read() as session:
        return session.scalars(sa.select(OutboxEntry).where(OutboxEntry.key == key)).one()


def test_what_is_noted_is_taken_in_order_and_each_once(db: Database) -> None:
    note(db, "a", "b")
    note(db, "c", at=NOW - SECOND)
    assert [take(db) for _ in range(4)] == ["c", "a", "b", None]


def test_a_deed_noted_twice_is_done_once(db: Database) -> None:
    note(db, "a")
    assert take(db) == "a"
    with db.begin() as session:
        outbox.end(session, entry(db, "a"), OutboxState.DONE, NOW)
    note(db, "a", "b")
    assert (take(db), take(db)) == ("b", None)
    assert entry(db, "a").state is OutboxState.DONE


def test_many_deeds_are_noted_at_once(db: Database) -> None:
    """More than SQLite takes parameters in one statement."""
    keys = [f"group-{number}" for number in range(33_000)]
    note(db, *keys)
    with db.read() as session:
        assert outbox.counts(session) == {OutboxState.PENDING: 33_000}


def test_the_payload_comes_back(db: Database) -> None:
    with db.begin() as session:
        outbox.add(session, "lms.message", {"k": {"engagement_id": 3, "person_id": 4}}, NOW)
        taken = outbox.take(session, NOW)
    assert taken is not None
    assert (taken.kind, taken.payload, taken.attempts) == (
        "lms.message",
        {"engagement_id": 3, "person_id": 4},
        1,
    )


def test_nothing_is_taken_before_its_time(db: Database) -> None:
    note(db, "a", at=NOW + SECOND)
    assert take(db) is None
    assert take(db, NOW + SECOND) == "a"


def test_a_worker_that_died_loses_its_deed_to_the_next(db: Database) -> None:
    note(db, "a")
    assert take(db) == "a"
    assert take(db, NOW + LEASE - SECOND) is None
    assert take(db, NOW + LEASE) == "a"
    assert entry(db, "a").attempts == 2


def test_two_workers_never_take_the_same(db: Database) -> None:
    note(db, *(f"k{number:02}" for number in range(20)))
    together = Barrier(2)

    def work(_number: int) -> list[str]:
        together.wait(20)
        found = []
        while (key := take(db)) is not None:
            found.append(key)
        return found

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(work, range(2), timeout=60)
    assert sorted([*one, *other]) == [f"k{number:02}" for number in range(20)]


@pytest.mark.parametrize(
    "any_database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_a_worker_does_not_wait_for_what_another_is_taking(db: Database) -> None:
    note(db, "a", "b")
    with db.begin() as session:
        held = outbox.take(session, NOW)
        assert held is not None
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(take, db).result(timeout=20) == "b"


def test_what_failed_comes_again_later_with_its_reason(db: Database) -> None:
    note(db, "a")
    take(db)
    with db.begin() as session:
        outbox.postpone(session, entry(db, "a").id, "Moodle is in maintenance.", NOW + timedelta(minutes=1))
    assert take(db, NOW + timedelta(seconds=59)) is None
    assert entry(db, "a").last_error == "Moodle is in maintenance."
    assert take(db, NOW + timedelta(minutes=1)) == "a"


def test_what_is_done_is_never_taken_again(db: Database) -> None:
    note(db, "a")
    take(db)
    with db.begin() as session:
        outbox.end(session, entry(db, "a"), OutboxState.DONE, NOW)
    assert take(db, NOW + timedelta(days=365)) is None
    assert (entry(db, "a").done_at, entry(db, "a").last_error) == (NOW, None)


def test_what_was_given_up_is_listed_and_can_be_asked_for_again(db: Database) -> None:
    note(db, "a", "b")
    with db.begin() as session:
        for key in "ab":
            outbox.give_up(session, entry(db, key).id, f"No {key}.")
        assert [each.last_error for each in outbox.failed(session)] == ["No b.", "No a."]
        assert len(outbox.failed(session, limit=1)) == 1
    assert take(db, NOW + timedelta(days=1)) is None
    with db.begin() as session:
        assert outbox.again(session, entry(db, "a").id, NOW)
    assert take(db) == "a"
    assert entry(db, "a").attempts == 1


def test_only_what_was_given_up_can_be_asked_for_again(db: Database) -> None:
    note(db, "a")
    with db.begin() as session:
        assert not outbox.again(session, entry(db, "a").id, NOW)
        assert not outbox.again(session, 4711, NOW)


def test_counts_tell_how_many_stand_how(db: Database) -> None:
    note(db, "a", "b", "c")
    with db.begin() as session:
        outbox.end(session, entry(db, "a"), OutboxState.DONE, NOW)
        outbox.give_up(session, entry(db, "b").id, "No.")
    with db.read() as session:
        assert outbox.counts(session) == {
            OutboxState.PENDING: 1,
            OutboxState.DONE: 1,
            OutboxState.FAILED: 1,
        }
