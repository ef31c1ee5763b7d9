"""Working a matching out in the background: in shards, by several workers, through a death in the middle."""

import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from companion.errors import ConflictError, InputError, NotFoundError
from companion.matching import Progress, match_shard
from companion.models.engagement import Engagement
from companion.models.matching import MatchRun, MatchShard, RunState
from companion.models.programme import Programme
from companion.services import match_work
from companion.services.registry import Services
from companion.store.match_work import LEASE, MOST_ATTEMPTS
from config import ROOT
from tests.begun import Begun
from tests.clock import Clock

SHARD = 8
"""People a side of a shard here, so that the few people of the tests go in several."""


@pytest.fixture
def services_on(begun_on: Begun) -> Services:
    """Services whose people were read, and nobody is matched yet."""
    with begun_on.services.db.begin() as session:
        for model in (Engagement, MatchRun):
            session.execute(sa.delete(model))
    return begun_on.services


@pytest.fixture
def programme_id(begun_on: Begun) -> int:
    return begun_on.programme_id


@pytest.fixture
def in_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match_work, "IN_ONE_PIECE", SHARD)


def outcome(services: Services, run_id: int) -> tuple[RunState, int, int, set[tuple[int, int]], set[int]]:
    view = services.matching.view(run_id)
    pairs = {(learner.id, adviser.id) for _, learner, adviser in view.pairs}
    return view.run.state, view.run.points, view.run.gap, pairs, {person.id for _, person in view.unmatched}


def shards(services: Services) -> list[MatchShard]:
    """Those of the newest run."""
    with services.db.read() as session:
        newest = sa.select(sa.func.max(MatchRun.id)).scalar_subquery()
        query = sa.select(MatchShard).where(MatchShard.run_id == newest).order_by(MatchShard.position)
        return list(session.scalars(query))


@pytest.mark.usefixtures("in_shards")
def test_a_large_matching_goes_in_shards_and_accounts_for_everybody(
    services_on: Services, programme_id: int
) -> None:
    told: list[Progress] = []
    run_id = services_on.matching.propose(programme_id, told.append)
    state, points, gap, pairs, unmatched = outcome(services_on, run_id)
    run = services_on.matching.view(run_id).run
    assert state is RunState.PROPOSED
    assert len(shards(services_on)) > 1
    assert "shards" in run.solver
    assert (len(pairs) + len(unmatched), gap >= 0) == (run.learners, True)
    assert run.certificate["bound"] - run.certificate["value"] == gap
    assert points > 0
    assert {each.shards for each in told if each.shards} >= {(1, len(shards(services_on)))}


@pytest.mark.usefixtures("in_shards")
def test_the_outcome_is_the_same_however_many_workers_share_it(
    services_on: Services, programme_id: int
) -> None:
    alone = outcome(services_on, services_on.matching.propose(programme_id))
    run_id = services_on.matching.begin(programme_id)
    with ThreadPoolExecutor(3) as pool:
        steps = sum(pool.map(lambda _: services_on.matching.jobs.work(), range(3)))
    services_on.matching.jobs.work()
    assert outcome(services_on, run_id) == alone
    assert {shard.attempts for shard in shards(services_on)} == {1}
    assert steps >= 1


