"""Runs of one site never overlap, and one that died does not block the next."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from companion.models.jobs import SyncKind, SyncRun, SyncState
from companion.store import Database, sync_runs
from companion.store.sync_runs import DEAD_AFTER
from tests import rows
from tests.rows import NOW


@pytest.fixture
def site_id(db: Database) -> int:
    with db.begin() as session:
        return rows.site(session).id


def start(db: Database, site_id: int, after: timedelta = timedelta()) -> SyncRun | None:
    with db.begin() as session:
        return sync_runs.start(session, site_id, "digest", NOW + after)


def states(db: Database, site_id: int) -> list[SyncState]:
    with db.read() as session:
        return [run.state for run in sync_runs.latest(session, site_id)]


def test_a_second_run_does_not_begin(db: Database, site_id: int) -> None:
    assert start(db, site_id) is not None
    assert start(db, site_id) is None
    assert states(db, site_id) == [SyncState.RUNNING]


def test_another_site_may_be_read_meanwhile(db: Database, site_id: int) -> None:
    with db.begin() as session:
        other = rows.site(session, "https://other.example.org").id
    assert start(db, site_id) is not None
    assert start(db, other) is not None


def test_of_two_that_begin_at_once_one_does(db: Database, site_id: int) -> None:
    together = Barrier(2)

    def begin(_number: int) -> bool:
        together.wait(20)
        return start(db, site_id) is not None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(begin, range(2), timeout=30)) == [False, True]


@pytest.mark.parametrize(
    ("silent_for", "taken_over"), [(DEAD_AFTER, False), (DEAD_AFTER + timedelta(seconds=1), True)]
)
def test_a_run_silent_for_more_than_two_minutes_is_taken_for_dead(
    db: Database, site_id: int, silent_for: timedelta, taken_over: bool
) -> None:
    assert timedelta(minutes=2) == DEAD_AFTER
    start(db, site_id)
    assert (start(db, site_id, silent_for) is not None) is taken_over


def test_the_dead_run_is_told_as_failed(db: Database, site_id: int) -> None:
    start(db, site_id)
    start(db, site_id, timedelta(minutes=11))
    with db.read() as session:
        living, dead = sync_runs.latest(session, site_id)
    assert (living.state, dead.state) == (SyncState.RUNNING, SyncState.FAILED)
    assert dead.error is not None
    assert "Nothing was changed" in dead.error
    assert dead.finished_at == NOW + timedelta(minutes=11)


def test_a_sign_of_life_keeps_a_run_alive(db: Database, site_id: int) -> None:
    run = start(db, site_id)
    assert run is not None
    with db.begin() as session:
        assert sync_runs.write(session, run.id, NOW + timedelta(minutes=1), phase="people")
    assert start(db, site_id, timedelta(minutes=2, seconds=30)) is None
    with db.read() as session:
        assert sync_runs.latest(session, site_id)[0].phase == "people"


def test_a_run_taken_for_dead_can_no_longer_write(db: Database, site_id: int) -> None:
    """Somebody's laptop was closed for an hour: what it read before is no longer the truth."""
    run = start(db, site_id)
    start(db, site_id, timedelta(hours=1))
    assert run is not None
    with db.begin() as session:
        assert not sync_runs.write(session, run.id, NOW, state=SyncState.DONE)
    assert states(db, site_id) == [SyncState.RUNNING, SyncState.FAILED]


def test_steps_are_counted_and_a_new_phase_counts_anew(db: Database, site_id: int) -> None:
    run = start(db, site_id)
    assert run is not None
    with db.begin() as session:
        assert sync_runs.step(session, run.id, NOW, 3)
        assert sync_runs.step(session, run.id, NOW, 4)
    with db.read() as session:
        assert sync_runs.latest(session, site_id)[0].steps_done == 7


def test_the_newest_run_that_ended_well_is_found(db: Database, site_id: int) -> None:
    for state in (SyncState.DONE, SyncState.FAILED):
        run = start(db, site_id)
        assert run is not None
        with db.begin() as session:
            sync_runs.write(session, run.id, NOW, state=state, counts={"people_read": 7}, problems=["One."])
    with db.read() as session:
        found = sync_runs.last_done(session, site_id)
        assert found is not None
        assert (found.state, found.counts, found.problems) == (SyncState.DONE, {"people_read": 7}, ["One."])
        assert len(sync_runs.latest(session, site_id, limit=1)) == 1
        assert sync_runs.last_done(session, site_id + 1) is None


def test_the_newest_run_that_read_all_it_was_to_read_is_found(db: Database, site_id: int) -> None:
    for kind, complete in ((SyncKind.FULL, True), (SyncKind.CHANGES, True), (SyncKind.FULL, False)):
        run = start(db, site_id)
        assert run is not None
        with db.begin() as session:
            sync_runs.write(
                session, run.id, NOW, state=SyncState.DONE, kind=kind, complete=complete, read_at=NOW
            )
    with db.read() as session:
        newest, _, oldest = sync_runs.latest(session, site_id)
        found = sync_runs.last_complete(session, site_id)
        assert found is not None
        assert (found.kind, found.id) == (SyncKind.CHANGES, newest.id - 1)
        full = sync_runs.last_complete(session, site_id, SyncKind.FULL)
        assert full is not None
        assert full.id == oldest.id
