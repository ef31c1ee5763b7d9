"""The explanation of one pair."""

from datetime import date

import pytest

from companion.matching import Listener, MatchInputError, MatchRequest, Profile, explain, tell

LEARNER = Profile(person_id=1, languages=frozenset({"en"}), location="Porto")
ADVISER = Profile(person_id=11, languages=frozenset({"en"}), location="Porto")
REQUEST = MatchRequest(learners=[LEARNER], advisers=[ADVISER], on=date(2026, 6, 1), pinned=[(1, 11)])


def test_every_rule_is_accounted_for() -> None:
    explanation = explain(REQUEST, 1, 11)
    assert explanation.allowed
    assert {each.rule: each.points for each in explanation.reasons} == {
        "topics": 0,
        "work_style": 0,
        "path": 0,
        "role": 0,
        "hours": 0,
        "language": 10,
        "location": 5,
        "same_team": 0,
        "same_cohort": 0,
        "wish_of_learner": 0,
        "wish_of_adviser": 0,
        "low_bandwidth": 0,
    }
    assert explanation.points == 15
    assert all(tell(each, Listener.ADMIN, REQUEST.on).endswith(".") for each in explanation.reasons)


def test_a_forbidden_pair_keeps_its_points() -> None:
    paused = Profile(person_id=11, languages=frozenset({"en"}), paused=True)
    explanation = explain(MatchRequest(learners=[LEARNER], advisers=[paused], on=REQUEST.on), 1, 11)
    assert (explanation.allowed, explanation.points) == (False, 10)


@pytest.mark.parametrize(("learner", "adviser", "side"), [(11, 11, "learners"), (1, 1, "advisers")])
def test_people_who_are_not_in_the_matching_are_named(learner: int, adviser: int, side: str) -> None:
    with pytest.raises(MatchInputError, match=f"is not among the {side}"):
        explain(REQUEST, learner, adviser)
