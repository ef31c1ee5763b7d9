"""The flow over candidates is as good as solving all pairs at once, and never claims a smaller gap than there is."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Literal

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import maximum_flow

from benchmarks.people import request as synthetic
from companion.matching import MatchRequest, MatchStoppedError, Options, Profile, Progress, Weights, propose
from companion.matching import match as match_module
from companion.matching.flow import Seats
from companion.matching.match import Matching, match
from companion.matching.pool import Pool
from companion.matching.rules import barriers_by_rule
from tests.unit.companion.matching.made_up import DAY, requests

Way = Literal["numba", "numpy"]
WAYS: tuple[Way, ...] = ("numba", "numpy")
quickly = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def by_flow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Matching]:
    """Match by flow however small the request."""

    def run(request: MatchRequest, **options: object) -> Matching:
        with monkeypatch.context() as patch:
            patch.setattr(match_module, "DENSE_CELLS", -1)
            return match(request, Options(**options))  # type: ignore[arg-type]

    return run


def outcome(matching: Matching) -> tuple[int, int]:
    """Pairs, and points less the cost of load."""
    return int((matching.adviser >= 0).sum()), matching.points - matching.load_cost


def most_coverable(request: MatchRequest) -> int:
    """Pairs in the largest matching, as SciPy's maximum flow from learners over advisers with their seats."""
    pool = Pool.of(request)
    allowed = ~np.logical_or.reduce(barriers_by_rule(pool))
    learners, advisers = allowed.shape
    graph = np.zeros((learners + advisers + 2, learners + advisers + 2), np.int32)
    graph[-2, :learners] = 1
    graph[:learners, learners : learners + advisers] = allowed
    graph[learners : learners + advisers, -1] = [min(each.capacity, 1000) for each in pool.advisers]
    return int(maximum_flow(sp.csr_array(graph), len(graph) - 2, len(graph) - 1).flow_value)


@quickly
@given(requests(learners=9, advisers=9), st.sampled_from([None, 0, 3, 40]), st.sampled_from(WAYS))
def test_flow_and_dense_are_equally_good(
    by_flow: Callable[..., Matching], request: MatchRequest, price: int | None, engine: Way
) -> None:
    request = replace(request, unmatched_price=price)
    flow, dense = by_flow(request, engine=engine), match(request, Options())
    certificate = flow.certificate
    assert certificate.bound == certificate.value
    if price is None:
        assert outcome(flow) == outcome(dense)
        assert certificate.covers_most
        assert outcome(flow)[0] == most_coverable(request)
    else:
        assert certificate.value == dense.certificate.value


@pytest.mark.parametrize(
    ("learners", "advisers", "capacity", "changes"),
    [
        (160, 160, 1, {}),
        (160, 150, 1, {"weights": Weights(0, 0, 0, 0, 0, 0, 0)}),
        (200, 60, 3, {"load_penalty": 7}),
        (200, 60, 3, {"load_penalty": 0, "min_shared_hours": 7}),
        (40, 200, 2, {"course_in_common": True}),
        (150, 120, 1, {"weights": Weights(topics=1000, same_team=-1000)}),
    ],
)
@pytest.mark.parametrize("engine", WAYS)
def test_equal_to_scipy_dense_on_middle_ones_with_ties(
    by_flow: Callable[..., Matching],
    learners: int,
    advisers: int,
    capacity: int,
    changes: dict[str, object],
    engine: Way,
) -> None:
    request = replace(synthetic(learners, advisers, capacity=capacity), **changes)  # type: ignore[arg-type]
    flow, dense = by_flow(request, engine=engine), match(request, Options())
    assert outcome(flow) == outcome(dense)
    assert flow.certificate.bound == flow.certificate.value
    assert flow.certificate.covers_most
    assert outcome(flow)[0] == most_coverable(request)


