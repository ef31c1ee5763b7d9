"""Circles keep their sizes and rules, and never claim to be nearer to the best than they are."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings

from benchmarks.people import request as synthetic
from companion.matching import (
    Budget,
    CircleProposal,
    MatchInputError,
    MatchRequest,
    Profile,
    Sizes,
    explain,
    propose_circles,
)
from tests.unit.companion.matching.made_up import DAY, requests

Person = partial(Profile, languages=frozenset({"en"}))


def check(request: MatchRequest, proposal: CircleProposal, sizes: Sizes) -> None:
    seen: list[int] = list(proposal.unmatched)
    by_id = {person.person_id: replace(person, capacity=1) for person in request.learners}
    total = 0
    for circle in proposal.circles:
        assert sizes.least <= 1 + len(circle.learner_ids) <= sizes.most
        seen += circle.learner_ids
        pairs = [explain(request, learner, circle.adviser_id) for learner in circle.learner_ids]
        points = sum(each.points for each in pairs)
        assert all(each.allowed for each in pairs)
        peers = replace(request, advisers=list(by_id.values()), pinned=(), course_in_common=False)
        for one, other in combinations(circle.learner_ids, 2):
            ways = explain(peers, one, other), explain(peers, other, one)
            assert all(way.allowed for way in ways)
            points += sum(way.points for way in ways) // 2
        assert circle.points == points
        total += points
    assert sorted(seen) == sorted(by_id)
    assert len({circle.adviser_id for circle in proposal.circles}) == len(proposal.circles)
    assert proposal.points == total <= proposal.bound
    assert proposal.gap == proposal.bound - total


@settings(max_examples=40, deadline=None)
@given(requests(learners=9, advisers=5))
def test_circles_hold_whatever_comes(request: MatchRequest) -> None:
    sizes = Sizes(least=3, most=5)
    check(request, propose_circles(request, sizes), sizes)


@pytest.mark.parametrize("sizes", [Sizes(), Sizes(least=5, most=8)])
def test_circles_of_a_realistic_mix(sizes: Sizes) -> None:
    request = synthetic(60, 20, capacity=2)
    proposal = propose_circles(request, sizes)
    check(request, proposal, sizes)
    assert proposal.finished
    assert len(proposal.unmatched) < 30
    unswapped = propose_circles(request, sizes, Budget(swaps=0))
    check(request, unswapped, sizes)
    assert proposal.points > unswapped.points
    assert not unswapped.finished
    assert proposal == propose_circles(replace(request, learners=request.learners[::-1]), sizes)


def test_a_budget_ends_the_swaps() -> None:
    request, asked = synthetic(60, 20, capacity=2), iter(range(100))
    some = propose_circles(request, budget=Budget(spent=lambda: next(asked) >= 3))
    assert not some.finished
    assert some.swaps <= 3
    check(request, some, Sizes())


def test_swaps_reach_the_best_of_two_small_circles() -> None:
    """Four learners of each of two offices, mixed by the order of their ids: sitting together is best."""
    learners = [Person(person_id=each, location=["Porto", "Faro"][each % 2]) for each in range(6)]
    advisers = [Person(person_id=11, location="Porto"), Person(person_id=12)]
    request = MatchRequest(learners=learners, advisers=advisers, on=DAY)
    proposal = propose_circles(request, Sizes(least=4, most=4))
    assert [set(circle.learner_ids) for circle in proposal.circles] == [{0, 2, 4}, {1, 3, 5}]
    best = max(
        _worth(request, (order[:3], order[3:]))
        for order in permutations(range(6))
        if order[0] < order[1] < order[2]
    )
    assert proposal.points == best <= proposal.bound


def _worth(request: MatchRequest, groups: Sequence[Sequence[int]]) -> int:
    places = {person.person_id: person.location for person in request.learners}
    advisers: list[str | None] = ["Porto", None]
    return sum(
        sum(10 + 5 * (places[one] == advisers[at]) for one in group)
        + sum(10 + 5 * (places[one] == places[other]) for one, other in combinations(group, 2))
        for at, group in enumerate(groups)
    )


def test_a_pinned_learner_stays_with_the_adviser() -> None:
    learners = [Person(person_id=each, location="Porto") for each in range(6)]
    advisers = [Person(person_id=11, location="Porto"), Person(person_id=12)]
    request = MatchRequest(learners=learners, advisers=advisers, on=DAY, pinned=[(0, 12), (5, 12)])
    proposal = propose_circles(request, Sizes(least=4, most=4))
    assert {0, 5} <= set(proposal.circles[1].learner_ids)


@pytest.mark.parametrize(("learners", "advisers"), [(0, 0), (0, 2), (4, 0), (2, 2)])
def test_too_few_for_a_circle(learners: int, advisers: int) -> None:
    people = [Person(person_id=each) for each in range(learners)]
    others = [Person(person_id=each) for each in range(10, 10 + advisers)]
    proposal = propose_circles(MatchRequest(learners=people, advisers=others, on=DAY))
    assert (proposal.circles, proposal.points) == ((), 0)
    assert proposal.unmatched == tuple(range(learners))


def test_bad_sizes_and_too_many_people_are_refused_plainly() -> None:
    for least, most in ((2, 4), (5, 4), (4, 9)):
        with pytest.raises(MatchInputError, match="from 3 to 8 people"):
            Sizes(least=least, most=most)
    with pytest.raises(MatchInputError, match="split the cohort"):
        propose_circles(
            MatchRequest(learners=[Person(person_id=each) for each in range(5000)], advisers=[], on=DAY)
        )


def test_seven_learners_are_spread_over_two_circles() -> None:
    learners = [Person(person_id=each) for each in range(7)]
    advisers = [Person(person_id=each) for each in range(10, 15)]
    proposal = propose_circles(MatchRequest(learners=learners, advisers=advisers, on=DAY))
    assert sorted(len(circle.learner_ids) for circle in proposal.circles) == [3, 4]
    assert np.sum([circle.points for circle in proposal.circles]) == proposal.points
