"""Large matchings in pieces."""

import pickle
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from benchmarks.people import request as synthetic
from companion.matching import (
    MatchRequest,
    MatchStoppedError,
    Options,
    Profile,
    Progress,
    Sharded,
    certificate_of,
    explain,
    match_in_shards,
    match_shard,
    plan,
    propose,
    propose_in_shards,
)
from companion.matching import match as match_module
from companion.matching.match import match
from tests.unit.companion.matching.made_up import DAY

REQUEST = synthetic(400, 300, capacity=2)


@pytest.fixture(scope="module")
def sharded() -> Sharded:
    return match_in_shards(REQUEST, largest=30)


def test_everybody_is_in_one_shard_and_none_is_too_large() -> None:
    shards = plan(REQUEST, largest=30)
    learners = [person.person_id for shard in shards for person in shard.request.learners]
    advisers = [person.person_id for shard in shards for person in shard.request.advisers]
    assert sorted(learners) == sorted(person.person_id for person in REQUEST.learners)
    assert sorted(advisers) == sorted(person.person_id for person in REQUEST.advisers)
    assert max(max(len(s.request.learners), len(s.request.advisers)) for s in shards) <= 30
    assert len({shard.name for shard in shards}) == len(shards) > 10


def test_the_order_of_people_changes_no_shard(sharded: Sharded) -> None:
    random = Random(3)
    shuffled = replace(
        REQUEST,
        learners=random.sample(REQUEST.learners, len(REQUEST.learners)),
        advisers=random.sample(REQUEST.advisers, len(REQUEST.advisers)),
    )
    assert match_in_shards(shuffled, largest=30) == sharded


def test_seats_hold_and_no_pair_is_forbidden(sharded: Sharded) -> None:
    seats = {person.person_id: person.capacity for person in REQUEST.advisers}
    load = Counter(adviser for _, adviser in sharded.pairs)
    assert all(number <= seats[adviser] for adviser, number in load.items())
    assert len({learner for learner, _ in sharded.pairs}) == len(sharded.pairs)
    assert all(explain(REQUEST, *pair).allowed for pair in sharded.pairs[::9])


def test_left_overs_find_somebody_in_other_shards(sharded: Sharded) -> None:
    whole = match(REQUEST, Options())
    assert len(sharded.shards[-1].pairs) > 0
    assert 0.97 * (whole.adviser >= 0).sum() <= len(sharded.pairs) <= (whole.adviser >= 0).sum()


def test_finished_shards_are_not_worked_out_again(sharded: Sharded) -> None:
    told: list[Progress] = []
    again = match_in_shards(
        REQUEST, Options(progress=told.append, tolerance=0.001), largest=30, finished=sharded.shards
    )
    assert again == sharded
    assert [progress.stage for progress in told] == ["Matched the left-overs"]
    part = match_in_shards(REQUEST, largest=30, finished=sharded.shards[3:-1])
    assert part == sharded


def test_a_shard_travels_to_another_process() -> None:
    shard = plan(REQUEST, largest=30)[0]
    assert match_shard(pickle.loads(pickle.dumps(shard))) == match_shard(shard)


def test_progress_is_told_and_it_can_be_stopped() -> None:
    told: list[Progress] = []
    match_in_shards(REQUEST, Options(progress=told.append), largest=100)
    done = [progress.shards for progress in told]
    assert done == [(number + 1, len(done)) for number in range(len(done))]
    with pytest.raises(MatchStoppedError):
        match_in_shards(REQUEST, Options(cancelled=lambda: True), largest=100)


@pytest.mark.parametrize("dense", [True, False])
def test_the_gap_of_the_whole_is_never_understated(dense: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not dense:
        monkeypatch.setattr(match_module, "DENSE_CELLS", -1)
    request = synthetic(120, 70, capacity=2)
    pieces = match_in_shards(request, largest=20)
    certificate = certificate_of(request, pieces)
    whole = match(request, Options())
    assert (
        certificate.bound >= whole.points - whole.load_cost + certificate.bonus * (whole.adviser >= 0).sum()
    )
    proposal = propose_in_shards(request, pieces, certificate=certificate)
    assert [(pair.learner_id, pair.adviser_id) for pair in proposal.pairs] == list(pieces.pairs)
    assert proposal.points - proposal.load_cost + certificate.bonus * len(proposal.pairs) == certificate.value
    assert len(proposal.pairs) + len(proposal.unmatched) == 120


def test_a_pinned_learner_goes_where_the_adviser_is() -> None:
    english = frozenset({"en"})
    learners = [Profile(person_id=each, languages=english, department="Law") for each in (1, 2)]
    advisers = [
        Profile(person_id=11, languages=english, department="Law"),
        Profile(person_id=12, languages=english, department="Sales", capacity=1),
    ]
    request = MatchRequest(learners=learners, advisers=advisers, on=DAY, pinned=[(2, 12)])
    assert match_in_shards(request).pairs == ((1, 11), (2, 12))
    proposal = propose_in_shards(request, match_in_shards(request))
    assert proposal.certificate.covers_most
    assert proposal.points == propose(request).points