@pytest.mark.parametrize("capacity", [1, 3])
def test_engine_threads_and_order_change_nothing(by_flow: Callable[..., Matching], capacity: int) -> None:
    request = synthetic(300, 300 // capacity, capacity=capacity)
    random = Random(5)
    shuffled = replace(
        request,
        learners=random.sample(request.learners, len(request.learners)),
        advisers=random.sample(request.advisers, len(request.advisers)),
    )
    first = by_flow(request, engine="numba", threads=1)
    for other in (
        by_flow(shuffled, engine="numba", threads=1),
        by_flow(shuffled, engine="numba", threads=3),
        by_flow(shuffled, engine="numpy"),
    ):
        np.testing.assert_array_equal(first.adviser, other.adviser)
        assert (first.certificate, first.price) == (other.certificate, other.price)


@quickly
@given(requests(learners=9, advisers=9), st.floats(0, 1), st.sampled_from([None, 5]))
def test_the_gap_is_never_understated(
    by_flow: Callable[..., Matching], request: MatchRequest, tolerance: float, price: int | None
) -> None:
    request = replace(request, unmatched_price=price)
    some, best = by_flow(request, tolerance=tolerance, engine="numpy"), match(request, Options())
    pairs, worth = outcome(some)
    most, best_worth = outcome(best)
    if some.certificate.covers_most:
        assert pairs >= most or price is not None
    gap = some.certificate.bound - some.certificate.value
    bonus = some.certificate.bonus
    assert gap >= best_worth + bonus * most - worth - bonus * pairs


def test_a_tolerance_stops_early_within_what_it_says(by_flow: Callable[..., Matching]) -> None:
    request = synthetic(400, 400)
    rough, exact = by_flow(request, tolerance=0.02), by_flow(request)
    assert rough.certificate.rounds < exact.certificate.rounds
    gap = rough.certificate.bound - rough.certificate.value
    assert outcome(exact)[1] - outcome(rough)[1] <= gap <= 0.02 * rough.points
    assert outcome(exact)[0] == outcome(rough)[0]


def test_everybody_alike_still_find_each_other(by_flow: Callable[..., Matching]) -> None:
    english = frozenset({"en"})
    learners = [Profile(person_id=each, languages=english) for each in range(600)]
    advisers = [Profile(person_id=each, languages=english, capacity=1) for each in range(1000, 1600)]
    matching = by_flow(MatchRequest(learners=learners, advisers=advisers, on=DAY))
    assert outcome(matching) == (600, 6000)
    assert matching.certificate.rounds == 1


def test_progress_is_told_and_the_work_can_be_stopped(by_flow: Callable[..., Matching]) -> None:
    told: list[Progress] = []
    by_flow(synthetic(100, 100), progress=told.append)
    assert told[0] == Progress("Found candidates for everybody")
    assert told[-1].gap == 0
    assert [each.rounds for each in told] == list(range(len(told)))
    with pytest.raises(MatchStoppedError, match="Nothing was proposed"):
        by_flow(synthetic(100, 100), cancelled=lambda: len(told) > 0)


def test_a_proposal_by_flow_says_how_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match_module, "DENSE_CELLS", -1)
    proposal = propose(synthetic(60, 60))
    assert "SimpleMinCostFlow" in proposal.solver
    assert {"rules", "python", "numpy", "scipy", "ortools"} == set(proposal.versions)
    assert proposal.certificate.k == 16
    assert proposal.points - proposal.load_cost + proposal.certificate.bonus * len(proposal.pairs) == (
        proposal.certificate.value
    )
    assert min(proposal.prices.values()) >= 0


def test_seats_earn_what_their_price_exceeds_their_cost() -> None:
    seats = Seats(np.array([3, 2, 1], np.int32), np.array([0, 1, 0], np.int32), 4)
    price = np.array([9, 3, 100], np.int32)
    by_hand = (9 + 5 + 1) + 0 + 100
    assert seats.worth(price) == by_hand
    assert Seats(seats.free, seats.taken, 0).worth(price) == 3 * 9 + 2 * 3 + 100
    assert seats.cost_of(np.array([3, 2, 0], np.int32)) == (0 + 4 + 8) + (4 + 8)


def test_a_price_of_nothing_leaves_out_who_only_costs_points(by_flow: Callable[..., Matching]) -> None:
    english = frozenset({"en"})
    learners = [Profile(person_id=each, languages=english, department="Law") for each in range(3)]
    advisers = [Profile(person_id=9, languages=english, department="Law")]
    request = MatchRequest(learners=learners, advisers=advisers, on=DAY, weights=Weights(same_team=-11))
    assert outcome(by_flow(replace(request, unmatched_price=0))) == (0, 0)
    assert outcome(by_flow(request)) == (2, -4)


@pytest.mark.parametrize(("learners", "advisers"), [(0, 0), (0, 5), (5, 0)])
def test_nobody_to_match(by_flow: Callable[..., Matching], learners: int, advisers: int) -> None:
    matching = by_flow(synthetic(learners, advisers))
    assert outcome(matching) == (0, 0)
    assert matching.certificate.bound == 0
    assert matching.certificate.covers_most
