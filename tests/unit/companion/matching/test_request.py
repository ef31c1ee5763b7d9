"""What a request accepts."""

from datetime import date
from typing import Any

import pytest

from companion.matching import MatchInputError, MatchRequest, Profile, Weights

DAY = date(2026, 6, 1)


def people(*ids: int) -> list[Profile]:
    return [Profile(person_id=each) for each in ids]


def test_default_weights_of_what_is_known_of_two_people_add_up_to_100() -> None:
    """What they said themselves comes on top: their wishes, and a full week."""
    known = {
        name: points for name, points in Weights().as_dict().items() if name not in ("wish", "low_bandwidth")
    }
    assert sum(known.values()) == 100


def test_weights_survive_the_way_through_a_dictionary() -> None:
    weights = Weights(topics=7, same_team=-20)
    assert Weights.from_dict(weights.as_dict()) == weights


def test_weights_left_out_keep_their_default() -> None:
    assert Weights.from_dict({"topics": 1}) == Weights(topics=1)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"topics": -1}, "between 0 and 1000"),
        ({"topics": 1001}, "between 0 and 1000"),
        ({"same_team": -1001}, "between -1000 and 1000"),
        ({"topics": 0.5}, "whole number"),
        ({"topics": True}, "whole number"),
        ({"age": 5}, "Unknown weight age"),
    ],
)
def test_weights_out_of_range_are_refused(weights: dict[str, Any], said: str) -> None:
    with pytest.raises(MatchInputError, match=said):
        Weights.from_dict(weights)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"learners": people(1, 2, 1)}, "Person 1 stands twice among the learners"),
        ({"advisers": people(5, 5)}, "Person 5 stands twice among the advisers"),
        ({"window_days": (30, 14)}, "window"),
        ({"window_days": (-1, 14)}, "window"),
        ({"min_shared_hours": 25}, "shared hours"),
        ({"load_penalty": -1}, "load penalty"),
        ({"pinned": [(1, 9)]}, "pinned pair 1, 9 names somebody who is not"),
        ({"pinned": [(9, 5)]}, "pinned pair 9, 5 names somebody who is not"),
        ({"pinned": [(1, 5), (1, 6)]}, "Person 1 stands twice among the pinned learners"),
        ({"pinned": [(1, 5), (2, 5), (3, 5)]}, "Adviser 5 has fewer free seats"),
    ],
)
def test_a_request_that_cannot_hold_is_refused(wrong: dict[str, Any], said: str) -> None:
    request: dict[str, Any] = {"learners": people(1, 2, 3), "advisers": people(5, 6), "on": DAY}
    with pytest.raises(MatchInputError, match=said):
        MatchRequest(**request | wrong)


def test_one_person_may_stand_on_both_sides() -> None:
    MatchRequest(learners=people(1), advisers=people(1), on=DAY)
