"""What holds for every proposal, checked on requests made at random."""

from collections import Counter
from dataclasses import replace
from itertools import product
from random import Random

import numpy as np
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import maximum_bipartite_matching

from companion.matching import Explanation, MatchRequest, Proposal, explain, propose
from tests.unit.companion.matching.made_up import requests

Explanations = dict[tuple[int, int], Explanation]


def all_pairs(request: MatchRequest) -> Explanations:
    ids = product(
        (each.person_id for each in request.learners), (each.person_id for each in request.advisers)
    )
    return {pair: explain(request, *pair) for pair in ids}


def pairs(proposal: Proposal) -> list[tuple[int, int]]:
    return [(pair.learner_id, pair.adviser_id) for pair in proposal.pairs]


def worth(chosen: list[tuple[int, int]], explained: Explanations, request: MatchRequest) -> int:
    load = Counter(adviser for _, adviser in chosen)
    costs = (n * request.running.get(adviser, 0) + n * (n - 1) // 2 for adviser, n in load.items())
    return sum(explained[pair].points for pair in chosen) - request.load_penalty * sum(costs)


def best_of_all(request: MatchRequest, explained: Explanations) -> tuple[int, int]:
    """Coverage and worth of the best matching, by trying every one."""
    seats = {adviser.person_id: adviser.capacity for adviser in request.advisers}
    options = [[None, *seats]] * len(request.learners)
    best = (0, 0)
    for advisers in product(*options):
        chosen = [
            (learner.person_id, adviser)
            for learner, adviser in zip(request.learners, advisers, strict=True)
            if adviser is not None
        ]
        load = Counter(adviser for _, adviser in chosen)
        if all(explained[pair].allowed for pair in chosen) and all(
            load[each] <= seats[each] for each in load
        ):
            best = max(best, (len(chosen), worth(chosen, explained, request)))
    return best


def most_coverable(request: MatchRequest, explained: Explanations) -> int:
    """The largest number of learners any matching covers, by SciPy's matching without scores."""
    slots = [adviser.person_id for adviser in request.advisers for _ in range(adviser.capacity)]
    edges = [[explained[learner.person_id, slot].allowed for slot in slots] for learner in request.learners]
    if not slots or not edges:
        return 0
    return int(
        (maximum_bipartite_matching(sp.csr_array(np.array(edges, np.int8)), perm_type="column") >= 0).sum()
    )


@settings(max_examples=60, deadline=None)
@given(requests(learners=4, advisers=3))
def test_no_matching_is_better(request: MatchRequest) -> None:
    proposal, explained = propose(request), all_pairs(request)
    found = len(proposal.pairs), proposal.points - proposal.load_cost
    assert found == best_of_all(request, explained)


@settings(max_examples=60, deadline=None)
@given(requests(learners=9, advisers=9))
def test_what_every_proposal_keeps(request: MatchRequest) -> None:
    proposal, explained = propose(request), all_pairs(request)
    chosen = pairs(proposal)
    load = Counter(adviser for _, adviser in chosen)
    assert all(explained[pair].allowed for pair in chosen)
    assert all(load[adviser.person_id] <= adviser.capacity for adviser in request.advisers)
    everybody = sorted(learner.person_id for learner in request.learners)
    assert (
        sorted([*(learner for learner, _ in chosen), *(each.person_id for each in proposal.unmatched)])
        == everybody
    )
    assert len(chosen) == most_coverable(request, explained)
    assert proposal.coverage == (len(chosen) / len(everybody) if everybody else 1)
    assert proposal.points - proposal.load_cost == worth(chosen, explained, request)


@settings(max_examples=40, deadline=None)
@given(requests(learners=9, advisers=9))
def test_points_by_rule_add_up_and_agree_with_the_explanation(request: MatchRequest) -> None:
    for pair in propose(request).pairs:
        explanation = explain(request, pair.learner_id, pair.adviser_id)
        assert sum(each.points for each in pair.reasons) == pair.points == explanation.points
        assert set(pair.reasons) == {each for each in explanation.reasons if each.points}


@settings(max_examples=40, deadline=None)
@given(requests(learners=9, advisers=9), st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(request: MatchRequest, random: Random) -> None:
    learners, advisers = (random.sample(side, len(side)) for side in (request.learners, request.advisers))
    assert propose(replace(request, learners=learners, advisers=advisers)) == propose(request)


@settings(max_examples=40, deadline=None)
@given(requests(learners=6, advisers=6), st.data())
def test_an_allowed_pin_holds_and_costs_no_more_than_it_must(
    request: MatchRequest, data: st.DataObject
) -> None:
    free = propose(request)
    allowed = [pair for pair, explanation in all_pairs(request).items() if explanation.allowed]
    if not allowed:
        return
    pin = data.draw(st.sampled_from(allowed))
    pinned = propose(replace(request, pinned=[pin]))
    assert pin in pairs(pinned)
    result = len(pinned.pairs), pinned.points - pinned.load_cost
    assert result <= (len(free.pairs), free.points - free.load_cost)
    if pin in pairs(free):
        assert result == (len(free.pairs), free.points - free.load_cost)


@settings(max_examples=40, deadline=None)
@given(requests(learners=9, advisers=9))
def test_everybody_called_full_has_only_full_advisers(request: MatchRequest) -> None:
    proposal, explained = propose(request), all_pairs(request)
    load = Counter(adviser for _, adviser in pairs(proposal))
    seats = {adviser.person_id: adviser.capacity for adviser in request.advisers}
    for each in proposal.unmatched:
        open_to = [pair for pair, why in explained.items() if pair[0] == each.person_id and why.allowed]
        assert each.code == "full" or not open_to
        assert all(load[adviser] == seats[adviser] for _, adviser in open_to)
