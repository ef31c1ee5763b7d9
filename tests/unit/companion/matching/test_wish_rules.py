"""Points for a cohort in common, for wishes, and for little time, seen through the explanation of a pair."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from companion.matching import Listener, MatchRequest, Profile, Reason, Weights, explain, propose, tell

DAY = date(2026, 6, 1)
LEARNER = Profile(person_id=1, languages=frozenset({"en"}))
ADVISER = Profile(person_id=2, languages=frozenset({"en"}))


def reason(
    rule: str, learner: dict[str, Any], adviser: dict[str, Any], weights: Weights | None = None
) -> Reason:
    asked = MatchRequest(
        learners=[replace(LEARNER, **learner)],
        advisers=[replace(ADVISER, **adviser)],
        on=DAY,
        weights=weights or Weights(),
    )
    return next(each for each in explain(asked, 1, 2).reasons if each.rule == rule)


@pytest.mark.parametrize(
    ("mine", "theirs", "points"),
    [({5}, {5}, 8), ({5, 6}, {5, 6, 7}, 8), ({5}, {6}, 0), (set(), {6}, 0), ({5}, set(), 0)],
)
def test_a_cohort_in_common_counts_once(mine: set[int], theirs: set[int], points: int) -> None:
    weights = Weights(same_cohort=8)
    given = reason(
        "same_cohort", {"cohorts": frozenset(mine)}, {"cohorts": frozenset(theirs)}, weights=weights
    )
    assert given.points == points
    assert tell(given, Listener.ADMIN, DAY) == (
        "Both belong to one cohort." if points else "They share no cohort."
    )


def test_cohorts_count_nothing_unless_the_programme_asks() -> None:
    assert reason("same_cohort", {"cohorts": frozenset({5})}, {"cohorts": frozenset({5})}).points == 0


@pytest.mark.parametrize(("weight", "learners", "advisers"), [(20, 14, 6), (3, 2, 1), (1, 1, 0), (0, 0, 0)])
def test_wishes_of_both_share_their_weight_without_loss(weight: int, learners: int, advisers: int) -> None:
    weights = Weights(wish=weight)
    mine, theirs = {"wished": frozenset({2, 9})}, {"wished": frozenset({1})}
    assert reason("wish_of_learner", mine, {}, weights).points == learners
    assert reason("wish_of_adviser", {}, theirs, weights).points == advisers
    assert reason("wish_of_learner", {}, theirs, weights).points == 0
    assert reason("wish_of_adviser", mine, {}, weights).points == 0


def test_a_wish_is_told_to_both_in_their_own_words() -> None:
    wish = reason("wish_of_learner", {"wished": frozenset({2})}, {})
    assert (tell(wish, Listener.LEARNER, DAY), tell(wish, Listener.ADVISER, DAY)) == (
        "You asked for this person.",
        "They would like to learn from you.",
    )
    other = reason("wish_of_adviser", {}, {"wished": frozenset({1})})
    assert (tell(other, Listener.LEARNER, DAY), tell(other, Listener.ADMIN, DAY)) == (
        "They would like to help you.",
        "The adviser asked for this learner.",
    )


def test_an_adviser_short_of_time_comes_after_one_who_is_as_good() -> None:
    busy = replace(ADVISER, low_bandwidth=True)
    free = replace(ADVISER, person_id=3)
    pairs = propose(MatchRequest(learners=[LEARNER], advisers=[busy, free], on=DAY)).pairs
    assert [pair.adviser_id for pair in pairs] == [3]
    alone = propose(MatchRequest(learners=[LEARNER], advisers=[busy], on=DAY))
    assert [pair.adviser_id for pair in alone.pairs] == [2]
    given = reason("low_bandwidth", {}, {"low_bandwidth": True})
    assert (given.points, tell(given, Listener.LEARNER, DAY)) == (-10, "They have little time this week.")
    assert reason("low_bandwidth", {"low_bandwidth": True}, {}).points == 0


def test_a_wish_decides_between_equals_and_a_please_not_forbids() -> None:
    other = replace(ADVISER, person_id=3)
    wishing = replace(LEARNER, wished=frozenset({3}))
    pairs = propose(MatchRequest(learners=[wishing], advisers=[ADVISER, other], on=DAY)).pairs
    assert [pair.adviser_id for pair in pairs] == [3]
    refusing = replace(wishing, blocked=frozenset({3}))
    pairs = propose(MatchRequest(learners=[refusing], advisers=[ADVISER, other], on=DAY)).pairs
    assert [pair.adviser_id for pair in pairs] == [2]


def test_a_language_in_common_is_asked_for_unless_the_programme_does_not() -> None:
    foreign = replace(ADVISER, languages=frozenset({"pt"}))
    asked = MatchRequest(learners=[LEARNER], advisers=[foreign], on=DAY)
    assert propose(asked).pairs == ()
    assert len(propose(replace(asked, common_language=False)).pairs) == 1