@pytest.mark.usefixtures("in_shards")
def test_a_worker_killed_in_the_middle_is_replaced_and_the_outcome_is_the_same(
    services_on: Services, programme_id: int, clock: Clock
) -> None:
    """A real process, killed as by kill -9 while it has a shard: what it finished is kept, the rest is done again."""
    expected = outcome(services_on, services_on.matching.propose(programme_id))
    run_id = services_on.matching.begin(programme_id)
    script = f"""
        import sys, threading
        from datetime import datetime
        from companion.services import match_work
        from companion.services.matching import MatchingService
        from companion.store import Cipher, Database

        match_work.IN_ONE_PIECE, real, calls = {SHARD}, match_work.match_shard, []

        def slow(shard, options):
            calls.append(shard)
            if len(calls) == 2:
                print("in the middle", flush=True)
                threading.Event().wait()
            return real(shard, options)

        match_work.match_shard = slow
        now = datetime.fromisoformat({clock().isoformat()!r})
        key = {"dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE="!r}
        MatchingService(Database(sys.argv[1]), clock=lambda: now, texts=Cipher(key)).jobs.work()
    """
    url = services_on.db.engine.url.render_as_string(hide_password=False)
    worker = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), url], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline().strip() == "in the middle"
        worker.send_signal(signal.SIGKILL)
        worker.wait(30)
    finally:
        worker.kill()
        worker.communicate()
    assert [shard.result is not None for shard in shards(services_on)][:2] == [True, False]
    services_on.matching.jobs.work()
    assert services_on.matching.standing(run_id).run.state is RunState.RUNNING, "its lease is not over"
    clock.move(seconds=LEASE.total_seconds() + 1)
    services_on.matching.jobs.work()
    assert outcome(services_on, run_id) == expected
    assert [shard.attempts for shard in shards(services_on)][:2] == [1, 2]


def test_two_matchings_of_one_programme_are_not_worked_out_at_once(
    services_on: Services, programme_id: int
) -> None:
    run_id = services_on.matching.begin(programme_id)
    with pytest.raises(ConflictError, match="under way"):
        services_on.matching.begin(programme_id)
    services_on.matching.stop(run_id, by="Ada")
    assert services_on.matching.jobs.work() == 0
    assert services_on.matching.standing(run_id).run.state is RunState.DISCARDED
    with pytest.raises(ConflictError):
        services_on.matching.stop(run_id, by="Ada")
    with pytest.raises(NotFoundError):
        services_on.matching.stop(4711, by="Ada")


def test_a_matching_that_is_stopped_while_it_is_worked_out_proposes_nothing(
    services_on: Services, programme_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = services_on.matching.begin(programme_id)

    def stopped(*given: Any) -> Any:
        services_on.matching.stop(run_id, by="Ada")
        return match_shard(*given)

    monkeypatch.setattr(match_work, "match_shard", stopped)
    services_on.matching.jobs.work()
    state, _, _, pairs, unmatched = outcome(services_on, run_id)
    assert (state, pairs, unmatched) == (RunState.DISCARDED, set(), set())


def test_what_cannot_be_matched_ends_in_a_plain_account(services_on: Services, programme_id: int) -> None:
    with services_on.db.begin() as session:
        session.execute(sa.update(Programme).values(recent_from_days=9, recent_to_days=3))
    with pytest.raises(InputError, match="window"):
        services_on.matching.propose(programme_id)
    (line,), _ = services_on.matching.history(programme_id)
    assert line.run.state is RunState.FAILED
    assert "window" in (line.run.error or "")


def test_what_fails_again_and_again_is_given_up_and_no_name_is_logged(
    services_on: Services,
    programme_id: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[object] = []

    def broken(shard: Any, _options: Any) -> None:
        tried.append(shard)
        raise RuntimeError(shard.request.learners[0].department)

    monkeypatch.setattr(match_work, "match_shard", broken)
    with capture_logs() as entries, pytest.raises(InputError, match="could not be worked out"):
        services_on.matching.propose(programme_id)
    assert len(tried) == MOST_ATTEMPTS
    logged = str(entries)
    assert "RuntimeError" in logged
    assert "Sales" not in logged
    assert shards(services_on) == []


def test_people_are_kept_with_a_run_only_until_it_is_decided_and_never_in_the_clear(
    services_on: Services, programme_id: int
) -> None:
    run_id = services_on.matching.propose(programme_id)
    (shard,) = shards(services_on)
    assert b"learners" not in shard.input_sealed
    services_on.matching.approve(run_id, by="Ada")
    assert shards(services_on) == []
    assert services_on.matching.view(run_id).run.frame_sealed is None
