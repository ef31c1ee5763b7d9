"""Queries on matching runs: one proposal at a time, decided once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest

from companion.models.matching import MatchRun, ProposedPair, RunState, UnmatchedLearner
from companion.models.people import Person
from companion.models.programme import Programme
from companion.store import Database, runs
from companion.store.slices import Slice
from tests import rows
from tests.rows import NOW


@dataclass
class World:
    programme: Programme
    nia: Person
    tomas: Person
    sunna: Person
    run: MatchRun


@pytest.fixture
def world(db: Database) -> World:
    with db.begin() as session:
        site = rows.site(session)
        programme = rows.programme(session, site)
        nia, tomas, sunna = (rows.person(session, site, name) for name in ("Nia", "Tomas", "Sunna"))
        run = rows.run(session, programme, [(nia, tomas)], [sunna])
    return World(programme, nia, tomas, sunna, run)


def state(db: Database, run_id: int) -> RunState:
    with db.read() as session:
        found = runs.get(session, run_id)
    assert found is not None
    return found.state


def test_a_new_proposal_takes_the_place_of_one_nobody_decided(db: Database, world: World) -> None:
    with db.begin() as session:
        another = rows.run(session, rows.programme(session, rows.site(session, "https://b.example.org")))
        fresh = MatchRun(
            **{
                name: getattr(world.run, name)
                for name in ("programme_id", "state", "created_at", "programme_version", "parameters")
            },
            input_hash="1" * 64,
            solver="none",
            versions={},
            points=3,
            gap=0,
            learners=2,
            advisers=1,
        )
        pair = ProposedPair(
            learner_id=world.sunna.id, adviser_id=world.tomas.id, points=3, reasons=[{"rule": "topics"}]
        )
        alone = UnmatchedLearner(person_id=world.nia.id, code="full", text="All are full.")
        stored = rows.stored(session, fresh)
        runs.propose(session, stored, {}, [pair], [alone])
    assert (state(db, world.run.id), state(db, stored.id)) == (RunState.DISCARDED, RunState.PROPOSED)
    assert state(db, another.id) is RunState.PROPOSED
    with db.read() as session:
        assert runs.latest(session, world.programme.id) == runs.get(session, stored.id)
        listed, total = runs.of_programme(session, world.programme.id, Slice("proposed", descending=True))
        assert ([row.id for row in listed], total) == ([stored.id, world.run.id], 2)
        assert runs.counts(session, [stored.id, world.run.id, 4711]) == {
            stored.id: (1, 1),
            world.run.id: (1, 1),
            4711: (0, 0),
        }


def test_what_was_decided_is_not_discarded_by_a_new_proposal(db: Database, world: World) -> None:
    with db.begin() as session:
        assert runs.decide(session, world.run.id, RunState.APPROVED, "Ada", NOW)
        fresh = rows.run(session, world.programme)
        assert runs.latest(session, world.programme.id, RunState.APPROVED) is not None
        assert runs.latest(session, world.programme.id, RunState.DISCARDED) is None
    assert (state(db, world.run.id), state(db, fresh.id)) == (RunState.APPROVED, RunState.PROPOSED)


def test_a_run_is_decided_once(db: Database, world: World) -> None:
    with db.begin() as session:
        assert runs.decide(session, world.run.id, RunState.APPROVED, "Ada", NOW)
        assert not runs.decide(session, world.run.id, RunState.DISCARDED, "Bob", NOW)
        assert not runs.decide(session, 4711, RunState.APPROVED, "Ada", NOW)
    with db.read() as session:
        found = runs.get(session, world.run.id)
        assert found is not None
        assert (found.state, found.decided_by, found.decided_at) == (RunState.APPROVED, "Ada", NOW)


def test_of_two_who_decide_at_once_one_does(db: Database, world: World) -> None:
    together = Barrier(2)

    def decide(number: int) -> bool:
        together.wait(20)
        with db.begin() as session:
            return runs.decide(session, world.run.id, RunState.APPROVED, str(number), NOW)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, range(2), timeout=30)) == [False, True]
